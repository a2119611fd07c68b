import { type SQL, sql } from 'drizzle-orm'
import { type Db, type Drizzle, value } from '../db/client.ts'
import { auditEntries } from '../db/schema.ts'

export type AuditEntry = Omit<typeof auditEntries.$inferInsert, 'seq' | 'device'>

const blankEntry = { accountId: null, patientId: null, subjectId: null, requestId: null }
const insertEntry = (db: Drizzle) =>
  db.insert(auditEntries).values({
    at: value('at'),
    accountId: value('accountId'),
    actor: value('actor'),
    patientId: value('patientId'),
    action: value('action'),
    subjectId: value('subjectId'),
    requestId: value('requestId'),
    device: value('device'),
  })

type Doer = { id: string; staffRole: string | null }

/** Whose act an entry is: an account's, in the role it has at the practice if any, or nobody's that we know. */
export const actor = (doer: Doer | undefined) =>
  doer ? { accountId: doer.id, actor: doer.staffRole ?? 'account' } : { accountId: null, actor: 'nobody' }

/**
 * A statement, not a write: put it in the same `db.batch` as the change it describes. `when` makes it depend on the
 * same guard as the change, because a guarded update that matches nothing does not abort a batch.
 */
export function audit(db: Db, entry: AuditEntry, when?: SQL) {
  if (!when) return db.bound(insertEntry, { ...blankEntry, ...entry, device: db.device })
  return db.run(sql`INSERT INTO ${auditEntries} (at, account_id, actor, patient_id, action, subject_id, request_id, device)
    SELECT ${entry.at.getTime()}, ${entry.accountId ?? null}, ${entry.actor}, ${entry.patientId ?? null},
      ${entry.action}, ${entry.subjectId ?? null}, ${entry.requestId ?? null}, ${db.device} WHERE ${when}`)
}

/**
 * A statement that writes one entry for each of `rows`, a select of `patient_id` and `subject_id`: what is done to many
 * records at once is told in the history of each.
 */
export const auditEach = (db: Db, entry: Omit<AuditEntry, 'patientId' | 'subjectId'>, rows: SQL) =>
  db.run(sql`INSERT INTO ${auditEntries} (at, account_id, actor, patient_id, action, subject_id, request_id, device)
    SELECT ${entry.at.getTime()}, ${entry.accountId ?? null}, ${entry.actor}, patient_id, ${entry.action}, subject_id,
      ${entry.requestId ?? null}, ${db.device} FROM (${rows})`)
