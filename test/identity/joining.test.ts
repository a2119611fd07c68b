import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { invitationToken, joiningDigits } from '../../src/identity/secret.ts'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { as, Browser } from '../support/browser.ts'
import { Clock, day } from '../support/clock.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, password, seed } from '../support/people.ts'
import { ResendAccount } from '../support/resend.ts'

beforeEach(seed)

const rows = async <T>(sql: string) => (await env.DB.prepare(sql).all<T>()).results
const wanted = {
  givenName: 'Wren',
  familyName: 'Hale',
  credentials: 'RN',
  email: 'Wren@Practice.test',
  role: 'clinical',
  password,
}
const invite = (more: Record<string, string> = {}, person: 'okafor' | 'frida' = 'okafor') =>
  as(person).submit('/admin/staff/new', { ...wanted, ...more })
type Row = { id: string; code_id: string; email: string; role: string; accepted_at: number | null }
const newest = async () =>
  (
    await rows<Row>('SELECT * FROM staff_invitations ORDER BY created_at DESC, replaced_at IS NULL DESC')
  )[0] as Row
const linkOf = async () => `/join/${await invitationToken(env.TOKEN_KEY, (await newest()).id)}`
const codeOf = async () => joiningDigits(env.TOKEN_KEY, (await newest()).code_id)
const sent = () =>
  env.DB.prepare('UPDATE staff_invitations SET sent_at = ?, expires_at = ?')
    .bind(Date.now(), Date.now() + 4 * day)
    .run()
const form = async () => ({ code: await codeOf(), password: 'Quiet-Harbor-77', terms: 'yes' })

/** Someone at the address, with a code in this browser. */
async function withCode() {
  await invite()
  await sent()
  const browser = new Browser()
  const link = await linkOf()
  await browser.post(`${link}/code`)
  return { browser, link }
}

test('an admin invites, and the mail leads to an account that owes a second step', async () => {
  const account = new ResendAccount()
  const mark = await auditMark()
  const response = await invite()
  expect([response.status, response.headers.get('Location')]).toEqual([303, '/admin/staff'])
  await deliverDue(account.bindings, mailWriters, new Clock(Date.now() + 1).now)
  const [mail] = await account.sent()
  expect(mail?.to).toContain('wren@practice.test')
  const link = mail?.text.match(/\/join\/[\w-]{43}/)?.[0] ?? ''
  expect(mail?.text).toMatch(/This link works until/)
  expect(mail?.text).not.toMatch(/Wren|Hale|clinical/)

  const browser = new Browser(account.bindings)
  const page = await readPage(await (await browser.get(link)).text())
  expect(page.text).toContain('w***@practice.test')
  expect(page.text).not.toMatch(/Hale/)
  await browser.post(`${link}/code`)
  await deliverDue(account.bindings, mailWriters, new Clock(Date.now() + 2).now)
  const code = (await account.sent()).at(-1)?.text.match(/\b\d{6}\b/)?.[0] ?? ''
  const joined = await browser.post(link, { code, password: 'Quiet-Harbor-77', terms: 'yes' })
  expect([joined.status, joined.headers.get('Location')]).toEqual([303, '/sign-in/second-step/set-up'])

  const [made] = await rows<{ id: string; staff_role: string; credentials: string; second_step_at: null }>(
    "SELECT id, staff_role, credentials, second_step_at FROM accounts WHERE email = 'wren@practice.test'"
  )
  expect(made).toMatchObject({ staff_role: 'clinical', credentials: 'RN', second_step_at: null })
  // The password alone opens nothing yet.
  expect((await browser.get('/admin/messages')).headers.get('Location')).toMatch(/^\/sign-in/)
  expect((await browser.get('/sign-in/second-step/set-up')).status).toBe(200)
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['staff.invited', 'staff.code-sent', 'staff.joined'])
  )
  const list = await (await as('okafor').get('/admin/staff')).text()
  expect(list).toContain('Wren Hale, RN')
  expect(list).not.toContain('Invited, not here yet')
})

describe('an invitation is refused', () => {
  test.each([
    [{ email: 'nowhere' }, 'Enter an email address like'],
    [{ email: '' }, 'Enter an email address.'],
    [{ email: 'rosa@example.test' }, 'Someone signs in with this address already'],
    [{ givenName: ' ' }, 'Enter the first name.'],
    [{ familyName: '' }, 'Enter the last name.'],
    [{ role: 'owner' }, 'Choose a role'],
    [{ password: '' }, 'Enter your own password'],
    [{ password: 'Wrong-Horse-9' }, 'That is not your password'],
    [{ submissionId: 'x' }, ''],
  ])('with %o', async (odd, words) => {
    const before = await snapshot()
    const response = await invite(odd)
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain(words)
    expect(html).toContain(`value="${'givenName' in odd ? 'Hale' : 'Wren'}"`)
    expect(html).not.toContain(password)
    expect(await snapshot()).toEqual(before)
  })

  test.each(['frida', 'nadia', 'audra', 'rosa'] as const)('from %s', async (person) => {
    const before = await snapshot()
    expect((await as(person).get('/admin/staff/new')).status).toBe(404)
    expect((await as(person).post('/admin/staff/new', wanted)).status).toBe(404)
    expect(await snapshot()).toEqual(before)
  })
})

test('sent twice it is one; another takes its place', async () => {
  const browser = as('okafor')
  const fields = { ...wanted, submissionId: 'q'.repeat(21) }
  await Promise.all(Array.from({ length: 5 }, () => browser.post('/admin/staff/new', fields)))
  expect(await rows('SELECT 1 FROM staff_invitations')).toHaveLength(1)
  expect(await rows("SELECT 1 FROM outbox WHERE kind = 'staff-invitation'")).toHaveLength(1)
  const first = await linkOf()
  await new Promise((resolve) => setTimeout(resolve, 2))
  await invite()
  expect((await new Browser().get(first)).status).toBe(410)
  expect((await new Browser().get(await linkOf())).status).toBe(200)
})

describe('a link', () => {
  test('opens nothing to who has it but not the mailbox', async () => {
    const { link } = await withCode()
    const stranger = new Browser()
    const response = await stranger.post(link, await form())
    expect(response.status).toBe(422)
    expect(await rows("SELECT 1 FROM accounts WHERE email = 'wren@practice.test'")).toEqual([])
  })

  test.each<[string, () => Promise<unknown>, number, string]>([
    [
      'expired',
      () => env.DB.prepare('UPDATE staff_invitations SET expires_at = 5').run(),
      410,
      'Your link has expired',
    ],
    [
      'taken back',
      async () => as('okafor').post(`/admin/staff/invitations/${(await newest()).id}/revocation`),
      410,
      'no longer works',
    ],
  ])('%s opens nothing', async (_, happen, status, words) => {
    const { browser, link } = await withCode()
    await happen()
    for (const response of [await browser.get(link), await browser.post(link, await form())]) {
      expect(response.status).toBe(status)
      expect(await response.text()).toContain(words)
    }
    expect(await rows("SELECT 1 FROM accounts WHERE email = 'wren@practice.test'")).toEqual([])
  })

  test('that nobody sent is not known', async () => {
    for (const token of ['A'.repeat(43), 'x', '%00'])
      expect((await new Browser().get(`/join/${token}`)).status).toBe(404)
  })

  test('is not used up by being opened', async () => {
    const { browser, link } = await withCode()
    const before = await snapshot()
    for (let i = 0; i < 5; i++) await new Browser().get(link)
    expect(await snapshot()).toEqual(before)
    expect((await browser.post(link, await form())).status).toBe(303)
  })

  test('makes one account, however many finish at once', async () => {
    const { browser, link } = await withCode()
    const fields = await form()
    const answers = await Promise.all(Array.from({ length: 12 }, () => browser.post(link, fields)))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(await rows("SELECT 1 FROM accounts WHERE email = 'wren@practice.test'")).toHaveLength(1)
    expect(await (await new Browser().get(link)).text()).toContain('already used')
  })
})

test('five wrong codes, at once or one after another, and the right one is not told any more', async () => {
  const { browser, link } = await withCode()
  const right = await form()
  const wrong = { ...right, code: right.code === '000000' ? '111111' : '000000' }
  await Promise.all(Array.from({ length: 20 }, () => browser.post(link, wrong)))
  expect((await newest()) as unknown).toMatchObject({ code_tries: 5 })
  const late = await browser.post(link, right)
  expect(late.status).toBe(422)
  expect(await rows("SELECT 1 FROM accounts WHERE email = 'wren@practice.test'")).toEqual([])
})

test.each([
  [{ terms: '' }, 'agree to the terms'],
  [{ password: 'short' }, 'assword'],
  [{ password: 'Wren-Hale-77' }, 'assword'],
  [{ code: '12' }, '6 numbers'],
])('with %o nobody joins, and nothing is spent', async (odd, words) => {
  const { browser, link } = await withCode()
  const response = await browser.post(link, { ...(await form()), ...odd })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain(words)
  expect((await newest()) as unknown).toMatchObject({ code_tries: 0, accepted_at: null })
})
