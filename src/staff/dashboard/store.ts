import { and, between, isNull, min, notInArray, sql } from 'drizzle-orm'
import { countRequests } from '../../appointments/requests/store.ts'
import type { Db } from '../../db/client.ts'
import { appointments, invitations, messages, outbox, queues, workItems } from '../../db/schema.ts'
import { localDate } from '../../i18n/format.ts'
import type { Viewer, Visit } from '../../identity/visit.ts'
import { isWrong, stateOf } from '../../jobs/job.ts'
import { lastRuns, toldBy } from '../../jobs/store.ts'
import { timetable } from '../../jobs/timetable.ts'
import { answerable, countOpenWork } from '../../messages/queue/store.ts'
import { canaryState } from '../../outbox/canary/store.ts'
import { countDesk } from '../invitation-desk/store.ts'
import { countMailTrouble } from '../mail/store.ts'
import { countOwed, countUnmatched } from '../unmatched/store.ts'
import { type Day, lastDays, type Series, type Trend } from './trend.ts'

const day = 24 * 60 * 60 * 1000

/** What each figure counts between two moments of a day `d`. */
const within = (column: string) =>
  sql`${sql.raw(column)} >= d.value ->> 'from' AND ${sql.raw(column)} < d.value ->> 'to'`
const counted: Record<Series, ReturnType<typeof sql>> = {
  came: sql`${messages} WHERE ${within('sent_at')} AND author_role IN ('patient', 'caregiver')`,
  // Queue by queue, for the index leads with it; the sign keeps SQLite to that order.
  answered: sql`${queues} q CROSS JOIN ${workItems} w ON w.queue = q.id
    WHERE ${within('w.done_at')} AND w.done_how IN ('answered', 'phone') AND w.kind = 'answer'`,
  registered: sql`${invitations} WHERE ${within('accepted_at')}`,
  sent: sql`${outbox} WHERE ${within('sent_at')}`,
  failed: sql`${outbox} WHERE ${within('failed_at')}`,
}

/** What the role may know of each day: a statement. */
const countDays = (db: Db, days: Day[], may: Visit['may']) => {
  const series: Series[] = [
    ...(may('messages') ? (['came', 'answered'] as const) : []),
    ...(may('invitations') ? (['registered', 'sent', 'failed'] as const) : []),
  ]
  const columns = series.map(
    (each) => sql`, (SELECT count(*) FROM ${counted[each]}) AS ${sql.identifier(each)}`
  )
  return db.all<Partial<Record<Series, number>>>(
    sql`SELECT d.key AS day${sql.join(columns)} FROM json_each(${JSON.stringify(days)}) d ORDER BY d.key`
  )
}

const trendOf = (days: Day[], rows: Partial<Record<Series, number>>[]): Trend => ({
  days,
  counts: Object.fromEntries(
    (Object.keys(counted) as Series[])
      .filter((series) => rows[0]?.[series] !== undefined)
      .map((series) => [series, rows.map((row) => row[series] ?? 0)])
  ),
})

/** What waits for the staff, in numbers. */
export async function countWaiting(
  db: Db,
  viewer: Viewer,
  now: Date,
  { practice: { timeZone }, may }: Pick<Visit, 'practice' | 'may'>
) {
  const days = lastDays(now, timeZone)
  const [[work], [oldest], [atDesks], [unmatched], [owed], [requests], near, [mail], [canary], runs, rows] =
    await db.batch([
      countOpenWork(db, viewer, now),
      db
        .select({ openedAt: min(workItems.openedAt) })
        .from(workItems)
        .where(and(isNull(workItems.doneAt), answerable(viewer))),
      countDesk(db, now),
      countUnmatched(db),
      countOwed(db, now),
      countRequests(db),
      db
        .select({ startsAt: appointments.startsAt })
        .from(appointments)
        .where(
          and(
            between(appointments.startsAt, new Date(now.getTime() - day), new Date(now.getTime() + day)),
            notInArray(appointments.status, ['cancelled', 'noshow'])
          )
        ),
      countMailTrouble(db, now),
      canaryState(db),
      lastRuns(
        db,
        timetable.map(({ name }) => name)
      ),
      countDays(db, days, may),
    ])
  const { cronSince, told } = toldBy(runs)
  const today = localDate(now, timeZone)
  return {
    work,
    oldestWaits: oldest?.openedAt ? now.getTime() - oldest.openedAt.getTime() : null,
    atDesks,
    unmatched: unmatched?.count ?? 0,
    owed: owed?.count ?? 0,
    requests: requests?.count ?? 0,
    mail,
    canary,
    wrongJobs: timetable.filter(({ name, every }) => {
      const known = told.get(name)
      return known && isWrong(stateOf({ every }, known, cronSince, now))
    }).length,
    trend: trendOf(days, rows),
    // A local day has 23, 24 or 25 hours: its dates are compared, not its length.
    visitsToday: near.filter(({ startsAt }) => localDate(startsAt, timeZone) === today).length,
  }
}
export type Waiting = Awaited<ReturnType<typeof countWaiting>>
