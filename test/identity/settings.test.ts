import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { sessions } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { as, Browser } from '../support/browser.ts'
import { hostile } from '../support/hostile.ts'
import { readPage } from '../support/html.ts'
import { row } from '../support/invited.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'

beforeEach(seed)

const languageOf = async (id: string) =>
  (await row<{ language: string }>('SELECT language FROM accounts WHERE id = ?', id))?.language
const settings = async (person: Parameters<typeof as>[0]) =>
  readPage(await (await as(person).get('/settings')).text())

test.each(['rosa', 'milo', 'nadia'] as const)('%s finds everything about their account', async (person) => {
  const { headings, text, links } = await settings(person)
  expect(headings).toEqual(['Settings'])
  expect(text).toContain(`${person}@example.test`)
  expect(text).toContain('Change email address or password')
  expect(links.map(({ url }) => url)).toEqual(
    expect.arrayContaining([
      '/settings/credentials/email',
      '/settings/second-step',
      '/settings/passkeys',
      '/settings/devices',
    ])
  )
})

test('the password is as old as the account until it is changed', async () => {
  expect((await settings('rosa')).text).toContain('Created on')
  await env.DB.prepare("UPDATE accounts SET password_changed_at = ? WHERE id = 'rosa'")
    .bind(Date.UTC(2026, 2, 4, 18))
    .run()
  expect((await settings('rosa')).text).toContain('Changed on March 4, 2026')
})

test('devices are those signed in now, not those that were', async () => {
  const session = async (token: string, facts: object) => ({
    tokenHash: await sha256(token),
    accountId: 'rosa',
    createdAt: minutesAgo(60),
    seenAt: minutesAgo(1),
    completedAt: minutesAgo(60),
    ...facts,
  })
  expect((await settings('rosa')).text).toContain('Signed in on this device only')
  await db()
    .insert(sessions)
    .values([
      await session('phone', {}),
      await session('ended', { endedAt: minutesAgo(1) }),
      await session('idle', { seenAt: minutesAgo(31) }),
      await session('old', { createdAt: minutesAgo(12 * 60 + 1) }),
      await session('half', { completedAt: null }),
    ])
  expect((await settings('rosa')).text).toContain('Signed in on 2 devices')
})

test('“Change email address or password” leads to its first tab, and each tab has a URL', async () => {
  const response = await as('rosa').get('/settings/credentials')
  expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings/credentials/email'])
  for (const [tab, label] of [
    ['email', 'Email address'],
    ['password', 'Password'],
  ]) {
    const html = await (await as('rosa').get(`/settings/credentials/${tab}`)).text()
    expect(html).toMatch(new RegExp(`<a id="tab-${tab}"[^>]*aria-current="page"[^>]*>${label}<`))
    expect(html.match(/aria-current="page"[^>]*hx-get/g)).toHaveLength(1)
  }
})

test('another language is kept with the account and on this device, and spoken at once', async () => {
  const mark = await auditMark()
  const browser = as('rosa')
  const response = await browser.submit('/settings', {}, '/settings/language')
  expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings'])
  expect(await languageOf('rosa')).toBe('es')
  expect(browser.jar.get('__Host-language')).toBe('es')
  const { headings, text } = await readPage(await (await browser.get('/settings')).text())
  expect(headings).toEqual(['Configuración'])
  expect(text).toContain('CareSpace ahora está en español')
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['settings.language'])
})

test('the account’s language is spoken on a device that has not been asked', async () => {
  await as('rosa').post('/settings/language', { language: 'es' })
  expect((await settings('rosa')).headings).toEqual(['Configuración'])
  expect(await languageOf('ines')).toBe('en')
})

test('a language nobody offered changes nothing', async () => {
  for (const [kind, language] of Object.entries({ ...hostile, other: 'fr', capital: 'ES' })) {
    const response = await as('rosa').post('/settings/language', { language })
    expect([kind, [303, 413].includes(response.status)]).toEqual([kind, true])
  }
  expect(await languageOf('rosa')).toBe('en')
})

test('nobody who is signed out changes a language', async () => {
  const response = await new Browser().post('/settings/language', { language: 'es' })
  expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
})
