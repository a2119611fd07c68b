import { and, asc, eq, gte, inArray, is, isNotNull, isNull, lt, ne, or, SQL, sql } from 'drizzle-orm'
import type { SQLiteUpdateSetSource } from 'drizzle-orm/sqlite-core'
import { noticeChange } from '../../appointments/reminders/store.ts'
import { closeByCancelling } from '../../appointments/requests/store.ts'
import { actor, audit } from '../../audit/record.ts'
import type { Db, Statement } from '../../db/client.ts'
import { appointmentRequests, appointments, feeds, patients, preparationTexts } from '../../db/schema.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import type { Chart } from '../../patients/chart.ts'
import { type Booking, endOf, type Planned, type Row, type Told } from './booking.ts'

/** Appointments in one view; a practice of ten doctors has some hundred a day. */
export const most = 400

const withPatient = {
  appointment: appointments,
  givenName: patients.givenName,
  familyName: patients.familyName,
}

const until = (of: string) => sql.raw(`coalesce(${of}.ends_at, ${of}.starts_at + 1800000)`)

/** A statement: what shares its time, and its patient, its room or its clinician, with appointments `a`. */
const inTheWay = (db: Db, which: SQL) =>
  db
    .select()
    .from(appointments)
    .where(
      sql`${appointments.id} IN (SELECT o.id FROM ${appointments} a CROSS JOIN ${appointments} o
        ON o.starts_at > a.starts_at - 86400000 AND o.starts_at < ${until('a')} AND ${until('o')} > a.starts_at AND o.id <> a.id
        AND (o.patient_id = a.patient_id OR (o.room = a.room AND o.place IS a.place) OR o.clinician = a.clinician)
        WHERE ${which} AND o.status <> 'cancelled')`
    )
    .limit(500)

/** Everything between two moments, in order, everywhere or at one place; with the places, and what is in its way elsewhere. */
export async function listBetween(db: Db, from: Date, to: Date, place: string | undefined) {
  const during = and(gte(appointments.startsAt, from), lt(appointments.startsAt, to))
  const there = sql`a.starts_at >= ${from.getTime()} AND a.starts_at < ${to.getTime()} AND a.place = ${place ?? null}`
  const [rows, places, others] = await db.batch([
    db
      .select(withPatient)
      .from(appointments)
      .innerJoin(patients, eq(patients.id, appointments.patientId))
      .where(and(during, place ? eq(appointments.place, place) : undefined))
      .orderBy(asc(appointments.startsAt), asc(appointments.id))
      .limit(most + 1),
    db
      .select({ place: appointments.place })
      .from(appointments)
      .where(and(during, isNotNull(appointments.place)))
      .groupBy(appointments.place)
      .orderBy(asc(appointments.place)),
    // Everywhere, the rows are in each other's way.
    inTheWay(db, there),
  ])
  return {
    rows: rows.slice(0, most),
    more: rows.length > most,
    places: places.flatMap((each) => each.place ?? []),
    others,
  }
}
export type Listed = Awaited<ReturnType<typeof listBetween>>['rows'][number]

/** One patient's appointments that lie ahead, and what is in their way. */
export async function listAhead(db: Db, chart: Chart<'appointments'>, from: Date) {
  const [rows, others] = await db.batch([
    db
      .select(withPatient)
      .from(appointments)
      .innerJoin(patients, eq(patients.id, appointments.patientId))
      .where(and(eq(appointments.patientId, chart.patientId), gte(appointments.startsAt, from)))
      .orderBy(asc(appointments.startsAt), asc(appointments.id))
      .limit(100),
    inTheWay(db, sql`a.patient_id = ${chart.patientId} AND a.starts_at >= ${from.getTime()}`),
  ])
  return { rows, others }
}

/** What is in the way of times: appointments of the patient, of the clinician, or in the same room. */
export const listAround = (
  db: Db,
  patientId: string,
  { place, room, clinician }: Pick<Row, 'place' | 'room' | 'clinician'>,
  times: Planned[]
) => {
  const spans = JSON.stringify(times.map((time) => [time.startsAt.getTime(), endOf(time).getTime()]))
  const starts = times.map(({ startsAt }) => startsAt.getTime())
  return db
    .select()
    .from(appointments)
    .where(
      and(
        gte(appointments.startsAt, new Date(Math.min(...starts) - 86_400_000)),
        lt(appointments.startsAt, new Date(Math.max(...starts) + 86_400_000)),
        sql`EXISTS (SELECT 1 FROM json_each(${spans}) t
          WHERE ${appointments.startsAt} < t.value ->> 1 AND ${until('appointments')} > t.value ->> 0)`,
        ne(appointments.status, 'cancelled'),
        sql`(${appointments.patientId} = ${patientId} OR ${appointments.clinician} = ${clinician}
          OR (${appointments.room} = ${room} AND ${appointments.place} IS ${place}))`
      )
    )
    .limit(500)
}

/** One appointment, where it came from, what was asked about it, and what is in its way. */
export async function findForDesk(db: Db, chart: Chart<'appointments'>, appointmentId: string) {
  const [[found], [request], others] = await db.batch([
    db
      .select({ appointment: appointments, sender: sql<string | null>`${feeds.name}`.as('sender') })
      .from(appointments)
      .leftJoin(feeds, eq(feeds.id, appointments.source))
      .where(and(eq(appointments.id, appointmentId), eq(appointments.patientId, chart.patientId))),
    db
      .select()
      .from(appointmentRequests)
      .where(and(eq(appointmentRequests.appointmentId, appointmentId), isNull(appointmentRequests.doneAt))),
    inTheWay(db, sql`a.id = ${appointmentId}`),
  ])
  return found && { ...found, request, others }
}
export type ForDesk = NonNullable<Awaited<ReturnType<typeof findForDesk>>>

const fieldsOf = (booking: Booking) => ({
  kind: booking.kind,
  title: booking.title || null,
  place: booking.place || null,
  room: booking.room || null,
  address: booking.address || null,
  clinician: booking.clinician || null,
  phone: booking.phone || null,
  preparation: booking.preparation || null,
  note: booking.note || null,
  videoUrl: booking.videoUrl || null,
})

/** Books every planned time, with its trail and one notice. False where the form has booked something else before. */
export async function bookAll(
  db: Db,
  chart: Chart<'appointments'>,
  booking: Booking & { submissionId: string },
  planned: Planned[],
  now: Date
) {
  const idOf = (index: number) =>
    index === 0
      ? booking.submissionId
      : `${booking.submissionId.slice(0, 18)}${String(index).padStart(3, '0')}`
  const rows = planned.map(({ startsAt, endsAt, arriveAt }, index) => ({
    ...fieldsOf(booking),
    id: idOf(index),
    patientId: chart.patientId,
    status: 'booked' as const,
    startsAt,
    endsAt,
    arriveAt,
    seriesId: planned.length > 1 ? booking.submissionId : null,
  }))
  // A form that was sent before finds its first row there, and nothing of the rest is written.
  const statements: Statement[] = [
    ...rows.map((row) => db.insert(appointments).values({ ...row, createdAt: now })),
    ...rows.map(({ id }) => audit(db, chart.did('booked', now, id))),
  ]
  try {
    await db.batch([noticeChange(db, sql`${chart.patientId}`, now, sql`1`), ...statements])
    return true
  } catch (error) {
    const { submissionId } = booking
    const kept = await db
      .select()
      .from(appointments)
      .where(or(eq(appointments.id, submissionId), eq(appointments.seriesId, submissionId)))
      .orderBy(asc(appointments.startsAt))
    if (kept.length === 0) throw error
    return kept.length === rows.length && rows.every((row, index) => saysTheSame(row, kept[index]))
  }
}

const saysTheSame = (row: Partial<Row>, kept: Row | undefined) =>
  JSON.stringify(row) ===
  JSON.stringify(Object.fromEntries(Object.keys(row).map((name) => [name, kept?.[name as keyof Row]])))

/** Which appointment is to change, and the version of it that was looked at. */
type Aim = { appointmentId: string; seen: number }

/** Changes a booking if nobody else has meanwhile. What moved remembers where and when it was; the reader is told. */
export async function changeBooking(
  db: Db,
  chart: Chart<'appointments'>,
  { appointmentId, seen }: Aim,
  booking: Booking,
  time: Planned,
  now: Date
) {
  const at = time.startsAt.getTime()
  const { place, room, clinician } = fieldsOf(booking)
  const moved = sql`${appointments.startsAt} <> ${at}`
  const elsewhere = sql`(${appointments.place} IS NOT ${place} OR ${appointments.room} IS NOT ${room})`
  const other = sql`${appointments.clinician} IS NOT ${clinician}`
  const was = sql`nullif(concat_ws(', ', ${appointments.place}, ${appointments.room}), '')`
  const said = {
    ...fieldsOf(booking),
    startsAt: time.startsAt,
    endsAt: time.endsAt,
    arriveAt: time.arriveAt,
  }
  return change(db, chart, { appointmentId, seen }, now, sql`${appointments.source} IS NULL`, said, {
    previousStartsAt: sql`CASE WHEN ${moved} THEN ${appointments.startsAt} ELSE ${appointments.previousStartsAt} END`,
    previousPlace: sql`CASE WHEN ${elsewhere} THEN ${was} ELSE ${appointments.previousPlace} END`,
    previousClinician: sql`CASE WHEN ${other} THEN ${appointments.clinician} ELSE ${appointments.previousClinician} END`,
  })
}

/** Says more about an appointment whose time another system keeps. */
export const tellMore = (db: Db, chart: Chart<'appointments'>, aim: Aim, told: Told, now: Date) =>
  change(db, chart, aim, now, sql`${appointments.source} IS NOT NULL`, {
    preparation: told.preparation || null,
    note: told.note || null,
    videoUrl: told.videoUrl || null,
    arriveAt: told.arrive > 0 ? sql`${appointments.startsAt} - ${told.arrive * 60_000}` : null,
  })

type Said = SQLiteUpdateSetSource<typeof appointments>

/** What is saved as it was changes nothing, and nobody is told. */
async function change(
  db: Db,
  chart: Chart<'appointments'>,
  { appointmentId, seen }: Aim,
  now: Date,
  which: SQL,
  said: Said,
  kept: Said = {}
) {
  const one = and(
    eq(appointments.id, appointmentId),
    eq(appointments.patientId, chart.patientId),
    sql`${appointments.status} IN ('booked', 'pending')`,
    which
  )
  const target = and(one, eq(appointments.sequence, seen))
  const differs = sql.join(
    Object.entries(said).map(([name, value]) => {
      const column = appointments[name as keyof Row]
      return sql`${column} IS NOT ${value === null || is(value, SQL) ? value : sql.param(value, column)}`
    }),
    sql` OR `
  )
  const can = sql`EXISTS (SELECT 1 FROM ${appointments} WHERE ${target} AND (${differs}))`
  // Sent twice: it is the next version already, and says all that was typed.
  const isDone = and(one, eq(appointments.sequence, seen + 1), sql`NOT (${differs})`)
  const [there] = await db.batch([
    db.select({ id: appointments.id }).from(appointments).where(or(target, isDone)),
    noticeChange(db, sql`${chart.patientId}`, now, can),
    audit(db, chart.did('changed', now, appointmentId), can),
    db
      .update(appointments)
      .set({ ...said, ...kept, changedAt: now, sequence: sql`${appointments.sequence} + 1` })
      .where(and(target, sql`(${differs})`)),
  ])
  return there.length === 1
}

/** Cancels a booking, or with it all later ones of its series; what patients had asked about them is answered by it. */
export async function cancelBooking(
  db: Db,
  chart: Chart<'appointments'>,
  { appointmentId, seen }: Aim,
  { reason, wholeSeries }: { reason: string; wholeSeries: boolean },
  now: Date
) {
  const first = and(
    eq(appointments.id, appointmentId),
    eq(appointments.patientId, chart.patientId),
    eq(appointments.sequence, seen),
    isNull(appointments.source),
    sql`${appointments.status} IN ('booked', 'pending')`
  )
  const can = sql`EXISTS (SELECT 1 FROM ${appointments} WHERE ${first})`
  const cancelled = sql`cancelled_at = ${now.getTime()} AND patient_id = ${chart.patientId}`
  const set = {
    status: 'cancelled' as const,
    cancelledAt: now,
    cancelReason: reason,
    sequence: sql`${appointments.sequence} + 1`,
  }
  const isDone = and(
    eq(appointments.id, appointmentId),
    eq(appointments.patientId, chart.patientId),
    eq(appointments.sequence, seen + 1),
    eq(appointments.status, 'cancelled'),
    eq(appointments.cancelReason, reason),
    isNull(appointments.source)
  )
  const [there] = await db.batch([
    db.select({ id: appointments.id }).from(appointments).where(or(first, isDone)),
    noticeChange(db, sql`${chart.patientId}`, now, can),
    audit(db, chart.did('cancelled', now, appointmentId), can),
    db
      .update(appointments)
      .set(set)
      .where(
        and(
          wholeSeries ? can : sql`0`,
          eq(appointments.patientId, chart.patientId),
          ne(appointments.id, appointmentId),
          sql`${appointments.seriesId} = (SELECT series_id FROM appointments a WHERE a.id = ${appointmentId})`,
          sql`${appointments.startsAt} > (SELECT starts_at FROM appointments a WHERE a.id = ${appointmentId})`,
          sql`${appointments.status} IN ('booked', 'pending')`
        )
      ),
    db.update(appointments).set(set).where(first),
    closeByCancelling(db, cancelled, chart.viewer.id, now),
  ])
  return there.length === 1
}

export async function listPreparations(db: Db) {
  const [rows] = await db.batch([db.select().from(preparationTexts)])
  return rows
}

/** When the practice's words were last changed (ms), by which a form knows whether it still shows them; 0 for never. */
export const newestOf = (rows: { changedAt: Date }[]) =>
  Math.max(0, ...rows.map(({ changedAt }) => changedAt.getTime()))

/**
 * Keeps the practice's words for every kind; an empty pair takes them away. Where someone changed them since `seen`
 * nothing is kept. Answers with what was there before.
 */
export async function savePreparations(
  db: Db,
  { viewer, requestId }: { viewer: StaffViewer; requestId: string },
  {
    texts,
    seen,
  }: { texts: Pick<typeof preparationTexts.$inferInsert, 'kind' | 'en' | 'es'>[]; seen: number },
  now: Date
) {
  const newest = sql`(SELECT coalesce(max(changed_at), 0) FROM ${preparationTexts})`
  // The first of these rows to be written makes this form's own moment the newest.
  const isSeen = sql`${newest} IN (${seen}, ${now.getTime()})`
  const [before] = await db.batch([
    db.select().from(preparationTexts),
    audit(db, { at: now, ...actor(viewer), action: 'practice.preparations', requestId }, isSeen),
    ...texts
      .filter(({ en }) => en !== '')
      .map(({ kind, en, es }) =>
        db.run(sql`INSERT INTO ${preparationTexts} (kind, en, es, changed_at, changed_by)
          SELECT ${kind}, ${en}, ${es}, ${now.getTime()}, ${viewer.id} WHERE ${isSeen}
          ON CONFLICT (kind) DO UPDATE SET en = excluded.en, es = excluded.es, changed_at = excluded.changed_at, changed_by = excluded.changed_by`)
      ),
    db.delete(preparationTexts).where(
      and(
        inArray(
          preparationTexts.kind,
          texts.flatMap(({ kind, en }) => (en === '' ? [kind] : []))
        ),
        isSeen
      )
    ),
  ])
  return before
}
