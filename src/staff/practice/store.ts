import { and, asc, desc, eq, gte, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, practice, practiceChanges, queues } from '../../db/schema.ts'
import type { Practice } from '../../identity/visit.ts'
import type { Change } from './change.ts'

export type Queue = typeof queues.$inferSelect

/** Who changes something, in which request. */
export type Clerk = { viewer: { id: string; staffRole: string }; requestId: string }

/** A statement: every queue, those in use and those that are not, in order. */
export const allQueues = (db: Db) => db.select().from(queues).orderBy(asc(queues.position), asc(queues.id))

export const listQueues = async (db: Db) => (await db.batch([allQueues(db)]))[0]

const mostChanges = 10

/** What the overview shows besides the practice itself, which the gate has read. */
export async function readOverview(db: Db) {
  const [queues, changes] = await db.batch([
    allQueues(db),
    db
      .select({
        act: practiceChanges.act,
        changedAt: practiceChanges.changedAt,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
      })
      .from(practiceChanges)
      .innerJoin(accounts, eq(accounts.id, practiceChanges.changedBy))
      .where(gte(practiceChanges.changedAt, new Date(0)))
      .orderBy(desc(practiceChanges.changedAt))
      .limit(mostChanges),
  ])
  return { queues, changes }
}
export type Overview = Awaited<ReturnType<typeof readOverview>>

/**
 * A change, the record of it and its audit entry, if `stands` still holds; the statements depend on the condition they
 * are given. Tells whether it was done, and what stands now.
 */
export async function commitChange(
  db: Db,
  { viewer, requestId }: Clerk,
  change: Change,
  stands: Condition,
  now: Date,
  statements: (isIn: Condition) => Statement[]
) {
  const id = newId()
  const isIn = sql`EXISTS (SELECT 1 FROM ${practiceChanges} n WHERE n.id = ${id})`
  const { act, subjectId, before, after } = change
  const results: unknown[] = await db.batch([
    db.run(sql`INSERT INTO ${practiceChanges} (id, act, subject_id, before, after, changed_at, changed_by)
      SELECT ${id}, ${act}, ${subjectId ?? null}, ${JSON.stringify(before)}, ${JSON.stringify(after)},
        ${now.getTime()}, ${viewer.id} WHERE ${stands}`),
    ...statements(isIn),
    audit(
      db,
      {
        at: now,
        ...actor(viewer),
        action: `practice.${act}`,
        subjectId: subjectId ?? id,
        requestId,
      },
      isIn
    ),
    db.select({ id: practiceChanges.id }).from(practiceChanges).where(eq(practiceChanges.id, id)),
    db.select().from(practice).where(eq(practice.id, 1)),
  ])
  const [[current], done] = [results.pop() as Practice[], results.pop() as unknown[]]
  if (!current) throw new Error('The practice row is missing: run the migrations')
  return { isDone: done.length > 0, practice: current }
}

/** True while these columns of the practice are what they were. */
const unchanged = (was: Partial<Practice>) =>
  sql`EXISTS (SELECT 1 FROM ${practice} WHERE ${and(
    ...Object.entries(was).map(([name, value]) => {
      const column = practice[name as keyof Practice]
      if (typeof value !== 'object') return sql`${column} IS ${value}`
      // One value can be written with other blanks.
      return sql`json(${column}) IS json(${value === null ? null : JSON.stringify(value)})`
    })
  )})`

/** Changes columns of the practice, unless they or what else must hold changed meanwhile. */
export const changePractice = (
  db: Db,
  clerk: Clerk,
  change: Omit<Change, 'before' | 'after'>,
  was: Partial<Practice>,
  becomes: Partial<Practice>,
  now: Date,
  alsoStands: Condition = sql`1`
) =>
  commitChange(
    db,
    clerk,
    { ...change, before: was, after: becomes },
    sql`${unchanged(was)} AND ${alsoStands}`,
    now,
    (isIn) => [
      db
        .update(practice)
        .set(becomes)
        .where(and(eq(practice.id, 1), isIn)),
    ]
  )
