import { and, desc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import {
  accounts,
  keptForms,
  outbox,
  passkeys,
  sessions,
  throttles,
  trustedDevices,
} from '../../db/schema.ts'
import { queueEmail } from '../../outbox/queue.ts'
import { endSession, insertSession, type SessionRow } from '../session.ts'
import type { Account } from '../store.ts'
import { forgetTries, isOpen, returnTry, type Taken, type Try, takeTry } from '../throttle.ts'
import type { Arrival } from './arrival.ts'

/** What a sign-in counts against; a device that is known answers for itself, not for its network. */
type Tries = [own: Try] | [own: Try, byNetwork: Try]

/**
 * Takes a try from each counter and finds the account, in one trip. There is no `taken` during a pause; a network in a
 * pause uses up nobody's tries. `trusted` says that the account is spared its second step on this device.
 */
export async function findAccountForSignIn(
  db: Db,
  email: string,
  deviceId: string | null,
  [own, byNetwork]: Tries,
  now: Date
) {
  const accountId = accountOf(email)
  const when = byNetwork && isOpen(byNetwork.key, now)
  const [[ownTaken], [networkTaken], [found]] = await db.batch([
    takeTry(db, own.key, own.limit, now, when ? { accountId, when } : { accountId }),
    byNetwork ? takeTry(db, byNetwork.key, byNetwork.limit, now) : db.all<Taken>(sql`SELECT 0 WHERE false`),
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
    taken: ownTaken && (networkTaken || !byNetwork) ? [ownTaken, networkTaken] : undefined,
    account: found?.account,
    trusted: (found?.trustedUntil ?? now) > now,
  }
}

const accountOf = (email: string) => sql`(SELECT id FROM ${accounts} WHERE email = ${email})`

/** Says whose account a counter protects that was begun before the account was. */
export const ownTries = (db: Db, email: string, [own]: Tries) =>
  db
    .update(throttles)
    .set({ accountId: accountOf(email) })
    .where(and(eq(throttles.key, own.key), isNull(throttles.accountId)))

/** A right password, and what is used up by it; `opened` holds if the session was stored. */
export type Proof = { account: Account; spend: (opened: Condition) => Statement[] }

type HalfSignIn = Proof & { session: SessionRow; oldToken: string | null; requestId: string }

/** The password was right and the second step is owed: a session that opens nothing else. False if nothing was stored. */
export async function openHalfSession(
  db: Db,
  { account, spend, session, oldToken, requestId }: HalfSignIn,
  now: Date
) {
  const opened = isStored(session)
  const [stored] = await db.batch([
    insertSession(db, session, null, isUsable(account)),
    ...spend(opened),
    audit(
      db,
      {
        at: now,
        ...actor(account),
        action: 'sign-in.password',
        requestId,
      },
      opened
    ),
    ...(oldToken ? [endSession(db, oldToken, now, opened)] : []),
  ])
  return stored.length > 0
}

const isStored = ({ id }: SessionRow) => sql`EXISTS (SELECT 1 FROM ${sessions} WHERE id = ${id})`

/** The account is open still, and its password the one that was checked. */
const isUsable = ({ id, passwordChangedAt }: Account) =>
  sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${id} AND deactivated_at IS NULL
    AND password_changed_at IS ${passwordChangedAt?.getTime() ?? null})`

/** Whoever knew the password starts afresh, and does not count against the others behind the same network. */
export const giveTriesBack = (db: Db, [own, byNetwork]: Tries): Statement[] => [
  forgetTries(db, own.key),
  ...(byNetwork ? [returnTry(db, byNetwork.key, byNetwork.limit)] : []),
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
    db.delete(throttles).where(and(eq(throttles.key, triesKey), opened)),
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

/**
 * Stores the session and all that becomes true with it, or nothing. `keptId` names a form that waits to be sent,
 * `hasHeld` says that passkeys wait for their owner's word.
 */
export async function storeArrival(db: Db, arrival: ArrivalFacts, now: Date) {
  const { account, by, session, deviceId, newDeviceMail, oldToken, requestId, when, spend, trust } = arrival
  const opened = isStored(session)
  const usable = isUsable(account)
  const [stored, [kept], held] = await db.batch([
    insertSession(db, session, deviceId, when ? sql`${usable} AND ${when}` : usable),
    newestKeptForm(db, account.id, now),
    heldPasskey(db, account.id),
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
        ...actor(account),
        action: `sign-in.${by}`,
        subjectId: session.id,
        requestId,
      },
      opened
    ),
    ...(spend?.(opened) ?? []),
  ])
  return stored.length > 0 ? { keptId: kept?.id, hasHeld: held.length > 0 } : undefined
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

const heldPasskey = (db: Db, accountId: string) =>
  db
    .select({ id: passkeys.id })
    .from(passkeys)
    .where(and(eq(passkeys.accountId, accountId), isNull(passkeys.removedAt), isNotNull(passkeys.heldAt)))
    .limit(1)

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
