import { type SQL, sql } from 'drizzle-orm'
import type { Condition, Db } from '../db/client.ts'
import { throttles, type triedThings } from '../db/schema.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

/**
 * `free` tries, then a pause that doubles from `pause` to `longest`; forgotten `window` after the first (all in ms).
 * After `most` tries there are none until the window is over or someone forgets them.
 */
export type Limit = {
  free: number
  window: number
  pause: number
  longest: number
  most?: number
  purpose?: (typeof triedThings)[number]
}

/** Guesses at what one account keeps secret: nine in the first quarter of an hour, one an hour in the end, a hundred in a year. */
const guesses = { free: 5, window: year, pause: minute, longest: hour, most: 100 }

export const limits = {
  signInByAddress: { ...guesses, purpose: 'sign-in' },
  signInByDevice: { ...guesses, purpose: 'device' },
  signInByNetwork: { free: 20, window: hour, pause: minute, longest: 15 * minute },
  currentPassword: { ...guesses, purpose: 'current-password' },
  secondStep: { ...guesses, purpose: 'second-step' },
  passkey: { free: 30, window: minute, pause: minute, longest: 15 * minute },
  registrationCode: { free: 4, window: hour, pause: 10 * minute, longest: hour },
  birthDateByNetwork: { free: 20, window: hour, pause: 15 * minute, longest: hour },
  resetGuessesByNetwork: { free: 20, window: hour, pause: 15 * minute, longest: hour },
  caregiversByAccount: { free: 10, window: day, pause: hour, longest: day },
  caregiversByAddress: { free: 5, window: day, pause: hour, longest: day },
  newLinkByNetwork: { free: 10, window: hour, pause: 15 * minute, longest: hour },
} satisfies Record<string, Limit>

/** What is counted, how much of it there may be, and for which account: its id, or SQL that finds it. */
export type Try = { key: string; limit: Limit; accountId?: string | SQL }

/** What a try was told: how many there have been, and the pause that began with it. */
export type Taken = { count: number; blockedUntil: number | null }

/**
 * Takes one try, atomically, before anything is looked at: a hundred at once get no more tries than one after another.
 * A statement to batch; it returns one row when the try may be made and none during a pause, or while `when` does not hold.
 */
export function takeTry(
  db: Db,
  key: string,
  { free, window, pause, longest, most, purpose }: Limit,
  now: Date,
  { accountId = null, when = sql`true` }: { accountId?: string | SQL | null; when?: Condition } = {}
) {
  const at = now.getTime()
  const isOver = sql`${throttles.since} < ${at - window}`
  const count = sql`CASE WHEN ${isOver} THEN 1 ELSE ${throttles.count} + 1 END`
  const since = sql`CASE WHEN ${isOver} THEN ${at} ELSE ${throttles.since} END`
  // SQLite's shift is a power of two; the exponent is held down so that it cannot overflow.
  const blocked = sql`CASE WHEN ${count} < ${free} THEN NULL
    WHEN ${count} >= ${most ?? Number.MAX_SAFE_INTEGER} THEN ${since} + ${window}
    ELSE ${at} + min(${longest}, ${pause} * (1 << min(${count} - ${free}, 20))) END`
  return db.all<Taken>(sql`
    INSERT INTO ${throttles} (key, count, since, blocked_until, account_id, purpose)
    SELECT ${key}, 1, ${at}, NULL, ${accountId}, ${purpose ?? null} WHERE ${when}
    ON CONFLICT (key) DO UPDATE SET
      count = ${count},
      since = ${since},
      blocked_until = ${blocked},
      account_id = coalesce(excluded.account_id, ${throttles.accountId})
    WHERE ${throttles.blockedUntil} IS NULL OR ${throttles.blockedUntil} <= ${at}
    RETURNING count, blocked_until AS blockedUntil`)
}

/** Holds while a counter is not in a pause. */
export const isOpen = (key: string, now: Date): Condition =>
  sql`NOT EXISTS (SELECT 1 FROM ${throttles} WHERE key = ${key} AND blocked_until > ${now.getTime()})`

/** Forgets the tries of a key: whoever held the right answer starts afresh. */
export const forgetTries = (db: Db, key: string) => db.delete(throttles).where(sql`${throttles.key} = ${key}`)

/**
 * Forgets the wrong passwords at an account's door and inside, on strange devices and its own, because its owner has
 * proved who they are in another way. Guesses at the second step stay counted: a mailbox is no second step.
 */
export const forgetPasswordTries = (db: Db, accountId: string, when: Condition = sql`true`) =>
  db
    .delete(throttles)
    .where(
      sql`${throttles.accountId} = ${accountId} AND purpose IN ('sign-in', 'device', 'current-password') AND ${when}`
    )

/** Gives one try back: a ward of people behind one network address who all sign in rightly is no attack. */
export const returnTry = (db: Db, key: string, { free }: Limit) =>
  db.run(sql`UPDATE ${throttles} SET count = max(count - 1, 0),
    blocked_until = CASE WHEN count - 1 < ${free} THEN NULL ELSE blocked_until END WHERE key = ${key}`)

/** Counters whose window is over: a year for the guesses at one account, two days cover every other. */
export const sweepThrottles = (db: Db, now: Date) =>
  db
    .delete(throttles)
    .where(
      sql`${throttles.since} < ${now.getTime() - 2 * day} AND (purpose IS NULL OR ${throttles.since} < ${now.getTime() - year})`
    )
