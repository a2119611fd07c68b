import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importForNode } from '../../src/commands/node-bundle.ts'
import { desktop, openStage, openTab, phone, type Stage } from './portal.ts'

type App = typeof import('../../src/app.tsx')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let stage: Stage
let ids: Record<string, string>
beforeAll(async () => {
  stage = await openStage()
  ids = await examples()
})
afterAll(() => stage?.close())

/** One real row for every parameter a page may carry, all of the demo's main patient. */
async function examples(): Promise<Record<string, string>> {
  const { db } = stage.portal
  const one = async (sql: string, ...values: string[]) => {
    const row = await db
      .prepare(sql)
      .bind(...values)
      .first<{ id: string }>()
    if (!row) throw new Error(`The demo practice has nothing for: ${sql}`)
    return row.id
  }
  const patientId =
    await one(`SELECT patient_id AS id FROM observations o JOIN patients p ON p.id = o.patient_id
    WHERE p.account_id IS NOT NULL GROUP BY patient_id ORDER BY count(*) DESC LIMIT 1`)
  return {
    patientId,
    threadId: await one(
      'SELECT id FROM threads WHERE patient_id = ? AND closed_at IS NULL ORDER BY last_message_at DESC LIMIT 1',
      patientId
    ),
    appointmentId: await one(
      'SELECT id FROM appointments WHERE patient_id = ? ORDER BY starts_at DESC LIMIT 1',
      patientId
    ),
    reportId: await one(
      'SELECT id FROM reports WHERE patient_id = ? AND released_at IS NOT NULL ORDER BY collected_at DESC LIMIT 1',
      patientId
    ),
    token: 'x'.repeat(43),
    nobody: '',
    patient: await one('SELECT account_id AS id FROM patients WHERE id = ?', patientId),
    caregiver: await one(
      'SELECT account_id AS id FROM grants WHERE patient_id = ? AND revoked_at IS NULL LIMIT 1',
      patientId
    ),
    admin: await one(
      "SELECT id FROM accounts WHERE staff_role = 'admin' AND totp_confirmed_at IS NOT NULL LIMIT 1"
    ),
  }
}

async function openSession(page: Page, accountId: string) {
  if (!accountId) return
  const token = randomBytes(32).toString('base64url')
  const now = Date.now()
  await stage.portal.db
    .prepare(
      'INSERT INTO sessions (token_hash, account_id, created_at, seen_at, completed_at) VALUES (?, ?, ?, ?, ?)'
    )
    .bind(createHash('sha256').update(token).digest('hex'), accountId, now, now, now)
    .run()
  await page.context().addCookies([
    {
      name: '__Host-cs',
      value: token,
      url: stage.portal.url.replace('http:', 'https:'),
      secure: true,
      httpOnly: true,
    },
  ])
}

/** What axe finds at both widths in both themes, and pages that scroll sideways, down to 320 px. */
async function faults(page: Page) {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const)
    for (const viewport of [phone, desktop]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(viewport)
      const { violations } = await page.evaluate<AxeResults>(
        `${axe};axe.run(document, { runOnly: ${JSON.stringify(standards)} })`
      )
      const where = `${colorScheme} ${viewport.width}`
      found.push(
        ...violations.map(
          ({ id, nodes }) => `${where}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`
        )
      )
    }
  await page.setViewportSize({ width: 320, height: 256 })
  const sideways = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  )
  if (sideways > 0) found.push(`scrolls sideways by ${sideways} px at 320 px`)
  return found
}

const { slices } = await importForNode<App>('src/app.tsx')
const pages = slices
  .flatMap(({ table }) => table)
  .filter(({ method, access }) => method === 'GET' && access !== 'health')
  .map(({ path }) => path)
const redirects = new Set<string>()

describe.each(['nobody', 'patient', 'caregiver', 'admin'])('as %s', (who) => {
  test.each(pages)('%s', async (path) => {
    const { page, context, complaints } = await openTab(stage)
    await openSession(page, ids[who] ?? '')
    const url = path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? 'unknown')
    const response = await page.goto(url)
    const landed = `${who} ${new URL(page.url()).pathname} ${response?.status()}`
    // A page that many addresses lead to is looked at once.
    if (!redirects.has(landed)) expect(await faults(page)).toEqual([])
    redirects.add(landed)
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
    await context.close()
  })
})

test('a form that was refused says why at the top, takes the focus there, and passes axe', async () => {
  const { page, context } = await openTab(stage)
  await openSession(page, ids.patient ?? '')
  await page.goto(`/patients/${ids.patientId}/messages/new`)
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  expect(await page.evaluate('document.activeElement.className')).toContain('errs')
  expect(await page.title()).toMatch(/^Error: /)
  expect(await faults(page)).toEqual([])
  await context.close()
})
