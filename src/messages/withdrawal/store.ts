import { sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { attachments, messages, threads, workItems } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import { inRecord, readAsPatient } from '../store.ts'

/**
 * Takes back a message of the viewer's that nobody on the staff has opened: its words and files are gone for everyone,
 * its place stays. A thread in which nothing is left ends; one with nothing left to answer is nobody's work. False when
 * staff opened it first. Opening is an update with the opposite guard, so that one of the two wins.
 */
export async function withdrawMessage(
  db: Db,
  chart: Chart<'messages'>,
  threadId: string,
  messageId: string,
  now: Date
) {
  const at = now.getTime()
  const me = chart.viewer.id
  const thread = sql`(SELECT ${threads.id} FROM ${threads} WHERE ${inRecord(chart, threadId)})`
  const message = sql`m.id = ${messageId} AND m.thread_id = ${thread} AND m.author_id = ${me}`
  const isGone = sql`EXISTS (SELECT 1 FROM ${messages} m WHERE ${message} AND m.withdrawn_at = ${at})`
  const left = sql`SELECT 1 FROM ${messages} l WHERE l.thread_id = ${threadId} AND l.withdrawn_at IS NULL`
  const waits = sql`${left} AND l.author_role <> 'staff' AND l.sent_at > coalesce((SELECT max(s.sent_at)
    FROM ${messages} s WHERE s.thread_id = ${threadId} AND s.author_role = 'staff'), 0)`
  const mayGo = sql`${message} AND m.author_role <> 'staff' AND m.withdrawn_at IS NULL AND m.opened_at IS NULL
    AND ${readAsPatient(chart.patientId, threadId, sql`m.sent_at`)} IS NULL
    AND NOT EXISTS (SELECT 1 FROM ${messages} s
      WHERE s.thread_id = m.thread_id AND s.author_role = 'staff' AND s.sent_at > m.sent_at)`
  const [, , , , , [found]] = await db.batch([
    // Before the change it speaks of: of two requests at one moment, one finds something to take back.
    audit(
      db,
      chart.did('withdrawn', now, messageId),
      sql`EXISTS (SELECT 1 FROM ${messages} m WHERE ${mayGo})`
    ),
    db.run(sql`UPDATE ${messages} AS m SET withdrawn_at = ${at}, body = '' WHERE ${mayGo}`),
    db.run(sql`UPDATE ${attachments} SET removed_at = ${at}
      WHERE message_id = ${messageId} AND removed_at IS NULL AND ${isGone}`),
    db.run(sql`UPDATE ${threads} SET subject = '', closed_at = coalesce(closed_at, ${at}), closed_by = coalesce(closed_by, ${me})
      WHERE id = ${threadId} AND ${isGone} AND NOT EXISTS (${left})`),
    db.run(sql`UPDATE ${workItems} SET done_at = ${at}, done_by = ${me}, done_how = 'withdrawn'
      WHERE thread_id = ${threadId} AND done_at IS NULL AND kind = 'answer' AND ${isGone} AND NOT EXISTS (${waits})`),
    db.all<{ withdrawnAt: number | null }>(
      sql`SELECT m.withdrawn_at AS withdrawnAt FROM ${messages} m WHERE ${message}`
    ),
  ])
  return found && { isWithdrawn: found.withdrawnAt !== null }
}
