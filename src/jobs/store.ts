import { and, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { jobRuns } from '../db/schema.ts'
import { lostAfter, type Told } from './job.ts'

/** Begins a run, with the mark that the last good one left; undefined while another run of the job goes on. */
export async function beginRun(db: Db, job: string, id: string, now: Date) {
  const [, begun, [last]] = await db.batch([
    db
      .update(jobRuns)
      .set({ endedAt: now, failure: 'lost' })
      .where(
        and(
          eq(jobRuns.job, job),
          isNull(jobRuns.endedAt),
          lt(jobRuns.startedAt, new Date(now.getTime() - lostAfter))
        )
      ),
    db
      .insert(jobRuns)
      .values({ id, job, startedAt: now })
      .onConflictDoNothing()
      .returning({ id: jobRuns.id }),
    db
      .select({ mark: jobRuns.mark })
      .from(jobRuns)
      .where(and(eq(jobRuns.job, job), isNull(jobRuns.failure), isNotNull(jobRuns.endedAt)))
      .orderBy(desc(jobRuns.startedAt))
      .limit(1),
  ])
  return begun.length > 0 ? { mark: last?.mark ?? null } : undefined
}

/** Writes down how a run ended; one that was taken for lost has ended after all. */
export const endRun = (db: Db, id: string, end: { failure: string | null; mark: string | null }, now: Date) =>
  db.batch([
    db
      .update(jobRuns)
      .set({ ...end, endedAt: now })
      .where(eq(jobRuns.id, id)),
  ])

type Row = Record<'startedAt' | 'endedAt' | 'succeededAt' | 'cronSince', number | null> & {
  job: string
  failure: string | null
}

/** A statement: the last run of each job that has ended, its last good one, and since when runs are written down. */
export const lastRuns = (db: Db, names: string[]) => {
  const newest = (condition = sql``) =>
    sql`(SELECT r.id FROM ${jobRuns} r WHERE r.job = j.value AND r.ended_at IS NOT NULL ${condition}
      ORDER BY r.started_at DESC LIMIT 1)`
  return db.all<Row>(sql`SELECT j.value AS job, last.started_at AS startedAt, last.ended_at AS endedAt,
      last.failure AS failure, good.ended_at AS succeededAt, (SELECT min(started_at) FROM ${jobRuns}) AS cronSince
    FROM json_each(${JSON.stringify(names)}) j
    LEFT JOIN ${jobRuns} last ON last.id = ${newest()}
    LEFT JOIN ${jobRuns} good ON good.id = ${newest(sql`AND r.failure IS NULL`)}`)
}

const dateOf = (at: number | null | undefined) => (at ? new Date(at) : null)

/** The rows of `lastRuns`, by the name of the job. */
export function toldBy(rows: Row[]) {
  const cronSince = dateOf(rows[0]?.cronSince)
  const told = new Map(
    rows.map(({ job, failure, startedAt, endedAt, succeededAt }): [string, Told] => [
      job,
      { failure, startedAt: dateOf(startedAt), endedAt: dateOf(endedAt), succeededAt: dateOf(succeededAt) },
    ])
  )
  return { cronSince, told }
}
