import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bindings } from '../../src/env.ts'
import { as } from '../support/browser.ts'
import { refusing, strike } from '../support/cron.ts'
import { watched } from '../support/database.ts'
import { unescaped } from '../support/html.ts'
import { minutesAgo, seed } from '../support/people.ts'

beforeEach(seed)

async function health(bindings: Partial<Bindings> = {}) {
  const response = await as('okafor', { ...env, ...bindings }).get('/admin/health')
  const html = unescaped(await response.text())
  const text = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  return { status: response.status, text }
}

const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()
const hangs = () => new Promise<never>(() => {})
const fails = () => Promise.reject(new Error('away'))
const throws = () => {
  throw new Error('away')
}

test('says that all is well when it is', async () => {
  await strike()
  const { status, text } = await health()
  expect(status).toBe(200)
  expect(text).toContain('Everything answers, and all jobs ran on time.')
  expect(text).not.toMatch(/Does not answer|Failed [A-Z]|Late|Has never run/)
})

describe('what does not answer is said so, and the page stands', () => {
  const faults: [string, string, (how: () => Promise<never>) => Partial<Bindings>][] = [
    ['KV', 'Store of invitation links', (how) => ({ INVITATIONS: { get: how } as unknown as KVNamespace })],
    ['R2', 'Store of files', (how) => ({ FILES: { head: how } as unknown as R2Bucket })],
    ['the queue', 'Mail queue', (how) => ({ OUTBOX: { metrics: how } as unknown as Bindings['OUTBOX'] })],
  ]
  test.each(
    faults.flatMap(([what, part, fault]) =>
      (
        [
          ['hangs', hangs],
          ['fails', fails],
          ['throws', throws],
        ] as const
      ).map(([word, how]) => [what, word, part, fault(how)] as const)
    )
  )('%s %s', async (_what, _how, part, bindings) => {
    await strike()
    const { status, text } = await health(bindings)
    expect(status).toBe(200)
    expect(text).toContain(`${part}: does not answer.`)
    expect(text).toContain(`${part} Does not answer`)
    expect(text.match(/Does not answer/g)).toHaveLength(1)
    expect(text).toContain('Last mail sent')
  })

  test.each([
    ['hangs', hangs],
    ['fails', fails],
  ] as const)('D1 %s after the door', async (_, how) => {
    const { prepare } = env.DB
    const DB = { prepare: prepare.bind(env.DB), batch: how } as unknown as D1Database
    const { status, text } = await health({ DB })
    expect(status).toBe(200)
    expect(text).toContain('Database: does not answer.')
    expect(text).toContain('Not known: the database does not answer.')
    expect(text).toContain('Store of files Answers')
  })

  test('all of them at once, and no longer than one of them', async () => {
    const began = Date.now()
    const { status, text } = await health(
      Object.assign({}, ...faults.map(([, , fault]) => fault(hangs))) as Partial<Bindings>
    )
    expect(status).toBe(200)
    expect(text.match(/ Does not answer/g)).toHaveLength(3)
    expect(Date.now() - began).toBeLessThan(4000)
  })
})

describe('the hourly test mail', () => {
  const CANARY_ADDRESS = 'mail-check@practice.example'
  const hours = (count: number) => Date.now() - count * 3_600_000
  const sent = (queued: number, at: number | null, arrived: number | null) =>
    run(
      "INSERT INTO outbox (id, kind, subject_id, created_at, due_at, sent_at, delivered_at) VALUES ('c', 'canary', 'c', ?1, ?1, ?2, ?3)",
      queued,
      at,
      arrived
    )

  test('that is not set up is a fault in production, and none elsewhere', async () => {
    await strike()
    const production = { ENVIRONMENT: 'production', RESEND_API_KEY: 're_x' } as const
    const unwatched = 'No hourly test mail is set up'
    expect((await health(production)).text).toContain(unwatched)
    expect((await health({ ...production, CANARY_ADDRESS })).text).not.toContain(unwatched)
    const { text } = await health()
    expect(text).toContain('all jobs ran on time')
    expect(text).toContain('Hourly test mail Not set up.')
  })

  test('that arrives is told with the mail', async () => {
    await strike()
    await sent(hours(1), hours(1), hours(1))
    const { text } = await health({ CANARY_ADDRESS })
    expect(text).toContain('Hourly test mail The hourly test mail arrives.')
    expect(text).toContain('all jobs ran on time')
  })

  test.each([
    ['No mail has left for more than 2 hours', null],
    ['Our mail leaves, but has not arrived for more than 2 hours', hours(1)],
  ])('that does not is a fault, though its job runs: %s', async (words, at) => {
    await strike()
    await sent(hours(3), at, null)
    const { text } = await health({ CANARY_ADDRESS })
    expect(text).toContain(`Someone should look at this ${words}.`)
    expect(text).toContain(`Hourly test mail ${words}`)
  })
})

describe('jobs', () => {
  test('that failed are named with the kind of error, at the top too', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await run(
      "INSERT INTO sessions (token_hash, account_id, created_at, seen_at) VALUES ('old', 'rosa', 1, 1)"
    )
    await refusing('DELETE', 'sessions', () => strike().catch(() => {}))
    vi.restoreAllMocks()
    const { text } = await health()
    expect(text).toContain('Tidying old sessions and tries: Failed.')
    expect(text).toMatch(/Failed SQLITE_CONSTRAINT/)
    expect(text).toContain('Went well')
    expect(text).not.toContain('Rosa has secrets')
  })

  test('that are late say so, with when they last went well', async () => {
    await strike()
    const at = minutesAgo(12)
    await run("UPDATE job_runs SET started_at = ?1, ended_at = ?1 WHERE job = 'mail'", at.getTime())
    const { text } = await health()
    expect(text).toContain('Sending mail: Late.')
    expect(text).toMatch(/ Late Last went well: \w+ \d+, \d{4}, \d+:\d\d [ap]\.m\./)
  })

  test('that never ran are a fault, said once when nothing ever ran', async () => {
    expect((await health()).text).toContain('No job has ever run.')
    await run("INSERT INTO job_runs (id, job, started_at, ended_at) VALUES ('r', 'audit-seals', 1, 2)")
    const { text } = await health()
    expect(text).toContain('Sending mail: Has never run.')
    expect(text).not.toContain('No job has ever run.')
  })

  test('of each hour wait for their first hour', async () => {
    await strike('2026-11-22T15:01:12Z')
    const { text } = await health()
    expect(text).toContain('Not due yet')
    expect(text).toContain('Everything answers')
  })
})

describe('mail', () => {
  const mail = (id: string, facts: Record<string, number>) => {
    const row = { id, kind: 'invitation', subject_id: 'x', created_at: 1, due_at: 1, ...facts }
    const names = Object.keys(row)
    return run(
      `INSERT INTO outbox (${names.join()}) VALUES (${names.map(() => '?').join()})`,
      ...Object.values(row)
    )
  }
  const ago = (minutes: number) => minutesAgo(minutes).getTime()

  test('is counted: waiting, failed, come back, and when one was last sent', async () => {
    await mail('waits', { created_at: ago(65), due_at: ago(1) })
    await mail('later', { created_at: ago(600), due_at: ago(-60) })
    await mail('failed', { failed_at: ago(5) })
    await mail('settled', { failed_at: ago(5), given_up_at: ago(1) })
    await mail('back', { sent_at: Date.UTC(2026, 10, 20, 22, 5), bounced_at: ago(60) })
    await mail('back long ago', { sent_at: 1, bounced_at: ago(8 * 24 * 60) })
    const { text } = await health()
    expect(text).toContain('Waiting to be sent 1')
    expect(text).toContain('The oldest waits 1 h 5 m')
    expect(text).toContain('Failed, not settled 1')
    expect(text).toContain('Came back in 7 days 1')
    expect(text).toContain('Last mail sent Friday, November 20, 4:05 p.m. CST')
  })

  test('that nobody ever sent leaves no time', async () => {
    const { text } = await health()
    expect(text).toContain('Last mail sent Never')
    expect(text).not.toContain('The oldest waits')
  })
})

describe('versions', () => {
  test('are the deployed one and the newest migration', async () => {
    const newest = env.TEST_MIGRATIONS.at(-1)?.name ?? ''
    const { text } = await health({ VERSION: { id: 'a1b2-version', tag: '', timestamp: '' } })
    expect(text).toContain('Deployed version a1b2-version')
    expect(text).toContain(`Newest migration of the database ${newest}`)
    expect(text).not.toContain('Apply the migrations')
  })

  test('a database that lags behind is a fault', async () => {
    const newest = env.TEST_MIGRATIONS.at(-1)?.name ?? ''
    await run("UPDATE d1_migrations SET name = '0001_long_ago.sql' WHERE name = ?", newest)
    try {
      const { text } = await health()
      expect(text).toContain('Apply the migrations')
      expect(text).toContain(`Newest this version knows ${newest}`)
    } finally {
      await run("UPDATE d1_migrations SET name = ? WHERE name = '0001_long_ago.sql'", newest)
    }
  })
})

test('two trips to the database are enough', async () => {
  const { database, asked } = watched(env.DB)
  await health({ DB: database })
  expect(asked.trips).toBe(2)
})

test('in Spanish too', async () => {
  const browser = as('okafor')
  browser.jar.set('__Host-language', 'es')
  const html = unescaped(await (await browser.get('/admin/health')).text())
  expect(html).toContain('Estado del sistema')
  expect(html).toContain('Ninguna tarea ha corrido nunca.')
})

test.each(['frida', 'nadia', 'audra', 'rosa'] as const)('is not there for %s', async (person) => {
  expect((await as(person).get('/admin/health')).status).toBe(404)
})

test('what a monitor asks stays as it was: no trip to the database', async () => {
  const { database, asked } = watched(env.DB)
  const response = await as('nobody', { ...env, DB: database }).get('/healthz')
  expect([response.status, await response.text(), asked.trips]).toEqual([200, 'ok', 0])
})
