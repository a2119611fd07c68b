import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import { audit } from '../audit/record.ts'
import type { Db } from '../db/client.ts'
import { accounts, grants, patients, sessions, termsAcceptances } from '../db/schema.ts'
import { endSession } from './session.ts'
import { type Limit, takeTry } from './throttle.ts'
import type { Session, Viewer } from './visit.ts'

export type Account = typeof accounts.$inferSelect

export async function findAccount(db: Db, accountId: string) {
  const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId)).limit(1)
  return account
}

/** Takes a try and finds an account, in one trip. `allowed` is false during a pause. */
export async function findAccountWithTry(
  db: Db,
  accountId: string,
  { key, limit }: { key: string; limit: Limit },
  now: Date
) {
  const [taken, [account]] = await db.batch([
    takeTry(db, key, limit, now),
    db.select().from(accounts).where(eq(accounts.id, accountId)).limit(1),
  ])
  return { allowed: taken.length > 0, account }
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
