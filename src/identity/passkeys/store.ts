import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, passkeys, sessions, spentChallenges } from '../../db/schema.ts'
import { queueEmail } from '../../outbox/queue.ts'
import type { Account } from '../store.ts'
import { type Limit, takeTry } from '../throttle.ts'
import type { Viewer } from '../visit.ts'
import type { Challenge, Purpose } from './challenge.ts'
import { type Algorithm, mostPasskeys } from './passkey.ts'

export type Passkey = typeof passkeys.$inferSelect

const ownedBy = (accountId: string) => and(eq(passkeys.accountId, accountId), isNull(passkeys.removedAt))

/** An account's passkeys, oldest first; stopped ones too, removed ones not. */
export const listPasskeys = (db: Db, accountId: string) =>
  db.select().from(passkeys).where(ownedBy(accountId)).orderBy(asc(passkeys.createdAt), asc(passkeys.id))

/** What a browser is told of the passkeys an account may use now; held ones only after the password. */
export const listUsable = (db: Db, accountId: string, purpose: 'second-step' | 'confirm') =>
  db
    .select({ credentialId: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(
      and(
        ownedBy(accountId),
        isNull(passkeys.suspendedAt),
        purpose === 'second-step' ? undefined : isNull(passkeys.heldAt)
      )
    )

/** Without it, nothing would be left for the second step that the account asks for. */
const isLast = sql`(passkeys.suspended_at IS NULL
  AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = passkeys.account_id
    AND a.second_step_at IS NOT NULL AND a.totp_confirmed_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM passkeys other WHERE other.account_id = passkeys.account_id
    AND other.id <> passkeys.id AND other.removed_at IS NULL AND other.suspended_at IS NULL))`

export type OwnPasskey = Passkey & { isLast: boolean }

export async function findOwnPasskey(
  db: Db,
  accountId: string,
  passkeyId: string
): Promise<OwnPasskey | undefined> {
  const [found] = await db
    .select({ passkey: passkeys, isLast: sql<number>`${isLast}`.as('is_last') })
    .from(passkeys)
    .where(and(eq(passkeys.id, passkeyId), ownedBy(accountId)))
    .limit(1)
  return found && { ...found.passkey, isLast: found.isLast === 1 }
}

export type FoundPasskey = NonNullable<Awaited<ReturnType<typeof findPasskeyWithTry>>>

/** Takes a try and finds a passkey that may be used, its account, and whether the challenge was answered before: in one trip. */
export async function findPasskeyWithTry(
  db: Db,
  credentialId: string,
  challenge: Challenge,
  { key, limit }: { key: string; limit: Limit },
  now: Date
) {
  const [taken, [found]] = await db.batch([
    takeTry(db, key, limit, now),
    db
      .select({
        account: accounts,
        passkey: {
          id: sql<string>`${passkeys.id}`.as('passkey_id'),
          credentialId: passkeys.credentialId,
          publicKey: passkeys.publicKey,
          algorithm: passkeys.algorithm,
          counter: passkeys.counter,
          heldAt: passkeys.heldAt,
        },
        isSpent: sql<number>`${isSpent(challenge)}`.as('is_spent'),
      })
      .from(passkeys)
      .innerJoin(accounts, eq(accounts.id, passkeys.accountId))
      .where(
        and(
          eq(passkeys.credentialId, credentialId),
          isNull(passkeys.removedAt),
          isNull(passkeys.suspendedAt),
          isNull(accounts.deactivatedAt)
        )
      )
      .limit(1),
  ])
  return taken.length > 0 && found ? { ...found, isSpent: found.isSpent === 1 } : undefined
}

const isSpent = ({ hash }: Challenge) => sql`EXISTS (SELECT 1 FROM ${spentChallenges} WHERE hash = ${hash})`

const spendChallenge = (db: Db, { hash, expiresAt }: Challenge, when: Condition) =>
  db.run(
    sql`INSERT INTO ${spentChallenges} (hash, expires_at) SELECT ${hash}, ${expiresAt.getTime()} WHERE ${when}`
  )

export type Use = {
  passkeyId: string
  counter: number
  challenge: Challenge
  purpose: Exclude<Purpose, 'add'>
}

/**
 * What holds while an answer is good, and what uses it up: for `arrive` and whatever else is earned by it. Given after
 * the new password, it is its owner's.
 */
export const passkeyUse = (db: Db, { passkeyId, counter, challenge, purpose }: Use, now: Date) => ({
  when: sql`NOT ${isSpent(challenge)} AND EXISTS (SELECT 1 FROM ${passkeys}
    WHERE id = ${passkeyId} AND removed_at IS NULL AND suspended_at IS NULL
      AND (held_at IS NULL OR ${purpose} = 'second-step')
      AND (counter < ${counter} OR (counter = 0 AND ${counter} = 0)))`,
  spend: (earned: Condition): Statement[] => [
    spendChallenge(db, challenge, earned),
    db
      .update(passkeys)
      .set({ counter, lastUsedAt: now, heldAt: null })
      .where(and(eq(passkeys.id, passkeyId), earned)),
  ],
})

/** Stops a passkey whose counter ran backwards, and tells its owner; once, however often it is tried. */
export function suspendPasskey(db: Db, account: Account, passkeyId: string, requestId: string, now: Date) {
  const goes = sql`EXISTS (SELECT 1 FROM ${passkeys} WHERE id = ${passkeyId} AND suspended_at IS NULL)`
  const mail = { kind: 'passkey-suspended', subjectId: account.id, accountId: account.id }
  const entry = {
    at: now,
    ...actor(account),
    action: 'sign-in.passkey-suspended',
    subjectId: passkeyId,
    requestId,
  }
  return db.batch([
    queueEmail(db, mail, now, goes),
    audit(db, entry, goes),
    db
      .update(passkeys)
      .set({ suspendedAt: now })
      .where(and(eq(passkeys.id, passkeyId), goes)),
  ])
}

type NewPasskey = {
  credentialId: string
  publicKey: string
  algorithm: Algorithm
  counter: number
  transports: string[]
  name: string
}
/** A session that goes on under a new token (session.ts). */
type Renewed = { tokenHash: string; statement: (when: Condition) => Statement }

/** Adds a passkey and tells the owner by mail. Undefined when the challenge was answered before, or there are too many. */
export async function addPasskey(
  db: Db,
  viewer: Viewer,
  made: NewPasskey,
  { challenge, renewed, sessionHash }: { challenge: Challenge; renewed: Renewed; sessionHash: string },
  requestId: string,
  now: Date
) {
  const id = newId()
  const { credentialId, publicKey, algorithm, counter, transports, name } = made
  const added = sql`EXISTS (SELECT 1 FROM ${passkeys} WHERE id = ${id})`
  const [stored] = await db.batch([
    db.all<{ id: string }>(sql`
      INSERT INTO ${passkeys}
        (id, account_id, credential_id, public_key, algorithm, counter, transports, name, created_at)
      SELECT ${id}, ${viewer.id}, ${credentialId}, ${publicKey}, ${algorithm}, ${counter},
        ${JSON.stringify(transports)}, ${name}, ${now.getTime()}
      WHERE NOT ${isSpent(challenge)}
        AND EXISTS (SELECT 1 FROM ${sessions} WHERE token_hash = ${sessionHash} AND ended_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM ${passkeys} WHERE credential_id = ${credentialId})
        AND (SELECT count(*) FROM ${passkeys} WHERE account_id = ${viewer.id} AND removed_at IS NULL) < ${mostPasskeys}
      RETURNING id`),
    spendChallenge(db, challenge, added),
    // Who works here owes a second step, and now has one; for everyone else a passkey alone asks for nothing more.
    db
      .update(accounts)
      .set({ secondStepAt: sql`coalesce(${accounts.secondStepAt}, ${now.getTime()})` })
      .where(and(eq(accounts.id, viewer.id), sql`${accounts.staffRole} IS NOT NULL`, added)),
    renewed.statement(added),
    queueEmail(db, { kind: 'passkey-added', subjectId: viewer.id, accountId: viewer.id }, now, added),
    audit(
      db,
      { at: now, ...actor(viewer), action: 'settings.passkey-added', subjectId: id, requestId },
      added
    ),
  ])
  return stored[0]
}

export const renamePasskey = (
  db: Db,
  viewer: Viewer,
  passkeyId: string,
  name: string,
  requestId: string,
  now: Date
) =>
  db.batch([
    db
      .update(passkeys)
      .set({ name })
      .where(and(eq(passkeys.id, passkeyId), ownedBy(viewer.id))),
    audit(db, {
      at: now,
      ...actor(viewer),
      action: 'settings.passkey-renamed',
      subjectId: passkeyId,
      requestId,
    }),
  ])

/** Removes a passkey for good and tells the owner by mail. False when it is gone already, or the last second step there is. */
export async function removePasskey(
  db: Db,
  viewer: Viewer,
  passkeyId: string,
  renewed: Renewed,
  requestId: string,
  now: Date
) {
  const goes = sql`EXISTS (SELECT 1 FROM ${passkeys}
    WHERE ${passkeys.id} = ${passkeyId} AND ${ownedBy(viewer.id)} AND NOT ${isLast})`
  const [, , , removed] = await db.batch([
    renewed.statement(goes),
    queueEmail(db, { kind: 'passkey-removed', subjectId: viewer.id, accountId: viewer.id }, now, goes),
    audit(
      db,
      { at: now, ...actor(viewer), action: 'settings.passkey-removed', subjectId: passkeyId, requestId },
      goes
    ),
    db
      .update(passkeys)
      .set({ removedAt: now })
      .where(and(eq(passkeys.id, passkeyId), goes))
      .returning({ id: passkeys.id }),
  ])
  return removed.length > 0
}

/** The owner says that passkeys they were shown are theirs: they open the account again. */
export async function keepPasskeys(
  db: Db,
  viewer: Viewer,
  shown: string[],
  renewed: Renewed,
  requestId: string,
  now: Date
) {
  const held = and(ownedBy(viewer.id), isNotNull(passkeys.heldAt), inArray(passkeys.id, shown))
  const isRenewed = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE token_hash = ${renewed.tokenHash})`
  const [, , kept] = await db.batch([
    renewed.statement(sql`EXISTS (SELECT 1 FROM ${passkeys} WHERE ${held})`),
    audit(db, { at: now, ...actor(viewer), action: 'settings.passkeys-kept', requestId }, isRenewed),
    db.update(passkeys).set({ heldAt: null }).where(and(held, isRenewed)).returning({ id: passkeys.id }),
  ])
  return kept.length > 0
}

/** A passkey given once more in a session that is open: it goes on under a new token. False when it was given before. */
export async function confirmByPasskey(
  db: Db,
  viewer: Viewer,
  use: Use,
  renewed: Renewed,
  requestId: string,
  now: Date
) {
  const { when, spend } = passkeyUse(db, use, now)
  const isRenewed = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE token_hash = ${renewed.tokenHash})`
  const [, won] = await db.batch([
    renewed.statement(when),
    db.all<{ yes: number }>(sql`SELECT 1 AS yes WHERE ${isRenewed}`),
    ...spend(isRenewed),
    audit(
      db,
      { at: now, ...actor(viewer), action: 'confirm.passkey', subjectId: use.passkeyId, requestId },
      isRenewed
    ),
  ])
  return won.length > 0
}

/** The passkeys there were at a moment, oldest first: what a mail says of them is the same on every retry. */
export const passkeysAt = (db: Db, accountId: string, at: Date) =>
  db
    .select({ createdAt: passkeys.createdAt })
    .from(passkeys)
    .where(
      and(
        eq(passkeys.accountId, accountId),
        lte(passkeys.createdAt, at),
        or(isNull(passkeys.removedAt), gt(passkeys.removedAt, at))
      )
    )
    .orderBy(asc(passkeys.createdAt))

/** Challenges that are too old to be answered, spent or not. */
export const sweepChallenges = (db: Db, now: Date) =>
  db.delete(spentChallenges).where(lt(spentChallenges.expiresAt, now))
