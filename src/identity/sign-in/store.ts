import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { accounts, keptForms, outbox, sessions, throttles, trustedDevices } from '../../db/schema.ts'
import { queueEmail } from '../../outbox/queue.ts'
import { endSession, insertSession, type SessionRow } from '../session.ts'
import type { Account } from '../store.ts'
import { forgetTries, type Limit, returnTry, takeTry } from '../throttle.ts'
import type { Arrival } from './arrival.ts'

export type Try = { key: string; limit: Limit }

/**
 * Takes a try from both counters and finds the account, in one trip. `allowed` is false during a pause; `trusted` says
 * that the account is spared its second step on this device.
 */
export async function findAccountForSignIn(
  db: Db,
  email: string,
  deviceId: string | null,
  [byAddress, byNetwork]: [Try, Try],
  now: Date
) {
  const [address, network, [found]] = await db.batch([
    takeTry(db, byAddress.key, byAddress.limit, now),
    takeTry(db, byNetwork.key, byNetwork.limit, now),
    db
      .select({ account: accounts, trustedUntil: trustedDevices.trustedUntil })
      .from(accounts)
      .leftJoin(
        trustedDevices,
        and(eq(trustedDevices.accountId, accounts.id), eq(trustedDevices.id, deviceId ?? ''))
      )
      .where(eq(accounts.email, email))
      .limit(1),
  ])
  return {
    allowed: address.length > 0 && network.length > 0,
    account: found?.account,
    trusted: (found?.trustedUntil ?? now) > now,
  }
}

type HalfSignIn = {
  account: Account
  session: SessionRow
  tries: [Try, Try]
  oldToken: string | null
  requestId: string
}

/** The password was right and the second step is owed: a session that opens nothing else. */
export const openHalfSession = (
  db: Db,
  { account, session, tries, oldToken, requestId }: HalfSignIn,
  now: Date
) =>
  db.batch([
    insertSession(db, session, null, sql`true`),
    ...giveTriesBack(db, tries),
    audit(db, {
      at: now,
      accountId: account.id,
      actor: account.staffRole ?? 'account',
      action: 'sign-in.password',
      requestId,
    }),
    ...(oldToken ? [endSession(db, oldToken, now)] : []),
  ])

/** Whoever knew the password starts afresh, and does not count against the others behind the same network. */
export const giveTriesBack = (db: Db, [byAddress, byNetwork]: [Try, Try]): Statement[] => [
  forgetTries(db, byAddress.key),
  returnTry(db, byNetwork.key, byNetwork.limit),
]

/**
 * What holds while a code's 30 second step, and every later one, is unspent and the app still the one it came from; and
 * what spends it.
 */
export const appCode = (db: Db, account: Account, step: number, triesKey: string) => ({
  when: sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${account.id}
    AND totp_secret = ${account.totpSecret} AND coalesce(totp_last_step, -1) < ${step})`,
  spend: (opened: Condition): Statement[] => [
    db
      .update(accounts)
      .set({ totpLastStep: step })
      .where(and(eq(accounts.id, account.id), opened)),
    db.delete(throttles).where(and(eq(throttles.key, tries.key), opened)),
  ],
})

const day = 86_400_000
/** Milliseconds a patient's or caregiver's device is spared the second step. */
export const trustLife = 30 * day

type ArrivalFacts = Arrival & {
  session: SessionRow
  deviceId: string
  /** What the mail about a device not seen before is called. */
  newDeviceMail: string | null
  oldToken: string | null
  requestId: string
}

/** Stores the session and all that becomes true with it, or nothing. `keptId` names a form that waits to be sent. */
export async function storeArrival(db: Db, arrival: ArrivalFacts, now: Date) {
  const { account, by, session, deviceId, newDeviceMail, oldToken, requestId, when, spend, trust } = arrival
  const opened = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE id = ${session.id})`
  const usable = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${account.id} AND deactivated_at IS NULL
    AND password_changed_at IS ${account.passwordChangedAt?.getTime() ?? null})`
  const [stored, [kept]] = await db.batch([
    insertSession(db, session, deviceId, when ? sql`${usable} AND ${when}` : usable),
    newestKeptForm(db, account.id, now),
    db
      .update(accounts)
      .set({ lastSignInAt: now })
      .where(and(eq(accounts.id, account.id), opened)),
    ...(oldToken ? [endSession(db, oldToken, now, opened)] : []),
    ...(trust && account.staffRole === null ? [trustDevice(db, session, deviceId, now, opened)] : []),
    ...(newDeviceMail ? [queueOnce(db, newDeviceMail, session, now, opened)] : []),
    audit(
      db,
      {
        at: now,
        accountId: account.id,
        actor: account.staffRole ?? 'account',
        action: `sign-in.${by}`,
        subjectId: session.id,
        requestId,
      },
      opened
    ),
    ...(spend?.(opened) ?? []),
  ])
  return stored.length > 0 ? { keptId: kept?.id } : undefined
}

const queueOnce = (
  db: Db,
  id: string,
  { id: subjectId, accountId }: SessionRow,
  now: Date,
  opened: Condition
) =>
  queueEmail(
    db,
    { id, kind: 'new-device', subjectId, accountId },
    now,
    sql`${opened} AND NOT EXISTS (SELECT 1 FROM ${outbox} WHERE id = ${id})`
  )

const newestKeptForm = (db: Db, accountId: string, now: Date) =>
  db
    .select({ id: keptForms.id })
    .from(keptForms)
    .where(
      and(eq(keptForms.accountId, accountId), isNull(keptForms.finishedAt), gt(keptForms.expiresAt, now))
    )
    .orderBy(desc(keptForms.keptAt))
    .limit(1)

function trustDevice(
  db: Db,
  { accountId, userAgent }: SessionRow,
  deviceId: string,
  now: Date,
  opened: Condition
) {
  const [at, until] = [now.getTime(), now.getTime() + trustLife]
  return db.run(sql`INSERT INTO ${trustedDevices} (account_id, id, trusted_at, trusted_until, user_agent)
    SELECT ${accountId}, ${deviceId}, ${at}, ${until}, ${userAgent} WHERE ${opened}
    ON CONFLICT DO UPDATE SET trusted_at = ${at}, trusted_until = ${until}, user_agent = ${userAgent}`)
}
