import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { newId } from '../db/id.ts'
import { outbox, patients } from '../db/schema.ts'
import type { RequestContext } from '../env.ts'

export type QueuedMail = {
  /** Its own name where it must be queued once, however often it is asked for; `when` sees to that. */
  id?: string
  kind: string
  subjectId: string
  accountId?: string | null
  patientId?: string | null
  /** Not before; now unless told. */
  dueAt?: Date
}

/**
 * A statement that puts an e-mail into the outbox: batch it with what causes it. `when` makes it depend on the same
 * guard as the change, because a guarded update that matches nothing does not abort a batch.
 */
export function queueEmail(db: Db, mail: QueuedMail, now: Date, when?: SQL) {
  const row = { id: newId(), ...mail, createdAt: now, dueAt: mail.dueAt ?? now }
  if (!when) return db.insert(outbox).values(row)
  return db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, account_id, patient_id, created_at, due_at)
    SELECT ${row.id}, ${row.kind}, ${row.subjectId}, ${row.accountId ?? null}, ${row.patientId ?? null},
      ${now.getTime()}, ${row.dueAt.getTime()} WHERE ${when}`)
}

/** A statement that tells a patient, if they have a login, that someone was let into their record or lost access. */
export const tellPatient = (db: Db, patientId: string, now: Date, when: SQL) =>
  db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, account_id, patient_id, created_at, due_at)
    SELECT lower(hex(randomblob(11))), 'access-changed', account_id, account_id, id, ${now.getTime()}, ${now.getTime()}
    FROM ${patients} WHERE id = ${patientId} AND account_id IS NOT NULL AND ${when}`)

/** Wakes delivery after the batch has committed. A lost wake-up costs a minute: cron finds what is due. */
export const wakeOutbox = (c: RequestContext) =>
  c.executionCtx.waitUntil(
    c.env.OUTBOX.send({ id: 'due' }).catch(() =>
      console.warn(JSON.stringify({ level: 'warn', what: 'outbox wake-up lost' }))
    )
  )
