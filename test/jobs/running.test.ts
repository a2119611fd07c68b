import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { jobs } from '../../src/cron.ts'
import { jobRuns } from '../../src/db/schema.ts'
import { stateOf, type Told } from '../../src/jobs/job.ts'
import { queueEmail } from '../../src/outbox/queue.ts'
import { kindOfError } from '../../src/web/log.ts'
import { refusing, strike } from '../support/cron.ts'
import { db, minutesAgo, seed } from '../support/people.ts'

beforeEach(seed)
afterEach(() => {
  vi.restoreAllMocks()
})

const names = jobs.map(({ name }) => name)
const eachMinute = jobs.filter(({ every }) => every === 'minute').map(({ name }) => name)
const runs = () => db().select().from(jobRuns)
const runsOf = async (job: string) => (await runs()).filter((run) => run.job === job)

/** A mail of a kind nobody writes: whoever takes it up marks it as failed, which shows that someone did. */
const queueOne = () => {
  const d = db()
  return d.batch([queueEmail(d, { kind: 'unheard-of', subjectId: 'rosa' }, new Date(Date.now() - 1))])
}
const tries = () => env.DB.prepare('SELECT attempts FROM outbox').first<number>('attempts')

describe('what runs is written down', () => {
  test('each job at the full hour, with when it began and ended and nothing else', async () => {
    await strike('2026-11-22T15:00:12Z')
    const rows = await runs()
    expect(rows.map(({ job }) => job).sort()).toEqual([...names].sort())
    for (const { startedAt, endedAt, failure } of rows) {
      expect(endedAt?.getTime()).toBeGreaterThanOrEqual(startedAt.getTime())
      expect(failure).toBeNull()
    }
  })

  test('at any other minute only those of each minute', async () => {
    await strike('2026-11-22T15:01:12Z')
    expect((await runs()).map(({ job }) => job).sort()).toEqual([...eachMinute].sort())
  })

  test('a name belongs to one job', () => {
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('a job that fails', () => {
  const failing = [
    ['invitation-reminders', 'UPDATE', 'invitations'],
    ['announcements', 'UPDATE', 'announcements'],
    ['audit-seals', 'INSERT', 'audit_seals'],
    ['old-sign-ins', 'DELETE', 'sessions'],
  ] as const

  /** Something for each of them to do. */
  const owe = () =>
    env.DB.batch([
      env.DB.prepare(
        `INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, invited_by, created_at, sent_at, expires_at)
         VALUES ('i', 'patient', 'otto-chart', 'o@example.test', 'i', 'en', 'frida', ?1, ?1, ?2)`
      ).bind(Date.now() - 50 * 3_600_000, Date.now() + 3_600_000),
      env.DB.prepare(
        `INSERT INTO announcements (id, subject_en, subject_es, body_en, body_es, author_id, submission_id, saved_at, started_at, audience)
         VALUES ('a', 'a', 'a', 'a', 'a', 'nadia', 'a', 1, 1, 'all')`
      ),
      env.DB.prepare("INSERT INTO audit_entries (at, actor, action) VALUES (1, 'test', 'test')"),
      env.DB.prepare(
        "INSERT INTO sessions (token_hash, account_id, created_at, seen_at) VALUES ('old', 'rosa', 1, 1)"
      ),
    ])

  test.each(failing)(
    '%s is written down as failed, and stops neither the others nor any mail',
    async (job, act, on) => {
      vi.spyOn(console, 'error').mockImplementation(() => {})
      await owe()
      await queueOne()
      await refusing(act, on, async () => {
        await expect(strike()).rejects.toThrow(`Jobs failed: ${job}`)
      })
      const rows = await runs()
      expect(rows.filter(({ failure }) => failure !== null)).toMatchObject([
        { job, failure: 'SQLITE_CONSTRAINT', endedAt: expect.any(Date) },
      ])
      expect(rows.map((row) => row.job).sort()).toEqual([...names].sort())
      expect(await tries()).toBe(1)
      expect(JSON.stringify(rows)).not.toMatch(/Rosa|secret/)
    }
  )

  test('is named in the log, without a word of what it was about', async () => {
    const said: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void said.push(String(line)))
    await owe()
    await refusing('DELETE', 'sessions', () => strike().catch(() => {}))
    expect(said.map((line) => JSON.parse(line)).filter(({ what }) => what === 'a job failed')).toMatchObject([
      { level: 'error', what: 'a job failed', kind: 'old-sign-ins', error: 'SQLITE_CONSTRAINT' },
    ])
    expect(said.join()).not.toMatch(/Rosa|secret/)
  })

  test('goes well again by itself', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await owe()
    await refusing('DELETE', 'sessions', () => strike().catch(() => {}))
    await strike()
    expect((await runsOf('old-sign-ins')).map(({ failure }) => failure).sort()).toEqual([
      'SQLITE_CONSTRAINT',
      null,
    ])
  })

  test.each(['INSERT', 'UPDATE'])('mail goes out even when no run can be written down (%s)', async (act) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await queueOne()
    await refusing(act, 'job_runs', () => expect(strike()).rejects.toThrow('Jobs failed'))
    expect(await tries()).toBe(1)
  })
})

describe('two runs at once', () => {
  test('do each thing once', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await queueOne()
    await Promise.all([strike(), strike(), strike()])
    expect(await tries()).toBe(1)
    expect((await runs()).filter(({ failure, endedAt }) => failure !== null || !endedAt)).toEqual([])
  })

  test('of one job are one: the second leaves it to the first', async () => {
    await queueOne()
    await db()
      .insert(jobRuns)
      .values({ job: 'mail', startedAt: minutesAgo(4) })
    await strike()
    expect(await tries()).toBe(0)
    expect(await runsOf('mail')).toMatchObject([{ endedAt: null }])
    expect(await runsOf('audit-seals')).toHaveLength(1)
  })

  test('a run that was cut off holds up the next ones for five minutes, and is known as lost', async () => {
    await queueOne()
    await db()
      .insert(jobRuns)
      .values({ id: 'cut', job: 'mail', startedAt: minutesAgo(6) })
    await strike()
    expect(await tries()).toBe(1)
    expect((await runsOf('mail')).find(({ id }) => id === 'cut')).toMatchObject({
      failure: 'lost',
      endedAt: expect.any(Date),
    })
  })
})

describe('what is said about an error', () => {
  test.each([
    [
      new Error('Failed query', { cause: new Error('D1_ERROR: Rosa: SQLITE_CONSTRAINT_TRIGGER') }),
      'SQLITE_CONSTRAINT_TRIGGER',
    ],
    [new Error('D1_ERROR: D1 DB is overloaded. Requests queued for too long.'), 'database away'],
    [new TypeError('Rosa is not a function'), 'TypeError'],
    ['Rosa', 'unknown'],
  ])('is its kind: %s', (error, kind) => {
    expect(kindOfError(error)).toBe(kind)
  })
})

describe('how a job does', () => {
  const now = new Date('2026-11-22T15:30:00Z')
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  const told = (facts: Partial<Told>) => ({ failure: null, succeededAt: null, ...facts })

  test.each([
    ['good', 'minute', { succeededAt: ago(10) }],
    ['late', 'minute', { succeededAt: ago(10.1) }],
    ['good', 'hour', { succeededAt: ago(130) }],
    ['late', 'hour', { succeededAt: ago(131) }],
    ['failed', 'hour', { failure: 'lost', succeededAt: ago(1) }],
  ] as const)('is %s, of each %s, by its runs', (state, every, facts) => {
    expect(stateOf({ every }, told(facts), ago(10_000), now)).toBe(state)
  })

  test('is no fault while its first hour has not come, and one when it has passed or nothing runs at all', () => {
    expect(stateOf({ every: 'hour' }, told({}), ago(20), now)).toBe('waiting')
    expect(stateOf({ every: 'hour' }, told({}), ago(140), now)).toBe('never')
    expect(stateOf({ every: 'minute' }, told({}), null, now)).toBe('never')
  })
})
