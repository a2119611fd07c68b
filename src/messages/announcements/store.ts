import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  accounts,
  announcementRecipients,
  announcements,
  grants,
  messages,
  outbox,
  patients,
  threadReads,
  threads,
} from '../../db/schema.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import type { MailFacts } from '../../outbox/fate.ts'
import { fateColumns } from '../../outbox/store.ts'
import { announcementCategory, pageSize } from '../thread.ts'
import { type AnnouncementFields, type RecipientFacts, readMrns, recipientsPageSize } from './announcement.ts'

export type AnnouncementRow = typeof announcements.$inferSelect

const did = (viewer: StaffViewer, action: string, at: Date, subjectId: string | null, requestId: string) => ({
  at,
  ...actor(viewer),
  action: `announcements.${action}`,
  subjectId,
  requestId,
})

/** Why a patient gets none; null for who can read one. */
const hindrance = sql`CASE WHEN p.deceased_at IS NOT NULL THEN 'deceased' WHEN p.inactive_at IS NOT NULL THEN 'inactive'
  WHEN p.account_id IS NULL AND NOT EXISTS (SELECT 1 FROM ${grants} g WHERE g.patient_id = p.id AND g.revoked_at IS NULL)
  THEN 'no-account' END`

/** Those of the pasted record numbers that nobody has. */
export async function findUnknown(db: Db, mrns: string[]) {
  const [rows] = await db.batch([
    db.all<{ mrn: string }>(sql`SELECT value AS mrn FROM json_each(${JSON.stringify(mrns)})
      WHERE NOT EXISTS (SELECT 1 FROM ${patients} p WHERE p.mrn = value)`),
  ])
  return new Set(rows.map(({ mrn }) => mrn))
}

/** Keeps an announcement with its recipients, to be looked over; the same form again changes it until it is sent. */
export async function saveAnnouncement(
  db: Db,
  viewer: StaffViewer,
  fields: AnnouncementFields,
  requestId: string,
  now: Date
) {
  const { submissionId, subjectEn, subjectEs, bodyEn, bodyEs, audience } = fields
  const mrns = JSON.stringify(readMrns(fields.mrns).map(({ mrn }) => mrn))
  const chosen =
    audience === 'all'
      ? sql`p.account_id IS NOT NULL AND p.inactive_at IS NULL AND p.deceased_at IS NULL`
      : sql`p.mrn IN (SELECT value FROM json_each(${mrns}))`
  const own = and(eq(announcements.authorId, viewer.id), eq(announcements.submissionId, submissionId))
  const unsent = sql`(SELECT ${announcements.id} FROM ${announcements} WHERE ${own} AND started_at IS NULL)`
  const [, , , , [kept]] = await db.batch([
    db.run(sql`INSERT INTO ${announcements}
      (id, audience, subject_en, subject_es, body_en, body_es, author_id, submission_id, saved_at)
      VALUES (${newId()}, ${audience}, ${subjectEn}, ${subjectEs}, ${bodyEn}, ${bodyEs}, ${viewer.id},
        ${submissionId}, ${now.getTime()})
      ON CONFLICT (author_id, submission_id) DO UPDATE SET audience = excluded.audience,
        subject_en = excluded.subject_en, subject_es = excluded.subject_es, body_en = excluded.body_en,
        body_es = excluded.body_es, saved_at = excluded.saved_at WHERE started_at IS NULL`),
    db.run(sql`DELETE FROM ${announcementRecipients} WHERE announcement_id = ${unsent}`),
    db.run(sql`INSERT INTO ${announcementRecipients} (announcement_id, patient_id, skipped)
      SELECT a.id, p.id, ${hindrance} FROM ${announcements} a JOIN ${patients} p
      WHERE a.id = ${unsent} AND ${chosen}`),
    audit(db, did(viewer, 'saved', now, null, requestId), sql`${unsent} IS NOT NULL`),
    db.select({ id: announcements.id }).from(announcements).where(own),
  ])
  return kept?.id
}

const counted = {
  total:
    sql<number>`(SELECT count(*) FROM ${announcementRecipients} r WHERE r.announcement_id = ${announcements.id})`.as(
      'total'
    ),
  skipped: sql<number>`(SELECT count(*) FROM ${announcementRecipients} r
    WHERE r.announcement_id = ${announcements.id} AND r.skipped IS NOT NULL)`.as('skipped_count'),
  sent: sql<number>`(SELECT count(*) FROM ${announcementRecipients} r
    WHERE r.announcement_id = ${announcements.id} AND r.sent_at IS NOT NULL)`.as('sent_count'),
}

export async function listAnnouncements(db: Db, page: number) {
  const [rows, [count]] = await db.batch([
    db
      .select({
        id: announcements.id,
        subjectEn: announcements.subjectEn,
        subjectEs: announcements.subjectEs,
        savedAt: announcements.savedAt,
        startedAt: announcements.startedAt,
        finishedAt: announcements.finishedAt,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
        ...counted,
      })
      .from(announcements)
      .innerJoin(accounts, eq(accounts.id, announcements.authorId))
      .orderBy(desc(announcements.savedAt))
      .limit(pageSize)
      .offset((page - 1) * pageSize),
    db.all<{ total: number }>(sql`SELECT count(*) AS total FROM ${announcements}`),
  ])
  return { rows, total: count?.total ?? 0 }
}
export type AnnouncementSummary = Awaited<ReturnType<typeof listAnnouncements>>['rows'][number]

type Listed = RecipientFacts & { givenName: string; familyName: string; mrn: string | null }
export type Recipient = Listed & { mails: MailFacts[] }

/** One announcement, its author, and one page of its recipients with how far it has come for each. */
export async function findAnnouncement(db: Db, id: string, page: number) {
  const onPage = sql`r.announcement_id = ${id} ORDER BY r.patient_id
    LIMIT ${recipientsPageSize} OFFSET ${(page - 1) * recipientsPageSize}`
  const [[found], recipients, mails] = await db.batch([
    db
      .select({
        ...counted,
        read: sql<number>`(SELECT count(*) FROM ${announcementRecipients} r WHERE r.announcement_id = ${announcements.id}
          AND EXISTS (SELECT 1 FROM ${threadReads} t WHERE t.thread_id = r.thread_id))`.as('read_count'),
        id: announcements.id,
        audience: announcements.audience,
        subjectEn: announcements.subjectEn,
        subjectEs: announcements.subjectEs,
        bodyEn: announcements.bodyEn,
        bodyEs: announcements.bodyEs,
        authorId: announcements.authorId,
        submissionId: announcements.submissionId,
        savedAt: announcements.savedAt,
        startedAt: announcements.startedAt,
        finishedAt: announcements.finishedAt,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
      })
      .from(announcements)
      .innerJoin(accounts, eq(accounts.id, announcements.authorId))
      .where(eq(announcements.id, id)),
    db.all<
      Listed & { threadId: string | null }
    >(sql`SELECT p.given_name AS givenName, p.family_name AS familyName, p.mrn AS mrn,
        r.skipped AS skipped, r.sent_at AS sentAt, r.thread_id AS threadId,
        (SELECT min(t.looked_at) FROM ${threadReads} t WHERE t.thread_id = r.thread_id) AS readAt
      FROM ${announcementRecipients} r JOIN ${patients} p ON p.id = r.patient_id
      WHERE ${onPage}`),
    db
      .select({ ...fateColumns, threadId: outbox.subjectId })
      .from(outbox)
      .where(
        sql`${outbox.subjectId} IN (SELECT r.thread_id FROM ${announcementRecipients} r WHERE ${onPage})`
      ),
  ])
  return (
    found && {
      ...found,
      recipients: recipients.map(({ threadId, ...facts }) => ({
        ...facts,
        mails: mails.filter((mail) => mail.threadId === threadId),
      })),
    }
  )
}
export type AnnouncementFound = NonNullable<Awaited<ReturnType<typeof findAnnouncement>>>

/** The record numbers of one's own that is not sent yet, to change it. */
export async function findToChange(db: Db, viewer: StaffViewer, id: string) {
  const own = and(
    eq(announcements.id, id),
    eq(announcements.authorId, viewer.id),
    isNull(announcements.startedAt)
  )
  const [[row], numbers] = await db.batch([
    db.select().from(announcements).where(own),
    db
      .select({ mrn: patients.mrn })
      .from(announcementRecipients)
      .innerJoin(announcements, eq(announcements.id, announcementRecipients.announcementId))
      .innerJoin(patients, eq(patients.id, announcementRecipients.patientId))
      .where(and(own, eq(announcements.audience, 'list'))),
  ])
  return row && { ...row, mrns: numbers.map(({ mrn }) => mrn).join('\n') }
}

const ownUnsent = (viewer: StaffViewer, id: string): Condition =>
  sql`id = ${id} AND author_id = ${viewer.id} AND started_at IS NULL`

/** Lets one's own announcement go. False when it had gone before, or nobody would get it. */
export async function startAnnouncement(
  db: Db,
  viewer: StaffViewer,
  id: string,
  requestId: string,
  now: Date
) {
  const mayGo = sql`${ownUnsent(viewer, id)} AND EXISTS (SELECT 1 FROM ${announcementRecipients} r
    WHERE r.announcement_id = ${id} AND r.skipped IS NULL)`
  const [, , [row]] = await db.batch([
    audit(
      db,
      did(viewer, 'sent', now, id, requestId),
      sql`EXISTS (SELECT 1 FROM ${announcements} WHERE ${mayGo})`
    ),
    db.run(sql`UPDATE ${announcements} SET started_at = ${now.getTime()} WHERE ${mayGo}`),
    db
      .select({ startedAt: announcements.startedAt })
      .from(announcements)
      .where(and(eq(announcements.id, id), eq(announcements.authorId, viewer.id))),
  ])
  return row && { isStarted: row.startedAt !== null }
}

/** Throws away one's own announcement that has not gone. */
export const removeAnnouncement = (db: Db, viewer: StaffViewer, id: string, requestId: string, now: Date) =>
  db.batch([
    audit(
      db,
      did(viewer, 'removed', now, id, requestId),
      sql`EXISTS (SELECT 1 FROM ${announcements} WHERE ${ownUnsent(viewer, id)})`
    ),
    db.run(sql`DELETE FROM ${announcementRecipients}
      WHERE announcement_id = (SELECT id FROM ${announcements} WHERE ${ownUnsent(viewer, id)})`),
    db.run(sql`DELETE FROM ${announcements} WHERE ${ownUnsent(viewer, id)}`),
  ])

/** Recipients of one batch, and batches of one run: many enough to be quick, few enough to end in time. */
const perBatch = 100
const perRun = 20

/**
 * Sends what has been started, a batch at a time. Each batch is all or nothing, and a patient has one thread of an
 * announcement by index: wherever a run is cut off, the next goes on from there and nobody gets it twice.
 */
export async function sendAnnouncements(db: Db, now: Date) {
  for (let batch = 0; batch < perRun; batch++) {
    const [unfinished] = await db.batch([
      db.all<{ id: string }>(sql`SELECT id FROM ${announcements}
        WHERE started_at IS NOT NULL AND finished_at IS NULL ORDER BY started_at LIMIT 1`),
    ])
    const [announcement] = unfinished
    if (!announcement) return
    await sendBatch(db, announcement.id, now)
  }
}

async function sendBatch(db: Db, id: string, now: Date) {
  const at = now.getTime()
  const left = sql`SELECT l.patient_id FROM ${announcementRecipients} l
    WHERE l.announcement_id = ${id} AND l.sent_at IS NULL AND l.skipped IS NULL ORDER BY l.patient_id LIMIT ${perBatch}`
  const inSpanish = sql`c.language = 'es'`
  await db.batch([
    // Whoever died or left since the list was made: all that are left, as others move up into this batch for them.
    db.run(sql`UPDATE ${announcementRecipients} SET skipped = (SELECT ${hindrance} FROM ${patients} p WHERE p.id = patient_id)
      WHERE announcement_id = ${id} AND sent_at IS NULL AND skipped IS NULL
        AND (SELECT ${hindrance} FROM ${patients} p WHERE p.id = patient_id) IS NOT NULL`),
    db.run(sql`INSERT INTO ${threads} (id, patient_id, subject, category, opened_at, opened_by, last_message_at,
        reply_off_at, reply_off_by, announcement_id)
      SELECT lower(hex(randomblob(11))), p.id, iif(${inSpanish}, a.subject_es, a.subject_en), ${announcementCategory},
        ${at}, a.author_id, ${at}, ${at}, a.author_id, a.id
      FROM ${announcements} a JOIN ${patients} p LEFT JOIN ${accounts} c ON c.id = p.account_id
      WHERE a.id = ${id} AND p.id IN (${left}) ON CONFLICT DO NOTHING`),
    db.run(sql`INSERT INTO ${messages} (id, thread_id, author_id, author_role, body, language, sent_at, submission_id)
      SELECT lower(hex(randomblob(11))), t.id, a.author_id, 'staff', iif(${inSpanish}, a.body_es, a.body_en),
        iif(${inSpanish}, 'es', 'en'), ${at}, t.id
      FROM ${announcements} a JOIN ${threads} t ON t.announcement_id = a.id JOIN ${patients} p ON p.id = t.patient_id
      LEFT JOIN ${accounts} c ON c.id = p.account_id
      WHERE a.id = ${id} AND t.patient_id IN (${left}) ON CONFLICT DO NOTHING`),
    db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, account_id, patient_id, created_at, due_at)
      SELECT lower(hex(randomblob(11))), 'new-message', t.id, reader.account_id, t.patient_id, ${at}, ${at}
      FROM ${threads} t JOIN (SELECT id AS patient_id, account_id FROM ${patients} WHERE account_id IS NOT NULL
        UNION SELECT patient_id, account_id FROM ${grants} WHERE revoked_at IS NULL) reader ON reader.patient_id = t.patient_id
      WHERE t.announcement_id = ${id} AND t.patient_id IN (${left})`),
    db.run(sql`UPDATE ${announcementRecipients} SET sent_at = ${at},
        thread_id = (SELECT t.id FROM ${threads} t WHERE t.announcement_id = ${id}
          AND t.patient_id = ${announcementRecipients}.patient_id)
      WHERE announcement_id = ${id} AND patient_id IN (${left})`),
    db.run(sql`UPDATE ${announcements} SET finished_at = ${at} WHERE id = ${id} AND NOT EXISTS (${left})`),
  ])
}
