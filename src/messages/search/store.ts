import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { accounts, languages, messages } from '../../db/schema.ts'
import type { ReadableChart } from '../../patients/chart.ts'
import { pageSize } from '../thread.ts'
import { marks } from './search.ts'

export type Found = {
  messageId: string
  threadId: string
  subject: string
  excerpt: string
  sentAt: number
  language: (typeof languages)[number]
  authorId: (typeof messages.$inferSelect)['authorId']
  authorRole: (typeof messages.$inferSelect)['authorRole']
  relationship: string | null
  givenName: string
  familyName: string
  credentials: string | null
  staffRole: (typeof accounts.$inferSelect)['staffRole']
}

/** One page of the record's messages that hold the words, newest first, and how many do. Never another record's. */
export async function findMessages(db: Db, chart: ReadableChart<'messages'>, query: string, page: number) {
  const match = `record:"${chart.patientId.replaceAll('"', '""')}" AND ${query}`
  const from = sql`FROM message_words
    JOIN messages m ON m.id = message_words.message_id
    JOIN threads t ON t.id = m.thread_id
    JOIN accounts a ON a.id = m.author_id
    WHERE message_words MATCH ${match} AND t.patient_id = ${chart.patientId} AND m.withdrawn_at IS NULL`
  const [rows, [count]] = await db.batch([
    db.all<Found>(sql`SELECT m.id AS messageId, t.id AS threadId, m.sent_at AS sentAt, m.language AS language,
        highlight(message_words, 1, ${marks.from}, ${marks.to}) AS subject,
        snippet(message_words, 2, ${marks.from}, ${marks.to}, '…', 24) AS excerpt,
        m.author_id AS authorId, m.author_role AS authorRole, m.relationship AS relationship,
        a.given_name AS givenName, a.family_name AS familyName, a.credentials AS credentials,
        a.staff_role AS staffRole
      ${from} ORDER BY m.sent_at DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`),
    db.all<{ total: number }>(sql`SELECT count(*) AS total ${from}`),
  ])
  return { rows, total: count?.total ?? 0 }
}
