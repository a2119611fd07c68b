import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import worker from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { day, hour, second } from '../support/clock.ts'
import { snapshot, watched } from '../support/database.ts'
import { count, PostOffice, row } from '../support/invited.ts'
import { auditMark, auditSince, password, seed } from '../support/people.ts'
import { ageLinks, forget, forgotten, resetLink, resetMails } from '../support/reset.ts'

beforeEach(seed)

const plain = (html: string) => html.replaceAll(/nonce="[^"]*"/g, '')
const deactivate = (id: string) =>
  env.DB.prepare('UPDATE accounts SET deactivated_at = 1 WHERE id = ?').bind(id).run()
const lockOut = async (email: string) => {
  for (let i = 0; i < 9; i++)
    await new Browser().post(
      '/sign-in',
      { email, password: 'Wrong-Horse-9' },
      { 'CF-Connecting-IP': `198.51.100.${i}` }
    )
}

describe('the answer to every address', () => {
  const asks: [who: string, email: string, before?: () => Promise<unknown>][] = [
    ['someone with an account', 'rosa@example.test'],
    ['someone on the staff', 'frida@example.test'],
    ['someone in capitals and spaces', '  ROSA@Example.test '],
    ['nobody', 'nobody@example.test'],
    ['a patient who never registered', 'otto@example.test'],
    ['a closed account', 'ines@example.test', () => deactivate('ines')],
    ['someone locked out of sign-in', 'milo@example.test', () => lockOut('milo@example.test')],
    ['someone who asked too often', 'vera@example.test', () => askOften('vera@example.test')],
  ]
  const askOften = async (email: string) => {
    for (let i = 0; i < 5; i++) await forget(email, `192.0.2.${i}`)
  }

  async function answerTo(email: string, language: string) {
    const browser = new Browser()
    browser.jar.set('__Host-language', language)
    const answer = await forget(email, '203.0.113.7', browser)
    const page = await browser.get(answer.headers.get('Location') ?? '')
    const varying = /content-security-policy/
    const headers = [...answer.headers].filter(([name]) => !varying.test(name))
    return JSON.stringify([
      answer.status,
      headers,
      await answer.text(),
      page.status,
      [...page.headers].filter(([name]) => !varying.test(name)),
      plain(await page.text()),
    ])
  }

  test.each(['en', 'es'])('is the same to the byte, in %s', async (language) => {
    const answers = new Map<string, string>()
    for (const [who, email, before] of asks) {
      await before?.()
      answers.set(who, await answerTo(email, language))
    }
    expect(new Set(answers.values()).size).toBe(1)
  })

  test('says what to do next: an hour, the spam folder, the phone, a caregiver', async () => {
    const browser = new Browser()
    const answer = await forget('nobody@example.test', undefined, browser)
    const html = await (await browser.get(answer.headers.get('Location') ?? '')).text()
    for (const words of [
      'If that address has an account, we sent a link. It works for 1 hour.',
      'spam folder',
      'href="tel:+14795871700"',
      'ask a trusted caregiver',
    ])
      expect(html).toContain(words)
  })

  test.each(['rosa@example.test', 'nobody@example.test', 'ines@example.test'])(
    'costs the same statements and as many rows for %s',
    async (email) => {
      await deactivate('ines')
      const work = async (address: string) => {
        const { database, asked } = watched(env.DB)
        const rows = async () =>
          Promise.all(
            ['password_resets', 'outbox', 'audit_entries', 'throttles'].map((table) => count(table))
          )
        const before = await rows()
        const browser = new Browser({ ...env, DB: database })
        await forget(address, '203.0.113.7', browser)
        const after = await rows()
        return {
          trips: asked.trips,
          sql: asked.statements.map(({ sql }) => sql),
          rows: after.map((n, i) => (n ?? 0) - (before[i] ?? 0)),
        }
      }
      expect(await work(email)).toEqual(await work('stranger@example.test'))
    }
  )
})

test('only someone with an open account gets a mail', async () => {
  await deactivate('ines')
  const office = new PostOffice()
  for (const name of ['rosa', 'ines', 'otto', 'nobody'])
    await forget(`${name}@example.test`, `198.51.100.${name.length}`)
  await office.deliver()
  expect((await office.mails()).map(({ to }) => to)).toEqual(['rosa@example.test'])
  expect(await count('outbox', "kind = 'password-reset' AND cancelled_at IS NOT NULL")).toBe(3)
})

test('an account that is closed before the mail goes out gets none', async () => {
  const office = new PostOffice()
  await forget('rosa@example.test')
  await deactivate('rosa')
  await office.deliver()
  expect(await office.mails()).toEqual([])
})

test.each([
  ['nothing', ''],
  ['a name', 'rosa'],
  ['half an address', 'rosa@'],
  ['the other half', '@example.test'],
  ['two words', 'a b@example.test'],
  ['one that is too long', `${'a'.repeat(300)}@example.test`],
])('%s is no address: the form comes back with what was typed', async (_, email) => {
  const before = await snapshot([])
  const response = await forget(email)
  expect(response.status).toBe(422)
  const html = await response.text()
  expect(html).toContain('There is a problem')
  expect(html).toContain(`value="${email}"`)
  expect(await snapshot([])).toEqual(before)
})

describe('how often mail goes out', () => {
  test('a hundred requests from a hundred places send three mails, and the answer stays the same', async () => {
    const office = new PostOffice()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => forget('rosa@example.test', `198.51.100.${i}`))
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
    expect(await count('password_resets')).toBe(3)
    await office.deliver()
    // Two were replaced before they were sent.
    expect((await resetMails(office)).length).toBe(1)
  })

  test('three within any hour, and again when the first is an hour old', async () => {
    const office = new PostOffice()
    const ask = async () => {
      await forget('rosa@example.test')
      await office.deliver()
      return (await resetMails(office)).length
    }
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([1, 2, 3, 3])
    await ageLinks(hour - 5 * second)
    expect(await ask()).toBe(3)
    await ageLinks(5 * second)
    expect(await ask()).toBe(4)
  })

  test('ten from one network, whoever they are for; another network is free', async () => {
    for (let i = 0; i < 15; i++) await forget(`person-${i}@example.test`, '198.51.100.1')
    expect(await count('password_resets')).toBe(10)
    await forget('rosa@example.test', '198.51.100.1')
    expect(await count('password_resets', "account_id = 'rosa'")).toBe(0)
    await forget('rosa@example.test', '198.51.100.2')
    expect(await count('password_resets', "account_id = 'rosa'")).toBe(1)
  })

  test('a network that has to wait does not use up what others may have', async () => {
    for (let i = 0; i < 10; i++) await forget(`person-${i}@example.test`, '198.51.100.1')
    for (let i = 0; i < 20; i++) await forget('rosa@example.test', '198.51.100.1')
    const office = new PostOffice()
    expect(await forgotten(office)).toMatch(/^\/reset\//)
  })

  test('what was asked too often does not end the link that was sent', async () => {
    const office = new PostOffice()
    for (let i = 0; i < 3; i++) await forgotten(office)
    const link = await resetLink(office)
    for (let i = 0; i < 10; i++) await forget('rosa@example.test')
    expect((await new Browser().get(link)).status).toBe(200)
  })

  test('a flood is turned away before anything is looked at', async () => {
    const browser = new Browser({ ...env, SIGN_IN_SHIELD: { limit: async () => ({ success: false }) } })
    const before = await snapshot([])
    expect((await forget('rosa@example.test', undefined, browser)).status).toBe(429)
    expect(await snapshot([])).toEqual(before)
  })

  test('old requests are swept away with their mails, newer ones are kept', async () => {
    await forget('rosa@example.test')
    await env.DB.prepare(
      "INSERT INTO mail_reports (id, type, outbox_id, happened_at, received_at) SELECT 'delivered', 'email.delivered', id, 1, 1 FROM outbox"
    ).run()
    await ageLinks(31 * day)
    await forget('ines@example.test')
    const scheduledTime = new Date().setUTCMinutes(0)
    await worker.scheduled({ scheduledTime } as ScheduledController, env)
    expect(await row('SELECT count(*) AS n, max(account_id) AS id FROM password_resets')).toEqual({
      n: 1,
      id: 'ines',
    })
    expect(await count('outbox', "kind = 'password-reset'")).toBe(1)
  })
})

describe('the mail', () => {
  const at = new Date('2026-11-20T22:05:00Z')

  test('says all one needs, in text and in HTML', async () => {
    const office = new PostOffice()
    const link = await forgotten(office, 'rosa@example.test', at)
    const { from, to, subject, text, html } = await office.newest()
    expect(from).toBe('CareSpace <noreply@carespaceportal.com>')
    expect(to).toBe('rosa@example.test')
    expect(subject).toBe('Set a new CareSpace password')
    for (const part of [text, html])
      for (const words of [
        `https://portal.test${link}`,
        'until Friday, November 20, 5:05 p.m. CST',
        '(479) 587-1700',
        'your password stays the same',
      ])
        expect(part).toContain(words)
  })

  test('is in the language of the account', async () => {
    await env.DB.prepare("UPDATE accounts SET language = 'es' WHERE id = 'rosa'").run()
    const office = new PostOffice()
    await forgotten(office, 'rosa@example.test', at)
    const { subject, text, html } = await office.newest()
    expect(subject).toBe('Cree una contraseña nueva para CareSpace')
    expect(text).toContain('hasta el viernes, 20 de noviembre, 5:05 p.m. CST')
    expect(html).toContain('<html lang="es">')
  })

  test('names no illness, no person and no record', async () => {
    const office = new PostOffice()
    await forgotten(office)
    const { subject, text, html } = await office.newest()
    for (const part of [subject, text, html]) {
      const said = part.replaceAll('Hillside Cancer Care', '')
      expect(said).not.toMatch(/cancer|tumou?r|chemo|oncolog|infusion|diagnos|result/i)
      expect(said).not.toMatch(/Rosa|Díaz|10001|1952|rosa@/)
    }
  })

  test('is the same to the byte when it has to be sent again', async () => {
    const office = new PostOffice()
    await office.account.willAnswer('broken')
    await forget('rosa@example.test')
    await office.deliver(at)
    await office.deliver(at)
    const bodies = (await office.account.calls()).map(({ mail }) => JSON.stringify(mail))
    expect(bodies.length).toBe(2)
    expect(new Set(bodies).size).toBe(1)
  })

  test('the hour counts from when the mail went out, not from when it was asked for', async () => {
    const office = new PostOffice()
    await forget('rosa@example.test')
    await ageLinks(5 * hour)
    await office.deliver()
    const times = await row<{ sent_at: number; expires_at: number }>(
      'SELECT sent_at, expires_at FROM password_resets'
    )
    expect(Math.abs((times?.sent_at ?? 0) - Date.now())).toBeLessThan(10 * second)
    expect((times?.expires_at ?? 0) - (times?.sent_at ?? 0)).toBe(hour)
    expect((await new Browser().get(await resetLink(office))).status).toBe(200)
  })

  test.each<Record<string, string>>([
    { Host: 'evil.test' },
    { Host: 'portal.test:1@evil.test' },
    { 'X-Forwarded-Host': 'evil.test' },
    { 'X-Forwarded-Server': 'evil.test' },
    { 'X-Host': 'evil.test' },
    { 'X-Original-URL': 'https://evil.test/forgot-password' },
    { Forwarded: 'host=evil.test;proto=http' },
    { Referer: 'https://evil.test/', 'X-Forwarded-Proto': 'http' },
  ])('links to our own address whatever the request says: %o', async (headers) => {
    const office = new PostOffice()
    await new Browser().post('/forgot-password', { email: 'rosa@example.test' }, headers)
    await office.deliver()
    const { text, html } = await office.newest()
    expect(text).toMatch(/\nhttps:\/\/portal\.test\/reset\//)
    expect(text + html).not.toContain('evil')
  })

  test('links to our own address also when the URL of the request is another one', async () => {
    const office = new PostOffice()
    await new Browser().post('https://evil.test/forgot-password', { email: 'rosa@example.test' })
    await office.deliver()
    expect((await office.newest()).text).toMatch(/\nhttps:\/\/portal\.test\/reset\//)
  })
})

test('the token rests nowhere and is said to no log; addresses and networks are pseudonyms', async () => {
  const said: string[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void said.push(words.map(String).join(' ')))
  const office = new PostOffice()
  const link = await forgotten(office)
  await new Browser().get(link)
  await new Browser().post(link, { password: 'short' })
  vi.restoreAllMocks()
  const token = link.split('/').at(-1) ?? ''
  expect(said.length).toBeGreaterThan(2)
  expect(said.join('\n')).not.toMatch(new RegExp(`${token}|rosa@|203\\.0\\.113`))
  expect(JSON.stringify(await snapshot([]))).not.toContain(token)
  expect(JSON.stringify((await env.INVITATIONS.list()).keys)).not.toContain(token)
  const { results } = await env.DB.prepare('SELECT * FROM password_resets').all()
  expect(JSON.stringify(results)).not.toMatch(/@example|203\.0\.113/)
})

test('asking is written down, with the account where there is one, and so is asking too often', async () => {
  const mark = await auditMark()
  for (let i = 0; i < 4; i++) await forget('rosa@example.test')
  await forget('nobody@example.test')
  const entries = (await auditSince(mark)).map(({ actor, account_id, action }) => [actor, account_id, action])
  expect(entries).toEqual([
    ['nobody', 'rosa', 'recovery.mail'],
    ['nobody', 'rosa', 'recovery.mail'],
    ['nobody', 'rosa', 'recovery.mail'],
    ['nobody', 'rosa', 'recovery.mail-paused'],
    ['nobody', null, 'recovery.mail'],
  ])
})

test('asking changes nothing about signing in: the old password still works', async () => {
  await forgotten(new PostOffice())
  const response = await new Browser().post('/sign-in', { email: 'rosa@example.test', password })
  expect(response.status).toBe(303)
})
