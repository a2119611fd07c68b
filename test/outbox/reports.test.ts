import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deliverDue } from '../../src/outbox/deliver.ts'
import type { MailWriters } from '../../src/outbox/mail.ts'
import { queueEmail } from '../../src/outbox/queue.ts'
import { sweepReports } from '../../src/outbox/reports/store.ts'
import { Clock, day, minute } from '../support/clock.ts'
import { snapshot } from '../support/database.ts'
import { db, minutesAgo, seed } from '../support/people.ts'
import { postReport, report, signedHeaders } from '../support/reports.ts'
import { ResendAccount } from '../support/resend.ts'

beforeEach(seed)
afterEach(() => {
  vi.restoreAllMocks()
})

const sentMail = (id = 'mail', providerId = `at-resend-${id}`) =>
  env.DB.prepare(
    `INSERT INTO outbox (id, kind, subject_id, created_at, due_at, sent_at, provider_id) VALUES (?1, 'note', 'rosa', 1, 1, 1, ?2)`
  )
    .bind(id, providerId)
    .run()
type Fate = Record<
  | 'delivered_at'
  | 'delayed_at'
  | 'bounced_at'
  | 'bounce_kind'
  | 'bounce_reason'
  | 'complained_at'
  | 'failed_at'
  | 'failure',
  unknown
>
const fateOf = (id = 'mail') =>
  env.DB.prepare(
    'SELECT delivered_at, delayed_at, bounced_at, bounce_kind, bounce_reason, complained_at, failed_at, failure FROM outbox WHERE id = ?'
  )
    .bind(id)
    .first<Fate>()
const nothingYet: Fate = {
  delivered_at: null,
  delayed_at: null,
  bounced_at: null,
  bounce_kind: null,
  bounce_reason: null,
  complained_at: null,
  failed_at: null,
  failure: null,
}
const kept = async () => (await env.DB.prepare('SELECT * FROM mail_reports').all()).results

const at = minutesAgo(3)
const happened = at.toISOString()
const known = at.getTime()
const hard = { type: 'Permanent', subType: 'NoEmail', message: '550 <kanarienvogel@example.test> unknown' }

test.each<[string, Record<string, unknown>, Partial<Fate>]>([
  ['email.sent', {}, {}],
  ['email.delivered', {}, { delivered_at: known }],
  ['email.delivery_delayed', {}, { delayed_at: known }],
  ['email.complained', {}, { complained_at: known }],
  [
    'email.bounced',
    { bounce: hard },
    { bounced_at: known, bounce_kind: 'hard', bounce_reason: 'no_mailbox' },
  ],
  [
    'email.bounced',
    { bounce: { type: 'Transient', subType: 'MailboxFull', message: '' } },
    { bounced_at: known, bounce_kind: 'soft', bounce_reason: 'mailbox_full' },
  ],
  [
    'email.bounced',
    { bounce: { type: 'Undetermined', subType: 'Undetermined', message: '' } },
    { bounced_at: known, bounce_kind: 'soft', bounce_reason: 'unknown' },
  ],
  ['email.bounced', {}, { bounced_at: known, bounce_kind: 'soft', bounce_reason: 'unknown' }],
  [
    'email.suppressed',
    { suppressed: { type: 'OnAccountSuppressionList', message: '' } },
    { bounced_at: known, bounce_kind: 'hard', bounce_reason: 'suppressed' },
  ],
  [
    'email.failed',
    { failed: { reason: 'reached_daily_quota' } },
    { failed_at: known, failure: 'reached_daily_quota' },
  ],
  ['email.failed', { failed: { reason: 'Rosa Díaz!' } }, { failed_at: known, failure: 'unknown' }],
  ['email.opened', {}, {}],
  ['contact.created', {}, {}],
  ['email.invented_next_year', {}, {}],
])('%s says what became of the mail', async (type, more, expected) => {
  await sentMail()
  await sentMail('another')
  const response = await report(type, 'at-resend-mail', { ...more, happened })
  expect(response.status).toBe(200)
  expect(await fateOf()).toEqual({ ...nothingYet, ...expected })
  expect(await fateOf('another')).toEqual(nothingYet)
  expect(await kept()).toMatchObject([
    { type, provider_id: 'at-resend-mail', outbox_id: 'mail', happened_at: known },
  ])
})

describe('what Resend did not sign is not heard', () => {
  const body = JSON.stringify({
    type: 'email.bounced',
    created_at: happened,
    data: { email_id: 'at-resend-mail' },
  })
  const good = () => signedHeaders(body, { id: 'msg_1' })
  const changed = (more: Record<string, string>) => ({ ...good(), ...more })
  const signature = () => good()['svix-signature']
  const tampered = (place: number) => {
    const text = signature()
    return text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1)
  }
  const mutations: [string, () => Record<string, string>][] = [
    ['no signature', () => changed({ 'svix-signature': '' })],
    ['no id', () => changed({ 'svix-id': '' })],
    ['no time', () => changed({ 'svix-timestamp': '' })],
    ['nothing at all', () => ({})],
    ['its first letter changed', () => changed({ 'svix-signature': tampered(3) })],
    ['a letter in the middle changed', () => changed({ 'svix-signature': tampered(20) })],
    ['its end cut off', () => changed({ 'svix-signature': signature().slice(0, -2) })],
    ['something after it', () => changed({ 'svix-signature': `${signature()}A` })],
    ['its case changed', () => changed({ 'svix-signature': signature().toUpperCase() })],
    ['no version', () => changed({ 'svix-signature': signature().slice(3) })],
    ['another version', () => changed({ 'svix-signature': signature().replace('v1,', 'v2,') })],
    ['only a version', () => changed({ 'svix-signature': 'v1,' })],
    ['only a comma', () => changed({ 'svix-signature': ',' })],
    ['a signature of nothing', () => changed(signedHeaders('', { id: 'msg_1' }))],
    ['the signature of another id', () => changed({ 'svix-id': 'msg_2' })],
    [
      'the signature of another time',
      () => changed({ 'svix-timestamp': String(Math.floor(Date.now() / 1000) - 7) }),
    ],
    ['the signature of another body', () => signedHeaders(`${body} `, { id: 'msg_1' })],
    ['another secret', () => signedHeaders(body, { secret: 'whsec_YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg==' })],
    ['a time of letters', () => changed({ 'svix-timestamp': `${good()['svix-timestamp']}x` })],
    ['a time in milliseconds', () => changed({ 'svix-timestamp': `${good()['svix-timestamp']}000` })],
    ['an id that is no id', () => changed({ 'svix-id': 'msg 1' })],
    ['signed six minutes ago', () => signedHeaders(body, { at: minutesAgo(5.1) })],
    ['signed in six minutes', () => signedHeaders(body, { at: minutesAgo(-5.1) })],
    [
      'the names of another sender',
      () =>
        Object.fromEntries(
          Object.entries(good()).map(([name, value]) => [name.replace('svix', 'x-svix'), value])
        ),
    ],
    ['a key of ours', () => ({ Authorization: `Bearer ${env.TOKEN_KEY}` })],
  ]
  test.each(mutations)('%s', async (_, headers) => {
    await sentMail()
    const before = await snapshot([])
    const response = await postReport(body, headers())
    expect(response.status).toBe(401)
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/)
    expect(await snapshot([])).toEqual(before)
  })

  test('the same, untouched, is heard', async () => {
    await sentMail()
    expect((await postReport(body, good())).status).toBe(200)
    expect(await fateOf()).not.toEqual(nothingYet)
  })

  test('one of two signatures is enough while the secret changes', async () => {
    await sentMail()
    const both = `${signedHeaders(body, { id: 'msg_1', secret: 'whsec_YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg==' })['svix-signature']} ${signature()}`
    expect((await postReport(body, changed({ 'svix-signature': both }))).status).toBe(200)
  })

  test.each([4.9, -4.9])('signed %f minutes ago is in time', async (minutes) => {
    expect((await postReport(body, signedHeaders(body, { at: minutesAgo(minutes) }))).status).toBe(200)
  })

  test('without a secret nothing is taken, and it says so', async () => {
    const { RESEND_WEBHOOK_SECRET: _, ...without } = env
    const before = await snapshot([])
    const response = await postReport(body, good(), without as typeof env)
    expect(response.status).toBe(503)
    expect(await response.text()).toMatch(/no signing secret/)
    expect(await snapshot([])).toEqual(before)
  })
})

test.each(['', '{', 'null', '[]', '7', '"email.sent"', '{}', '{"type":7}', '{"type":null,"data":{}}'])(
  'signed but no report (%s): 400, and nothing is kept',
  async (body) => {
    const before = await snapshot([])
    expect((await postReport(body, signedHeaders(body))).status).toBe(400)
    expect(await snapshot([])).toEqual(before)
  }
)

test('whatever JSON is signed, no answer is a failure of ours', async () => {
  await sentMail()
  const field = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.jsonValue())
  await fc.assert(
    fc.asyncProperty(
      fc.record(
        {
          type: fc.oneof(fc.constantFrom('email.bounced', 'email.failed', 'email.delivered'), field),
          created_at: field,
          data: fc.oneof(
            field,
            fc.record({
              email_id: fc.oneof(fc.constant('at-resend-mail'), field),
              bounce: field,
              failed: field,
            })
          ),
        },
        { requiredKeys: [] }
      ),
      async (payload) => {
        const body = JSON.stringify(payload)
        expect([200, 400]).toContain((await postReport(body, signedHeaders(body))).status)
      }
    ),
    { numRuns: 150 }
  )
})

test('more than a report can hold is refused before it is read', async () => {
  const body = 'x'.repeat(256 * 1024 + 1)
  expect((await postReport(body, signedHeaders(body))).status).toBe(413)
})

test('bytes that are no text are refused, though they are signed', async () => {
  const headers = signedHeaders('x')
  expect((await postReport(new Uint8Array([0xff, 0xfe, 0x00]), headers)).status).toBe(401)
})

test('the same report fifty times, ten at once, is one', async () => {
  await sentMail()
  const send = () => report('email.bounced', 'at-resend-mail', { bounce: hard, happened }, { id: 'msg_same' })
  for (let i = 0; i < 5; i++)
    expect((await Promise.all(Array.from({ length: 10 }, send))).every(({ status }) => status === 200)).toBe(
      true
    )
  expect(await kept()).toHaveLength(1)
  expect(await fateOf()).toMatchObject({ bounced_at: known, bounce_reason: 'no_mailbox' })
})

test('a report of tomorrow happened no later than now', async () => {
  await sentMail()
  await report('email.delivered', 'at-resend-mail', { happened: minutesAgo(-2000).toISOString() })
  expect(Number((await fateOf())?.delivered_at)).toBeLessThanOrEqual(Date.now())
})

test('in whatever order reports come, and before or after we know the mail, it ends the same', async () => {
  const said = fc.record({
    type: fc.constantFrom(
      'email.sent',
      'email.delivered',
      'email.delivery_delayed',
      'email.bounced',
      'email.complained',
      'email.failed',
      'email.suppressed'
    ),
    minutes: fc.integer({ min: 0, max: 5 }),
    bounce: fc.record({
      type: fc.constantFrom('Permanent', 'Transient', 'Undetermined'),
      subType: fc.constantFrom('NoEmail', 'MailboxFull', 'General'),
    }),
    reason: fc.constantFrom('reached_daily_quota', 'domain_not_verified'),
  })
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc
        .array(said, { minLength: 1, maxLength: 6 })
        .chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(all.length))
        ),
      async ([all, shuffled, early]) => {
        run++
        const tell = ({ type, minutes, bounce, reason }: (typeof all)[number], name: string) =>
          report(type, `at-resend-${name}`, {
            bounce,
            failed: { reason },
            happened: new Date(known - minutes * minute).toISOString(),
          })
        const [straight, mixed] = [`straight-${run}`, `mixed-${run}`]
        await sentMail(straight)
        for (const each of all) await tell(each, straight)
        for (const each of shuffled.slice(0, early)) await tell(each, mixed)
        await arrivesUnder(`at-resend-${mixed}`, mixed)
        for (const each of shuffled.slice(early)) await tell(each, mixed)
        for (const each of shuffled) await tell(each, mixed)
        expect(await fateOf(mixed)).toEqual(await fateOf(straight))
      }
    ),
    { numRuns: 40 }
  )
})

/** Delivers a mail through a Resend that gives it a certain id, as after a slow answer. */
async function arrivesUnder(providerId: string, id: string) {
  const account = new ResendAccount()
  await account.willAnswer({ id: providerId })
  const clock = new Clock()
  await db().batch([queueEmail(db(), { id, kind: 'note', subjectId: 'rosa' }, clock.now())])
  await deliverDue(account.bindings, writers, clock.now)
}
const writers: MailWriters = {
  note: async () => ({
    to: 'rosa@example.test',
    subject: 'Something',
    text: 'To read',
    html: '<p>To read</p>',
  }),
}

test('a report that is quicker than our own note of the mail is kept, and speaks once the mail is known', async () => {
  await report('email.bounced', 'quick', { bounce: hard, happened })
  expect(await kept()).toMatchObject([{ outbox_id: null, provider_id: 'quick' }])
  await arrivesUnder('quick', 'mail')
  expect(await fateOf()).toMatchObject({
    bounced_at: known,
    bounce_kind: 'hard',
    bounce_reason: 'no_mailbox',
  })
  expect(await kept()).toMatchObject([{ outbox_id: 'mail' }])
})

test('a report about a mail that is not ours changes nothing but the list of reports', async () => {
  await sentMail()
  const before = await snapshot(['mail_reports', 'audit_entries', 'throttles', 'sessions', 'd1_migrations'])
  expect((await report('email.complained', 'somebody-elses')).status).toBe(200)
  expect(await snapshot(['mail_reports', 'audit_entries', 'throttles', 'sessions', 'd1_migrations'])).toEqual(
    before
  )
  expect(await kept()).toMatchObject([{ provider_id: 'somebody-elses', outbox_id: null }])
})

test('a report nobody claims goes after a month, one of a mail of ours stays', async () => {
  await sentMail()
  await report('email.delivered', 'at-resend-mail')
  await report('email.delivered', 'somebody-elses')
  const sweep = (days: number) => db().batch([sweepReports(db(), new Date(Date.now() + days * day))])
  await sweep(29)
  expect(await kept()).toHaveLength(2)
  await sweep(31)
  expect(await kept()).toMatchObject([{ outbox_id: 'mail' }])
})

test('neither address nor subject nor a mail server’s words are kept or logged', async () => {
  await sentMail()
  const lines: unknown[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void lines.push(...words))
  await report('email.bounced', 'at-resend-mail', { bounce: hard })
  await report('email.failed', 'at-resend-mail', { failed: { reason: 'kanarienvogel@example.test' } })
  await report('email.kanarienvogel@example.test', 'unknown')
  vi.restoreAllMocks()
  expect(lines.length).toBeGreaterThan(0)
  expect(JSON.stringify([lines, await snapshot([])])).not.toMatch(/kanarienvogel/i)
})
