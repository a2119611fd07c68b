import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  accounts,
  grants,
  patients,
  releaseHolds,
  reportComments,
  reportReads,
  reports,
} from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import { type Choice, type Hold, type ReleaseRules, type ReportKind, releaseOf } from '../release.ts'
import { choicesOf, settleRelease } from '../releases/store.ts'
import { pageSize } from '../report.ts'
import { contentsOf, type Report } from '../store.ts'

type Desk = Chart<'labs'>

const day = 86_400_000
const named = { givenName: accounts.givenName, familyName: accounts.familyName }
const inRecord = (chart: Desk, reportId: string) =>
  sql`${reports.id} = ${reportId} AND ${reports.patientId} = ${chart.patientId}`

/** Every report of the record, those that the patient cannot see too. */
export async function listForStaff(db: Db, chart: Desk, page: number) {
  const own = eq(reports.patientId, chart.patientId)
  const [rows, [all], choices] = await db.batch([
    db
      .select({
        report: reports,
        heldUntil: sql<Date | null>`(SELECT max(h.held_until) FROM ${releaseHolds} h
          WHERE h.report_id = ${reports.id} AND h.lifted_at IS NULL)`
          .mapWith(releaseHolds.heldUntil)
          .as('live_until'),
      })
      .from(reports)
      .where(own)
      .orderBy(desc(reports.collectedAt), desc(reports.id))
      .limit(pageSize.reports)
      .offset((page - 1) * pageSize.reports),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(reports)
      .where(own),
    choicesOf(db, [chart.patientId]),
  ])
  return { rows, total: all?.count ?? 0, choices }
}
export type StaffRow = Awaited<ReturnType<typeof listForStaff>>['rows'][number]

const lifter = alias(accounts, 'lifter')

/** One report with all that staff ask about it. `looking`: from then on the team has seen it. */
export async function findForStaff(
  db: Db,
  chart: Desk,
  reportId: string,
  { now, looking }: { now: Date; looking: boolean }
) {
  const one = inRecord(chart, reportId)
  const [[report], results, versions, conclusions, files, comments, holds, choices, readers] = await db.batch(
    [
      db.select().from(reports).where(one),
      ...contentsOf(db, one, { withdrawn: true }),
      db
        .select({
          id: sql<string>`${reportComments.id}`.as('comment_id'),
          body: reportComments.body,
          writtenAt: reportComments.writtenAt,
          ...named,
        })
        .from(reportComments)
        .innerJoin(reports, eq(reports.id, reportComments.reportId))
        .innerJoin(accounts, eq(accounts.id, reportComments.authorId))
        .where(one)
        .orderBy(desc(reportComments.writtenAt)),
      db
        .select({
          id: sql<string>`${releaseHolds.id}`.as('hold_id'),
          reason: releaseHolds.reason,
          heldAt: releaseHolds.heldAt,
          heldUntil: releaseHolds.heldUntil,
          liftedAt: releaseHolds.liftedAt,
          lifterName: sql<string | null>`${lifter.givenName} || ' ' || ${lifter.familyName}`.as(
            'lifter_name'
          ),
          ...named,
        })
        .from(releaseHolds)
        .innerJoin(reports, eq(reports.id, releaseHolds.reportId))
        .innerJoin(accounts, eq(accounts.id, releaseHolds.heldBy))
        .leftJoin(lifter, eq(lifter.id, releaseHolds.liftedBy))
        .where(one)
        .orderBy(desc(releaseHolds.heldAt)),
      choicesOf(db, [chart.patientId]),
      db
        .select({
          readAt: reportReads.readAt,
          isPatient: sql<boolean>`${patients.accountId} = ${accounts.id}`.mapWith(Boolean).as('is_patient'),
          relationship: sql<string | null>`(SELECT g.relationship FROM ${grants} g
          WHERE g.patient_id = ${patients.id} AND g.account_id = ${accounts.id}
          ORDER BY g.granted_at DESC LIMIT 1)`.as('relationship'),
          ...named,
        })
        .from(reportReads)
        .innerJoin(reports, eq(reports.id, reportReads.reportId))
        .innerJoin(patients, eq(patients.id, reports.patientId))
        .innerJoin(accounts, eq(accounts.id, reportReads.accountId))
        .where(one)
        .orderBy(desc(reportReads.readAt)),
      ...(looking
        ? [
            db
              .update(reports)
              .set({ teamSeenAt: now, teamSeenBy: chart.viewer.id })
              .where(and(one, isNull(reports.teamSeenAt))),
          ]
        : []),
    ]
  )
  return report && { report, results, versions, conclusions, files, comments, holds, choices, readers }
}
export type ForStaff = NonNullable<Awaited<ReturnType<typeof findForStaff>>>

type Grounds = { report: Report; choices: Choice[]; holds: Hold[]; rules: ReleaseRules }

/** What the report is to be released as once something about it has changed. */
const settle = (
  db: Db,
  chart: Desk,
  { report, choices, holds, rules }: Grounds,
  change: Partial<Report>,
  now: Date,
  stands?: Condition
) =>
  settleRelease(
    db,
    chart,
    report,
    releaseOf({ ...report, ...change }, choices, holds, rules, now),
    now,
    stands
  )

/**
 * Says something to the patient about a report. What was said before stays on file and is no longer shown. The same form
 * again changes nothing; tells what it became.
 */
export async function addComment(
  db: Db,
  chart: Desk,
  grounds: Grounds,
  { submissionId, comment }: { submissionId: string; comment: string },
  author: string,
  now: Date
) {
  const { report } = grounds
  const id = newId()
  const at = now.getTime()
  const own = and(eq(reportComments.authorId, chart.viewer.id), eq(reportComments.submissionId, submissionId))
  const isIn = sql`EXISTS (SELECT 1 FROM ${reportComments} n WHERE n.id = ${id})`
  const statements: Statement[] = [
    db
      .update(reports)
      .set({
        comment,
        commentBy: author,
        commentedAt: now,
        teamSeenAt: sql`coalesce(${reports.teamSeenAt}, ${at})`,
        teamSeenBy: sql`coalesce(${reports.teamSeenBy}, ${chart.viewer.id})`,
      })
      .where(and(inRecord(chart, report.id), isIn)),
    audit(db, chart.did('commented', now, report.id), isIn),
    ...settle(db, chart, grounds, { commentedAt: now }, now, isIn),
  ]
  const results: unknown[] = await db.batch([
    db.run(sql`INSERT INTO ${reportComments} (id, report_id, author_id, body, written_at, submission_id)
      SELECT ${id}, ${reports.id}, ${chart.viewer.id}, ${comment}, ${at}, ${submissionId}
      FROM ${reports} WHERE ${inRecord(chart, report.id)}
        AND NOT EXISTS (SELECT 1 FROM ${reportComments} WHERE ${own})`),
    ...statements,
    db
      .select({ reportId: reportComments.reportId, body: reportComments.body })
      .from(reportComments)
      .where(own),
  ])
  return (results.at(-1) as { reportId: string; body: string }[])[0]
}

/** Keeps one report back. False when the patient can see it already, or it is kept back already. */
export async function holdReport(
  db: Db,
  chart: Desk,
  grounds: Grounds,
  { reason, days }: { reason: string; days: number },
  now: Date
) {
  const { report } = grounds
  const id = newId()
  const at = now.getTime()
  const heldUntil = new Date(at + days * day)
  const isIn = sql`EXISTS (SELECT 1 FROM ${releaseHolds} n WHERE n.id = ${id})`
  const results: unknown[] = await db.batch([
    // One that ran out makes room for another.
    db.run(sql`UPDATE ${releaseHolds} SET lifted_at = held_until
      WHERE report_id = ${report.id} AND lifted_at IS NULL AND held_until <= ${at}`),
    db.run(sql`INSERT INTO ${releaseHolds} (id, report_id, reason, held_at, held_by, held_until)
      SELECT ${id}, ${reports.id}, ${reason}, ${at}, ${chart.viewer.id}, ${heldUntil.getTime()}
      FROM ${reports} WHERE ${inRecord(chart, report.id)}
        AND (${reports.releasedAt} IS NULL OR ${reports.releasedAt} > ${at})
        AND NOT EXISTS (SELECT 1 FROM ${releaseHolds} h WHERE h.report_id = ${report.id} AND h.lifted_at IS NULL)`),
    audit(db, chart.did('held', now, report.id), isIn),
    ...settle(
      db,
      chart,
      { ...grounds, holds: [...grounds.holds, { heldUntil, liftedAt: null }] },
      {},
      now,
      isIn
    ),
    db.select({ id: releaseHolds.id }).from(releaseHolds).where(eq(releaseHolds.id, id)),
  ])
  return (results.at(-1) as unknown[]).length > 0
}

/** Lets go of a report that was kept back. A hold that was lifted before stays as it was. */
export async function liftHold(db: Db, chart: Desk, grounds: Grounds, holdId: string, now: Date) {
  const { report } = grounds
  const isOurs = sql`id = ${holdId} AND report_id = ${report.id} AND lifted_at IS NULL`
  const didLift = sql`EXISTS (SELECT 1 FROM ${releaseHolds} n WHERE n.id = ${holdId}
    AND n.report_id = ${report.id} AND n.lifted_at = ${now.getTime()} AND n.lifted_by = ${chart.viewer.id})`
  await db.batch([
    db.run(
      sql`UPDATE ${releaseHolds} SET lifted_at = ${now.getTime()}, lifted_by = ${chart.viewer.id} WHERE ${isOurs}`
    ),
    audit(db, chart.did('hold-lifted', now, report.id), didLift),
    ...settle(db, chart, { ...grounds, holds: [] }, {}, now, didLift),
  ])
}

/** Says what kind of report it is, where its sender's words misled us. */
export const correctKind = (db: Db, chart: Desk, grounds: Grounds, kind: ReportKind, now: Date) =>
  db.batch([
    db.update(reports).set({ kind, kindSetAt: now }).where(inRecord(chart, grounds.report.id)),
    audit(db, chart.did('kind-corrected', now, grounds.report.id)),
    ...settle(db, chart, grounds, { kind }, now),
  ])
