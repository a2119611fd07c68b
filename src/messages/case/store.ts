import { and, eq, gt, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, drafts, messages, outbox, threadReads, threads, workItems } from '../../db/schema.ts'
import type { Language } from '../../i18n/text.ts'
import { queueEmail } from '../../outbox/queue.ts'
import type { Chart } from '../../patients/chart.ts'
import { liveCaregivers } from '../../patients/grant.ts'
import { notesOf } from '../notes/store.ts'
import { usableReplies } from '../quick-replies/store.ts'
import {
  inRecord,
  type Kept,
  keep,
  type Riders,
  replyStatements,
  threadFrom,
  threadStatements,
  written,
} from '../store.ts'
import { listColleagues, listQueuesInUse, newerThan, nextInQueue, workOf } from '../work-items/store.ts'
import { draftInThread, filesOfDraft } from '../writing/store.ts'

/** A thread as staff need it: the conversation, the work it makes, who reads the answer, and what helps to write it. */
export async function findCase(db: Db, chart: Chart<'messages'>, threadId: string, now: Date, looked = true) {
  const [
    heads,
    rows,
    files,
    works,
    caregivers,
    colleagues,
    queues,
    replies,
    notes,
    [draft],
    draftFiles,
    writers,
    [next],
  ] = await db.batch([
    ...threadStatements(db, chart, threadId),
    workOf(db, chart, threadId),
    liveCaregivers(db, chart),
    listColleagues(db),
    listQueuesInUse(db),
    usableReplies(db, chart.viewer),
    notesOf(db, chart, threadId),
    draftInThread(db, chart, threadId),
    filesOfDraft(db, chart, threadId),
    writersIn(db, chart, threadId, now),
    nextInQueue(db, chart, threadId),
    ...(looked ? [markOpened(db, chart, threadId, now)] : []),
  ])
  const thread = threadFrom([heads, rows, files])
  const work = works.find(({ doneAt }) => doneAt === null)
  const done = works.filter(({ doneAt }) => doneAt !== null)
  const help = { colleagues, queues, replies, notes, draft, draftFiles, writers, next }
  return thread && { thread, work, done, caregivers, ...help }
}
export type Case = NonNullable<Awaited<ReturnType<typeof findCase>>>

/** From the moment someone on the staff has seen it a message cannot be taken back. */
const markOpened = (db: Db, chart: Chart<'messages'>, threadId: string, now: Date): Statement =>
  db
    .update(messages)
    .set({ openedAt: now })
    .where(
      and(
        sql`${messages.threadId} = (SELECT ${threads.id} FROM ${threads} WHERE ${inRecord(chart, threadId)})`,
        ne(messages.authorRole, 'staff'),
        isNull(messages.openedAt),
        isNull(messages.withdrawnAt)
      )
    )

const lately = 30 * 60_000

/** A statement: others on the staff who are writing in a thread. */
const writersIn = (db: Db, chart: Chart<'messages'>, threadId: string, now: Date) =>
  db
    .select({ givenName: accounts.givenName, familyName: accounts.familyName, savedAt: drafts.savedAt })
    .from(drafts)
    .innerJoin(accounts, eq(accounts.id, drafts.accountId))
    .where(
      and(
        eq(drafts.threadId, threadId),
        isNotNull(drafts.threadId),
        eq(drafts.patientId, chart.patientId),
        gt(drafts.savedAt, new Date(now.getTime() - lately)),
        ne(drafts.accountId, chart.viewer.id),
        isNotNull(accounts.staffRole)
      )
    )
    .limit(3)

const quietFor = 3_600_000

/** They had a mail about this thread within the hour and have not looked since. */
const toldLately = (threadId: string, accountId: string, now: Date) =>
  sql`EXISTS (SELECT 1 FROM ${outbox} o WHERE o.subject_id = ${threadId} AND o.kind = 'new-message'
    AND o.account_id = ${accountId} AND o.created_at > ${now.getTime() - quietFor}
    AND o.cancelled_at IS NULL AND o.failed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM ${threadReads} r WHERE r.thread_id = o.subject_id
      AND r.account_id = o.account_id AND r.read_at >= o.created_at))`

/** Statements that tell people by e-mail that there is something to read; who writes is not told. */
export const tellReaders = (
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  readers: (string | null)[],
  isIn: Condition,
  now: Date
) =>
  readers
    .filter((accountId) => accountId !== null && accountId !== chart.viewer.id)
    .map((accountId) =>
      queueEmail(
        db,
        { kind: 'new-message', subjectId: threadId, accountId, patientId: chart.patientId },
        now,
        sql`${isIn} AND NOT ${toldLately(threadId, accountId ?? '', now)}`
      )
    )

type AnswerFields = { submissionId: string; body: string; seen: string }

/** Answers a patient, ends the work and tells everyone who may read it. Undefined when something newer must be read first, or the thread was closed. */
export async function addAnswer(
  db: Db,
  chart: Chart<'messages'>,
  { thread, caregivers }: Pick<Case, 'thread' | 'caregivers'>,
  { seen, ...fields }: AnswerFields,
  language: Language,
  now: Date,
  riders: Riders = () => []
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
      // A question that nobody asked has no answer: what was only not read yet ends otherwise.
      db.run(sql`UPDATE ${workItems} SET done_at = ${now.getTime()}, done_by = ${chart.viewer.id},
        done_how = iif(kind = 'answer', 'answered', 'closed')
        WHERE thread_id = ${thread.id} AND done_at IS NULL AND ${isIn}`),
      ...tellReaders(db, chart, thread.id, readers, isIn, now),
      audit(db, chart.did('answered', now, thread.id), isIn),
      ...riders(messageId, isIn),
    ],
    thread.id
  )
}
