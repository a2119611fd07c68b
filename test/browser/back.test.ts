import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openTab, signIn, signInHere, signInOf } from './portal.ts'
import { stage } from './stage.ts'

// The browser of the tests keeps no pages (nor does any that a test may drive), so the event that one comes back with is
// made here. What a browser really keeps is its own choice: of pages that may not be stored Chrome keeps some, for minutes.

/** A patient's tab on Messages; it remembers for how long it was the same page. */
async function openMessages() {
  const tab = await openTab(stage)
  await signIn(tab.page, signInOf(stage, 'patient'))
  await tab.page.getByRole('link', { name: /^Messages/ }).click()
  await tab.page.getByRole('heading', { level: 1, name: 'Messages' }).waitFor()
  await tab.page.evaluate('window.stayed = true')
  return tab
}
/** Brings the page up again, and tells whether it can be seen in that very moment. */
const bringBack = (page: Page) =>
  page.evaluate<boolean>(`{
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    document.querySelector('main').checkVisibility({ visibilityProperty: true })
  }`)
const stayed = (page: Page) => page.evaluate<boolean | undefined>('window.stayed')
const signOutElsewhere = async (context: BrowserContext) => {
  const other = await context.newPage()
  await other.goto('/settings')
  await other.locator('summary').first().click()
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByText('You are signed out.').waitFor()
  return other
}

test('a page that Back brings up is there at once, as it was left, and asks whether its session goes on', async () => {
  const { page, context } = await openMessages()
  const asked = page.waitForRequest(/session\/extension/)
  expect(await bringBack(page)).toBe(true)
  await (await asked).response()
  expect(await stayed(page)).toBe(true)
  await context.close()
})

test('after signing out it is hidden before anything is asked, and is the sign-in page then', async () => {
  const { page, context } = await openMessages()
  await signOutElsewhere(context)
  let answer = () => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  await page.route('**/messages', async (route) => {
    await held
    await route.continue()
  })
  expect(await bringBack(page)).toBe(false)
  answer()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  expect(await page.locator('a[href^="/patients/"]').count()).toBe(0)
  await context.close()
})

test('when somebody else has signed in meanwhile it is not shown to them', async () => {
  const { page, context } = await openMessages()
  const other = await signOutElsewhere(context)
  await signInHere(other, signInOf(stage, 'caregiver'))
  await other.locator('.menu summary').waitFor()
  expect(await bringBack(page)).toBe(false)
  await expect.poll(() => stayed(page).catch(() => true)).toBeUndefined()
  await context.close()
})

test('when its session was ended from another device it is left for sign-in', async () => {
  const { page, context } = await openMessages()
  await stage.portal.db.prepare('UPDATE sessions SET ended_at = 0 WHERE ended_at IS NULL').run()
  await bringBack(page)
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  await context.close()
})

test('a page whose form was sent comes anew, so that nobody takes it for unsent', async () => {
  const { page, context } = await openMessages()
  await page.getByRole('link', { name: 'New message' }).click()
  await page.getByLabel('Something else').check()
  await page.getByLabel('Subject').fill('Sent, and back')
  await page.getByLabel('Message', { exact: true }).fill('Where may I park?')
  // What the answer leads to is not gone to: Back would come from there.
  await page.route('**/messages/**', async (route) => {
    if (route.request().method() === 'POST')
      await route.fulfill({ status: 204, headers: { 'HX-Redirect': '#sent' } })
    else await route.continue()
  })
  await page.evaluate('window.stayed = true')
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.waitForURL(/#sent/)
  await bringBack(page).catch(() => {})
  await expect.poll(() => stayed(page).catch(() => true)).toBeUndefined()
  await context.close()
})
