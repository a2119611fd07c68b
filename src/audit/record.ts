import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { auditEntries } from '../db/schema.ts'

export type AuditEntry = Omit<typeof auditEntries.$inferInsert, 'seq'>

/**
 * A statement, not a write: put it in the same `db.batch` as the change it describes. `when` makes it depend on the
 * same guard as the change, because a guarded update that matches nothing does not abort a batch.
 */
export function audit(db: Db, entry: AuditEntry, when?: SQL) {
  if (!when) return db.insert(auditEntries).values(entry)
  return db.run(sql`INSERT INTO ${auditEntries} (at, account_id, actor, patient_id, action, subject_id, request_id)
    SELECT ${entry.at.getTime()}, ${entry.accountId ?? null}, ${entry.actor}, ${entry.patientId ?? null},
      ${entry.action}, ${entry.subjectId ?? null}, ${entry.requestId ?? null} WHERE ${when}`)
}
