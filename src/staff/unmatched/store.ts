import { and, asc, desc, eq, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { feeds, inbox, inboxMessages, patientIdentifiers, patients, unmatched } from '../../db/schema.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { agreement, likeness } from '../../integrations/filing/candidates.ts'

export const perPage = 25
const mostCandidates = 8
/** Bodies that one decision files again at once, and the clock at each of its strokes. */
export const mostRefiled = 10

const minute = 60_000
const hour = 60 * minute
/** How long the clock comes back to what was decided and could not be filed (milliseconds). */
export const triedFor = 24 * hour

const waits = isNull(unmatched.resolvedAt)
const isOwed = isNotNull(unmatched.owedSince)

const listed = (db: Db, which: SQL) =>
  db
    .select({ one: unmatched, sender: sql<string>`${feeds.name}`.as('sender') })
    .from(unmatched)
    .innerJoin(feeds, eq(feeds.id, unmatched.feedId))
    .where(which)

/** What waits for a person, oldest first; and what one has decided on that is not in its record yet. */
export async function listUnmatched(db: Db, page: number) {
  const [rows, owed, [all]] = await db.batch([
    listed(db, waits)
      .orderBy(asc(unmatched.parkedAt), asc(unmatched.id))
      .limit(perPage)
      .offset((page - 1) * perPage),
    listed(db, isOwed).orderBy(asc(unmatched.owedSince), asc(unmatched.id)).limit(perPage),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(unmatched)
      .where(waits),
  ])
  return { rows, owed, total: all?.count ?? 0 }
}
export type Waiting = Awaited<ReturnType<typeof listUnmatched>>['rows'][number]

/** A statement: how many wait, for the dashboard. */
export const countUnmatched = (db: Db) =>
  db
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(unmatched)
    .where(waits)

/** A statement: how many were decided on more than an hour ago and are in no record. */
export const countOwed = (db: Db, now: Date) =>
  db
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(unmatched)
    .where(lt(unmatched.owedSince, new Date(now.getTime() - hour)))

/** One that waits, and the patients it could be about, likeliest first. `find`: a record number someone typed. */
export async function findUnmatched(
  db: Db,
  viewer: StaffViewer,
  unmatchedId: string,
  find: string,
  now: Date,
  requestId: string
) {
  const of = (column: 'birth_date' | 'identifier' | 'search_name') =>
    sql`(SELECT ${sql.identifier(column)} FROM ${unmatched} WHERE id = ${unmatchedId})`
  const family = sql`(SELECT CASE WHEN search_name = '' THEN NULL ELSE substr(search_name, 1, instr(search_name || ' ', ' ') - 1) END
    FROM ${unmatched} WHERE id = ${unmatchedId})`
  const [[found], people] = await db.batch([
    db
      .select({ one: unmatched, sender: sql<string>`${feeds.name}`.as('sender') })
      .from(unmatched)
      .innerJoin(feeds, eq(feeds.id, unmatched.feedId))
      .where(eq(unmatched.id, unmatchedId)),
    db
      .select()
      .from(patients)
      .where(
        and(
          isNull(patients.mergedInto),
          find === ''
            ? or(
                sql`${patients.birthDate} = ${of('birth_date')}`,
                sql`${patients.mrn} = ${of('identifier')}`,
                sql`${patients.searchName} >= ${family} AND ${patients.searchName} < ${family} || 'zzzz'`
              )
            : eq(patients.mrn, find)
        )
      )
      .orderBy(desc(sql`${patients.birthDate} = ${of('birth_date')}`), asc(patients.id))
      .limit(50),
    audit(db, { at: now, ...actor(viewer), action: 'unmatched.read', subjectId: unmatchedId, requestId }),
  ])
  if (!found) return undefined
  const candidates = people
    .map((patient) => ({ patient, agrees: agreement(found.one, patient) }))
    .filter(({ agrees }) => find !== '' || likeness(agrees) >= 3)
    .sort((a, b) => likeness(b.agrees) - likeness(a.agrees))
    .slice(0, mostCandidates)
  return { ...found, candidates }
}
export type Found = NonNullable<Awaited<ReturnType<typeof findUnmatched>>>

type Decision = { unmatchedId: string; viewer: StaffViewer; now: Date; requestId: string }

const decidedHere = ({ unmatchedId, viewer, now }: Decision) =>
  sql`EXISTS (SELECT 1 FROM ${unmatched} u WHERE u.id = ${unmatchedId} AND u.resolved_by = ${viewer.id}
    AND u.resolved_at = ${now.getTime()})`

/** Says whose it is, once: of two people who decide at once the second finds it done. The number is known from now on. */
export async function linkUnmatched(db: Db, decision: Decision, patientId: string) {
  const { unmatchedId, viewer, now, requestId } = decision
  const done = decidedHere(decision)
  const [rows] = await db.batch([
    db
      .update(unmatched)
      .set({ resolvedAt: now, resolvedBy: viewer.id, resolution: 'linked', patientId, owedSince: now })
      .where(
        and(
          eq(unmatched.id, unmatchedId),
          waits,
          sql`EXISTS (SELECT 1 FROM ${patients} p WHERE p.id = ${patientId} AND p.merged_into IS NULL)`
        )
      )
      .returning({ id: unmatched.id }),
    db.run(sql`INSERT INTO ${patientIdentifiers} (authority, value, patient_id, feed_id, linked_at, linked_by)
      SELECT u.authority, u.identifier, u.patient_id, u.feed_id, u.resolved_at, u.resolved_by FROM ${unmatched} u
      WHERE u.id = ${unmatchedId} AND u.authority IS NOT NULL AND u.identifier IS NOT NULL AND ${done}
      ON CONFLICT DO NOTHING`),
    audit(
      db,
      { at: now, ...actor(viewer), patientId, action: 'record.matched', subjectId: unmatchedId, requestId },
      done
    ),
  ])
  return rows.length === 1
}

/** Whether what was decided is in its record. */
export async function isInRecord(db: Db, unmatchedId: string) {
  const [owed] = await db
    .select({ id: unmatched.id })
    .from(unmatched)
    .where(and(eq(unmatched.id, unmatchedId), isOwed))
  return !owed
}

/** Has the clock come back for another day to what was decided and is in no record. */
export async function tryAgain(db: Db, { unmatchedId, viewer, now, requestId }: Decision) {
  const owed = and(eq(unmatched.id, unmatchedId), isOwed)
  const [, rows] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'record.match-tried', subjectId: unmatchedId, requestId },
      sql`EXISTS (SELECT 1 FROM ${unmatched} WHERE ${owed})`
    ),
    db.update(unmatched).set({ owedSince: now }).where(owed).returning({ id: unmatched.id }),
  ])
  return rows.length === 1
}

/** Leaves it out of every record: what waits, and what was decided on and cannot be filed. */
export async function setAside(db: Db, decision: Decision, reason: string) {
  const { unmatchedId, viewer, now, requestId } = decision
  const [rows] = await db.batch([
    db
      .update(unmatched)
      .set({ resolvedAt: now, resolvedBy: viewer.id, resolution: 'set-aside', reason, owedSince: null })
      .where(and(eq(unmatched.id, unmatchedId), or(waits, isOwed)))
      .returning({ id: unmatched.id }),
    audit(
      db,
      { at: now, ...actor(viewer), action: 'unmatched.set-aside', subjectId: unmatchedId, requestId },
      decidedHere(decision)
    ),
  ])
  return rows.length === 1
}

const kept = { id: inbox.id, rawKey: inbox.rawKey, format: inbox.format, feedId: inbox.feedId }

/**
 * The next body to be filed again, marked as tried: one that someone has decided on, or in which something waits with a
 * number that someone has named a patient by since. Each is taken once for that; where nothing came of it, because the
 * database did not answer, again ten minutes later, for a day.
 */
export async function takeBodyToRefile(db: Db, now: Date) {
  const recently = now.getTime() - 10 * minute
  const aDayAgo = now.getTime() - triedFor
  const decided = sql`${unmatched.owedSince} > ${aDayAgo} AND (${unmatched.retriedAt} IS NULL
    OR ${unmatched.retriedAt} < ${unmatched.owedSince} OR ${unmatched.retriedAt} < ${recently})`
  const named = sql`${waits} AND EXISTS (SELECT 1 FROM ${patientIdentifiers} p WHERE p.authority = ${unmatched.authority}
    AND p.value = ${unmatched.identifier} AND p.linked_at >= ${unmatched.parkedAt} AND p.linked_at > ${aDayAgo}
    AND (${unmatched.retriedAt} IS NULL OR ${unmatched.retriedAt} < p.linked_at
      OR (${unmatched.why} = 'unknown' AND ${unmatched.retriedAt} < ${recently})))`
  const [body] = await db
    .select(kept)
    .from(unmatched)
    .innerJoin(inboxMessages, eq(inboxMessages.id, unmatched.messageId))
    .innerJoin(inbox, eq(inbox.id, inboxMessages.inboxId))
    // Each by its own index: one condition of both would read all that ever waited.
    .where(
      sql`${unmatched.id} IN (SELECT id FROM ${unmatched} WHERE ${decided}
        UNION ALL SELECT id FROM ${unmatched} WHERE ${named})`
    )
    .orderBy(waits, asc(sql`coalesce(${unmatched.retriedAt}, 0)`), asc(inbox.id))
    .limit(1)
  // One that brings down whoever files it must not be the first again.
  if (body)
    await db.run(sql`UPDATE ${unmatched} SET retried_at = ${now.getTime()} WHERE (resolved_at IS NULL OR owed_since IS NOT NULL)
      AND message_id IN (SELECT id FROM ${inboxMessages} WHERE inbox_id = ${body.id})`)
  return body
}

/** The bodies to be filed again: its own, and those that wait with the same number from the same sender. */
export const bodiesToRefile = (db: Db, unmatchedId: string) =>
  db
    .select(kept)
    .from(unmatched)
    .innerJoin(inboxMessages, eq(inboxMessages.id, unmatched.messageId))
    .innerJoin(inbox, eq(inbox.id, inboxMessages.inboxId))
    .where(
      or(
        eq(unmatched.id, unmatchedId),
        sql`${waits} AND EXISTS (SELECT 1 FROM ${unmatched} o WHERE o.id = ${unmatchedId} AND o.feed_id = ${unmatched.feedId}
          AND o.authority = ${unmatched.authority} AND o.identifier = ${unmatched.identifier})`
      )
    )
    .groupBy(inbox.id)
    // Its own first: someone waits to see it in the record.
    .orderBy(desc(sql`max(${unmatched.id} = ${unmatchedId})`), asc(inbox.id))
    .limit(mostRefiled)
