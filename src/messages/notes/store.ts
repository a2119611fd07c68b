import { and, asc, eq, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, staffNotes, threads, workItems } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import { inRecord } from '../store.ts'
import { newerThan } from '../work-items/store.ts'

/** A statement: what staff wrote among themselves about a thread, oldest first. */
export const notesOf = (db: Db, chart: Chart<'messages'>, threadId: string) =>
  db
    .select({
      id: sql<string>`${staffNotes.id}`.as('note_id'),
      kind: staffNotes.kind,
      spokeWith: staffNotes.spokeWith,
      body: staffNotes.body,
      writtenAt: staffNotes.writtenAt,
      givenName: accounts.givenName,
      familyName: accounts.familyName,
    })
    .from(staffNotes)
    .innerJoin(threads, eq(threads.id, staffNotes.threadId))
    .innerJoin(accounts, eq(accounts.id, staffNotes.authorId))
    .where(inRecord(chart, threadId))
    .orderBy(asc(staffNotes.writtenAt))
export type StaffNote = Awaited<ReturnType<typeof notesOf>>[number]

/** A thread's name and its notes, for a page of their own. */
export async function findNotes(db: Db, chart: Chart<'messages'>, threadId: string) {
  const [[thread], notes] = await db.batch([
    db
      .select({
        id: threads.id,
        subject: threads.subject,
      })
      .from(threads)
      .where(inRecord(chart, threadId)),
    notesOf(db, chart, threadId),
  ])
  return thread && { thread, notes }
}
export type Notes = NonNullable<Awaited<ReturnType<typeof findNotes>>>

type Words = { submissionId: string; note: string; spokeWith?: string }

const insert = (chart: Chart<'messages'>, threadId: string, id: string, words: Words, now: Date) => {
  const { submissionId, note, spokeWith = null } = words
  return sql`INSERT INTO ${staffNotes}
    (id, thread_id, author_id, kind, spoke_with, body, written_at, submission_id)
    SELECT ${id}, ${threads.id}, ${chart.viewer.id}, ${spokeWith === null ? 'note' : 'call'}, ${spokeWith}, ${note},
      ${now.getTime()}, ${submissionId}
    FROM ${threads} WHERE ${inRecord(chart, threadId)}
      AND NOT EXISTS (SELECT 1 FROM ${staffNotes} WHERE ${own(chart, submissionId)})`
}

const own = (chart: Chart<'messages'>, submissionId: string) =>
  and(eq(staffNotes.authorId, chart.viewer.id), eq(staffNotes.submissionId, submissionId))

const kept = (db: Db, chart: Chart<'messages'>, { submissionId }: Words) =>
  db
    .select({ threadId: staffNotes.threadId, body: staffNotes.body })
    .from(staffNotes)
    .where(own(chart, submissionId))

const isIn = (id: string) => sql`EXISTS (SELECT 1 FROM ${staffNotes} n WHERE n.id = ${id})`

/** Adds an internal note; the same form again changes nothing. Returns what the form became. */
export async function addNote(db: Db, chart: Chart<'messages'>, threadId: string, words: Words, now: Date) {
  const id = newId()
  const [, , [note]] = await db.batch([
    db.run(insert(chart, threadId, id, words, now)),
    audit(db, chart.did('noted', now, threadId), isIn(id)),
    kept(db, chart, words),
  ])
  return note
}

/** Writes down a call, which ends the work. Undefined when something newer than `seen` must be read first. */
export async function logCall(
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  { seen, ...words }: Words & { spokeWith: string; seen: string },
  now: Date
) {
  const id = newId()
  const [, , , [note]] = await db.batch([
    db.run(sql`${insert(chart, threadId, id, words, now)} AND NOT ${newerThan(threadId, seen)}`),
    db.run(sql`UPDATE ${workItems} SET done_at = ${now.getTime()}, done_by = ${chart.viewer.id}, done_how = 'phone'
      WHERE thread_id = ${threadId} AND done_at IS NULL AND ${isIn(id)}`),
    audit(db, chart.did('handled-by-phone', now, threadId), isIn(id)),
    kept(db, chart, words),
  ])
  return note
}
