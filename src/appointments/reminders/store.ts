import { and, asc, eq, gt, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import {
  accounts,
  appointmentReminders,
  appointments,
  grants,
  outbox,
  patients,
  practice,
} from '../../db/schema.ts'
import { localDate } from '../../i18n/format.ts'
import { isWanted, wants } from '../../outbox/notifications/store.ts'
import { dueReminder } from './reminder.ts'

const day = 86_400_000
/** Nobody is reminded of an appointment of someone who has died or left the practice. */
const isCaredFor = and(isNull(patients.deceasedAt), isNull(patients.inactiveAt))

/** Everyone who reads a record, and whether as the patient; `of` is the id of the record. */
const readers = (of: SQL) => sql`(
  SELECT p.id AS patient_id, p.account_id, 1 AS own FROM ${patients} p WHERE p.id = ${of} AND p.account_id IS NOT NULL
  UNION SELECT g.patient_id, g.account_id, 0 FROM ${grants} g WHERE g.patient_id = ${of} AND g.revoked_at IS NULL)`

/**
 * A statement that says by mail that something about an appointment is new: to the patient always, to caregivers who want
 * such mails. One that waits to be sent speaks for all that changes meanwhile.
 */
export const noticeChange = (db: Db, patientId: SQL, now: Date, when: SQL) =>
  db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, account_id, patient_id, created_at, due_at)
    SELECT lower(hex(randomblob(11))), 'appointment-changed', r.patient_id, r.account_id, r.patient_id, ${now.getTime()}, ${now.getTime()}
    FROM ${readers(patientId)} r
    WHERE (r.own OR ${wants('appointment-reminder', sql`r.account_id`, sql`r.patient_id`)}) AND ${when}
      AND NOT EXISTS (SELECT 1 FROM ${outbox} o WHERE o.kind = 'appointment-changed' AND o.account_id = r.account_id
        AND o.patient_id = r.patient_id AND o.sent_at IS NULL AND o.failed_at IS NULL AND o.cancelled_at IS NULL
        AND o.rendered_at IS NULL)`)

/**
 * Queues the reminders that are due: one mail to each reader for all appointments of one day, and a row for each
 * appointment, so that no run, late or doubled, reminds of it twice. What moved is reminded of anew.
 */
export async function queueAppointmentReminders(db: Db, now: Date) {
  const [[place], booked] = await db.batch([
    db.select({ timeZone: practice.timeZone }).from(practice),
    db
      .select({
        id: appointments.id,
        patientId: appointments.patientId,
        startsAt: appointments.startsAt,
        createdAt: appointments.createdAt,
        changedAt: appointments.changedAt,
      })
      .from(appointments)
      .innerJoin(patients, eq(patients.id, appointments.patientId))
      .where(
        and(
          isCaredFor,
          gt(appointments.startsAt, now),
          lt(appointments.startsAt, new Date(now.getTime() + 4.2 * day)),
          inArray(appointments.status, ['booked', 'pending'])
        )
      )
      // All of the four days: a limit would be taken up by those that were reminded of already.
      .orderBy(asc(appointments.startsAt)),
  ])
  if (!place) return
  const due = booked.flatMap((each) => {
    const distance = dueReminder(each, now, place.timeZone)
    return distance ? [{ ...each, distance, day: localDate(each.startsAt, place.timeZone) }] : []
  })
  if (due.length === 0) return
  const list = JSON.stringify(
    due.map(({ id, patientId, startsAt, distance, day }) => ({
      id,
      patientId,
      startsAt: startsAt.getTime(),
      distance,
      day,
    }))
  )
  const at = now.getTime()
  // Whoever reads a record of one of these, wants to be reminded, and was not yet.
  const owed = sql`(SELECT d.value ->> 'id' AS id, d.value ->> 'patientId' AS patient_id, d.value ->> 'startsAt' AS starts_at,
      d.value ->> 'distance' AS distance, d.value ->> 'day' AS day, w.account_id
    FROM json_each(${list}) d
    JOIN (SELECT id AS patient_id, account_id FROM ${patients} WHERE account_id IS NOT NULL
      UNION SELECT patient_id, account_id FROM ${grants} WHERE revoked_at IS NULL) w ON w.patient_id = d.value ->> 'patientId'
    WHERE ${wants('appointment-reminder', sql`w.account_id`, sql`w.patient_id`)}
      AND NOT EXISTS (SELECT 1 FROM ${appointmentReminders} r WHERE r.appointment_id = d.value ->> 'id'
        AND r.account_id = w.account_id AND r.days_before = d.value ->> 'distance' AND r.starts_at = d.value ->> 'startsAt'))`
  await db.batch([
    db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, account_id, patient_id, created_at, due_at)
      SELECT lower(hex(randomblob(11))), 'appointment-reminder', min(o.id), o.account_id, o.patient_id, ${at}, ${at}
      FROM ${owed} o GROUP BY o.account_id, o.patient_id, o.day`),
    db.run(sql`INSERT OR IGNORE INTO ${appointmentReminders} (appointment_id, account_id, days_before, starts_at, queued_at)
      SELECT o.id, o.account_id, o.distance, o.starts_at, ${at} FROM ${owed} o`),
  ])
}

/** Whom a mail about appointments goes to, if they may still read the record. */
export async function findReader(db: Db, patientId: string, accountId: string, when: SQL) {
  const [reader] = await db
    .select({ email: accounts.email, language: accounts.language })
    .from(accounts)
    .innerJoin(patients, eq(patients.id, patientId))
    .where(
      and(
        eq(accounts.id, accountId),
        isNull(accounts.deactivatedAt),
        sql`(${patients.accountId} = ${accounts.id} OR EXISTS (SELECT 1 FROM ${grants} g
          WHERE g.patient_id = ${patients.id} AND g.account_id = ${accounts.id} AND g.revoked_at IS NULL))`,
        when
      )
    )
  return reader
}

/** Whether what is new about an appointment is still wanted: the patient is told always. */
export const toldOfChanges = sql`(${patients.accountId} = ${accounts.id} OR ${isWanted('appointment-reminder')})`

/** Whether a reminder that was queued still speaks of something: the patient is cared for, and an appointment of that run stands where it stood. */
export const stillAhead = (patientId: string, accountId: string, queuedAt: Date, now: Date) =>
  sql`${isWanted('appointment-reminder')} AND ${isCaredFor} AND EXISTS (SELECT 1 FROM ${appointmentReminders} r
    JOIN ${appointments} a ON a.id = r.appointment_id AND a.starts_at = r.starts_at
    WHERE a.patient_id = ${patientId} AND r.account_id = ${accountId} AND r.queued_at = ${queuedAt.getTime()}
      AND a.status IN ('booked', 'pending') AND a.starts_at > ${now.getTime()})`
