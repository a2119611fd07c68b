import { and, eq, gt, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Db } from '../db/client.ts'
import { newId } from '../db/id.ts'
import { sessions } from '../db/schema.ts'
import type { RequestContext } from '../env.ts'
import { hostCookie } from '../web/cookie.ts'
import { placeOf } from './network.ts'
import { newToken, sha256 } from './secret.ts'

const cookie = 'cs'
/** Tells the scripts of a page that the session it belongs to has ended; says nothing to us. */
const pageCookie = 'page'
const minute = 60_000

/** Milliseconds a session lives without activity, and in all (product.md section 2). */
export const limits = {
  idle: { patient: 30 * minute, staff: 15 * minute },
  absolute: 12 * 60 * minute,
  /** How long a password alone holds the door for the second step. */
  secondStep: 10 * minute,
  /** How long giving the password or a passkey counts for what needs it afresh. */
  confirmed: 10 * minute,
}

type Row = typeof sessions.$inferSelect
type Times = Pick<Row, 'createdAt' | 'seenAt' | 'completedAt'>

export type SessionRow = Awaited<ReturnType<typeof newSession>>['row']

/** Whether a session row still speaks for its account. */
export function isLive(session: Times, isStaff: boolean, now: Date) {
  const age = now.getTime() - session.createdAt.getTime()
  if (!session.completedAt) return age < limits.secondStep
  const idle = now.getTime() - session.seenAt.getTime()
  return age < limits.absolute && idle < (isStaff ? limits.idle.staff : limits.idle.patient)
}

/** `isLive` of a session whose second step is done, in SQL. */
export const goesOn = (isStaff: boolean, now: Date) =>
  and(
    isNull(sessions.endedAt),
    isNotNull(sessions.completedAt),
    gt(sessions.createdAt, new Date(now.getTime() - limits.absolute)),
    gt(sessions.seenAt, new Date(now.getTime() - (isStaff ? limits.idle.staff : limits.idle.patient)))
  ) as SQL

/** Seconds until a session ends if nobody does anything, and until it ends whatever they do. */
export function secondsLeft({ createdAt, seenAt }: Times, isStaff: boolean, now: Date) {
  const idle = isStaff ? limits.idle.staff : limits.idle.patient
  const until = (from: Date, limit: number) => Math.ceil((from.getTime() + limit - now.getTime()) / 1000)
  return { idle: until(seenAt, idle), last: until(createdAt, limits.absolute) }
}

/** Whether the password or a passkey was given in this session a moment ago. */
export const isConfirmed = ({ confirmedAt }: Pick<Row, 'confirmedAt'>, now: Date) =>
  confirmedAt !== null && now.getTime() - confirmedAt.getTime() < limits.confirmed

export const sessionToken = (c: RequestContext) => getCookie(c, cookie, 'host')

/** The value that a script finds among the cookies for as long as pages of now may be shown; `!` where there is none. */
export const pageMark = (c: RequestContext) => getCookie(c, pageCookie, 'host') ?? '!'

/** From now on Back asks us before it brings up a page of before. */
export const turnPages = (c: RequestContext) =>
  setCookie(c, pageCookie, newId(), { ...hostCookie, httpOnly: false })

function giveCookies(c: RequestContext, token: string) {
  setCookie(c, cookie, token, hostCookie)
  turnPages(c)
}

/**
 * A session to be stored, and the cookie for it. Always a new token: one planted before sign-in never counts.
 * `completed` is false while a second step is still owed.
 */
export async function newSession(c: RequestContext, accountId: string, completed: boolean) {
  const { now } = c.var
  const token = newToken()
  const row = {
    id: newId(),
    tokenHash: await sha256(token),
    accountId,
    createdAt: now,
    seenAt: now,
    completedAt: completed ? now : null,
    confirmedAt: completed ? now : null,
    userAgent: c.req.header('User-Agent')?.slice(0, 200) ?? null,
    place: placeOf(c),
  }
  return { row, setCookie: () => giveCookies(c, token) }
}

/** Stores a session if a condition holds; returns its row then, and none otherwise. A statement to batch. */
export const insertSession = (db: Db, session: SessionRow, deviceId: string | null, when: SQL) =>
  db.all<{ id: string }>(sql`
    INSERT INTO ${sessions}
      (id, token_hash, account_id, created_at, seen_at, completed_at, confirmed_at, user_agent, place, device_id)
    SELECT ${session.id}, ${session.tokenHash}, ${session.accountId}, ${session.createdAt.getTime()},
      ${session.seenAt.getTime()}, ${session.completedAt?.getTime() ?? null},
      ${session.confirmedAt?.getTime() ?? null}, ${session.userAgent}, ${session.place}, ${deviceId}
    WHERE ${when} RETURNING id`)

/**
 * The same session under a new token, because what it may do has changed: whoever had the old one is out. `confirmed`
 * says that the password or a passkey was given just now.
 */
export async function renewSession(c: RequestContext, session: Row, { confirmed }: { confirmed: boolean }) {
  const { db, now } = c.var
  const token = newToken()
  const tokenHash = await sha256(token)
  return {
    tokenHash,
    statement: (when?: SQL) =>
      db
        .update(sessions)
        .set({ tokenHash, seenAt: now, ...(confirmed ? { confirmedAt: now } : {}) })
        .where(and(eq(sessions.tokenHash, session.tokenHash), isNull(sessions.endedAt), when)),
    setCookie: () => giveCookies(c, token),
  }
}

export const endSession = (db: Db, tokenHash: string, now: Date, when?: SQL) =>
  db
    .update(sessions)
    .set({ endedAt: now })
    .where(and(eq(sessions.tokenHash, tokenHash), isNull(sessions.endedAt), when))

/** Signs an account out everywhere, but for the session with the id `except`. */
export const endSessions = (db: Db, accountId: string, now: Date, except: string | null, when?: SQL) =>
  db
    .update(sessions)
    .set({ endedAt: now })
    .where(
      and(
        eq(sessions.accountId, accountId),
        isNull(sessions.endedAt),
        except === null ? undefined : ne(sessions.id, except),
        when
      )
    )

export const touchSession = (db: Db, tokenHash: string, now: Date) =>
  db.update(sessions).set({ seenAt: now }).where(eq(sessions.tokenHash, tokenHash))

export const dropCookies = (c: RequestContext) => {
  deleteCookie(c, cookie, hostCookie)
  deleteCookie(c, pageCookie, hostCookie)
}
