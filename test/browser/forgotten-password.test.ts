import { expect, test } from 'vitest'
import { desktop, nextMailTo, openTab, phone, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

const nextMail = (address: string) => nextMailTo(stage, address, 'password-reset')
const linkIn = (text: string) => text.match(/http\S+\/reset\/[\w-]{43}/)?.[0] ?? ''

test.each([
  ['on a phone without JavaScript', { viewport: phone, ...withoutJavaScript }, 'Blue-Kettle-42'],
  ['on a computer', { viewport: desktop }, 'Green-Saucer-77'],
])('someone who forgot their password is back in, %s', async (_, options, password) => {
  const who = signInOf(stage, 'patient')
  const { page } = await openTab(stage, options)
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgot Password' }).click()
  await page.getByLabel('Email').fill(who.address)
  await page.getByRole('button', { name: 'Email me a link' }).click()
  await page.getByRole('heading', { level: 1, name: 'Check your email' }).waitFor()

  await page.goto(linkIn(await nextMail(who.address)))
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  expect(await page.locator(':focus').getAttribute('class')).toBe('errs')
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.getByText('Your new password is saved').waitFor()

  await signIn(page, { ...who, password })
  await page.waitForURL(/\/patients\//)
  await page.context().close()
})

test('a caregiver has a link sent to the person they help', async () => {
  const { page } = await openTab(stage, withoutJavaScript)
  await signIn(page, signInOf(stage, 'caregiver'))
  await page.locator('a.row').filter({ hasText: 'You are listed as' }).first().click()
  await page.getByRole('button', { name: 'Send a reset e-mail' }).click()
  await page.getByText('We sent the email with a link').waitFor()
  const to = await stage.portal.db
    .prepare(
      `SELECT a.email FROM password_resets r JOIN accounts a ON a.id = r.account_id WHERE r.requested_by IS NOT NULL`
    )
    .first<string>('email')
  expect(await nextMail(to ?? '')).toContain('Someone who helps you')
})
