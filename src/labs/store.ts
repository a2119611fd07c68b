import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  lte,
  ne,
  or,
  type Placeholder,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { audit } from '../audit/record.ts'
import { type Db, type Drizzle, value } from '../db/client.ts'
import {
  observations,
  observationVersions,
  reportConclusions,
  reportFiles,
  reportOpenings,
  reportReads,
  reports,
} from '../db/schema.ts'
import type { Chart, ReadableChart } from '../patients/chart.ts'
import { countResults, type Measured } from './observation.ts'
import { pageSize } from './report.ts'

type Key = ReadableChart<'labs' | 'record'>
/** Whose records, read by whom, and when: values, or the names that stand for them. */
type Reader = Record<'patientId' | 'readerId', string | Placeholder>
type Moment = Date | Placeholder
const named = { patientId: value('patientId'), readerId: value('readerId') }
export type Report = typeof reports.$inferSelect
export type Observation = typeof observations.$inferSelect
export type ReportSummary = ReturnType<typeof newest>['_']['result'][number]
export type ObservationVersion = typeof observationVersions.$inferSelect

const released = (now: Moment) => and(isNotNull(reports.releasedAt), lte(reports.releasedAt, now)) as SQL
const ofRecord = ({ patientId }: Reader) =>
  and(eq(reports.patientId, patientId), ne(reports.status, 'entered-in-error')) as SQL

/** `isVisible` of report.ts, for this patient's reports. */
export const visible = (chart: Key, now: Date) => and(ofRecord(chart), released(now)) as SQL

/** The same, and those that wait for the patient's word. Of these nothing but that may be told. */
export const listed = (chart: Key, now: Date) => isListed(chart, now)
const isListed = (reader: Reader, now: Moment) =>
  and(ofRecord(reader), or(released(now), lte(reports.askAt, now))) as SQL

/** True where the calm page before a report is behind this reader, or there is none. */
export const isOpened = (chart: Key) => openedBy(chart)
const openedBy = ({ readerId }: Reader) =>
  sql`(${reports.kind} = 'lab' OR EXISTS (SELECT 1 FROM ${reportOpenings} p
    WHERE p.report_id = ${reports.id} AND p.account_id = ${readerId}))`

const asks = (now: Moment) =>
  sql`(${reports.releasedAt} IS NULL OR ${reports.releasedAt} > ${now instanceof Date ? now.getTime() : now})`

/** `isPerformed` and not `isAwaited` of observation.ts. */
const counted = sql`o.status NOT IN ('entered-in-error', 'cancelled', 'registered', 'unknown') AND o.absent_reason IS NOT 'not-performed'`

/** Only what can be judged is sent along; the rest is a number. Before a report is opened, nothing is. */
const counts = (mayTell: SQL) =>
  sql<string>`CASE WHEN ${mayTell} THEN json_array(
  (SELECT count(*) FROM observations o WHERE o.report_id = ${reports.id} AND ${counted}),
  (SELECT json_group_array(json_array(o.value, o.flag, o.range_low, o.range_high, o.range_text))
    FROM observations o WHERE o.report_id = ${reports.id} AND ${counted}
      AND (o.flag IS NOT NULL OR o.range_low IS NOT NULL OR o.range_high IS NOT NULL))) ELSE '[0,[]]' END`
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

const newest = (db: Drizzle) =>
  db
    .select({
      id: reports.id,
      title: sql<string>`iif(${asks(value('now'))}, '', ${reports.title})`.as('shown_title'),
      kind: reports.kind,
      status: reports.status,
      collectedAt: reports.collectedAt,
      orderedBy: sql<string | null>`iif(${asks(value('now'))}, NULL, ${reports.orderedBy})`.as(
        'shown_orderer'
      ),
      hasComment: sql<number>`${reports.comment} IS NOT NULL`.mapWith(Boolean).as('has_comment'),
      /** Ready, and the patient asked to be asked first. */
      asks: asks(value('now')).mapWith(Boolean).as('asks'),
      // What was changed after the last reading, as by a correction, is new again.
      isNew: sql<number>`${reportReads.readAt} IS NULL OR ${reports.changedAt} > ${reportReads.readAt}`
        .mapWith(Boolean)
        .as('is_new'),
      counts: counts(and(released(value('now')), openedBy(named)) as SQL),
    })
    .from(reports)
    .leftJoin(
      reportReads,
      and(eq(reportReads.reportId, reports.id), eq(reportReads.accountId, named.readerId))
    )
    .where(isListed(named, value('now')))
    .orderBy(desc(reports.collectedAt), desc(reports.id))
    .limit(value('limit'))
    .offset(value('offset'))

/** The newest reports of the record, and whether this reader has opened them. A statement. */
export const newestReports = (db: Db, { patientId, readerId }: Key, limit: number, now: Date, offset = 0) =>
  db.bound(newest, { patientId, readerId, now: now.getTime(), limit, offset })

/** So long a withdrawal is told of. */
const toldFor = 90 * 86_400_000

/** When this reader last saw a report that its laboratory has taken back since: it is no longer there to be found. */
const seenAndWithdrawn = (db: Drizzle) =>
  db
    .select({ readAt: reportReads.readAt })
    .from(reports)
    .innerJoin(
      reportReads,
      and(eq(reportReads.reportId, reports.id), eq(reportReads.accountId, named.readerId))
    )
    .where(
      and(
        eq(reports.patientId, named.patientId),
        eq(reports.status, 'entered-in-error'),
        sql`max(coalesce(${reports.versionAt}, 0), ${reportReads.readAt}) > ${value('told')}`
      )
    )
    .orderBy(desc(reportReads.readAt))

const total = (db: Drizzle) =>
  db
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(reports)
    .where(isListed(named, value('now')))

export async function listReports(db: Db, chart: ReadableChart<'labs'>, page: number, now: Date) {
  const { patientId, readerId } = chart
  const [rows, [all], withdrawn] = await db.batch([
    newestReports(db, chart, pageSize.reports, now, (page - 1) * pageSize.reports),
    db.bound(total, { patientId, now: now.getTime() }),
    db.bound(seenAndWithdrawn, { patientId, readerId, told: now.getTime() - toldFor }),
  ])
  return { rows, total: all?.count ?? 0, withdrawn: withdrawn.map(({ readAt }) => readAt) }
}

const listedFile = {
  id: reportFiles.id,
  reportId: reportFiles.reportId,
  name: reportFiles.name,
  type: reportFiles.type,
  size: reportFiles.size,
  addedAt: reportFiles.addedAt,
}

/** Something of a result, or nothing while it `isAwaited`: so that no page and no file can show it. */
const vouchedFor = <T extends string | number>(column: SQLiteColumn) =>
  sql<T | null>`iif(${observations.status} IN ('registered', 'unknown'), NULL, ${column})`

const shownResult = {
  ...getTableColumns(observations),
  value: vouchedFor<string>(observations.value).as('shown_value'),
  valueNumber: vouchedFor<number>(observations.valueNumber).as('shown_number'),
  flag: vouchedFor<string>(observations.flag).as('shown_flag'),
  comment: vouchedFor<string>(observations.comment).as('shown_comment'),
}

/** Statements: what is in the reports that `which` finds. `withdrawn`: with what was taken back, for staff. */
export const contentsOf = (db: Db, which: SQL, { withdrawn = false } = {}) => {
  const found = db.select({ id: reports.id }).from(reports).where(which)
  return [
    db
      .select(shownResult)
      .from(observations)
      .where(
        and(
          inArray(observations.reportId, found),
          withdrawn ? undefined : ne(observations.status, 'entered-in-error')
        )
      )
      .orderBy(asc(observations.position), asc(observations.id)),
    db
      .select()
      .from(observationVersions)
      .where(
        inArray(
          observationVersions.observationId,
          db.select({ id: observations.id }).from(observations).where(inArray(observations.reportId, found))
        )
      )
      .orderBy(desc(observationVersions.replacedAt)),
    db
      .select()
      .from(reportConclusions)
      .where(
        and(
          inArray(reportConclusions.reportId, found),
          withdrawn ? undefined : isNull(reportConclusions.withdrawnAt)
        )
      )
      .orderBy(desc(reportConclusions.replacedAt), desc(reportConclusions.versionAt)),
    db
      .select(listedFile)
      .from(reportFiles)
      .where(and(inArray(reportFiles.reportId, found), isNull(reportFiles.removedAt)))
      .orderBy(asc(reportFiles.position)),
  ] as const
}
export type ReportFile = Pick<typeof reportFiles.$inferSelect, keyof typeof listedFile>
export type Conclusion = typeof reportConclusions.$inferSelect
export type Contents = {
  results: Observation[]
  versions: ObservationVersion[]
  conclusions: Conclusion[]
  files: ReportFile[]
}

/**
 * A report with its results in the laboratory's order, or as much of it as this reader may be shown: `asks` until the
 * patient says that they want it, `isOpened` once the calm page is behind them. `reading` marks it as read by them.
 */
export async function findReport(
  db: Db,
  chart: ReadableChart<'labs'>,
  reportId: string,
  { now, reading }: { now: Date; reading: boolean }
) {
  const one = eq(reports.id, reportId)
  const readable = and(one, visible(chart, now), isOpened(chart)) as SQL
  const [[found], results, versions, conclusions, files] = await db.batch([
    db
      .select({
        report: reports,
        asks: asks(now).mapWith(Boolean).as('asks'),
        isOpened: isOpened(chart).mapWith(Boolean).as('is_opened'),
        withdrawn: sql<number>`(SELECT count(*) FROM observations o
          WHERE o.report_id = reports.id AND o.status = 'entered-in-error')`.as('withdrawn'),
      })
      .from(reports)
      .where(and(one, listed(chart, now)))
      .limit(1),
    ...contentsOf(db, readable),
    ...(reading && chart.writable
      ? [
          db.run(sql`INSERT INTO report_reads (report_id, account_id, read_at)
            SELECT ${reports.id}, ${chart.writerId}, ${now.getTime()} FROM ${reports} WHERE ${readable}
            ON CONFLICT DO UPDATE SET read_at = excluded.read_at`),
        ]
      : []),
  ])
  return found && { ...found, results, versions, conclusions, files }
}

/**
 * The reader wants to see it: past the calm page, and past the patient's own wish to be asked first, where it is the
 * patient who says so. What law and staff hold back is not listed, so there is nothing to open.
 */
export async function openReport(db: Db, chart: Chart<'labs'>, reportId: string, now: Date) {
  const one = eq(reports.id, reportId)
  const at = now.getTime()
  const waits = and(
    one,
    ofRecord(chart),
    asks(now),
    lte(reports.askAt, now),
    sql`${chart.via} = 'patient'`
  ) as SQL
  const opening = sql`EXISTS (SELECT 1 FROM ${reports} WHERE ${and(one, visible(chart, now))})
    AND NOT EXISTS (SELECT 1 FROM ${reportOpenings} p WHERE p.report_id = ${reportId} AND p.account_id = ${chart.viewer.id})`
  const [, , found] = await db.batch([
    audit(db, chart.did('released', now, reportId), sql`EXISTS (SELECT 1 FROM ${reports} WHERE ${waits})`),
    db.update(reports).set({ askedForAt: now, releasedAt: now }).where(waits),
    db
      .select({ id: reports.id })
      .from(reports)
      .where(and(one, visible(chart, now))),
    audit(db, chart.did('opened', now, reportId), opening),
    db.run(sql`INSERT INTO ${reportOpenings} (report_id, account_id, opened_at)
      SELECT ${reportId}, ${chart.viewer.id}, ${at} WHERE ${opening}`),
  ])
  return found.length === 1
}

/** A file of a report that this reader may be shown, taken down as read; staff are shown every one. */
export async function takeReportFile(
  db: Db,
  chart: ReadableChart<'labs'>,
  reportId: string,
  fileId: string,
  now: Date
) {
  const which = and(
    eq(reportFiles.id, fileId),
    eq(reports.id, reportId),
    isNull(reportFiles.removedAt),
    chart.via === 'staff' ? ofRecord(chart) : and(visible(chart, now), isOpened(chart))
  ) as SQL
  const [[file]] = await db.batch([
    db
      .select({ name: reportFiles.name, type: reportFiles.type, objectKey: reportFiles.objectKey })
      .from(reportFiles)
      .innerJoin(reports, eq(reports.id, reportFiles.reportId))
      .where(which),
    audit(
      db,
      chart.did('downloaded', now, fileId),
      sql`EXISTS (SELECT 1 FROM ${reportFiles} JOIN ${reports} ON ${reports.id} = ${reportFiles.reportId} WHERE ${which})`
    ),
  ])
  return file
}
