import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  accounts,
  grants,
  invitationRequests,
  invitations,
  patients,
  registrationCodes,
  termsAcceptances,
  throttles,
} from '../../db/schema.ts'
import type { Bindings } from '../../env.ts'
import type { Language } from '../../i18n/text.ts'
import { queueEmail, tellPatient } from '../../outbox/queue.ts'
import { codeLife, type Invitation, linkKey, mostTries, unconfirmedLife } from '../invitation/invitation.ts'
import { findForMail } from '../invitation/store.ts'
import { insertSession, type SessionRow } from '../session.ts'
import { type Limit, limits, takeTry } from '../throttle.ts'
import type { Patient, Viewer } from '../visit.ts'

/** An invitation as someone who opens its link meets it: with the record it is for and who has its address already. */
export type Link = {
  invitation: Invitation
  patient: Pick<
    Patient,
    'givenName' | 'familyName' | 'birthDate' | 'email' | 'accountId' | 'inactiveAt' | 'deceasedAt'
  >
  account: { id: string; deactivatedAt: Date | null } | null
  /** The newest code that was asked for in this browser. */
  code: RegistrationCode | null
}
export type RegistrationCode = Pick<typeof registrationCodes.$inferSelect, 'id' | 'tries' | 'expiresAt'>

/**
 * A statement. Where KV says the invitation is helps to find it; whether it is the one, the hash in D1 decides. D1
 * answers a batch by column name, so the names that two tables share get their own.
 */
const selectLink = (db: Db, tokenHash: string, browserHash: string | null, where?: string) =>
  db
    .select({
      invitation: invitations,
      givenName: patients.givenName,
      familyName: patients.familyName,
      birthDate: patients.birthDate,
      patientEmail: sql<string | null>`${patients.email}`.as('patient_email'),
      patientAccountId: patients.accountId,
      inactiveAt: patients.inactiveAt,
      deceasedAt: patients.deceasedAt,
      accountId: sql<string | null>`${accounts.id}`.as('holder_id'),
      deactivatedAt: accounts.deactivatedAt,
      codeId: sql<string | null>`${registrationCodes.id}`.as('code_id'),
      codeTries: sql<number>`${registrationCodes.tries}`.as('code_tries'),
      codeExpiresAt: sql<Date>`${registrationCodes.expiresAt}`
        .mapWith(registrationCodes.expiresAt)
        .as('code_expires_at'),
    })
    .from(invitations)
    .innerJoin(patients, eq(patients.id, invitations.patientId))
    .leftJoin(accounts, eq(accounts.email, invitations.email))
    .leftJoin(
      registrationCodes,
      sql`${registrationCodes.id} = (SELECT id FROM registration_codes c
        WHERE c.invitation_id = ${invitations.id} AND c.browser_hash = ${browserHash ?? ''}
        ORDER BY c.created_at DESC LIMIT 1)`
    )
    .where(and(eq(invitations.tokenHash, tokenHash), where ? eq(invitations.id, where) : undefined))
    .limit(1)

type LinkRow = Awaited<ReturnType<typeof selectLink>>[number]

const asLink = ({ invitation, ...row }: LinkRow): Link => ({
  invitation,
  patient: {
    givenName: row.givenName,
    familyName: row.familyName,
    birthDate: row.birthDate,
    email: row.patientEmail,
    accountId: row.patientAccountId,
    inactiveAt: row.inactiveAt,
    deceasedAt: row.deceasedAt,
  },
  account: row.accountId ? { id: row.accountId, deactivatedAt: row.deactivatedAt } : null,
  code: row.codeId ? { id: row.codeId, tries: row.codeTries, expiresAt: row.codeExpiresAt } : null,
})

/** What else one wants to know or do in the same trip: whether a network address is paused, or a try of a counter. */
export type Alongside = { paused?: string; taking?: { key: string; limit: Limit } }

/**
 * Finds a link by its token's hash: KV knows the way, D1 is the judge. A way that is missing or leads astray costs
 * nothing but the shortcut.
 */
export async function findLink(
  env: Pick<Bindings, 'INVITATIONS'>,
  db: Db,
  tokenHash: string,
  browserHash: string | null,
  now: Date,
  { paused = '', taking }: Alongside = {}
) {
  const where = (await env.INVITATIONS.get(linkKey(tokenHash)).catch(() => null)) ?? undefined
  const [[found], pauses, taken] = await db.batch([
    selectLink(db, tokenHash, browserHash, where),
    db
      .select({ key: throttles.key })
      .from(throttles)
      .where(and(eq(throttles.key, paused), gt(throttles.blockedUntil, now))),
    taking ? takeTry(db, taking.key, taking.limit, now) : db.all<{ count: number }>(sql`SELECT 1 AS count`),
  ])
  const row = found ?? (where ? (await selectLink(db, tokenHash, browserHash))[0] : undefined)
  return { link: row && asLink(row), paused: pauses.length > 0, allowed: taken.length > 0 }
}

/** True while the link may be used. The same question as `linkState`, asked where nothing can change in between. */
const usable = ({ invitation }: Link, now: Date) =>
  sql`EXISTS (SELECT 1 FROM invitations i JOIN patients p ON p.id = i.patient_id
    WHERE i.id = ${invitation.id}
      AND i.accepted_at IS NULL AND i.replaced_at IS NULL AND i.revoked_at IS NULL AND i.address_changed_at IS NULL
      AND i.locked_at IS NULL AND i.birth_date_tries < ${mostTries}
      AND coalesce(i.expires_at, i.created_at + ${unconfirmedLife}) > ${now.getTime()}
      AND p.inactive_at IS NULL AND p.deceased_at IS NULL
      AND (i.kind = 'caregiver' OR (p.account_id IS NULL AND lower(trim(p.email)) = i.email)))`

const codeWorks = (code: RegistrationCode, now: Date) =>
  sql`EXISTS (SELECT 1 FROM registration_codes c
    WHERE c.id = ${code.id} AND c.tries < ${mostTries} AND c.expires_at > ${now.getTime()})`

/** Who is at the other end, for the audit trail and for counters. */
export type Visitor = { requestId: string; networkKey: string }

const tell = (
  link: Link,
  action: string,
  now: Date,
  { requestId }: Visitor,
  accountId: string | null = null
) => ({
  at: now,
  accountId,
  actor: accountId ? 'account' : 'nobody',
  patientId: link.invitation.patientId,
  action: `invitation.${action}`,
  subjectId: link.invitation.id,
  requestId,
})

/** Mails a code that works in this browser only. */
export function sendCode(db: Db, link: Link, browserHash: string, now: Date, visitor: Visitor) {
  const id = newId()
  const open = usable(link, now)
  return db.batch([
    db.run(sql`INSERT INTO ${registrationCodes} (id, invitation_id, browser_hash, created_at, expires_at)
      SELECT ${id}, ${link.invitation.id}, ${browserHash}, ${now.getTime()}, ${now.getTime() + codeLife} WHERE ${open}`),
    queueEmail(
      db,
      { kind: 'registration-code', subjectId: id, patientId: link.invitation.patientId },
      now,
      open
    ),
    audit(db, tell(link, 'code-sent', now, visitor), open),
  ])
}

/** Charges a wrong code. Undefined when its tries were used up already: then nothing may be said about it. */
export async function chargeCode(db: Db, link: Link, code: RegistrationCode, now: Date, visitor: Visitor) {
  const works = and(usable(link, now), codeWorks(code, now)) as SQL
  const [, , [charged]] = await db.batch([
    audit(db, tell(link, 'wrong-code', now, visitor), works),
    takeTry(db, visitor.networkKey, limits.birthDateByNetwork, now),
    db
      .update(registrationCodes)
      .set({ tries: sql`${registrationCodes.tries} + 1` })
      .where(and(eq(registrationCodes.id, code.id), works))
      .returning({ tries: registrationCodes.tries }),
  ])
  return charged?.tries
}

/**
 * Charges a wrong date of birth, and locks the invitation with the last. A right one is charged nothing but answered
 * only where a try was left, so answers given at once count exactly as if they had come one after another. `code` is
 * null for an account that has proved itself by signing in.
 */
export async function chargeBirthDate(
  db: Db,
  link: Link,
  code: RegistrationCode | null,
  now: Date,
  visitor: Visitor
) {
  const works = and(usable(link, now), code ? codeWorks(code, now) : undefined) as SQL
  const [, , [charged]] = await db.batch([
    audit(db, tell(link, 'wrong-birth-date', now, visitor), works),
    takeTry(db, visitor.networkKey, limits.birthDateByNetwork, now),
    db
      .update(invitations)
      .set({
        birthDateTries: sql`${invitations.birthDateTries} + 1`,
        lockedAt: sql`CASE WHEN ${invitations.birthDateTries} + 1 >= ${mostTries} THEN ${now.getTime()} END`,
      })
      .where(and(eq(invitations.id, link.invitation.id), works))
      .returning({ tries: invitations.birthDateTries }),
  ])
  return charged?.tries
}

/** Whether a right answer may still be told from a wrong one. */
export async function mayAnswer(db: Db, link: Link, code: RegistrationCode, now: Date) {
  const [row] = await db.all<{ open: number }>(
    sql`SELECT 1 AS open WHERE ${and(usable(link, now), codeWorks(code, now))}`
  )
  return row !== undefined
}

/** Whose account it becomes: the patient's, or that of the person they named. */
export const ownerOf = (invitation: Invitation, patient: Link['patient']) =>
  invitation.kind === 'patient'
    ? { givenName: patient.givenName, familyName: patient.familyName }
    : { givenName: invitation.inviteeGivenName ?? '', familyName: invitation.inviteeFamilyName ?? '' }

/** Statements that open the record to an account: as the patient's own, or to their caregiver, whom they are told of. */
function letIn(db: Db, { invitation }: Link, accountId: string, now: Date, when: SQL): Statement[] {
  const { id, patientId, relationship, invitedBy } = invitation
  if (invitation.kind === 'patient')
    return [
      db
        .update(patients)
        .set({ accountId })
        .where(and(eq(patients.id, patientId), isNull(patients.accountId), when)),
    ]
  return [
    db.run(sql`INSERT INTO ${grants} (id, patient_id, account_id, relationship, granted_at, granted_by)
      SELECT ${id}, ${patientId}, ${accountId}, ${relationship ?? ''}, ${now.getTime()}, ${invitedBy} WHERE ${when}
      ON CONFLICT DO NOTHING`),
    tellPatient(db, patientId, now, when),
  ]
}

type NewAccount = { passwordHash: string; language: Language; termsVersion: string; networkAddress: string }

/**
 * Registers: account, record, terms, session, notice and audit entry, or nothing at all. Of many at once one wins; the
 * account's fresh id tells the rest of the batch whether this is the one.
 */
export async function register(
  db: Db,
  link: Link,
  code: RegistrationCode,
  { session, deviceId }: { session: SessionRow; deviceId: string },
  account: NewAccount,
  now: Date,
  visitor: Visitor
) {
  const { invitation, patient } = link
  const { accountId } = session
  const { givenName, familyName } = ownerOf(invitation, patient)
  const at = now.getTime()
  const won = sql`EXISTS (SELECT 1 FROM accounts WHERE id = ${accountId})`
  const [[made]] = await db.batch([
    db.all<{ id: string }>(sql`INSERT INTO ${accounts}
      (id, email, given_name, family_name, language, password_hash, terms_version, created_at, last_sign_in_at)
      SELECT ${accountId}, ${invitation.email}, ${givenName}, ${familyName}, ${account.language},
        ${account.passwordHash}, ${account.termsVersion}, ${at}, ${at}
      WHERE ${usable(link, now)} AND ${codeWorks(code, now)}
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE email = ${invitation.email})
      RETURNING id`),
    db
      .update(invitations)
      .set({ acceptedAt: now, acceptedBy: accountId })
      .where(and(eq(invitations.id, invitation.id), won)),
    ...letIn(db, link, accountId, now, won),
    db.run(sql`INSERT INTO ${termsAcceptances} (account_id, version, accepted_at, network_address)
      SELECT ${accountId}, ${account.termsVersion}, ${at}, ${account.networkAddress} WHERE ${won}`),
    insertSession(db, session, deviceId, won),
    queueEmail(
      db,
      { kind: 'registered', subjectId: invitation.id, patientId: invitation.patientId },
      now,
      won
    ),
    audit(db, tell(link, 'accepted', now, visitor, accountId), won),
  ])
  return made !== undefined
}

/** Puts the record into the account of someone who is signed in with the invited address. */
export async function addRecord(db: Db, link: Link, viewer: Viewer, now: Date, visitor: Visitor) {
  const { invitation } = link
  const open = and(
    usable(link, now),
    sql`${invitation.email} = ${viewer.email}`,
    // Who came to work here since they were invited looks after records as staff, or not at all.
    invitation.kind === 'caregiver'
      ? sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${viewer.id} AND staff_role IS NULL)`
      : undefined
  ) as SQL
  // What tells of it asks whether the invitation is still open; what it opens asks whether this took it up.
  const [, , accepted] = await db.batch([
    queueEmail(
      db,
      { kind: 'registered', subjectId: invitation.id, patientId: invitation.patientId },
      now,
      open
    ),
    audit(db, tell(link, 'record-added', now, visitor, viewer.id), open),
    db
      .update(invitations)
      .set({ acceptedAt: now, acceptedBy: viewer.id })
      .where(and(eq(invitations.id, invitation.id), open))
      .returning({ id: invitations.id }),
    ...letIn(
      db,
      link,
      viewer.id,
      now,
      sql`EXISTS (SELECT 1 FROM invitations WHERE id = ${invitation.id} AND accepted_by = ${viewer.id} AND accepted_at = ${now.getTime()})`
    ),
  ])
  return accepted.length > 0
}

/** Files a wish for a new link with the invite desk, once per invitation; mails nothing to anyone. */
export const askForNewLink = (db: Db, link: Link, now: Date, visitor: Visitor) => {
  const { id, patientId } = link.invitation
  const first = sql`NOT EXISTS (SELECT 1 FROM invitation_requests WHERE invitation_id = ${id} AND resolved_at IS NULL)`
  return db.batch([
    audit(db, tell(link, 'new-link-asked', now, visitor), first),
    db
      .insert(invitationRequests)
      .values({ invitationId: id, patientId, requestedAt: now })
      .onConflictDoNothing(),
  ])
}

export async function findCodeForMail(db: Db, codeId: string, now: Date) {
  const [code] = await db.select().from(registrationCodes).where(eq(registrationCodes.id, codeId)).limit(1)
  if (!code || code.expiresAt <= now) return undefined
  const invitation = await findForMail(db, code.invitationId, now)
  return invitation && { code, invitation }
}

/** An invitation that was taken up, and the account that did. */
export async function findAccepted(db: Db, invitationId: string) {
  const [found] = await db
    .select({ invitation: invitations, account: accounts })
    .from(invitations)
    .innerJoin(accounts, eq(accounts.id, invitations.acceptedBy))
    .where(eq(invitations.id, invitationId))
    .limit(1)
  return found
}
