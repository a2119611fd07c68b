import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { brokenAddresses } from '../support/broken-addresses.ts'
import { giveLongNames } from '../support/practices.ts'
import { openTab, signIn, signInOf } from './portal.ts'
import { stage } from './stage.ts'

/** A full practice, where the longest of everything comes together. */
beforeAll(async () => {
  const { db } = stage.portal
  const now = Date.now()
  await giveLongNames(db)
  await db.batch([
    db.prepare(`UPDATE work_items SET urgency = 0, due_at = ${now - 1} WHERE done_at IS NULL`),
    ...['booked', 'pending'].map((status) =>
      db
        .prepare(
          `INSERT INTO appointments (id, patient_id, kind, status, starts_at, ends_at, place, room, clinician, created_at)
           SELECT 'full-' || ?1 || id, id, 'telehealth', ?1, ?2 + 600000 * row_number() OVER (), ?2 + 30000000, 'Hillside Cancer Care', 'Clinic B, 1st floor', 'Anita Rao, MD', ?2
           FROM patients`
        )
        .bind(status, now)
    ),
  ])
})

const tables = [
  '/admin/messages',
  '/admin/appointments?span=week',
  '/admin/patients',
  '/admin/invitations?size=50',
  '/admin/mail',
  '/admin/staff',
  '/admin/audit',
  '/admin/health',
  '/admin/feeds',
  '/admin/messages/figures',
]

/** What of a table lies outside its frame, where nobody sees it. */
const cutOff = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('.queue')].flatMap((table) => {
    const frame = table.parentElement.getBoundingClientRect()
    return [...table.querySelectorAll('th, td, a, button, .tag')]
      .filter((each) => each.checkVisibility() && !each.closest('.vh') && each.getBoundingClientRect().right > frame.right + 1)
      .map((each) => each.outerHTML.replace(/\\s+/g, ' ').slice(0, 80))
  })`)

async function asAdmin(viewport: { width: number; height: number }) {
  const tab = await openTab(stage, { viewport })
  return { ...tab, who: { ...signInOf(stage, 'admin'), ...(await newAddress()) } }
}
const newAddress = async () => ({
  address:
    (await stage.portal.db
      .prepare("SELECT email FROM accounts WHERE staff_role = 'admin' AND totp_confirmed_at IS NOT NULL")
      .first<string>('email')) ?? '',
})

test('no width hides a column: every cell of a staff table lies within its frame', async () => {
  const { page, context, who } = await asAdmin({ width: 1280, height: 800 })
  await signIn(page, who)
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
  const found: string[] = []
  for (const path of tables) {
    await page.goto(path)
    expect(await page.locator('.queue tbody tr').count(), path).toBeGreaterThan(0)
    for (const width of [360, 768, 1024, 1060, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      found.push(
        ...[...(await cutOff(page)), ...(await page.evaluate<string[]>(brokenAddresses))].map(
          (each) => `${path} at ${width}: ${each}`
        )
      )
    }
  }
  expect(found).toEqual([])
  await context.close()
})

test('the head of a long list stays in sight, and all of the name’s cell leads where the name does', async () => {
  const { page, context, who } = await asAdmin({ width: 1280, height: 800 })
  await signIn(page, who)
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
  await page.goto('/admin/appointments')
  const head = page.locator('.queue thead th').first()
  const lastRow = page.locator('.queue tbody tr').last()
  await lastRow.scrollIntoViewIfNeeded()
  expect((await head.boundingBox())?.y).toBeCloseTo(0, 0)

  const cell = lastRow.locator('th')
  const box = await cell.boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(44)
  const url = await cell.locator('a').getAttribute('href')
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 3, (box?.y ?? 0) + (box?.height ?? 0) - 3)
  await page.waitForURL(`**${url}`)
  await context.close()
})
