import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as, Browser } from '../support/browser.ts'
import { hour, minute, second } from '../support/clock.ts'
import { seed } from '../support/people.ts'

beforeEach(seed)

const seconds = { Accept: 'text/plain' }
const setSession = (assignments: string, id = 'rosa') =>
  env.DB.prepare(`UPDATE sessions SET ${assignments} WHERE account_id = ?`).bind(id).run()
const seenAt = async (id = 'rosa') =>
  (await env.DB.prepare('SELECT seen_at FROM sessions WHERE account_id = ?')
    .bind(id)
    .first<number>('seen_at')) ?? 0
const seenBefore = (milliseconds: number, id = 'rosa') =>
  setSession(`seen_at = ${Date.now() - milliseconds}`, id)

const ask = async (browser: Browser, account: string) =>
  (await browser.get(`/session/extension?account=${account}`, seconds)).text()
const stay = async (browser: Browser, account: string) =>
  (await browser.post('/session/extension', { account }, seconds)).text()
const numbers = (answer: string) => answer.split(' ').map(Number)
const near = (value: number | undefined, expected: number) =>
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(2)

describe('asking how long is left', () => {
  test.each([
    ['rosa', 30],
    ['nadia', 15],
  ] as const)('tells %s the seconds of %d idle minutes and of twelve hours', async (who, limit) => {
    await setSession(`created_at = ${Date.now() - 2 * hour}, seen_at = ${Date.now() - 5 * minute}`, who)
    const [idle, last] = numbers(await ask(as(who), who))
    near(idle, (limit - 5) * 60)
    near(last, 10 * 3600)
  })

  test('is no activity, whatever headers come with it: a page that asks all day does not stay signed in', async () => {
    await seenBefore(20 * minute)
    const before = await seenAt()
    for (const headers of [seconds, {}, { Accept: 'text/html' }, { 'Sec-Fetch-Mode': 'navigate' }])
      await as('rosa').get('/session/extension?account=rosa', headers as Record<string, string>)
    expect(await seenAt()).toBe(before)
  })

  test('says that it is over after the limit, and leaves the cookie for what was typed to be kept by', async () => {
    await seenBefore(30 * minute + second)
    const browser = as('rosa')
    expect(await ask(browser, 'rosa')).toBe('0 0')
    expect(browser.jar.has('__Host-cs')).toBe(true)
  })

  test('says that it is over for the account of the page where another has signed in since', async () => {
    expect(await ask(as('ines'), 'rosa')).toBe('0 1')
    expect(await ask(new Browser(), 'rosa')).toBe('0 0')
  })

  test('is not for a session whose second step is owed', async () => {
    await setSession('completed_at = NULL')
    expect(await ask(as('rosa'), 'rosa')).toBe('0 0')
  })
})

describe('staying', () => {
  test('gives the whole idle time again, also within the minute in which nothing else counts', async () => {
    await seenBefore(29 * minute)
    near(numbers(await stay(as('rosa'), 'rosa'))[0], 30 * 60)
    expect(Date.now() - (await seenAt())).toBeLessThan(5 * second)
    await seenBefore(40 * second)
    await stay(as('rosa'), 'rosa')
    expect(Date.now() - (await seenAt())).toBeLessThan(5 * second)
  })

  test('works again and again, until the twelve hours are over', async () => {
    await setSession(`created_at = ${Date.now() - 6 * hour}`)
    for (let i = 0; i < 12; i++) {
      await seenBefore(29 * minute)
      near(numbers(await stay(as('rosa'), 'rosa'))[0], 30 * 60)
    }
    await setSession(`created_at = ${Date.now() - 12 * hour + minute}, seen_at = ${Date.now()}`)
    near(numbers(await stay(as('rosa'), 'rosa'))[1], 60)
    await setSession(`created_at = ${Date.now() - 12 * hour}`)
    expect(await stay(as('rosa'), 'rosa')).toBe('0 0')
  })

  test('comes too late after the limit: nothing wakes a session that has ended', async () => {
    await seenBefore(30 * minute + second)
    const before = await seenAt()
    expect(await stay(as('rosa'), 'rosa')).toBe('0 0')
    expect(await seenAt()).toBe(before)
    await setSession(`seen_at = ${Date.now()}, ended_at = ${Date.now()}`)
    expect(await stay(as('rosa'), 'rosa')).toBe('0 0')
  })

  test('from a page of one account does not keep another’s session open', async () => {
    await seenBefore(20 * minute, 'ines')
    const before = await seenAt('ines')
    expect(await stay(as('ines'), 'rosa')).toBe('0 1')
    expect(await seenAt('ines')).toBe(before)
  })

  test('by the form alone leads back to the page, and never to another site', async () => {
    const post = async (next: string, browser = as('rosa')) =>
      (await browser.post('/session/extension', { account: 'rosa', next })).headers.get('Location')
    expect(await post('/patients/rosa-chart/labs')).toBe('/patients/rosa-chart/labs')
    expect(await post('//evil.test')).toBe('/')
    expect(await post('https://evil.test')).toBe('/')
    expect(await post('')).toBe('/')
    expect(await post('/patients/rosa-chart', as('ines'))).toBe('/')
  })
})

describe('leaving', () => {
  test('leads to sign-in, says why, and comes back to the page afterwards', async () => {
    await seenBefore(31 * minute)
    const browser = as('rosa')
    const answer = await browser.get('/session/extension?account=rosa&next=%2Fpatients%2Frosa-chart%2Flabs')
    expect(answer.headers.get('Location')).toBe('/sign-in?next=%2Fpatients%2Frosa-chart%2Flabs')
    expect(await (await browser.get('/sign-in')).text()).toContain('We signed you out for your privacy')
  })

  test('goes back to the page where the session goes on after all', async () => {
    const answer = await as('rosa').get(
      '/session/extension?account=rosa&next=%2Fpatients%2Frosa-chart%2Flabs'
    )
    expect(answer.headers.get('Location')).toBe('/patients/rosa-chart/labs')
  })

  test('leads somebody else who has signed in to their own first page', async () => {
    const answer = await as('ines').get('/session/extension?account=rosa&next=%2Fpatients%2Frosa-chart')
    expect(answer.headers.get('Location')).toBe('/')
  })
})

describe('the windows before the end', () => {
  const windows = (html: string) => [...html.matchAll(/<dialog id="([\w-]+)"[^>]*>/g)].map(([, id]) => id)

  test('stand on every page of someone who is signed in, closed, with the seconds that are left', async () => {
    await seenBefore(10 * minute)
    const html = await (await as('rosa').get('/patients/rosa-chart')).text()
    expect(windows(html)).toEqual(['still-there', 'last-minutes'])
    expect(html).not.toMatch(/<dialog[^>]* open/)
    expect(html).toContain('Are you still there?')
    expect(html).toContain('We will sign you out in <b class="nw">2 minutes</b>.')
    // Opening the page was activity: it has the whole time before it.
    expect(html).toContain('data-ends="1800 ')
    expect(await (await as('nadia').get('/admin')).text()).toContain('data-ends="900 ')
  })

  test('stand on no page of someone who is not', async () => {
    for (const page of ['/sign-in', '/help', '/terms'])
      expect(windows(await (await new Browser().get(page)).text())).toEqual([])
  })
})
