import { env } from 'cloudflare:workers'
import { base32 } from 'oslo/encoding'
import { beforeEach, describe, expect, test } from 'vitest'
import { hashPassword } from '../../src/identity/password.ts'
import { totpStep } from '../../src/identity/totp.ts'
import { Browser } from '../support/browser.ts'
import { password, seed } from '../support/people.ts'
import { codeAt, owingSecondStep, totpSecret } from '../support/second-step.ts'

beforeEach(seed)

const wrongCode = async () => String((Number(await codeAt(new Date())) + 1) % 1_000_000).padStart(6, '0')
const mayWork = async (browser: Browser) => (await browser.get('/admin')).status === 200

test('staff who have no app yet set one up at their first sign-in, and then work', async () => {
  await owingSecondStep('newcomer')
  const browser = new Browser()
  const first = await browser.submit('/sign-in', { email: 'newcomer@example.test', password })
  expect(first.headers.get('Location')).toBe('/sign-in/second-step/set-up')
  expect(await mayWork(browser)).toBe(false)
  const html = await (await browser.get('/sign-in/second-step/set-up')).text()
  const secret = base32.decode((html.match(/<code>([A-Z2-7 ]+)<\/code>/)?.[1] ?? '').replaceAll(' ', ''), {
    strict: false,
  })
  expect(secret).toHaveLength(20)
  const done = await browser.submit('/sign-in/second-step/set-up', { code: await codeAt(new Date(), secret) })
  expect([done.status, done.headers.get('Location')]).toEqual([303, '/settings/second-step/recovery-codes'])
  expect(await mayWork(browser)).toBe(true)
})

test('two tabs that set up an app show the same key', async () => {
  const browser = await owingSecondStep('newcomer')
  const keys = await Promise.all(
    [1, 2, 3].map(
      async () =>
        (await (await browser.get('/sign-in/second-step/set-up')).text()).match(/<code>([^<]+)</)?.[1]
    )
  )
  expect(new Set(keys).size).toBe(1)
})

test('the key is sealed in the database', async () => {
  const browser = await owingSecondStep('newcomer')
  const html = await (await browser.get('/sign-in/second-step/set-up')).text()
  const typed = (html.match(/<code>([^<]+)</)?.[1] ?? 'none').replaceAll(' ', '')
  const rows = JSON.stringify((await env.DB.prepare('SELECT * FROM accounts').all()).results)
  expect(rows).not.toContain(typed)
})

test('a right code opens the portal with a new session', async () => {
  const browser = await owingSecondStep('halfway')
  const before = browser.jar.get('__Host-cs')
  const response = await browser.submit('/sign-in/second-step', { code: await codeAt(new Date()) })
  expect(response.status).toBe(303)
  expect(browser.jar.get('__Host-cs')).not.toBe(before)
  expect(await mayWork(browser)).toBe(true)
  const old = await owingSecondStep('halfway')
  expect((await old.get('/sign-in/second-step')).headers.get('Location')).toMatch(/^\/sign-in/)
})

test.each<[string, (code: string) => string]>([
  ['with spaces', (code) => ` ${code.slice(0, 3)} ${code.slice(3)} `],
  [
    'on a keyboard with digits of full width',
    (code) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ],
])('a code may be typed %s', async (_, typed) => {
  const browser = await owingSecondStep('halfway')
  const response = await browser.submit('/sign-in/second-step', { code: typed(await codeAt(new Date())) })
  expect(response.status).toBe(303)
})

test.each(['sessions', 'accounts', 'audit_entries'])(
  'a code that %s would not take in is not spent, and opens the portal on the next try',
  async (table) => {
    const browser = await owingSecondStep('halfway')
    const code = await codeAt(new Date())
    for (const act of ['INSERT', 'UPDATE'])
      await env.DB.prepare(
        `CREATE TRIGGER broken_${act} BEFORE ${act} ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`
      ).run()
    try {
      expect((await browser.post('/sign-in/second-step', { code })).status).toBe(500)
    } finally {
      for (const act of ['INSERT', 'UPDATE']) await env.DB.prepare(`DROP TRIGGER broken_${act}`).run()
    }
    expect(await mayWork(browser)).toBe(false)
    expect((await browser.post('/sign-in/second-step', { code })).status).toBe(303)
    expect(await mayWork(browser)).toBe(true)
  }
)

test('a code that was used does not forget how often others were wrong', async () => {
  const browser = await owingSecondStep('halfway')
  const code = await codeAt(new Date())
  expect((await browser.post('/sign-in/second-step', { code })).status).toBe(303)
  const thief = await owingSecondStep('halfway')
  await env.DB.prepare('UPDATE sessions SET ended_at = NULL WHERE completed_at IS NULL').run()
  for (let i = 0; i < 5; i++) expect((await thief.post('/sign-in/second-step', { code })).status).toBe(422)
  expect(await env.DB.prepare('SELECT count FROM throttles').first('count')).toBe(5)
})

describe('refused', () => {
  test.each([
    ['an empty code', '', 'Enter the 6 digits from your app'],
    ['letters', 'abcdef', 'That code is not right'],
    ['five digits', '12345', 'That code is not right'],
    ['digits of another script', '١٢٣٤٥٦', 'That code is not right'],
  ])('%s', async (_, code, sentence) => {
    const browser = await owingSecondStep('halfway')
    const response = await browser.submit('/sign-in/second-step', { code })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain(sentence)
    expect(await mayWork(browser)).toBe(false)
  })

  test('a wrong code, and it is not shown again', async () => {
    const browser = await owingSecondStep('halfway')
    const code = await wrongCode()
    const response = await browser.submit('/sign-in/second-step', { code })
    expect(response.status).toBe(422)
    expect(await response.text()).not.toContain(code)
    expect(await mayWork(browser)).toBe(false)
  })

  test('a code that was used, in another browser too', async () => {
    const code = await codeAt(new Date())
    const first = await owingSecondStep('halfway')
    expect((await first.submit('/sign-in/second-step', { code })).status).toBe(303)
    const second = new Browser()
    await second.submit('/sign-in', { email: 'halfway@example.test', password })
    expect((await second.submit('/sign-in/second-step', { code })).status).toBe(422)
    expect(await mayWork(second)).toBe(false)
  })

  test('one code sent ten times at once, but for one', async () => {
    const code = await codeAt(new Date())
    const browser = await owingSecondStep('halfway')
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const tab = new Browser()
        tab.jar.set('__Host-cs', browser.jar.get('__Host-cs') ?? '')
        return (await tab.post('/sign-in/second-step', { code })).status
      })
    )
    expect(answers.filter((status) => status === 303)).toHaveLength(1)
  })

  test('the right code after five wrong ones, until the pause is over', async () => {
    const browser = await owingSecondStep('halfway')
    for (let i = 0; i < 5; i++) await browser.post('/sign-in/second-step', { code: await wrongCode() })
    expect((await browser.post('/sign-in/second-step', { code: await codeAt(new Date()) })).status).toBe(422)
    await env.DB.prepare('UPDATE throttles SET blocked_until = 1 WHERE blocked_until IS NOT NULL').run()
    expect((await browser.post('/sign-in/second-step', { code: await codeAt(new Date()) })).status).toBe(303)
  })

  test('setting up a second app in place of the first', async () => {
    const browser = await owingSecondStep('halfway')
    expect((await browser.get('/sign-in/second-step/set-up')).headers.get('Location')).toBe(
      '/sign-in/second-step'
    )
    const response = await browser.post('/sign-in/second-step/set-up', { code: await codeAt(new Date()) })
    expect(response.headers.get('Location')).toBe('/sign-in/second-step')
    expect(await mayWork(browser)).toBe(false)
  })
})

describe('a code counts', () => {
  const now = new Date('2026-11-22T12:00:15Z')
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  test.each([
    [0, true],
    [-30, true],
    [30, true],
    [-60, false],
    [60, false],
  ])('%d seconds from now: %s', async (seconds, counts) => {
    expect((await totpStep(totpSecret, await codeAt(at(seconds)), now)) !== undefined).toBe(counts)
  })
})

test('a hash of the real cost opens as well as one of the tests', async () => {
  await env.DB.prepare("UPDATE accounts SET password_hash = ? WHERE id = 'rosa'")
    .bind(await hashPassword(password))
    .run()
  expect((await new Browser().submit('/sign-in', { email: 'rosa@example.test', password })).status).toBe(303)
})
