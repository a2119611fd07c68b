import { and, asc, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts, appointments, preparationTexts, visitQuestions } from '../../db/schema.ts'
import { instant } from '../../i18n/wall-clock.ts'
import type { Chart, ReadableChart } from '../../patients/chart.ts'

/** Questions for one day. */
const mostQuestions = 30

const date = /^\d{4}-\d{2}-\d{2}$/

/** The first and the last moment of a calendar day in a zone; undefined for what is no day. */
export function spanOf(day: string, timeZone: string) {
  const noon = new Date(`${day}T12:00:00Z`)
  if (!date.test(day) || Number.isNaN(noon.getTime()) || !noon.toISOString().startsWith(day)) return undefined
  const next = new Date(noon.getTime() + 86_400_000).toISOString().slice(0, 10)
  return { from: new Date(instant(day, '00:00', timeZone)), to: new Date(instant(next, '00:00', timeZone)) }
}

/** Everything on one day of a record, in order, with the questions saved for it. Undefined for what is no day. */
export async function listDay(db: Db, chart: ReadableChart<'appointments'>, day: string, timeZone: string) {
  const span = spanOf(day, timeZone)
  if (!span) return undefined
  const [stops, questions, ready] = await db.batch([
    db
      .select()
      .from(appointments)
      .where(
        and(
          eq(appointments.patientId, chart.patientId),
          gte(appointments.startsAt, span.from),
          lt(appointments.startsAt, span.to)
        )
      )
      .orderBy(asc(appointments.startsAt), asc(appointments.id))
      .limit(50),
    db
      .select({
        id: visitQuestions.id,
        body: visitQuestions.body,
        accountId: visitQuestions.accountId,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
      })
      .from(visitQuestions)
      .innerJoin(accounts, eq(accounts.id, visitQuestions.accountId))
      .where(
        and(
          eq(visitQuestions.patientId, chart.patientId),
          eq(visitQuestions.day, day),
          isNull(visitQuestions.removedAt)
        )
      )
      .orderBy(asc(visitQuestions.addedAt), asc(visitQuestions.id))
      .limit(mostQuestions),
    db.select().from(preparationTexts),
  ])
  return { stops, questions, ready }
}
export type Day = NonNullable<Awaited<ReturnType<typeof listDay>>>

/** Saves a question for a day; the same form sent twice saves it once. False where the list is full. */
export async function saveQuestion(
  db: Db,
  chart: Chart<'appointments'>,
  { id, day, body }: { id: string; day: string; body: string },
  now: Date
) {
  const hasRoom = sql`(SELECT count(*) FROM ${visitQuestions} q WHERE q.patient_id = ${chart.patientId} AND q.day = ${day}
    AND q.removed_at IS NULL) < ${mostQuestions}`
  const [, , kept] = await db.batch([
    db.run(sql`INSERT INTO ${visitQuestions} (id, patient_id, account_id, day, body, submission_id, added_at)
      SELECT ${id}, ${chart.patientId}, ${chart.viewer.id}, ${day}, ${body}, ${id}, ${now.getTime()} WHERE ${hasRoom}
      ON CONFLICT DO NOTHING`),
    audit(
      db,
      chart.did('question-saved', now, id),
      sql`EXISTS (SELECT 1 FROM ${visitQuestions} WHERE id = ${id} AND added_at = ${now.getTime()})`
    ),
    db
      .select({ id: visitQuestions.id })
      .from(visitQuestions)
      .where(and(eq(visitQuestions.id, id), eq(visitQuestions.accountId, chart.viewer.id))),
  ])
  return kept.length === 1
}

/** Takes a question off the list: anyone's who reads this record, for the list is one. */
export async function removeQuestion(db: Db, chart: Chart<'appointments'>, questionId: string, now: Date) {
  const which = and(
    eq(visitQuestions.id, questionId),
    eq(visitQuestions.patientId, chart.patientId),
    isNull(visitQuestions.removedAt)
  )
  const [, rows] = await db.batch([
    audit(
      db,
      chart.did('question-removed', now, questionId),
      sql`EXISTS (SELECT 1 FROM ${visitQuestions} WHERE ${which})`
    ),
    db.update(visitQuestions).set({ removedAt: now }).where(which).returning({ id: visitQuestions.id }),
  ])
  return rows.length === 1
}
