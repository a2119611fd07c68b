import { and, asc, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { feeds, inbox, inboxMessages, patientIdentifiers, patients, unmatched } from '../../db/schema.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { agreement, likeness } from '../../integrations/filing/candidates.ts'

export const perPage = 25
const mostCandidates = 8
/** Bodies that one decision files again at once, and the clock at each of its strokes. */
export const mostRefiled = 10

const waits = isNull(unmatched.resolvedAt)

/** What waits for a person, oldest first. */
export async function listUnmatched(db: Db, page: number) {
  const [rows, [all]] = await db.batch([
    db
      .select({ one: unmatched, sender: sql<string>`${feeds.name}`.as('sender') })
      .from(unmatched)
      .innerJoin(feeds, eq(feeds.id, unmatched.feedId))
      .where(waits)
      .orderBy(asc(unmatched.parkedAt), asc(unmatched.id))
      .limit(perPage)
      .offset((page - 1) * perPage),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(unmatched)
      .where(waits),
  ])
  return { rows, total: all?.count ?? 0 }
}
export type Waiting = Awaited<ReturnType<typeof listUnmatched>>['rows'][number]

/** A statement: how many wait, for the dashboard. */
export const countUnmatched = (db: Db) =>
  db
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(unmatched)
    .where(waits)

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
      .set({ resolvedAt: now, resolvedBy: viewer.id, resolution: 'linked', patientId })
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

export async function setAside(db: Db, decision: Decision, reason: string) {
  const { unmatchedId, viewer, now, requestId } = decision
  const [rows] = await db.batch([
    db
      .update(unmatched)
      .set({ resolvedAt: now, resolvedBy: viewer.id, resolution: 'set-aside', reason })
      .where(and(eq(unmatched.id, unmatchedId), waits))
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

const minute = 60_000
const day = 24 * 60 * minute

/**
 * Bodies in which something waits with a number that someone has named a patient by since. Each is taken once for that;
 * where nothing came of it, because the database did not answer, again ten minutes later, for a day.
 */
export async function takeBodiesToRefile(db: Db, now: Date) {
  const named = sql`EXISTS (SELECT 1 FROM ${patientIdentifiers} p WHERE p.authority = ${unmatched.authority}
    AND p.value = ${unmatched.identifier} AND p.linked_at >= ${unmatched.parkedAt}
    AND p.linked_at > ${now.getTime() - day}
    AND (${unmatched.retriedAt} IS NULL OR ${unmatched.retriedAt} < p.linked_at
      OR (${unmatched.why} = 'unknown' AND ${unmatched.retriedAt} < ${now.getTime() - 10 * minute})))`
  const found = db
    .select({ id: inbox.id })
    .from(unmatched)
    .innerJoin(inboxMessages, eq(inboxMessages.id, unmatched.messageId))
    .innerJoin(inbox, eq(inbox.id, inboxMessages.inboxId))
    .where(and(waits, named))
    .groupBy(inbox.id)
    .orderBy(asc(sql`min(coalesce(${unmatched.retriedAt}, 0))`), asc(inbox.id))
    .limit(mostRefiled)
  const bodies = await db.select(kept).from(inbox).where(inArray(inbox.id, found))
  const ids = JSON.stringify(bodies.map(({ id }) => id))
  await db.run(sql`UPDATE ${unmatched} SET retried_at = ${now.getTime()} WHERE resolved_at IS NULL
    AND message_id IN (SELECT id FROM ${inboxMessages} WHERE inbox_id IN (SELECT value FROM json_each(${ids})))`)
  return bodies
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
    // Its own first: what was decided waits no more, and nobody would come back to it.
    .orderBy(desc(sql`max(${unmatched.id} = ${unmatchedId})`), asc(inbox.id))
    .limit(mostRefiled)
