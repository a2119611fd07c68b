import type { Db } from '../db/client.ts'
import { auditEntries } from '../db/schema.ts'

export type AuditEntry = Omit<typeof auditEntries.$inferInsert, 'seq'>

/** A statement, not a write: put it in the same `db.batch` as the change it describes. */
export const audit = (db: Db, entry: AuditEntry) => db.insert(auditEntries).values(entry)
