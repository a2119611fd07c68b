import { asc, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { queues, workItems } from '../../db/schema.ts'

const span = 30 * 24 * 60 * 60_000

/** `oldest`: since when the one that has waited longest for an answer waits. */
type Open = { queue: string; open: number; overdue: number; oldest: number | null }
/** Times in milliseconds. */
type Replies = { queue: string; answered: number; median: number; longest: number }

/** How much waits in each queue, and since when, and how long first replies of the last 30 days took. What is done is read from an index alone. */
export async function readFigures(db: Db, now: Date) {
  const at = now.getTime()
  const [names, open, replies] = await db.batch([
    db
      .select({ id: queues.id, nameEn: queues.nameEn, nameEs: queues.nameEs })
      .from(queues)
      .where(isNull(queues.retiredAt))
      .orderBy(asc(queues.position)),
    db.all<Open>(sql`SELECT queue, count(*) AS open, count(*) FILTER (WHERE due_at < ${at}) AS overdue,
        min(opened_at) FILTER (WHERE kind = 'answer') AS oldest
      FROM ${workItems} WHERE done_at IS NULL GROUP BY queue`),
    db.all<Replies>(sql`WITH first_replies AS (
        SELECT queue, done_at - opened_at AS took FROM ${workItems}
        WHERE queue IN (SELECT id FROM ${queues}) AND done_at > ${at - span} AND done_at IS NOT NULL
          AND done_how IN ('answered', 'phone') AND kind = 'answer'),
      placed AS (
        SELECT queue, took, row_number() OVER (PARTITION BY queue ORDER BY took) AS place,
          count(*) OVER (PARTITION BY queue) AS answered
        FROM first_replies)
      SELECT queue, answered, max(took) AS longest,
        max(took) FILTER (WHERE place = (answered + 1) / 2) AS median
      FROM placed GROUP BY queue`),
  ])
  return names.map((queue) => ({
    ...queue,
    open: 0,
    overdue: 0,
    oldest: null,
    ...open.find((each) => each.queue === queue.id),
    replies: replies.find((each) => each.queue === queue.id),
  }))
}
export type QueueFigures = Awaited<ReturnType<typeof readFigures>>[number]
