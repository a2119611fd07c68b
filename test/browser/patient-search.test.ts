import { createHash, randomBytes } from 'node:crypto'
import { env } from 'node:process'
import type { BrowserContextOptions } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { desktop, openTab, phone, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

type Found = { id: string; given_name: string; family_name: string; birth_date: string }

/** A tab of the front desk, and a patient who has not been invited. */
async function openDesk(options: BrowserContextOptions) {
  const { db, url } = stage.portal
  const desk = await db
    .prepare("SELECT id FROM accounts WHERE staff_role = 'front-desk' LIMIT 1")
    .first<{ id: string }>()
  const patient = await db
    .prepare(
      `SELECT * FROM patients WHERE account_id IS NULL AND email IS NOT NULL AND inactive_at IS NULL AND deceased_at IS NULL
        AND birth_date < '2000' ORDER BY (SELECT count(*) FROM invitations WHERE patient_id = patients.id) LIMIT 1`
    )
    .first<Found>()
  if (!patient) throw new Error('The demo practice has registered everyone')
  const token = randomBytes(32).toString('base64url')
  const now = Date.now()
  await db
    .prepare(
      'INSERT INTO sessions (token_hash, account_id, created_at, seen_at, completed_at) VALUES (?, ?, ?, ?, ?)'
    )
    .bind(createHash('sha256').update(token).digest('hex'), desk?.id, now, now, now)
    .run()
  const tab = await openTab(stage, options)
  await tab.context.addCookies([
    { name: '__Host-cs', value: token, url: url.replace('http:', 'https:'), secure: true, httpOnly: true },
  ])
  return { ...tab, patient, fullName: `${patient.given_name} ${patient.family_name}` }
}

const keepPicture = async (page: { screenshot: (options: object) => Promise<unknown> }, name: string) => {
  if (env.PICTURES) await page.screenshot({ path: `${env.PICTURES}/${name}.png`, fullPage: true })
}

test('while someone types, the list follows, the count is said, and the field keeps focus and text', async () => {
  const { page, complaints, patient, fullName } = await openDesk({ viewport: desktop })
  await page.goto('/admin/patients')
  const status = page.locator('#found')
  const handle = await status.elementHandle()
  await page.locator('#q').pressSequentially(patient.family_name, { delay: 20 })
  await page.getByRole('link', { name: fullName }).waitFor()
  expect(await status.textContent()).toMatch(/^\d+ patients? found$/)
  // The same element: a live region that is replaced is not read out.
  expect(await handle?.evaluate((element) => element.isConnected)).toBe(true)
  expect(await page.evaluate('document.activeElement?.id')).toBe('q')
  expect(await page.locator('#q').inputValue()).toBe(patient.family_name)
  expect(page.url()).not.toContain(patient.family_name)
  await keepPicture(page, 'search')
  await page.getByRole('link', { name: fullName }).click()
  await page.getByRole('heading', { level: 1, name: fullName }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: fullName }).waitFor()

  await page.locator('#q').fill('zzzz')
  await page.getByText('No patient found.').waitFor()
  expect(await page.locator('#results table').count()).toBe(0)
  expect(complaints).toEqual([])
}, 60_000)

describe.each([
  ['with JavaScript on a desktop', { viewport: desktop }],
  ['without JavaScript on a phone', { viewport: phone, ...withoutJavaScript }],
])('%s', (name, options) => {
  test('a patient is found, invited, and the invitation taken back', async () => {
    const { page, complaints, patient, fullName } = await openDesk(options)
    await page.goto('/admin')
    await keepPicture(page, `dashboard ${name}`)
    await page.goto('/admin/patients')
    await page.locator('#q').fill(`${patient.family_name} ${patient.birth_date}`)
    await page.locator('#q').press('Enter')
    await page.getByRole('link', { name: fullName }).click()
    await page.getByRole('heading', { level: 1, name: fullName }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: fullName }).click()
    await page.getByRole('heading', { level: 1, name: fullName }).waitFor()
    expect(await page.title()).toBe('Patient – CareSpace')
    await page.getByRole('link', { name: /^(Invite|Send a new invitation)$/ }).click()
    await keepPicture(page, `invite ${name}`)
    await page.getByRole('button', { name: 'Send invitation' }).click()
    await page.getByText('Invitation on its way.').waitFor()
    await keepPicture(page, `patient ${name}`)
    const sideways = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    if (options.viewport === desktop) expect(await page.evaluate(sideways)).toBe(false)
    await page.getByRole('button', { name: 'Take back invitation' }).click()
    await page.getByText('Invitation taken back.').waitFor()
    expect(complaints).toEqual([])
  }, 60_000)
})
