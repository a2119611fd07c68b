import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { audit } from '../audit/record.ts'
import type { Db, Statement } from '../db/client.ts'
import { accounts, grants, patients, sessions, termsAcceptances } from '../db/schema.ts'
import { endSession } from './session.ts'
import { forgetTries, type Limit, returnTry, takeTry } from './throttle.ts'
import type { Session, Viewer } from './visit.ts'

export type Account = typeof accounts.$inferSelect
type Try = { key: string; limit: Limit }

/** Takes a try from both counters and finds the account, in one trip. `allowed` is false during a pause. */
export async function findAccountForSignIn(
  db: Db,
  email: string,
  [byAddress, byNetwork]: [Try, Try],
  now: Date
) {
  const [address, network, [account]] = await db.batch([
    takeTry(db, byAddress.key, byAddress.limit, now),
    takeTry(db, byNetwork.key, byNetwork.limit, now),
    db.select().from(accounts).where(eq(accounts.email, email)).limit(1),
  ])
  return { allowed: address.length > 0 && network.length > 0, account }
}

type SignInFacts = {
  account: Account
  byAddress: Try
  byNetwork?: Try
  oldToken: string | null
  method: string
  requestId: string
}

/** Everything that becomes true with a completed sign-in; the session's own statement comes first. */
export const completeSignIn = (
  db: Db,
  session: Statement,
  { account, byAddress, byNetwork, oldToken, method, requestId }: SignInFacts,
  now: Date
) =>
  db.batch([
    session,
    db.update(accounts).set({ lastSignInAt: now }).where(eq(accounts.id, account.id)),
    forgetTries(db, byAddress.key),
    ...(byNetwork ? [returnTry(db, byNetwork.key, byNetwork.limit)] : []),
    audit(db, {
      at: now,
      accountId: account.id,
      actor: account.staffRole ?? 'account',
      action: `sign-in.${method}`,
      requestId,
    }),
    ...(oldToken ? [endSession(db, oldToken, now)] : []),
  ])

export const recordFailedSignIn = (
  db: Db,
  account: Account | undefined,
  why: string,
  requestId: string,
  now: Date
) =>
  audit(db, {
    at: now,
    accountId: account?.id ?? null,
    actor: account ? (account.staffRole ?? 'account') : 'nobody',
    action: `sign-in.${why}`,
    requestId,
  })

/** Keeps a new secret until its first code confirms it; two tabs setting up at once get the same one. */
export const keepTotpSecret = (db: Db, accountId: string, sealed: string) =>
  db
    .update(accounts)
    .set({ totpSecret: sql`coalesce(${accounts.totpSecret}, ${sealed})` })
    .where(eq(accounts.id, accountId))
    .returning({ totpSecret: accounts.totpSecret })

/** Spends a code's step. No row comes back when that step, or a later one, was spent before. */
export const spendTotpStep = (db: Db, accountId: string, step: number, now: Date) =>
  db
    .update(accounts)
    .set({
      totpLastStep: step,
      totpConfirmedAt: sql`coalesce(${accounts.totpConfirmedAt}, ${now.getTime()})`,
    })
    .where(
      and(eq(accounts.id, accountId), or(isNull(accounts.totpLastStep), lt(accounts.totpLastStep, step)))
    )
    .returning({ id: accounts.id })

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
      accountId: viewer.id,
      actor: viewer.staffRole ?? 'account',
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
