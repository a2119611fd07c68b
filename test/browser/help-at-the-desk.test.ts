import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appCode, desktop, mailTo, openTab, phone, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

/** A phone with JavaScript, and one without. */
const ways: [string, BrowserContextOptions][] = [
  ['with JavaScript', { viewport: phone }],
  ['without JavaScript', { viewport: phone, ...withoutJavaScript }],
]

const caregiver = signInOf(stage, 'caregiver of')
const admin = signInOf(stage, 'oncologist, admin')
const lookup = (sql: string, ...values: string[]) =>
  stage.portal.db
    .prepare(sql)
    .bind(...values)
    .first<string>('id')
const accountId = (await lookup('SELECT id FROM accounts WHERE email = ?', caregiver.address)) ?? ''
const patientId =
  (await lookup(
    'SELECT patient_id AS id FROM grants WHERE account_id = ? AND revoked_at IS NULL ORDER BY granted_at',
    accountId
  )) ?? ''
const recordPage = `/admin/patients/${patientId}`

// Staff sign in once: a code of their app is good once.
let desk: Page
let closeDesk: () => Promise<void>
beforeAll(async () => {
  const { page, context } = await openTab(stage, { viewport: desktop })
  await signIn(page, admin)
  await page.waitForURL(/\/admin/)
  desk = page
  closeDesk = () => context.close()
})
afterAll(() => closeDesk())

const isIn = (page: Page) => page.getByText('Sign out').first().waitFor({ state: 'attached' })
const isAsked = (page: Page) => page.getByRole('heading', { name: 'Enter your security code' }).waitFor()

async function setUpApp(page: Page) {
  await page.goto('/settings/second-step')
  await page.getByRole('link', { name: 'Set up an authenticator app' }).click()
  await page.getByRole('heading', { name: 'Set up an authenticator app' }).waitFor()
  const secret = (await page.locator('code').first().textContent())?.replace(/\s/g, '') ?? ''
  await page.getByLabel('Security code').fill(await appCode(secret))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  return secret
}

test.each(ways)(
  'a caregiver’s own device is spared the second step until they say so, and staff reset it when the phone is lost, %s',
  async (_, options) => {
    const { page, context, complaints } = await openTab(stage, options)
    await signIn(page, caregiver)
    await isIn(page)
    const secret = await setUpApp(page)
    await context.clearCookies({ name: '__Host-cs' })

    await signIn(page, caregiver)
    await isAsked(page)
    await page.getByRole('checkbox', { name: 'Do not ask on this device' }).check()
    await page.getByLabel('Security code').fill(await appCode(secret))
    await page.getByRole('button', { name: 'Continue' }).click()
    await isIn(page)
    await context.clearCookies({ name: '__Host-cs' })

    await signIn(page, caregiver)
    await isIn(page)
    const strange = await openTab(stage, options)
    await signIn(strange.page, caregiver)
    await isAsked(strange.page)

    await page.goto('/settings/devices')
    await page.getByRole('heading', { name: 'Trusted devices' }).waitFor()
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByText('We will ask for your second step there next time.').waitFor()
    expect(await page.getByRole('heading', { name: 'Trusted devices' }).count()).toBe(0)
    await context.clearCookies({ name: '__Host-cs' })
    await signIn(page, caregiver)
    await isAsked(page)

    await desk.goto(recordPage)
    await desk.locator(`a[href$="/accounts/${accountId}/second-step-reset"]`).click()
    await desk.getByRole('button', { name: 'Reset second step' }).click()
    await desk.getByText('Write how you made sure who it is').first().waitFor()
    await desk.getByLabel('How did you make sure who it is?').fill('Called the number on file.')
    await desk.getByLabel('Your own password').fill(admin.password)
    await desk.getByRole('button', { name: 'Reset second step' }).click()
    await desk.waitForURL((url) => url.pathname === recordPage)
    expect(await desk.locator(`a[href$="/accounts/${accountId}/second-step-reset"]`).count()).toBe(0)
    const mail = await mailTo(stage, caregiver.address, 'second-step-reset')
    expect(mail.text).toContain('All devices were signed out.')

    // Half a session has ended too, and the password alone opens the account again.
    await page.reload()
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await signIn(page, caregiver)
    await isIn(page)
    await strange.context.close()
    await context.close()
    expect(complaints.filter((text) => !/status of 422/.test(text))).toEqual([])
  }
)

test.each(ways)('a caregiver who has to wait is let in again by staff, %s', async (_, options) => {
  const { page, context } = await openTab(stage, options)
  for (let tries = 0; tries < 5; tries++) {
    await signIn(page, { ...caregiver, password: 'Wrong-Horse-9' })
    await page.getByText('That email and password do not match').first().waitFor()
  }
  await signIn(page, caregiver)
  await page.getByText('That email and password do not match').first().waitFor()

  await desk.goto(recordPage)
  await desk.getByText('Password on a new device: 5 wrong tries').first().waitFor()
  await desk
    .getByText(/Paused until/)
    .first()
    .waitFor()
  await desk.getByRole('button', { name: `the wrong tries of ${caregiver.name}` }).click()
  await desk.waitForURL((url) => url.pathname === recordPage)
  expect(await desk.getByText(/Paused until/).count()).toBe(0)

  await signIn(page, caregiver)
  await isIn(page)
  await context.close()
})
