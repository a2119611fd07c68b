import { eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { accounts } from '../../db/schema.ts'

export type SettingsFacts = Awaited<ReturnType<typeof findSettings>>

/** What the Settings page says about an account, in one row. */
export async function findSettings(db: Db, accountId: string, now: Date) {
  const at = now.getTime()
  const [[facts]] = await db.batch([
    db
      .select({
        passwordChangedAt: accounts.passwordChangedAt,
        createdAt: accounts.createdAt,
        secondStepAt: accounts.secondStepAt,
        totpConfirmedAt: accounts.totpConfirmedAt,
        passkeys: sql<number>`(SELECT count(*) FROM passkeys
          WHERE account_id = ${accountId} AND removed_at IS NULL AND suspended_at IS NULL)`.as('passkeys'),
        trusted: sql<number>`(SELECT count(*) FROM trusted_devices
          WHERE account_id = ${accountId} AND trusted_until > ${at})`.as('trusted'),
      })
      .from(accounts)
      .where(eq(accounts.id, accountId))
      .limit(1),
  ])
  if (!facts) throw new Error('An account that is signed in is not there')
  return facts
}
