import { and, asc, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Db } from '../../db/client.ts'
import {
  attachments,
  inbox,
  inboxMessages,
  jobRuns,
  mailReports,
  practice,
  registrationCodes,
  reportFiles,
  rosterRows,
  rosters,
  unmatched,
  uploads,
} from '../../db/schema.ts'

const day = 86_400_000

/** Rows that one run takes away of one kind. */
const mostRows = 5000

const portion = (db: Db, table: SQLiteTable, where: SQL) =>
  db.run(
    sql`DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} LIMIT ${mostRows})`
  )

/** Statements: runs of jobs go after 30 days, reports about mails after 90, codes to register 30 days after they ran out. */
export const sweepNotes = (db: Db, now: Date) =>
  [
    portion(db, jobRuns, sql`started_at < ${now.getTime() - 30 * day}`),
    portion(db, mailReports, sql`received_at < ${now.getTime() - 90 * day}`),
    portion(db, registrationCodes, sql`expires_at < ${now.getTime() - 30 * day}`),
  ] as const

/** Stored files that one run looks at: what R2 takes away or lists at once. */
const mostFiles = 1000

/** What need not be read again: it is finished, waits for nobody to say whose it is, and what was decided is filed. */
const isDone = and(
  or(isNotNull(inbox.filedAt), isNotNull(inbox.refusedAt)),
  sql`NOT EXISTS (SELECT 1 FROM ${inboxMessages} m JOIN ${unmatched} u ON u.message_id = m.id
    WHERE m.inbox_id = ${inbox.id} AND (u.resolved_at IS NULL OR u.owed_since IS NOT NULL))`
)

const keptDays = sql`(SELECT keep_bodies_days FROM ${practice} WHERE id = 1)`

/**
 * Throws away what feeds sent as it came, and with it the names that a look at an upload kept, once it is as old as the
 * practice says. The bytes first: a row never says that they are gone while they are there.
 */
export async function sweepBodies(db: Db, bucket: R2Bucket, now: Date) {
  const [old] = await db.batch([
    db
      .select({ id: inbox.id, rawKey: inbox.rawKey })
      .from(inbox)
      .where(
        and(
          isNull(inbox.bodyRemovedAt),
          sql`${inbox.receivedAt} < ${now.getTime()} - ${day} * ${keptDays}`,
          isDone
        )
      )
      .orderBy(asc(inbox.receivedAt))
      .limit(mostFiles),
  ])
  if (old.length === 0) return
  await bucket.delete(old.map(({ rawKey }) => rawKey))
  const these = sql`(SELECT value FROM json_each(${JSON.stringify(old.map(({ id }) => id))}))`
  await db.batch([
    db
      .update(inbox)
      .set({ bodyRemovedAt: now })
      .where(and(sql`${inbox.id} IN ${these}`, isNull(inbox.bodyRemovedAt))),
    db
      .update(uploads)
      .set({
        columns: null,
        told: null,
        review: sql`json_set(${uploads.review}, '$.waiting', json('[]'), '$.refused', json('[]'), '$.faulty', json('[]'))`,
      })
      .where(sql`${uploads.inboxId} IN ${these}`),
  ])
}

/** Lists that one run clears: each may have thousands of rows. */
const mostLists = 10

/**
 * Throws away what lists of patients said, as they came and row by row, once they are as old as the practice keeps what
 * feeds sent. Which patients a list made or changed stays; one that nobody has begun to file is discarded.
 */
export async function sweepRosters(db: Db, bucket: R2Bucket, now: Date) {
  const [old] = await db.batch([
    db
      .select({ id: rosters.id, rawKey: rosters.rawKey })
      .from(rosters)
      .where(
        and(
          isNull(rosters.bodyRemovedAt),
          sql`${rosters.uploadedAt} < ${now.getTime()} - ${day} * ${keptDays}`,
          or(isNotNull(rosters.finishedAt), isNull(rosters.startedAt))
        )
      )
      .orderBy(asc(rosters.uploadedAt))
      .limit(mostLists),
  ])
  if (old.length === 0) return
  await bucket.delete(old.flatMap(({ rawKey }) => rawKey ?? []))
  const these = sql`(SELECT value FROM json_each(${JSON.stringify(old.map(({ id }) => id))}))`
  await db.batch([
    db.delete(rosterRows).where(sql`roster_id IN ${these} AND filed_at IS NULL AND plan IS NOT 'same'`),
    db
      .update(rosterRows)
      .set({
        cells: [],
        mrn: null,
        givenName: null,
        familyName: null,
        searchName: null,
        birthDate: null,
        email: null,
        phone: null,
        language: null,
      })
      .where(sql`roster_id IN ${these}`),
    db
      .update(rosters)
      .set({
        columns: [],
        bodyRemovedAt: now,
        discardedAt: sql`iif(${rosters.startedAt} IS NULL, coalesce(${rosters.discardedAt}, ${now.getTime()}), NULL)`,
      })
      .where(sql`id IN ${these}`),
  ])
}

/** Where files lie that a row must name. What lies anywhere else is not ours to judge. */
const named = ['attachments/', 'previews/', 'reports/', 'inbox/', 'rosters/']

/**
 * The database can be put back by 30 days at most (Time Travel), and may then name again what it does not name now: what
 * is younger is left alone.
 */
const orphanAge = 31 * day

/**
 * Throws away files that no row names: bytes were stored and the row never came. Walks through the bucket a portion a
 * run; `mark` is where the last one stopped. What a feed sent is kept as long as if it had a row.
 */
export async function sweepOrphans(db: Db, bucket: R2Bucket, mark: string | null, now: Date) {
  const { objects, truncated } = await bucket.list({
    limit: mostFiles,
    ...(mark === null ? {} : { startAfter: mark }),
  })
  const old = objects
    .filter(
      ({ key, uploaded }) =>
        named.some((folder) => key.startsWith(folder)) && now.getTime() - uploaded.getTime() > orphanAge
    )
    .map(({ key, uploaded }) => ({ key, uploaded: uploaded.getTime() }))
  if (old.length > 0) {
    const [orphans] = await db.batch([
      db.all<{ key: string }>(sql`SELECT k.value ->> 'key' AS key FROM json_each(${JSON.stringify(old)}) k
        WHERE NOT EXISTS (SELECT 1 FROM ${attachments} WHERE object_key = k.value ->> 'key')
          AND NOT EXISTS (SELECT 1 FROM ${attachments} WHERE preview_key = k.value ->> 'key')
          AND NOT EXISTS (SELECT 1 FROM ${reportFiles} WHERE object_key = k.value ->> 'key')
          AND NOT EXISTS (SELECT 1 FROM ${rosters} WHERE raw_key = k.value ->> 'key')
          AND NOT EXISTS (SELECT 1 FROM ${inbox} WHERE raw_key = k.value ->> 'key')
          AND (k.value ->> 'key' NOT LIKE 'inbox/%' OR k.value ->> 'uploaded' < ${now.getTime()} - ${day} * ${keptDays})`),
    ])
    if (orphans.length > 0) await bucket.delete(orphans.map(({ key }) => key))
  }
  return truncated ? (objects.at(-1)?.key ?? null) : null
}
