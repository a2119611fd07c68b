import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { queueReminders } from '../../src/identity/invitation/store.ts'
import { as, Browser } from '../support/browser.ts'
import { day, hour, second } from '../support/clock.ts'
import { snapshot } from '../support/database.ts'
import { age, count, PostOffice, row, typed } from '../support/invited.ts'
import { db, seed } from '../support/people.ts'

beforeEach(seed)

const illness = /cancer|tumou?r|chemo|oncolog|leuk|lymphom|carcinom|radiation|infusion|biops|diagnos/i
const remind = (at = new Date()) => queueReminders(db(), at)

test('the invitation says all one needs, in text and in HTML', async () => {
  const office = new PostOffice()
  const link = await office.invite('otto-chart', new Date('2026-11-20T22:05:00Z'))
  const { from, to, subject, text, html } = await office.newest()
  expect(from).toBe('CareSpace <noreply@carespaceportal.com>')
  expect(to).toBe('otto@example.test')
  expect(subject).toBe('Register for CareSpace at Hillside Cancer Care')
  for (const part of [text, html])
    for (const words of [
      `https://portal.test${link}`,
      'Tuesday, November 24, 4:05 p.m. CST',
      '(479) 587-1700',
      'check your spam folder',
      'Do not forward this email',
    ])
      expect(part).toContain(words)
})

test('four days over the end of summer time end an hour earlier by the clock, and the page agrees', async () => {
  const office = new PostOffice()
  const link = await office.invite('otto-chart', new Date('2026-10-30T15:00:00Z')) // 10:00 a.m. CDT
  expect((await office.newest()).text).toContain('Tuesday, November 3, 9:00 a.m. CST')
  const page = await (await new Browser().get(link)).text()
  expect(page).toContain('It stopped working on Tuesday, November 3, 9:00 a.m. CST')
})

test('a patient who prefers Spanish is written to in Spanish', async () => {
  await env.DB.prepare("UPDATE patients SET language = 'es' WHERE id = 'otto-chart'").run()
  const office = new PostOffice()
  await office.invite('otto-chart', new Date('2026-11-20T22:05:00Z'))
  const { subject, text, html } = await office.newest()
  expect(subject).toBe('Regístrese en CareSpace de Hillside Cancer Care')
  expect(text).toContain('martes, 24 de noviembre, 4:05 p.m. CST')
  expect(html).toContain('<html lang="es">')
})

test('no mail names an illness, a person or a record', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  const code = await office.code(browser, link)
  await age(2 * day)
  await remind()
  await office.deliver()
  await browser.post(link, { ...typed, code })
  await office.deliver()
  const mails = await office.mails()
  expect(mails.map(({ subject }) => subject.split(' ')[0])).toEqual(['Register', 'Your', 'Reminder:', 'You'])
  for (const { subject, text, html } of mails)
    for (const part of [subject, text, html]) {
      const said = part.replaceAll('Hillside Cancer Care', '')
      expect(said).not.toMatch(illness)
      expect(said).not.toMatch(/Otto|Nguyen|10003|1944/)
    }
})

test('neither link nor code rests anywhere', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const code = await office.code(new Browser(), link)
  const kept = JSON.stringify(await snapshot([]))
  expect(kept).toContain('registration-code')
  expect(kept).not.toContain(link.split('/').at(-1))
  expect(kept).not.toMatch(new RegExp(`"${code}"`))
  const { keys } = await env.INVITATIONS.list()
  expect(JSON.stringify(keys)).not.toContain(link.split('/').at(-1))
})

test('the way in KV ends with the link', async () => {
  const office = new PostOffice()
  await office.invite()
  const { token_hash: hash } = (await row<{ token_hash: string }>('SELECT token_hash FROM invitations')) ?? {}
  const { keys } = await env.INVITATIONS.list({ prefix: `invitation:${hash}` })
  const left = (keys[0]?.expiration ?? 0) * second - Date.now()
  expect(Math.abs(left - 4 * day)).toBeLessThan(60 * second)
})

test('an outbox that was slow eats nothing of the four days', async () => {
  const office = new PostOffice()
  await as('frida').submit('/admin/patients/otto-chart/invitation', {})
  await env.DB.prepare('UPDATE invitations SET created_at = created_at - ?')
    .bind(20 * hour)
    .run()
  await office.deliver()
  const times = await row<{ sent_at: number; expires_at: number }>(
    'SELECT sent_at, expires_at FROM invitations'
  )
  expect(Math.abs((times?.sent_at ?? 0) - Date.now())).toBeLessThan(10 * second)
  expect((times?.expires_at ?? 0) - (times?.sent_at ?? 0)).toBe(4 * day)
})

test('an invitation taken back before it was sent is never sent', async () => {
  const office = new PostOffice()
  await as('frida').submit('/admin/patients/otto-chart/invitation', {})
  const id = (await row<{ id: string }>('SELECT id FROM invitations'))?.id
  await as('frida').post(`/admin/patients/otto-chart/invitations/${id}/revocation`)
  await office.deliver()
  expect(await office.mails()).toEqual([])
  expect(await count('outbox', 'cancelled_at IS NOT NULL')).toBe(1)
})

test('on day two those who have not registered are reminded, exactly once', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  await age(2 * day - 5 * second)
  await remind()
  expect(await count('outbox', "kind = 'invitation-reminder'")).toBe(0)
  await age(5 * second)
  const before = await row('SELECT sent_at, expires_at FROM invitations')
  await Promise.all(Array.from({ length: 10 }, () => remind()))
  await remind(new Date(Date.now() + day))
  expect(await count('outbox', "kind = 'invitation-reminder'")).toBe(1)
  await office.deliver()
  const mail = await office.newest()
  expect(mail.subject).toContain('Reminder')
  expect(mail.text).toContain(`https://portal.test${link}`)
  expect(await row('SELECT sent_at, expires_at FROM invitations')).toEqual(before)
})

test('nobody is reminded of a link that is used, revoked, replaced, locked or over', async () => {
  for (const end of [
    "accepted_at = 1, accepted_by = 'ines'",
    'revoked_at = 1',
    'replaced_at = 1',
    'address_changed_at = 1',
    'locked_at = 1',
    'expires_at = 1',
    'sent_at = NULL, expires_at = NULL',
  ]) {
    await seed()
    await new PostOffice().invite()
    await age(2 * day)
    await env.DB.prepare(`UPDATE invitations SET ${end}`).run()
    await remind()
    expect(await count('outbox', "kind = 'invitation-reminder'"), end).toBe(0)
  }
})

test.each([
  ["bounced_at = 2, bounce_kind = 'hard', bounce_reason = 'no_mailbox'", 0],
  ['delivered_at = 1, complained_at = 2', 0],
  ["bounced_at = 2, bounce_kind = 'soft', bounce_reason = 'mailbox_full'", 1],
] as const)('where %s, reminders go out: %i', async (fate, sent) => {
  await new PostOffice().invite()
  await age(2 * day)
  await env.DB.prepare(`UPDATE outbox SET ${fate} WHERE kind = 'invitation'`).run()
  await remind()
  expect(await count('outbox', "kind = 'invitation-reminder'")).toBe(sent)
})

test('someone who registers after the reminder was queued does not get it', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  await age(2 * day)
  const browser = new Browser()
  const code = await office.code(browser, link)
  await remind()
  await browser.post(link, { ...typed, code })
  await office.deliver()
  expect((await office.mails()).map(({ subject }) => subject).join()).not.toContain('Reminder')
})
