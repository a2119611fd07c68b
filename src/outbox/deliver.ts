import { and, eq, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { connect, type Db } from '../db/client.ts'
import { outbox, practice } from '../db/schema.ts'
import type { Bindings } from '../env.ts'
import type { Practice } from '../identity/visit.ts'
import { logError } from '../web/log.ts'
import { keepInMailbox } from './dev-mailbox.ts'
import type { Mail, MailWriters, OutboxRow } from './mail.ts'
import { takeReports } from './reports/store.ts'

const minute = 60_000
const lease = 2 * minute
/** Resend keeps idempotency keys for 24 hours: past this a retry could double the mail. */
const giveUpAfter = 23 * 60 * minute

/** Milliseconds to wait before the next try: 30 s, doubling, an hour at most. */
const backoff = (attempts: number) => Math.min(30_000 * 2 ** Math.min(attempts - 1, 10), 60 * minute)

const isDue = (now: Date) =>
  and(
    isNull(outbox.sentAt),
    isNull(outbox.failedAt),
    isNull(outbox.cancelledAt),
    lte(outbox.dueAt, now),
    or(isNull(outbox.leasedUntil), lt(outbox.leasedUntil, now))
  )

/** Somebody sits in front of the page that asks for them: a bulk of invitations must not keep them waiting. */
const urgent = sql`${outbox.kind} IN ('registration-code', 'password-reset', 'email-change-code') DESC`

/** How many mails one run takes up. */
export const fullLoad = 50
/** How long it waits for an answer to each (milliseconds). */
const patience = 15_000

/**
 * Sends what is due, one after the other: what somebody waits for first, then the oldest. Returns how many rows were due,
 * up to a full load. Side by side it would only be refused more often: Resend takes two a second unless asked for more.
 */
export async function deliverDue(
  env: Bindings,
  writers: MailWriters,
  clock: () => Date,
  timeLimit = patience
) {
  const db = connect(env.DB)
  const now = clock()
  const [due, [facts]] = await db.batch([
    db.select({ id: outbox.id }).from(outbox).where(isDue(now)).orderBy(urgent, outbox.dueAt).limit(fullLoad),
    db.select().from(practice).limit(1),
  ])
  for (const { id } of due) {
    const at = clock()
    const row = await claim(db, id, at)
    if (!row) continue
    try {
      await deliver(env, db, writers, facts, row, at, clock, timeLimit)
    } catch (error) {
      // Its lease runs out by itself and it is tried again under the same key; the mails behind it must not wait.
      logError({ what: 'a mail could not be delivered', kind: row.kind }, error)
    }
  }
  return due.length
}

async function deliver(
  env: Bindings,
  db: Db,
  writers: MailWriters,
  facts: Practice | undefined,
  row: ClaimedRow,
  now: Date,
  clock: () => Date,
  timeLimit: number
) {
  const at = row.renderedAt
  const age = now.getTime() - at.getTime()
  // Perhaps sent, under a key that Resend may have forgotten: once more could be twice.
  if (age > giveUpAfter) return fail(db, row, now, row.failure ?? 'no answer', false)

  const write = writers[row.kind]
  // What was never tried in these words is certainly not sent, whatever comes of it now.
  const isFresh = age === 0
  if (!write || !facts) return fail(db, row, now, `nobody writes mails of the kind ${row.kind}`, isFresh)

  const mail = await write({ db, env, row, practice: facts, at })
  if (!mail)
    return db.update(outbox).set({ cancelledAt: now, leasedUntil: null }).where(eq(outbox.id, row.id))

  const answer = await send(env, mail, `${row.kind}/${row.id}/${row.edition}`, row, now, timeLimit)
  if (answer.kind === 'accepted') {
    // An attempt that wrote the mail was accepted at the moment its wording speaks of; a repeat of the same bytes, now.
    const sentAt = isFresh ? at : clock()
    await db.batch([
      db
        .update(outbox)
        .set({ sentAt, providerId: answer.id, leasedUntil: null, failure: null })
        .where(eq(outbox.id, row.id)),
      ...takeReports(db, row.id, answer.id),
      ...(mail.accepted?.(sentAt) ?? []),
    ])
    await mail
      .afterwards?.(sentAt)
      .catch(() =>
        console.warn(JSON.stringify({ level: 'warn', what: 'mail follow-up failed', kind: row.kind }))
      )
    return
  }
  const tooLate = now.getTime() - row.firstTriedAt.getTime() > giveUpAfter
  const isUnsent = isFresh && answer.kind !== 'unknown'
  if (answer.kind === 'refused' || tooLate) return fail(db, row, now, answer.reason, isUnsent)

  await db
    .update(outbox)
    .set({
      leasedUntil: null,
      failure: answer.reason,
      dueAt: new Date(now.getTime() + Math.max(answer.retryAfter ?? 0, backoff(row.attempts))),
      // Certainly not accepted, and never tried before in these words: the next try may speak of its own moment, under a
      // new key. A refusal now says nothing about an earlier try that got no answer.
      ...(isUnsent ? { renderedAt: null, edition: row.edition + 1 } : {}),
    })
    .where(eq(outbox.id, row.id))
}

type ClaimedRow = OutboxRow & { renderedAt: Date; firstTriedAt: Date }

/** One worker at a time holds a row; a lease that ran out may be taken over, under the same idempotency key. */
async function claim(db: Db, id: string, now: Date) {
  const [row] = await db
    .update(outbox)
    .set({
      leasedUntil: new Date(now.getTime() + lease),
      attempts: sql`${outbox.attempts} + 1`,
      renderedAt: sql`coalesce(${outbox.renderedAt}, ${now.getTime()})`,
      firstTriedAt: sql`coalesce(${outbox.firstTriedAt}, ${now.getTime()})`,
    })
    .where(and(eq(outbox.id, id), isDue(now)))
    .returning()
  return row as ClaimedRow | undefined
}

/** `isUnsent`: none of its words can have gone out. Otherwise `renderedAt` stays, and says that they may have. */
const fail = (db: Db, row: ClaimedRow, now: Date, reason: string, isUnsent: boolean) =>
  db
    .update(outbox)
    .set({
      failedAt: now,
      failure: reason,
      leasedUntil: null,
      renderedAt: isUnsent ? null : row.renderedAt,
    })
    .where(eq(outbox.id, row.id))

export type Answer =
  | { kind: 'accepted'; id: string }
  /** Never will be: a bad address. */
  | { kind: 'refused'; reason: string }
  /** Certainly not sent, and may be tried again. */
  | { kind: 'not accepted'; reason: string; retryAfter?: number }
  /** Perhaps sent: only the same bytes under the same key may be tried. */
  | { kind: 'unknown'; reason: string; retryAfter?: number }

async function send(
  env: Bindings,
  mail: Mail,
  key: string,
  row: OutboxRow,
  now: Date,
  timeLimit: number
): Promise<Answer> {
  if (!env.RESEND_API_KEY && env.ENVIRONMENT === 'development') return keepInMailbox(env, mail, row, now)
  const { sendByResend } = await import('./resend.ts')
  return sendByResend(env, mail, key, timeLimit)
}
