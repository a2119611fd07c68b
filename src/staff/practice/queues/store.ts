import { and, eq, sql } from 'drizzle-orm'
import type { Db, Statement } from '../../../db/client.ts'
import { practice, queues, workItems } from '../../../db/schema.ts'
import { allQueues, type Clerk, commitChange, type Queue } from '../store.ts'
import { shownOf, typedOf, type Words } from './queue.ts'

const waitsIn = (queueId: string) =>
  sql<number>`EXISTS (SELECT 1 FROM ${workItems} WHERE ${workItems.queue} = ${queueId} AND ${workItems.doneAt} IS NULL)`

/** Every queue, and whether work waits in one of them. */
export async function listQueuesAnd(db: Db, queueId: string) {
  const [queues, [waiting]] = await db.batch([
    allQueues(db),
    db.all<{ waits: number }>(sql`SELECT ${waitsIn(queueId)} AS waits`),
  ])
  return { queues, queue: queues.find(({ id }) => id === queueId), waits: waiting?.waits === 1 }
}

/** Adds a queue at the end. False when one of that id is there already. */
export async function addQueue(db: Db, clerk: Clerk, id: string, words: Words, now: Date) {
  const change = { act: 'queue-added', subjectId: id, before: null, after: words } as const
  const isNew = sql`NOT EXISTS (SELECT 1 FROM ${queues} WHERE ${queues.id} = ${id})`
  const { isDone } = await commitChange(db, clerk, change, isNew, now, (isIn) => [
    db.run(sql`INSERT INTO ${queues} (id, position, name_en, name_es, signature_en, signature_es, answered_by)
      SELECT ${id}, (SELECT coalesce(max(position), 0) + 1 FROM ${queues}), ${words.nameEn}, ${words.nameEs},
        ${words.signatureEn}, ${words.signatureEs}, ${words.answeredBy} WHERE ${isIn}`),
  ])
  return isDone
}

/** True while a queue says what it said. */
const unchanged = (was: Queue) =>
  sql`EXISTS (SELECT 1 FROM ${queues} WHERE ${and(
    eq(queues.id, was.id),
    ...Object.entries(typedOf(was)).map(([name, value]) => sql`${queues[name as keyof Words]} = ${value}`),
    sql`${queues.retiredAt} IS ${was.retiredAt?.getTime() ?? null}`
  )})`

/** Changes what a queue says, or whether it is in use. False when it changed meanwhile, or cannot be. */
export async function changeQueue(
  db: Db,
  clerk: Clerk,
  act: 'queue-changed' | 'queue-retired' | 'queue-returned',
  was: Queue,
  becomes: Queue,
  now: Date
) {
  const change = { act, subjectId: was.id, before: shownOf(was), after: shownOf(becomes) }
  const stands = act === 'queue-retired' ? sql`${unchanged(was)} AND ${nothingComes(was.id)}` : unchanged(was)
  const { retiredAt } = becomes
  const { isDone } = await commitChange(db, clerk, change, stands, now, (isIn) => [
    db
      .update(queues)
      .set({ ...typedOf(becomes), retiredAt })
      .where(and(eq(queues.id, was.id), isIn)),
  ])
  return isDone
}

/** No category goes to the queue and no work waits in it: nothing is lost from sight when it goes. */
const nothingComes = (queueId: string) =>
  sql`NOT ${waitsIn(queueId)} AND NOT EXISTS (SELECT 1 FROM ${practice}, json_each(${practice.categories}) c
    WHERE json_extract(c.value, '$.queue') = ${queueId})`

/** Puts all queues in an order. False when there are other queues in use, or in another order, than `was` says. */
export async function orderQueues(
  db: Db,
  clerk: Clerk,
  subjectId: string,
  was: Queue[],
  order: Queue[],
  now: Date
) {
  const ids = (list: Queue[]) => list.map(({ id }) => id)
  const stands = sql`(SELECT json_group_array(q.id) FROM (SELECT id FROM ${queues}
    WHERE retired_at IS NULL ORDER BY position, id) q) = ${JSON.stringify(ids(was))}`
  const change = { act: 'queue-moved', subjectId, before: ids(was), after: ids(order) } as const
  const { isDone } = await commitChange(db, clerk, change, stands, now, (isIn): Statement[] =>
    order.map((queue, index) =>
      db
        .update(queues)
        .set({ position: index + 1 })
        .where(and(eq(queues.id, queue.id), isIn))
    )
  )
  return isDone
}
