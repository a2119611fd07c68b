import { and, desc, eq, isNotNull, lte, notInArray, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { appointments, observations, reports } from '../../db/schema.ts'
import type { ReadableChart } from '../../patients/chart.ts'
import { pageSize } from '../report.ts'
import { isOpened, visible } from '../store.ts'
import type { Point } from './trend.ts'

/** A test is its code, or its name where it has none. */
const test = sql`coalesce(${observations.code}, ${observations.name})`

/** Results the patient may see, of reports that this reader has opened where those open behind a calm page. */
const readable = (chart: ReadableChart<'labs'>, now: Date) =>
  and(
    eq(observations.patientId, chart.patientId),
    isNotNull(observations.value),
    notInArray(observations.status, ['entered-in-error', 'cancelled', 'registered', 'unknown']),
    visible(chart, now),
    isOpened(chart)
  ) as SQL

/** Points of a small picture, and no more. */
const sparkPoints = 24

/**
 * The last numbers of a test in the unit of its newest result, newest first. Of a calm kind there is no small picture: each
 * of its reports is opened on its own.
 */
const spark = (
  chart: ReadableChart<'labs'>,
  now: Date
) => sql<string>`(SELECT json_group_array(json_array(s.at, s.number)) FROM
  (SELECT o.collected_at AS at, o.value_number AS number FROM observations o JOIN reports r ON r.id = o.report_id
    WHERE o.patient_id = ${chart.patientId} AND o.code IS ${observations.code} AND o.code IS NOT NULL
      AND o.unit IS ${observations.unit} AND o.value_number IS NOT NULL
      AND o.status NOT IN ('entered-in-error', 'cancelled', 'registered', 'unknown')
      AND r.kind = 'lab' AND r.released_at <= ${now.getTime()} AND r.status <> 'entered-in-error'
    ORDER BY o.collected_at DESC LIMIT ${sparkPoints}) s)`

/** Each test the patient has results of, with the newest one. */
export async function listTests(db: Db, chart: ReadableChart<'labs'>, page: number, now: Date) {
  const which = readable(chart, now)
  const [rows, [all]] = await db.batch([
    db
      .select({
        id: observations.id,
        code: observations.code,
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
        spark: spark(chart, now)
          .mapWith((json: string) => (JSON.parse(json) as [at: number, number: number][]).reverse())
          .as('spark'),
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

/** Results of one test that are drawn and listed; older ones stand in their reports. */
const mostPoints = 2000
const mostTreatments = 400

/**
 * Every result of the test that one result is of, oldest first, and the days of infusions behind us. Any result of a test
 * names it: an address holds nothing about anyone's health. `saved`: they are taken out of the portal.
 */
export async function findTest(
  db: Db,
  chart: ReadableChart<'labs'>,
  observationId: string,
  { now, saved = false }: { now: Date; saved?: boolean }
) {
  const named = (column: 'code' | 'name') =>
    sql`(SELECT ${sql.identifier(column)} FROM observations n
      WHERE n.id = ${observationId} AND n.patient_id = ${chart.patientId})`
  const [points, treatments] = await db.batch([
    db
      .select({
        id: observations.id,
        reportId: observations.reportId,
        code: observations.code,
        name: observations.name,
        status: observations.status,
        value: observations.value,
        unit: observations.unit,
        rangeLow: observations.rangeLow,
        rangeHigh: observations.rangeHigh,
        rangeText: observations.rangeText,
        flag: observations.flag,
        method: observations.method,
        laboratory: sql<string | null>`coalesce(${observations.laboratory}, ${reports.laboratory})`.as(
          'performed_by'
        ),
        collectedAt: observations.collectedAt,
        correctedAt: observations.correctedAt,
        previousValue: observations.previousValue,
        previousUnit: observations.previousUnit,
      })
      .from(observations)
      .innerJoin(reports, eq(reports.id, observations.reportId))
      .where(
        and(
          readable(chart, now),
          // IS, so that tests without a code are found by the same index.
          sql`${observations.code} IS ${named('code')}`,
          sql`(${observations.code} IS NOT NULL OR ${observations.name} = ${named('name')})`
        )
      )
      .orderBy(desc(observations.collectedAt), desc(observations.id))
      .limit(mostPoints),
    db
      .select({ startsAt: appointments.startsAt })
      .from(appointments)
      .where(
        and(
          eq(appointments.patientId, chart.patientId),
          eq(appointments.kind, 'infusion'),
          notInArray(appointments.status, ['pending', 'cancelled', 'noshow']),
          lte(appointments.startsAt, now)
        )
      )
      .orderBy(desc(appointments.startsAt))
      .limit(mostTreatments),
    // Written down as saved only where there is something to save.
    ...(saved
      ? [
          audit(
            db,
            chart.did('downloaded', now, observationId),
            sql`EXISTS (SELECT 1 FROM ${observations} JOIN ${reports} ON ${reports.id} = ${observations.reportId}
              WHERE ${observations.id} = ${observationId} AND ${readable(chart, now)})`
          ),
        ]
      : []),
  ])
  if (!points.some(({ id }) => id === observationId)) return undefined
  return {
    points: (points as Point[]).toReversed(),
    treatments: treatments.map(({ startsAt }) => startsAt).toReversed(),
  }
}
