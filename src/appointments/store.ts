import { and, asc, eq, gte, lte, ne, notInArray, type SQL, sql } from 'drizzle-orm'
import { type Db, type Drizzle, value } from '../db/client.ts'
import { appointments, encounters, preparationTexts } from '../db/schema.ts'
import type { ReadableChart } from '../patients/chart.ts'
import { aheadSize, overStatuses, pageSize } from './appointment.ts'

type Key = ReadableChart<'appointments' | 'record'>
export type Appointment = typeof appointments.$inferSelect

const ahead = and(
  eq(appointments.patientId, value('patientId')),
  gte(appointments.startsAt, value('from')),
  notInArray(appointments.status, overStatuses)
)

const next = (db: Drizzle) =>
  db
    .select()
    .from(appointments)
    .where(and(ahead, ne(appointments.status, 'cancelled')))
    .orderBy(asc(appointments.startsAt), asc(appointments.id))
    .limit(value('limit'))

/** What comes next, from the first moment of today, without what was cancelled. A statement. */
export const nextAppointments = (db: Db, { patientId }: Key, startOfToday: Date, limit: number) =>
  db.bound(next, { patientId, from: startOfToday.getTime(), limit })

const texts = (db: Drizzle) => db.select().from(preparationTexts)

/** A statement: the practice's words on getting ready. */
export const preparations = (db: Db) => db.bound(texts, {})

/** Visits that took place, as far as their sender still says so. */
export const happened = (chart: Key, now: Date) =>
  and(
    eq(encounters.patientId, chart.patientId),
    lte(encounters.startedAt, now),
    notInArray(encounters.status, ['planned', 'entered-in-error'])
  ) as SQL

type PastRow = {
  id: string
  what: 'appointment' | 'encounter'
  kind: Appointment['kind'] | null
  status: string
  title: string | null
  startsAt: number
  place: string | null
  clinician: string | null
}
export type PastVisit = Omit<PastRow, 'startsAt'> & { startsAt: Date }

/** Everything from today on, and one page of what lies behind, newest first: booked times and visits together. */
const aheadPages = (db: Drizzle) =>
  db
    .select()
    .from(appointments)
    .where(ahead)
    .orderBy(asc(appointments.startsAt), asc(appointments.id))
    .limit(aheadSize + 1)
    .offset(value('offset'))

export async function listAppointments(
  db: Db,
  chart: ReadableChart<'appointments'>,
  { startOfToday, now, page, aheadPage }: { startOfToday: Date; now: Date; page: number; aheadPage: number }
) {
  const past = sql`
    SELECT id, 'appointment' AS what, kind, status, title, starts_at AS startsAt, place, clinician
    FROM ${appointments}
    WHERE patient_id = ${chart.patientId}
      AND (starts_at < ${startOfToday.getTime()} OR status IN ('fulfilled', 'noshow'))
    UNION ALL
    SELECT id, 'encounter', NULL, status, title, started_at, place, clinician
    FROM ${encounters} WHERE ${happened(chart, now)}`
  const [upcoming, rows, [all]] = await db.batch([
    db.bound(aheadPages, {
      patientId: chart.patientId,
      from: startOfToday.getTime(),
      offset: (aheadPage - 1) * aheadSize,
    }),
    db.all<PastRow>(sql`SELECT * FROM (${past}) ORDER BY startsAt DESC, id
      LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`),
    db.all<{ count: number }>(sql`SELECT count(*) AS count FROM (${past})`),
  ])
  return {
    upcoming: upcoming.slice(0, aheadSize),
    later: upcoming.length > aheadSize,
    past: rows.map((row): PastVisit => ({ ...row, startsAt: new Date(row.startsAt) })),
    total: all?.count ?? 0,
  }
}

export async function findAppointment(db: Db, chart: ReadableChart<'appointments'>, appointmentId: string) {
  const [[appointment]] = await db.batch([
    db
      .select()
      .from(appointments)
      .where(and(eq(appointments.id, appointmentId), eq(appointments.patientId, chart.patientId)))
      .limit(1),
  ])
  return appointment
}
