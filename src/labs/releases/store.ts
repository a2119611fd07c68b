import { and, eq, gt, inArray, is, isNull, notInArray, or, SQL, sql } from 'drizzle-orm'
import { type AuditEntry, actor, audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { releaseChoices, releaseHolds, reportKinds, reports } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import {
  type Choice,
  type Hold,
  type Release,
  type ReleaseRules,
  type ReportFacts,
  releaseOf,
} from '../release.ts'

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
export const settleRelease = (
  db: Db,
  chart: Chart<'labs'>,
  report: ReportFacts & { id: string },
  release: Release,
  now: Date,
  stands: Condition = sql`1`
): Statement[] =>
  settle(
    db,
    (act) => chart.did(act, now, report.id),
    { ...report, patientId: chart.patientId },
    release,
    now,
    stands
  )

type Act = 'released' | 'release-set'

function settle(
  db: Db,
  did: (act: Act) => AuditEntry,
  report: ReportFacts & { id: string; patientId: string },
  { at, askAt }: Release,
  now: Date,
  stands: Condition
): Statement[] {
  if (isSameMoment(at, report.releasedAt) && isSameMoment(askAt, report.askAt)) return []
  const isVisible = at !== null && at <= now
  const asIs = sql`id = ${report.id} AND patient_id = ${report.patientId} AND status = ${report.status}
    AND released_at IS ${report.releasedAt?.getTime() ?? null} AND ask_at IS ${report.askAt?.getTime() ?? null}`
  return [
    audit(
      db,
      did(isVisible ? 'released' : 'release-set'),
      sql`${stands} AND EXISTS (SELECT 1 FROM ${reports} WHERE ${asIs})`
    ),
    db
      .update(reports)
      .set({ releasedAt: at, askAt })
      .where(and(sql`${asIs}`, stands)),
  ]
}

/** Statements of one batch. */
const perBatch = 100

/** What waits is settled anew by the rules from now on; what could be seen stays. */
export async function settleWaiting(
  db: Db,
  { viewer, requestId }: { viewer: { id: string; staffRole: string }; requestId: string },
  { was, becomes }: { was: ReleaseRules; becomes: ReleaseRules },
  now: Date
) {
  const kinds = reportKinds.filter(
    (kind) => (was.releaseHours[kind] ?? 0) !== (becomes.releaseHours[kind] ?? 0)
  )
  const isEarlyToo = was.preliminaryResults !== becomes.preliminaryResults
  const waits = and(
    or(inArray(reports.kind, kinds), isEarlyToo ? eq(reports.status, 'preliminary') : undefined),
    or(isNull(reports.releasedAt), gt(reports.releasedAt, now)),
    notInArray(reports.status, ['entered-in-error', 'registered', 'partial', 'cancelled', 'unknown'])
  )
  const [waiting, choices, holds] = await db.batch([
    db.select().from(reports).where(waits),
    choicesOf(db, sql`SELECT patient_id FROM ${reports} WHERE ${waits}`),
    holdsOn(db, sql`SELECT id FROM ${reports} WHERE ${waits}`),
  ])
  const statements = waiting.flatMap((report) => {
    const { id, patientId } = report
    const release = releaseOf(report, choicesFor(choices, patientId), holdsFor(holds, id), becomes, now)
    const did = (act: Act) => ({
      at: now,
      ...actor(viewer),
      patientId,
      action: `labs.${act}`,
      subjectId: id,
      requestId,
    })
    return settle(db, did, report, release, now, sql`1`)
  })
  for (let from = 0; from < statements.length; from += perBatch) {
    const [first, ...rest] = statements.slice(from, from + perBatch)
    if (first) await db.batch([first, ...rest])
  }
}
