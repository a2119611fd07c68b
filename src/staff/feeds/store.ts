import { and, asc, desc, eq, getTableColumns, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { feeds, inbox, inboxMessages, unmatched } from '../../db/schema.ts'
import { feedKey, sha256 } from '../../identity/secret.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { commitChange } from '../practice/store.ts'
import { type Said, type State, saidOf } from './feed.ts'

export const perPage = 25
const week = 7 * 86_400_000
const mostMessages = 300

export type FeedRow = typeof feeds.$inferSelect
export type Body = typeof inbox.$inferSelect & { parkedAt: Date | null }

/** Every feed, and what it sent in the last seven days. */
export async function listFeeds(db: Db, now: Date) {
  const lately = sql`FROM ${inbox} i WHERE i.feed_id = "feeds"."id" AND i.received_at > ${now.getTime() - week}`
  const [rows] = await db.batch([
    db
      .select({
        feed: feeds,
        bodies: sql<number>`(SELECT count(*) ${lately})`.as('bodies'),
        refused: sql<number>`(SELECT count(*) ${lately} AND i.refused_at IS NOT NULL)`.as('refused'),
        unfinished:
          sql<number>`(SELECT count(*) ${lately} AND i.refused_at IS NULL AND i.filed_at IS NULL)`.as(
            'unfinished'
          ),
        waiting: sql<number>`(SELECT count(*) FROM ${unmatched} u WHERE u.feed_id = "feeds"."id"
          AND u.resolved_at IS NULL)`.as('waiting'),
      })
      .from(feeds)
      .orderBy(sql`${feeds.revokedAt} IS NOT NULL`, asc(feeds.name), asc(feeds.id))
      .limit(100),
  ])
  return rows
}
export type Listed = Awaited<ReturnType<typeof listFeeds>>[number]

/** Since when a body has waited for a person to say whose it is. */
const parkedAt = sql<Date | null>`(SELECT max(m.parked_at) FROM ${inboxMessages} m WHERE m.inbox_id = "inbox"."id")`

const bodyColumns = {
  ...getTableColumns(inbox),
  parkedAt: parkedAt.mapWith(inboxMessages.parkedAt).as('parked_at'),
}

const inState: Record<State, SQL> = {
  filed: sql`${inbox.filedAt} IS NOT NULL AND ${inbox.refusedAt} IS NULL AND ${parkedAt} IS NULL`,
  repeated: sql`EXISTS (SELECT 1 FROM ${inboxMessages} m WHERE m.inbox_id = ${inbox.id} AND m.repeats IS NOT NULL)`,
  waiting: sql`EXISTS (SELECT 1 FROM ${inboxMessages} m WHERE m.inbox_id = ${inbox.id} AND m.parked_at IS NOT NULL)`,
  refused: sql`${inbox.refusedAt} IS NOT NULL`,
  unfinished: sql`${inbox.filedAt} IS NULL AND ${inbox.refusedAt} IS NULL`,
}

/** A feed and one page of what it sent, newest first; `state`: only what came to that. */
export async function findFeed(db: Db, feedId: string, page: number, state: State | undefined) {
  const which = and(eq(inbox.feedId, feedId), state && inState[state])
  const [[feed], bodies, [all]] = await db.batch([
    db.select().from(feeds).where(eq(feeds.id, feedId)),
    db
      .select(bodyColumns)
      .from(inbox)
      .where(which)
      .orderBy(desc(inbox.receivedAt), desc(inbox.id))
      .limit(perPage)
      .offset((page - 1) * perPage),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(inbox)
      .where(which),
  ])
  return feed && { feed, bodies, total: all?.count ?? 0 }
}

/** One body with its messages, in their order. */
export async function findBody(db: Db, feedId: string, inboxId: string) {
  const [[feed], [body], messages] = await db.batch([
    db.select().from(feeds).where(eq(feeds.id, feedId)),
    db
      .select(bodyColumns)
      .from(inbox)
      .where(and(eq(inbox.id, inboxId), eq(inbox.feedId, feedId))),
    db
      .select()
      .from(inboxMessages)
      .where(and(eq(inboxMessages.inboxId, inboxId), eq(inboxMessages.feedId, feedId)))
      .orderBy(desc(sql`coalesce(filed_at, parked_at, refused_at) IS NULL`), asc(inboxMessages.position))
      .limit(mostMessages),
  ])
  return feed && body && { feed, body, messages }
}
export type FoundBody = NonNullable<Awaited<ReturnType<typeof findBody>>>

type Clerk = { viewer: StaffViewer; requestId: string }
type NewFeed = Pick<FeedRow, 'id' | 'name' | 'scope' | 'ownAuthorities'> & { timeZone: string }

/** Makes a feed; the same form sent twice makes one. Its key is worked out from its id and kept nowhere. */
export async function addFeed(
  db: Db,
  tokenKey: string,
  { viewer, requestId }: Clerk,
  feed: NewFeed,
  now: Date
) {
  const keyHash = await sha256(await feedKey(tokenKey, feed.id))
  const isNew = sql`NOT EXISTS (SELECT 1 FROM ${feeds} f WHERE f.id = ${feed.id})`
  await db.batch([
    audit(db, { at: now, ...actor(viewer), action: 'feeds.added', subjectId: feed.id, requestId }, isNew),
    db
      .insert(feeds)
      .values({ ...feed, timeZone: feed.timeZone || null, keyHash, createdAt: now, createdBy: viewer.id })
      .onConflictDoNothing(),
  ])
}

/** A feed that a machine sends by, and how many people wait in what it sent. */
export async function findSettings(db: Db, feedId: string) {
  const [[feed], [waiting]] = await db.batch([
    db
      .select()
      .from(feeds)
      .where(and(eq(feeds.id, feedId), ne(feeds.scope, 'upload'))),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(unmatched)
      .where(and(eq(unmatched.feedId, feedId), isNull(unmatched.resolvedAt))),
  ])
  return feed && { feed, waiting: waiting?.count ?? 0 }
}
export type Settings = NonNullable<Awaited<ReturnType<typeof findSettings>>>

/** Changes what is said of a feed. False when that, or whether it was used, changed meanwhile, or its key was taken back. */
export async function changeFeed(db: Db, clerk: Clerk, was: FeedRow, becomes: Said, now: Date) {
  const stands = sql`EXISTS (SELECT 1 FROM ${feeds} WHERE ${and(
    eq(feeds.id, was.id),
    ne(feeds.scope, 'upload'),
    isNull(feeds.revokedAt),
    eq(feeds.name, was.name),
    eq(feeds.scope, was.scope),
    sql`${feeds.timeZone} IS ${was.timeZone}`,
    sql`json(${feeds.ownAuthorities}) = json(${JSON.stringify(was.ownAuthorities)})`,
    sql`(${feeds.lastUsedAt} IS NOT NULL) = ${was.lastUsedAt ? 1 : 0}`
  )})`
  const change = { act: 'feed-changed', subjectId: was.id, before: saidOf(was), after: becomes } as const
  const { isDone } = await commitChange(db, clerk, change, stands, now, (isIn) => [
    db
      .update(feeds)
      .set({ ...becomes, timeZone: becomes.timeZone || null })
      .where(and(eq(feeds.id, was.id), isIn)),
  ])
  return isDone
}

/** Takes a key back for good: from the next request on it opens nothing. */
export async function revokeFeed(db: Db, { viewer, requestId }: Clerk, feedId: string, now: Date) {
  const live = and(eq(feeds.id, feedId), isNull(feeds.revokedAt), ne(feeds.scope, 'upload'))
  const [, rows] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'feeds.revoked', subjectId: feedId, requestId },
      sql`EXISTS (SELECT 1 FROM ${feeds} WHERE ${live})`
    ),
    db.update(feeds).set({ revokedAt: now, revokedBy: viewer.id }).where(live).returning({ id: feeds.id }),
  ])
  return rows.length === 1
}

/** A statement: that one of the staff took or filed again what a feed sent. */
export const noteBodyAct = (
  db: Db,
  { viewer, requestId }: Clerk,
  act: 'downloaded' | 'replayed',
  inboxId: string,
  now: Date
) => audit(db, { at: now, ...actor(viewer), action: `inbox.${act}`, subjectId: inboxId, requestId })
