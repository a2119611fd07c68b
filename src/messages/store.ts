import { and, asc, desc, eq, gt, isNull, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { audit } from '../audit/record.ts'
import { type Condition, type Db, type Drizzle, type Statement, value } from '../db/client.ts'
import { newId } from '../db/id.ts'
import {
  accounts,
  appointments,
  auditEntries,
  grants,
  messages,
  patients,
  recordViews,
  reports,
  threadReads,
  threads,
  workItems,
} from '../db/schema.ts'
import type { Language } from '../i18n/text.ts'
import { isWanted } from '../outbox/notifications/store.ts'
import type { Chart, ReadableChart } from '../patients/chart.ts'
import { liveCaregivers } from '../patients/grant.ts'
import { filesOfThreads } from './files/store.ts'
import { pageSize, type Thread } from './thread.ts'
import { draftInThread, filesOfDraft, ownDrafts } from './writing/store.ts'

const excerptLength = 140

const author = {
  authorId: messages.authorId,
  authorRole: messages.authorRole,
  relationship: messages.relationship,
  givenName: accounts.givenName,
  familyName: accounts.familyName,
  credentials: accounts.credentials,
  staffRole: accounts.staffRole,
}

/** What the viewer has not read. Someone's own message never counts: sending one reads the thread. */
const unread = sql<boolean>`${threads.lastMessageAt} > coalesce(${threadReads.readAt}, 0)`
  .mapWith(Boolean)
  .as('unread')

const newest = (db: Drizzle) =>
  db
    .select({
      // One name per column: a batch answers with rows by name, and equal names fall together.
      id: sql<string>`${threads.id}`.as('thread_id'),
      subject: threads.subject,
      lastMessageAt: threads.lastMessageAt,
      closedAt: threads.closedAt,
      language: messages.language,
      excerpt: sql<string>`substr(${messages.body}, 1, ${excerptLength})`.as('excerpt'),
      withdrawnAt: messages.withdrawnAt,
      unread,
      ...author,
    })
    .from(threads)
    .innerJoin(
      messages,
      sql`${messages.id} = (SELECT l.id FROM ${messages} l WHERE l.thread_id = ${threads.id} ORDER BY l.sent_at DESC LIMIT 1)`
    )
    .innerJoin(accounts, eq(accounts.id, messages.authorId))
    .leftJoin(
      threadReads,
      and(eq(threadReads.threadId, threads.id), eq(threadReads.accountId, value('readerId')))
    )
    .where(eq(threads.patientId, value('patientId')))
    .orderBy(desc(threads.lastMessageAt))
    .limit(value('limit'))
    .offset(value('offset'))
export type ThreadSummary = ReturnType<typeof newest>['_']['result'][number]

/** The newest threads of a record with their last message: a statement to batch, for the list and for Home. */
export const newestThreads = (
  db: Db,
  { patientId, readerId }: ReadableChart<'messages' | 'record'>,
  limit: number,
  offset = 0
) => db.bound(newest, { patientId, readerId, limit, offset })

const total = (db: Drizzle) =>
  db
    .select({ total: sql<number>`count(*)`.as('total') })
    .from(threads)
    .where(eq(threads.patientId, value('patientId')))

export async function listThreads(db: Db, chart: ReadableChart<'messages'>, page: number) {
  const [rows, [count], drafts] = await db.batch([
    newestThreads(db, chart, pageSize, (page - 1) * pageSize),
    db.bound(total, { patientId: chart.patientId }),
    ownDrafts(db, chart),
  ])
  return { rows, total: count?.total ?? 0, drafts }
}

/**
 * When staff who looked at a record as its patient sees it first read a thread, since a message in it was sent. They can
 * write nothing there: only the trail knows.
 */
export const readAsPatient = (
  patientId: SQLWrapper | string,
  threadId: SQLWrapper | string,
  sentAt: SQLWrapper
) =>
  sql`(SELECT min(e.at) FROM ${recordViews} v JOIN ${auditEntries} e ON e.account_id = v.account_id
    AND e.at BETWEEN v.opened_at AND coalesce(v.ended_at, v.expires_at) AND e.at >= ${sentAt}
    WHERE v.patient_id = ${patientId} AND e.patient_id = v.patient_id
      AND e.action = 'messages.read' AND e.subject_id = ${threadId})`

/** A statement: the messages of the threads that `which` finds, oldest first. One that was taken back has lost its words. */
export const messagesOf = (db: Pick<Drizzle, 'select'>, which: SQL | undefined) =>
  db
    .select({
      id: sql<string>`${messages.id}`.as('message_id'),
      threadId: messages.threadId,
      body: sql<string>`CASE WHEN ${messages.withdrawnAt} IS NULL THEN ${messages.body} ELSE '' END`.as(
        'body'
      ),
      language: messages.language,
      sentAt: messages.sentAt,
      openedAt: sql<Date | null>`CASE WHEN ${messages.authorRole} <> 'staff' THEN
        coalesce(${messages.openedAt}, ${readAsPatient(threads.patientId, threads.id, messages.sentAt)}) END`
        .mapWith(messages.openedAt)
        .as('message_opened_at'),
      withdrawnAt: messages.withdrawnAt,
      flaggedAt: messages.flaggedAt,
      ...author,
    })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .innerJoin(accounts, eq(accounts.id, messages.authorId))
    .where(which)
    .orderBy(asc(messages.sentAt))

const isNamed = and(eq(threads.id, value('threadId')), eq(threads.patientId, value('patientId')))
const head = (db: Drizzle) =>
  db
    .select({
      id: sql<string>`${threads.id}`.as('thread_id'),
      patientId: threads.patientId,
      subject: threads.subject,
      category: threads.category,
      openedAt: threads.openedAt,
      lastMessageAt: threads.lastMessageAt,
      closedAt: threads.closedAt,
      aboutKind: threads.aboutKind,
      aboutId: threads.aboutId,
      replyOffAt: threads.replyOffAt,
      unread,
      taken: sql<boolean>`EXISTS (SELECT 1 FROM ${workItems} w WHERE w.thread_id = ${threads.id}
        AND w.done_at IS NULL AND w.assigned_to IS NOT NULL)`
        .mapWith(Boolean)
        .as('taken'),
      called: sql<boolean>`EXISTS (SELECT 1 FROM ${workItems} w WHERE w.thread_id = ${threads.id}
        AND w.done_how = 'phone' AND w.done_at >= ${threads.lastMessageAt})`
        .mapWith(Boolean)
        .as('called'),
      replyBy: sql<Date | null>`(SELECT w.due_at FROM ${workItems} w WHERE w.thread_id = ${threads.id}
        AND w.done_at IS NULL AND w.kind = 'answer')`
        .mapWith(workItems.dueAt)
        .as('reply_by'),
    })
    .from(threads)
    .leftJoin(
      threadReads,
      and(eq(threadReads.threadId, threads.id), eq(threadReads.accountId, value('readerId')))
    )
    .where(isNamed)
const body = (db: Drizzle) => messagesOf(db, isNamed)

/** The statements that read one thread of the record; `threadFrom` puts their answers together. */
export const threadStatements = (db: Db, chart: ReadableChart<'messages'>, threadId: string) => {
  const { patientId, readerId } = chart
  return [
    db.bound(head, { threadId, patientId, readerId }),
    db.bound(body, { threadId, patientId }),
    filesOfThreads(db, chart, sql`(${threadId})`),
  ] as const
}

type Answers = [
  heads: Omit<Thread, 'messages' | 'files'>[],
  messages: Thread['messages'],
  files: Thread['files'],
  ...rest: unknown[],
]

export const threadFrom = ([[head], messages, files]: Answers): Thread | undefined =>
  head && { ...head, messages, files }

export const inRecord = (chart: ReadableChart<'messages'>, threadId: string) =>
  and(eq(threads.id, threadId), eq(threads.patientId, chart.patientId))

export const findThread = async (db: Db, chart: ReadableChart<'messages'>, threadId: string) =>
  threadFrom(await db.batch([...threadStatements(db, chart, threadId)]))

/** The same, with what the viewer began to reply and who will read it. `lookedAt`: from then on it counts as read, as far as it went. */
export async function openToReply(
  db: Db,
  chart: ReadableChart<'messages'>,
  threadId: string,
  lookedAt: Date | undefined
) {
  const writer = chart.writable
  const [heads, messages, files, [draft], draftFiles, caregivers] = await db.batch([
    ...threadStatements(db, chart, threadId),
    draftInThread(db, chart, threadId),
    filesOfDraft(db, chart, threadId),
    liveCaregivers(db, chart),
    ...(lookedAt && writer
      ? [markRead(db, writer, inRecord(chart, threadId), lookedAt), endUnread(db, writer, threadId, lookedAt)]
      : []),
  ])
  const thread = threadFrom([heads, messages, files])
  return thread && { thread, draft, draftFiles, caregivers }
}

// Up to the last message there was, not up to now: one that is being written at this moment stays unread.
export const markRead = (
  db: Db,
  chart: Chart<'messages'>,
  where: SQL | undefined,
  lookedAt: Date
): Statement =>
  db.run(sql`INSERT INTO ${threadReads} (thread_id, account_id, read_at, looked_at)
    SELECT ${threads.id}, ${chart.viewer.id}, ${threads.lastMessageAt}, ${lookedAt.getTime()}
    FROM ${threads} WHERE ${where}
    ON CONFLICT (thread_id, account_id) DO UPDATE SET
      looked_at = iif(excluded.read_at > read_at, excluded.looked_at, looked_at),
      read_at = max(read_at, excluded.read_at)`)

/** The patient's side has looked: nobody needs to ask any more why it has not. */
const endUnread = (db: Db, chart: Chart<'messages'>, threadId: string, now: Date): Statement =>
  db.run(sql`UPDATE ${workItems} SET done_at = ${now.getTime()}, done_by = ${chart.viewer.id}, done_how = 'read'
    WHERE done_at IS NULL AND kind = 'unread'
      AND thread_id = (SELECT ${threads.id} FROM ${threads} WHERE ${inRecord(chart, threadId)})`)

/**
 * What else becomes true with a message: files that were added to its form, a draft that is no longer one. `isIn` holds
 * once the message of this very attempt is stored.
 */
export type Riders = (messageId: string, isIn: Condition) => Statement[]

export type NewMessageFields = {
  submissionId: string
  subject: string
  category: string
  body: string
  aboutKind?: 'report' | 'appointment' | null
  aboutId?: string | null
}
export type WorkFacts = { queue: string; dueAt: Date; flagged?: boolean }

/** What a submission became: itself, or the message it was when it first arrived. */
export type Kept = { threadId: string; subject: string; body: string }

const minute = 60_000
/** The same words again this soon are the same message: the Back button shows a form with a new id and the old text. */
const soon = 10 * minute

type Submission = { submissionId: string; body: string; subject?: string; category?: string }

/** Of one's own messages, joined with their threads: the ones this submission already became. */
const becomes = (
  chart: Chart<'messages'>,
  { submissionId, body, subject, category }: Submission,
  now: Date,
  threadId?: string
) => {
  const sameWords = and(
    eq(messages.body, body),
    gt(messages.sentAt, new Date(now.getTime() - soon)),
    threadId ? and(eq(threads.id, threadId), eq(messages.sentAt, threads.lastMessageAt)) : undefined,
    subject === undefined ? undefined : eq(threads.subject, subject),
    category === undefined ? undefined : eq(threads.category, category)
  )
  return and(
    eq(messages.authorId, chart.viewer.id),
    eq(threads.patientId, chart.patientId),
    or(eq(messages.submissionId, submissionId), sameWords)
  )
}

/**
 * Commits the statements of a submission together; what it became tells whether it was taken, now or before. A reply
 * names its thread.
 */
export async function keep(
  db: Db,
  chart: Chart<'messages'>,
  submission: Submission,
  now: Date,
  statements: Statement[],
  threadId?: string
): Promise<Kept | undefined> {
  const kept = db
    .select({ threadId: messages.threadId, subject: threads.subject, body: messages.body })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(becomes(chart, submission, now, threadId))
    .orderBy(desc(eq(messages.submissionId, submission.submissionId)))
    .limit(1)
  const [first = kept, ...rest] = statements
  const results: unknown[] = await db.batch([first, ...rest, kept])
  return (results.at(-1) as Kept[])[0]
}

const arrived = (chart: Chart<'messages'>, submission: Submission, now: Date, threadId?: string) =>
  sql`EXISTS (SELECT 1 FROM ${messages} JOIN ${threads} ON ${threads.id} = ${messages.threadId}
    WHERE ${becomes(chart, submission, now, threadId)})`

/** True once the message of this very attempt is in: everything that depends on it carries this guard. */
export const written = (messageId: string) =>
  sql`EXISTS (SELECT 1 FROM ${messages} w WHERE w.id = ${messageId})`

/** The id of what a message is about, if it stands in this record and may be seen; else null. */
const aboutInRecord = (chart: Chart<'messages'>, { aboutKind, aboutId }: NewMessageFields, now: Date) => {
  if (aboutKind === 'report')
    return sql`(SELECT r.id FROM ${reports} r WHERE r.id = ${aboutId} AND r.patient_id = ${chart.patientId}
      AND r.released_at <= ${now.getTime()})`
  if (aboutKind === 'appointment')
    return sql`(SELECT a.id FROM ${appointments} a WHERE a.id = ${aboutId} AND a.patient_id = ${chart.patientId})`
  return sql`NULL`
}

/**
 * The statements that open a thread with its first message, to be followed by what depends on `written(messageId)`.
 * `unless` refuses it.
 */
export const openingStatements = (
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  messageId: string,
  fields: NewMessageFields,
  language: Language,
  now: Date,
  {
    unless = sql`0`,
    flagged = false,
    replyOff = false,
  }: { unless?: SQL; flagged?: boolean; replyOff?: boolean } = {}
) => {
  const at = now.getTime()
  const me = chart.viewer.id
  return [
    db.run(sql`INSERT INTO ${threads} (id, patient_id, subject, category, opened_at, opened_by, last_message_at,
        about_kind, about_id, reply_off_at, reply_off_by)
      SELECT ${threadId}, ${chart.patientId}, ${fields.subject}, ${fields.category}, ${at}, ${me}, ${at},
        iif(about.id IS NULL, NULL, ${fields.aboutKind ?? null}), about.id,
        ${replyOff ? at : null}, ${replyOff ? me : null}
      FROM (SELECT ${aboutInRecord(chart, fields, now)} AS id) AS about
      WHERE NOT ${arrived(chart, fields, now)} AND NOT (${unless})`),
    db.run(sql`INSERT INTO ${messages}
      (id, thread_id, author_id, author_role, relationship, body, language, sent_at, submission_id, flagged_at)
      SELECT ${messageId}, t.id, ${me}, ${chart.via}, ${chart.relationship}, ${fields.body}, ${language},
        ${at}, ${fields.submissionId}, ${flagged ? at : null} FROM ${threads} t WHERE t.id = ${threadId}`),
  ] as const
}

/**
 * Opens a thread with its first message and the work it makes. The same submission again changes nothing and gives
 * what it became the first time.
 */
export async function openThread(
  db: Db,
  chart: Chart<'messages'>,
  fields: NewMessageFields,
  work: WorkFacts,
  language: Language,
  now: Date,
  riders: Riders = () => []
): Promise<Kept | undefined> {
  const threadId = newId()
  const messageId = newId()
  const isIn = written(messageId)
  const { flagged = false } = work
  return keep(db, chart, fields, now, [
    ...openingStatements(db, chart, threadId, messageId, fields, language, now, { flagged }),
    ...afterPatientWrote(db, chart, threadId, isIn, work, now),
    audit(db, chart.did('sent', now, threadId), isIn),
    ...riders(messageId, isIn),
  ])
}

/** The work a message of the patient's side makes, and that its author has read as far as that. */
const afterPatientWrote = (
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  isIn: SQL,
  { queue, dueAt, flagged = false }: WorkFacts,
  now: Date
): Statement[] => [
  // A thread has one open piece of work at most; what is already waiting keeps its earlier due time.
  db.run(sql`INSERT INTO ${workItems} (id, thread_id, queue, opened_at, due_at, flagged_at, urgency)
    SELECT ${newId()}, ${threadId}, ${queue}, ${now.getTime()}, ${dueAt.getTime()},
      ${flagged ? now.getTime() : null}, ${flagged ? 0 : 1} WHERE ${isIn}
    ON CONFLICT (thread_id) WHERE done_at IS NULL DO UPDATE SET
      kind = 'answer',
      due_at = CASE kind WHEN 'answer' THEN min(due_at, excluded.due_at) ELSE excluded.due_at END,
      flagged_at = coalesce(flagged_at, excluded.flagged_at),
      urgency = min(urgency, excluded.urgency)`),
  markRead(db, chart, sql`${threads.id} = ${threadId} AND ${isIn}`, now),
]

type ReplyFields = { submissionId: string; body: string }

/**
 * The statements that add a message to an open thread, to be followed by what depends on `written(messageId)`. Its time
 * is later than every other in the thread, whichever request began first. `unless` refuses it.
 */
export const replyStatements = (
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  messageId: string,
  fields: ReplyFields,
  language: Language,
  now: Date,
  { unless = sql`0`, flagged = false }: { unless?: SQL; flagged?: boolean } = {}
) =>
  [
    db.run(sql`INSERT INTO ${messages}
      (id, thread_id, author_id, author_role, relationship, body, language, sent_at, submission_id, flagged_at)
      SELECT ${messageId}, t.id, ${chart.viewer.id}, ${chart.via}, ${chart.relationship}, ${fields.body}, ${language},
        max(${now.getTime()}, t.last_message_at + 1), ${fields.submissionId}, ${flagged ? now.getTime() : null}
      FROM ${threads} t
      WHERE t.id = ${threadId} AND t.patient_id = ${chart.patientId} AND t.closed_at IS NULL
        AND NOT ${arrived(chart, fields, now, threadId)} AND NOT (${unless})`),
    db.run(sql`UPDATE ${threads} SET last_message_at = (SELECT m.sent_at FROM ${messages} m WHERE m.id = ${messageId})
      WHERE id = ${threadId} AND ${written(messageId)}`),
  ] as const

/** Adds the patient's or a caregiver's reply. Undefined when the thread was closed meanwhile. */
export async function addReply(
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  fields: ReplyFields,
  work: WorkFacts,
  language: Language,
  now: Date,
  riders: Riders = () => []
): Promise<Kept | undefined> {
  const messageId = newId()
  const isIn = written(messageId)
  const { flagged = false } = work
  return keep(
    db,
    chart,
    fields,
    now,
    [
      ...replyStatements(db, chart, threadId, messageId, fields, language, now, {
        unless: sql`t.reply_off_at IS NOT NULL`,
        flagged,
      }),
      ...afterPatientWrote(db, chart, threadId, isIn, work, now),
      audit(db, chart.did('replied', now, threadId), isIn),
      ...riders(messageId, isIn),
    ],
    threadId
  )
}

/** Who a mail about a thread goes to, if they may still read it and have not done so already. */
export async function findRecipient(db: Db, threadId: string, accountId: string) {
  const [recipient] = await db
    .select({ email: accounts.email, language: accounts.language })
    .from(accounts)
    .innerJoin(threads, eq(threads.id, threadId))
    .innerJoin(patients, eq(patients.id, threads.patientId))
    .leftJoin(threadReads, and(eq(threadReads.threadId, threads.id), eq(threadReads.accountId, accounts.id)))
    .where(
      and(
        eq(accounts.id, accountId),
        isNull(accounts.deactivatedAt),
        isWanted('new-message'),
        sql`${threads.lastMessageAt} > coalesce(${threadReads.readAt}, 0)`,
        sql`(${patients.accountId} = ${accounts.id} OR EXISTS (SELECT 1 FROM ${grants} g
          WHERE g.patient_id = ${patients.id} AND g.account_id = ${accounts.id} AND g.revoked_at IS NULL))`
      )
    )
  return recipient
}
