import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { type Fate, fateOf } from '../../src/outbox/fate.ts'
import { fateInSql } from '../../src/outbox/store.ts'
import { db, seed } from '../support/people.ts'

beforeEach(seed)

const moments = [
  'sentAt',
  'cancelledAt',
  'failedAt',
  'deliveredAt',
  'delayedAt',
  'bouncedAt',
  'complainedAt',
] as const
const columns = [
  'sent_at',
  'cancelled_at',
  'failed_at',
  'delivered_at',
  'delayed_at',
  'bounced_at',
  'complained_at',
]

test('what became of a mail is the same in SQL, whatever is known of it', async () => {
  const all = Array.from({ length: 2 ** 9 }, (_, bits) => {
    const is = (bit: number) => (bits & (1 << bit)) !== 0
    const at = moments.map((_, i) => (is(i) ? 1 : null))
    return { id: String(bits), at, attempts: is(7) ? 1 : 0, bounceKind: is(8) ? 'hard' : 'soft' } as const
  })
  await env.DB.batch(
    all.map(({ id, at, attempts, bounceKind }) =>
      env.DB.prepare(
        `INSERT INTO outbox (id, kind, subject_id, created_at, due_at, attempts, bounce_kind, ${columns.join()})
          VALUES (?, 'k', ?, 1, 1, ?, ?, ${columns.map(() => '?').join()})`
      ).bind(id, id, attempts, bounceKind, ...at)
    )
  )
  const [rows] = await db().batch([
    db().all<{ id: string; fate: Fate }>(
      sql`SELECT o.id, ${fateInSql} AS fate FROM outbox o WHERE o.kind = 'k'`
    ),
  ])
  const expected = all.map(({ id, at, attempts, bounceKind }) => {
    const known = Object.fromEntries(moments.map((name, i) => [name, at[i] ? new Date(1) : null]))
    return [id, fateOf({ ...(known as Record<(typeof moments)[number], Date | null>), attempts, bounceKind })]
  })
  expect(Object.fromEntries(rows.map(({ id, fate }) => [id, fate]))).toEqual(Object.fromEntries(expected))
})
