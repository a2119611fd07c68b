import { beforeEach, expect, test } from 'vitest'
import { Browser, hiddenFields } from '../support/browser.ts'
import { count, PostOffice, row, typed } from '../support/invited.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

test('an invited patient registers, is signed in and lands on Home', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const page = await (await browser.get(link)).text()
  expect(page).toContain('Create Password</button>')
  const response = await browser.post(link, { ...hiddenFields(page, link), ...typed, code })
  expect(response.status).toBe(303)
  expect(response.headers.get('Location')).toBe('/patients/otto-chart')
  expect((await browser.get('/')).headers.get('Location')).toBe('/patients/otto-chart')
})

test('registering leaves the account, the terms, the audit trail and a notice behind', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const mark = await auditMark()
  await browser.post(`${link}?lang=es`, { ...typed, code })
  const account = await row<{ id: string; given_name: string; language: string; terms_version: string }>(
    "SELECT * FROM accounts WHERE email = 'otto@example.test'"
  )
  expect(account).toMatchObject({ given_name: 'Otto', language: 'es', terms_version: '2026-11' })
  expect(await row('SELECT account_id FROM patients WHERE id = ?', 'otto-chart')).toEqual({
    account_id: account?.id,
  })
  expect(await row('SELECT version, network_address FROM terms_acceptances')).toEqual({
    version: '2026-11',
    network_address: '203.0.113.7',
  })
  expect((await auditSince(mark)).map(({ action, account_id }) => [action, account_id])).toEqual([
    ['invitation.accepted', account?.id],
  ])
  await office.deliver()
  expect(await office.newest()).toMatchObject({
    to: 'otto@example.test',
    subject: 'Ya está registrado en CareSpace de Hillside Cancer Care',
  })
})

test('the new password signs in', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  await browser.post(link, { ...typed, code: await office.code(browser, link) })
  const response = await new Browser().submit('/sign-in', {
    email: 'otto@example.test',
    password: typed.password,
  })
  expect(response.status).toBe(303)
})

test('the page shows neither the whole address nor whose record it is', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const before = await (await browser.get(link)).text()
  await office.code(browser, link)
  const after = await (await browser.get(link)).text()
  for (const page of [before, after]) {
    expect(page).toContain('o***@example.test')
    expect(page).not.toMatch(/otto@|Otto|Nguyen|1944/)
  }
})

test('everything that is wrong is said at once, and what was typed stays but the password', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  await office.code(browser, link)
  const response = await browser.post(link, {
    code: '12',
    month: '13',
    day: '7',
    year: '1944',
    password: 'short',
  })
  expect(response.status).toBe(422)
  const page = await response.text()
  for (const words of [
    'The code has 6 numbers',
    'must be a real date',
    'at least 8 characters, an uppercase letter, a number, a special character',
    'Check the box to agree',
  ])
    expect(page.split(words).length, words).toBe(3)
  expect(page).toContain('value="13"')
  expect(page).not.toContain('short"')
})

test('a form that is not complete spends no try', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  for (const fields of [
    {},
    { ...typed },
    { ...typed, code: 'abc' },
    { ...typed, code, day: '' },
    { ...typed, code, password: '' },
    { ...typed, code, terms: '' },
    { ...typed, code, year: '44' },
    { ...typed, code, year: '2999' },
  ])
    expect((await browser.post(link, fields)).status).toBe(422)
  expect(await row('SELECT birth_date_tries FROM invitations')).toEqual({ birth_date_tries: 0 })
  expect(await row('SELECT tries FROM registration_codes')).toEqual({ tries: 0 })
})

test('a password made from the person is refused, but only once code and date are right', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const password = 'Nguyen-kettle-8'
  const stranger = await browser.post(link, { ...typed, password, code: code === '000000' ? '1' : '000000' })
  expect(await stranger.text()).not.toContain('Leave your name')
  const owner = await browser.post(link, { ...typed, password, code })
  expect(owner.status).toBe(422)
  expect(await owner.text()).toContain('Leave your name')
  expect((await browser.post(link, { ...typed, code })).status).toBe(303)
})

test('asking for another code keeps what was typed, and the first code dies', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const first = await office.code(browser, link)
  const response = await browser.post(`${link}/code`, { ...typed, code: '' })
  expect(response.status).toBe(200)
  const page = await response.text()
  expect(page).toContain('We sent a new code.')
  expect(page).toContain('value="1944"')
  expect(page).not.toContain(typed.password)
  await office.deliver()
  const second = (await office.newest()).text.match(/^ +(\d{6})$/m)?.[1] ?? ''
  if (first !== second) expect((await browser.post(link, { ...typed, code: first })).status).toBe(422)
  expect((await browser.post(link, { ...typed, code: second })).status).toBe(303)
})

test('codes cannot be ordered without end', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const answers = []
  for (let i = 0; i < 8; i++) answers.push((await browser.post(`${link}/code`)).status)
  expect(answers).toEqual([303, 303, 303, 303, 429, 429, 429, 429])
  expect(await count('registration_codes')).toBe(4)
})

test('hostile and huge input gets its message and comes back as text', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  await office.code(browser, link)
  const hostile = '"><script>alert(1)</script>'
  for (const field of ['code', 'month', 'day', 'year'])
    for (const value of [
      hostile,
      'é'.repeat(5000),
      '\u202e12',
      '１２３',
      '-1',
      '1e3',
      "'; DROP TABLE accounts; --",
    ]) {
      const response = await browser.post(link, { ...typed, code: '1', [field]: value })
      expect(response.status, `${field} ${value.slice(0, 20)}`).toBe(422)
      const page = await response.text()
      expect(page).not.toContain('<script>alert')
      if (value === hostile) expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
    }
  const long = await browser.post(link, { ...typed, code: '123456', password: `Aa1!${'x'.repeat(100_000)}` })
  expect(long.status).toBe(422)
  expect(await long.text()).toContain('256 characters at most')
  expect((await browser.post(link, { month: 'x'.repeat(300_000) })).status).toBe(413)
})
