import { and, asc, desc, eq, gte, inArray, isNull, lt, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  accounts,
  appointments,
  auditEntries,
  calendarFeeds,
  grants,
  patients,
  practice,
} from '../../db/schema.ts'
import { calendarToken, sha256 } from '../../identity/secret.ts'
import type { Chart } from '../../patients/chart.ts'

const day = 86_400_000

/** The viewer's own calendar address for a record, if there is one. */
export async function findCalendarFeed(db: Db, chart: Chart<'appointments'>) {
  const [[feed]] = await db.batch([
    db
      .select()
      .from(calendarFeeds)
      .where(
        and(
          eq(calendarFeeds.accountId, chart.viewer.id),
          eq(calendarFeeds.patientId, chart.patientId),
          isNull(calendarFeeds.revokedAt)
        )
      )
      .orderBy(desc(calendarFeeds.createdAt))
      .limit(1),
  ])
  return feed
}
export type CalendarFeed = NonNullable<Awaited<ReturnType<typeof findCalendarFeed>>>

const live = (chart: Chart<'appointments'>) =>
  and(
    eq(calendarFeeds.accountId, chart.viewer.id),
    eq(calendarFeeds.patientId, chart.patientId),
    isNull(calendarFeeds.revokedAt)
  )

/** Makes a new address; the one before ends with it. */
export async function makeCalendarFeed(db: Db, chart: Chart<'appointments'>, tokenKey: string, now: Date) {
  const id = newId()
  const tokenHash = await sha256(await calendarToken(tokenKey, id))
  await db.batch([
    db.update(calendarFeeds).set({ revokedAt: now }).where(live(chart)),
    db
      .insert(calendarFeeds)
      .values({ id, accountId: chart.viewer.id, patientId: chart.patientId, tokenHash, createdAt: now }),
    audit(db, chart.did('calendar-made', now, id)),
  ])
}

export const endCalendarFeed = (db: Db, chart: Chart<'appointments'>, now: Date) =>
  db.batch([
    audit(
      db,
      chart.did('calendar-ended', now),
      sql`EXISTS (SELECT 1 FROM ${calendarFeeds} WHERE ${live(chart)})`
    ),
    db.update(calendarFeeds).set({ revokedAt: now }).where(live(chart)),
  ])

/**
 * What a calendar may see that asks with a token: the appointments of the record, if the address was not taken back and
 * its account may still read the record. Each reading is written down. Undefined for all else.
 */
export async function readCalendarFeed(db: Db, token: string, requestId: string, now: Date) {
  const tokenHash = await sha256(token)
  const mayRead = sql`EXISTS (SELECT 1 FROM ${accounts} a WHERE a.id = ${calendarFeeds.accountId} AND a.deactivated_at IS NULL)
    AND (EXISTS (SELECT 1 FROM ${patients} p WHERE p.id = ${calendarFeeds.patientId} AND p.account_id = ${calendarFeeds.accountId})
      OR EXISTS (SELECT 1 FROM ${grants} g WHERE g.patient_id = ${calendarFeeds.patientId} AND g.account_id = ${calendarFeeds.accountId} AND g.revoked_at IS NULL))`
  const open = and(eq(calendarFeeds.tokenHash, tokenHash), isNull(calendarFeeds.revokedAt), mayRead)
  const [[feed], stops] = await db.batch([
    db
      .select({
        language: accounts.language,
        timeZone: practice.timeZone,
        id: calendarFeeds.id,
      })
      .from(calendarFeeds)
      .innerJoin(accounts, eq(accounts.id, calendarFeeds.accountId))
      .innerJoin(practice, eq(practice.id, 1))
      .where(open),
    db
      .select()
      .from(appointments)
      .where(
        and(
          inArray(
            appointments.patientId,
            db.select({ id: calendarFeeds.patientId }).from(calendarFeeds).where(open)
          ),
          gte(appointments.startsAt, new Date(now.getTime() - 60 * day)),
          lt(appointments.startsAt, new Date(now.getTime() + 730 * day))
        )
      )
      .orderBy(asc(appointments.startsAt), asc(appointments.id))
      .limit(500),
    db.run(sql`INSERT INTO ${auditEntries} (at, account_id, actor, patient_id, action, subject_id, request_id)
      SELECT ${now.getTime()}, account_id, 'calendar', patient_id, 'appointments.calendar-read', id, ${requestId}
      FROM ${calendarFeeds} WHERE ${open}`),
    db.update(calendarFeeds).set({ lastUsedAt: now }).where(open),
  ])
  return feed && { ...feed, stops }
}
