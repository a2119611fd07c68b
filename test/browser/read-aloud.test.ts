import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { instant } from '../../src/i18n/wall-clock.ts'
import { openTab, signIn, signInOf } from './portal.ts'
import { stage } from './stage.ts'

/**
 * What a screen reader is given, page by page, along the flows that matter: the accessibility tree as Chromium makes it,
 * beside the script that was read and found good (test/browser/read-aloud/*.yml). A change of the script is a change of
 * what someone hears: read it aloud before it is accepted with `vitest --update`.
 */
const day = 86_400_000
const zone = 'America/Chicago'
const wanda = {
  name: 'Wanda Reader',
  role: 'Patient',
  address: 'wanda@carespace.example',
  password: signInOf(stage, 'patient').password,
}

const insert = (table: string, row: Record<string, unknown>) =>
  stage.portal.db
    .prepare(`INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => '?')})`)
    .bind(...Object.values(row))
    .run()
const run = (sql: string, ...values: unknown[]) =>
  stage.portal.db
    .prepare(sql)
    .bind(...values)
    .run()

/** A patient of whom everything is known, in an office that never closes: the pages say the same at any hour. */
beforeAll(async () => {
  const now = Date.now()
  const noonIn = (days: number) =>
    instant(new Date(now + days * day).toISOString().slice(0, 10), '12:00', zone)
  await run(
    'UPDATE practice SET holidays = ?, office_hours = ?',
    '[]',
    JSON.stringify(Array(7).fill({ opens: '00:00', closes: '23:59' }))
  )
  await run(
    `INSERT INTO accounts (id, email, given_name, family_name, password_hash, terms_version, created_at)
     SELECT 'wanda', ?, 'Wanda', 'Reader', password_hash, terms_version, ? FROM accounts WHERE email = ?`,
    wanda.address,
    now - 400 * day,
    signInOf(stage, 'patient').address
  )
  const record = { patient_id: 'wanda-chart' }
  await insert('patients', {
    id: 'wanda-chart',
    mrn: '99001',
    given_name: 'Wanda',
    family_name: 'Reader',
    search_name: 'reader wanda',
    birth_date: '1950-05-12',
    email: wanda.address,
    account_id: 'wanda',
    created_at: now - 400 * day,
  })
  await run(
    `INSERT INTO accounts (id, email, given_name, family_name, password_hash, terms_version, created_at)
     SELECT 'theo', 'theo@carespace.example', 'Theo', 'Reader', password_hash, terms_version, created_at FROM accounts WHERE id = 'wanda'`
  )
  await insert('grants', {
    ...record,
    id: 'theo-grant',
    account_id: 'theo',
    relationship: 'Son',
    granted_at: now - 200 * day,
    granted_by: 'wanda',
  })
  await insert('appointments', {
    ...record,
    id: 'wanda-infusion',
    kind: 'infusion',
    status: 'booked',
    starts_at: noonIn(9),
    arrive_at: noonIn(9) - 15 * 60_000,
    place: 'Infusion Center',
    room: 'Chair 4',
    clinician: 'Dr. Ada Okafor',
    preparation: 'Eat a light meal before.\nBring a warm sweater.',
    created_at: now - 30 * day,
  })
  for (const [id, at, value, flag] of [
    ['wanda-new', noonIn(-3), '10.2', 'L'],
    ['wanda-old', noonIn(-24), '12.9', null],
  ] as const) {
    await insert('reports', {
      ...record,
      id,
      title: 'Complete blood count',
      code: '58410-2',
      status: 'final',
      collected_at: at,
      released_at: at,
      noticed_at: at,
      laboratory: 'Hillside Laboratory',
      source: 'test',
      source_id: id,
    })
    await insert('observations', {
      ...record,
      id: `${id}-hgb`,
      report_id: id,
      position: 0,
      code: '718-7',
      name: 'Hemoglobin',
      status: 'final',
      value,
      value_number: Number(value),
      unit: 'g/dL',
      range_low: '12.0',
      range_high: '15.5',
      flag,
      collected_at: at,
      source: 'test',
      source_id: `${id}-hgb`,
    })
  }
})

const months =
  'January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec'
const weekdays = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tue|Wed|Thu|Fri|Sat|Sun'

/** A part of the page as it is heard, without what differs from run to run: dates, times of day, numbers of rows. */
async function heard(page: Page, part: 'body' | 'main') {
  const tree = await page.locator(part).ariaSnapshot()
  return `${tree
    .replace(new RegExp(`\\b(${weekdays}),? (?=(${months})\\b)`, 'g'), '')
    .replace(new RegExp(`\\b(${months})\\.? \\d{1,2}(, \\d{4})?\\b`, 'g'), 'DATE')
    .replace(/\b\d{1,2}:\d\d [ap]\.m\.|\bnoon\b|\bmidnight\b/g, 'TIME')
    .replace(/\bC[SD]T\b/g, 'ZONE')
    .replace(/Good (morning|afternoon|evening)/g, 'Good DAYTIME')
    .replace(/The (email is on its way|link works until DATE, TIME ZONE)\./, 'The LINK.')
    .replace(/Reference \w{4}-\w{4}/g, 'Reference CODE')
    .replace(/on \d+ devices?/g, 'on SOME devices')
    .replace(/\/days\/[\d-]{10}/g, '/days/DAY')
    .replace(/(\/url: .*?)[\w-]{21,}/g, '$1ID')}\n`
}
/** What comes before and after the main part is the same on all pages: one script has it. */
const script = async (page: Page, name: string, part: 'body' | 'main' = 'main') =>
  expect(await heard(page, part)).toMatchFileSnapshot(`read-aloud/${name}.yml`)
const focused = (page: Page) =>
  page.evaluate<string>(
    '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).replace(/\\s+/g, " ").trim()'
  )
const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()

test('signing in, and being wrong once', async () => {
  const { page } = await openTab(stage)
  await page.goto('/sign-in')
  await script(page, '01-sign-in')
  await signIn(page, { ...wanda, password: 'Wrong-Horse-9' })
  await page.getByText('There is a problem').waitFor()
  expect(await focused(page)).toContain('There is a problem')
  await script(page, '02-sign-in-refused')
})

test('home, and writing a message', async () => {
  const { page } = await openTab(stage)
  await signIn(page, wanda)
  await page.waitForURL(/patients\/wanda-chart$/)
  await script(page, '03-home', 'body')
  await tab(page, 'Messages')
  await script(page, '04-messages')
  await page.getByRole('link', { name: 'New message' }).click()
  await script(page, '05-new-message')
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.getByText('There is a problem').waitFor()
  expect(await focused(page)).toContain('There is a problem')
  await script(page, '06-new-message-refused')
  await page.getByRole('radio', { name: /Medicine or refill/ }).check()
  await page.getByLabel('Subject').fill('My tablets')
  await page.getByLabel('Message', { exact: true }).fill('May I take them with food?')
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.waitForURL(/messages\/[\w-]{21}/)
  await script(page, '07-sent')
})

test('a new lab report, and what the test was before', async () => {
  const { page } = await openTab(stage)
  await signIn(page, wanda)
  await tab(page, 'Labs')
  await script(page, '08-labs')
  await page
    .getByRole('link', { name: /Complete blood count/ })
    .first()
    .click()
  await script(page, '09-report')
  await page
    .getByRole('link', { name: /Hemoglobin/ })
    .first()
    .click()
  await script(page, '10-history-of-a-test')
})

test('the next appointment', async () => {
  const { page } = await openTab(stage)
  await signIn(page, wanda)
  await tab(page, 'Appointments')
  await script(page, '11-appointments')
  await page
    .getByRole('link', { name: /Infusion/ })
    .first()
    .click()
  await script(page, '12-appointment')
})

test('giving someone access, and taking it back', async () => {
  const { page } = await openTab(stage)
  await signIn(page, wanda)
  await page.locator('summary').filter({ hasText: 'Wanda' }).click()
  await page.getByRole('link', { name: 'Manage Users' }).click()
  await script(page, '13-manage-users')
  await page.getByRole('link', { name: 'Give access' }).click()
  await script(page, '14-give-access')
  await page.getByLabel('Their email address').fill('paula@carespace.example')
  await page.getByLabel('Their first name').fill('Paula')
  await page.getByLabel('Their last name').fill('Stone')
  await page.getByLabel('Who they are to you').fill('Sister')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('heading', { name: 'Please check before you give access' }).waitFor()
  await script(page, '15-give-access-check')
  await page.getByRole('button', { name: 'Give access' }).click()
  await page.getByText('The invitation is on its way.').waitFor()
  await script(page, '16-invited')
  await page.getByRole('link', { name: 'Revoke access Theo Reader' }).click()
  await page.getByText('This is permanent').waitFor()
  await script(page, '17-revoke')
  await page.getByRole('button', { name: 'Revoke access' }).click()
  await page.getByText('Access has ended, for good.').waitFor()
  await script(page, '18-revoked')
})

test('settings', async () => {
  const { page } = await openTab(stage)
  await signIn(page, wanda)
  await page.locator('summary').filter({ hasText: 'Wanda' }).click()
  await page.getByRole('link', { name: 'Settings' }).click()
  await script(page, '19-settings')
  await page.getByRole('link', { name: 'Change email address or password' }).click()
  await page.getByRole('dialog').waitFor()
  await script(page, '20-settings-window')
})
