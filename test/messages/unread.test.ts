import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { headKey } from '../../src/audit/seal.ts'
import worker from '../../src/index.ts'
import { as } from '../support/browser.ts'
import { day, hour } from '../support/clock.ts'
import { jpeg, thumbnail } from '../support/files.ts'
import { seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(async () => {
  await seed()
  for (const { key } of (await env.FILES.list()).objects) await env.FILES.delete(key)
})

/** The hour strikes. */
const strike = () =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date('2026-11-22T10:00:00Z') }), env)

/** What we wrote to Rosa lies there for so long. */
const age = (milliseconds: number) =>
  env.DB.batch([
    env.DB.prepare("UPDATE messages SET sent_at = sent_at - ? WHERE thread_id = 'refill'").bind(milliseconds),
    env.DB.prepare("UPDATE threads SET last_message_at = last_message_at - ? WHERE id = 'refill'").bind(
      milliseconds
    ),
    env.DB.prepare(
      "UPDATE work_items SET opened_at = opened_at - ?, done_at = done_at - ? WHERE thread_id = 'refill'"
    ).bind(milliseconds, milliseconds),
  ])
const reminders = () =>
  rows<{
    thread_id: string
    queue: string
    done_at: number | null
    done_how: string | null
    done_by: string
  }>("SELECT * FROM work_items WHERE kind = 'unread'")

describe('what we wrote and nobody has read for three days', () => {
  test('becomes work, once', async () => {
    await age(3 * day)
    await strike()
    await strike()
    expect(await reminders()).toMatchObject([{ thread_id: 'refill', queue: 'nurses', done_at: null }])
  })

  test('becomes work only once, however many clocks strike', async () => {
    await age(3 * day)
    await Promise.all([strike(), strike(), strike()])
    expect(await reminders()).toHaveLength(1)
  })

  test('counts in a closed conversation too', async () => {
    await age(3 * day)
    await env.DB.prepare("UPDATE threads SET closed_at = 1, closed_by = 'nadia' WHERE id = 'refill'").run()
    await strike()
    expect(await reminders()).toHaveLength(1)
  })

  test.each(['rosa', 'milo'] as const)('is done with when %s reads it', async (person) => {
    await age(3 * day)
    await strike()
    await as(person).get('/patients/rosa-chart/messages/refill')
    expect(await reminders()).toMatchObject([
      { done_how: 'read', done_by: person, done_at: expect.any(Number) },
    ])
    await strike()
    expect(await reminders()).toHaveLength(1)
  })

  test('is asked for again after the next message', async () => {
    await age(30 * day)
    await env.DB.prepare(
      `INSERT INTO work_items (id, thread_id, queue, opened_at, due_at, kind, done_at, done_how)
        VALUES ('first', 'refill', 'nurses', ?1, ?1, 'unread', ?1, 'phone')`
    )
      .bind(Date.now() - 20 * day)
      .run()
    await env.DB.batch([
      env.DB.prepare("UPDATE messages SET sent_at = ?1 WHERE id = 'refill-2'").bind(Date.now() - 4 * day),
      env.DB.prepare("UPDATE threads SET last_message_at = ?1 WHERE id = 'refill'").bind(
        Date.now() - 4 * day
      ),
    ])
    await strike()
    expect(await reminders()).toHaveLength(2)
  })

  test('becomes a question to answer when the patient writes instead', async () => {
    await age(3 * day)
    await strike()
    await as('rosa').post('/patients/rosa-chart/messages/refill', {
      submissionId: 'p'.repeat(21),
      body: 'Hello?',
    })
    expect(await rows("SELECT kind FROM work_items WHERE thread_id = 'refill' AND done_at IS NULL")).toEqual([
      { kind: 'answer' },
    ])
  })
})

describe('nobody is reminded', () => {
  test.each([
    ['before the days are over', 3 * day - 3 * hour, ''],
    [
      'of what was read',
      3 * day,
      "INSERT INTO thread_reads (thread_id, account_id, read_at) VALUES ('refill', 'rosa', 9e15)",
    ],
    [
      'of what a caregiver read',
      3 * day,
      "INSERT INTO thread_reads (thread_id, account_id, read_at) VALUES ('refill', 'milo', 9e15)",
    ],
    ['of an announcement', 3 * day, "UPDATE threads SET announcement_id = 'a' WHERE id = 'refill'"],
    [
      'of what the patient wrote last',
      3 * day,
      "UPDATE messages SET author_role = 'patient' WHERE thread_id = 'refill'",
    ],
    [
      'where nobody has an account to read with',
      3 * day,
      "UPDATE patients SET account_id = NULL WHERE id = 'rosa-chart'; UPDATE grants SET revoked_at = 1 WHERE id = 'milo-grant'",
    ],
    ['of someone who died', 3 * day, "UPDATE patients SET deceased_at = 1 WHERE id = 'rosa-chart'"],
    ['of what is older than any reminder', 40 * day, ''],
    ['when the practice waits longer', 3 * day, 'UPDATE practice SET unread_after_days = 5'],
  ])('%s', async (_, old, change) => {
    await age(old)
    for (const statement of change.split(';').filter(Boolean)) await env.DB.prepare(statement).run()
    await strike()
    expect(await reminders()).toEqual([])
  })
})

describe('each hour', () => {
  const form = {
    submissionId: 'x'.repeat(21),
    category: 'other',
    subject: 'Rash',
    body: 'Here',
    act: 'attach',
  }
  async function attach() {
    const body = new FormData()
    for (const [name, value] of Object.entries(form)) body.append(name, value)
    body.append('files', new File([new Uint8Array(jpeg(thumbnail))], 'rash.jpg'))
    await as('rosa').request('/patients/rosa-chart/messages/new', {
      method: 'POST',
      body,
      headers: { Origin: env.APP_ORIGIN },
    })
  }
  const stored = async () => (await env.FILES.list()).objects.filter(({ key }) => key !== headKey).length

  test('files that were taken off are thrown away, bytes and row; others stay', async () => {
    await attach()
    expect(await stored()).toBe(2)
    await strike()
    expect(await stored()).toBe(2)
    await as('rosa').post(`/patients/rosa-chart/messages/drafts/${form.submissionId}/removal`)
    await strike()
    expect([await stored(), await rows('SELECT 1 FROM attachments')]).toEqual([0, []])
  })

  test('a draft nobody has touched for 90 days is forgotten with its files', async () => {
    await attach()
    await env.DB.prepare('UPDATE drafts SET saved_at = saved_at - ?')
      .bind(90 * day - hour)
      .run()
    await strike()
    expect(await rows('SELECT 1 FROM drafts')).toHaveLength(1)
    await env.DB.prepare('UPDATE drafts SET saved_at = saved_at - ?')
      .bind(2 * hour)
      .run()
    await strike()
    expect([await rows('SELECT 1 FROM drafts'), await stored()]).toEqual([[], 0])
  })

  test('a store that is away keeps the row for the next hour', async () => {
    await attach()
    await env.DB.prepare('UPDATE attachments SET removed_at = 1').run()
    const away = {
      ...env,
      FILES: { delete: () => Promise.reject(new Error('R2 is away')) } as unknown as R2Bucket,
    }
    await worker
      .scheduled(createScheduledController({ scheduledTime: new Date('2026-11-22T10:00:00Z') }), away)
      .catch(() => {})
    expect(await rows('SELECT 1 FROM attachments')).toHaveLength(1)
  })
})
