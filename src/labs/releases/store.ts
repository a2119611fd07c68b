import { and, inArray, is, isNull, SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { releaseChoices, releaseHolds, reports } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import type { Choice, Hold, Release, ReportFacts } from '../release.ts'

/** Ids that are told, or a select that finds them. */
const oneOf = (ids: readonly string[] | SQL) =>
  is(ids, SQL) ? sql`(${ids})` : sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`

/** A statement: how these patients want their reports, for whoever files or changes one. */
export const choicesOf = (db: Db, patientIds: readonly string[] | SQL) =>
  db
    .select({
      patientId: releaseChoices.patientId,
      kind: releaseChoices.kind,
      timing: releaseChoices.timing,
      days: releaseChoices.days,
    })
    .from(releaseChoices)
    .where(inArray(releaseChoices.patientId, oneOf(patientIds)))

/** A statement: the exceptions in force for these reports. */
export const holdsOn = (db: Db, reportIds: readonly string[] | SQL) =>
  db
    .select({
      reportId: releaseHolds.reportId,
      heldUntil: releaseHolds.heldUntil,
      liftedAt: releaseHolds.liftedAt,
    })
    .from(releaseHolds)
    .where(and(inArray(releaseHolds.reportId, oneOf(reportIds)), isNull(releaseHolds.liftedAt)))

export const choicesFor = <C extends Choice & { patientId: string }>(choices: C[], patientId: string) =>
  choices.filter((choice) => choice.patientId === patientId)
export const holdsFor = <H extends Hold & { reportId: string }>(holds: H[], reportId: string) =>
  holds.filter((hold) => hold.reportId === reportId)

/** Whether two times, of which either may be open, are one. */
export const isSameMoment = (one: Date | null, other: Date | null) => one?.getTime() === other?.getTime()

/**
 * What a new answer to "when may it be seen" changes, with its audit entry; nothing where it is the old one. It holds
 * only for the report as it was looked at: a version that came meanwhile was worked out when it was filed.
 */
export function settleRelease(
  db: Db,
  chart: Chart<'labs'>,
  report: ReportFacts & { id: string },
  { at, askAt }: Release,
  now: Date,
  stands: Condition = sql`1`
): Statement[] {
  if (isSameMoment(at, report.releasedAt) && isSameMoment(askAt, report.askAt)) return []
  const isVisible = at !== null && at <= now
  const asIs = sql`id = ${report.id} AND patient_id = ${chart.patientId} AND status = ${report.status}
    AND released_at IS ${report.releasedAt?.getTime() ?? null} AND ask_at IS ${report.askAt?.getTime() ?? null}`
  return [
    audit(
      db,
      chart.did(isVisible ? 'released' : 'release-set', now, report.id),
      sql`${stands} AND EXISTS (SELECT 1 FROM ${reports} WHERE ${asIs})`
    ),
    db
      .update(reports)
      .set({ releasedAt: at, askAt })
      .where(and(sql`${asIs}`, stands)),
  ]
}
