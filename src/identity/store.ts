import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import { audit } from '../audit/record.ts'
import type { Db, Statement } from '../db/client.ts'
import { accounts, grants, patients, sessions, termsAcceptances, throttles } from '../db/schema.ts'
import { endSession, type SessionRow } from './session.ts'
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
  byNetwork: Try
  oldToken: string | null
  requestId: string
}

/** Everything that becomes true with the right password; the session's own statement comes first. */
export const completeSignIn = (
  db: Db,
  session: Statement,
  { account, byAddress, byNetwork, oldToken, requestId }: SignInFacts,
  now: Date
) =>
  db.batch([
    session,
    db.update(accounts).set({ lastSignInAt: now }).where(eq(accounts.id, account.id)),
    forgetTries(db, byAddress.key),
    returnTry(db, byNetwork.key, byNetwork.limit),
    audit(db, {
      at: now,
      accountId: account.id,
      actor: account.staffRole ?? 'account',
      action: 'sign-in.password',
      requestId,
    }),
    ...(oldToken ? [endSession(db, oldToken, now)] : []),
  ])

type SecondStepFacts = { account: Account; step: number; tries: Try; oldToken: string; requestId: string }

/**
 * Spends a code's step and opens the session it earns, or neither: a code whose answer was lost still works. False when
 * that step, or a later one, was spent before.
 */
export async function completeSecondStep(
  db: Db,
  session: SessionRow,
  { account, step, tries, oldToken, requestId }: SecondStepFacts,
  now: Date
) {
  const at = now.getTime()
  const won = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE token_hash = ${session.tokenHash})`
  const [, spent] = await db.batch([
    db.run(sql`INSERT INTO ${sessions} (token_hash, account_id, created_at, seen_at, completed_at, user_agent)
      SELECT ${session.tokenHash}, id, ${at}, ${at}, ${at}, ${session.userAgent} FROM ${accounts}
      WHERE id = ${account.id} AND coalesce(totp_last_step, -1) < ${step}`),
    db
      .update(accounts)
      .set({
        totpLastStep: step,
        totpConfirmedAt: sql`coalesce(${accounts.totpConfirmedAt}, ${at})`,
        lastSignInAt: now,
      })
      .where(and(eq(accounts.id, account.id), won))
      .returning({ id: accounts.id }),
    db.delete(throttles).where(and(eq(throttles.key, tries.key), won)),
    db
      .update(sessions)
      .set({ endedAt: now })
      .where(and(eq(sessions.tokenHash, oldToken), won)),
    audit(
      db,
      {
        at: now,
        accountId: account.id,
        actor: account.staffRole ?? 'account',
        action: 'sign-in.second-step',
        requestId,
      },
      won
    ),
  ])
  return spent.length > 0
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
