import { and, eq, isNull } from 'drizzle-orm'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Db } from '../db/client.ts'
import { sessions } from '../db/schema.ts'
import type { RequestContext } from '../env.ts'
import { hostCookie } from '../web/cookie.ts'
import { newToken, sha256 } from './secret.ts'

const cookie = 'cs'
const minute = 60_000

/** Milliseconds a session lives without activity, and in all (product.md section 2). */
export const limits = {
  idle: { patient: 30 * minute, staff: 15 * minute },
  absolute: 12 * 60 * minute,
  /** How long a password alone holds the door for the second step. */
  secondStep: 10 * minute,
}

type Times = Pick<typeof sessions.$inferSelect, 'createdAt' | 'seenAt' | 'completedAt'>

export type SessionRow = Awaited<ReturnType<typeof openSession>>['row']

/** Whether a session row still speaks for its account. */
export function isLive(session: Times, isStaff: boolean, now: Date) {
  const age = now.getTime() - session.createdAt.getTime()
  if (!session.completedAt) return age < limits.secondStep
  const idle = now.getTime() - session.seenAt.getTime()
  return age < limits.absolute && idle < (isStaff ? limits.idle.staff : limits.idle.patient)
}

export const sessionToken = (c: RequestContext) => getCookie(c, cookie, 'host')

/**
 * A statement that opens a session, and the cookie for it. Always a new token: one planted before sign-in never counts.
 * `completed` is false while a second step is still owed.
 */
export async function openSession(c: RequestContext, accountId: string, completed: boolean) {
  const { db, now } = c.var
  const token = newToken()
  const row = {
    tokenHash: await sha256(token),
    accountId,
    createdAt: now,
    seenAt: now,
    completedAt: completed ? now : null,
    userAgent: c.req.header('User-Agent')?.slice(0, 200) ?? null,
  }
  return {
    statement: db.insert(sessions).values(row),
    row,
    setCookie: () => setCookie(c, cookie, token, hostCookie),
  }
}

export const endSession = (db: Db, tokenHash: string, now: Date) =>
  db
    .update(sessions)
    .set({ endedAt: now })
    .where(and(eq(sessions.tokenHash, tokenHash), isNull(sessions.endedAt)))

export const touchSession = (db: Db, tokenHash: string, now: Date) =>
  db.update(sessions).set({ seenAt: now }).where(eq(sessions.tokenHash, tokenHash))

export const dropCookie = (c: RequestContext) => deleteCookie(c, cookie, hostCookie)
