import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, staffInvitations, termsAcceptances } from '../../db/schema.ts'
import type { Language } from '../../i18n/text.ts'
import { queueEmail } from '../../outbox/queue.ts'
import { codeLife, expiryOf, mostTries, unconfirmedLife } from '../invitation/invitation.ts'
import { insertSession, type SessionRow } from '../session.ts'
import { type Limit, takeTry } from '../throttle.ts'
import { deadState, type StaffInvitation } from './joining.ts'

/** The invitation of a link, and whether the code that was asked for in this browser may still be given. */
export async function findJoining(
  db: Db,
  tokenHash: string,
  browserHash: string | null,
  now: Date,
  taking?: { key: string; limit: Limit }
) {
  const [[found], taken] = await db.batch([
    db.select().from(staffInvitations).where(eq(staffInvitations.tokenHash, tokenHash)).limit(1),
    taking ? takeTry(db, taking.key, taking.limit, now) : db.all<{ count: number }>(sql`SELECT 1 AS count`),
  ])
  const hasCode =
    found !== undefined &&
    browserHash !== null &&
    found.codeBrowserHash === browserHash &&
    found.codeTries < mostTries &&
    (found.codeExpiresAt ?? now) > now
  return { invitation: found, hasCode, allowed: taken.length > 0 }
}

/** True while the link may be used: the same question as `deadState`, asked where nothing can change in between. */
const usable = (invitation: StaffInvitation, now: Date) =>
  sql`EXISTS (SELECT 1 FROM staff_invitations i WHERE i.id = ${invitation.id}
    AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.replaced_at IS NULL
    AND coalesce(i.expires_at, i.created_at + ${unconfirmedLife}) > ${now.getTime()})`

const codeWorks = ({ id, codeId }: StaffInvitation, now: Date) =>
  sql`EXISTS (SELECT 1 FROM staff_invitations c WHERE c.id = ${id} AND c.code_id = ${codeId}
    AND c.code_tries < ${mostTries} AND c.code_expires_at > ${now.getTime()})`

const entry = (invitation: StaffInvitation, action: string, requestId: string, now: Date) => ({
  at: now,
  actor: 'nobody',
  action: `staff.${action}`,
  subjectId: invitation.id,
  requestId,
})

/** Mails a code that works in this browser only; the one before works no more. */
export function sendJoiningCode(
  db: Db,
  invitation: StaffInvitation,
  browserHash: string,
  requestId: string,
  now: Date
) {
  const codeId = newId()
  const open = usable(invitation, now)
  return db.batch([
    queueEmail(db, { kind: 'joining-code', subjectId: codeId }, now, open),
    audit(db, entry(invitation, 'code-sent', requestId, now), open),
    db
      .update(staffInvitations)
      .set({
        codeId,
        codeBrowserHash: browserHash,
        codeExpiresAt: new Date(now.getTime() + codeLife),
        codeTries: 0,
      })
      .where(and(eq(staffInvitations.id, invitation.id), open)),
  ])
}

/** Charges a wrong code. Undefined when its tries were used up already: then nothing may be said about it. */
export async function chargeJoiningCode(db: Db, invitation: StaffInvitation, requestId: string, now: Date) {
  const works = and(usable(invitation, now), codeWorks(invitation, now)) as SQL
  const [, [charged]] = await db.batch([
    audit(db, entry(invitation, 'wrong-code', requestId, now), works),
    db
      .update(staffInvitations)
      .set({ codeTries: sql`${staffInvitations.codeTries} + 1` })
      .where(and(eq(staffInvitations.id, invitation.id), works))
      .returning({ tries: staffInvitations.codeTries }),
  ])
  return charged?.tries
}

type NewAccount = { passwordHash: string; language: Language; termsVersion: string; networkAddress: string }

/** Makes the account in the role that was offered, and a session that owes the second step; of many at once one wins. */
export async function join(
  db: Db,
  invitation: StaffInvitation,
  { session, deviceId }: { session: SessionRow; deviceId: string },
  account: NewAccount,
  requestId: string,
  now: Date
) {
  const { accountId } = session
  const at = now.getTime()
  const won = sql`EXISTS (SELECT 1 FROM accounts WHERE id = ${accountId})`
  const [[made]] = await db.batch([
    db.all<{ id: string }>(sql`INSERT INTO ${accounts}
      (id, email, given_name, family_name, credentials, staff_role, language, password_hash, terms_version, created_at)
      SELECT ${accountId}, ${invitation.email}, ${invitation.givenName}, ${invitation.familyName},
        ${invitation.credentials}, ${invitation.role}, ${account.language}, ${account.passwordHash},
        ${account.termsVersion}, ${at}
      WHERE ${usable(invitation, now)} AND ${codeWorks(invitation, now)}
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE email = ${invitation.email}) RETURNING id`),
    db
      .update(staffInvitations)
      .set({ acceptedAt: now, acceptedBy: accountId })
      .where(and(eq(staffInvitations.id, invitation.id), won)),
    db.run(sql`INSERT INTO ${termsAcceptances} (account_id, version, accepted_at, network_address)
      SELECT ${accountId}, ${account.termsVersion}, ${at}, ${account.networkAddress} WHERE ${won}`),
    insertSession(db, session, deviceId, won),
    audit(db, { ...entry(invitation, 'joined', requestId, now), accountId, actor: invitation.role }, won),
  ])
  return made !== undefined
}

/** What the mail of an invitation is made from; undefined once its link opens nothing. */
export async function findForJoiningMail(db: Db, invitationId: string, now: Date) {
  const [found] = await db
    .select()
    .from(staffInvitations)
    .where(eq(staffInvitations.id, invitationId))
    .limit(1)
  return found && !deadState(found, now) ? found : undefined
}

export async function findForCodeMail(db: Db, codeId: string, now: Date) {
  const [found] = await db.select().from(staffInvitations).where(eq(staffInvitations.codeId, codeId)).limit(1)
  return found && !deadState(found, now) && (found.codeExpiresAt ?? now) > now ? found : undefined
}

/** A statement: the 96 hours begin. Only the first mail counts. */
export const markJoiningSent = (db: Db, invitationId: string, at: Date) =>
  db
    .update(staffInvitations)
    .set({ sentAt: at, expiresAt: expiryOf(at) })
    .where(and(eq(staffInvitations.id, invitationId), isNull(staffInvitations.sentAt)))
