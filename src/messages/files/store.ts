import { and, asc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import { attachments, messages, threads } from '../../db/schema.ts'
import type { Chart, ReadableChart } from '../../patients/chart.ts'
import { type FileType, limits } from './file-kind.ts'

const listed = {
  id: sql<string>`${attachments.id}`.as('file_id'),
  messageId: attachments.messageId,
  name: attachments.name,
  type: attachments.type,
  size: attachments.size,
  addedAt: attachments.addedAt,
  hasPreview: sql<boolean>`${attachments.previewKey} IS NOT NULL`.mapWith(Boolean).as('has_preview'),
}

/** A statement: the files added to a form of the viewer's that has not been sent, in their order. */
export const filesOfForm = (db: Db, chart: ReadableChart<'messages'>, submissionId: string | Condition) =>
  db
    .select({ ...listed, sha256: attachments.sha256 })
    .from(attachments)
    .where(
      and(
        eq(attachments.accountId, chart.writerId),
        eq(attachments.patientId, chart.patientId),
        eq(attachments.submissionId, submissionId),
        isNull(attachments.messageId),
        isNull(attachments.removedAt)
      )
    )
    .orderBy(asc(attachments.position))

/** A statement: the files of the messages of some threads. */
export const filesOfThreads = (db: Db, chart: ReadableChart<'messages' | 'record'>, threadIds: SQL) =>
  db
    .select(listed)
    .from(attachments)
    .innerJoin(messages, eq(messages.id, attachments.messageId))
    .where(
      and(
        inArray(messages.threadId, threadIds),
        eq(attachments.patientId, chart.patientId),
        isNull(attachments.removedAt),
        isNull(messages.withdrawnAt)
      )
    )
    .orderBy(asc(attachments.position))
export type AttachedFile = Awaited<ReturnType<typeof filesOfThreads>>[number]

export type NewFile = {
  id: string
  name: string
  type: FileType
  size: number
  sha256: string
  objectKey: string
  previewKey: string | null
}

/**
 * Adds files to a form, as many as its limits hold; the same content twice is one file. Returns what the form then has;
 * one that was sent takes no more, and says so by a row of its own.
 */
export async function addFiles(
  db: Db,
  chart: Chart<'messages'>,
  submissionId: string,
  files: NewFile[],
  now: Date
) {
  const own = sql`account_id = ${chart.viewer.id} AND submission_id = ${submissionId} AND removed_at IS NULL`
  const inserts = files.map((file) =>
    db.run(sql`INSERT INTO ${attachments}
      (id, patient_id, account_id, submission_id, position, name, type, size, sha256, object_key, preview_key, added_at)
      SELECT ${file.id}, ${chart.patientId}, ${chart.viewer.id}, ${submissionId},
        (SELECT coalesce(max(position), 0) + 1 FROM ${attachments} WHERE ${own}),
        ${file.name}, ${file.type}, ${file.size}, ${file.sha256}, ${file.objectKey}, ${file.previewKey}, ${now.getTime()}
      WHERE NOT EXISTS (SELECT 1 FROM ${attachments} WHERE ${own} AND sha256 = ${file.sha256})
        AND (SELECT count(*) FROM ${attachments} WHERE ${own}) < ${limits.files}
        AND (SELECT coalesce(sum(size), 0) FROM ${attachments} WHERE ${own}) + ${file.size} <= ${limits.total}
        AND NOT EXISTS (SELECT 1 FROM ${messages} m
          WHERE m.author_id = ${chart.viewer.id} AND m.submission_id = ${submissionId})`)
  )
  const sent = sql`SELECT m.id FROM ${messages} m
    WHERE m.author_id = ${chart.viewer.id} AND m.submission_id = ${submissionId}`
  const [first, ...rest] = [
    ...inserts,
    db.all(sql`SELECT id, sha256, EXISTS (${sent}) AS sent FROM ${attachments} WHERE ${own}
      UNION ALL SELECT '', '', 1 WHERE EXISTS (${sent})`),
  ]
  const results: unknown[] = first ? await db.batch([first, ...rest]) : []
  return (results.at(-1) ?? []) as { id: string; sha256: string; sent: number }[]
}

/** Takes a file off a form that has not been sent. A statement. */
export const removeFile = (
  db: Db,
  chart: Chart<'messages'>,
  submissionId: string,
  fileId: string,
  now: Date
) =>
  db
    .update(attachments)
    .set({ removedAt: now })
    .where(
      and(
        eq(attachments.id, fileId),
        eq(attachments.accountId, chart.viewer.id),
        eq(attachments.patientId, chart.patientId),
        eq(attachments.submissionId, submissionId),
        isNull(attachments.messageId)
      )
    )

/** Rides with a message: from then on the files of its form are the message's. */
export const claimFiles =
  (db: Db, chart: Chart<'messages'>, submissionId: string) => (messageId: string, isIn: Condition) => [
    db
      .update(attachments)
      .set({ messageId })
      .where(
        and(
          eq(attachments.accountId, chart.viewer.id),
          eq(attachments.patientId, chart.patientId),
          eq(attachments.submissionId, submissionId),
          isNull(attachments.messageId),
          isNull(attachments.removedAt),
          isIn
        )
      ),
  ]

/** A file of a message in this record that was not withdrawn, or one of the viewer's own that is not sent yet. */
const isTheirs = (chart: ReadableChart<'messages'>, fileId: string) =>
  and(
    eq(attachments.id, fileId),
    eq(attachments.patientId, chart.patientId),
    isNull(attachments.removedAt),
    or(
      and(isNotNull(messages.id), isNull(messages.withdrawnAt), eq(threads.patientId, chart.patientId)),
      and(isNull(attachments.messageId), eq(attachments.accountId, chart.writerId))
    )
  )

const oneFile = (db: Db, chart: ReadableChart<'messages'>, fileId: string) =>
  db
    .select({
      name: attachments.name,
      type: attachments.type,
      size: attachments.size,
      objectKey: attachments.objectKey,
      previewKey: attachments.previewKey,
    })
    .from(attachments)
    .leftJoin(messages, eq(messages.id, attachments.messageId))
    .leftJoin(threads, eq(threads.id, messages.threadId))
    .where(isTheirs(chart, fileId))
    .limit(1)

export async function findFile(db: Db, chart: ReadableChart<'messages'>, fileId: string) {
  const [[file]] = await db.batch([oneFile(db, chart, fileId)])
  return file
}

/** The same, to be saved: taken down as a download. */
export async function takeFile(db: Db, chart: ReadableChart<'messages'>, fileId: string, now: Date) {
  const [[file]] = await db.batch([
    oneFile(db, chart, fileId),
    audit(
      db,
      chart.did('downloaded', now, fileId),
      sql`EXISTS (SELECT 1 FROM ${attachments} LEFT JOIN ${messages} ON ${messages.id} = ${attachments.messageId}
        LEFT JOIN ${threads} ON ${threads.id} = ${messages.threadId} WHERE ${isTheirs(chart, fileId)})`
    ),
  ])
  return file
}

/** How many are thrown away at a time. */
const most = 500

/** Throws away what was taken off forms and messages: the bytes first, so that no row is lost that still names some. */
export async function sweepFiles(db: Db, bucket: R2Bucket) {
  const [removed] = await db.batch([
    db
      .select({
        id: attachments.id,
        objectKey: attachments.objectKey,
        previewKey: attachments.previewKey,
      })
      .from(attachments)
      .where(isNotNull(attachments.removedAt))
      .limit(most),
  ])
  if (removed.length === 0) return
  const keys = removed.flatMap(({ objectKey, previewKey }) =>
    previewKey ? [objectKey, previewKey] : [objectKey]
  )
  await bucket.delete(keys)
  const ids = JSON.stringify(removed.map(({ id }) => id))
  await db.batch([
    db.run(
      sql`DELETE FROM ${attachments} WHERE removed_at IS NOT NULL AND id IN (SELECT value FROM json_each(${ids}))`
    ),
  ])
}
