import { and, desc, eq, gt, isNotNull, isNull, ne, not, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import { sessions, trustedDevices } from '../../db/schema.ts'
import { endSessions, goesOn } from '../session.ts'
import type { Session, Viewer } from '../visit.ts'

export type Devices = Awaited<ReturnType<typeof listDevices>>
export type SeenSession = Devices['live'][number]

const shown = {
  id: sql<string>`coalesce(${sessions.id}, '')`.as('session_id'),
  createdAt: sessions.createdAt,
  seenAt: sessions.seenAt,
  userAgent: sessions.userAgent,
  place: sessions.place,
}

const mostPast = 10

/** Where an account is signed in, where it was lately, and the devices that are spared its second step. */
export async function listDevices(db: Db, viewer: Viewer, now: Date) {
  const isLive = goesOn(viewer.staffRole !== null, now)
  // A password without its second step has opened nothing, and is no device that was signed in.
  const own = and(eq(sessions.accountId, viewer.id), isNotNull(sessions.completedAt))
  const [live, past, trusted] = await db.batch([
    db.select(shown).from(sessions).where(and(own, isLive)).orderBy(desc(sessions.seenAt)),
    db
      .select(shown)
      .from(sessions)
      .where(and(own, not(isLive)))
      .orderBy(desc(sessions.createdAt))
      .limit(mostPast),
    db
      .select()
      .from(trustedDevices)
      .where(and(eq(trustedDevices.accountId, viewer.id), gt(trustedDevices.trustedUntil, now)))
      .orderBy(desc(trustedDevices.trustedAt)),
  ])
  return { live, past, trusted }
}

type Act = { viewer: Viewer; session: Session; requestId: string }

const entry = ({ viewer, requestId }: Act, action: string, now: Date, subjectId: string | null = null) => ({
  at: now,
  ...actor(viewer),
  action,
  subjectId,
  requestId,
})

export async function hasSession(db: Db, accountId: string, sessionId: string) {
  const found = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.accountId, accountId)))
    .limit(1)
  return found.length > 0
}

/** Ends one session of the viewer's own, and the trust in the device it was on, unless that is the device in use. */
export function signOutDevice(db: Db, act: Act, sessionId: string, now: Date) {
  const { viewer, session } = act
  const isOpen = and(
    eq(sessions.id, sessionId),
    eq(sessions.accountId, viewer.id),
    isNull(sessions.endedAt)
  ) as Condition
  return db.batch([
    audit(
      db,
      entry(act, 'settings.device-signed-out', now, sessionId),
      sql`EXISTS (SELECT 1 FROM ${sessions} WHERE ${isOpen})`
    ),
    db
      .delete(trustedDevices)
      .where(
        and(
          eq(trustedDevices.accountId, viewer.id),
          ne(trustedDevices.id, session.deviceId ?? ''),
          sql`${trustedDevices.id} = (SELECT device_id FROM ${sessions} WHERE ${isOpen})`
        )
      ),
    db.update(sessions).set({ endedAt: now }).where(isOpen),
  ])
}

/** Ends every other session, and the trust in every other device. */
export const signOutOtherDevices = (db: Db, act: Act, now: Date) =>
  db.batch([
    endSessions(db, act.viewer.id, now, act.session.id),
    db
      .delete(trustedDevices)
      .where(
        and(eq(trustedDevices.accountId, act.viewer.id), ne(trustedDevices.id, act.session.deviceId ?? ''))
      ),
    audit(db, entry(act, 'settings.devices-signed-out', now)),
  ])

/** Asks for the second step again on one device of the viewer's own, or on all of them. */
export function removeTrust(db: Db, act: Act, deviceId: string | 'all', now: Date) {
  const own = and(
    eq(trustedDevices.accountId, act.viewer.id),
    deviceId === 'all' ? undefined : eq(trustedDevices.id, deviceId)
  )
  return db.batch([
    audit(
      db,
      entry(act, 'settings.trust-removed', now),
      sql`EXISTS (SELECT 1 FROM ${trustedDevices} WHERE ${own})`
    ),
    db.delete(trustedDevices).where(own),
  ])
}

/** A session as a notice about it names it. */
export async function findSession(db: Db, sessionId: string) {
  const [session] = await db
    .select({ userAgent: sessions.userAgent, place: sessions.place })
    .from(sessions)
    .where(eq(sessions.id, sessionId))
    .limit(1)
  return session
}
