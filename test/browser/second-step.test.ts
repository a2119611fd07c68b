import type { BrowserContextOptions } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  appCode,
  openTab,
  phone,
  type Stage,
  signIn,
  signInHere,
  signInOf,
  withoutJavaScript,
} from './portal.ts'
import { stage } from './stage.ts'

const ways: [string, BrowserContextOptions][] = [
  ['with JavaScript', { viewport: phone }],
  ['without JavaScript', { viewport: phone, ...withoutJavaScript }],
]
const signedIn = (page: Awaited<ReturnType<typeof openTab>>['page']) =>
  page.getByText('Sign out').first().waitFor({ state: 'attached' })

async function open(options: BrowserContextOptions, who = signInOf(stage as Stage, 'patient')) {
  const tab = await openTab(stage, options)
  await signIn(tab.page, who)
  return tab
}

test.each(ways)(
  'an app is set up, asked for, stood in for by a recovery code, and turned off again, %s',
  async (_, options) => {
    const who = signInOf(stage, 'patient')
    const { page, context, complaints } = await open(options)
    await signedIn(page)
    await page.goto('/settings/second-step')
    await page.getByRole('link', { name: 'Set up an authenticator app' }).click()
    // Signed in a moment ago: the password is not asked for again.
    await page.getByRole('heading', { name: 'Set up an authenticator app' }).waitFor()
    expect(await page.getByRole('img', { name: 'A square code' }).count()).toBe(1)
    const secret = (await page.locator('code').first().textContent())?.replace(/\s/g, '') ?? ''
    await page.getByLabel('Security code').fill('000000')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('That code is not right').first().waitFor()
    expect((await page.locator('code').first().textContent())?.replace(/\s/g, '')).toBe(secret)
    await page.getByLabel('Security code').fill(await appCode(secret))
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    const codes = await page.locator('#recovery-codes li, #codes li').allTextContents()
    expect(codes).toHaveLength(10)
    await page.getByRole('button', { name: 'I have saved them' }).click()
    await context.close()

    const withApp = { ...who, totpSecret: secret }
    const again = await open(options, withApp)
    await signedIn(again.page)
    await again.context.close()

    // The phone is lost: a code from paper lets one in, once.
    const lost = await openTab(stage, options)
    await signIn(lost.page, who)
    await lost.page.getByRole('link', { name: 'Use a recovery code' }).click()
    await lost.page.getByLabel('Recovery code').fill(codes[0]?.trim() ?? '')
    await lost.page.getByRole('button', { name: 'Continue' }).click()
    await signedIn(lost.page)
    await lost.page.goto('/settings/second-step')
    await lost.page.getByText('9 of 10 left').waitFor()
    await lost.page.getByRole('link', { name: 'Turn off the second step' }).click()
    await lost.page.getByRole('button', { name: 'Turn it off' }).click()
    await lost.page.getByText('Not set up').waitFor()
    await lost.context.close()
    expect(complaints.filter((text) => !/status of 422/.test(text))).toEqual([])
  }
)

test.each(ways)('a device is seen from another, and signed out there, %s', async (_, options) => {
  const other = await open(options)
  await signedIn(other.page)
  const { page, context } = await open(options)
  await signedIn(page)
  await page.goto('/settings/devices')
  await page.getByText('This device').waitFor()
  await page.getByRole('button', { name: 'Sign out all other devices' }).click()
  await page.getByText('This device').waitFor()
  await other.page.reload()
  expect(new URL(other.page.url()).pathname).toBe('/sign-in')
  await page.reload()
  expect(new URL(page.url()).pathname).toBe('/settings/devices')
  await other.context.close()
  await context.close()
})

test.each(ways)(
  'new terms are asked about once, on the way to where one was going, %s',
  async (_, options) => {
    const { db } = stage.portal
    const version = await db.prepare('SELECT terms_version AS v FROM practice').first<string>('v')
    await db.prepare(`UPDATE practice SET terms_version = '2027-01'`).run()
    const who = signInOf(stage, 'patient')
    const goThere = async () => {
      const tab = await openTab(stage, options)
      await tab.page.goto('/settings/devices')
      await signInHere(tab.page, who)
      return tab
    }
    try {
      const { page, context } = await goThere()
      await page.getByRole('heading', { name: 'Our terms have changed' }).waitFor()
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByText('Check the box to agree').first().waitFor()
      await page.getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor()
      await context.close()
      const again = await goThere()
      await again.page.getByRole('heading', { name: 'Where you are signed in' }).waitFor()
      await again.context.close()
    } finally {
      await db.batch([
        db.prepare('UPDATE practice SET terms_version = ?').bind(version),
        db.prepare('DELETE FROM terms_acceptances WHERE version = ?').bind('2027-01'),
        db.prepare('UPDATE accounts SET terms_version = ? WHERE terms_version = ?').bind(version, '2027-01'),
      ])
    }
  }
)
