import { and, desc, eq, getTableColumns, gt, gte, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { type AuditEntry, actor, audit } from '../../audit/record.ts'
import type { Condition, Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  accounts,
  emailChanges,
  invitations,
  keptForms,
  passkeys,
  passwordResets,
  sessions,
} from '../../db/schema.ts'
import { queueEmail } from '../../outbox/queue.ts'
import type { Proven } from '../current-password.ts'
import { emailUndoToken, sha256 } from '../secret.ts'
import { type renewSession, limits as sessionLimits } from '../session.ts'
import { endWhatIsOpen, holdPasskeys, replacePassword } from '../store.ts'
import { forgetTries } from '../throttle.ts'
import type { Session, Viewer } from '../visit.ts'
import { askLimit, codeLife, type EmailChange, mostTries, undoLife } from './credentials.ts'

/** Who does it, from where: what every entry about one's own account says. */
export type Doer = { viewer: Viewer; session: Session; requestId: string }
type Reset = { id: string; tokenHash: string; addressKey: string; networkKey: string }
type Renewed = Awaited<ReturnType<typeof renewSession>>

const tell = (
  { viewer, requestId }: Omit<Doer, 'session'>,
  action: string,
  now: Date,
  subjectId?: string
): AuditEntry => ({
  at: now,
  ...actor(viewer),
  action: `settings.${action}`,
  subjectId: subjectId ?? null,
  requestId,
})

/** Someone who did not know the current password of the session they sat at. */
export const recordWrongPassword = (db: Db, doer: Doer, now: Date) =>
  audit(db, tell(doer, 'wrong-password', now))

const stillSignedIn = ({ id }: Session) =>
  sql`EXISTS (SELECT 1 FROM sessions WHERE id = ${id} AND ended_at IS NULL)`

/** The account is as it was when its password was checked: nothing has been changed in between. */
const unchanged = ({ account }: Proven) => sql`EXISTS (SELECT 1 FROM accounts WHERE id = ${account.id}
  AND email = ${account.email} AND password_hash = ${account.passwordHash} AND deactivated_at IS NULL)`

/** Renewing the session comes first, and nobody else knows its new token: whatever follows asks for it. */
const isRenewed = ({ tokenHash }: Renewed) =>
  sql`EXISTS (SELECT 1 FROM sessions WHERE token_hash = ${tokenHash})`

/**
 * A new password and all that follows from it; `passkeys` says whether there are some to look at. Undefined when the old
 * one was replaced meanwhile: of two at once, one wins.
 */
export async function changePassword(
  db: Db,
  doer: Doer,
  proven: Proven,
  passwordHash: string,
  renewed: Renewed,
  now: Date
) {
  const when = isRenewed(renewed)
  const [won, held] = await db.batch([
    renewed.statement(unchanged(proven)).returning({ id: sessions.id }),
    db.select({ id: passkeys.id }).from(passkeys).where(ownPasskeys(doer.viewer.id)).limit(1),
    ...replacePassword(db, doer.viewer.id, passwordHash, now, { except: doer.session.id, when }),
    audit(db, tell(doer, 'password-changed', now), when),
    forgetTries(db, proven.triesKey),
  ])
  return won.length > 0 ? { passkeys: held.length > 0 } : undefined
}

const ownPasskeys = (accountId: string) => and(eq(passkeys.accountId, accountId), isNull(passkeys.removedAt))

const waiting = (accountId: string, now: Date) =>
  and(
    eq(emailChanges.accountId, accountId),
    isNull(emailChanges.confirmedAt),
    isNull(emailChanges.voidAt),
    gt(emailChanges.createdAt, new Date(now.getTime() - askLimit.window))
  ) as SQL

/** The change that waits for its code. `mailed` is 0 for an address that had an account: its code went to nobody. */
const selectWaiting = (db: Db, accountId: string, now: Date) =>
  db
    .select({
      ...getTableColumns(emailChanges),
      mailed: sql<number>`EXISTS (SELECT 1 FROM outbox o
        WHERE o.subject_id = email_changes.id AND o.kind = 'email-change-code')`.as('mailed'),
    })
    .from(emailChanges)
    .where(waiting(accountId, now))
    .orderBy(desc(emailChanges.createdAt))
    .limit(1)

export async function findWaiting(db: Db, accountId: string, now: Date) {
  const [change] = await selectWaiting(db, accountId, now)
  return change
}

/** Takes the place of any change that waits, and mails a code. False when too many were asked for within the hour. */
export const askForChange = (
  db: Db,
  tokenKey: string,
  doer: Doer,
  proven: Proven,
  email: string,
  now: Date
) => storeChange(db, tokenKey, doer, email, unchanged(proven), [forgetTries(db, proven.triesKey)], now)

/** The same once more to the address that was asked for: its code did not come, or ran out. */
export const askAgain = (db: Db, tokenKey: string, doer: Doer, change: EmailChange, now: Date) =>
  storeChange(
    db,
    tokenKey,
    doer,
    change.newEmail,
    sql`EXISTS (SELECT 1 FROM email_changes WHERE id = ${change.id} AND confirmed_at IS NULL AND void_at IS NULL)`,
    [],
    now
  )

/** Known and unknown addresses cost the same statements; which mail is queued, and to whom, is D1's to say. */
async function storeChange(
  db: Db,
  tokenKey: string,
  doer: Doer,
  email: string,
  proof: Condition,
  afterwards: Statement[],
  now: Date
) {
  const { viewer, session } = doer
  const id = newId()
  const undoHash = await sha256(await emailUndoToken(tokenKey, id))
  const [at, since] = [now.getTime(), now.getTime() - askLimit.window]
  const allowed = sql`${proof} AND ${stillSignedIn(session)}
    AND (SELECT count(*) FROM email_changes WHERE account_id = ${viewer.id} AND created_at > ${since}) < ${askLimit.most}
    AND (SELECT count(*) FROM email_changes WHERE new_email = ${email} AND created_at > ${since}) < ${askLimit.most}`
  const made = sql`EXISTS (SELECT 1 FROM email_changes WHERE id = ${id})`
  const taken = sql`EXISTS (SELECT 1 FROM accounts WHERE email = ${email})`
  const mail = { subjectId: id, accountId: viewer.id }
  // The row comes before the older ones are voided: what proves it may be one of them.
  const [stored] = await db.batch([
    db.all<{ id: string }>(sql`INSERT INTO ${emailChanges}
      (id, account_id, old_email, new_email, created_at, expires_at, undo_hash)
      SELECT ${id}, ${viewer.id}, ${viewer.email}, ${email}, ${at}, ${at + codeLife}, ${undoHash}
      WHERE ${allowed} RETURNING id`),
    db
      .update(emailChanges)
      .set({ voidAt: now })
      .where(
        and(
          eq(emailChanges.accountId, viewer.id),
          isNull(emailChanges.confirmedAt),
          isNull(emailChanges.voidAt),
          sql`${emailChanges.id} <> ${id}`,
          made
        )
      ),
    queueEmail(db, { ...mail, kind: 'email-change-code' }, now, sql`${made} AND NOT ${taken}`),
    queueEmail(db, { ...mail, kind: 'email-change-taken' }, now, sql`${made} AND ${taken}`),
    audit(db, tell(doer, 'email-change-asked', now, id), made),
    ...afterwards,
  ])
  return stored.length > 0
}

/**
 * Charges a try, atomically, before anything is compared: fifty codes at once get no more answers than five in a row.
 * `charged` is undefined when there was none left, or the code had run out.
 */
export async function takeCodeTry(db: Db, accountId: string, now: Date) {
  const [[change], [charged]] = await db.batch([
    selectWaiting(db, accountId, now),
    db
      .update(emailChanges)
      .set({ tries: sql`${emailChanges.tries} + 1` })
      .where(and(waiting(accountId, now), lt(emailChanges.tries, mostTries), gt(emailChanges.expiresAt, now)))
      .returning({ id: emailChanges.id, tries: emailChanges.tries }),
  ])
  return { change, charged: charged && charged.id === change?.id ? charged.tries : undefined }
}

export const recordWrongCode = (db: Db, doer: Doer, change: EmailChange, now: Date) =>
  audit(db, tell(doer, 'wrong-email-code', now, change.id))

/**
 * The new address counts, or nothing happens: the change still waits, its account has not got another address
 * meanwhile, and the new one is nobody's. Links on their way to the old address die with it; the chart keeps its own.
 */
export async function confirmChange(db: Db, doer: Doer, change: EmailChange, renewed: Renewed, now: Date) {
  const { id, accountId, oldEmail, newEmail } = change
  const at = now.getTime()
  const open = sql`EXISTS (SELECT 1 FROM email_changes c JOIN accounts a ON a.id = c.account_id
      WHERE c.id = ${id} AND c.confirmed_at IS NULL AND c.void_at IS NULL AND c.expires_at > ${at}
        AND a.email = c.old_email AND a.deactivated_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM accounts WHERE email = ${newEmail})`
  const when = isRenewed(renewed)
  const mail = { subjectId: id, accountId }
  const [won] = await db.batch([
    renewed.statement(open).returning({ id: sessions.id }),
    db
      .update(accounts)
      .set({ email: newEmail })
      .where(and(eq(accounts.id, accountId), when)),
    db
      .update(emailChanges)
      .set({ confirmedAt: now, undoUntil: new Date(at + undoLife) })
      .where(and(eq(emailChanges.id, id), when)),
    ...endWhatIsOpen(db, accountId, now, { except: doer.session.id, when }),
    db
      .update(invitations)
      .set({ addressChangedAt: now })
      .where(
        and(
          eq(invitations.email, oldEmail),
          isNull(invitations.acceptedAt),
          isNull(invitations.replacedAt),
          isNull(invitations.revokedAt),
          isNull(invitations.addressChangedAt),
          when
        )
      ),
    queueEmail(db, { ...mail, kind: 'email-changed' }, now, when),
    queueEmail(db, { ...mail, kind: 'email-change-done' }, now, when),
    audit(db, tell(doer, 'email-changed', now, id), when),
  ])
  return won.length > 0
}

/** A change as its undo link finds it, and whether another account has the old address by now. */
export async function findByUndoHash(db: Db, undoHash: string) {
  const [found] = await db
    .select({
      ...getTableColumns(emailChanges),
      taken: sql<number>`EXISTS (SELECT 1 FROM accounts o
        WHERE o.email = email_changes.old_email AND o.id <> email_changes.account_id)`.as('taken'),
      /** The change that brought the address the account has now. */
      latestId: sql<
        string | null
      >`(SELECT id FROM email_changes l WHERE l.account_id = email_changes.account_id
        AND l.confirmed_at >= email_changes.confirmed_at AND l.undone_at IS NULL
        ORDER BY l.confirmed_at DESC LIMIT 1)`.as('latest_id'),
    })
    .from(emailChanges)
    .where(eq(emailChanges.undoHash, undoHash))
    .limit(1)
  return found
}

/**
 * Gives the account back to its old address, whatever it has become since: everyone is signed out, nobody knows the
 * password, and a link to choose one goes to the old address. Later changes cannot be undone any more, or whoever made
 * them would have the last word. What was typed since goes, for only whoever made the change was signed in; passkeys
 * that came with it go, older ones wait for their owner's word. A second step stays, since the old mailbox may be what
 * its owner was getting away from: so does the word to the address that loses the account. `passwordHash` must be of a password nobody knows.
 */
export async function undoChange(
  db: Db,
  change: EmailChange & { latestId: string | null },
  passwordHash: string,
  reset: Reset,
  requestId: string,
  now: Date
) {
  const { id, accountId, oldEmail, createdAt } = change
  const valid = sql`EXISTS (SELECT 1 FROM email_changes WHERE id = ${id} AND confirmed_at IS NOT NULL
      AND undone_at IS NULL AND undo_until > ${now.getTime()})
    AND NOT EXISTS (SELECT 1 FROM accounts WHERE email = ${oldEmail} AND id <> ${accountId})`
  // The hash is salted, so it is this request's alone.
  const when = sql`EXISTS (SELECT 1 FROM accounts WHERE id = ${accountId} AND password_hash = ${passwordHash})`
  const withChange = new Date(createdAt.getTime() - sessionLimits.absolute)
  const [won] = await db.batch([
    db
      .update(accounts)
      .set({ email: oldEmail, passwordHash, passwordChangedAt: now })
      .where(and(eq(accounts.id, accountId), valid))
      .returning({ id: accounts.id }),
    db
      .update(emailChanges)
      .set({ undoneAt: now })
      .where(
        and(
          eq(emailChanges.accountId, accountId),
          gte(emailChanges.confirmedAt, change.confirmedAt ?? now),
          isNull(emailChanges.undoneAt),
          when
        )
      ),
    ...endWhatIsOpen(db, accountId, now, { except: null, when }),
    db
      .update(passkeys)
      .set({ removedAt: now })
      .where(
        and(
          eq(passkeys.accountId, accountId),
          isNull(passkeys.removedAt),
          gte(passkeys.createdAt, withChange),
          when
        )
      ),
    holdPasskeys(db, accountId, now, when),
    db
      .update(keptForms)
      .set({ finishedAt: now, sealedFields: '' })
      .where(
        and(
          eq(keptForms.accountId, accountId),
          isNull(keptForms.finishedAt),
          gte(keptForms.keptAt, change.confirmedAt ?? now),
          when
        )
      ),
    db.run(sql`INSERT INTO ${passwordResets} (id, account_id, address_key, network_key, token_hash, created_at)
      SELECT ${reset.id}, ${accountId}, ${reset.addressKey}, ${reset.networkKey}, ${reset.tokenHash}, ${now.getTime()}
      WHERE ${when}`),
    queueEmail(db, { kind: 'password-reset', subjectId: reset.id, accountId }, now, when),
    queueEmail(db, { kind: 'email-change-undone', subjectId: change.latestId ?? id, accountId }, now, when),
    audit(
      db,
      {
        at: now,
        accountId,
        actor: 'account',
        action: 'settings.email-change-undone',
        subjectId: id,
        requestId,
      },
      when
    ),
  ])
  return won.length > 0
}

/** What the mails about a change are made from. */
export async function findChange(db: Db, changeId: string) {
  const [found] = await db
    .select({
      change: emailChanges,
      language: accounts.language,
      /** Of the account that has the new address. */
      holder: sql<
        'en' | 'es' | null
      >`(SELECT language FROM accounts o WHERE o.email = email_changes.new_email)`,
    })
    .from(emailChanges)
    .innerJoin(accounts, eq(accounts.id, emailChanges.accountId))
    .where(eq(emailChanges.id, changeId))
    .limit(1)
  return found
}

/** Changes that can be neither finished nor undone: they name addresses nobody needs us to know. */
export const sweepEmailChanges = (db: Db, now: Date) =>
  db.delete(emailChanges).where(lt(emailChanges.createdAt, new Date(now.getTime() - 30 * 86_400_000)))
