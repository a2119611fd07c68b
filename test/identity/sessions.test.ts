import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { sessions } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { isLive } from '../../src/identity/session.ts'
import { as, Browser } from '../support/browser.ts'
import { hour, minute, second } from '../support/clock.ts'
import { auditMark, auditSince, db, password, seed } from '../support/people.ts'

beforeEach(seed)

const now = new Date('2026-11-22T12:00:00Z')
const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds)
const session = (times: { createdAt?: Date; seenAt?: Date; completedAt?: Date | null }) => ({
  createdAt: ago(hour),
  seenAt: now,
  completedAt: ago(hour),
  ...times,
})

describe('a session lives', () => {
  test.each<[string, Parameters<typeof session>[0], boolean, boolean]>([
    ['a patient, a second before 30 idle minutes', { seenAt: ago(30 * minute - second) }, false, true],
    ['a patient, after 30 idle minutes', { seenAt: ago(30 * minute) }, false, false],
    ['staff, a second before 15 idle minutes', { seenAt: ago(15 * minute - second) }, true, true],
    ['staff, after 15 idle minutes', { seenAt: ago(15 * minute) }, true, false],
    ['anyone, a second before 12 hours', { createdAt: ago(12 * hour - second) }, false, true],
    ['anyone, after 12 hours of work', { createdAt: ago(12 * hour) }, false, false],
    [
      'a password alone, a second before 10 minutes',
      { createdAt: ago(10 * minute - second), completedAt: null },
      true,
      true,
    ],
    ['a password alone, after 10 minutes', { createdAt: ago(10 * minute), completedAt: null }, true, false],
  ])('%s: %o', (_, times, isStaff, lives) => {
    expect(isLive(session(times), isStaff, now)).toBe(lives)
  })
})

const setSession = (assignments: string, id = 'rosa') =>
  env.DB.prepare(`UPDATE sessions SET ${assignments} WHERE account_id = ?`).bind(id).run()
const opens = async (browser: Browser, page = '/records') => (await browser.get(page)).status === 200

test('each visit starts the idle time anew', async () => {
  await setSession(`seen_at = ${Date.now() - 29 * minute}`)
  const browser = as('rosa')
  expect(await opens(browser)).toBe(true)
  const seen = await env.DB.prepare("SELECT seen_at FROM sessions WHERE account_id = 'rosa'").first<number>(
    'seen_at'
  )
  expect(Date.now() - (seen ?? 0)).toBeLessThan(minute)
})

test.each([
  ['a poll', { 'HX-Poll': 'true' }],
  ['a prefetch', { 'Sec-Purpose': 'prefetch' }],
])('%s is nobody at work: the idle time runs on', async (_, headers) => {
  const seenAt = Date.now() - 20 * minute
  await setSession(`seen_at = ${seenAt}`)
  await as('rosa').get('/records', headers)
  expect(
    await env.DB.prepare("SELECT seen_at FROM sessions WHERE account_id = 'rosa'").first('seen_at')
  ).toBe(seenAt)
})

test('someone who was idle for too long is told so, and comes back to the page', async () => {
  await setSession(`seen_at = ${Date.now() - 31 * minute}`)
  const browser = as('rosa')
  const response = await browser.get('/patients/rosa-chart/labs')
  expect(response.headers.get('Location')).toBe('/sign-in?next=%2Fpatients%2Frosa-chart%2Flabs')
  expect(browser.jar.has('__Host-cs')).toBe(false)
  expect(await (await browser.get('/sign-in')).text()).toContain('We signed you out for your privacy')
  expect(await (await browser.get('/sign-in')).text()).not.toContain('We signed you out')
})

test('htmx leaves the page instead of swapping a sign-in form into it', async () => {
  const response = await new Browser().get('/patients/rosa-chart/labs', { 'HX-Request': 'true' })
  expect(response.status).toBe(401)
  expect(response.headers.get('HX-Redirect')).toContain('/sign-in')
  expect(await response.text()).toBe('')
})

test('a deactivated account is out on the next request, in every browser', async () => {
  await db()
    .insert(sessions)
    .values({
      tokenHash: await sha256('other'),
      accountId: 'nadia',
      createdAt: new Date(),
      seenAt: new Date(),
      completedAt: new Date(),
    })
  const other = new Browser()
  other.jar.set('__Host-cs', 'other')
  expect(await opens(as('nadia'), '/admin')).toBe(true)
  expect(await opens(other, '/admin')).toBe(true)
  await env.DB.prepare(`UPDATE accounts SET deactivated_at = ${Date.now()} WHERE id = 'nadia'`).run()
  expect(await opens(as('nadia'), '/admin')).toBe(false)
  expect(await opens(other, '/admin')).toBe(false)
})

test('a deactivated account cannot sign in, and learns nothing more than with a wrong password', async () => {
  await env.DB.prepare(`UPDATE accounts SET deactivated_at = ${Date.now()} WHERE id = 'rosa'`).run()
  const response = await new Browser().submit('/sign-in', { email: 'rosa@example.test', password })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('That email and password do not match')
})

describe('the cookie', () => {
  const signIn = async (browser = new Browser()) => {
    const response = await browser.submit('/sign-in', { email: 'rosa@example.test', password })
    return { browser, response }
  }

  test('is out of reach of scripts, other sites and plain connections', async () => {
    const { response } = await signIn()
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('__Host-cs='))
    const attributes = cookie?.split('; ').slice(1).sort()
    expect(attributes).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  test('that scripts may read says which pages may be brought up again, anew at each sign-in, and opens nothing', async () => {
    const { browser, response } = await signIn()
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('__Host-page='))
    expect(cookie?.split('; ').slice(1).sort()).toEqual(['Path=/', 'SameSite=Lax', 'Secure'])
    const first = browser.jar.get('__Host-page') ?? ''
    expect(first).toMatch(/^[\w-]{21}$/)
    expect(await (await browser.get('/settings')).text()).toContain(`data-page="${first}"`)
    const reader = new Browser()
    reader.jar.set('__Host-page', first)
    expect(await opens(reader)).toBe(false)
    await browser.post('/sign-in', { email: 'rosa@example.test', password })
    expect(browser.jar.get('__Host-page')).not.toBe(first)
    await browser.post('/sign-out')
    expect(browser.jar.get('__Host-page')).toBeFalsy()
  })

  test('that was planted before sign-in is never adopted', async () => {
    const browser = new Browser()
    browser.jar.set('__Host-cs', 'planted')
    await signIn(browser)
    expect(browser.jar.get('__Host-cs')).toMatch(/^[\w-]{43}$/)
    const attacker = new Browser()
    attacker.jar.set('__Host-cs', 'planted')
    expect(await opens(attacker)).toBe(false)
  })

  test('is a new one at each sign-in, and the old one ends', async () => {
    const { browser } = await signIn()
    const first = browser.jar.get('__Host-cs') ?? ''
    await browser.post('/sign-in', { email: 'rosa@example.test', password })
    expect(browser.jar.get('__Host-cs')).not.toBe(first)
    const old = new Browser()
    old.jar.set('__Host-cs', first)
    expect(await opens(old)).toBe(false)
  })

  test('is kept as a hash only', async () => {
    const { browser } = await signIn()
    const token = browser.jar.get('__Host-cs') ?? ''
    const rows = JSON.stringify((await env.DB.prepare('SELECT * FROM sessions').all()).results)
    expect(rows).not.toContain(token)
    expect(rows).toContain(await sha256(token))
  })

  test('is set by no page that is only read', async () => {
    for (const page of ['/sign-in', '/', '/forgot-password'])
      expect((await new Browser().get(page)).headers.getSetCookie()).toEqual([])
  })
})

test('sign-in, failures and sign-out are in the audit trail', async () => {
  const mark = await auditMark()
  const browser = new Browser()
  await browser.submit('/sign-in', { email: 'rosa@example.test', password: 'Wrong-Horse-9' })
  await browser.submit('/sign-in', { email: 'rosa@example.test', password })
  await browser.post('/sign-out')
  expect((await auditSince(mark)).map(({ action, account_id }) => [action, account_id])).toEqual([
    ['sign-in.wrong', 'rosa'],
    ['sign-in.password', 'rosa'],
    ['sign-in.ended', 'rosa'],
  ])
})
