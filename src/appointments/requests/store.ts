import { and, asc, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts, appointmentRequests, appointments, patients, preparationTexts } from '../../db/schema.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import type { Chart, ReadableChart } from '../../patients/chart.ts'
import { noticeChange } from '../reminders/store.ts'

export type Request = typeof appointmentRequests.$inferSelect

/** One appointment with what was asked about it, newest first, and the practice's words on getting ready. */
export async function findWithRequests(db: Db, chart: ReadableChart<'appointments'>, appointmentId: string) {
  const [[appointment], requests, ready] = await db.batch([
    db
      .select()
      .from(appointments)
      .where(and(eq(appointments.id, appointmentId), eq(appointments.patientId, chart.patientId)))
      .limit(1),
    db
      .select()
      .from(appointmentRequests)
      .where(
        and(
          eq(appointmentRequests.appointmentId, appointmentId),
          eq(appointmentRequests.patientId, chart.patientId)
        )
      )
      .orderBy(desc(appointmentRequests.askedAt))
      .limit(5),
    db.select().from(preparationTexts),
  ])
  return appointment && { appointment, requests, ready }
}

type Asked = { id: string; appointmentId: string; kind: Request['kind']; body: string }

/** Files a request, once per form and one open at a time, while the appointment can still be changed. */
export async function askForChange(
  db: Db,
  chart: Chart<'appointments'>,
  { id, appointmentId, kind, body }: Asked,
  now: Date
) {
  const can = sql`EXISTS (SELECT 1 FROM ${appointments} a WHERE a.id = ${appointmentId} AND a.patient_id = ${chart.patientId}
    AND a.status IN ('booked', 'pending') AND a.starts_at > ${now.getTime()})`
  const [, , kept] = await db.batch([
    db.run(sql`INSERT INTO ${appointmentRequests} (id, appointment_id, patient_id, account_id, kind, words, submission_id, asked_at)
      SELECT ${id}, ${appointmentId}, ${chart.patientId}, ${chart.viewer.id}, ${kind}, ${body}, ${id}, ${now.getTime()} WHERE ${can}
      ON CONFLICT DO NOTHING`),
    audit(
      db,
      chart.did('change-asked', now, appointmentId),
      sql`EXISTS (SELECT 1 FROM ${appointmentRequests} WHERE id = ${id} AND asked_at = ${now.getTime()})`
    ),
    db
      .select({ id: appointmentRequests.id })
      .from(appointmentRequests)
      .where(
        and(eq(appointmentRequests.submissionId, id), eq(appointmentRequests.accountId, chart.viewer.id))
      ),
  ])
  return kept.length === 1
}

/** Takes the open request back. */
export async function withdrawRequest(
  db: Db,
  chart: Chart<'appointments'>,
  appointmentId: string,
  now: Date
) {
  const open = and(
    eq(appointmentRequests.appointmentId, appointmentId),
    eq(appointmentRequests.patientId, chart.patientId),
    isNull(appointmentRequests.doneAt)
  )
  const [, rows] = await db.batch([
    audit(
      db,
      chart.did('change-withdrawn', now, appointmentId),
      sql`EXISTS (SELECT 1 FROM ${appointmentRequests} WHERE ${open})`
    ),
    db
      .update(appointmentRequests)
      .set({ doneAt: now, doneBy: chart.viewer.id, outcome: 'withdrawn' })
      .where(open)
      .returning({ id: appointmentRequests.id }),
  ])
  return rows.length === 1
}

/** Requests on one page: who has answered the oldest finds the next ones there. */
const mostWaiting = 100

/** What waits for the front desk, oldest first. */
export async function listRequests(db: Db) {
  const [rows] = await db.batch([
    db
      .select({
        request: appointmentRequests,
        startsAt: appointments.startsAt,
        kind: sql<(typeof appointments.$inferSelect)['kind']>`${appointments.kind}`.as('appointment_kind'),
        title: appointments.title,
        status: appointments.status,
        givenName: patients.givenName,
        familyName: patients.familyName,
        phone: sql<string | null>`${patients.phone}`.as('patient_phone'),
        askedBy: sql<string>`${accounts.givenName} || ' ' || ${accounts.familyName}`.as('asked_by'),
      })
      .from(appointmentRequests)
      .innerJoin(appointments, sql`${appointments.id} = ${appointmentRequests.appointmentId}`)
      .innerJoin(patients, eq(patients.id, appointmentRequests.patientId))
      .innerJoin(accounts, eq(accounts.id, appointmentRequests.accountId))
      .where(isNull(appointmentRequests.doneAt))
      .orderBy(asc(appointmentRequests.askedAt))
      .limit(mostWaiting + 1),
  ])
  return { rows: rows.slice(0, mostWaiting), more: rows.length > mostWaiting }
}
export type Waiting = Awaited<ReturnType<typeof listRequests>>['rows'][number]

/** A statement: how many wait, for the dashboard. */
export const countRequests = (db: Db) =>
  db
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(appointmentRequests)
    .where(and(isNull(appointmentRequests.doneAt), gt(appointmentRequests.askedAt, new Date(0))))

/** A statement: what was asked about appointments that are cancelled is answered by that. `by`: nobody, where a feed did it. */
export const closeByCancelling = (db: Db, cancelled: SQL, by: string | null, now: Date) =>
  db
    .update(appointmentRequests)
    .set({
      doneAt: now,
      doneBy: by,
      outcome: sql`CASE ${appointmentRequests.kind} WHEN 'cancel' THEN 'done' ELSE 'cancelled' END`,
    })
    .where(
      and(
        isNull(appointmentRequests.doneAt),
        sql`${appointmentRequests.appointmentId} IN (SELECT id FROM ${appointments} WHERE status = 'cancelled' AND ${cancelled})`
      )
    )

type Answer = { requestId: string; outcome: 'done' | 'declined'; answer: string }

/**
 * Answers a request, once, and says by mail that there is news. Gives back how the request stands then; undefined where
 * there is none.
 */
export async function answerRequest(
  db: Db,
  { viewer, requestId: reference }: { viewer: StaffViewer; requestId: string },
  { requestId, outcome, answer }: Answer,
  now: Date
) {
  const open = and(eq(appointmentRequests.id, requestId), isNull(appointmentRequests.doneAt))
  const answered = sql`EXISTS (SELECT 1 FROM ${appointmentRequests} WHERE id = ${requestId} AND done_at = ${now.getTime()} AND done_by = ${viewer.id})`
  const [[request]] = await db.batch([
    db
      .select({ patientId: appointmentRequests.patientId })
      .from(appointmentRequests)
      .where(eq(appointmentRequests.id, requestId)),
  ])
  if (!request) return undefined
  const { patientId } = request
  const [, , , [stands]] = await db.batch([
    db
      .update(appointmentRequests)
      .set({ doneAt: now, doneBy: viewer.id, outcome, answer: answer || null })
      .where(open),
    noticeChange(db, sql`${patientId}`, now, answered),
    audit(
      db,
      {
        at: now,
        ...actor(viewer),
        patientId,
        action: 'appointments.change-answered',
        subjectId: requestId,
        requestId: reference,
      },
      answered
    ),
    db
      .select({
        request: appointmentRequests,
        givenName: patients.givenName,
        familyName: patients.familyName,
        answeredBy: sql<string | null>`${accounts.givenName} || ' ' || ${accounts.familyName}`.as(
          'answered_by'
        ),
      })
      .from(appointmentRequests)
      .innerJoin(patients, eq(patients.id, appointmentRequests.patientId))
      .leftJoin(accounts, eq(accounts.id, appointmentRequests.doneBy))
      .where(eq(appointmentRequests.id, requestId)),
  ])
  return stands
}
export type Answered = NonNullable<Awaited<ReturnType<typeof answerRequest>>>
