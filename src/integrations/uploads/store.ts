import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts, inbox, inboxMessages, unmatched, uploads } from '../../db/schema.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import type { Review } from './review.ts'

export const perPage = 25

type Clerk = { viewer: StaffViewer; requestId: string }
export type UploadRow = typeof uploads.$inferSelect

/** Writes down that a file came and who brought it; the same form sent twice brings it once. */
export const addUpload = (
  db: Db,
  { viewer, requestId }: Clerk,
  { inboxId, ...upload }: Pick<UploadRow, 'inboxId' | 'name' | 'columns'>,
  now: Date
) =>
  db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'uploads.received', subjectId: inboxId, requestId },
      sql`NOT EXISTS (SELECT 1 FROM ${uploads} WHERE inbox_id = ${inboxId})`
    ),
    db
      .insert(uploads)
      .values({ inboxId, ...upload, uploadedAt: now })
      .onConflictDoNothing(),
  ])

const columns = {
  upload: uploads,
  receivedAt: inbox.receivedAt,
  format: inbox.format,
  bytes: inbox.bytes,
  rawKey: inbox.rawKey,
  refusedAt: inbox.refusedAt,
  givenName: accounts.givenName,
  familyName: accounts.familyName,
}

/** What staff have uploaded, newest first. */
export async function listUploads(db: Db, page: number) {
  const [rows, [all]] = await db.batch([
    db
      .select(columns)
      .from(uploads)
      .innerJoin(inbox, eq(inbox.id, uploads.inboxId))
      .leftJoin(accounts, eq(accounts.id, inbox.sentBy))
      .where(isNull(uploads.discardedAt))
      .orderBy(desc(uploads.uploadedAt), desc(uploads.inboxId))
      .limit(perPage)
      .offset((page - 1) * perPage),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(uploads)
      .where(isNull(uploads.discardedAt)),
  ])
  return { rows, total: all?.count ?? 0 }
}
export type Listed = Awaited<ReturnType<typeof listUploads>>['rows'][number]

/** One upload, and what became of its messages so far. Reading it is written down: it names patients. */
export async function findUpload(db: Db, { viewer, requestId }: Clerk, inboxId: string, now: Date) {
  const [[found], [fates]] = await db.batch([
    db
      .select(columns)
      .from(uploads)
      .innerJoin(inbox, eq(inbox.id, uploads.inboxId))
      .leftJoin(accounts, eq(accounts.id, inbox.sentBy))
      .where(and(eq(uploads.inboxId, inboxId), isNull(uploads.discardedAt))),
    db
      .select({
        filed: sql<number>`count(*) FILTER (WHERE filed_at IS NOT NULL AND parked_at IS NULL)`.as('filed'),
        waiting: sql<number>`count(*) FILTER (WHERE parked_at IS NOT NULL)`.as('waiting'),
        refused: sql<number>`count(*) FILTER (WHERE refused_at IS NOT NULL)`.as('refused'),
      })
      .from(inboxMessages)
      .where(eq(inboxMessages.inboxId, inboxId)),
    audit(db, { at: now, ...actor(viewer), action: 'uploads.read', subjectId: inboxId, requestId }),
  ])
  return (
    found && {
      ...found,
      review: found.upload.review as Review | null,
      fates: fates ?? { filed: 0, waiting: 0, refused: 0 },
    }
  )
}
export type Found = NonNullable<Awaited<ReturnType<typeof findUpload>>>

/** Keeps what would become of it, until filing has begun. */
export const saveReview = (
  db: Db,
  inboxId: string,
  { told, review }: { told: UploadRow['told']; review: Review }
) =>
  db
    .update(uploads)
    .set({ told, review, total: review.messages })
    .where(and(eq(uploads.inboxId, inboxId), isNull(uploads.startedAt), isNull(uploads.discardedAt)))

/** A file nobody can read anything in. */
export const refuseUpload = (db: Db, inboxId: string, why: string, now: Date) =>
  db.update(inbox).set({ refusedAt: now, outcome: { why } }).where(eq(inbox.id, inboxId))

/** Begins filing, or goes on with it. False for what was not looked over, or is done. */
export async function startFiling(db: Db, { viewer, requestId }: Clerk, inboxId: string, now: Date) {
  const open = sql`EXISTS (SELECT 1 FROM ${uploads} WHERE inbox_id = ${inboxId} AND review IS NOT NULL
    AND finished_at IS NULL AND discarded_at IS NULL)`
  const [, rows] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'uploads.filed', subjectId: inboxId, requestId },
      sql`${open} AND EXISTS (SELECT 1 FROM ${uploads} WHERE inbox_id = ${inboxId} AND started_at IS NULL)`
    ),
    db
      .update(uploads)
      .set({ startedAt: sql`coalesce(${uploads.startedAt}, ${now.getTime()})` })
      .where(and(eq(uploads.inboxId, inboxId), open))
      .returning(),
  ])
  return rows[0]
}

/** How far filing has come; it never goes back. */
export const noteProgress = (db: Db, inboxId: string, done: number, now: Date) =>
  db
    .update(uploads)
    .set({
      done: sql`max(${uploads.done}, ${done})`,
      finishedAt: sql`CASE WHEN ${done} >= ${uploads.total} THEN coalesce(${uploads.finishedAt}, ${now.getTime()}) END`,
    })
    .where(eq(uploads.inboxId, inboxId))

/** Throws a file away that nobody has begun to file. Its bytes are kept like all that ever came in. */
export async function discardUpload(db: Db, { viewer, requestId }: Clerk, inboxId: string, now: Date) {
  const open = and(eq(uploads.inboxId, inboxId), isNull(uploads.startedAt), isNull(uploads.discardedAt))
  const [, rows] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'uploads.discarded', subjectId: inboxId, requestId },
      sql`EXISTS (SELECT 1 FROM ${uploads} WHERE ${open})`
    ),
    db.update(uploads).set({ discardedAt: now, review: null }).where(open).returning({ id: uploads.inboxId }),
    db
      .update(inbox)
      .set({ refusedAt: now, outcome: { why: 'It was thrown away before it was filed.' } })
      .where(
        and(
          eq(inbox.id, inboxId),
          sql`EXISTS (SELECT 1 FROM ${uploads} u WHERE u.inbox_id = ${inboxId} AND u.discarded_at = ${now.getTime()})`
        )
      ),
  ])
  return rows.length === 1
}

/** What a person said about a file, for filing it again; and the places in it that wait, or that someone has decided on. */
export async function findWaiting(db: Db, inboxId: string) {
  const [[upload], places] = await db.batch([
    db.select().from(uploads).where(eq(uploads.inboxId, inboxId)),
    db
      .select({ position: inboxMessages.position })
      .from(inboxMessages)
      .where(
        and(
          eq(inboxMessages.inboxId, inboxId),
          sql`(${inboxMessages.parkedAt} IS NOT NULL OR EXISTS (SELECT 1 FROM ${unmatched} u
            WHERE u.message_id = ${inboxMessages.id} AND u.owed_since IS NOT NULL))`
        )
      ),
  ])
  return { upload, places: places.map(({ position }) => position) }
}
