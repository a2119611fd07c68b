import { and, eq, isNull, lt } from 'drizzle-orm'
import { actor, audit } from '../audit/record.ts'
import type { Condition, Db, Statement } from '../db/client.ts'
import {
  accounts,
  emailChanges,
  grants,
  passkeys,
  passwordResets,
  patients,
  sessions,
  termsAcceptances,
  trustedDevices,
} from '../db/schema.ts'
import { queueEmail } from '../outbox/queue.ts'
import { endSession, endSessions } from './session.ts'
import { type Limit, type Taken, type Try, takeTry } from './throttle.ts'
import type { Session, Viewer } from './visit.ts'

export type Account = typeof accounts.$inferSelect

export async function findAccount(db: Db, accountId: string) {
  const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId)).limit(1)
  return account
}

/**
 * A new password, and the end of all that the old one opened: other sessions, trusted devices, links and codes on their
 * way. Statements to batch; `when` guards each of them, and `except` is the id of the session that may go on.
 */
export const replacePassword = (
  db: Db,
  accountId: string,
  passwordHash: string,
  now: Date,
  { except, when }: { except: string | null; when?: Condition }
) =>
  [
    db
      .update(accounts)
      .set({ passwordHash, passwordChangedAt: now })
      .where(and(eq(accounts.id, accountId), when)),
    ...endWhatIsOpen(db, accountId, now, { except, ...(when && { when }) }),
    holdPasskeys(db, accountId, now, when),
    queueEmail(db, { kind: 'password-changed', subjectId: accountId, accountId }, now, when),
  ] satisfies Statement[]

/**
 * Whoever sets a new password may do so because someone else was in, and had time to leave a passkey behind: until the
 * owner says which are theirs, none opens anything by itself. With the new password it still is a second step.
 */
export const holdPasskeys = (db: Db, accountId: string, now: Date, when?: Condition) =>
  db
    .update(passkeys)
    .set({ heldAt: now })
    .where(and(eq(passkeys.accountId, accountId), isNull(passkeys.removedAt), isNull(passkeys.heldAt), when))

/** Ends other sessions, trusted devices, reset links and codes for a new address. Statements to batch. */
export const endWhatIsOpen = (
  db: Db,
  accountId: string,
  now: Date,
  { except, when }: { except: string | null; when?: Condition }
) =>
  [
    endSessions(db, accountId, now, except, when),
    db.delete(trustedDevices).where(and(eq(trustedDevices.accountId, accountId), when)),
    db
      .update(passwordResets)
      .set({ voidAt: now })
      .where(
        and(
          eq(passwordResets.accountId, accountId),
          isNull(passwordResets.usedAt),
          isNull(passwordResets.voidAt),
          when
        )
      ),
    db
      .update(emailChanges)
      .set({ voidAt: now })
      .where(
        and(
          eq(emailChanges.accountId, accountId),
          isNull(emailChanges.confirmedAt),
          isNull(emailChanges.voidAt),
          when
        )
      ),
  ] satisfies Statement[]

/** Takes a try and finds an account with its own records, in one trip. There is no `taken` during a pause. */
export async function findAccountWithTry(db: Db, accountId: string, { key, limit }: Try, now: Date) {
  const [[taken], [account], own] = await db.batch([
    takeTry(db, key, limit, now, { accountId }),
    db.select().from(accounts).where(eq(accounts.id, accountId)).limit(1),
    db
      .select({
        givenName: patients.givenName,
        familyName: patients.familyName,
        birthDate: patients.birthDate,
      })
      .from(patients)
      .where(eq(patients.accountId, accountId))
      .limit(10),
  ])
  return { taken, account, own }
}

export const recordFailedSignIn = (
  db: Db,
  account: Account | undefined,
  why: string,
  requestId: string,
  now: Date
) =>
  audit(db, {
    at: now,
    ...actor(account),
    action: `sign-in.${why}`,
    requestId,
  })

/** The entry for a pause that begins with a try: one for each, however many tries the pause turns away. */
export const recordPause = (
  db: Db,
  account: Account | undefined,
  { purpose }: Limit,
  taken: Taken | undefined,
  requestId: string,
  now: Date
) =>
  taken?.blockedUntil
    ? [
        audit(db, {
          at: now,
          ...actor(account),
          action: 'sign-in.pause-began',
          subjectId: purpose ?? 'network',
          requestId,
        }),
      ]
    : []

/** The same password under a dearer hash, unless another one has been set meanwhile. */
export const keepStrongerHash = (db: Db, account: Account, passwordHash: string, when: Condition) =>
  db
    .update(accounts)
    .set({ passwordHash })
    .where(and(eq(accounts.id, account.id), eq(accounts.passwordHash, account.passwordHash ?? ''), when))

export const signOut = (db: Db, session: Session, viewer: Viewer | null, requestId: string, now: Date) =>
  db.batch([
    endSession(db, session.tokenHash, now),
    audit(db, {
      at: now,
      accountId: session.accountId,
      actor: viewer?.staffRole ?? 'account',
      action: 'sign-in.ended',
      requestId,
    }),
  ])

export const acceptTerms = (
  db: Db,
  viewer: Viewer,
  version: string,
  networkAddress: string | null,
  requestId: string,
  now: Date
) =>
  db.batch([
    db
      .insert(termsAcceptances)
      .values({ accountId: viewer.id, version, acceptedAt: now, networkAddress })
      .onConflictDoNothing(),
    db.update(accounts).set({ termsVersion: version }).where(eq(accounts.id, viewer.id)),
    audit(db, {
      at: now,
      ...actor(viewer),
      action: 'terms.accepted',
      subjectId: version,
      requestId,
    }),
  ])

export type OwnRecord = {
  patientId: string
  givenName: string
  familyName: string
  relationship: string | null
}

/** Every record an account may open: their own, then those they were given. */
export async function listRecords(db: Db, accountId: string): Promise<OwnRecord[]> {
  const columns = { patientId: patients.id, givenName: patients.givenName, familyName: patients.familyName }
  const [own, granted] = await db.batch([
    db
      .select(columns)
      .from(patients)
      .where(eq(patients.accountId, accountId))
      .orderBy(patients.familyName, patients.givenName),
    db
      .select({ ...columns, relationship: grants.relationship })
      .from(grants)
      .innerJoin(patients, eq(patients.id, grants.patientId))
      .where(and(eq(grants.accountId, accountId), isNull(grants.revokedAt)))
      .orderBy(patients.familyName, patients.givenName),
  ])
  return [...own.map((record) => ({ ...record, relationship: null })), ...granted]
}

/** Sessions that ended or ran out long ago. */
export const sweepSessions = (db: Db, now: Date) =>
  db.delete(sessions).where(lt(sessions.seenAt, new Date(now.getTime() - 30 * 86_400_000)))

/** Devices whose trust has run out. */
export const sweepTrust = (db: Db, now: Date) =>
  db.delete(trustedDevices).where(lt(trustedDevices.trustedUntil, now))
