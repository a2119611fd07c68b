import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { invitationToken } from '../../src/identity/secret.ts'
import { as, Browser } from '../support/browser.ts'
import { day, second } from '../support/clock.ts'
import { snapshot } from '../support/database.ts'
import { age, count, PostOffice, row, typed } from '../support/invited.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

const life = 4 * day
const set = (change: string) => env.DB.prepare(`UPDATE invitations SET ${change}`).run()

/** Every end a link can come to, and what its page says. */
const ends: [name: string, bring: (office: PostOffice) => Promise<unknown>, says: string][] = [
  ['expired', () => age(life + second), 'Your link has expired'],
  ['replaced by a newer one', (office) => office.invite(), 'There is a newer link'],
  ['locked', () => set(`birth_date_tries = 5, locked_at = ${Date.now()}`), 'This link is locked'],
  ['revoked', revoke, 'The office took this invitation back'],
  [
    'sent to an address that changed',
    () => changeAddress('otto.new@example.test'),
    'address on file has changed',
  ],
  ['already used', register, 'This link was already used'],
]

async function revoke() {
  const id = (await row<{ id: string }>('SELECT id FROM invitations'))?.id
  await as('frida').post(`/admin/patients/otto-chart/invitations/${id}/revocation`)
}
const changeAddress = (email: string) => as('frida').post('/admin/patients/otto-chart/address', { email })

async function register(office: PostOffice) {
  const link = await office.link()
  const browser = new Browser()
  await browser.post(link, { ...typed, code: await office.code(browser, link) })
}

test.each(ends)(
  'a link that is %s says so, with the phone, the hours and a reference',
  async (_, bring, says) => {
    const office = new PostOffice()
    const link = await office.invite()
    await bring(office)
    const response = await new Browser().get(link)
    expect(response.status).toBe(410)
    const page = await response.text()
    expect(page).toContain(says)
    expect(page).toContain('href="tel:+14795871700"')
    expect(page).toContain('Mon – Fri, 8:00 a.m. to 5:00 p.m.')
    expect(page).toMatch(/Reference code: \w{4}-\w{4}/)
    expect(page).not.toMatch(/Otto|Nguyen|otto@|1944/)
  }
)

test.each(ends)('a link that is %s takes neither a code nor a registration', async (_, bring) => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  await bring(office)
  const accounts = await count('accounts')
  expect((await browser.post(link, { ...typed, code })).status).toBe(410)
  expect((await browser.post(`${link}/code`)).status).toBe(410)
  expect(await count('accounts')).toBe(accounts)
})

test('a valid link offers to mail a code', async () => {
  const response = await new Browser().get(await new PostOffice().invite())
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('Email me a code')
})

test('unknown, truncated and tampered links get help, and posting to them nothing', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const token = link.split('/').at(-1) ?? ''
  const flipped = (token.startsWith('A') ? 'B' : 'A') + token.slice(1)
  const strangers = [
    flipped,
    token.slice(0, -1),
    `${token}A`,
    token.toUpperCase(),
    'x',
    'A'.repeat(43),
    '%00',
    "'OR'1'='1",
    encodeURIComponent('<script>'),
    'é'.repeat(43),
    'a'.repeat(4000),
  ]
  const before = await snapshot()
  for (const stranger of strangers) {
    const page = await new Browser().get(`/register/${stranger}`)
    expect(page.status, stranger).toBe(404)
    expect(await page.text()).toContain('We do not know this link')
    expect((await new Browser().post(`/register/${stranger}`, { ...typed, code: '123456' })).status).toBe(404)
    expect((await new Browser().post(`/register/${stranger}/code`)).status).toBe(404)
    expect((await new Browser().post(`/register/${stranger}/request`)).status).toBe(303)
  }
  expect(await snapshot()).toEqual(before)
})

test('fifty scanners that open and probe the link change nothing, and the patient still registers', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const before = await snapshot([])
  for (let i = 0; i < 50; i++) {
    const scanner = new Browser()
    const answer = await scanner.request(link, { method: i % 2 ? 'HEAD' : 'GET' })
    expect(answer.status).toBe(200)
    expect(scanner.jar.size).toBe(0)
  }
  expect(await snapshot([])).toEqual(before)
  await register(office)
  expect(await count('accounts', "email = 'otto@example.test'")).toBe(1)
})

test('a link works one second before its 96 hours are over, and not one second after', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const times = await row<{ sent_at: number; expires_at: number }>(
    'SELECT sent_at, expires_at FROM invitations'
  )
  expect((times?.expires_at ?? 0) - (times?.sent_at ?? 0)).toBe(345_600_000)

  await age((times?.expires_at ?? 0) - Date.now() + second)
  expect((await browser.get(link)).status).toBe(410)
  expect((await browser.post(link, { ...typed, code })).status).toBe(410)
  await age(-3 * second)
  expect((await browser.get(link)).status).toBe(200)
  expect((await browser.post(link, { ...typed, code })).status).toBe(303)
})

test('a link that was mailed outlives the key it was made with', async () => {
  const office = new PostOffice()
  await office.invite()
  await office.deliver()
  const link = await office.link()
  const renewed = { ...env, TOKEN_KEY: 'another key, made after the first one was seen' }
  expect((await new Browser(renewed).get(link)).status).toBe(200)
})

test('a link works before its mail is known to be sent', async () => {
  const office = new PostOffice()
  await as('frida').submit('/admin/patients/otto-chart/invitation', {})
  const id = (await row<{ id: string }>('SELECT id FROM invitations'))?.id ?? ''
  const link = `/register/${await invitationToken(env.TOKEN_KEY, id)}`
  const browser = new Browser()
  const code = await office.code(browser, link)
  expect((await browser.post(link, { ...typed, code })).status).toBe(303)
})

test('a patient who died or left since gets a dead link', async () => {
  for (const fact of ['deceased_at', 'inactive_at']) {
    await seed()
    const link = await new PostOffice().invite()
    await env.DB.prepare(`UPDATE patients SET ${fact} = 1 WHERE id = 'otto-chart'`).run()
    expect((await new Browser().get(link)).status).toBe(410)
  }
})

test('an address changed by a feed kills the link as well', async () => {
  const link = await new PostOffice().invite()
  await env.DB.prepare("UPDATE patients SET email = 'else@example.test' WHERE id = 'otto-chart'").run()
  expect(await (await new Browser().get(link)).text()).toContain('address on file has changed')
})

test('D1 decides where KV errs: a missing, a wrong and a resurrected way', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const { token_hash: hash } = (await row<{ token_hash: string }>('SELECT token_hash FROM invitations')) ?? {}
  const key = `invitation:${hash}`
  expect(await env.INVITATIONS.get(key)).toBe((await row<{ id: string }>('SELECT id FROM invitations'))?.id)
  await env.INVITATIONS.put(key, 'somewhere-else')
  expect((await new Browser().get(link)).status).toBe(200)
  await env.INVITATIONS.delete(key)
  expect((await new Browser().get(link)).status).toBe(200)
  await env.INVITATIONS.put(key, (await row<{ id: string }>('SELECT id FROM invitations'))?.id ?? '')
  await revoke()
  expect((await new Browser().get(link)).status).toBe(410)
})

test('an expired link can be asked for anew, once, and mails nobody', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  await age(life)
  const mark = await auditMark()
  for (let i = 0; i < 3; i++) {
    const browser = new Browser()
    expect((await browser.post(`${link}/request`)).headers.get('Location')).toBe(link)
    expect(await (await browser.get(link)).text()).toContain('The office has your request')
  }
  expect(await count('invitation_requests')).toBe(1)
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['invitation.new-link-asked'])
  await office.deliver()
  expect((await office.mails()).length).toBe(1)
  await office.invite()
  expect(await count('invitation_requests', 'resolved_at IS NULL')).toBe(0)
})

test('asking for a link that works is answered alike and files nothing', async () => {
  const link = await new PostOffice().invite()
  const browser = new Browser()
  expect((await browser.post(`${link}/request`)).status).toBe(303)
  expect(await (await browser.get(link)).text()).toContain('The office has your request')
  expect(await count('invitation_requests')).toBe(0)
})

test('an expired invitation of a caregiver points to the person who sent it', async () => {
  const link = await new PostOffice().invite()
  await set("kind = 'caregiver', relationship = 'Son'")
  await age(life)
  const page = await (await new Browser().get(link)).text()
  expect(page).toContain('Ask the person who invited you')
  expect(page).not.toContain('Ask for a new link')
})

test('without a link one reads how to be invited', async () => {
  const response = await new Browser().get('/register')
  expect(response.status).toBe(200)
  const page = await response.text()
  expect(page).toContain('noreply@carespaceportal.com')
  expect(page).toContain('href="tel:+14795871700"')
  expect(page).not.toContain('<form')
})

test('the pages speak Spanish', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  expect(await (await new Browser().get(`${link}?lang=es`)).text()).toContain('Mandarme un código')
  await age(life)
  expect(await (await new Browser().get(`${link}?lang=es`)).text()).toContain('Su enlace ya venció')
})
