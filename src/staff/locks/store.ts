import { and, eq, gt, isNotNull, isNull, max, or, sql } from 'drizzle-orm'
import { type AuditEntry, actor, audit } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import { accounts, grants, patients, sessions, throttles, trustedDevices } from '../../db/schema.ts'
import { endSessions, goesOn } from '../../identity/session.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import type { Chart } from '../../patients/chart.ts'

/** The patient's own account, and those of caregivers with a live grant. */
const isOfRecord = (chart: Chart<'record'>) =>
  sql`${accounts.id} IN (SELECT account_id FROM ${patients} WHERE id = ${chart.patientId}
    UNION SELECT account_id FROM ${grants} WHERE patient_id = ${chart.patientId} AND revoked_at IS NULL)`

const locks = (db: Db, patientId: string | null, which: Condition) =>
  db
    .select({
      accountId: accounts.id,
      givenName: accounts.givenName,
      familyName: accounts.familyName,
      staffRole: accounts.staffRole,
      relationship: grants.relationship,
      purpose: throttles.purpose,
      // A person has one counter for each device that was used before.
      tries: sql<number>`sum(${throttles.count})`.as('tries'),
      pausedUntil: sql<Date | null>`max(${throttles.blockedUntil})`
        .mapWith(throttles.blockedUntil)
        .as('paused_until'),
    })
    .from(throttles)
    .innerJoin(accounts, eq(accounts.id, throttles.accountId))
    .leftJoin(
      grants,
      and(eq(grants.accountId, accounts.id), eq(grants.patientId, patientId ?? ''), isNull(grants.revokedAt))
    )
    .where(and(isNotNull(throttles.purpose), gt(throttles.count, 0), which))
    .groupBy(accounts.id, throttles.purpose)
    .orderBy(
      isNotNull(grants.relationship),
      accounts.familyName,
      accounts.givenName,
      accounts.id,
      throttles.purpose
    )
    .limit(100)

/** Wrong tries at the accounts that may open a record, or at a member of staff's. Statements to batch. */
export const listRecordLocks = (db: Db, chart: Chart<'record'>) =>
  locks(db, chart.patientId, isOfRecord(chart))
export const listStaffLocks = (db: Db, accountId: string) =>
  locks(db, null, sql`${accounts.id} = ${accountId} AND staff_role IS NOT NULL`)
export type Lock = Awaited<ReturnType<typeof listRecordLocks>>[number]

/** Forgets every wrong try at an account if it is one of `which`. False when it is not; lifting nothing leaves no entry. */
async function lift(db: Db, accountId: string, entry: AuditEntry, which: Condition) {
  const allowed = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE ${accounts.id} = ${accountId} AND ${which})`
  const isCounted = sql`EXISTS (SELECT 1 FROM ${throttles} WHERE account_id = ${accountId})`
  const [found] = await db.batch([
    db.all<{ id: string }>(sql`SELECT ${accountId} AS id WHERE ${allowed}`),
    audit(db, entry, sql`${allowed} AND ${isCounted}`),
    db.delete(throttles).where(and(eq(throttles.accountId, accountId), allowed)),
  ])
  return found.length > 0
}

/** Never at the account of a member of staff who is also a patient or caregiver: that takes an admin. */
export const liftRecordLocks = (db: Db, chart: Chart<'record'>, accountId: string, now: Date) =>
  lift(
    db,
    accountId,
    { ...chart.did('lock-lifted', now, accountId), action: 'account.lock-lifted' },
    sql`staff_role IS NULL AND ${isOfRecord(chart)}`
  )

/** Someone on the staff is let in again by someone else on the staff, never by themselves. */
export const liftStaffLocks = (
  db: Db,
  viewer: StaffViewer,
  accountId: string,
  requestId: string,
  now: Date
) =>
  lift(
    db,
    accountId,
    {
      at: now,
      ...actor(viewer),
      action: 'account.lock-lifted',
      subjectId: accountId,
      requestId,
    },
    sql`staff_role IS NOT NULL AND ${accounts.id} <> ${viewer.id}`
  )

/** Whose accounts that may open a record are signed in somewhere, or spared their second step there. A statement. */
export const listSignedIn = (db: Db, chart: Chart<'record'>, now: Date) =>
  db
    .select({
      accountId: accounts.id,
      givenName: accounts.givenName,
      familyName: accounts.familyName,
      staffRole: accounts.staffRole,
      relationship: grants.relationship,
      seenAt: max(sessions.seenAt).as('session_seen_at'),
    })
    .from(accounts)
    .leftJoin(
      sessions,
      and(
        eq(sessions.accountId, accounts.id),
        sql`CASE WHEN ${accounts.staffRole} IS NULL THEN ${goesOn(false, now)} ELSE ${goesOn(true, now)} END`
      )
    )
    .leftJoin(
      trustedDevices,
      and(eq(trustedDevices.accountId, accounts.id), gt(trustedDevices.trustedUntil, now))
    )
    .leftJoin(
      grants,
      and(eq(grants.accountId, accounts.id), eq(grants.patientId, chart.patientId), isNull(grants.revokedAt))
    )
    .where(and(isOfRecord(chart), or(isNotNull(sessions.tokenHash), isNotNull(trustedDevices.id))))
    .groupBy(accounts.id)
    .orderBy(isNotNull(grants.relationship), accounts.familyName, accounts.givenName, accounts.id)
export type SignedIn = ReturnType<typeof listSignedIn>['_']['result'][number]

/**
 * Somebody has called because a phone is lost, or a library's computer still open: out everywhere, and no device is
 * spared the second step. False when the account is not of this record, or belongs to staff, which takes an admin.
 */
export async function signOutOfRecord(db: Db, chart: Chart<'record'>, accountId: string, now: Date) {
  const allowed = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE ${accounts.id} = ${accountId}
    AND staff_role IS NULL AND ${isOfRecord(chart)})`
  const [found] = await db.batch([
    db.all<{ id: string }>(sql`SELECT ${accountId} AS id WHERE ${allowed}`),
    audit(
      db,
      { ...chart.did('signed-out', now, accountId), action: 'account.signed-out-everywhere' },
      allowed
    ),
    endSessions(db, accountId, now, null, allowed),
    db.delete(trustedDevices).where(and(eq(trustedDevices.accountId, accountId), allowed)),
  ])
  return found.length > 0
}
