import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from '../support/chromium.ts'
import { openTab, phone, signIn, signInOf } from './portal.ts'
import { stage } from './stage.ts'

let browser: Awaited<ReturnType<typeof launch>>
beforeAll(async () => {
  browser = await launch({ args: ['--blink-settings=defaultFontSize=32'] })
})
afterAll(() => browser.close())

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
  const wide: Record<string, number> = {}
  for (const url of [
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
  ]) {
    await page.goto(url)
    const over = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    )
    if (over > 0) wide[url] = over
  }
  expect(wide).toEqual({})
  await context.close()
}, 60_000)
