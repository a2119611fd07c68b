import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Bindings } from '../../src/env.ts'
import worker from '../../src/index.ts'
import { mailWriters } from '../../src/mails.ts'
import { type CanaryState, judgeCanary } from '../../src/outbox/canary/canary.ts'
import { queueCanary } from '../../src/outbox/canary/store.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { as } from '../support/browser.ts'
import { Clock, day, hour, minute } from '../support/clock.ts'
import { readPage } from '../support/html.ts'
import { db, seed } from '../support/people.ts'
import { report } from '../support/reports.ts'
import { ResendAccount } from '../support/resend.ts'

beforeEach(seed)

const address = 'mail-check@practice.example'
const canaries = async () =>
  (
    await env.DB.prepare("SELECT * FROM outbox WHERE kind = 'canary' ORDER BY created_at").all<{
      id: string
      provider_id: string
      patient_id: null
      account_id: null
    }>()
  ).results
const sentToOurselves = async (account: ResendAccount) =>
  (await account.sent()).filter(({ subject }) => subject === 'CareSpace test mail')
const atTheHour = new Date('2026-11-30T15:00:00Z')
const cron = (bindings: Bindings, at: Date) =>
  worker.scheduled({ scheduledTime: at.getTime() } as ScheduledController, bindings)

async function queue(bindings: Bindings, at: Date) {
  const [first, ...rest] = queueCanary(db(), bindings, at)
  if (first) await db().batch([first, ...rest])
}

test('goes out each hour, once, to our own address and about nobody', async () => {
  const account = new ResendAccount()
  const bindings = { ...account.bindings, CANARY_ADDRESS: address }
  await cron(bindings, atTheHour)
  await cron(bindings, atTheHour)
  await cron(bindings, new Date(atTheHour.getTime() + minute))
  const sent = await sentToOurselves(account)
  expect(sent).toHaveLength(1)
  expect(sent[0]).toMatchObject({ to: address, subject: 'CareSpace test mail' })
  expect(await canaries()).toMatchObject([{ patient_id: null, account_id: null }])
})

test('ten crons at once queue one', async () => {
  const bindings = { ...env, CANARY_ADDRESS: address }
  await Promise.all(Array.from({ length: 10 }, () => queue(bindings, atTheHour)))
  await queue(bindings, new Date(atTheHour.getTime() + hour))
  expect(await canaries()).toHaveLength(2)
})

test('is off where no address is set, also for one that was queued before', async () => {
  const account = new ResendAccount()
  await cron(account.bindings, atTheHour)
  expect(await canaries()).toEqual([])
  await queue({ ...env, CANARY_ADDRESS: address }, atTheHour)
  await deliverDue(account.bindings, mailWriters, new Clock(Date.now() + day).now)
  expect(await sentToOurselves(account)).toEqual([])
})

test('those of last week go, with what was reported of them', async () => {
  const account = new ResendAccount()
  const bindings = { ...account.bindings, CANARY_ADDRESS: address }
  const old = new Clock(atTheHour.getTime() - 8 * day)
  await queue(bindings, old.now())
  await deliverDue(bindings, mailWriters, old.now)
  await report('email.delivered', (await canaries())[0]?.provider_id ?? '')
  await queue(bindings, atTheHour)
  expect(await canaries()).toHaveLength(1)
  expect((await env.DB.prepare('SELECT * FROM mail_reports').all()).results).toEqual([])
})

const now = atTheHour
const ago = (hours: number) => now.getTime() - hours * hour
test.each<[string, number | null, number | null, number | null, boolean, CanaryState]>([
  ['nothing yet', null, null, null, true, 'none yet'],
  ['the first is on its way', ago(0.5), null, null, true, 'fine'],
  ['the first never left', ago(2.1), null, null, true, 'not sent'],
  ['the first left but never arrived', ago(2.1), ago(2), null, true, 'not delivered'],
  ['the first left, and nobody reports', ago(2.1), ago(1), null, false, 'fine'],
  ['both just now', ago(99), ago(0.1), ago(0.1), true, 'fine'],
  ['two hours to the second', ago(99), ago(2), ago(2), true, 'fine'],
  ['a second more', ago(99), ago(2) - 1, ago(1), true, 'not sent'],
  ['sent but not arrived', ago(99), ago(0.5), ago(2.1), true, 'not delivered'],
  ['neither', ago(99), ago(9), ago(9), true, 'not sent'],
])('%s: %#', (_, firstAt, sentAt, deliveredAt, hasReports, expected) => {
  expect(judgeCanary({ firstAt, sentAt, deliveredAt }, now, { hasReports })).toBe(expected)
})

describe('the board', () => {
  const saying = async (
    facts: { created: number; sent?: number; delivered?: number },
    bindings: Bindings = { ...env, CANARY_ADDRESS: address }
  ) => {
    const at = (hours: number | undefined) => (hours === undefined ? null : Date.now() - hours * hour)
    await env.DB.prepare(
      "INSERT INTO outbox (id, kind, subject_id, created_at, due_at, sent_at, delivered_at) VALUES ('canary-1', 'canary', 'x', ?1, ?1, ?2, ?3)"
    )
      .bind(at(facts.created), at(facts.sent), at(facts.delivered))
      .run()
    return (await readPage(await (await as('frida', bindings).get('/admin/mail')).text())).text
  }
  test.each([
    ['The hourly test mail arrives.', { created: 1, sent: 1, delivered: 1 }],
    ['No mail has left for more than 2 hours', { created: 3 }],
    ['Our mail leaves, but has not arrived for more than 2 hours', { created: 3, sent: 1 }],
  ])('says: %s', async (words, facts) => {
    expect(await saying(facts)).toContain(words)
  })

  test('says nothing of it where it is off, and never lists it among the mail of people', async () => {
    const text = await saying({ created: 3 }, env)
    expect(text).not.toMatch(/test mail|No mail has left/)
    expect(text).toContain('Nothing here needs a look.')
  })
})
