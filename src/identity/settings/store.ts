import { eq, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts } from '../../db/schema.ts'
import type { Language } from '../../i18n/text.ts'
import { goesOn } from '../session.ts'
import type { Viewer } from '../visit.ts'

export type SettingsFacts = Awaited<ReturnType<typeof findSettings>>

/** What the Settings page says about an account, in one row. */
export async function findSettings(db: Db, { id, staffRole }: Viewer, now: Date) {
  const [[facts]] = await db.batch([
    db
      .select({
        passwordChangedAt: accounts.passwordChangedAt,
        createdAt: accounts.createdAt,
        secondStepAt: accounts.secondStepAt,
        passkeys: sql<number>`(SELECT count(*) FROM passkeys
          WHERE account_id = ${id} AND removed_at IS NULL AND suspended_at IS NULL)`.as('passkeys'),
        codesSpent: sql<
          number | null
        >`(SELECT (SELECT count(*) FROM recovery_uses WHERE set_id = recovery_sets.id)
          FROM recovery_sets WHERE account_id = ${id} AND replaced_at IS NULL)`.as('codes_spent'),
        devices: sql<number>`(SELECT count(*) FROM sessions
          WHERE account_id = ${id} AND ${goesOn(staffRole !== null, now)})`.as('devices'),
        ownRecords: sql<{ id: string; givenName: string }[]>`(SELECT json_group_array(json_object(
          'id', p.id, 'givenName', p.given_name)) FROM patients p WHERE p.account_id = ${id})`
          .mapWith((json: string) => JSON.parse(json) as { id: string; givenName: string }[])
          .as('own_records'),
      })
      .from(accounts)
      .where(eq(accounts.id, id))
      .limit(1),
  ])
  if (!facts) throw new Error('An account that is signed in is not there')
  return facts
}

/** The language of every page and mail, on whatever device. */
export const saveLanguage = (db: Db, viewer: Viewer, language: Language, requestId: string, now: Date) =>
  db.batch([
    db.update(accounts).set({ language }).where(eq(accounts.id, viewer.id)),
    audit(db, { at: now, ...actor(viewer), action: 'settings.language', requestId }),
  ])
