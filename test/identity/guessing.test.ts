import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { safeNext } from '../../src/identity/sign-in/credentials.ts'
import { forgetTries, limits, sweepThrottles, takeTry } from '../../src/identity/throttle.ts'
import { bare } from '../support/bare.ts'
import { as, Browser } from '../support/browser.ts'
import { Clock, day, hour, minute } from '../support/clock.ts'
import { db, password, seed } from '../support/people.ts'

beforeEach(seed)

const from = (address: string) => ({ 'CF-Connecting-IP': address })
const guess = (email: string, typed: string, address = '198.51.100.1') =>
  new Browser().post('/sign-in', { email, password: typed }, from(address))

test('after five wrong passwords even the right one waits, with the same answer', async () => {
  const answers: string[] = []
  for (let i = 0; i < 5; i++)
    answers.push(bare(await (await guess('rosa@example.test', 'Wrong-Horse-9', `198.51.100.${i}`)).text()))
  const sixth = await guess('rosa@example.test', password, '198.51.100.9')
  expect(sixth.status).toBe(422)
  expect(new Set([...answers, bare(await sixth.text())]).size).toBe(1)
})

test('when the pause is over the owner is in at once, and starts afresh', async () => {
  for (let i = 0; i < 5; i++) await guess('rosa@example.test', 'Wrong-Horse-9', `198.51.100.${i}`)
  await env.DB.prepare('UPDATE throttles SET blocked_until = 1').run()
  expect((await guess('rosa@example.test', password, '198.51.100.9')).status).toBe(303)
  for (let i = 0; i < 4; i++) await guess('rosa@example.test', 'Wrong-Horse-9', '198.51.100.9')
  expect((await guess('rosa@example.test', password, '198.51.100.9')).status).toBe(303)
})

test('an address nobody has is paused in the same way', async () => {
  const answers: string[] = []
  for (let i = 0; i < 7; i++)
    answers.push(bare(await (await guess('nobody@example.test', 'Wrong-Horse-9', `198.51.100.${i}`)).text()))
  expect(new Set(answers).size).toBe(1)
})

test('fifty guesses at once are looked at five times at most', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      guess('rosa@example.test', i < 49 ? `Wrong-Horse-${i}` : password, `198.51.100.${i}`)
    )
  )
  expect(answers.filter(({ status }) => status === 422).length).toBeGreaterThanOrEqual(49)
  const { results } = await env.DB.prepare('SELECT max(count) AS most FROM throttles').all<{ most: number }>()
  expect(results[0]?.most).toBeLessThanOrEqual(5)
})

test('one network that tries many addresses is stopped, and another is not', async () => {
  for (let i = 0; i < 20; i++) await guess(`person-${i}@example.test`, 'Wrong-Horse-9')
  expect((await guess('rosa@example.test', password)).status).toBe(422)
  expect((await guess('rosa@example.test', password, '203.0.113.99')).status).toBe(303)
})

test('many who sign in rightly behind one address do not stop each other', async () => {
  for (let i = 0; i < 30; i++) expect((await guess('rosa@example.test', password)).status).toBe(303)
})

test('counters hold neither addresses nor networks in the clear', async () => {
  await guess('rosa@example.test', 'Wrong-Horse-9', '198.51.100.77')
  const rows = JSON.stringify((await env.DB.prepare('SELECT * FROM throttles').all()).results)
  expect(rows).not.toMatch(/rosa@|example|198\.51/)
})

test('a password of ten thousand letters is refused before it is hashed, like any wrong one', async () => {
  const response = await guess('rosa@example.test', 'Aa1!'.repeat(2500))
  expect(response.status).toBe(422)
  expect(await response.text()).not.toContain('Aa1!Aa1!')
})

test('strangers who guess all day do not keep the owner out of a device they have used', async () => {
  const own = new Browser()
  await own.post('/sign-in', { email: 'rosa@example.test', password }, from('203.0.113.50'))
  await own.post('/sign-out')
  for (let i = 0; i < 30; i++) await guess('rosa@example.test', 'Wrong-Horse-9', `198.51.100.${i}`)
  const email = 'rosa@example.test'
  expect((await own.post('/sign-in', { email, password }, from('203.0.113.50'))).status).toBe(303)
})

test('a device that was used has five tries like everyone, and for its own address only', async () => {
  const own = new Browser()
  const attempt = (email: string, typed: string) =>
    own.post('/sign-in', { email, password: typed }, from('203.0.113.50'))
  await attempt('rosa@example.test', password)
  await own.post('/sign-out')
  for (let i = 0; i < 5; i++) await guess('ines@example.test', 'Wrong-Horse-9', `198.51.100.${i}`)
  expect((await attempt('ines@example.test', password)).status).toBe(422)
  for (let i = 0; i < 5; i++) await attempt('rosa@example.test', 'Wrong-Horse-9')
  expect((await attempt('rosa@example.test', password)).status).toBe(422)
})

test.each(['', '.', 'x.y', 'aaaaaaaaaaaaaaaaaaaaa.', '%', 'a.b.c'])(
  '%j is no device of ours',
  async (forged) => {
    for (let i = 0; i < 5; i++) await guess('rosa@example.test', 'Wrong-Horse-9', `198.51.100.${i}`)
    const browser = new Browser()
    browser.jar.set('__Host-device', forged)
    expect((await browser.post('/sign-in', { email: 'rosa@example.test', password })).status).toBe(422)
  }
)

test('one household of IPv6 addresses is one network', async () => {
  for (let i = 0; i < 20; i++)
    await guess(`person-${i}@example.test`, 'Wrong-Horse-9', `2001:db8:0:7:${i}::${i}`)
  expect((await guess('rosa@example.test', password, '2001:db8::7:1:2:3:4')).status).toBe(422)
  expect((await guess('rosa@example.test', password, '2001:db8:0:8::1')).status).toBe(303)
})

describe('the shield before sign-in and registration', () => {
  const limiter = (limit: RateLimit['limit']) => new Browser({ ...env, SIGN_IN_SHIELD: { limit } })
  const post = (browser: Browser, path: string) =>
    browser.post(path, { email: 'rosa@example.test', password })
  const nothingCounted = async () =>
    expect(await env.DB.prepare('SELECT count(*) AS n FROM throttles').first('n')).toBe(0)

  test.each(['/sign-in', `/register/${'a'.repeat(43)}`])(
    'turns a flood at %s away, before anything is counted',
    async (path) => {
      const response = await post(
        limiter(async () => ({ success: false })),
        path
      )
      expect(response.status).toBe(429)
      expect(response.headers.get('Retry-After')).toBe('60')
      expect(await response.text()).toContain('Too many tries')
      await nothingCounted()
    }
  )

  test('knows a network and what it posts at, and neither in the clear', async () => {
    const keys: string[] = []
    const browser = limiter(async ({ key }) => ({ success: keys.push(key) > 0 }))
    for (const [email, address] of [
      ['rosa@example.test', '198.51.100.1'],
      ['ROSA@example.test ', '198.51.100.1'],
      ['rosa@example.test', '198.51.100.2'],
      ['ines@example.test', '198.51.100.1'],
    ] as const)
      await browser.post('/sign-in', { email, password: 'Wrong-Horse-9' }, from(address))
    expect(keys.length).toBe(4)
    expect(new Set(keys).size).toBe(3)
    expect(keys.join()).not.toMatch(/rosa|198\.51/)
  })

  test('lets everyone pass when it does not answer', async () => {
    const browser = limiter(() => Promise.reject(new Error('no answer')))
    expect((await post(browser, '/sign-in')).status).toBe(303)
  })
})

describe('a pause', () => {
  const limit = { free: 3, window: hour, pause: minute, longest: 8 * minute }
  const attempt = async (clock: Clock) => {
    const d = db()
    const [rows] = await d.batch([takeTry(d, 'key', limit, clock.now())])
    return rows.length > 0
  }
  const blockedFor = async (clock: Clock) =>
    ((await env.DB.prepare("SELECT blocked_until FROM throttles WHERE key = 'key'").first<number>(
      'blocked_until'
    )) ?? clock.now().getTime()) - clock.now().getTime()

  test('doubles with every try after it, up to its longest', async () => {
    const clock = new Clock()
    const pauses: number[] = []
    for (let i = 0; i < 8; i++) {
      expect(await attempt(clock)).toBe(true)
      const pause = await blockedFor(clock)
      pauses.push(pause / minute)
      if (pause === 0) continue
      clock.pass(pause - 1)
      expect(await attempt(clock)).toBe(false)
      clock.pass(1)
    }
    expect(pauses).toEqual([0, 0, 1, 2, 4, 8, 8, 8])
  })

  test('is forgotten after its window, or when the right answer comes', async () => {
    const clock = new Clock()
    for (let i = 0; i < 3; i++) await attempt(clock)
    clock.pass(hour + 1)
    expect(await attempt(clock)).toBe(true)
    expect(await blockedFor(clock)).toBe(0)
    await forgetTries(db(), 'key')
    expect(await env.DB.prepare('SELECT count(*) AS n FROM throttles').first('n')).toBe(0)
  })

  test('is swept only when no window can need it', async () => {
    const left = async () =>
      (await env.DB.prepare('SELECT key FROM throttles').all<{ key: string }>()).results
        .map(({ key }) => key)
        .sort()
    const clock = new Clock()
    const d = db()
    for (const [name, each] of Object.entries(limits)) await d.batch([takeTry(d, name, each, clock.now())])
    const long = Object.entries(limits)
      .filter(([, { window }]) => window > 2 * day)
      .map(([name]) => name)
    await sweepThrottles(d, clock.pass(2 * day - 1))
    expect((await left()).length).toBe(Object.keys(limits).length)
    await sweepThrottles(d, clock.pass(2))
    expect(await left()).toEqual(long.sort())
    await sweepThrottles(d, clock.pass(362 * day))
    expect(await left()).toEqual(long.sort())
    await sweepThrottles(d, clock.pass(2 * day))
    expect(await left()).toEqual([])
  })
})

describe('where sign-in leads', () => {
  test.each([
    '//evil.test',
    '/\\evil.test',
    'https://evil.test',
    'javascript:alert(1)',
    'evil.test',
    '/\t/evil.test',
    '/\n/evil.test',
    '/a?b=https://evil.test',
    '/a#b',
    '/@evil.test',
    '/sign-in',
    '/sign-in/second-step',
    '',
    ' /records',
    '\u0000/records',
  ])('never to %j', (next) => {
    expect(safeNext(next)).toBeUndefined()
  })

  test.each(['/records', '/patients/rosa-chart/labs/reports/cbc', '/admin', '/'])('but to %s', (next) => {
    expect(safeNext(next)).toBe(next)
  })

  test('to the page someone came for', async () => {
    const browser = new Browser()
    const page = (await browser.get('/patients/rosa-chart/labs')).headers.get('Location') ?? ''
    const response = await browser.submit(page, { email: 'rosa@example.test', password })
    expect(response.headers.get('Location')).toBe('/patients/rosa-chart/labs')
  })

  test('to our own first page when the address asks for another site', async () => {
    const response = await new Browser().post('/sign-in?next=https://evil.test/', {
      email: 'rosa@example.test',
      password,
    })
    expect(response.headers.get('Location')).toBe('/')
  })

  test.each([
    ['rosa', '/patients/rosa-chart'],
    ['milo', '/records|/patients/rosa-chart'],
    ['vera', '/records'],
    ['frida', '/admin'],
    ['audra', '/admin'],
  ] as const)('%s starts at %s', async (person, page) => {
    expect((await as(person).get('/')).headers.get('Location')).toMatch(new RegExp(`^(${page})$`))
  })
})
