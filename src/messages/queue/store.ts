import { and, asc, eq, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, messages, outbox, patients, threadReads, threads, workItems } from '../../db/schema.ts'
import type { Language } from '../../i18n/text.ts'
import type { Viewer } from '../../identity/visit.ts'
import { queueEmail } from '../../outbox/queue.ts'
import type { Chart } from '../../patients/chart.ts'
import { liveCaregivers } from '../../patients/grant.ts'
import {
  inRecord,
  type Kept,
  keep,
  replyStatements,
  threadFrom,
  threadStatements,
  written,
} from '../store.ts'
import { type Filter, filters, mostListed, workPageSize } from './work.ts'

const open = isNull(workItems.doneAt)

const chosen = (filter: Filter, viewer: Pick<Viewer, 'id'>, now: Date): SQL | undefined =>
  ({
    all: undefined,
    mine: eq(workItems.assignedTo, viewer.id),
    unassigned: isNull(workItems.assignedTo),
    overdue: lt(workItems.dueAt, now),
  })[filter]

/** How much waits for an answer: a statement, for the queue and the dashboard. It stops counting past `mostListed`. */
export const countOpenWork = (db: Db, viewer: Pick<Viewer, 'id'>, now: Date) =>
  db.all<Record<Filter, number>>(
    sql`SELECT ${sql.join(
      filters.map(
        (filter) => sql`(SELECT count(*) FROM (SELECT 1 FROM ${workItems}
          WHERE ${and(open, chosen(filter, viewer, now))} LIMIT ${mostListed + 1})) AS ${sql.identifier(filter)}`
      ),
      sql`, `
    )}`
  )

const assignee = {
  assignedTo: workItems.assignedTo,
  assigneeGivenName: sql<string | null>`${accounts.givenName}`.as('assignee_given_name'),
  assigneeFamilyName: sql<string | null>`${accounts.familyName}`.as('assignee_family_name'),
}

/** One page of what waits, the next due first, and how much there is. */
export async function listWork(
  db: Db,
  viewer: Pick<Viewer, 'id'>,
  { filter, page }: { filter: Filter; page: number },
  now: Date
) {
  const [rows, [counts]] = await db.batch([
    db
      .select({
        threadId: workItems.threadId,
        openedAt: workItems.openedAt,
        dueAt: workItems.dueAt,
        subject: threads.subject,
        category: threads.category,
        patientId: threads.patientId,
        givenName: patients.givenName,
        familyName: patients.familyName,
        birthDate: patients.birthDate,
        ...assignee,
      })
      .from(workItems)
      .innerJoin(threads, eq(threads.id, workItems.threadId))
      .innerJoin(patients, eq(patients.id, threads.patientId))
      .leftJoin(accounts, eq(accounts.id, workItems.assignedTo))
      .where(and(open, chosen(filter, viewer, now)))
      .orderBy(asc(workItems.dueAt))
      .limit(workPageSize)
      .offset((page - 1) * workPageSize),
    countOpenWork(db, viewer, now),
  ])
  return { rows, counts: counts ?? { all: 0, mine: 0, unassigned: 0, overdue: 0 } }
}
export type WorkList = Awaited<ReturnType<typeof listWork>>
export type WorkRow = WorkList['rows'][number]

/** A thread as staff need it: the conversation, the work it makes, and who reads the answer. */
export async function findCase(db: Db, chart: Chart<'messages'>, threadId: string) {
  const [heads, rows, files, [work], caregivers] = await db.batch([
    ...threadStatements(db, chart, threadId),
    db
      .select({ openedAt: workItems.openedAt, dueAt: workItems.dueAt, ...assignee })
      .from(workItems)
      .innerJoin(threads, eq(threads.id, workItems.threadId))
      .leftJoin(accounts, eq(accounts.id, workItems.assignedTo))
      .where(and(open, inRecord(chart, threadId))),
    liveCaregivers(db, chart),
  ])
  const thread = threadFrom([heads, rows, files])
  return thread && { thread, work, caregivers }
}
export type Case = NonNullable<Awaited<ReturnType<typeof findCase>>>

/** Something stands in the thread that came after `seen`, the last message a page showed. */
const newerThan = (threadId: string, seen: string) =>
  sql`EXISTS (SELECT 1 FROM ${messages} n WHERE n.thread_id = ${threadId} AND n.sent_at >
    coalesce((SELECT s.sent_at FROM ${messages} s WHERE s.id = ${seen} AND s.thread_id = ${threadId}), 0))`

const quietFor = 3_600_000

/** They had a mail about this thread within the hour and have not looked since. */
const toldLately = (threadId: string, accountId: string, now: Date) =>
  sql`EXISTS (SELECT 1 FROM ${outbox} o WHERE o.subject_id = ${threadId} AND o.kind = 'new-message'
    AND o.account_id = ${accountId} AND o.created_at > ${now.getTime() - quietFor}
    AND o.cancelled_at IS NULL AND o.failed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM ${threadReads} r WHERE r.thread_id = o.subject_id
      AND r.account_id = o.account_id AND r.read_at >= o.created_at))`

type AnswerFields = { submissionId: string; body: string; seen: string }

/** Answers a patient, ends the work and tells everyone who may read it. Undefined when something newer must be read first, or the thread was closed. */
export async function addAnswer(
  db: Db,
  chart: Chart<'messages'>,
  { thread, caregivers }: Case,
  { seen, ...fields }: AnswerFields,
  language: Language,
  now: Date
): Promise<Kept | undefined> {
  const messageId = newId()
  const isIn = written(messageId)
  const readers = [chart.patient.accountId, ...caregivers.map(({ accountId }) => accountId)]
  return keep(
    db,
    chart,
    fields,
    now,
    [
      ...replyStatements(db, chart, thread.id, messageId, fields, language, now, {
        unless: newerThan(thread.id, seen),
      }),
      db.run(sql`UPDATE ${workItems} SET done_at = ${now.getTime()}, done_by = ${chart.viewer.id}
      WHERE thread_id = ${thread.id} AND done_at IS NULL AND ${isIn}`),
      ...readers
        .filter((accountId): accountId is string => accountId !== null && accountId !== chart.viewer.id)
        .map((accountId) =>
          queueEmail(
            db,
            { kind: 'new-message', subjectId: thread.id, accountId, patientId: chart.patientId },
            now,
            sql`${isIn} AND NOT ${toldLately(thread.id, accountId, now)}`
          )
        ),
      audit(db, chart.did('answered', now, thread.id), isIn),
    ],
    thread.id
  )
}

/** Takes a thread's open work, if nobody has it yet. False when someone else does, or there is nothing left to do. */
export async function claimWork(db: Db, chart: Chart<'messages'>, threadId: string, now: Date) {
  const { id } = chart.viewer
  const mine = sql`EXISTS (SELECT 1 FROM ${workItems} w WHERE w.thread_id = ${threadId} AND w.done_at IS NULL
    AND w.assigned_to = ${id} AND w.assigned_at = ${now.getTime()})`
  const [, , [work]] = await db.batch([
    db.run(sql`UPDATE ${workItems} SET assigned_to = ${id}, assigned_at = ${now.getTime()}
      WHERE done_at IS NULL AND assigned_to IS NULL
        AND thread_id = (SELECT ${threads.id} FROM ${threads} WHERE ${inRecord(chart, threadId)})`),
    audit(db, chart.did('claimed', now, threadId), mine),
    db
      .select({ assignedTo: workItems.assignedTo })
      .from(workItems)
      .innerJoin(threads, eq(threads.id, workItems.threadId))
      .where(and(open, inRecord(chart, threadId))),
  ])
  return work?.assignedTo === id
}

/** Ends a conversation and its work. False when something newer than `seen` must be read first. */
export async function closeThread(
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  seen: string,
  now: Date
) {
  const { id } = chart.viewer
  const at = now.getTime()
  const closed = sql`EXISTS (SELECT 1 FROM ${threads} c WHERE c.id = ${threadId} AND c.closed_at = ${at} AND c.closed_by = ${id})`
  const [, , , [thread]] = await db.batch([
    db.run(sql`UPDATE ${threads} SET closed_at = ${at}, closed_by = ${id}
      WHERE ${inRecord(chart, threadId)} AND closed_at IS NULL AND NOT ${newerThan(threadId, seen)}`),
    db.run(sql`UPDATE ${workItems} SET done_at = ${at}, done_by = ${id}
      WHERE thread_id = ${threadId} AND done_at IS NULL AND ${closed}`),
    audit(db, chart.did('closed', now, threadId), closed),
    db.select({ closedAt: threads.closedAt }).from(threads).where(inRecord(chart, threadId)),
  ])
  return thread?.closedAt != null
}
