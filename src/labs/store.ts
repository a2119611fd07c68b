import { and, asc, desc, eq, inArray, isNotNull, lte, ne, notInArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { observations, reportReads, reports } from '../db/schema.ts'
import type { Chart } from '../patients/chart.ts'
import { countResults, type Measured } from './observation.ts'
import { pageSize } from './report.ts'

type Key = Chart<'labs' | 'record'>
export type Report = typeof reports.$inferSelect
export type Observation = typeof observations.$inferSelect
export type ReportSummary = ReturnType<typeof newestReports>['_']['result'][number]

/** `isVisible` of report.ts, for this patient's reports. */
const visible = (chart: Key, now: Date) =>
  and(
    eq(reports.patientId, chart.patientId),
    isNotNull(reports.releasedAt),
    lte(reports.releasedAt, now),
    ne(reports.status, 'entered-in-error')
  ) as SQL

/** `isPerformed` of observation.ts. */
const performed = sql`o.status NOT IN ('entered-in-error', 'cancelled') AND o.absent_reason IS NOT 'not-performed'`

/** Only what can be judged is sent along; the rest is a number. */
const counts = sql<string>`json_array(
  (SELECT count(*) FROM observations o WHERE o.report_id = ${reports.id} AND ${performed}),
  (SELECT json_group_array(json_array(o.value, o.flag, o.range_low, o.range_high, o.range_text))
    FROM observations o WHERE o.report_id = ${reports.id} AND ${performed}
      AND (o.flag IS NOT NULL OR o.range_low IS NOT NULL OR o.range_high IS NOT NULL)))`
  .mapWith((json: string) => {
    const [total, rows] = JSON.parse(json) as [number, [...(string | null)[]][]]
    return countResults(
      total,
      rows.map(
        ([value = null, flag = null, rangeLow = null, rangeHigh = null, rangeText = null]): Measured => ({
          value,
          flag,
          rangeLow,
          rangeHigh,
          rangeText,
        })
      )
    )
  })
  .as('counts')

/** The newest reports the patient may see, and whether this reader has opened them. A statement. */
export const newestReports = (db: Db, chart: Key, limit: number, now: Date, offset = 0) =>
  db
    .select({
      id: reports.id,
      title: reports.title,
      status: reports.status,
      collectedAt: reports.collectedAt,
      orderedBy: reports.orderedBy,
      hasComment: sql<number>`${reports.comment} IS NOT NULL`.mapWith(Boolean).as('has_comment'),
      // A version issued after the last reading, such as a correction, is new again.
      isNew: sql<number>`${reportReads.readAt} IS NULL
        OR (${reports.issuedAt} > ${reportReads.readAt} AND ${reports.issuedAt} <= ${now.getTime()})`
        .mapWith(Boolean)
        .as('is_new'),
      counts,
    })
    .from(reports)
    .leftJoin(
      reportReads,
      and(eq(reportReads.reportId, reports.id), eq(reportReads.accountId, chart.viewer.id))
    )
    .where(visible(chart, now))
    .orderBy(desc(reports.collectedAt), desc(reports.id))
    .limit(limit)
    .offset(offset)

export async function listReports(db: Db, chart: Chart<'labs'>, page: number, now: Date) {
  const [rows, [all]] = await db.batch([
    newestReports(db, chart, pageSize.reports, now, (page - 1) * pageSize.reports),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(reports)
      .where(visible(chart, now)),
  ])
  return { rows, total: all?.count ?? 0 }
}

/** A report with its results in the laboratory's order. `reading` marks it as read by this reader, in the same batch. */
export async function findReport(
  db: Db,
  chart: Chart<'labs'>,
  reportId: string,
  { now, reading }: { now: Date; reading: boolean }
) {
  const which = and(eq(reports.id, reportId), visible(chart, now)) as SQL
  const [[report], results] = await db.batch([
    db.select().from(reports).where(which).limit(1),
    db
      .select()
      .from(observations)
      .where(
        and(
          inArray(observations.reportId, db.select({ id: reports.id }).from(reports).where(which)),
          ne(observations.status, 'entered-in-error')
        )
      )
      .orderBy(asc(observations.position), asc(observations.id)),
    ...(reading
      ? [
          db.run(sql`INSERT INTO report_reads (report_id, account_id, read_at)
            SELECT ${reports.id}, ${chart.viewer.id}, ${now.getTime()} FROM ${reports} WHERE ${which}
            ON CONFLICT DO UPDATE SET read_at = excluded.read_at`),
        ]
      : []),
  ])
  return report && { report, results }
}

/** A test is its code, or its name where it has none. */
const test = sql`coalesce(${observations.code}, ${observations.name})`

/** Each test the patient has results of, with the newest one. */
export async function listTests(db: Db, chart: Chart<'labs'>, page: number, now: Date) {
  const which = and(
    eq(observations.patientId, chart.patientId),
    isNotNull(observations.value),
    notInArray(observations.status, ['entered-in-error', 'cancelled']),
    visible(chart, now)
  )
  const [rows, [all]] = await db.batch([
    db
      .select({
        reportId: observations.reportId,
        name: observations.name,
        value: observations.value,
        unit: observations.unit,
        flag: observations.flag,
        rangeLow: observations.rangeLow,
        rangeHigh: observations.rangeHigh,
        rangeText: observations.rangeText,
        // With one max(), SQLite takes the other columns from the row that holds it.
        collectedAt: sql<Date>`max(${observations.collectedAt})`
          .mapWith(observations.collectedAt)
          .as('newest'),
        count: sql<number>`count(*)`.as('results'),
      })
      .from(observations)
      .innerJoin(reports, eq(reports.id, observations.reportId))
      .where(which)
      .groupBy(test)
      .orderBy(sql`${observations.name} COLLATE NOCASE`)
      .limit(pageSize.tests)
      .offset((page - 1) * pageSize.tests),
    db
      .select({ count: sql<number>`count(DISTINCT ${test})`.as('count') })
      .from(observations)
      .innerJoin(reports, eq(reports.id, observations.reportId))
      .where(which),
  ])
  return { rows, total: all?.count ?? 0 }
}
export type Test = Awaited<ReturnType<typeof listTests>>['rows'][number]
