import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { throttles } from '../db/schema.ts'

const minute = 60_000
const hour = 60 * minute

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
  signInByAddress: { free: 5, window: 24 * hour, pause: minute, longest: 15 * minute },
  signInByNetwork: { free: 20, window: minute, pause: minute, longest: 15 * minute },
  currentPassword: { free: 5, window: hour, pause: minute, longest: 15 * minute },
  secondStep: { free: 5, window: hour, pause: minute, longest: 15 * minute },
  registrationCode: { free: 4, window: hour, pause: 10 * minute, longest: hour },
  birthDateByNetwork: { free: 20, window: hour, pause: 15 * minute, longest: hour },
  newLinkByNetwork: { free: 10, window: hour, pause: 15 * minute, longest: hour },
} satisfies Record<string, Limit>

/**
  resetGuessesByNetwork: { free: 20, window: hour, pause: 15 * minute, longest: hour },
 * Takes one try, atomically, before anything is looked at: a hundred at once get no more tries than one after another.
 * A statement to batch; it returns one row when the try may be made and none during a pause.
 */
export function takeTry(db: Db, key: string, { free, window, pause, longest }: Limit, now: Date) {
  const at = now.getTime()
  const count = sql`CASE WHEN ${throttles.since} < ${at - window} THEN 1 ELSE ${throttles.count} + 1 END`
  // SQLite's shift is a power of two; the exponent is held down so that it cannot overflow.
  const blocked = (tries: SQL) =>
    sql`CASE WHEN ${tries} < ${free} THEN NULL ELSE ${at} + min(${longest}, ${pause} * (1 << min(${tries} - ${free}, 20))) END`
  return db.all<{ count: number }>(sql`
    INSERT INTO ${throttles} (key, count, since, blocked_until) VALUES (${key}, 1, ${at}, NULL)
    ON CONFLICT (key) DO UPDATE SET
      count = ${count},
      since = CASE WHEN ${throttles.since} < ${at - window} THEN ${at} ELSE ${throttles.since} END,
      blocked_until = ${blocked(count)}
    WHERE ${throttles.blockedUntil} IS NULL OR ${throttles.blockedUntil} <= ${at}
    RETURNING count`)
}

/** Forgets the tries of a key: whoever held the right answer starts afresh. */
export const forgetTries = (db: Db, key: string) => db.delete(throttles).where(sql`${throttles.key} = ${key}`)

/** Gives one try back: a ward of people behind one network address who all sign in rightly is no attack. */
export const returnTry = (db: Db, key: string, { free }: Limit) =>
  db.run(sql`UPDATE ${throttles} SET count = max(count - 1, 0),
    blocked_until = CASE WHEN count - 1 < ${free} THEN NULL ELSE blocked_until END WHERE key = ${key}`)

/** Counters older than any window. */
export const sweepThrottles = (db: Db, now: Date) =>
  db.delete(throttles).where(sql`${throttles.since} < ${now.getTime() - 48 * hour}`)
