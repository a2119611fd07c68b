import { and, asc, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts, messages, queues, threads, workItems } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import { inRecord } from '../store.ts'
import { answeringRoles } from './work-item.ts'

/** Something stands in the thread that came after `seen`, the last message a page showed. */
export const newerThan = (threadId: string, seen: string) =>
  sql`EXISTS (SELECT 1 FROM ${messages} n WHERE n.thread_id = ${threadId} AND n.sent_at >
    coalesce((SELECT s.sent_at FROM ${messages} s WHERE s.id = ${seen} AND s.thread_id = ${threadId}), 0))`

const doers = alias(accounts, 'doers')

/** A statement: the work a thread made, what is open before what is done, the newest first. */
export const workOf = (db: Db, chart: Chart<'messages'>, threadId: string) =>
  db
    .select({
      queue: workItems.queue,
      kind: workItems.kind,
      openedAt: workItems.openedAt,
      dueAt: workItems.dueAt,
      urgency: workItems.urgency,
      assignedTo: workItems.assignedTo,
      assignedAt: workItems.assignedAt,
      assigneeGivenName: sql<string | null>`${accounts.givenName}`.as('assignee_given_name'),
      assigneeFamilyName: sql<string | null>`${accounts.familyName}`.as('assignee_family_name'),
      doneAt: workItems.doneAt,
      doneHow: workItems.doneHow,
      doneReason: workItems.doneReason,
      doerGivenName: sql<string | null>`${doers.givenName}`.as('doer_given_name'),
      doerFamilyName: sql<string | null>`${doers.familyName}`.as('doer_family_name'),
    })
    .from(workItems)
    .innerJoin(threads, eq(threads.id, workItems.threadId))
    .leftJoin(accounts, eq(accounts.id, workItems.assignedTo))
    .leftJoin(doers, eq(doers.id, workItems.doneBy))
    .where(inRecord(chart, threadId))
    .orderBy(desc(isNull(workItems.doneAt)), desc(workItems.doneAt))
    .limit(20)
export type Work = Awaited<ReturnType<typeof workOf>>[number]

/** A statement: everyone who may answer, at least in the queues of the front desk. */
export const listColleagues = (db: Db) =>
  db
    .select({
      id: accounts.id,
      givenName: accounts.givenName,
      familyName: accounts.familyName,
      staffRole: accounts.staffRole,
    })
    .from(accounts)
    .where(
      and(
        isNotNull(accounts.staffRole),
        inArray(accounts.staffRole, answeringRoles['front-desk']),
        isNull(accounts.deactivatedAt)
      )
    )
    .orderBy(asc(accounts.familyName), asc(accounts.givenName))
export type Colleague = Awaited<ReturnType<typeof listColleagues>>[number]

/** A statement: the queues in use, in order, and how their answers are signed. */
export const listQueuesInUse = (db: Db) =>
  db.select().from(queues).where(isNull(queues.retiredAt)).orderBy(asc(queues.position))

/** A statement: what comes next in the queue of a thread for this viewer, what others have left out. */
export const nextInQueue = (db: Db, chart: Chart<'messages'>, threadId: string) => {
  const queue = sql`(SELECT w.queue FROM ${workItems} w WHERE w.thread_id = ${threadId} ORDER BY w.opened_at DESC LIMIT 1)`
  const first = (assigned: SQL) => sql`SELECT * FROM (SELECT thread_id, urgency, due_at FROM ${workItems}
    WHERE done_at IS NULL AND queue = ${queue} AND assigned_to IS ${assigned} AND thread_id <> ${threadId}
    ORDER BY urgency, due_at LIMIT 1)`
  return db.all<{
    threadId: string
    patientId: string
  }>(sql`SELECT t.id AS threadId, t.patient_id AS patientId
    FROM (${first(sql`NULL`)} UNION ALL ${first(sql`${chart.viewer.id}`)}) next
    JOIN ${threads} t ON t.id = next.thread_id ORDER BY next.urgency, next.due_at LIMIT 1`)
}

/** Takes a thread's open work, if nobody has it yet. False when someone else does, or there is nothing left to do. */
export const claimWork = (db: Db, chart: Chart<'messages'>, threadId: string, now: Date) =>
  assign(db, chart, threadId, 'claimed', { to: chart.viewer.id }, sql`assigned_to IS NULL`, now)

/** Who has a piece of work, and in which queue it lies. */
export type Place = { to: string | null; queue: string }

/** Gives a thread's open work to someone, or to nobody, in a queue; unless others did so after the page `was` shown. */
export const handOver = (
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  place: Place,
  was: Place,
  now: Date
) =>
  assign(
    db,
    chart,
    threadId,
    'handed-over',
    place,
    sql`assigned_to IS ${was.to} AND queue = ${was.queue}`,
    now
  )

async function assign(
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  action: 'claimed' | 'handed-over',
  { to, queue }: { to: string | null; queue?: string },
  stands: SQL,
  now: Date
) {
  const me = chart.viewer.id
  const waits = sql`done_at IS NULL
    AND thread_id = (SELECT ${threads.id} FROM ${threads} WHERE ${inRecord(chart, threadId)})`
  // Someone who may not answer any more, or not there, is given nothing.
  const isDesks = sql`EXISTS (SELECT 1 FROM ${queues} q WHERE q.id = coalesce(${queue ?? null}, ${workItems.queue})
    AND q.answered_by = 'front-desk')`
  const may = sql`(${to} IS NULL OR EXISTS (SELECT 1 FROM ${accounts} a WHERE a.id = ${to} AND a.deactivated_at IS NULL
    AND (${inArray(sql`a.staff_role`, answeringRoles.clinical)}
      OR ${inArray(sql`a.staff_role`, answeringRoles['front-desk'])} AND ${isDesks})))`
  const before = await db.batch([
    audit(
      db,
      chart.did(action, now, threadId),
      sql`EXISTS (SELECT 1 FROM ${workItems} WHERE ${waits} AND ${stands} AND ${may})`
    ),
    db.all<{
      id: string
    }>(sql`UPDATE ${workItems} SET assigned_to = ${to}, queue = coalesce(${queue ?? null}, queue),
      assigned_at = ${to === null ? null : now.getTime()}, assigned_by = ${to === null ? null : me}
      WHERE ${waits} AND ${stands} AND ${may} RETURNING id`),
    db.all<Place>(sql`SELECT assigned_to AS "to", queue FROM ${workItems} WHERE ${waits}`),
  ])
  const [, done, [current]] = before
  // Asked twice, it is as it was asked.
  return done.length > 0 || (current?.to === to && (queue ?? current.queue) === current.queue)
}

/**
 * Ends a conversation and its work. False when something newer than `seen` must be read first, or someone waits for a
 * reply and no reason is given.
 */
export async function closeThread(
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  { seen, reason }: { seen: string; reason: string | null },
  now: Date
) {
  const { id } = chart.viewer
  const at = now.getTime()
  const stands = sql`${inRecord(chart, threadId)} AND closed_at IS NULL AND NOT ${newerThan(threadId, seen)}
    AND (${reason} IS NOT NULL OR NOT EXISTS (SELECT 1 FROM ${workItems} w
      WHERE w.thread_id = ${threadId} AND w.done_at IS NULL AND w.kind = 'answer'))`
  const closes = sql`EXISTS (SELECT 1 FROM ${threads} WHERE ${stands})`
  const [, , , [thread]] = await db.batch([
    audit(db, chart.did('closed', now, threadId), closes),
    db.run(sql`UPDATE ${workItems} SET done_at = ${at}, done_by = ${id}, done_how = 'closed', done_reason = ${reason}
      WHERE thread_id = ${threadId} AND done_at IS NULL AND ${closes}`),
    db.run(sql`UPDATE ${threads} SET closed_at = ${at}, closed_by = ${id} WHERE ${stands}`),
    db.select({ closedAt: threads.closedAt }).from(threads).where(inRecord(chart, threadId)),
  ])
  return thread?.closedAt != null
}

/** Opens a closed conversation again, for both sides. False when there is no such conversation. */
export async function reopenThread(db: Db, chart: Chart<'messages'>, threadId: string, now: Date) {
  const isClosed = and(inRecord(chart, threadId), isNotNull(threads.closedAt))
  const [, , [thread]] = await db.batch([
    audit(db, chart.did('reopened', now, threadId), sql`EXISTS (SELECT 1 FROM ${threads} WHERE ${isClosed})`),
    db.update(threads).set({ closedAt: null, closedBy: null }).where(isClosed),
    db.select({ id: threads.id }).from(threads).where(inRecord(chart, threadId)),
  ])
  return thread !== undefined
}

/** Lets the patient's side reply, or read only. False when there is no such conversation. */
export async function switchReplies(
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  to: 'on' | 'off',
  now: Date
) {
  const differs = and(
    inRecord(chart, threadId),
    to === 'on' ? isNotNull(threads.replyOffAt) : isNull(threads.replyOffAt)
  )
  const [, , [thread]] = await db.batch([
    audit(
      db,
      chart.did(`replies-${to}`, now, threadId),
      sql`EXISTS (SELECT 1 FROM ${threads} WHERE ${differs})`
    ),
    db
      .update(threads)
      .set(
        to === 'on'
          ? { replyOffAt: null, replyOffBy: null }
          : { replyOffAt: now, replyOffBy: chart.viewer.id }
      )
      .where(differs),
    db.select({ id: threads.id }).from(threads).where(inRecord(chart, threadId)),
  ])
  return thread !== undefined
}
