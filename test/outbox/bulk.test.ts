import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { invitations, outbox, patients } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue, fullLoad } from '../../src/outbox/deliver.ts'
import { queueEmail } from '../../src/outbox/queue.ts'
import { Clock, hour, minute, second } from '../support/clock.ts'
import { db, seed } from '../support/people.ts'
import { ResendAccount } from '../support/resend.ts'
import type { Script } from '../support/resend-script.ts'

beforeEach(seed)

const many = 2000

/** As many patients, each with an invitation whose mail is due. */
async function inviteMany(at: Date) {
  const people = await Promise.all(
    Array.from({ length: many }, async (_, i) => ({ id: `p-${i}`, hash: await sha256(`token of ${i}`) }))
  )
  const d = db()
  for (let from = 0; from < many; from += 250) {
    const [first, ...rest] = people.slice(from, from + 250).flatMap(({ id, hash }) => [
      d.insert(patients).values({
        id,
        givenName: 'Pat',
        familyName: 'Doe',
        searchName: 'doe pat',
        birthDate: '1950-01-01',
        email: `${id}@example.test`,
        createdAt: at,
      }),
      d.insert(invitations).values({
        id,
        kind: 'patient',
        patientId: id,
        email: `${id}@example.test`,
        tokenHash: hash,
        language: 'en',
        invitedBy: 'frida',
        createdAt: at,
      }),
      d.insert(outbox).values({
        id,
        kind: 'invitation',
        subjectId: id,
        patientId: id,
        createdAt: at,
        dueAt: at,
      }),
    ])
    if (first) await d.batch([first, ...rest])
  }
}

/** One in `every` calls fails in one of these ways, in turn. */
const faults: Script[] = [
  'limit',
  'broken',
  'reset after',
  { retryAfter: 3 },
  'never',
  'proxy',
  'silent after',
  'reset before',
  'busy',
  'garbled',
  'empty error',
  'quota',
]
const stormy = (calls: number, every: number) =>
  Array.from(
    { length: calls },
    (_, i): Script => (i % every === 0 ? (faults[(i / every) % faults.length] ?? 'ok') : 'ok')
  )

test('two thousand invitations arrive once each, though Resend fails in every way', {
  timeout: 300_000,
}, async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await account.willAnswer(...stormy(3000, 9))
  await inviteMany(clock.now())
  clock.pass(second)
  for (let runs = 0; runs < 500 && (await waiting()) > 0; runs++)
    if ((await deliverDue(account.bindings, mailWriters, clock.now, 40)) < fullLoad) clock.pass(minute)

  expect(await ended()).toEqual([])
  const calls = await account.calls()
  const accepted = calls.filter((call) => call.accepted)
  expect(accepted).toHaveLength(many)
  expect(new Set(accepted.map(({ mail }) => mail.to)).size).toBe(many)
  // What was tried again after an answer that was lost came under the very key of the first try.
  expect(new Set(accepted.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(many)
  expect(calls.length).toBeGreaterThan(many + 200)
  for (const fault of faults) expect(calls.map(({ answer }) => answer)).toContainEqual(fault)
  const { results } = await env.DB.prepare(
    `SELECT count(*) AS mails, count(o.sent_at) AS sent, count(DISTINCT o.provider_id) AS ids, count(o.failed_at) AS failed,
        sum(i.expires_at - i.sent_at = 345600000) AS whole
       FROM outbox o JOIN invitations i ON i.id = o.subject_id WHERE o.kind = 'invitation'`
  ).all()
  expect(results).toEqual([{ mails: many, sent: many, ids: many, failed: 0, whole: many }])
})

/** Mails that came to another end than being sent, with what is said of it. */
const ended = async () =>
  (
    await env.DB.prepare(
      "SELECT id, failure, attempts, edition FROM outbox WHERE kind = 'invitation' AND (sent_at IS NULL OR failure IS NOT NULL)"
    ).all()
  ).results

const waiting = async () =>
  (await env.DB.prepare(
    'SELECT count(*) AS n FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL'
  ).first<number>('n')) ?? 0

test('a code that somebody waits for does not stand behind a bulk', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  const d = db()
  const [first, ...rest] = Array.from({ length: 2 * fullLoad }, (_, i) =>
    queueEmail(d, { kind: 'note', subjectId: `n-${i}` }, new Date(clock.now().getTime() - hour))
  )
  if (first) await d.batch([first, ...rest])
  await d.batch([queueEmail(d, { kind: 'registration-code', subjectId: 'code' }, clock.now())])
  const write = async () => ({ to: 'otto@example.test', subject: 's', text: 't', html: 'h' })
  await deliverDue(account.bindings, { note: write, 'registration-code': write }, clock.now)
  expect((await account.calls())[0]?.idempotencyKey).toMatch(/^registration-code\//)
})
