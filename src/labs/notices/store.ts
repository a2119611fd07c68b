import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { accounts, grants, outbox, patients, reportReads, reports } from '../../db/schema.ts'
import { isWanted } from '../../outbox/notifications/store.ts'

const hour = 3_600_000
/** Records that one run writes to. */
const perRun = 200

/**
 * Queues the mails that there is something new to read: one to each reader of a record for all its reports, and none while
 * one of the last hour speaks for them. What was told is marked in the same batch, so that no report is told of twice.
 */
export async function queueResultNotices(db: Db, now: Date) {
  const at = now.getTime()
  const isThere = sql`r.noticed_at IS NULL AND r.status <> 'entered-in-error'
    AND ((r.released_at IS NOT NULL AND r.released_at <= ${at}) OR (r.ask_at IS NOT NULL AND r.ask_at <= ${at}))`
  const records = sql`SELECT DISTINCT r.patient_id FROM ${reports} r WHERE ${isThere}
    AND NOT EXISTS (SELECT 1 FROM ${outbox} o WHERE o.patient_id = r.patient_id AND o.kind = 'new-result'
      AND o.created_at > ${at - hour} AND o.created_at < ${at})
    ORDER BY r.patient_id LIMIT ${perRun}`
  await db.batch([
    db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, account_id, patient_id, created_at, due_at)
      SELECT lower(hex(randomblob(11))), 'new-result', reader.patient_id, reader.account_id, reader.patient_id, ${at}, ${at}
      FROM (SELECT id AS patient_id, account_id FROM ${patients} WHERE account_id IS NOT NULL
        UNION SELECT patient_id, account_id FROM ${grants} WHERE revoked_at IS NULL) reader
      WHERE reader.patient_id IN (${records})`),
    db.run(
      sql`UPDATE ${reports} AS r SET noticed_at = ${at} WHERE ${isThere} AND r.patient_id IN (${records})`
    ),
  ])
}

/** Who the mail goes to, if they may still read the record, want such mails, and have not read what is new already. */
export async function findReader(db: Db, patientId: string, accountId: string, now: Date) {
  const [reader] = await db
    .select({ email: accounts.email, language: accounts.language })
    .from(accounts)
    .innerJoin(patients, eq(patients.id, patientId))
    .where(
      and(
        eq(accounts.id, accountId),
        isNull(accounts.deactivatedAt),
        isWanted('new-result'),
        sql`(${patients.accountId} = ${accounts.id} OR EXISTS (SELECT 1 FROM ${grants} g
          WHERE g.patient_id = ${patients.id} AND g.account_id = ${accounts.id} AND g.revoked_at IS NULL))`,
        sql`EXISTS (SELECT 1 FROM ${reports} r
          LEFT JOIN ${reportReads} d ON d.report_id = r.id AND d.account_id = ${accounts.id}
          WHERE r.patient_id = ${patients.id} AND r.status <> 'entered-in-error'
            AND (r.released_at <= ${now.getTime()} OR r.ask_at <= ${now.getTime()})
            AND (d.read_at IS NULL OR r.changed_at > d.read_at))`
      )
    )
  return reader
}
