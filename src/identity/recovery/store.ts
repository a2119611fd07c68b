import { and, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm'
import { type AuditEntry, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts, mailReports, outbox, passwordResets, patients, throttles } from '../../db/schema.ts'
import { queueEmail } from '../../outbox/queue.ts'
import { endSession } from '../session.ts'
import { replacePassword } from '../store.ts'
import { forgetPasswordTries } from '../throttle.ts'
import { expiryOf, mailLimits, type Reset, unconfirmedLife } from './reset.ts'

/** Whose account it is; none where nobody has the address. */
export async function findHolder(db: Db, email: string) {
  const [account] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.email, email))
    .limit(1)
  return account?.id ?? null
}

export type Asked = {
  id: string
  tokenHash: string
  accountId: string | null
  addressKey: string
  networkKey: string
  /** The caregiver who asks for someone else. */
  requestedBy: string | null
}

/**
 * Mails a link to a new password, and ends the older ones. An address nobody has gets the same rows, so that neither
 * the answer nor the time it takes tells one from the other; only its mail is never written. False over the limit.
 */
export async function askForReset(db: Db, asked: Asked, entry: AuditEntry, now: Date) {
  const { id, accountId, addressKey, networkKey } = asked
  const at = now.getTime()
  const { perAddress, perNetwork, window } = mailLimits
  const made = sql`EXISTS (SELECT 1 FROM ${passwordResets} WHERE id = ${id})`
  const [stored] = await db.batch([
    db.all<{ id: string }>(sql`
      INSERT INTO ${passwordResets} (id, account_id, address_key, network_key, token_hash, requested_by, created_at)
      SELECT ${id}, ${accountId}, ${addressKey}, ${networkKey}, ${asked.tokenHash}, ${asked.requestedBy}, ${at}
      WHERE (SELECT count(*) FROM password_resets WHERE address_key = ${addressKey} AND created_at > ${at - window}) < ${perAddress}
        AND (SELECT count(*) FROM password_resets WHERE network_key = ${networkKey} AND created_at > ${at - window}) < ${perNetwork}
      RETURNING id`),
    db
      .update(passwordResets)
      .set({ voidAt: now })
      .where(
        and(
          eq(passwordResets.addressKey, addressKey),
          ne(passwordResets.id, id),
          isNull(passwordResets.usedAt),
          isNull(passwordResets.voidAt),
          made
        )
      ),
    queueEmail(db, { kind: 'password-reset', subjectId: id, accountId }, now, made),
    audit(db, { ...entry, subjectId: id }, made),
    audit(db, { ...entry, action: `${entry.action}-paused` }, sql`NOT ${made}`),
  ])
  return stored.length > 0
}

/** The link with this hash, if it is for an account, and whether a network has to wait: one trip. */
export async function findReset(db: Db, tokenHash: string, networkKey: string, now: Date) {
  const [[row], pauses] = await db.batch([
    db
      .select({
        id: passwordResets.id,
        createdAt: passwordResets.createdAt,
        expiresAt: passwordResets.expiresAt,
        usedAt: passwordResets.usedAt,
        voidAt: passwordResets.voidAt,
        accountId: sql<string>`${accounts.id}`.as('holder_id'),
        email: accounts.email,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
        deactivatedAt: accounts.deactivatedAt,
        patientGivenName: sql<string | null>`${patients.givenName}`.as('patient_given_name'),
        patientFamilyName: sql<string | null>`${patients.familyName}`.as('patient_family_name'),
        birthDate: patients.birthDate,
      })
      .from(passwordResets)
      .innerJoin(accounts, eq(accounts.id, passwordResets.accountId))
      .leftJoin(
        patients,
        sql`${patients.id} = (SELECT id FROM patients WHERE account_id = ${accounts.id} LIMIT 1)`
      )
      .where(eq(passwordResets.tokenHash, tokenHash))
      .limit(1),
    db
      .select({ key: throttles.key })
      .from(throttles)
      .where(and(eq(throttles.key, networkKey), gt(throttles.blockedUntil, now))),
  ])
  return { reset: row && asReset(row), paused: pauses.length > 0 }
}

type Found = Omit<Reset, 'personal'> & {
  givenName: string
  familyName: string
  patientGivenName: string | null
  patientFamilyName: string | null
  birthDate: string | null
}

function asReset({
  givenName,
  familyName,
  patientGivenName,
  patientFamilyName,
  birthDate,
  ...reset
}: Found): Reset {
  const names = [givenName, familyName, patientGivenName ?? '', patientFamilyName ?? '']
  return { ...reset, personal: { names, email: reset.email, birthDate } }
}

export type Saving = {
  passwordHash: string
  /** Whoever is signed in in this browser goes: the next to sign in may be someone else. */
  oldToken: string | null
}

/** Spends the link and saves the password, or does nothing at all. Of many at once one wins. */
export async function saveNewPassword(
  db: Db,
  { id, accountId }: Reset,
  { passwordHash, oldToken }: Saving,
  entry: AuditEntry,
  now: Date
) {
  const at = now.getTime()
  const open = sql`EXISTS (SELECT 1 FROM password_resets WHERE id = ${id} AND used_at IS NULL AND void_at IS NULL
    AND coalesce(expires_at, created_at + ${unconfirmedLife}) > ${at}) AND ${accounts.deactivatedAt} IS NULL`
  // A hash carries a salt of its own: it stands in the account only if this is the request that won.
  const won = sql`EXISTS (SELECT 1 FROM accounts WHERE id = ${accountId} AND password_hash = ${passwordHash})`
  const [saved] = await db.batch([
    db
      .update(accounts)
      .set({ passwordHash })
      .where(and(eq(accounts.id, accountId), open))
      .returning({ id: accounts.id }),
    db
      .update(passwordResets)
      .set({ usedAt: now })
      .where(and(eq(passwordResets.id, id), won)),
    ...replacePassword(db, accountId, passwordHash, now, { except: null, when: won }),
    // An owner who was locked out gets in.
    forgetPasswordTries(db, accountId, won),
    ...(oldToken ? [endSession(db, oldToken, now, won)] : []),
    audit(db, entry, won),
  ])
  return saved.length > 0
}

/** What the mail is made from; undefined once the link is no use to anyone. */
export async function findForMail(db: Db, resetId: string) {
  const [found] = await db
    .select({ reset: passwordResets, email: accounts.email, language: accounts.language })
    .from(passwordResets)
    .innerJoin(accounts, eq(accounts.id, passwordResets.accountId))
    .where(
      and(
        eq(passwordResets.id, resetId),
        isNull(passwordResets.usedAt),
        isNull(passwordResets.voidAt),
        isNull(accounts.deactivatedAt)
      )
    )
    .limit(1)
  return found
}

/** A statement: the hour begins, once. */
export const markSent = (db: Db, resetId: string, at: Date) =>
  db
    .update(passwordResets)
    .set({ sentAt: at, expiresAt: expiryOf(at) })
    .where(and(eq(passwordResets.id, resetId), isNull(passwordResets.sentAt)))

const keptFor = 30 * 24 * 60 * 60 * 1000

/** Links of long ago, and what the outbox kept of their mails. Statements to batch. */
export function sweepResets(db: Db, now: Date) {
  const before = new Date(now.getTime() - keptFor)
  const old = sql`(SELECT id FROM password_resets WHERE created_at < ${before.getTime()})`
  return [
    db
      .delete(mailReports)
      .where(
        sql`${mailReports.outboxId} IN (SELECT ${outbox.id} FROM ${outbox} WHERE ${outbox.subjectId} IN ${old})`
      ),
    db.delete(outbox).where(sql`${outbox.subjectId} IN ${old}`),
    db.delete(passwordResets).where(lt(passwordResets.createdAt, before)),
  ] as const
}
