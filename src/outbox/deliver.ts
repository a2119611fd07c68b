import { and, eq, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { connect, type Db } from '../db/client.ts'
import { outbox, practice } from '../db/schema.ts'
import type { Bindings } from '../env.ts'
import { keepInMailbox } from './dev-mailbox.ts'
import type { Mail, MailWriters, OutboxRow } from './mail.ts'

const minute = 60_000
const lease = 2 * minute
/** Resend keeps idempotency keys for 24 hours: past this a retry could double the mail. */
const giveUpAfter = 23 * 60 * minute

/** Milliseconds to wait before the next try: 30 s, doubling, an hour at most. */
export const backoff = (attempts: number) => Math.min(30_000 * 2 ** Math.min(attempts - 1, 10), 60 * minute)

const waiting = and(isNull(outbox.sentAt), isNull(outbox.failedAt), isNull(outbox.cancelledAt))

/** Sends what is due, oldest first, `most` at a time. Returns how many rows were taken up. */
export async function deliverDue(env: Bindings, writers: MailWriters, clock: () => Date, most = 50) {
  const db = connect(env.DB)
  const now = clock()
  const due = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(waiting, lte(outbox.dueAt, now), or(isNull(outbox.leasedUntil), lt(outbox.leasedUntil, now))))
    .orderBy(outbox.dueAt)
    .limit(most)
  for (const { id } of due) await deliver(env, db, writers, id, clock)
  return due.length
}

async function deliver(env: Bindings, db: Db, writers: MailWriters, id: string, clock: () => Date) {
  const now = clock()
  const row = await claim(db, id, now)
  if (!row) return
  const at = row.renderedAt ?? now
  const write = writers[row.kind]
  const [facts] = await db.select().from(practice).limit(1)
  if (!write || !facts) return fail(db, row, now, `nobody writes mails of the kind ${row.kind}`)

  const mail = await write({ db, env, row, practice: facts, at })
  if (!mail) return db.update(outbox).set({ cancelledAt: now, leasedUntil: null }).where(eq(outbox.id, id))

  const answer = await send(env, mail, `${row.kind}/${row.id}/${row.edition}`, row)
  if (answer.kind === 'accepted') {
    // An attempt that wrote the mail was accepted at the moment its wording speaks of; a repeat of the same bytes, now.
    const sentAt = at.getTime() === now.getTime() ? at : clock()
    await db.batch([
      db.update(outbox).set({ sentAt, providerId: answer.id, leasedUntil: null }).where(eq(outbox.id, id)),
      ...(mail.accepted?.(sentAt) ?? []),
    ])
    await mail
      .afterwards?.(sentAt)
      .catch(() =>
        console.warn(JSON.stringify({ level: 'warn', what: 'mail follow-up failed', kind: row.kind }))
      )
    return
  }
  const tooLate = now.getTime() - row.createdAt.getTime() > giveUpAfter
  if (answer.kind === 'refused' || tooLate) return fail(db, row, now, answer.reason)

  await db
    .update(outbox)
    .set({
      leasedUntil: null,
      failure: answer.reason,
      dueAt: new Date(now.getTime() + Math.max(answer.retryAfter ?? 0, backoff(row.attempts))),
      // Not accepted for certain: the next try may speak of its own moment, under a new key.
      ...(answer.kind === 'not accepted' ? { renderedAt: null, edition: row.edition + 1 } : {}),
    })
    .where(eq(outbox.id, row.id))
}

/** One worker at a time holds a row; a lease that ran out may be taken over, under the same idempotency key. */
async function claim(db: Db, id: string, now: Date): Promise<OutboxRow | undefined> {
  const [row] = await db
    .update(outbox)
    .set({
      leasedUntil: new Date(now.getTime() + lease),
      attempts: sql`${outbox.attempts} + 1`,
      renderedAt: sql`coalesce(${outbox.renderedAt}, ${now.getTime()})`,
    })
    .where(and(eq(outbox.id, id), waiting, or(isNull(outbox.leasedUntil), lt(outbox.leasedUntil, now))))
    .returning()
  return row
}

const fail = (db: Db, row: OutboxRow, now: Date, reason: string) =>
  db.update(outbox).set({ failedAt: now, failure: reason, leasedUntil: null }).where(eq(outbox.id, row.id))

export type Answer =
  | { kind: 'accepted'; id: string }
  /** Never will be: a bad address, a bad key. */
  | { kind: 'refused'; reason: string }
  /** Certainly not sent, and may be tried again. */
  | { kind: 'not accepted'; reason: string; retryAfter?: number }
  /** Perhaps sent: only the same bytes under the same key may be tried. */
  | { kind: 'unknown'; reason: string; retryAfter?: number }

async function send(env: Bindings, mail: Mail, key: string, row: OutboxRow): Promise<Answer> {
  if (!env.RESEND_API_KEY && env.ENVIRONMENT === 'development') return keepInMailbox(env, mail, row)
  const { sendByResend } = await import('./resend.ts')
  return sendByResend(env, mail, key)
}
