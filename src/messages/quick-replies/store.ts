import { and, asc, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { quickReplies } from '../../db/schema.ts'
import type { Viewer } from '../../identity/visit.ts'
import { mostReplies, type Words } from './quick-reply.ts'

/** Who changes something, in which request. */
export type Clerk = { viewer: Viewer; requestId: string }

const inUse = isNull(quickReplies.removedAt)

/** A statement: what a member of the staff may choose from, by name. */
export const usableReplies = (db: Db, viewer: Pick<Viewer, 'id'>) =>
  db
    .select()
    .from(quickReplies)
    .where(and(or(eq(quickReplies.ownerId, viewer.id), isNull(quickReplies.ownerId)), inUse))
    .orderBy(asc(sql`${quickReplies.title} COLLATE NOCASE`))

export const listReplies = async (db: Db, viewer: Pick<Viewer, 'id'>) =>
  (await db.batch([usableReplies(db, viewer)]))[0]

/** One of one's own, or of the practice's. */
export async function findReply(db: Db, viewer: Pick<Viewer, 'id'>, id: string) {
  const [[reply]] = await db.batch([
    db
      .select()
      .from(quickReplies)
      .where(
        and(
          eq(quickReplies.id, id),
          or(eq(quickReplies.ownerId, viewer.id), isNull(quickReplies.ownerId)),
          inUse
        )
      ),
  ])
  return reply
}

const entry = ({ viewer, requestId }: Clerk, act: string, subjectId: string, now: Date) => ({
  at: now,
  accountId: viewer.id,
  actor: viewer.staffRole ?? 'staff',
  action: `quick-replies.${act}`,
  subjectId,
  requestId,
})

/** Adds one, once; without an owner it is the practice's. False when there are too many. */
export async function addReply(
  db: Db,
  clerk: Clerk,
  { id, ownerId, ...words }: Words & { id: string; ownerId: string | null },
  now: Date
) {
  const { title, bodyEn, bodyEs } = words
  const mayBe = sql`NOT EXISTS (SELECT 1 FROM ${quickReplies} WHERE id = ${id})
    AND (SELECT count(*) FROM ${quickReplies} WHERE owner_id IS ${ownerId} AND removed_at IS NULL) < ${mostReplies}`
  const [, , [reply]] = await db.batch([
    audit(db, entry(clerk, 'added', id, now), mayBe),
    db.run(sql`INSERT INTO ${quickReplies} (id, owner_id, title, body_en, body_es, changed_at, changed_by)
      SELECT ${id}, ${ownerId}, ${title}, ${bodyEn}, ${bodyEs}, ${now.getTime()}, ${clerk.viewer.id} WHERE ${mayBe}`),
    db.select({ id: quickReplies.id }).from(quickReplies).where(eq(quickReplies.id, id)),
  ])
  return reply !== undefined
}

/** Changes one that still is as it was when it `was` last changed. False when someone was quicker. */
export const changeReply = (db: Db, clerk: Clerk, id: string, was: Date, words: Words, now: Date) =>
  change(
    db,
    clerk,
    'changed',
    id,
    and(eq(quickReplies.id, id), eq(quickReplies.changedAt, was), inUse),
    // Later than any change before it, whichever request began first.
    { ...words, changedAt: new Date(Math.max(now.getTime(), was.getTime() + 1)) },
    now
  )

/** Takes one out of use. */
export const removeReply = (db: Db, clerk: Clerk, id: string, now: Date) =>
  change(db, clerk, 'removed', id, and(eq(quickReplies.id, id), inUse), { removedAt: now }, now)

async function change(
  db: Db,
  clerk: Clerk,
  act: 'changed' | 'removed',
  id: string,
  stands: SQL | undefined,
  becomes: Partial<typeof quickReplies.$inferInsert>,
  now: Date
) {
  const [, done] = await db.batch([
    audit(db, entry(clerk, act, id, now), sql`EXISTS (SELECT 1 FROM ${quickReplies} WHERE ${stands})`),
    db
      .update(quickReplies)
      .set({ ...becomes, changedBy: clerk.viewer.id })
      .where(stands)
      .returning({ id: quickReplies.id }),
  ])
  return done.length > 0
}
