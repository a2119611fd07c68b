import { and, eq, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { connect, type Db, type Statement } from '../db/client.ts'
import { outbox, practice } from '../db/schema.ts'
import type { Bindings } from '../env.ts'
import type { Practice } from '../identity/visit.ts'
import { logError } from '../web/log.ts'
import { keepInMailbox } from './dev-mailbox.ts'
import type { Mail, MailWriters, OutboxRow } from './mail.ts'
import { takeReports } from './reports/store.ts'

const minute = 60_000
const lease = 2 * minute
/** Resend keeps idempotency keys for 24 hours: past this (milliseconds) a retry could double the mail. */
export const giveUpAfter = 23 * 60 * minute

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
  let before: Outcome | undefined
  for (const { id } of due) {
    const at = clock()
    const row = await moveOn(db, before, id, at)
    before = undefined
    if (!row) continue
    try {
      before = await deliver(env, db, writers, facts, row, at, clock, timeLimit)
    } catch (error) {
      logUndelivered(row.kind, error)
    }
  }
  if (before) await settle(db, before)
  return due.length
}

/** What became of a mail, to be written down, and what helps once it is. */
type Outcome = {
  kind: string
  statements: [Statement, ...Statement[]]
  afterwards?: () => Promise<unknown> | undefined
}

/** Its lease runs out by itself and it is tried again under the same key; the mails behind it must not wait. */
const logUndelivered = (kind: string, error: unknown) =>
  logError({ what: 'a mail could not be delivered', kind }, error)

/** Writes down what became of a mail. It is on its own if it cannot be: nothing behind it waits. */
async function settle(db: Db, { kind, statements, afterwards }: Outcome) {
  try {
    await db.batch(statements)
    await afterwards?.()
  } catch (error) {
    logUndelivered(kind, error)
  }
}

/** Writes down what became of the mail before and takes up the next: one trip to the database, unless that fails. */
async function moveOn(db: Db, before: Outcome | undefined, id: string, at: Date) {
  try {
    const [[row]] = await db.batch([claim(db, id, at), ...(before?.statements ?? [])])
    await before?.afterwards?.()
    return row as ClaimedRow | undefined
  } catch (error) {
    if (!before) throw error
    await settle(db, before)
    return moveOn(db, undefined, id, at)
  }
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
): Promise<Outcome> {
  const { kind } = row
  const at = row.renderedAt
  const age = now.getTime() - at.getTime()
  const becomes = (facts: Partial<OutboxRow>) =>
    db
      .update(outbox)
      .set({ ...facts, leasedUntil: null })
      .where(eq(outbox.id, row.id))
  /** `isUnsent`: none of its words can have gone out. Otherwise `renderedAt` stays, and says that they may have. */
  const fails = (failure: string, isUnsent: boolean): Outcome => ({
    kind,
    statements: [becomes({ failedAt: now, failure, ...(isUnsent && { renderedAt: null }) })],
  })
  // Perhaps sent, under a key that Resend may have forgotten: once more could be twice.
  if (age > giveUpAfter) return fails(row.failure ?? 'no answer', false)

  const write = writers[kind]
  // What was never tried in these words is certainly not sent, whatever comes of it now.
  const isFresh = age === 0
  if (!write || !facts) return fails(`nobody writes mails of the kind ${kind}`, isFresh)

  const mail = await write({ db, env, row, practice: facts, at })
  if (!mail) return { kind, statements: [becomes({ cancelledAt: now })] }

  const answer = await send(env, mail, `${kind}/${row.id}/${row.edition}`, row, now, timeLimit)
  if (answer.kind === 'accepted') {
    // An attempt that wrote the mail was accepted at the moment its wording speaks of; a repeat of the same bytes, now.
    const sentAt = isFresh ? at : clock()
    return {
      kind,
      statements: [
        becomes({ sentAt, providerId: answer.id, failure: null }),
        ...takeReports(db, row.id, answer.id),
        ...(mail.accepted?.(sentAt) ?? []),
      ],
      afterwards: () =>
        mail
          .afterwards?.(sentAt)
          .catch(() => console.warn(JSON.stringify({ level: 'warn', what: 'mail follow-up failed', kind }))),
    }
  }
  const tooLate = now.getTime() - row.firstTriedAt.getTime() > giveUpAfter
  const isUnsent = isFresh && answer.kind !== 'unknown'
  if (answer.kind === 'refused' || tooLate) return fails(answer.reason, isUnsent)

  const pause = Math.max(answer.retryAfter ?? 0, backoff(row.attempts))
  return {
    kind,
    statements: [
      becomes({
        failure: answer.reason,
        dueAt: new Date(now.getTime() + pause),
        // Certainly not accepted, and never tried before in these words: the next try may speak of its own moment, under
        // a new key. A refusal now says nothing about an earlier try that got no answer.
        ...(isUnsent && { renderedAt: null, edition: row.edition + 1 }),
      }),
    ],
  }
}

type ClaimedRow = OutboxRow & { renderedAt: Date; firstTriedAt: Date }

/** One worker at a time holds a row; a lease that ran out may be taken over, under the same idempotency key. */
const claim = (db: Db, id: string, now: Date) =>
  db
    .update(outbox)
    .set({
      leasedUntil: new Date(now.getTime() + lease),
      attempts: sql`${outbox.attempts} + 1`,
      renderedAt: sql`coalesce(${outbox.renderedAt}, ${now.getTime()})`,
      firstTriedAt: sql`coalesce(${outbox.firstTriedAt}, ${now.getTime()})`,
    })
    .where(and(eq(outbox.id, id), isDue(now)))
    .returning()

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
