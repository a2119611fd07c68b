import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { desktop, openTab, signIn, signInHere, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

const minute = 60_000
const hour = 60 * minute

/** Somebody signed in, in a browser whose clock the test moves. The server's does not move: its rows are aged instead. */
async function openAs(role: string, options: Parameters<typeof openTab>[1] = {}) {
  // What the tests before left behind.
  for (const left of [
    'sessions SET ended_at = 0 WHERE ended_at',
    'kept_forms SET finished_at = 0 WHERE finished_at',
  ])
    await stage.portal.db.prepare(`UPDATE ${left} IS NULL`).run()
  const tab = await openTab(stage, options)
  tab.page.setDefaultTimeout(30_000)
  await tab.page.clock.install()
  await signIn(tab.page, signInOf(stage, role))
  await tab.page.locator('.menu summary').waitFor()
  const home = new URL(tab.page.url()).pathname
  return { ...tab, home }
}
const openPatient = (options: Parameters<typeof openTab>[1] = {}) => openAs('patient', options)

const set = (assignments: string) =>
  stage.portal.db.prepare(`UPDATE sessions SET ${assignments} WHERE ended_at IS NULL`).run()
/** Nobody has done anything for so long. */
const quietFor = (milliseconds: number) => set(`seen_at = ${Date.now() - milliseconds}`)
const quiet = async () =>
  Date.now() -
  ((await stage.portal.db
    .prepare('SELECT max(seen_at) AS at FROM sessions WHERE ended_at IS NULL')
    .first<number>('at')) ?? 0)
const pass = async (page: Page, milliseconds: number) => {
  await page.clock.fastForward(milliseconds)
  await page.waitForLoadState('networkidle')
}

const question = (page: Page) => page.getByRole('dialog', { name: 'Are you still there?' })
const ending = (page: Page) => page.getByRole('dialog', { name: 'Your time is almost up' })
const stay = (page: Page) => page.getByRole('button', { name: 'Stay signed in' })
const signInTitle = (page: Page) => page.getByRole('heading', { level: 1, name: 'Sign in' })
const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement.id || document.activeElement.textContent')

/** What a form saves by itself fails from now on: on a slow machine it would cross with the end of the session. */
const stopSaving = (page: Page) =>
  page.route('**/messages/**', (route) =>
    route.request().headers()['hx-request'] ? route.abort() : route.continue()
  )

async function reachLimit(page: Page, limit = 30 * minute) {
  await quietFor(limit + 1000)
  await page.clock.fastForward(limit)
}

describe('two minutes before the limit', () => {
  test.each([
    ['a patient', 'patient', 30],
    ['staff', 'nurse', 15],
  ])(
    '%s is asked, in a window that takes the focus and gives it back',
    async (_, role, limit) => {
      const { page, context, complaints } = await openAs(role, { viewport: desktop })
      await page.locator('summary').first().focus()
      const before = await focused(page)
      await quietFor((limit - 3) * minute)
      await pass(page, (limit - 2) * minute)
      expect(await question(page).count()).toBe(0)
      await quietFor((limit - 2) * minute)
      await pass(page, minute + 1000)
      await question(page).waitFor()
      expect(await question(page).getByText('We will sign you out in').textContent()).toBe(
        'We will sign you out in 2 minutes.'
      )
      expect(await focused(page)).toBe('Stay signed in')
      await stay(page).click()
      await question(page).waitFor({ state: 'hidden' })
      expect(await focused(page)).toBe(before)
      expect(await quiet()).toBeLessThan(10_000)
      expect(complaints).toEqual([])
      await context.close()
    },
    60_000
  )

  test('the time is counted down where a screen reader hears it', async () => {
    const { page, context } = await openPatient()
    await quietFor(28 * minute)
    await page.clock.fastForward(28 * minute)
    await question(page).waitFor()
    for (const [left, words] of [
      [minute, '1 minute'],
      [30_000, '30 seconds'],
    ] as const) {
      await quietFor(30 * minute - left)
      await page.clock.fastForward(minute / 2)
      await page.getByText(`We will sign you out in ${words}.`).waitFor()
    }
    expect(await question(page).locator('[aria-live=polite]').count()).toBe(1)
    await context.close()
  }, 60_000)

  test('one may stay a dozen times, by the button or by the Escape key', async () => {
    const { page, context } = await openPatient()
    for (let i = 0; i < 12; i++) {
      await quietFor(28 * minute)
      await page.clock.fastForward(28 * minute)
      await question(page).waitFor()
      if (i % 2) await page.keyboard.press('Escape')
      else await stay(page).click()
      await question(page).waitFor({ state: 'hidden' })
      expect(await quiet()).toBeLessThan(10_000)
    }
    await context.close()
  }, 120_000)

  test('one may sign out at once', async () => {
    const { page, context } = await openPatient()
    await quietFor(28 * minute)
    await page.clock.fastForward(28 * minute)
    await question(page).getByRole('button', { name: 'Sign out now' }).click()
    await page.getByText('You are signed out.').waitFor()
    await context.close()
  }, 60_000)

  test('a try to stay that does not get through is said, and can be made again', async () => {
    const { page, context } = await openPatient()
    await quietFor(28 * minute)
    await page.clock.fastForward(28 * minute)
    await question(page).waitFor()
    await context.setOffline(true)
    await stay(page).click()
    await question(page).getByText('That did not work.').waitFor()
    await context.setOffline(false)
    await stay(page).click()
    await question(page).waitFor({ state: 'hidden' })
    await context.close()
  }, 60_000)
})

describe('at the limit', () => {
  test('the page is left for sign-in, and Back shows nothing', async () => {
    const { page, context, home } = await openPatient()
    await page.goto(`${home}/messages`)
    await page.goto(`${home}/labs`)
    await reachLimit(page)
    await signInTitle(page).waitFor()
    await page.getByText('We signed you out for your privacy').waitFor()
    expect(new URL(page.url()).searchParams.get('next')).toBe(`${home}/labs`)
    for (const _ of [1, 2]) {
      await page.goBack()
      await signInTitle(page).waitFor()
      expect(await page.locator('a[href^="/patients/"]').count()).toBe(0)
    }
    await context.close()
  }, 60_000)

  test('nothing stays on the screen of a device that is offline', async () => {
    const { page, context, home } = await openPatient()
    await page.goto(`${home}/messages`)
    await context.setOffline(true)
    await reachLimit(page)
    await expect.poll(() => page.url()).toMatch(/^chrome-error/)
    await context.close()
  }, 60_000)

  test('a screen that wakes up after it shows nothing until it knows', async () => {
    const { page, context } = await openPatient()
    await quietFor(31 * minute)
    let answer = () => {}
    await page.route('**/session/extension*', async (route) => {
      if (route.request().isNavigationRequest()) return route.continue()
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      await route.continue()
    })
    await page.clock.fastForward(31 * minute)
    await page.waitForFunction("document.body.style.visibility === 'hidden'")
    answer()
    await signInTitle(page).waitFor()
    await context.close()
  }, 60_000)

  test('what was typed is kept, but no password, and waits behind sign-in', async () => {
    const { page, context, home } = await openPatient()
    await stopSaving(page)
    await page.goto(`${home}/messages/new`)
    await page.getByRole('radio', { name: /Medicine or refill/ }).check()
    await page.getByLabel('Subject').fill('Written until the end')
    await page.getByLabel('Message', { exact: true }).fill('It itches.\nWhat can I do?')
    await reachLimit(page)
    await page.getByText('What you typed is kept').waitFor()
    await signIn(page, signInOf(stage, 'patient'))
    await page.getByText('Written until the end').first().waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/kept\//)
    await context.close()
  }, 60_000)

  test('what was saved as a draft before is kept as it was typed last', async () => {
    const { page, context, home } = await openPatient()
    await page.goto(`${home}/messages/new`)
    await page.getByLabel('Subject').fill('Saved along the way')
    await page.waitForURL(/\/drafts\//)
    await stopSaving(page)
    await page.getByLabel('Message', { exact: true }).fill('Typed at the very end.')
    await reachLimit(page)
    await page.getByText('What you typed is kept').waitFor()
    await signInHere(page, signInOf(stage, 'patient'))
    await page.waitForURL(/\/kept\//)
    await page.getByText('Saved along the way').first().waitFor()
    await page.getByText('Typed at the very end.').first().waitFor()
    await context.close()
  }, 60_000)

  test('a password that was typed, shown or not, is sent nowhere', async () => {
    const { page, context } = await openPatient()
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData()}`))
    await page.goto('/confirm')
    await page.getByLabel('Password', { exact: true }).fill('Canary-Secret-77')
    await page.getByRole('button', { name: /^Show/ }).click()
    await reachLimit(page)
    await signInTitle(page).waitFor()
    expect(sent.filter((line) => line.includes('Canary'))).toEqual([])
    await context.close()
  }, 60_000)
})

describe('what counts', () => {
  test('typing does: a slow writer is never asked', async () => {
    const { page, context, home } = await openPatient()
    await page.goto(`${home}/messages/new`)
    const box = page.getByLabel('Message', { exact: true })
    await box.focus()
    for (let i = 0; i < 3; i++) {
      await quietFor(25 * minute)
      await page.clock.fastForward(25 * minute)
      await Promise.all([
        page.waitForResponse((response) => response.request().method() === 'POST'),
        page.keyboard.type('a'),
      ])
      expect(await quiet()).toBeLessThan(10_000)
    }
    expect(await box.inputValue()).toBe('aaa')
    expect(await question(page).count()).toBe(0)
    await context.close()
  }, 60_000)

  test('typing asks the server once a minute, not once a key', async () => {
    const { page, context, home } = await openPatient()
    await page.goto(`${home}/messages/new`)
    await page.getByLabel('Subject').focus()
    await page.clock.fastForward(2 * minute)
    let posts = 0
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/session/extension')) posts++
    })
    await page.keyboard.type('forty keys, one after the other, quickly')
    await page.waitForLoadState('networkidle')
    expect(posts).toBe(1)
    await context.close()
  }, 60_000)

  test('an open page that only asks does not: it is left in time', async () => {
    const { page, context } = await openPatient()
    await quietFor(27 * minute)
    for (let i = 0; i < 5; i++) {
      await Promise.all([
        page.waitForResponse(/session\/extension/),
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))"),
      ])
    }
    expect(await quiet()).toBeGreaterThan(27 * minute - 1000)
    await context.close()
  }, 60_000)
})

/** A second tab of the same browser. */
async function another(context: BrowserContext, path: string) {
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(path)
  return page
}

describe('with two tabs', () => {
  test('work in one keeps the other open without a question', async () => {
    const { page, context, home } = await openPatient()
    const worker = await another(context, `${home}/labs`)
    await quietFor(28 * minute)
    await worker.goto(`${home}/messages`)
    await Promise.all([page.waitForResponse(/session\/extension/), page.clock.fastForward(28 * minute)])
    expect(await question(page).count()).toBe(0)
    await context.close()
  }, 60_000)

  test('staying in one closes the question in the other', async () => {
    const { page, context, home } = await openPatient()
    const other = await another(context, `${home}/labs`)
    await quietFor(28 * minute)
    for (const tab of [page, other]) {
      await tab.clock.fastForward(28 * minute)
      await question(tab).waitFor()
    }
    await stay(other).click()
    await question(other).waitFor({ state: 'hidden' })
    await page.clock.fastForward(31_000)
    await question(page).waitFor({ state: 'hidden' })
    await context.close()
  }, 60_000)

  test('a tab of somebody who was here before shows nothing once another has signed in', async () => {
    const { page, context, home } = await openPatient()
    await page.goto(`${home}/messages/new`)
    await page.getByLabel('Message', { exact: true }).fill('For my doctor only')
    const other = await another(context, '/resources')
    await other.locator('summary').first().click()
    await other.getByRole('button', { name: 'Sign out', exact: true }).click()
    await signInTitle(other).waitFor()
    await signIn(other, signInOf(stage, 'caregiver'))
    await other.locator('.menu summary').waitFor()
    await page.bringToFront()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.waitForURL((url) => url.pathname !== `${home}/messages/new`)
    expect(await page.getByText('For my doctor only').count()).toBe(0)
    const kept = await stage.portal.db
      .prepare(
        "SELECT count(*) AS n FROM kept_forms WHERE path LIKE '%/messages/new' AND finished_at IS NULL AND kept_at > ?"
      )
      .bind(Date.now() - 20_000)
      .first('n')
    expect(kept).toBe(0)
    await context.close()
  }, 60_000)
})

test('ten minutes before the twelve hours are over one is told once, and nothing makes them longer', async () => {
  const { page, context, home } = await openPatient()
  await page.goto(`${home}/labs`)
  await set(`created_at = ${Date.now() - 12 * hour + 9 * minute}`)
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  await ending(page).waitFor()
  await ending(page).getByText('That is in 9 minutes.').waitFor()
  expect(await stay(page).count()).toBe(0)
  await ending(page).getByRole('button', { name: 'OK' }).click()
  await ending(page).waitFor({ state: 'hidden' })
  await page.clock.fastForward(2 * minute)
  await page.keyboard.press('Tab')
  await page.waitForLoadState('networkidle')
  expect(await ending(page).count()).toBe(0)
  await set(`created_at = ${Date.now() - 12 * hour}`)
  await page.clock.fastForward(8 * minute)
  await signInTitle(page).waitFor()
  await page.getByText('We signed you out for your privacy').waitFor()
  await context.close()
}, 60_000)

test('without JavaScript no window is in the way, and the limit holds all the same', async () => {
  const { page, context } = await openPatient(withoutJavaScript)
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await stay(page).isVisible()).toBe(false)
  await quietFor(30 * minute + 1000)
  await page.reload()
  await page.getByText('We signed you out for your privacy').waitFor()
  await context.close()
}, 60_000)
