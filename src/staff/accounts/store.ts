import { aliasedTable, and, desc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { type AuditEntry, actor, audit } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accountActs, accounts, grants, patients, staffInvitations } from '../../db/schema.ts'
import type { StaffRole } from '../../identity/permissions.ts'
import { resetSecondStep } from '../../identity/second-step/store.ts'
import { invitationToken, sha256 } from '../../identity/secret.ts'
import { endWhatIsOpen } from '../../identity/store.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { queueEmail } from '../../outbox/queue.ts'
import type { Chart } from '../../patients/chart.ts'
import { listStaffLocks } from '../locks/store.ts'

const columns = {
  id: accounts.id,
  email: accounts.email,
  givenName: accounts.givenName,
  familyName: accounts.familyName,
  credentials: accounts.credentials,
  staffRole: accounts.staffRole,
  secondStepAt: accounts.secondStepAt,
  createdAt: accounts.createdAt,
  lastSignInAt: accounts.lastSignInAt,
  deactivatedAt: accounts.deactivatedAt,
}

export type Holder = Awaited<ReturnType<typeof listStaff>>['members'][number]
export type Invited = Awaited<ReturnType<typeof listStaff>>['invited'][number]

export async function listStaff(db: Db) {
  const [members, invited] = await db.batch([
    db
      .select(columns)
      .from(accounts)
      .where(isNotNull(accounts.staffRole))
      .orderBy(accounts.familyName, accounts.givenName)
      .limit(500),
    db
      .select()
      .from(staffInvitations)
      .where(
        and(
          isNull(staffInvitations.acceptedAt),
          isNull(staffInvitations.replacedAt),
          isNull(staffInvitations.revokedAt)
        )
      )
      .orderBy(desc(staffInvitations.createdAt))
      .limit(50),
  ])
  return { members, invited }
}

const actsOn = (db: Db, accountIds: Condition) => {
  const doer = aliasedTable(accounts, 'doer')
  return db
    .select({
      id: accountActs.id,
      accountId: accountActs.accountId,
      act: accountActs.act,
      reason: accountActs.reason,
      detail: accountActs.detail,
      doneAt: accountActs.doneAt,
      givenName: doer.givenName,
      familyName: doer.familyName,
    })
    .from(accountActs)
    .innerJoin(doer, eq(doer.id, accountActs.doneBy))
    .where(inArray(accountActs.accountId, accountIds))
    .orderBy(desc(accountActs.doneAt))
    .limit(50)
}
export type Act = Awaited<ReturnType<typeof actsOn>>[number]

export async function findStaffMember(db: Db, accountId: string) {
  const [[member], acts, locks] = await db.batch([
    db
      .select(columns)
      .from(accounts)
      .where(and(eq(accounts.id, accountId), isNotNull(accounts.staffRole)))
      .limit(1),
    actsOn(db, sql`(${accountId})`),
    listStaffLocks(db, accountId),
  ])
  return { member, acts, locks }
}

/** The accounts that may open a record: the patient's own, and those of caregivers with a live grant. */
const ofRecord = (chart: Chart<'record'>) =>
  sql`(SELECT ${patients.accountId} FROM ${patients} WHERE ${patients.id} = ${chart.patientId}
    UNION SELECT ${grants.accountId} FROM ${grants}
    WHERE ${grants.patientId} = ${chart.patientId} AND ${grants.revokedAt} IS NULL)`

const recordAccounts = (db: Db, chart: Chart<'record'>, only: Condition | undefined) =>
  db
    .select({ ...columns, relationship: grants.relationship })
    .from(accounts)
    .leftJoin(
      grants,
      and(eq(grants.accountId, accounts.id), eq(grants.patientId, chart.patientId), isNull(grants.revokedAt))
    )
    .where(and(inArray(accounts.id, ofRecord(chart)), only))
    .orderBy(accounts.familyName, accounts.givenName)
    .limit(50)

/** What the patient's page says of the second steps of those who may open the record. Statements to batch. */
export const listRecordAccounts = (db: Db, chart: Chart<'record'>) =>
  recordAccounts(db, chart, or(isNotNull(accounts.secondStepAt), isActedOn))
export const listRecordActs = (db: Db, chart: Chart<'record'>) => actsOn(db, ofRecord(chart))
export type RecordAccount = Awaited<ReturnType<typeof listRecordAccounts>>[number]

const isActedOn = sql`EXISTS (SELECT 1 FROM ${accountActs} WHERE ${accountActs.accountId} = ${accounts.id})`

export async function findRecordAccount(db: Db, chart: Chart<'record'>, accountId: string) {
  const [[found]] = await db.batch([recordAccounts(db, chart, eq(accounts.id, accountId))])
  return found
}

type Reset = { accountId: string; reason: string; doneBy: string; entry: AuditEntry }

/** The reset with its reason and its entry, or none of it. Everything comes before the change that ends `when`. */
async function reset(db: Db, { accountId, reason, doneBy, entry }: Reset, when: Condition) {
  const [done] = await db.batch([
    db.all<{ id: string }>(sql`INSERT INTO ${accountActs} (id, account_id, act, reason, done_by, done_at)
      SELECT ${newId()}, ${accountId}, 'second-step-reset', ${reason}, ${doneBy}, ${entry.at.getTime()}
      WHERE ${when} RETURNING id`),
    audit(db, entry, when),
    ...resetSecondStep(db, accountId, entry.at, when),
  ])
  return done.length > 0
}

/** Someone on the staff gets a new start from someone else on the staff. False when there was nothing to reset. */
export const resetStaffMember = (
  db: Db,
  viewer: StaffViewer,
  { accountId, reason }: { accountId: string; reason: string },
  requestId: string,
  now: Date
) =>
  reset(
    db,
    {
      accountId,
      reason,
      doneBy: viewer.id,
      entry: {
        at: now,
        ...actor(viewer),
        action: 'staff.second-step-reset',
        subjectId: accountId,
        requestId,
      },
    },
    sql`${accountId} <> ${viewer.id} AND EXISTS (SELECT 1 FROM ${accounts}
      WHERE id = ${accountId} AND staff_role IS NOT NULL AND second_step_at IS NOT NULL)`
  )

/** A patient or caregiver gets a new start. Never a member of staff who is also a patient: that takes an admin. */
export const resetRecordAccount = (
  db: Db,
  chart: Chart<'record'>,
  { accountId, reason }: { accountId: string; reason: string },
  now: Date
) =>
  reset(
    db,
    {
      accountId,
      reason,
      doneBy: chart.viewer.id,
      entry: chart.did('second-step-reset', now, accountId),
    },
    sql`EXISTS (SELECT 1 FROM ${accounts} WHERE ${accounts.id} = ${accountId} AND staff_role IS NULL
      AND second_step_at IS NOT NULL AND ${accounts.id} IN ${ofRecord(chart)})`
  )

type MemberAct = { accountId: string; reason: string }

/**
 * Whether the viewer may act on another member now: they are an admin still, and somebody who is one remains. Two admins
 * who take each other's role at the same moment do not leave the practice without any.
 */
const mayAct = (viewer: StaffViewer, accountId: string) =>
  sql`${accountId} <> ${viewer.id} AND EXISTS (SELECT 1 FROM ${accounts} a
    WHERE a.id = ${viewer.id} AND a.staff_role = 'admin' AND a.deactivated_at IS NULL)`

const isMember = (accountId: string, state: Condition) =>
  sql`EXISTS (SELECT 1 FROM ${accounts} m WHERE m.id = ${accountId} AND m.staff_role IS NOT NULL AND ${state})`

type Change = MemberAct & { act: Act['act']; detail?: [StaffRole, StaffRole]; set: Condition }

/** Statements: the act with its reason and its entry, the end of what was open, and the change that ends `when`. */
async function change(
  db: Db,
  viewer: StaffViewer,
  { accountId, reason, act, detail, set }: Change,
  when: Condition,
  requestId: string,
  now: Date
) {
  const [done] = await db.batch([
    db.all<{
      id: string
    }>(sql`INSERT INTO ${accountActs} (id, account_id, act, reason, detail, done_by, done_at)
      SELECT ${newId()}, ${accountId}, ${act}, ${reason}, ${detail ? JSON.stringify(detail) : null}, ${viewer.id},
        ${now.getTime()} WHERE ${when} RETURNING id`),
    audit(db, { at: now, ...actor(viewer), action: `staff.${act}`, subjectId: accountId, requestId }, when),
    ...endWhatIsOpen(db, accountId, now, { except: null, when }),
    db.run(sql`UPDATE ${accounts} SET ${set} WHERE id = ${accountId} AND ${when}`),
  ])
  return done.length > 0
}

/** Another role from the next request on: they sign in anew. False when somebody else changed it first. */
export const changeRole = (
  db: Db,
  viewer: StaffViewer,
  { from, to, ...act }: MemberAct & { from: StaffRole; to: StaffRole },
  requestId: string,
  now: Date
) =>
  change(
    db,
    viewer,
    { ...act, act: 'role-changed', detail: [from, to], set: sql`staff_role = ${to}` },
    sql`${mayAct(viewer, act.accountId)} AND ${isMember(act.accountId, sql`m.staff_role = ${from} AND ${from} <> ${to}`)}`,
    requestId,
    now
  )

/** Nothing opens for them any more, from the next request on. */
export const deactivate = (db: Db, viewer: StaffViewer, act: MemberAct, requestId: string, now: Date) =>
  change(
    db,
    viewer,
    { ...act, act: 'deactivated', set: sql`deactivated_at = ${now.getTime()}` },
    sql`${mayAct(viewer, act.accountId)} AND ${isMember(act.accountId, sql`m.deactivated_at IS NULL`)}`,
    requestId,
    now
  )

/** They may sign in again, with the password and the second step they had. */
export const reactivate = (db: Db, viewer: StaffViewer, act: MemberAct, requestId: string, now: Date) =>
  change(
    db,
    viewer,
    { ...act, act: 'reactivated', set: sql`deactivated_at = NULL` },
    sql`${mayAct(viewer, act.accountId)} AND ${isMember(act.accountId, sql`m.deactivated_at IS NOT NULL`)}`,
    requestId,
    now
  )

type NewMember = {
  submissionId: string
  email: string
  givenName: string
  familyName: string
  credentials: string | null
  role: StaffRole
}

/** Invites someone to work here, in the place of what was sent to the address before. False when it has an account. */
export async function inviteMember(
  db: Db,
  viewer: StaffViewer,
  { submissionId: id, ...member }: NewMember,
  tokenKey: string,
  requestId: string,
  now: Date
) {
  const tokenHash = await sha256(await invitationToken(tokenKey, id))
  const fresh = sql`NOT EXISTS (SELECT 1 FROM ${staffInvitations} WHERE id = ${id})
    AND NOT EXISTS (SELECT 1 FROM ${accounts} WHERE email = ${member.email})
    AND EXISTS (SELECT 1 FROM ${accounts} a WHERE a.id = ${viewer.id} AND a.staff_role = 'admin' AND a.deactivated_at IS NULL)`
  const [, , , , [made]] = await db.batch([
    audit(db, { at: now, ...actor(viewer), action: 'staff.invited', subjectId: id, requestId }, fresh),
    queueEmail(db, { kind: 'staff-invitation', subjectId: id }, now, fresh),
    db
      .update(staffInvitations)
      .set({ replacedAt: now })
      .where(
        and(
          eq(staffInvitations.email, member.email),
          isNull(staffInvitations.acceptedAt),
          isNull(staffInvitations.replacedAt),
          fresh
        )
      ),
    db.run(sql`INSERT INTO ${staffInvitations}
      (id, email, given_name, family_name, credentials, role, token_hash, language, invited_by, created_at)
      SELECT ${id}, ${member.email}, ${member.givenName}, ${member.familyName}, ${member.credentials}, ${member.role},
        ${tokenHash}, ${viewer.language}, ${viewer.id}, ${now.getTime()} WHERE ${fresh}`),
    db.select({ id: staffInvitations.id }).from(staffInvitations).where(eq(staffInvitations.id, id)),
  ])
  return made !== undefined
}

/** Takes an invitation back: its link stops working at once. */
export const takeBackInvitation = (db: Db, viewer: StaffViewer, id: string, requestId: string, now: Date) => {
  const open = and(
    eq(staffInvitations.id, id),
    isNull(staffInvitations.acceptedAt),
    isNull(staffInvitations.revokedAt)
  )
  return db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'staff.invitation-revoked', subjectId: id, requestId },
      sql`EXISTS (SELECT 1 FROM ${staffInvitations} WHERE ${open})`
    ),
    db.update(staffInvitations).set({ revokedAt: now }).where(open),
  ])
}
