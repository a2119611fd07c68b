import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { brokenAddresses } from '../support/broken-addresses.ts'
import { launch } from '../support/chromium.ts'
import { giveLongNames } from '../support/practices.ts'
import { setTextWide } from '../support/text-spacing.ts'
import { openTab, phone, signIn, signInOf } from './portal.ts'
import { stage } from './stage.ts'

let browser: Awaited<ReturnType<typeof launch>>
beforeAll(async () => {
  browser = await launch({ args: ['--blink-settings=defaultFontSize=32'] })
})
afterAll(() => browser.close())

const pagesOf = (home: string, thread: string | null) => [
  home,
  `${home}/messages`,
  `${home}/messages/${thread}`,
  `${home}/messages/new`,
  `${home}/appointments`,
  `${home}/labs`,
  `${home}/labs/history`,
  `${home}/users`,
  `${home}/record`,
  '/settings',
  '/help',
  '/accessibility',
  '/resources',
]

/** The pages that scroll sideways, and by how much. */
async function sideways(page: Page, urls: string[]) {
  const wide: Record<string, number> = {}
  for (const url of urls) {
    await page.goto(url)
    const over = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    )
    if (over > 0) wide[url] = over
  }
  return wide
}

test('with text twice as large in the browser, a phone scrolls up and down and never sideways', async () => {
  const { page, context } = await openTab({ ...stage, browser }, { viewport: phone })
  await page.goto('/sign-in')
  expect(
    await page.evaluate('parseFloat(getComputedStyle(document.documentElement).fontSize)')
  ).toBeGreaterThan(32)
  await signIn(page, signInOf(stage, 'patient'))
  await page.waitForURL(/patients/)
  const home = new URL(page.url()).pathname
  const thread = await stage.portal.db
    .prepare('SELECT id FROM threads WHERE patient_id = ? ORDER BY last_message_at DESC LIMIT 1')
    .bind(home.split('/').at(-1))
    .first<string>('id')
  const wide = await sideways(page, pagesOf(home, thread))
  expect(wide).toEqual({})
  await context.close()
}, 60_000)

test('the longest names scroll sideways neither in large text nor at 400 %, and no address is cut between two letters', async () => {
  const { db } = stage.portal
  await giveLongNames(db)
  const who = signInOf(stage, 'patient')
  const { page, context } = await openTab({ ...stage, browser }, { viewport: phone })
  const address = await db
    .prepare("SELECT email FROM accounts WHERE email LIKE '%' || ?")
    .bind(who.address)
    .first<string>('email')
  await signIn(page, { ...who, address: address ?? '' })
  await page.waitForURL(/patients/)
  const home = new URL(page.url()).pathname
  const thread = await db
    .prepare('SELECT id FROM threads WHERE patient_id = ? LIMIT 1')
    .bind(home.split('/').at(-1))
    .first<string>('id')
  const urls = pagesOf(home, thread)
  expect(await sideways(page, urls)).toEqual({})

  // The same session in text of the usual size.
  const state = await context.storageState()
  await context.close()
  const { page: usual, context: inUsualSize } = await openTab(stage, {
    viewport: { width: 320, height: 256 },
    storageState: state,
  })
  expect(await sideways(usual, urls)).toEqual({})
  await usual.setViewportSize(phone)
  for (const url of ['/settings', `${home}/users`]) {
    await usual.goto(url)
    expect(await usual.locator('main .whole').count(), url).toBeGreaterThan(0)
    expect(await usual.evaluate(brokenAddresses), url).toEqual([])
  }
  await usual.evaluate(setTextWide)
  const beside = await usual.evaluate<string[]>(
    `[...document.querySelectorAll('.thumb a')].filter((tab) => tab.scrollWidth > tab.clientWidth || tab.getBoundingClientRect().right > innerWidth).map((tab) => tab.textContent)`
  )
  expect(beside).toEqual([])
  await inUsualSize.close()
}, 60_000)
