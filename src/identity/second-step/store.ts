import { and, eq, isNull, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, passkeys, recoverySets, recoveryUses, throttles, trustedDevices } from '../../db/schema.ts'
import { queueEmail } from '../../outbox/queue.ts'
import { type Account, endWhatIsOpen } from '../store.ts'
import { type Try, takeTry } from '../throttle.ts'
import type { Viewer } from '../visit.ts'
import { codesPerSet } from './recovery-code.ts'

/** Everything about the second step of one account. */
export type SecondStep = {
  account: Account
  /** Those that can be used now. */
  passkeys: number
  trustedDevices: number
  recovery: { id: string; madeAt: Date; keptAt: Date | null; spent: number[]; left: number } | undefined
}

const secondStepQuery = (db: Db, accountId: string, now: Date) =>
  db
    .select({
      account: accounts,
      setId: sql<string | null>`${recoverySets.id}`.as('set_id'),
      madeAt: sql<Date | null>`${recoverySets.createdAt}`.mapWith(recoverySets.createdAt).as('made_at'),
      keptAt: recoverySets.keptAt,
      spent: sql<string | null>`(SELECT group_concat(${recoveryUses.position}) FROM ${recoveryUses}
          WHERE ${recoveryUses.setId} = ${recoverySets.id})`.as('spent'),
      passkeys: sql<number>`(SELECT count(*) FROM ${passkeys} WHERE ${usablePasskeyOf(accountId)})`.as(
        'passkeys'
      ),
      trusted: sql<number>`(SELECT count(*) FROM ${trustedDevices}
          WHERE ${trustedDevices.accountId} = ${accountId} AND ${trustedDevices.trustedUntil} > ${now.getTime()})`.as(
        'trusted'
      ),
    })
    .from(accounts)
    .leftJoin(recoverySets, and(eq(recoverySets.accountId, accounts.id), isNull(recoverySets.replacedAt)))
    .where(eq(accounts.id, accountId))
    .limit(1)

function readSecondStep(found: Awaited<ReturnType<typeof secondStepQuery>>[number] | undefined): SecondStep {
  if (!found) throw new Error('An account that is signed in is not there')
  const { account, setId, madeAt, keptAt, spent: positions, trusted } = found
  const spent = positions?.split(',').map(Number) ?? []
  const recovery =
    setId && madeAt ? { id: setId, madeAt, keptAt, spent, left: codesPerSet - spent.length } : undefined
  return { account, passkeys: found.passkeys, trustedDevices: trusted, recovery }
}

export async function findSecondStep(db: Db, accountId: string, now: Date) {
  const [[found]] = await db.batch([secondStepQuery(db, accountId, now)])
  return readSecondStep(found)
}

/** The same, and a try taken from a counter. There is no `taken` during a pause. */
export async function findSecondStepWithTry(db: Db, accountId: string, { key, limit }: Try, now: Date) {
  const [[taken], [found]] = await db.batch([
    takeTry(db, key, limit, now, { accountId }),
    secondStepQuery(db, accountId, now),
  ])
  return { taken, ...readSecondStep(found) }
}

const usablePasskeyOf = (accountId: string) =>
  sql`${passkeys.accountId} = ${accountId} AND ${passkeys.removedAt} IS NULL AND ${passkeys.suspendedAt} IS NULL`

// --- Recovery codes ---------------------------------------------------------------------------------------

const liveSetOf = (accountId: string) =>
  sql`SELECT id FROM ${recoverySets} WHERE account_id = ${accountId} AND replaced_at IS NULL`

const addRecoverySet = (db: Db, accountId: string, now: Date, when: Condition) =>
  db.run(sql`INSERT INTO ${recoverySets} (id, account_id, created_at)
    SELECT ${newId()}, ${accountId}, ${now.getTime()} WHERE ${when}`)

/** Recovery codes for an account that has none yet. A statement to batch with what turns the second step on. */
export const ensureRecoverySet = (db: Db, accountId: string, now: Date, when: Condition) =>
  addRecoverySet(db, accountId, now, sql`${when} AND NOT EXISTS (${liveSetOf(accountId)})`)

/** The end of an account's recovery codes. */
const voidRecoverySet = (db: Db, accountId: string, now: Date, when: Condition) =>
  db
    .update(recoverySets)
    .set({ replacedAt: now })
    .where(and(eq(recoverySets.accountId, accountId), isNull(recoverySets.replacedAt), when))

/** New recovery codes in place of the set the person was looking at; the same wish sent twice makes one set. */
export async function replaceRecoverySet(
  db: Db,
  viewer: Viewer,
  shownSetId: string,
  requestId: string,
  now: Date
) {
  const asked = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${viewer.id} AND second_step_at IS NOT NULL)
    AND coalesce((${liveSetOf(viewer.id)}), '') = ${shownSetId}`
  const made = newId()
  const isMade = sql`EXISTS (SELECT 1 FROM ${recoverySets} WHERE id = ${made})`
  const [, , live] = await db.batch([
    // Made as replaced, because two sets cannot be live at once, not even for the length of a statement.
    db.run(sql`INSERT INTO ${recoverySets} (id, account_id, created_at, replaced_at)
      SELECT ${made}, ${viewer.id}, ${now.getTime()}, ${now.getTime()} WHERE ${asked}`),
    voidRecoverySet(db, viewer.id, now, isMade),
    db
      .update(recoverySets)
      .set({ replacedAt: null })
      .where(eq(recoverySets.id, made))
      .returning({ id: recoverySets.id }),
    audit(db, { at: now, ...actor(viewer), action: 'settings.recovery-codes-new', requestId }, isMade),
    queueEmail(db, { kind: 'recovery-codes-new', subjectId: viewer.id, accountId: viewer.id }, now, isMade),
  ])
  return live.length > 0
}

/** The person says that they have their codes: from now on they are not shown again. */
export async function keepRecoverySet(db: Db, viewer: Viewer, setId: string, requestId: string, now: Date) {
  const shown = sql`EXISTS (SELECT 1 FROM ${recoverySets}
    WHERE id = ${setId} AND account_id = ${viewer.id} AND replaced_at IS NULL AND kept_at IS NULL)`
  const [, kept] = await db.batch([
    audit(db, { at: now, ...actor(viewer), action: 'settings.recovery-codes-kept', requestId }, shown),
    db
      .update(recoverySets)
      .set({ keptAt: now })
      .where(and(eq(recoverySets.id, setId), shown))
      .returning({ id: recoverySets.id }),
  ])
  return kept.length > 0
}

/** What holds while a recovery code is unspent, and what spends it: for `arrive`. */
export const recoveryCodeUse = (
  db: Db,
  account: Account,
  { setId, position, triesKey }: { setId: string; position: number; triesKey: string },
  now: Date
) => ({
  when: sql`EXISTS (${liveSetOf(account.id)} AND id = ${setId})
    AND NOT EXISTS (SELECT 1 FROM ${recoveryUses} WHERE set_id = ${setId} AND position = ${position})`,
  spend: (opened: Condition): Statement[] => [
    db.run(sql`INSERT INTO ${recoveryUses} (set_id, position, used_at)
      SELECT ${setId}, ${position}, ${now.getTime()} WHERE ${opened}`),
    db.delete(throttles).where(and(eq(throttles.key, triesKey), opened)),
    queueEmail(db, { kind: 'recovery-code-used', subjectId: account.id, accountId: account.id }, now, opened),
  ],
})

// --- The authenticator app --------------------------------------------------------------------------------

/** A secret whose first code was right, and the 30 second step of that code. */
export type ConfirmedApp = { sealed: string; step: number }

/**
 * An authenticator app set up, or set up anew, and all that comes with it. The account is changed last, so that `when`
 * may speak of what it was before.
 */
const turnOnApp = (
  db: Db,
  account: Account,
  { sealed, step }: ConfirmedApp,
  requestId: string,
  now: Date,
  when: Condition
) =>
  [
    ensureRecoverySet(db, account.id, now, when),
    audit(db, { at: now, ...actor(account), action: 'settings.second-step-on', requestId }, when),
    queueEmail(db, { kind: 'second-step-on', subjectId: account.id, accountId: account.id }, now, when),
    db
      .update(accounts)
      .set({
        totpSecret: sealed,
        totpConfirmedAt: now,
        totpLastStep: step,
        secondStepAt: sql`coalesce(${accounts.secondStepAt}, ${now.getTime()})`,
      })
      .where(and(eq(accounts.id, account.id), when)),
  ] satisfies Statement[]

/** The first app of someone who cannot sign in without one: for `arrive`. */
export const firstApp = (db: Db, account: Account, app: ConfirmedApp, requestId: string, now: Date) => ({
  when: sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${account.id} AND second_step_at IS NULL)`,
  spend: (opened: Condition): Statement[] => turnOnApp(db, account, app, requestId, now, opened),
})

/** One row if a condition holds when its batch comes to it: first in a batch, it tells what becomes of the rest. */
const whether = (db: Db, when: Condition) => db.all<{ holds: 1 }>(sql`SELECT 1 AS holds WHERE ${when}`)

/** A statement of the same moment, for a session that goes on under a new token. */
type Renewal = (when: Condition) => Statement

/** An app set up in Settings. False when another one was set up, or a code accepted, while this one was shown. */
export async function setUpApp(
  db: Db,
  account: Account,
  app: ConfirmedApp,
  renew: Renewal,
  requestId: string,
  now: Date
) {
  const unchanged = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${account.id}
    AND totp_confirmed_at IS ${account.totpConfirmedAt?.getTime() ?? null}
    AND totp_last_step IS ${account.totpLastStep})`
  const [won] = await db.batch([
    whether(db, unchanged),
    renew(unchanged),
    ...turnOnApp(db, account, app, requestId, now, unchanged),
  ])
  return won.length > 0
}

/** Removes the app of someone who has a passkey; without one it would be the end of the second step, or of the account. */
export async function removeApp(db: Db, viewer: Viewer, renew: Renewal, requestId: string, now: Date) {
  const may = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${viewer.id} AND totp_confirmed_at IS NOT NULL)
    AND EXISTS (SELECT 1 FROM ${passkeys} WHERE ${usablePasskeyOf(viewer.id)})`
  const [removed] = await db.batch([
    whether(db, may),
    renew(may),
    db.delete(trustedDevices).where(and(eq(trustedDevices.accountId, viewer.id), may)),
    voidRecoverySet(db, viewer.id, now, may),
    addRecoverySet(db, viewer.id, now, may),
    audit(db, { at: now, ...actor(viewer), action: 'settings.app-removed', requestId }, may),
    queueEmail(db, { kind: 'app-removed', subjectId: viewer.id, accountId: viewer.id }, now, may),
    db
      .update(accounts)
      .set({ totpSecret: null, totpConfirmedAt: null })
      .where(and(eq(accounts.id, viewer.id), may)),
  ])
  return removed.length > 0
}

// --- Off --------------------------------------------------------------------------------------------------

/** Turns the second step off for someone who may sign in without one; passkeys stay a way to sign in. */
export async function turnOff(db: Db, viewer: Viewer, renew: Renewal, requestId: string, now: Date) {
  const may = sql`EXISTS (SELECT 1 FROM ${accounts}
    WHERE id = ${viewer.id} AND second_step_at IS NOT NULL AND staff_role IS NULL)`
  const [off] = await db.batch([
    whether(db, may),
    renew(may),
    db.delete(trustedDevices).where(and(eq(trustedDevices.accountId, viewer.id), may)),
    voidRecoverySet(db, viewer.id, now, may),
    audit(db, { at: now, ...actor(viewer), action: 'settings.second-step-off', requestId }, may),
    queueEmail(db, { kind: 'second-step-off', subjectId: viewer.id, accountId: viewer.id }, now, may),
    forgetSecondStep(db, viewer.id, may),
  ])
  return off.length > 0
}

/** The last step that was accepted stays: codes of the past are spent for good. */
const forgetSecondStep = (db: Db, accountId: string, when: Condition) =>
  db
    .update(accounts)
    .set({ totpSecret: null, totpConfirmedAt: null, secondStepAt: null })
    .where(and(eq(accounts.id, accountId), when))

/**
 * Takes every second step from an account whose owner has lost theirs, and signs it out everywhere. The account is
 * changed last, so that `when` may speak of what it was before. Statements to batch.
 */
export const resetSecondStep = (db: Db, accountId: string, now: Date, when: Condition) =>
  [
    ...endWhatIsOpen(db, accountId, now, { except: null, when }),
    db
      .update(passkeys)
      .set({ removedAt: now })
      .where(and(eq(passkeys.accountId, accountId), isNull(passkeys.removedAt), when)),
    voidRecoverySet(db, accountId, now, when),
    queueEmail(db, { kind: 'second-step-reset', subjectId: accountId, accountId }, now, when),
    forgetSecondStep(db, accountId, when),
  ] satisfies Statement[]
