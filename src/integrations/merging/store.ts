import { and, desc, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { audit } from '../../audit/record.ts'
import type { Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  announcementRecipients,
  appointmentRequests,
  appointments,
  attachments,
  calendarFeeds,
  drafts,
  encounters,
  feeds,
  grants,
  invitationRequests,
  invitations,
  observations,
  outbox,
  patientIdentifiers,
  patientMerges,
  patients,
  recordNotificationChoices,
  releaseChoices,
  reports,
  retiredSubjects,
  threads,
  visitQuestions,
} from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import type { Merge } from '../filing/filing.ts'

type Move = {
  table: SQLiteTable
  /** What a row is known by, as text. */
  key: SQL
  /** Rows that stay, because the survivor has one like it, or because they never change. `m` is the row. */
  stays?: (survivorId: SQL) => SQL
}

/** What follows a patient from one record to another. All else that names a patient stays where it is written. */
export const moves: Record<string, Move> = {
  encounters: { table: encounters, key: sql`id` },
  appointments: { table: appointments, key: sql`id` },
  reports: { table: reports, key: sql`id` },
  observations: { table: observations, key: sql`id` },
  threads: { table: threads, key: sql`id` },
  drafts: { table: drafts, key: sql`json_array(account_id, id)` },
  attachments: { table: attachments, key: sql`id` },
  appointment_requests: { table: appointmentRequests, key: sql`id` },
  visit_questions: { table: visitQuestions, key: sql`id` },
  calendar_feeds: { table: calendarFeeds, key: sql`id` },
  invitations: { table: invitations, key: sql`id` },
  invitation_requests: { table: invitationRequests, key: sql`id` },
  outbox: { table: outbox, key: sql`id` },
  patient_identifiers: { table: patientIdentifiers, key: sql`json_array(authority, value)` },
  grants: {
    table: grants,
    key: sql`id`,
    stays: (survivorId) => sql`m.revoked_at IS NOT NULL OR EXISTS (SELECT 1 FROM ${grants} g
      WHERE g.patient_id = ${survivorId} AND g.account_id = m.account_id AND g.revoked_at IS NULL)`,
  },
  release_choices: {
    table: releaseChoices,
    key: sql`kind`,
    stays: (survivorId) =>
      sql`EXISTS (SELECT 1 FROM ${releaseChoices} r WHERE r.patient_id = ${survivorId} AND r.kind = m.kind)`,
  },
  record_notification_choices: {
    table: recordNotificationChoices,
    key: sql`json_array(account_id, kind)`,
    stays: (survivorId) => sql`EXISTS (SELECT 1 FROM ${recordNotificationChoices} n
      WHERE n.patient_id = ${survivorId} AND n.account_id = m.account_id AND n.kind = m.kind)`,
  },
  announcement_recipients: {
    table: announcementRecipients,
    key: sql`announcement_id`,
    stays: (survivorId) => sql`EXISTS (SELECT 1 FROM ${announcementRecipients} r
      WHERE r.patient_id = ${survivorId} AND r.announcement_id = m.announcement_id)`,
  },
}

/** Tables whose rows bear a sender's name for a patient in their own name. */
const named = ['reports', 'observations', 'appointments']

type Happening = { messageId: string; feedId: string; now: Date; requestId: string }

/**
 * Statements: everything of one record goes over to the other, with portal access, and what moved is written down so that
 * it can go back. Nothing happens when either of them is no living record any more.
 */
export function mergeRecords(
  db: Db,
  { survivorId, retiredId, numbers, renamed }: Merge,
  { messageId, feedId, now, requestId }: Happening
): Statement[] {
  if (retiredId === undefined)
    return numbers.map((number) =>
      db
        .insert(patientIdentifiers)
        .values({ ...number, patientId: survivorId, feedId, linkedAt: now })
        .onConflictDoNothing()
    )
  const id = newId()
  const survivor = sql`${survivorId}`
  const listed = Object.entries(moves).map(
    ([name, { table, key, stays }]) => sql`${name}, (SELECT json_group_array(${key}) FROM ${table} m
      WHERE m.patient_id = ${retiredId} ${stays ? sql`AND NOT (${stays(survivor)})` : sql``})`
  )
  // What the survivor lacks, and gets from the other record.
  const filled = ['account_id', 'email', 'phone'].map((column) => {
    const name = sql.identifier(column)
    return sql`${column}, (SELECT json_group_array(r.${name}) FROM ${patients} s, ${patients} r
      WHERE s.id = ${survivorId} AND r.id = ${retiredId} AND s.${name} IS NULL AND r.${name} IS NOT NULL)`
  })
  const was = sql`'was', (SELECT json_array(account_id, inactive_at) FROM ${patients} WHERE id = ${retiredId})`
  const happened = sql`EXISTS (SELECT 1 FROM ${patientMerges} WHERE id = ${id})`
  const whole = {
    at: now,
    accountId: feedId,
    actor: 'feed',
    action: 'record.merged',
    subjectId: id,
    requestId,
  }
  return [
    db.run(sql`INSERT INTO ${patientMerges} (id, survivor_id, retired_id, message_id, merged_at, moved)
      SELECT ${id}, ${survivorId}, ${retiredId}, ${messageId}, ${now.getTime()}, json_object(${sql.join([...listed, ...filled, was], sql`, `)})
      WHERE (SELECT count(*) FROM ${patients} WHERE id IN (${survivorId}, ${retiredId}) AND merged_into IS NULL) = 2`),
    ...moveAll(db, id, survivor, happened),
    db.run(sql`UPDATE ${patients} SET
        account_id = coalesce(account_id, ${firstMoved(id, 'account_id')}),
        email = coalesce(email, ${firstMoved(id, 'email')}),
        phone = coalesce(phone, ${firstMoved(id, 'phone')})
      WHERE id = ${survivorId} AND ${happened}`),
    db.run(sql`UPDATE ${patients} SET account_id = NULL, merged_into = ${survivorId}, inactive_at = coalesce(inactive_at, ${now.getTime()})
      WHERE id = ${retiredId} AND ${happened}`),
    ...renamed.flatMap(([old, now]) => [
      db.run(sql`INSERT OR IGNORE INTO ${retiredSubjects} (subject, survivor, merge_id)
        SELECT ${old}, ${now}, ${id} WHERE ${happened}`),
      ...renameAll(db, id, old, now, happened),
    ]),
    audit(db, { ...whole, patientId: survivorId }, happened),
    audit(db, { ...whole, patientId: retiredId }, happened),
  ]
}

const movedOf = (mergeId: string, name: string) =>
  sql`(SELECT value FROM json_each((SELECT moved -> ${name} FROM ${patientMerges} WHERE id = ${mergeId})))`
const firstMoved = (mergeId: string, name: string) =>
  sql`(SELECT moved ->> ${`$.${name}[0]`} FROM ${patientMerges} WHERE id = ${mergeId})`

/** The rows that a merge lists go to a patient, those of them that are still with the other one. */
const moveAll = (db: Db, mergeId: string, to: SQL, when: SQL) =>
  Object.entries(moves).map(([name, { table, key }]) =>
    db.run(sql`UPDATE ${table} SET patient_id = ${to}
      WHERE patient_id = (SELECT CASE WHEN survivor_id = ${to} THEN retired_id ELSE survivor_id END FROM ${patientMerges} WHERE id = ${mergeId})
        AND ${key} IN ${movedOf(mergeId, name)} AND ${when}${table === grants ? sql` AND revoked_at IS NULL` : sql``}`)
  )

const renameAll = (db: Db, mergeId: string, old: string, now: string, when: SQL) =>
  named.map((name) =>
    db.run(sql`UPDATE OR IGNORE ${sql.identifier(name)} SET source_id = replace(source_id, ${`|${old}|`}, ${`|${now}|`})
      WHERE id IN ${movedOf(mergeId, name)} AND instr(source_id, ${`|${old}|`}) > 0 AND ${when}`)
  )

/** Merges of this record that stand, with the other record's name: for staff. */
export const listMerges = (db: Db, chart: Chart<'record'>) =>
  db
    .select({
      id: patientMerges.id,
      mergedAt: patientMerges.mergedAt,
      survivorId: patientMerges.survivorId,
      patientId: sql<string>`${patients.id}`.as('patient_id'),
      givenName: patients.givenName,
      familyName: patients.familyName,
      mrn: patients.mrn,
      sender: sql<string | null>`(SELECT f.name FROM ${feeds} f JOIN inbox_messages i ON i.feed_id = f.id
        WHERE i.id = ${patientMerges.messageId})`.as('sender'),
    })
    .from(patientMerges)
    .innerJoin(
      patients,
      sql`${patients.id} = CASE WHEN ${patientMerges.survivorId} = ${chart.patientId} THEN ${patientMerges.retiredId} ELSE ${patientMerges.survivorId} END`
    )
    .where(
      and(
        isNull(patientMerges.undoneAt),
        or(eq(patientMerges.survivorId, chart.patientId), eq(patientMerges.retiredId, chart.patientId))
      )
    )
    .orderBy(desc(patientMerges.mergedAt))

/**
 * Takes a merge back: what moved goes back, with portal access. What came in or was written since stays with the
 * survivor. False when it was taken back before, or is none of this record's.
 */
export async function separateRecords(db: Db, chart: Chart<'record'>, mergeId: string, now: Date) {
  const [merge] = await db
    .select()
    .from(patientMerges)
    .where(and(eq(patientMerges.id, mergeId), eq(patientMerges.survivorId, chart.patientId)))
  if (!merge) return false
  const { survivorId, retiredId } = merge
  const renamed = await db.select().from(retiredSubjects).where(eq(retiredSubjects.mergeId, mergeId))
  const happened = sql`EXISTS (SELECT 1 FROM ${patientMerges} WHERE id = ${mergeId} AND undone_at = ${now.getTime()} AND undone_by = ${chart.viewer.id})`
  const lost = (column: string) =>
    sql`CASE WHEN ${sql.identifier(column)} = ${firstMoved(mergeId, column)} THEN NULL ELSE ${sql.identifier(column)} END`
  const [undone] = await db.batch([
    db
      .update(patientMerges)
      .set({ undoneAt: now, undoneBy: chart.viewer.id })
      .where(
        and(
          eq(patientMerges.id, mergeId),
          isNull(patientMerges.undoneAt),
          sql`EXISTS (SELECT 1 FROM ${patients} p WHERE p.id = ${retiredId} AND p.merged_into = ${survivorId})`
        )
      )
      .returning({ id: patientMerges.id }),
    ...renamed.flatMap(({ subject, survivor }) => renameAll(db, mergeId, survivor, subject, happened)),
    db.run(sql`DELETE FROM ${retiredSubjects} WHERE merge_id = ${mergeId} AND ${happened}`),
    ...moveAll(db, mergeId, sql`${retiredId}`, happened),
    // Whoever said that the two are one gave the number to the survivor.
    db.run(sql`UPDATE ${patientIdentifiers} SET patient_id = ${retiredId} WHERE patient_id = ${survivorId}
      AND value = (SELECT mrn FROM ${patients} WHERE id = ${retiredId}) AND ${happened}`),
    db.run(sql`UPDATE ${patients} SET account_id = ${lost('account_id')}, email = ${lost('email')}, phone = ${lost('phone')}
      WHERE id = ${survivorId} AND ${happened}`),
    db.run(sql`UPDATE ${patients} SET merged_into = NULL,
        account_id = (SELECT moved ->> '$.was[0]' FROM ${patientMerges} WHERE id = ${mergeId}),
        inactive_at = (SELECT moved ->> '$.was[1]' FROM ${patientMerges} WHERE id = ${mergeId})
      WHERE id = ${retiredId} AND ${happened}`),
    audit(db, chart.did('separated', now, mergeId), happened),
    audit(db, { ...chart.did('separated', now, mergeId), patientId: retiredId }, happened),
  ])
  return undone.length === 1
}
