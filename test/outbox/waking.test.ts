import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import type { Bindings } from '../../src/env.ts'
import worker from '../../src/index.ts'
import { queueEmail } from '../../src/outbox/queue.ts'
import { db, seed } from '../support/people.ts'

beforeEach(seed)

/** A mail of a kind nobody writes: whoever takes it up marks it as failed, which shows that someone did. */
const queueOne = () => {
  const d = db()
  return d.batch([queueEmail(d, { kind: 'unheard-of', subjectId: 'rosa' }, new Date(Date.now() - 1))])
}
const wasTakenUp = async () =>
  (await env.DB.prepare('SELECT attempts FROM outbox').first<number>('attempts')) === 1

test('the queue wakes delivery', async () => {
  await queueOne()
  const batch = createMessageBatch<{ id: string }>('carespace-outbox', [
    { id: '1', timestamp: new Date(), attempts: 1, body: { id: 'due' } },
  ])
  const context = createExecutionContext()
  await worker.queue(batch, env)
  const result = await getQueueResult(batch, context)
  expect(result.retryBatch.retry).toBe(false)
  expect(await wasTakenUp()).toBe(true)
})

test('cron finds what the queue missed', async () => {
  await queueOne()
  const context = createExecutionContext()
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: '* * * * *' }), env)
  await waitOnExecutionContext(context)
  expect(await wasTakenUp()).toBe(true)
})

test('a queue whose database is away keeps the wake-up for later', async () => {
  const away: Bindings = {
    ...env,
    DB: {
      prepare: () => {
        throw new Error('D1_ERROR: overloaded')
      },
    } as unknown as D1Database,
  }
  const batch = createMessageBatch<{ id: string }>('carespace-outbox', [])
  await expect(worker.queue(batch, away)).rejects.toThrow()
})

test.each(['queue', 'cron'])('an announcement that cannot be sent holds up no mail (%s)', async (by) => {
  const at = Date.now() - 1000
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO announcements (id, subject_en, subject_es, body_en, body_es, author_id, submission_id, saved_at, started_at, audience)
       VALUES ('stuck', 'a', 'a', 'a', 'a', 'nadia', 'stuck', ?1, ?1, 'all')`
    ).bind(at),
    env.DB.prepare(
      "INSERT INTO announcement_recipients (announcement_id, patient_id) VALUES ('stuck', 'rosa-chart')"
    ),
    env.DB.prepare(
      "CREATE TRIGGER stuck BEFORE UPDATE ON announcement_recipients BEGIN SELECT RAISE(ABORT, 'stuck'); END"
    ),
  ])
  try {
    await queueOne()
    const context = createExecutionContext()
    const run =
      by === 'queue'
        ? worker.queue(createMessageBatch<{ id: string }>('carespace-outbox', []), env)
        : worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: '* * * * *' }), env)
    await expect(run).rejects.toThrow()
    await waitOnExecutionContext(context)
    expect(await wasTakenUp()).toBe(true)
  } finally {
    await env.DB.prepare('DROP TRIGGER stuck').run()
  }
})
