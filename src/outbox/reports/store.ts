import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import type { Db, Statement } from '../../db/client.ts'
import { mailReports, outbox } from '../../db/schema.ts'
import type { Report } from './report.ts'

/** Keeps a report, once, and lets it speak about its mail, if we know that already. */
export const fileReport = (db: Db, report: Report, now: Date) =>
  db.batch([
    db
      .insert(mailReports)
      .values({
        ...report,
        receivedAt: now,
        outboxId: sql`(SELECT ${outbox.id} FROM ${outbox} WHERE ${outbox.providerId} = ${report.providerId})`,
      })
      .onConflictDoNothing(),
    ...(report.providerId ? [applyReports(db, report.providerId)] : []),
  ])

/** Statements for the moment the provider tells its id for a mail: its reports may have been quicker. */
export const takeReports = (db: Db, outboxId: string, providerId: string): Statement[] => [
  db
    .update(mailReports)
    .set({ outboxId })
    .where(and(eq(mailReports.providerId, providerId), isNull(mailReports.outboxId))),
  applyReports(db, providerId),
]

const keptFor = 30 * 24 * 60 * 60_000

/** A statement: reports that no mail of ours has claimed in a month are about somebody else's. */
export const sweepReports = (db: Db, now: Date) =>
  db
    .delete(mailReports)
    .where(and(isNull(mailReports.outboxId), lt(mailReports.receivedAt, new Date(now.getTime() - keptFor))))

/**
 * What all reports about a mail come to: worked out from the whole of them, so that neither order nor repetition matters.
 * Of several bounces the gravest counts, and of those the first.
 */
function applyReports(db: Db, providerId: string) {
  const about = sql`FROM ${mailReports} r WHERE r.provider_id = ${providerId}`
  const first = (type: string) => sql`(SELECT min(r.happened_at) ${about} AND r.type = ${type})`
  return db.run(sql`UPDATE ${outbox} SET
    delivered_at = ${first('email.delivered')},
    delayed_at = ${first('email.delivery_delayed')},
    complained_at = ${first('email.complained')},
    (bounced_at, bounce_kind, bounce_reason) = (SELECT r.happened_at, r.bounce_kind, r.reason ${about}
      AND r.bounce_kind IS NOT NULL ORDER BY r.bounce_kind = 'hard' DESC, r.happened_at, r.reason LIMIT 1),
    (failed_at, failure) = (SELECT r.happened_at, r.reason ${about} AND r.type = 'email.failed'
      ORDER BY r.happened_at, r.reason LIMIT 1)
    WHERE ${outbox.providerId} = ${providerId}`)
}
