import { and, eq, lt, sql } from 'drizzle-orm'
import type { Db, Statement } from '../../db/client.ts'
import { mailReports, outbox } from '../../db/schema.ts'
import type { Bindings } from '../../env.ts'
import { queueEmail } from '../queue.ts'
import { type CanaryFacts, canaryId } from './canary.ts'

const keptFor = 7 * 24 * 60 * 60_000

/** Statements for each hour: a mail to ourselves where an address is set, and those of last week gone. */
export function queueCanary(db: Db, { CANARY_ADDRESS }: Bindings, now: Date): Statement[] {
  const id = canaryId(now)
  const isOld = and(eq(outbox.kind, 'canary'), lt(outbox.createdAt, new Date(now.getTime() - keptFor)))
  return [
    ...(CANARY_ADDRESS
      ? [
          queueEmail(
            db,
            { id, kind: 'canary', subjectId: id },
            now,
            sql`NOT EXISTS (SELECT 1 FROM ${outbox} WHERE id = ${id})`
          ),
        ]
      : []),
    db
      .delete(mailReports)
      .where(sql`${mailReports.outboxId} IN (SELECT ${outbox.id} FROM ${outbox} WHERE ${isOld})`),
    db.delete(outbox).where(isOld),
  ]
}

/** A statement: how the hourly mail to ourselves has fared, for `judgeCanary`. */
export const canaryState = (db: Db) =>
  db.all<CanaryFacts>(sql`SELECT min(created_at) AS firstAt, max(sent_at) AS sentAt, max(delivered_at) AS deliveredAt
    FROM ${outbox} WHERE kind = 'canary'`)
