import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import * as schema from '../../src/db/schema.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import type { MailWriters } from '../../src/outbox/mail.ts'
import { queueEmail } from '../../src/outbox/queue.ts'
import { Browser } from '../support/browser.ts'
import { Clock, day, hour, minute, second } from '../support/clock.ts'
import { db, seed } from '../support/people.ts'
import { ResendAccount } from '../support/resend.ts'
import type { Script } from '../support/resend-script.ts'

beforeEach(seed)

/** Says the moment of its wording, as an invitation's expiry does, so that a mail rewritten by mistake would differ. */
const writers: MailWriters = {
  note: async ({ row, at }) => ({
    to: `${row.subjectId}@example.test`,
    subject: 'Something to read',
    text: `Written ${at.toISOString()}`,
    html: `<p>Written ${at.toISOString()}</p>`,
  }),
  gone: async () => null,
  faulty: async () => {
    throw new Error('a writer with a bug')
  },
}

type Row = {
  attempts: number
  due_at: number
  edition: number
  sent_at: number | null
  failed_at: number | null
  cancelled_at: number | null
  failure: string | null
  provider_id: string | null
}
const rowOf = async (subject: string) => {
  const row = await env.DB.prepare('SELECT * FROM outbox WHERE subject_id = ?').bind(subject).first<Row>()
  if (!row) throw new Error(`No mail about ${subject}`)
  return row
}
const queue = async (clock: Clock, subjectId = 'rosa', kind = 'note', dueAt?: Date) => {
  await db().batch([queueEmail(db(), { kind, subjectId, ...(dueAt ? { dueAt } : {}) }, clock.now())])
}
const patience = 300

/** Runs delivery as cron would, each minute, until the mail has its end. */
async function runUntilSettled(account: ResendAccount, clock: Clock, most = 3 * 24 * 60) {
  for (let i = 0; i < most; i++) {
    await deliverDue(account.bindings, writers, clock.now, patience)
    const row = await rowOf('rosa')
    if (row.sent_at || row.failed_at || row.cancelled_at) return row
    clock.pass(Math.max(minute, row.due_at - clock.now().getTime()))
  }
  throw new Error('The mail never came to an end')
}

const storms: Script[][] = [
  ['ok'],
  ['limit'],
  ['limit', 'limit', { retryAfter: 90 }],
  ['quota', 'quota'],
  ['broken', 'broken', 'broken'],
  ['proxy', 'empty error'],
  ['reset before'],
  ['reset after'],
  ['never'],
  ['silent after', 'busy'],
  ['busy', 'busy'],
  ['garbled', 'silent after', 'garbled'],
  ['bad key', 'bad key'],
  ['reset after', 'limit', 'broken', 'reset after'],
  ['silent after', 'limit', 'limit', 'ok'],
  ['limit', 'reset after', 'broken', { retryAfter: 7200 }, 'bad key'],
]

test.each(storms.map((script) => [script.map((s) => JSON.stringify(s)).join(', '), script] as const))(
  'a mail arrives exactly once when Resend answers %s',
  async (_, script) => {
    const account = new ResendAccount()
    const clock = new Clock()
    await account.willAnswer(...script)
    await queue(clock)
    const row = await runUntilSettled(account, clock)
    expect(row.sent_at).not.toBeNull()
    expect(row.failure).toBeNull()
    expect(await account.sent()).toHaveLength(1)
  }
)

test('what arrives is what was written, under a key made of kind, row and edition', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await queue(clock)
  await deliverDue(account.bindings, writers, clock.now)
  const [call] = await account.calls()
  expect(call?.mail).toEqual({
    from: 'CareSpace <noreply@carespaceportal.com>',
    to: 'rosa@example.test',
    subject: 'Something to read',
    text: `Written ${clock.now().toISOString()}`,
    html: `<p>Written ${clock.now().toISOString()}</p>`,
  })
  expect(call?.idempotencyKey).toMatch(/^note\/[a-z0-9]{21}\/1$/)
  expect((await rowOf('rosa')).sent_at).toBe(clock.now().getTime())
})

test('a practice sends from an address of its own, and tells people to look for that', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  const own = { MAIL_SENDER: 'noreply@portal.practice.example' }
  await queue(clock)
  await deliverDue({ ...account.bindings, ...own }, writers, clock.now)
  expect((await account.calls())[0]?.mail.from).toBe('CareSpace <noreply@portal.practice.example>')
  const page = async (settings: object) => (await new Browser({ ...env, ...settings }).get('/sign-in')).text()
  expect(await page(own)).toContain('noreply@portal.practice.example')
  expect(await page({})).toContain('noreply@carespaceportal.com')
})

describe('the wording', () => {
  test('stays the same, under the same key, after an answer that was lost', async () => {
    const account = new ResendAccount()
    const clock = new Clock()
    await account.willAnswer('reset after', 'broken')
    await queue(clock)
    await runUntilSettled(account, clock)
    const calls = await account.calls()
    expect(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
    expect(new Set(calls.map(({ mail }) => mail.text)).size).toBe(1)
  })

  test('is new, under a new key, after a try that was certainly not accepted', async () => {
    const account = new ResendAccount()
    const clock = new Clock()
    await account.willAnswer('limit')
    await queue(clock)
    const row = await runUntilSettled(account, clock)
    const calls = await account.calls()
    expect(calls.map(({ idempotencyKey }) => idempotencyKey.slice(-2))).toEqual(['/1', '/2'])
    expect(calls[1]?.mail.text).toBe(`Written ${clock.now().toISOString()}`)
    expect(row.sent_at).toBe(clock.now().getTime())
  })
})

test('a pause doubles from half a minute to an hour', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await account.willAnswer(...Array<Script>(9).fill('broken'))
  await queue(clock)
  const pauses: number[] = []
  for (let i = 0; i < 9; i++) {
    await deliverDue(account.bindings, writers, clock.now, patience)
    const pause = (await rowOf('rosa')).due_at - clock.now().getTime()
    pauses.push(pause / second)
    clock.pass(pause - 1)
    expect(await deliverDue(account.bindings, writers, clock.now, patience)).toBe(0)
    clock.pass(1)
  }
  expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600])
})

test('an answer that points elsewhere is not followed, and the mail is tried again', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await account.willAnswer('elsewhere')
  await queue(clock)
  await deliverDue(account.bindings, writers, clock.now)
  expect(await account.calls()).toHaveLength(1)
  expect(await account.sent()).toEqual([])
  clock.pass(minute)
  await deliverDue(account.bindings, writers, clock.now)
  expect(await account.sent()).toHaveLength(1)
})

test('Retry-After is obeyed when it is longer than the pause', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await account.willAnswer({ retryAfter: 900 })
  await queue(clock)
  await deliverDue(account.bindings, writers, clock.now)
  clock.pass(900 * second - 1)
  await deliverDue(account.bindings, writers, clock.now)
  expect(await account.calls()).toHaveLength(1)
  clock.pass(1)
  await deliverDue(account.bindings, writers, clock.now)
  expect(await account.sent()).toHaveLength(1)
})

describe('giving up', () => {
  test('a mail that can never be right fails at once, with its reason', async () => {
    const account = new ResendAccount()
    const clock = new Clock()
    await account.willAnswer('invalid')
    await queue(clock)
    const row = await runUntilSettled(account, clock, 1)
    expect(row).toMatchObject({ failure: 'validation_error', failed_at: clock.now().getTime(), attempts: 1 })
    expect(await deliverDue(account.bindings, writers, () => new Date(clock.now().getTime() + day))).toBe(0)
  })

  test.each(['broken', 'limit', 'busy'] as const)('after 23 hours of %s', async (answer) => {
    const account = new ResendAccount()
    const clock = new Clock()
    const start = clock.now().getTime()
    await account.willAnswer(...Array<Script>(60).fill(answer))
    await queue(clock)
    const row = await runUntilSettled(account, clock)
    expect(row.sent_at).toBeNull()
    expect(row.failure).toMatch(/^[a-z_]+$/)
    expect((row.failed_at ?? 0) - start).toBeGreaterThan(23 * hour)
    expect((row.failed_at ?? 0) - start).toBeLessThan(25 * hour)
  })

  test('a mail of unknown outcome is not sent again once its key may be forgotten', async () => {
    const account = new ResendAccount()
    const clock = new Clock()
    await account.willAnswer('reset after')
    await queue(clock)
    await deliverDue(account.bindings, writers, clock.now)
    clock.pass(30 * hour)
    const row = await runUntilSettled(account, clock)
    expect(row.failed_at).not.toBeNull()
    expect(await account.calls()).toHaveLength(1)
  })

  test('time spent waiting for its own hour does not count', async () => {
    const account = new ResendAccount()
    const clock = new Clock()
    await account.willAnswer('limit')
    await queue(clock, 'rosa', 'note', new Date(clock.now().getTime() + 2 * day))
    await deliverDue(account.bindings, writers, clock.now)
    expect(await account.calls()).toHaveLength(0)
    clock.pass(2 * day)
    expect((await runUntilSettled(account, clock)).sent_at).not.toBeNull()
  })
})

test('ten deliveries at once send one mail', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await queue(clock)
  await Promise.all(Array.from({ length: 10 }, () => deliverDue(account.bindings, writers, clock.now)))
  expect(await account.calls()).toHaveLength(1)
})

test('ten deliveries at once ask once when Resend says to wait', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await account.willAnswer('limit', 'limit', 'limit')
  await queue(clock)
  await Promise.all(Array.from({ length: 10 }, () => deliverDue(account.bindings, writers, clock.now)))
  expect(await account.calls()).toHaveLength(1)
})

test('a mail whose sender died is taken over after two minutes, under the same key', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await queue(clock)
  const half: MailWriters = { note: () => Promise.reject(new Error('the isolate went away')) }
  await deliverDue(account.bindings, half, clock.now)
  clock.pass(2 * minute)
  await deliverDue(account.bindings, writers, clock.now)
  expect(await account.calls()).toHaveLength(0)
  clock.pass(1)
  await deliverDue(account.bindings, writers, clock.now)
  expect((await account.calls()).map(({ idempotencyKey }) => idempotencyKey.slice(-2))).toEqual(['/1'])
})

test('a mail with no one to send it to any more is cancelled', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await queue(clock, 'rosa', 'gone')
  const row = await runUntilSettled(account, clock, 1)
  expect(row).toMatchObject({ cancelled_at: clock.now().getTime(), sent_at: null, failed_at: null })
  expect(await account.calls()).toHaveLength(0)
})

test('a mail that cannot be written holds up none behind it', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await queue(clock, 'vera', 'faulty')
  clock.pass(1)
  await queue(clock)
  await deliverDue(account.bindings, writers, clock.now)
  expect(await account.sent()).toHaveLength(1)
  expect((await rowOf('vera')).sent_at).toBeNull()
})

test('a mail whose end cannot be written down holds up none behind it, and is known again under its key', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  const stuck: MailWriters = {
    ...writers,
    stuck: async (context) => ({
      ...((await writers.note?.(context)) ?? { to: '', subject: '', text: '', html: '' }),
      accepted: () => [
        context.db
          .update(schema.accounts)
          .set({ email: 'ines@example.test' })
          .where(eq(schema.accounts.id, 'rosa')),
      ],
    }),
  }
  await queue(clock, 'vera', 'stuck')
  clock.pass(1)
  await queue(clock)
  await deliverDue(account.bindings, stuck, clock.now)
  expect((await rowOf('rosa')).sent_at).not.toBeNull()
  expect(await rowOf('vera')).toMatchObject({ sent_at: null, provider_id: null })
  clock.pass(2 * minute + 1)
  await deliverDue(
    account.bindings,
    { ...writers, stuck: writers.note ?? stuck.stuck } as MailWriters,
    clock.now
  )
  expect((await rowOf('vera')).sent_at).not.toBeNull()
  expect(await account.sent()).toHaveLength(2)
})

test('a kind nobody writes fails with a reason', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await queue(clock, 'rosa', 'unheard-of')
  expect((await runUntilSettled(account, clock, 1)).failure).toContain('unheard-of')
})

test('what follows from a mail is committed with it, and only once it was accepted', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  const signIns: MailWriters = {
    note: async (context) => ({
      ...((await writers.note?.(context)) ?? { to: '', subject: '', text: '', html: '' }),
      accepted: (at) => [
        context.db.update(schema.accounts).set({ lastSignInAt: at }).where(eq(schema.accounts.id, 'rosa')),
      ],
      afterwards: () => Promise.reject(new Error('KV is away')),
    }),
  }
  const lastSignIn = () =>
    env.DB.prepare("SELECT last_sign_in_at AS at FROM accounts WHERE id = 'rosa'").first<number | null>('at')
  await account.willAnswer('broken')
  await queue(clock)
  await deliverDue(account.bindings, signIns, clock.now)
  expect(await lastSignIn()).toBeNull()
  clock.pass(30 * second)
  await deliverDue(account.bindings, signIns, clock.now)
  expect(await lastSignIn()).toBe(clock.now().getTime())
  expect((await rowOf('rosa')).sent_at).toBe(clock.now().getTime())
})

test('two hundred mails arrive once each while Resend limits every third', async () => {
  const account = new ResendAccount()
  const clock = new Clock()
  await account.willAnswer(
    ...Array.from({ length: 200 }, (_, i): Script => (i % 3 === 0 ? { retryAfter: 2 } : 'ok'))
  )
  const d = db()
  const [first, ...rest] = Array.from({ length: 200 }, (_, i) =>
    queueEmail(d, { kind: 'note', subjectId: `person-${i}` }, clock.now())
  )
  if (first) await d.batch([first, ...rest])
  for (let i = 0; i < 12; i++) {
    await deliverDue(account.bindings, writers, clock.now)
    clock.pass(minute)
  }
  const sent = await account.sent()
  expect(sent).toHaveLength(200)
  expect(new Set(sent.map(({ to }) => to)).size).toBe(200)
})
