import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { passwordResets, trustedDevices } from '../../src/db/schema.ts'
import { verifyPassword } from '../../src/identity/password.ts'
import { as, Browser } from '../support/browser.ts'
import { elsewhere } from '../support/elsewhere.ts'
import { hostile } from '../support/hostile.ts'
import { readPage } from '../support/html.ts'
import { count, PostOffice, row } from '../support/invited.ts'
import { auditMark, auditSince, db, minutesAgo, password, seed } from '../support/people.ts'

beforeEach(seed)

const page = '/settings/credentials/password'
const fresh = 'Blue-Kettle-42'
const typed = { currentPassword: password, password: fresh }

const hashOf = async (id = 'rosa') =>
  (await row<{ password_hash: string }>('SELECT password_hash FROM accounts WHERE id = ?', id))
    ?.password_hash ?? ''
const opens = async (browser: Browser) => (await browser.get('/settings')).status === 200
const canSignIn = async (email: string, secret: string) =>
  (await new Browser().submit('/sign-in', { email, password: secret })).status === 303

test.each([
  ['a patient', 'rosa'],
  ['a caregiver', 'milo'],
  ['staff', 'nadia'],
] as const)('%s chooses a new password, and only that one opens the account', async (_, person) => {
  const response = await as(person).post(page, typed)
  expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings'])
  expect(await verifyPassword(await hashOf(person), fresh)).toBe(true)
  expect(await verifyPassword(await hashOf(person), password)).toBe(false)
})

test('signing in works with the new password and not with the old one', async () => {
  await as('rosa').post(page, typed)
  expect(await canSignIn('rosa@example.test', password)).toBe(false)
  expect(await canSignIn('rosa@example.test', fresh)).toBe(true)
})

test('sessions that were open elsewhere are dead on their next request', async () => {
  const held = [await elsewhere('phone'), await elsewhere('library')]
  for (const browser of held) expect(await opens(browser)).toBe(true)
  await as('rosa').post(page, typed)
  for (const browser of held) {
    const response = await browser.get('/patients/rosa-chart/labs')
    expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
    expect(await response.text()).not.toContain('Complete blood count')
  }
})

test('the session goes on here under a new token, and the old token is worth nothing', async () => {
  const browser = as('rosa')
  await browser.post(page, typed)
  expect(browser.jar.get('__Host-cs')).not.toBe('rosa-session')
  expect(await opens(browser)).toBe(true)
  expect(await opens(as('rosa'))).toBe(false)
})

test('nobody else is signed out', async () => {
  await as('rosa').post(page, typed)
  for (const person of ['milo', 'ines', 'nadia'] as const) expect(await opens(as(person))).toBe(true)
})

test('trusted devices and links to a new password end with the old one', async () => {
  const d = db()
  await d.batch([
    d
      .insert(trustedDevices)
      .values({ accountId: 'rosa', id: 'tablet', trustedAt: minutesAgo(9), trustedUntil: minutesAgo(-900) }),
    d.insert(passwordResets).values({
      id: 'reset',
      accountId: 'rosa',
      tokenHash: 'hash',
      addressKey: 'a',
      networkKey: 'n',
      createdAt: minutesAgo(3),
    }),
  ])
  await as('rosa').post(page, typed)
  expect(await count('trusted_devices')).toBe(0)
  expect(await count('password_resets', 'void_at IS NULL')).toBe(0)
})

test('a notice goes to the address of the account, in its language', async () => {
  await env.DB.prepare("UPDATE accounts SET language = 'es' WHERE id = 'rosa'").run()
  const office = new PostOffice()
  await as('rosa').post(page, typed)
  await office.deliver()
  const [mail, ...more] = await office.mails('rosa@example.test')
  expect(more).toEqual([])
  expect(mail?.subject).toBe('Se cambió su contraseña de CareSpace')
  expect(mail?.text).not.toContain(fresh)
})

test('it is written down, without the password', async () => {
  const mark = await auditMark()
  await as('rosa').post(page, typed)
  const entries = await auditSince(mark)
  expect(entries.map(({ action, account_id }) => [action, account_id])).toEqual([
    ['settings.password-changed', 'rosa'],
  ])
  expect(JSON.stringify(entries)).not.toContain(fresh)
})

test('the next page says what happened', async () => {
  const browser = as('rosa')
  await browser.post(page, typed)
  expect(await (await browser.get('/settings')).text()).toContain('Your password is changed.')
})

describe('a wrong current password', () => {
  test('changes nothing and is told at its own field, and neither password comes back', async () => {
    const mark = await auditMark()
    const before = await hashOf()
    const response = await as('rosa').post(page, { ...typed, currentPassword: 'Wrong-Horse-9' })
    const html = await response.text()
    expect(response.status).toBe(422)
    expect(html).toMatch(/id="currentPassword-error">That is not your current password/)
    expect(html).not.toContain('id="password-error"')
    expect(html).not.toMatch(/Wrong-Horse-9|Blue-Kettle-42/)
    expect(await hashOf()).toBe(before)
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['settings.wrong-password'])
    expect(await opens(as('rosa'))).toBe(true)
  })

  test('is answered five times; after that even the right one has to wait, and looks the same', async () => {
    const answers = []
    for (let i = 0; i < 6; i++)
      answers.push((await as('rosa').post(page, { ...typed, currentPassword: `Wrong-Horse-${i}` })).status)
    expect(new Set(answers)).toEqual(new Set([422]))
    const right = await as('rosa').post(page, typed)
    expect(right.status).toBe(422)
    expect(await right.text()).toContain('That is not your current password')
  })

  test('of another person does not make the owner wait', async () => {
    for (let i = 0; i < 6; i++) await as('ines').post(page, { ...typed, currentPassword: 'Wrong-Horse-9' })
    expect((await as('rosa').post(page, typed)).status).toBe(303)
  })

  test('is not tried when the new one could not be taken anyway', async () => {
    for (let i = 0; i < 8; i++) await as('rosa').post(page, { ...typed, password: 'short' })
    expect((await as('rosa').post(page, typed)).status).toBe(303)
  })
})

describe('a new password is refused', () => {
  test.each([
    ['empty', '', 'Enter a password'],
    ['short', 'Ab1!', 'at least 8 characters'],
    ['common', 'Password1!', 'Many people use this password'],
    ['with the first name', 'Rosa-Kettle-42', 'Leave your name'],
    ['with the family name, without its accent', 'diaz-Kettle-42!', 'Leave your name'],
    ['with the year of birth on file', 'Kettle-Blue-1952', 'Leave your name'],
    ['with the name of the practice', 'Hillside-Kettle-42', 'Leave your name'],
    ['the one there is', password, 'That is the password you have now'],
  ])('%s', async (_, secret, why) => {
    const response = await as('rosa').post(page, { ...typed, password: secret })
    const { text } = await readPage(await response.text())
    expect([response.status, text.includes(why)]).toEqual([422, true])
    expect(await verifyPassword(await hashOf(), password)).toBe(true)
  })
})

test('a birth date that is on file says nothing to someone who does not know the current password', async () => {
  const refused = await as('rosa').post(page, {
    currentPassword: 'Wrong-Horse-9',
    password: 'Kettle-Blue-1952',
  })
  const other = await as('rosa').post(page, {
    currentPassword: 'Wrong-Horse-9',
    password: 'Kettle-Blue-1953',
  })
  const plain = async (response: Response) =>
    (await response.text()).replaceAll(/nonce="[^"]*"|value="[a-z0-9]{21}"/g, '')
  expect(await plain(refused)).toBe(await plain(other))
})

test('of twenty changes at once from two devices exactly one wins', async () => {
  const other = await elsewhere('phone')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => {
      const browser = i % 2 ? as('rosa') : other
      return browser.post(page, { currentPassword: password, password: `Blue-Kettle-4${i}` })
    })
  )
  expect(
    answers.filter(({ status, headers }) => status === 303 && headers.get('Location') === '/settings')
  ).toHaveLength(1)
  expect(answers.filter(({ status }) => status >= 500)).toEqual([])
  expect(await count('outbox', "kind = 'password-changed'")).toBe(1)
  expect(await count('sessions', "account_id = 'rosa' AND ended_at IS NULL")).toBe(1)
}, 60_000)

test('a session that was ended while the form was open changes nothing', async () => {
  const browser = as('rosa')
  await browser.get(page)
  await env.DB.prepare("UPDATE sessions SET ended_at = 1 WHERE account_id = 'rosa'").run()
  expect((await browser.post(page, typed)).headers.get('Location')).toMatch(/^\/sign-in/)
  expect(await verifyPassword(await hashOf(), password)).toBe(true)
})

test('any text may be a password, byte for byte, or is refused in words', async () => {
  for (const [kind, value] of Object.entries(hostile)) {
    const secret = `${value}-Blue-Kettle-42`
    const response = await as('rosa').post(page, { ...typed, password: secret })
    expect([kind, [303, 413, 422].includes(response.status)]).toEqual([kind, true])
    if (response.status === 303) {
      const kept = secret.replaceAll('\0', '').replaceAll('\r\n', '\n')
      if (!/[\ud800-\udfff]/.test(value))
        expect([kind, await verifyPassword(await hashOf(), kept)]).toEqual([kind, true])
      await seed()
    }
  }
}, 60_000)

test('htmx gets the window again when something is wrong, and leaves when it is done', async () => {
  const asked = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
  const refused = await as('rosa').post(page, { ...typed, password: '' }, asked)
  const html = await refused.text()
  expect(refused.status).toBe(422)
  expect(html).toContain('<section id="credentials"')
  expect(html).not.toMatch(/<html|<main|<header/)
  const done = await as('rosa').post(page, typed, asked)
  expect([done.status, done.headers.get('HX-Redirect')]).toEqual([204, '/settings'])
})
