import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as, Browser } from '../support/browser.ts'
import { count, PostOffice, row, typed, wrongDate } from '../support/invited.ts'
import { password, seed } from '../support/people.ts'

const ottosDate = { month: 'Sep', day: '30', year: '1944' }

// Otto shares Ines's mailbox: one sign-in, two records.
beforeEach(async () => {
  await seed()
  await env.DB.prepare("UPDATE patients SET email = 'Ines@Example.test' WHERE id = 'otto-chart'").run()
})

test('an address that has an account is asked to sign in, and comes back to the link', async () => {
  const link = await new PostOffice().invite()
  const browser = new Browser()
  const page = await (await browser.get(link)).text()
  expect(page).toContain('You already have an account')
  const signIn = `/sign-in?next=${encodeURIComponent(link)}`
  expect(page).toContain(`href="${signIn}"`)
  const response = await browser.post(signIn, { email: 'ines@example.test', password })
  expect(response.headers.get('Location')).toBe(link)
  expect(await (await browser.get(link)).text()).toContain('Add this record</button>')
})

test('the date of birth adds the record to the account', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const response = await as('ines').post(link, ottosDate)
  expect(response.headers.get('Location')).toBe('/patients/otto-chart')
  expect(await row("SELECT account_id FROM patients WHERE id = 'otto-chart'")).toEqual({ account_id: 'ines' })
  expect(await row('SELECT accepted_by FROM invitations')).toEqual({ accepted_by: 'ines' })
  await office.deliver()
  expect((await office.newest()).text).toContain('A record was added')
  expect((await as('ines').post(link, ottosDate)).status).toBe(410)
})

test('it cannot be registered a second time instead', async () => {
  const link = await new PostOffice().invite()
  const response = await new Browser().post(link, { ...typed, code: '123456' })
  expect(await response.text()).toContain('You already have an account')
  expect(await count('accounts')).toBe(8)
})

test('five wrong dates lock it for the account too', async () => {
  const link = await new PostOffice().invite()
  for (let i = 0; i < 4; i++) expect((await as('ines').post(link, wrongDate)).status).toBe(422)
  expect((await as('ines').post(link, wrongDate)).status).toBe(410)
  expect((await as('ines').post(link, ottosDate)).status).toBe(410)
})

test('an unfinished date spends no try', async () => {
  const link = await new PostOffice().invite()
  const response = await as('ines').post(link, { ...ottosDate, day: '' })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('value="Sep"')
  expect(await row('SELECT birth_date_tries FROM invitations')).toEqual({ birth_date_tries: 0 })
})

test('someone signed in with another address is told so, and gets nothing', async () => {
  const link = await new PostOffice().invite()
  for (const person of ['rosa', 'milo', 'okafor'] as const) {
    const page = await as(person).get(link)
    expect(page.status).toBe(403)
    expect(await page.text()).toContain('This link was sent to a different email address')
    expect((await as(person).post(link, ottosDate)).status).toBe(403)
  }
  expect(await row("SELECT account_id FROM patients WHERE id = 'otto-chart'")).toEqual({ account_id: null })
})

test('twenty requests at once add the record once', async () => {
  const link = await new PostOffice().invite()
  const answers = await Promise.all(Array.from({ length: 20 }, () => as('ines').post(link, ottosDate)))
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(410)])
  expect(await count('outbox', "kind = 'registered'")).toBe(1)
})
