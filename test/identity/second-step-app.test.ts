import { env } from 'cloudflare:workers'
import { base32 } from 'oslo/encoding'
import { beforeEach, describe, expect, test } from 'vitest'
import { seal } from '../../src/identity/secret.ts'
import { as, Browser } from '../support/browser.ts'
import { auditMark, auditSince, password, seed } from '../support/people.ts'
import { codeAt, totpSecret } from '../support/second-step.ts'
import {
  appPath,
  codesPath,
  halfway,
  mailsFor,
  rows,
  secretOn,
  setUpApp,
  withApp,
} from '../support/second-step-settings.ts'

beforeEach(seed)

const account = async (id: string) =>
  (
    await rows<{
      totp_secret: string | null
      totp_confirmed_at: number | null
      second_step_at: number | null
    }>('SELECT totp_secret, totp_confirmed_at, second_step_at FROM accounts WHERE id = ?', id)
  )[0]

test('a patient sets up an app, is led to the recovery codes, and is asked for a code from then on', async () => {
  const browser = as('rosa')
  const mark = await auditMark()
  const { secret, response } = await setUpApp(browser)
  expect([response.status, response.headers.get('Location')]).toEqual([303, codesPath])
  expect((await auditSince(mark)).map(({ action }) => action)).toContain('settings.second-step-on')
  expect(await mailsFor('rosa')).toEqual(['second-step-on'])
  expect(await (await browser.get('/settings/second-step')).text()).toMatch(/On since[\s\S]*10 of 10 left/)

  const owing = await halfway('rosa')
  expect((await owing.get('/records')).status).toBe(303)
  const next = new Date(Date.now() + 30_000)
  expect((await owing.post('/sign-in/second-step', { code: await codeAt(next, secret) })).status).toBe(303)
  expect((await owing.get('/records')).status).toBe(200)
})

test('the session goes on under a new token, and whoever had the old one is out', async () => {
  const browser = as('rosa')
  await setUpApp(browser)
  expect(browser.jar.get('__Host-cs')).not.toBe('rosa-session')
  expect((await browser.get('/settings')).status).toBe(200)
  expect((await as('rosa').get('/settings')).headers.get('Location')).toMatch(/^\/sign-in/)
})

test('the code that set the app up does not sign in as well', async () => {
  const secret = secretOn(await (await as('rosa').get(appPath)).text())
  const code = await codeAt(new Date(), secret)
  await as('rosa').post(appPath, { code })
  const owing = await halfway('rosa')
  expect((await owing.post('/sign-in/second-step', { code })).status).toBe(422)
})

test('nothing about an app rests in the database before its first code is right', async () => {
  const before = await account('rosa')
  const html = await (await as('rosa').get(appPath)).text()
  expect(secretOn(html)).toHaveLength(20)
  expect(await account('rosa')).toEqual(before)
})

test('the page shows the same secret until a code confirms it, and another one after that', async () => {
  const browser = as('rosa')
  const first = secretOn(await (await browser.get(appPath)).text())
  expect(secretOn(await (await browser.get(appPath)).text())).toEqual(first)
  await setUpApp(browser)
  expect(secretOn(await (await browser.get(appPath)).text())).not.toEqual(first)
})

test('a phone that shows the picture can open the app on itself', async () => {
  const html = await (await as('rosa').get(appPath)).text()
  const link = html.match(/href="(otpauth:[^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''
  expect(new URL(link).searchParams.get('secret')).toBe(base32.encode(secretOn(html)).replaceAll('=', ''))
})

test('what one session was shown is no good in another', async () => {
  const thief = secretOn(await (await as('rosa').get(appPath)).text())
  const owner = new Browser()
  await owner.submit('/sign-in', { email: 'rosa@example.test', password })
  expect(secretOn(await (await owner.get(appPath)).text())).not.toEqual(thief)
  expect((await owner.post(appPath, { code: await codeAt(new Date(), thief) })).status).toBe(422)
  expect((await account('rosa'))?.totp_secret).toBe(null)
})

test('a secret sent along with the form changes nothing', async () => {
  const code = await codeAt(new Date())
  const sealed = await seal(env.TOKEN_KEY, totpSecret)
  const response = await as('rosa').post(appPath, { code, secret: sealed, uri: 'otpauth://x', sealed })
  expect(response.status).toBe(422)
  expect((await account('rosa'))?.totp_secret).toBe(null)
})

test('an app that is being set up does not touch the one in use', async () => {
  await withApp('rosa')
  const before = await account('rosa')
  const browser = as('rosa')
  await browser.get(appPath)
  expect((await browser.post(appPath, { code: '000000' })).status).toBe(422)
  expect(await account('rosa')).toEqual(before)
})

test('a new phone takes the place of the old one, and the kept recovery codes stay', async () => {
  await withApp('nadia')
  const { secret, response } = await setUpApp(as('nadia'))
  expect(response.headers.get('Location')).toBe('/settings/second-step')
  expect(await rows('SELECT id FROM recovery_sets WHERE replaced_at IS NULL')).toEqual([{ id: 'nadiaset' }])
  const owing = await halfway('nadia')
  expect((await owing.post('/sign-in/second-step', { code: await codeAt(new Date()) })).status).toBe(422)
  const next = new Date(Date.now() + 30_000)
  expect((await owing.post('/sign-in/second-step', { code: await codeAt(next, secret) })).status).toBe(303)
})

test('one set-up sent ten times at once is one', async () => {
  const secret = secretOn(await (await as('rosa').get(appPath)).text())
  const code = await codeAt(new Date(), secret)
  const answers = await Promise.all(Array.from({ length: 10 }, () => as('rosa').post(appPath, { code })))
  expect(answers.every(({ status }) => status < 500)).toBe(true)
  expect(await mailsFor('rosa')).toEqual(['second-step-on'])
  expect(await rows('SELECT 1 FROM recovery_sets')).toHaveLength(1)
})

test.each(['recovery_sets', 'outbox', 'audit_entries', 'sessions'])(
  'when %s does not take it in, nothing has happened',
  async (table) => {
    const browser = as('rosa')
    const secret = secretOn(await (await browser.get(appPath)).text())
    const act = table === 'sessions' ? 'UPDATE' : 'INSERT'
    await env.DB.prepare(
      `CREATE TRIGGER broken BEFORE ${act} ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`
    ).run()
    try {
      const response = await browser.post(appPath, { code: await codeAt(new Date(), secret) })
      expect(response.status).toBe(500)
    } finally {
      await env.DB.prepare('DROP TRIGGER broken').run()
    }
    expect((await account('rosa'))?.second_step_at).toBe(null)
    expect((await browser.get('/settings')).status).toBe(200)
  }
)

describe('the password must have been given a moment ago', () => {
  test.each([
    ['GET', appPath],
    ['POST', appPath],
    ['GET', codesPath],
    ['POST', codesPath],
    ['POST', '/settings/second-step/removal'],
    ['POST', '/settings/second-step/app/removal'],
  ])('%s %s', async (method, path) => {
    await withApp('rosa')
    await env.DB.prepare('UPDATE sessions SET confirmed_at = 1').run()
    const before = await account('rosa')
    const response = await as('rosa').request(path, {
      method,
      ...(method === 'POST' ? { body: new URLSearchParams({ code: '123456' }) } : {}),
    })
    expect(response.headers.get('Location')).toMatch(/^\/confirm\?next=/)
    expect(await account('rosa')).toEqual(before)
  })
})

describe('turning it off', () => {
  const off = '/settings/second-step/removal'

  test('takes the app, the codes and the trust away, and says so', async () => {
    await withApp('rosa')
    const trusting = await halfway('rosa')
    await trusting.post('/sign-in/second-step', { code: await codeAt(new Date()), trust: 'yes' })
    const mark = await auditMark()
    const browser = as('rosa')
    await env.DB.prepare('DELETE FROM outbox').run()
    expect((await browser.submit(off, {})).status).toBe(303)
    expect(browser.jar.get('__Host-cs')).not.toBe('rosa-session')
    expect(await account('rosa')).toEqual({
      totp_secret: null,
      totp_confirmed_at: null,
      second_step_at: null,
    })
    expect(await rows('SELECT 1 FROM trusted_devices')).toEqual([])
    expect(await rows('SELECT 1 FROM recovery_sets WHERE replaced_at IS NULL')).toEqual([])
    expect(await mailsFor('rosa')).toEqual(['second-step-off'])
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('settings.second-step-off')
    const plain = new Browser()
    await plain.submit('/sign-in', { email: 'rosa@example.test', password })
    expect((await plain.get('/settings')).status).toBe(200)
  })

  test('twice at once mails one notice', async () => {
    await withApp('rosa')
    await Promise.all([as('rosa').post(off), as('rosa').post(off)])
    expect(await mailsFor('rosa')).toEqual(['second-step-off'])
  })

  test.each(['nadia', 'okafor', 'audra'] as const)('is refused to %s, who works here', async (person) => {
    await withApp(person)
    const before = await account(person)
    const page = await as(person).get(off)
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('must have a second step'),
    ])
    const response = await as(person).post(off)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('must have a second step')
    expect(await account(person)).toEqual(before)
    expect(await mailsFor(person)).toEqual([])
  })

  test('an app set up after that has another secret than the one before', async () => {
    const browser = as('rosa')
    const { secret } = await setUpApp(browser)
    await browser.post(off)
    expect(secretOn(await (await browser.get(appPath)).text())).not.toEqual(secret)
  })
})

describe('removing the app alone', () => {
  const removal = '/settings/second-step/app/removal'
  const addPasskey = (person: string) =>
    env.DB.prepare(
      "INSERT INTO passkeys (id, account_id, credential_id, public_key, algorithm, counter, transports, name, created_at) VALUES ('key', ?, 'c', 'p', 'ES256', 0, '[]', 'Phone', 1)"
    )
      .bind(person)
      .run()

  test('leaves the passkey as second step and makes new codes', async () => {
    await withApp('nadia')
    await addPasskey('nadia')
    const response = await as('nadia').submit(removal, {})
    expect(response.headers.get('Location')).toBe(codesPath)
    expect(await account('nadia')).toEqual({ totp_secret: null, totp_confirmed_at: null, second_step_at: 1 })
    expect(await mailsFor('nadia')).toEqual(['app-removed'])
    const [live] = await rows<{ id: string }>('SELECT id FROM recovery_sets WHERE replaced_at IS NULL')
    expect(live?.id).not.toBe('nadiaset')
  })

  test.each(['removed_at', 'suspended_at'])('is refused to staff whose passkey is %s', async (column) => {
    await withApp('nadia')
    await addPasskey('nadia')
    await env.DB.prepare(`UPDATE passkeys SET ${column} = 1`).run()
    const before = await account('nadia')
    expect((await as('nadia').post(removal)).status).toBe(422)
    expect(await account('nadia')).toEqual(before)
  })

  test('is turning it off for a patient without a passkey, which is asked about in those words', async () => {
    await withApp('rosa')
    const before = await account('rosa')
    expect((await as('rosa').post(removal)).headers.get('Location')).toBe('/settings/second-step/removal')
    expect(await account('rosa')).toEqual(before)
  })
})
