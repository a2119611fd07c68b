import type { Db, Statement } from '../db/client.ts'
import type { outbox } from '../db/schema.ts'
import type { Bindings } from '../env.ts'
import type { Practice } from '../identity/visit.ts'

export type OutboxRow = typeof outbox.$inferSelect

/** What a mail is made from. `at` is the moment its wording speaks of and stays the same on every retry. */
export type MailContext = { db: Db; env: Bindings; row: OutboxRow; practice: Practice; at: Date }

export type Mail = {
  to: string
  subject: string
  text: string
  html: string
  headers?: Record<string, string>
  /** What becomes true when the mail is accepted for sending, committed together with that fact. */
  accepted?: (at: Date) => Statement[]
  /** What helps afterwards but decides nothing (the KV copy of an invitation). */
  afterwards?: (at: Date) => Promise<unknown>
}

/**
 * Writes one kind of mail from its row and the key, so that neither token nor code rests in the database. The same row
 * gives the same bytes. Null: there is no one to send it to any more (revoked, used, address gone).
 */
export type MailWriter = (context: MailContext) => Promise<Mail | null>
export type MailWriters = Record<string, MailWriter>
