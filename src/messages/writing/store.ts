import { and, desc, eq, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import { type Condition, type Db, type Drizzle, value } from '../../db/client.ts'
import { attachments, drafts, messages, threads } from '../../db/schema.ts'
import type { Chart, ReadableChart } from '../../patients/chart.ts'
import { liveCaregivers } from '../../patients/grant.ts'
import { claimFiles, filesOfForm } from '../files/store.ts'
import type { DraftFields } from './draft.ts'

/** The viewer's own draft of that id in this record. */
export const ownDraft = (chart: Chart<'messages'>, id: string) =>
  and(eq(drafts.accountId, chart.viewer.id), eq(drafts.patientId, chart.patientId), eq(drafts.id, id))

/** A statement: the thread that the viewer's draft of that id became once it was sent. */
export const becameOf = (db: Db, chart: Chart<'messages'>, id: string) =>
  db
    .select({ threadId: messages.threadId })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(
      and(
        eq(messages.authorId, chart.viewer.id),
        eq(messages.submissionId, id),
        eq(threads.patientId, chart.patientId)
      )
    )

/**
 * What a page to write on shows: who will read it, what the form already holds, the thread it became once sent, and the
 * earlier one it comes after.
 */
export async function findDraft(db: Db, chart: Chart<'messages'>, id: string, after = '') {
  const [caregivers, [draft], files, [sent], [earlier]] = await db.batch([
    liveCaregivers(db, chart),
    db.select().from(drafts).where(ownDraft(chart, id)).limit(1),
    filesOfForm(db, chart, id),
    becameOf(db, chart, id),
    db
      .select({ subject: threads.subject, category: threads.category })
      .from(threads)
      .where(and(eq(threads.id, after), eq(threads.patientId, chart.patientId))),
  ])
  return { caregivers, draft, files, sentIn: sent?.threadId, earlier }
}

const own = (db: Drizzle) =>
  db
    .select({
      id: drafts.id,
      threadId: drafts.threadId,
      subject: drafts.subject,
      threadSubject: sql<string>`coalesce(${threads.subject}, '')`.as('thread_subject'),
      excerpt: sql<string>`substr(${drafts.body}, 1, 140)`.as('excerpt'),
      savedAt: drafts.savedAt,
    })
    .from(drafts)
    .leftJoin(threads, eq(threads.id, drafts.threadId))
    .where(and(eq(drafts.accountId, value('writerId')), eq(drafts.patientId, value('patientId'))))
    .orderBy(desc(drafts.savedAt))
    .limit(20)
export type DraftSummary = ReturnType<typeof own>['_']['result'][number]

/** A statement: unsent messages of the viewer in this record, the newest first. */
export const ownDrafts = (db: Db, { writerId, patientId }: ReadableChart<'messages'>) =>
  db.bound(own, { writerId, patientId })

const inThread = (db: Drizzle) =>
  db
    .select()
    .from(drafts)
    .where(
      and(
        eq(drafts.accountId, value('writerId')),
        eq(drafts.patientId, value('patientId')),
        eq(drafts.threadId, value('threadId'))
      )
    )
    .orderBy(desc(drafts.savedAt))
    .limit(1)

/** A statement: what the viewer last began to write in a thread. */
export const draftInThread = (db: Db, { writerId, patientId }: ReadableChart<'messages'>, threadId: string) =>
  db.bound(inThread, { writerId, patientId, threadId })

/** A statement: the files of that draft. */
export const filesOfDraft = (db: Db, chart: ReadableChart<'messages'>, threadId: string) =>
  filesOfForm(
    db,
    chart,
    sql`(SELECT d.id FROM ${drafts} d WHERE d.account_id = ${chart.writerId} AND d.patient_id = ${chart.patientId}
      AND d.thread_id = ${threadId} ORDER BY d.saved_at DESC LIMIT 1)`
  )

/**
 * Keeps what was typed, as it is. A form that was sent is no draft any more, whenever its last saving arrives. `ifNew`
 * leaves a draft that stands alone. A statement; no trip of its own.
 */
export function saveDraft(
  db: Db,
  chart: Chart<'messages'>,
  draft: DraftFields,
  now: Date,
  { ifNew = false }: { ifNew?: boolean } = {}
) {
  const at = now.getTime()
  const { id, threadId, category, subject, body, aboutKind, aboutId, tell, mayReply, language } = draft
  const me = chart.viewer.id
  const begins = chart.via === 'staff' && threadId === null
  const tellOffAt = begins && !tell ? at : null
  const replyOffAt = begins && !mayReply ? at : null
  return db.run(sql`INSERT INTO ${drafts}
    (id, account_id, patient_id, thread_id, category, subject, body, about_kind, about_id, tell_off_at, reply_off_at,
      language, created_at, saved_at)
    SELECT ${id}, ${me}, ${chart.patientId}, ${threadId}, ${category}, ${subject}, ${body}, ${aboutKind}, ${aboutId},
      ${tellOffAt}, ${replyOffAt}, ${language}, ${at}, ${at}
    WHERE NOT EXISTS (SELECT 1 FROM ${messages} m WHERE m.author_id = ${me} AND m.submission_id = ${id})
      AND (${threadId} IS NULL
        OR EXISTS (SELECT 1 FROM threads t WHERE t.id = ${threadId} AND t.patient_id = ${chart.patientId}))
    ON CONFLICT DO UPDATE SET category = excluded.category, subject = excluded.subject, body = excluded.body,
      about_kind = excluded.about_kind, about_id = excluded.about_id, tell_off_at = excluded.tell_off_at,
      reply_off_at = excluded.reply_off_at, language = excluded.language, saved_at = excluded.saved_at
    WHERE patient_id = excluded.patient_id AND ${ifNew ? 0 : 1}`)
}

/** Throws a draft away, with its files. */
export const removeDraft = (db: Db, chart: Chart<'messages'>, id: string, now: Date) =>
  db.batch([
    db.delete(drafts).where(ownDraft(chart, id)),
    db
      .update(attachments)
      .set({ removedAt: now })
      .where(
        and(
          eq(attachments.accountId, chart.viewer.id),
          eq(attachments.patientId, chart.patientId),
          eq(attachments.submissionId, id),
          sql`${attachments.messageId} IS NULL`
        )
      ),
    audit(db, chart.did('draft-removed', now, id)),
  ])

/** Rides with a message: its files become the message's, and it is no draft any more. */
export const finishDraft =
  (db: Db, chart: Chart<'messages'>, id: string) => (messageId: string, isIn: Condition) => [
    ...claimFiles(db, chart, id)(messageId, isIn),
    db.delete(drafts).where(and(ownDraft(chart, id), isIn)),
  ]

/** What nobody has touched for so long is not going to be sent (milliseconds). */
const longestDraft = 90 * 24 * 60 * 60_000

/** Forgets old drafts; their files go with the next sweep of files. */
export const sweepDrafts = (db: Db, now: Date) => {
  const oldest = now.getTime() - longestDraft
  return [
    db.run(sql`UPDATE ${attachments} SET removed_at = ${now.getTime()}
      WHERE message_id IS NULL AND removed_at IS NULL AND (account_id, submission_id) IN
        (SELECT d.account_id, d.id FROM ${drafts} d WHERE d.saved_at < ${oldest})`),
    db.run(sql`DELETE FROM ${drafts} WHERE saved_at < ${oldest}`),
  ]
}
