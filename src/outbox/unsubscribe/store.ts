import { and, eq, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { notificationChoices } from '../../db/schema.ts'
import type { Subscription } from './unsubscribing.ts'

const choice = ({ accountId, kind }: Subscription) =>
  and(eq(notificationChoices.accountId, accountId), eq(notificationChoices.kind, kind))

/** Whether an account does without this kind already. */
export async function isTurnedOff(db: Db, of: Subscription) {
  const [rows] = await db.batch([
    db.select({ offAt: notificationChoices.offAt }).from(notificationChoices).where(choice(of)),
  ])
  return rows.length > 0
}

/** Turns one kind of mail off for an account, once. */
export const turnOff = (db: Db, of: Subscription, requestId: string, now: Date) =>
  db.batch([
    audit(
      db,
      { at: now, accountId: of.accountId, actor: 'account', action: 'settings.unsubscribed', requestId },
      sql`NOT EXISTS (SELECT 1 FROM ${notificationChoices} WHERE ${choice(of)})`
    ),
    db
      .insert(notificationChoices)
      .values({ ...of, offAt: now })
      .onConflictDoNothing(),
  ])
