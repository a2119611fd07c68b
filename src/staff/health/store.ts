import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { outbox } from '../../db/schema.ts'
import { lastRuns, toldBy } from '../../jobs/store.ts'
import { canaryState } from '../../outbox/canary/store.ts'
import { countOwed } from '../unmatched/store.ts'

const day = 86_400_000

type Mail = {
  waiting: number
  oldest: number | null
  accepted: number | null
  failed: number
  bounced: number
}

/** What the database knows of mails, of what runs by the clock, and of itself. */
export async function readHealth(db: Db, jobs: string[], now: Date) {
  const [[mail], runs, [schema], [canary], [owed]] = await db.batch([
    db.all<Mail>(sql`SELECT waiting, oldest,
        (SELECT max(sent_at) FROM ${outbox} WHERE sent_at IS NOT NULL) AS accepted,
        (SELECT count(*) FROM ${outbox} WHERE failed_at IS NOT NULL AND given_up_at IS NULL) AS failed,
        (SELECT count(*) FROM ${outbox} WHERE bounced_at > ${now.getTime() - 7 * day}) AS bounced
      FROM (SELECT count(*) AS waiting, min(created_at) AS oldest FROM ${outbox}
        WHERE sent_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND due_at <= ${now.getTime()})`),
    lastRuns(db, jobs),
    db.all<{ name: string }>(
      sql`SELECT name FROM d1_migrations WHERE id = (SELECT max(id) FROM d1_migrations)`
    ),
    canaryState(db),
    countOwed(db, now),
  ])
  return { mail, ...toldBy(runs), schema: schema?.name, canary, owed: owed?.count ?? 0 }
}
export type Health = Awaited<ReturnType<typeof readHealth>>
