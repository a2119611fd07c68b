import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { messages, patients, practice, threadReads, threads, workItems } from '../../db/schema.ts'
import { replyDue } from '../../practice/office-hours.ts'
import { queueFor } from '../thread.ts'

const day = 24 * 60 * 60_000
/** How long after its time a reminder may still come, where the clock stood still (milliseconds). */
const grace = 14 * day
/** How many are made at a time; the rest an hour later. */
const most = 200

/**
 * Makes work of what we wrote and nobody on the patient's side has read for as long as the practice allows, once for
 * each message. A closed conversation counts: what was written last may matter most. Announcements do not.
 */
export async function remindOfUnread(db: Db, now: Date) {
  const [[facts]] = await db.batch([db.select().from(practice).limit(1)])
  if (!facts) return 0
  const latest = now.getTime() - facts.unreadAfterDays * day
  const readers = sql`(${patients.accountId} IS NOT NULL
    OR EXISTS (SELECT 1 FROM grants g WHERE g.patient_id = ${patients.id} AND g.revoked_at IS NULL))`
  const lastRole = sql`(SELECT m.author_role FROM ${messages} m WHERE m.thread_id = ${threads.id} AND m.withdrawn_at IS NULL
    ORDER BY m.sent_at DESC LIMIT 1)`
  const isRead = sql`EXISTS (SELECT 1 FROM ${threadReads} r WHERE r.thread_id = ${threads.id}
    AND r.read_at >= ${threads.lastMessageAt} AND (r.account_id = ${patients.accountId}
      OR EXISTS (SELECT 1 FROM grants g WHERE g.patient_id = ${patients.id} AND g.account_id = r.account_id
        AND g.revoked_at IS NULL)))`
  const unread = sql`FROM ${threads} JOIN ${patients} ON ${patients.id} = ${threads.patientId}
    WHERE ${threads.announcementId} IS NULL AND ${threads.lastMessageAt} <= ${latest}
      AND ${threads.lastMessageAt} > ${latest - grace} AND ${lastRole} = 'staff' AND ${readers} AND NOT ${isRead}
      AND ${patients.inactiveAt} IS NULL AND ${patients.deceasedAt} IS NULL
      AND NOT EXISTS (SELECT 1 FROM ${workItems} w WHERE w.thread_id = ${threads.id}
        AND (w.done_at IS NULL OR (w.kind = 'unread' AND w.opened_at > ${threads.lastMessageAt})))`
  const [found] = await db.batch([
    db.all<{ id: string; category: string }>(
      sql`SELECT ${threads.id} AS id, ${threads.category} AS category ${unread} LIMIT ${most}`
    ),
  ])
  // The same conditions once more: someone may read, or another run remind, in between.
  const [first, ...rest] = found.map(({ id, category }) =>
    db.run(sql`INSERT INTO ${workItems} (id, thread_id, queue, opened_at, due_at, kind)
      SELECT ${newId()}, ${threads.id}, ${queueFor(facts.categories, category)}, ${now.getTime()},
        ${replyDue(facts, now).getTime()}, 'unread' ${unread} AND ${threads.id} = ${id}`)
  )
  if (first) await db.batch([first, ...rest])
  return found.length
}
