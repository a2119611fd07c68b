import { beforeEach, expect, test } from 'vitest'
import { as, Browser } from '../support/browser.ts'
import { another, count, PostOffice, row, typed } from '../support/invited.ts'
import { seed } from '../support/people.ts'

beforeEach(seed)

/** The same browser in another tab. */
function tab(browser: Browser) {
  const other = new Browser()
  for (const [name, value] of browser.jar) other.jar.set(name, value)
  return other
}

test('of a hundred requests that finish one invitation exactly one wins, the others read "already used"', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => tab(browser).post(link, { ...typed, code }))
  )
  const statuses = Map.groupBy(answers, ({ status }) => status)
  expect([...statuses].map(([status, all]) => [status, all.length])).toEqual(
    expect.arrayContaining([
      [303, 1],
      [410, 99],
    ])
  )
  for (const answer of statuses.get(410) ?? [])
    expect(await answer.text()).toContain('This link was already used')
  expect(await count('accounts', "email = 'otto@example.test'")).toBe(1)
  expect(await count('terms_acceptances')).toBe(1)
  expect(await count('outbox', "kind = 'registered'")).toBe(1)
}, 60_000)

test('fifty wrong codes at once are answered five times, and the right one after them is not', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const pages = await Promise.all(
    Array.from({ length: 50 }, async (_, i) =>
      (await tab(browser).post(link, { ...typed, code: another(code, i + 1) })).text()
    )
  )
  expect(pages.filter((page) => page.includes('That code is not right')).length).toBeLessThanOrEqual(5)
  expect(await row('SELECT tries FROM registration_codes')).toEqual({ tries: 5 })
  // The network address has to wait now; wherever else the right code comes from, it is dead.
  expect((await browser.post(link, { ...typed, code })).status).toBe(429)
  const elsewhere = { 'CF-Connecting-IP': '203.0.113.8' }
  expect((await browser.post(link, { ...typed, code }, elsewhere)).status).toBe(422)
}, 60_000)

test('fifty wrong dates of birth at once are answered five times and lock the invitation', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      tab(browser).post(link, {
        ...typed,
        code,
        month: '1',
        day: String((i % 28) + 1),
        year: String(1930 + i),
      })
    )
  )
  const pages = await Promise.all(answers.map((answer) => answer.text()))
  expect(pages.filter((page) => page.includes('does not match')).length).toBeLessThanOrEqual(4)
  expect(pages.filter((page) => page.includes('This link is locked')).length).toBeGreaterThanOrEqual(46)
  expect(await row('SELECT birth_date_tries FROM invitations')).toEqual({ birth_date_tries: 5 })
  expect((await browser.post(link, { ...typed, code })).status).toBe(410)
}, 60_000)

test('staff who invite twice at once leave one open link', async () => {
  const frida = as('frida')
  await Promise.all(
    Array.from({ length: 5 }, () => frida.submit('/admin/patients/otto-chart/invitation', {}))
  )
  expect(await count('invitations', 'replaced_at IS NULL')).toBe(1)
})

test('two taps on Invite are one invitation and one mail', async () => {
  const submissionId = 'z'.repeat(21)
  const frida = as('frida')
  for (let i = 0; i < 2; i++)
    expect((await frida.post('/admin/patients/otto-chart/invitation', { submissionId })).status).toBe(303)
  expect(await count('invitations')).toBe(1)
  expect(await count('outbox', "kind = 'invitation'")).toBe(1)
})
