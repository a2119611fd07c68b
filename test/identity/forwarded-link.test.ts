import { beforeEach, expect, test } from 'vitest'
import { Browser } from '../support/browser.ts'
import { another, count, PostOffice, row, typed, wrongDate } from '../support/invited.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

test('someone with the link and the date of birth, but not the mailbox, can do nothing', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const owner = new Browser()
  const code = await office.code(owner, link)

  const stranger = new Browser()
  expect(await (await stranger.get(link)).text()).toContain('Email me a code')
  const response = await stranger.post(link, { ...typed, code })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('Send a new code')
  // A code the stranger asks for goes to the owner, and the owner's code is worth nothing here.
  await stranger.post(`${link}/code`)
  await office.deliver()
  expect((await office.newest()).to).toBe('otto@example.test')
  const ownCode = (await office.newest()).text.match(/^ +(\d{6})$/m)?.[1]
  if (ownCode !== code) expect((await stranger.post(link, { ...typed, code })).status).toBe(422)
  expect(await count('accounts', "email = 'otto@example.test'")).toBe(0)
  expect((await owner.post(link, { ...typed, code })).status).toBe(303)
})

test('from the third wrong code on the page says whom the link is for; after five the code is dead', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const answers = []
  for (let i = 1; i <= 5; i++) {
    const response = await browser.post(link, { ...typed, code: another(code, i) })
    expect(response.status).toBe(422)
    answers.push((await response.text()).match(/id="code-error">([^<]*)</)?.[1] ?? '')
  }
  const wrong = 'That code is not right. Check'
  const doubtful = 'only works for the address it was sent to'
  const said = [wrong, wrong, doubtful, doubtful, 'does not work any more']
  for (const [i, answer] of answers.entries()) expect(answer).toContain(said[i])
  expect((await browser.post(link, { ...typed, code })).status).toBe(422)
  expect(await count('accounts', "email = 'otto@example.test'")).toBe(0)
  // A wrong code says nothing about the date, and costs it nothing.
  expect(await row('SELECT birth_date_tries FROM invitations')).toEqual({ birth_date_tries: 0 })
})

test('a code dies ten minutes after it was asked for', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  await ageCode(10 * 60_000 + 1000)
  const late = await browser.post(link, { ...typed, code })
  expect(await late.text()).toContain('does not work any more')
  await ageCode(-3000)
  expect((await browser.post(link, { ...typed, code })).status).toBe(303)
})

const ageCode = (by: number) =>
  row('UPDATE registration_codes SET expires_at = expires_at - ? RETURNING id', by)

test('five wrong dates of birth lock the invitation, even when the sixth is right', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  const mark = await auditMark()
  for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
    const response = await browser.post(link, { ...typed, ...wrongDate, code })
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain(`You have ${left} left.`)
    expect(page).toContain('value="10"')
  }
  const fifth = await browser.post(link, { ...typed, ...wrongDate, code })
  expect(fifth.status).toBe(410)
  expect(await fifth.text()).toContain('This link is locked')
  expect((await browser.post(link, { ...typed, code })).status).toBe(410)
  expect(await count('accounts', "email = 'otto@example.test'")).toBe(0)
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(
    Array(5).fill('invitation.wrong-birth-date')
  )
})

test('after four wrong dates the right one still registers', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  for (let i = 0; i < 4; i++) await browser.post(link, { ...typed, ...wrongDate, code })
  expect((await browser.post(link, { ...typed, code })).status).toBe(303)
})
