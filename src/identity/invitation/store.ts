import { and, desc, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { invitationRequests, invitations, outbox, patients } from '../../db/schema.ts'
import { queueEmail } from '../../outbox/queue.ts'
import type { Chart } from '../../patients/chart.ts'
import { invitationToken, sha256 } from '../secret.ts'
import { normalizeEmail } from '../sign-in/credentials.ts'
import { expiryOf, linkState, mostTries, remindAfter } from './invitation.ts'

/** Nobody has taken it up, and nobody has taken it back: it may still be sent, replaced or revoked. */
export const pending = sql`accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL AND address_changed_at IS NULL`

/** The form's submission id becomes the invitation's, so sending twice invites once; `shown` is when its page was made. */
type Wish = { submissionId?: string; shown?: number | undefined }

/** Statements that invite a patient at the address in their row by then; the last tells whether it came to be. */
async function inviting(
  db: Db,
  chart: Chart<'record'>,
  email: string,
  tokenKey: string,
  now: Date,
  { submissionId: invitationId = newId(), shown = now.getTime() }: Wish
) {
  const { patientId, patient } = chart
  const tokenHash = await sha256(await invitationToken(tokenKey, invitationId))
  const isFirst = sql`NOT EXISTS (SELECT 1 FROM invitations WHERE id = ${invitationId})
    AND NOT EXISTS (SELECT 1 FROM invitations WHERE patient_id = ${patientId} AND kind = 'patient' AND created_at > ${shown})
    AND EXISTS (SELECT 1 FROM patients WHERE id = ${patientId} AND account_id IS NULL AND inactive_at IS NULL
      AND deceased_at IS NULL)`
  const fresh = sql`${isFirst} AND EXISTS (SELECT 1 FROM patients WHERE id = ${patientId} AND lower(trim(email)) = ${email})`
  // The row itself comes last: everything else asks whether it is new.
  const statements = [
    audit(db, chart.did('invited', now, invitationId), fresh),
    queueEmail(db, { kind: 'invitation', subjectId: invitationId, patientId }, now, fresh),
    db.run(sql`UPDATE ${invitations} SET replaced_at = ${now.getTime()}
      WHERE patient_id = ${patientId} AND kind = 'patient' AND ${pending} AND ${fresh}`),
    db.run(sql`UPDATE ${invitationRequests} SET resolved_at = ${now.getTime()}
      WHERE patient_id = ${patientId} AND resolved_at IS NULL AND ${fresh}`),
    db.run(sql`INSERT INTO ${invitations} (id, kind, patient_id, email, token_hash, language, invited_by, created_at)
      SELECT ${invitationId}, 'patient', ${patientId}, ${email}, ${tokenHash}, ${patient.language},
        ${chart.viewer.id}, ${now.getTime()} WHERE ${fresh}`),
    db
      .select({ id: invitations.id })
      .from(invitations)
      .where(and(eq(invitations.id, invitationId), eq(invitations.patientId, patientId))),
  ] satisfies [Statement, ...Statement[]]
  return { isFirst, statements }
}

/**
 * Invites the patient at the address that stands in their row at the moment of writing, and takes the place of every
 * open invitation. False when the patient can no longer be invited (the screen asks `inviteRefusal` why), or someone did
 * so since the page was shown.
 */
export async function invite(db: Db, chart: Chart<'record'>, tokenKey: string, now: Date, wish: Wish = {}) {
  const email = normalizeEmail(chart.patient.email ?? '')
  const { statements } = await inviting(db, chart, email, tokenKey, now, wish)
  const [, , , , , [made]] = await db.batch(statements)
  return made !== undefined
}

/** Puts the right address on file and invites the patient there, or does neither: false as with `invite`. */
export async function correctAndInvite(
  db: Db,
  chart: Chart<'record'>,
  email: string,
  tokenKey: string,
  now: Date,
  wish: Wish
) {
  const { isFirst, statements } = await inviting(db, chart, email, tokenKey, now, wish)
  const { patientId, patient } = chart
  const corrects = sql`${isFirst} AND EXISTS (SELECT 1 FROM patients
    WHERE id = ${patientId} AND email IS ${patient.email} AND email IS NOT ${email})`
  const [, , , , , , , , [made]] = await db.batch([
    audit(db, chart.did('address-changed', now), corrects),
    db.run(sql`UPDATE ${invitations} SET address_changed_at = ${now.getTime()}
      WHERE patient_id = ${patientId} AND kind = 'patient' AND ${pending} AND ${corrects}`),
    db
      .update(patients)
      .set({ email })
      .where(and(eq(patients.id, patientId), corrects)),
    ...statements,
  ])
  return made !== undefined
}

/** The newest invitation of the patient, and what became of its mails. A statement: batch it. */
export const newestInvitation = (db: Db, chart: Chart<'record'>) =>
  db
    .select({ ...getTableColumns(invitations), ...mailFate })
    .from(invitations)
    .where(and(eq(invitations.patientId, chart.patientId), eq(invitations.kind, 'patient')))
    .orderBy(desc(invitations.createdAt))
    .limit(1)

export async function findNewest(db: Db, chart: Chart<'record'>) {
  const [[found]] = await db.batch([newestInvitation(db, chart)])
  return found
}
export type Newest = NonNullable<Awaited<ReturnType<typeof findNewest>>>

/** Takes an open invitation back: its link stops working at once. False when it was no longer open. */
export async function revokeInvitation(db: Db, chart: Chart<'record'>, invitationId: string, now: Date) {
  const own = sql`id = ${invitationId} AND patient_id = ${chart.patientId} AND ${pending}`
  const [, revoked] = await db.batch([
    audit(
      db,
      chart.did('invitation-revoked', now, invitationId),
      sql`EXISTS (SELECT 1 FROM invitations WHERE ${own})`
    ),
    db.update(invitations).set({ revokedAt: now }).where(own).returning({ id: invitations.id }),
  ])
  return revoked.length > 0
}

/** What the two mails that carry a link say of it. The table is named by hand: drizzle drops the name where it stands alone. */
const ofMails = (what: Condition, which: Condition = sql`1`) =>
  sql`(SELECT ${what} FROM outbox o WHERE o.subject_id = invitations.id
    AND o.kind IN ('invitation', 'invitation-reminder') AND ${which})`
const complaint = sql`coalesce(o.complained_at, 0) >= coalesce(o.bounced_at, 0)`
const sentBack = sql`o.bounced_at IS NOT NULL OR o.complained_at IS NOT NULL`
const newestFirst = sql`ORDER BY max(coalesce(o.bounced_at, 0), coalesce(o.complained_at, 0)) DESC LIMIT 1`

/** What became of the mails of an invitation, to be selected beside its row. */
export const mailFate = {
  mailFailedAt: ofMails(sql`max(o.failed_at)`, sql`o.kind = 'invitation' AND o.sent_at IS NULL`)
    .mapWith(outbox.failedAt)
    .as('mail_failed_at'),
  deliveredAt: ofMails(sql`max(o.delivered_at)`).mapWith(outbox.deliveredAt).as('mail_delivered_at'),
  bouncedAt: ofMails(sql`max(max(coalesce(o.bounced_at, 0), coalesce(o.complained_at, 0)))`, sentBack)
    .mapWith(outbox.bouncedAt)
    .as('mail_bounced_at'),
  bounceKind: sql<'hard' | 'soft' | 'complaint' | null>`${ofMails(
    sql`iif(${complaint}, 'complaint', o.bounce_kind)`,
    sql`(${sentBack}) ${newestFirst}`
  )}`.as('mail_bounce_kind'),
  bounceReason: sql<string | null>`${ofMails(sql`o.bounce_reason`, sql`(${sentBack}) ${newestFirst}`)}`.as(
    'mail_bounce_reason'
  ),
}

/** A statement: every invitation of this patient, newest first, with what became of its mail. */
export const listInvitations = (db: Db, chart: Chart<'record'>) =>
  db
    .select({ ...getTableColumns(invitations), ...mailFate })
    .from(invitations)
    .where(eq(invitations.patientId, chart.patientId))
    .orderBy(desc(invitations.createdAt))
    .limit(50)

/** Puts another address on file, or none. Links sent to the old one die in the same moment. */
export async function changeAddress(db: Db, chart: Chart<'record'>, email: string, now: Date) {
  const address = normalizeEmail(email) || null
  const changes = sql`EXISTS (SELECT 1 FROM patients WHERE id = ${chart.patientId} AND email IS NOT ${address})`
  await db.batch([
    audit(db, chart.did('address-changed', now), changes),
    db.run(sql`UPDATE ${invitations} SET address_changed_at = ${now.getTime()}
      WHERE patient_id = ${chart.patientId} AND kind = 'patient' AND ${pending} AND email IS NOT ${address}`),
    db.update(patients).set({ email: address }).where(eq(patients.id, chart.patientId)),
  ])
}

/** What the mails of an invitation are made from; undefined once the link can no longer be used. */
export async function findForMail(db: Db, invitationId: string, now: Date) {
  const [found] = await db
    .select({ invitation: invitations, patient: patients })
    .from(invitations)
    .innerJoin(patients, eq(patients.id, invitations.patientId))
    .where(eq(invitations.id, invitationId))
    .limit(1)
  return found && linkState(found.invitation, found.patient, now) === 'valid' ? found.invitation : undefined
}

/** A statement: the 96 hours begin. Only the first mail counts: a reminder or a repeat gives no more time. */
export const markSent = (db: Db, invitationId: string, at: Date) =>
  db
    .update(invitations)
    .set({ sentAt: at, expiresAt: expiryOf(at) })
    .where(and(eq(invitations.id, invitationId), isNull(invitations.sentAt)))

/** Reminds everyone who has had a link for two days and has not registered; each of them once, and where mail arrives. */
export function queueReminders(db: Db, now: Date) {
  const at = now.getTime()
  const due = sql`sent_at <= ${at - remindAfter} AND expires_at > ${at} AND reminded_at IS NULL AND ${pending}
    AND locked_at IS NULL AND birth_date_tries < ${mostTries}
    AND ${ofMails(sql`1`, sql`(o.bounce_kind = 'hard' OR o.complained_at IS NOT NULL) LIMIT 1`)} IS NULL`
  return db.batch([
    db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, patient_id, created_at, due_at)
      SELECT substr(lower(hex(randomblob(16))), 1, 21), 'invitation-reminder', id, patient_id, ${at}, ${at}
      FROM ${invitations} WHERE ${due}`),
    db.run(sql`UPDATE ${invitations} SET reminded_at = ${at} WHERE ${due}`),
  ])
}
