import { and, asc, desc, eq, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db, Statement } from '../../db/client.ts'
import {
  accounts,
  attachments,
  calendarFeeds,
  drafts,
  grants,
  invitations,
  outbox,
  patients,
} from '../../db/schema.ts'
import { unconfirmedLife } from '../../identity/invitation/invitation.ts'
import { invitationToken, pseudonym, sha256 } from '../../identity/secret.ts'
import { limits, type Taken, takeTry } from '../../identity/throttle.ts'
import type { Viewer } from '../../identity/visit.ts'
import { queueEmail, tellPatient } from '../../outbox/queue.ts'
import type { Chart } from '../chart.ts'
import { lastSeenAt } from '../grant.ts'
import type { NewUser, Refusal } from './user.ts'

type Key = Chart<'sharing'>

/** An invitation that nobody has taken up, and that still could be. */
const pendingAt = (now: Date) =>
  sql`accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL AND address_changed_at IS NULL
    AND locked_at IS NULL AND coalesce(expires_at, created_at + ${unconfirmedLife}) > ${now.getTime()}`

/** Everyone who has, had or is to get access to a record. */
export async function listUsers(db: Db, chart: Key) {
  const [users, invited] = await db.batch([
    db
      .select({
        id: grants.id,
        relationship: grants.relationship,
        grantedAt: grants.grantedAt,
        revokedAt: grants.revokedAt,
        /** Staff say why, and only they. */
        byOffice: sql<number>`${grants.revokedReason} IS NOT NULL`.as('by_office'),
        givenName: accounts.givenName,
        familyName: accounts.familyName,
        email: accounts.email,
        lastSeenAt: lastSeenAt.as('last_seen_at'),
      })
      .from(grants)
      .innerJoin(accounts, eq(accounts.id, grants.accountId))
      .where(eq(grants.patientId, chart.patientId))
      .orderBy(desc(isNull(grants.revokedAt)), desc(grants.grantedAt))
      .limit(100),
    db
      .select()
      .from(invitations)
      .where(
        and(
          eq(invitations.patientId, chart.patientId),
          eq(invitations.kind, 'caregiver'),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
          isNull(invitations.replacedAt)
        )
      )
      .orderBy(desc(invitations.createdAt))
      .limit(50),
  ])
  return { users, invited }
}
export type Users = Awaited<ReturnType<typeof listUsers>>

/**
 * What stands in the way of inviting an address to a record, each in SQL; the first that holds is told. `instead`: the
 * invitation that the new one takes the place of.
 */
const obstacles = (
  chart: Key,
  email: string,
  now: Date,
  byStaff: boolean,
  instead = ''
): [Refusal, SQL][] => {
  const account = sql`FROM ${accounts} a WHERE a.email = ${email}`
  const patient = sql`FROM ${patients} p WHERE p.id = ${chart.patientId}`
  return [
    ['over', sql`EXISTS (SELECT 1 ${patient} AND (p.deceased_at IS NOT NULL OR p.inactive_at IS NOT NULL))`],
    // Whoever is let in must know it; without one nobody can be.
    ['no-birth-date', sql`EXISTS (SELECT 1 ${patient} AND coalesce(p.birth_date, '') = '')`],
    ...(byStaff
      ? [['login', sql`EXISTS (SELECT 1 ${patient} AND p.account_id IS NOT NULL)`] as [Refusal, SQL]]
      : []),
    [
      'self',
      sql`EXISTS (SELECT 1 ${patient} AND (lower(trim(coalesce(p.email, ''))) = ${email}
        OR EXISTS (SELECT 1 ${account} AND a.id = p.account_id)))`,
    ],
    [
      'has-access',
      sql`EXISTS (SELECT 1 FROM ${grants} g JOIN ${accounts} a ON a.id = g.account_id
        WHERE g.patient_id = ${chart.patientId} AND g.revoked_at IS NULL AND a.email = ${email})`,
    ],
    ['staff', sql`EXISTS (SELECT 1 ${account} AND a.staff_role IS NOT NULL)`],
    ['closed', sql`EXISTS (SELECT 1 ${account} AND a.deactivated_at IS NOT NULL)`],
    [
      'pending',
      sql`EXISTS (SELECT 1 FROM ${invitations} WHERE patient_id = ${chart.patientId} AND kind = 'caregiver'
        AND email = ${email} AND id <> ${instead} AND ${pendingAt(now)})`,
    ],
  ]
}

/** Why this address cannot be invited to this record now; undefined when nothing stands in the way. */
export async function refusalOf(db: Db, chart: Key, email: string, now: Date, byStaff: boolean) {
  const found = obstacles(chart, email, now, byStaff)
  const [[row]] = await db.batch([
    db.all<{ refusal: Refusal | null }>(
      sql`SELECT CASE ${sql.join(
        found.map(([refusal, holds]) => sql`WHEN ${holds} THEN ${refusal}`),
        sql` `
      )} END AS refusal`
    ),
  ])
  return row?.refusal ?? undefined
}

/**
 * Takes a try at inviting: from one patient's or caregiver's account so many a day, and to one address so many from
 * whomever, since whose mailbox it is nobody has said. False during a pause; the same form again is none.
 */
export async function mayInvite(
  db: Db,
  chart: Key,
  tokenKey: string,
  { submissionId: id, email }: Pick<NewUser, 'submissionId' | 'email'>,
  now: Date
) {
  const [account, address] = await Promise.all([
    pseudonym(tokenKey, 'caregivers invited by', chart.viewer.id),
    pseudonym(tokenKey, 'caregivers invited at', email),
  ])
  const when = sql`NOT EXISTS (SELECT 1 FROM ${invitations} WHERE id = ${id})`
  const [own, theirs, sent] = await db.batch([
    chart.via === 'staff'
      ? db.all<Taken>(sql`SELECT 1 AS count`)
      : takeTry(db, account, limits.caregiversByAccount, now, { when }),
    takeTry(db, address, limits.caregiversByAddress, now, { when }),
    db.select({ id: invitations.id }).from(invitations).where(eq(invitations.id, id)),
  ])
  return sent.length > 0 || (own.length > 0 && theirs.length > 0)
}

/**
 * Invites someone to a record: the invitation, its mail and its trail, once per form, and once per address however many
 * do it at the same moment. `proof`: how staff know, who do it for someone without a login. False where something stands
 * in the way since the form was looked at.
 */
export async function inviteUser(
  db: Db,
  chart: Key,
  tokenKey: string,
  { submissionId: id, email, givenName, familyName, relationship }: NewUser,
  now: Date,
  proof: string | null = null
) {
  const tokenHash = await sha256(await invitationToken(tokenKey, id))
  const inTheWay = obstacles(chart, email, now, proof !== null).map(([, holds]) => holds)
  const fresh = sql`NOT EXISTS (SELECT 1 FROM ${invitations} WHERE id = ${id}) AND NOT (${sql.join(inTheWay, sql` OR `)})`
  // The row itself comes last: everything else asks whether it is new.
  const [, , , , [made]] = await db.batch([
    // What ran out or was locked has had its day: nobody is to send it anew beside this one.
    db.run(sql`UPDATE ${invitations} SET replaced_at = ${now.getTime()}
      WHERE patient_id = ${chart.patientId} AND kind = 'caregiver' AND email = ${email}
        AND accepted_at IS NULL AND revoked_at IS NULL AND replaced_at IS NULL AND ${fresh}`),
    audit(db, chart.did('invited', now, id), fresh),
    queueEmail(db, { kind: 'invitation', subjectId: id, patientId: chart.patientId }, now, fresh),
    db.run(sql`INSERT INTO ${invitations} (id, kind, patient_id, email, token_hash, language, relationship, invitee_given_name, invitee_family_name, proof, invited_by, created_at)
      SELECT ${id}, 'caregiver', ${chart.patientId}, ${email}, ${tokenHash}, ${chart.viewer.language}, ${relationship},
        ${givenName}, ${familyName}, ${proof}, ${chart.viewer.id}, ${now.getTime()} WHERE ${fresh}`),
    db
      .select({ id: invitations.id })
      .from(invitations)
      .where(and(eq(invitations.id, id), eq(invitations.patientId, chart.patientId))),
  ])
  return made !== undefined
}

/** The address of an invitation to this record, whatever became of it. */
export async function findInvited(db: Db, chart: Key, invitationId: string) {
  const [[found]] = await db.batch([
    db
      .select({ email: invitations.email })
      .from(invitations)
      .where(
        and(
          eq(invitations.id, invitationId),
          eq(invitations.patientId, chart.patientId),
          eq(invitations.kind, 'caregiver')
        )
      ),
  ])
  return found?.email
}

/**
 * Sends a new link, which takes the place of the old one and has its own four days. False where it was taken up or back,
 * or something stands in the way by now.
 */
export async function inviteAgain(
  db: Db,
  chart: Key,
  tokenKey: string,
  { invitationId, submissionId: id, email }: { invitationId: string; submissionId: string; email: string },
  now: Date
) {
  const tokenHash = await sha256(await invitationToken(tokenKey, id))
  const old = sql`id = ${invitationId} AND patient_id = ${chart.patientId} AND kind = 'caregiver'
    AND accepted_at IS NULL AND revoked_at IS NULL AND replaced_at IS NULL`
  const inTheWay = obstacles(chart, email, now, chart.via === 'staff', invitationId).map(([, holds]) => holds)
  const fresh = sql`EXISTS (SELECT 1 FROM ${invitations} WHERE ${old}) AND NOT EXISTS (SELECT 1 FROM ${invitations} WHERE id = ${id})
    AND NOT (${sql.join(inTheWay, sql` OR `)})`
  const [, , , , [made]] = await db.batch([
    audit(db, chart.did('invited', now, id), fresh),
    queueEmail(db, { kind: 'invitation', subjectId: id, patientId: chart.patientId }, now, fresh),
    db.run(sql`INSERT INTO ${invitations} (id, kind, patient_id, email, token_hash, language, relationship, invitee_given_name, invitee_family_name, proof, invited_by, created_at)
      SELECT ${id}, 'caregiver', patient_id, email, ${tokenHash}, language, relationship, invitee_given_name, invitee_family_name, proof,
        ${chart.viewer.id}, ${now.getTime()} FROM ${invitations} WHERE ${old} AND ${fresh}`),
    db.run(sql`UPDATE ${invitations} SET replaced_at = ${now.getTime()}
      WHERE ${old} AND EXISTS (SELECT 1 FROM ${invitations} n WHERE n.id = ${id} AND n.created_at = ${now.getTime()})`),
    db
      .select({ id: invitations.id })
      .from(invitations)
      .where(and(eq(invitations.id, id), eq(invitations.patientId, chart.patientId))),
  ])
  return made !== undefined
}

/** Takes an open invitation back, and says what became of it: now or before. Undefined for one that never was. */
export async function cancelInvitation(
  db: Db,
  chart: Key,
  invitationId: string,
  now: Date
): Promise<'taken-back' | 'taken-up' | undefined> {
  const one = sql`id = ${invitationId} AND patient_id = ${chart.patientId} AND kind = 'caregiver'`
  const open = sql`${one} AND accepted_at IS NULL AND revoked_at IS NULL AND replaced_at IS NULL`
  const [, , [found]] = await db.batch([
    audit(
      db,
      chart.did('invitation-revoked', now, invitationId),
      sql`EXISTS (SELECT 1 FROM ${invitations} WHERE ${open})`
    ),
    db.update(invitations).set({ revokedAt: now }).where(open),
    db.select({ acceptedAt: invitations.acceptedAt }).from(invitations).where(one),
  ])
  return found && (found.acceptedAt ? 'taken-up' : 'taken-back')
}

/** One who has access, or had, to be asked about before it ends. */
export async function findUser(db: Db, chart: Key, grantId: string) {
  const [[user]] = await db.batch([
    db
      .select({
        id: grants.id,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
        email: accounts.email,
        revokedAt: grants.revokedAt,
      })
      .from(grants)
      .innerJoin(accounts, eq(accounts.id, grants.accountId))
      .where(and(eq(grants.id, grantId), eq(grants.patientId, chart.patientId))),
  ])
  return user
}
export type User = NonNullable<Awaited<ReturnType<typeof findUser>>>

/**
 * Ends access for good: from the next request on, everywhere. Invitations to the same address end with it, mail that
 * waits is not sent, and what they had begun to write goes; who did not end it hears of it. What this did before, it says again.
 */
async function endAccess(
  db: Db,
  chart: Chart<'sharing' | 'record'>,
  grantId: string,
  { act, reason }: { act: 'revoked' | 'left'; reason: string | null },
  now: Date
) {
  const one = sql`id = ${grantId} AND patient_id = ${chart.patientId}`
  const live = sql`${one} AND revoked_at IS NULL`
  const is = sql`EXISTS (SELECT 1 FROM ${grants} WHERE ${live})`
  const account = sql`(SELECT account_id FROM ${grants} WHERE ${live})`
  const theirs = sql`patient_id = ${chart.patientId} AND account_id = ${account}`
  const at = now.getTime()
  const statements: Statement[] = [
    db.run(sql`UPDATE ${invitations} SET revoked_at = ${at}
      WHERE patient_id = ${chart.patientId} AND kind = 'caregiver' AND accepted_at IS NULL AND revoked_at IS NULL
        AND email = (SELECT email FROM ${accounts} WHERE id = ${account})`),
    db.run(sql`UPDATE ${outbox} SET cancelled_at = ${at}
      WHERE ${theirs} AND sent_at IS NULL AND cancelled_at IS NULL AND leased_until IS NULL`),
    db.run(sql`UPDATE ${attachments} SET removed_at = ${at}
      WHERE ${theirs} AND message_id IS NULL AND removed_at IS NULL`),
    db.run(sql`DELETE FROM ${drafts} WHERE ${theirs}`),
    db.run(sql`UPDATE ${calendarFeeds} SET revoked_at = ${at} WHERE ${theirs} AND revoked_at IS NULL`),
    tellPatient(db, chart.patientId, now, is),
    // Who left knows. The row says nothing of the record, as the mail does.
    ...(act === 'revoked'
      ? [
          db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, account_id, created_at, due_at)
            SELECT lower(hex(randomblob(11))), 'access-ended', account_id, account_id, ${at}, ${at} FROM ${grants} WHERE ${live}`),
        ]
      : []),
  ]
  const [, rows] = await db.batch([
    audit(db, chart.did(act, now, grantId), is),
    db.all<{ id: string }>(sql`SELECT id FROM ${grants} WHERE ${one}`),
    ...statements,
    db.update(grants).set({ revokedAt: now, revokedBy: chart.viewer.id, revokedReason: reason }).where(live),
  ])
  return rows.length === 1
}

/** False where there never was such a grant. */
export const revokeUser = (db: Db, chart: Key, grantId: string, now: Date, reason: string | null = null) =>
  endAccess(db, chart, grantId, { act: 'revoked', reason }, now)

/** A caregiver leaves a record by themselves. */
export const leave = (db: Db, chart: Chart<'record'>, grantId: string, now: Date) =>
  endAccess(db, chart, grantId, { act: 'left', reason: null }, now)

/** Whether someone left a record by themselves: a second tap on the button means the same as the first. */
export async function hasLeft(db: Db, viewer: Viewer, patientId: string) {
  const [rows] = await db.batch([
    db
      .select({ id: grants.id })
      .from(grants)
      .where(
        and(eq(grants.patientId, patientId), eq(grants.accountId, viewer.id), eq(grants.revokedBy, viewer.id))
      )
      .limit(1),
  ])
  return rows.length > 0
}

/** Records of one's own, and those one helps with. */
export async function listOwnRecords(db: Db, viewer: Viewer) {
  const person = { id: patients.id, givenName: patients.givenName, familyName: patients.familyName }
  const [own, helped] = await db.batch([
    db
      .select(person)
      .from(patients)
      .where(eq(patients.accountId, viewer.id))
      .orderBy(asc(patients.createdAt))
      .limit(50),
    db
      .select({ ...person, relationship: grants.relationship })
      .from(grants)
      .innerJoin(patients, eq(patients.id, grants.patientId))
      .where(
        and(
          eq(grants.accountId, viewer.id),
          isNull(grants.revokedAt),
          ne(sql`coalesce(${patients.accountId}, '')`, viewer.id)
        )
      )
      .orderBy(asc(grants.grantedAt))
      .limit(50),
  ])
  return { own, helped }
}
export type OwnRecords = Awaited<ReturnType<typeof listOwnRecords>>
