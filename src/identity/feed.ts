import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { feeds, practice } from '../db/schema.ts'
import type { RequestContext } from '../env.ts'
import type { Access } from '../web/routes.ts'
import { sha256 } from './secret.ts'
import type { StaffViewer } from './viewer.ts'

export type FeedScope = Exclude<(typeof feeds.$inferSelect)['scope'], 'upload'>

type FeedRow = Pick<typeof feeds.$inferSelect, 'id' | 'ownAuthorities'> & { timeZone: string }

/** Who may file: a machine that proved itself, or one of the staff who uploads. Filing takes a Sender, which nothing else is. */
export abstract class Sender {
  readonly #row: FeedRow

  protected constructor(row: FeedRow) {
    this.#row = row
  }

  get id() {
    return this.#row.id
  }

  /** Authorities under which it uses the practice's own record numbers. */
  get ownAuthorities(): readonly string[] {
    return this.#row.ownAuthorities
  }

  /** The zone of times that come without one: the sender's own, else the practice's. */
  get timeZone() {
    return this.#row.timeZone
  }
}

/** A machine that proved itself, and what it may file. */
export class Feed<S extends FeedScope> extends Sender {
  readonly #scope: S

  private constructor(row: FeedRow, scope: S) {
    super(row)
    this.#scope = scope
  }

  /** For a key that was given out for this scope and not taken back. */
  static async open<S extends FeedScope>(db: Db, key: string, scope: S) {
    const isLive = and(eq(feeds.keyHash, await sha256(key)), eq(feeds.scope, scope), isNull(feeds.revokedAt))
    const [row] = await senderRow(db, isLive)
    return row && new Feed(row, scope)
  }

  get scope() {
    return this.#scope
  }
}

/** A sender whose message was kept and is filed again, even if its key was taken back since: by one of the staff, or by the clock on their word. */
export class KeptSender extends Sender {
  private constructor(row: FeedRow) {
    super(row)
  }

  static async open(db: Db, feedId: string, _by: StaffViewer | 'clock') {
    const [row] = await senderRow(db, eq(feeds.id, feedId))
    return row && new KeptSender(row)
  }
}

/** Files that staff bring may come from any of the practice's systems. */
const allAuthorities = sql`(SELECT json_group_array(DISTINCT value) FROM feeds f, json_each(f.own_authorities))`

/** The sender of what staff upload. No key opens it: no hash is empty. */
const uploads = { id: 'uploads', name: 'Uploads', scope: 'upload', keyHash: '' } as const

/** One of the staff who brings a file. */
export async function openUploads(db: Db, by: StaffViewer, now: Date) {
  await db
    .insert(feeds)
    .values({ ...uploads, createdAt: now, ownAuthorities: [] })
    .onConflictDoNothing()
  const sender = await KeptSender.open(db, uploads.id, by)
  if (!sender) throw new Error('Uploads have no sender')
  return sender
}

const senderRow = (db: Db, which: SQL | undefined) =>
  db
    .select({
      id: feeds.id,
      ownAuthorities: sql<
        string[]
      >`CASE ${feeds.scope} WHEN 'upload' THEN ${allAuthorities} ELSE ${feeds.ownAuthorities} END`.mapWith(
        feeds.ownAuthorities
      ),
      timeZone: sql<string>`coalesce(${feeds.timeZone}, ${practice.timeZone})`,
    })
    .from(feeds)
    .innerJoin(practice, eq(practice.id, 1))
    .where(which)
    .limit(1)

/** How a kind of feed is told that it may not: machines do not read pages. */
export type Refuse = (c: RequestContext, status: 401 | 413 | 503, why: string) => Response

/** A machine with a live key for the scope, in `Authorization: Bearer`. */
export const feed = <S extends FeedScope>(
  scope: S,
  { maxBody, refuse }: { maxBody: number; refuse: Refuse }
): Access<{ feed: Feed<S> }> => ({
  label: `feed:${scope}`,
  machine: {
    maxBody,
    tooLarge: (c) => refuse(c, 413, `The body is larger than ${maxBody / 1_000_000} MB.`),
    failed: (c) => refuse(c, 503, 'It could not be filed just now, and is safe to send again.'),
  },
  async enter(c, next) {
    const key = c.req.header('Authorization')?.match(/^Bearer +(\S+)$/i)?.[1]
    const opened = key && (await Feed.open(c.var.db, key, scope))
    if (!opened) {
      c.header('WWW-Authenticate', 'Bearer')
      return refuse(c, 401, 'The key is missing, unknown or revoked.')
    }
    c.set('feed', opened)
    await next()
  },
})
