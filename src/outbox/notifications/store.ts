import { eq, type SQLWrapper, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import {
  accounts,
  grants,
  notificationChoices,
  patients,
  recordNotificationChoices,
} from '../../db/schema.ts'
import type { Viewer } from '../../identity/visit.ts'
import { type NotificationKind, notificationKinds } from './notification.ts'

/** Whether an account wants e-mails of a kind about a record; both are ids in the query that asks. */
export const wants = (kind: NotificationKind, accountId: SQLWrapper, patientId: SQLWrapper): Condition =>
  sql`(NOT EXISTS (SELECT 1 FROM ${notificationChoices} n WHERE n.account_id = ${accountId} AND n.kind = ${kind})
    AND NOT EXISTS (SELECT 1 FROM ${recordNotificationChoices} n WHERE n.account_id = ${accountId}
      AND n.patient_id = ${patientId} AND n.kind = ${kind}))`

/** The same, where `accounts` and `patients` stand in the query. */
export const isWanted = (kind: NotificationKind) => wants(kind, accounts.id, patients.id)

type Reader = Pick<Viewer, 'id'>

/** The records that an account reads: its own, and those of people it helps. */
const isRead = ({ id }: Reader) =>
  sql`${patients.id} IN (SELECT p.id FROM ${patients} p WHERE p.account_id = ${id}
    UNION SELECT g.patient_id FROM ${grants} g WHERE g.account_id = ${id} AND g.revoked_at IS NULL)`

/** The kinds an account does without: for every record, and for each that it reads. */
export async function findUnwanted(db: Db, viewer: Reader) {
  const [everywhere, records, here] = await db.batch([
    db
      .select({ kind: notificationChoices.kind })
      .from(notificationChoices)
      .where(eq(notificationChoices.accountId, viewer.id)),
    db
      .select({
        id: patients.id,
        givenName: patients.givenName,
        familyName: patients.familyName,
        accountId: patients.accountId,
      })
      .from(patients)
      .where(isRead(viewer))
      .orderBy(patients.createdAt)
      .limit(100),
    db
      .select({ patientId: recordNotificationChoices.patientId, kind: recordNotificationChoices.kind })
      .from(recordNotificationChoices)
      .where(eq(recordNotificationChoices.accountId, viewer.id)),
  ])
  const always = everywhere.map(({ kind }) => kind)
  return records.map(({ accountId, ...record }) => ({
    ...record,
    isOwn: accountId === viewer.id,
    unwanted: [...always, ...here.filter(({ patientId }) => patientId === record.id).map(({ kind }) => kind)],
  }))
}
export type RecordNotices = Awaited<ReturnType<typeof findUnwanted>>[number]

/** Keeps exactly these kinds as wanted for the records named; of others' records it keeps nothing. */
export const saveWanted = (
  db: Db,
  viewer: Viewer,
  wanted: { patientId: string; kinds: readonly NotificationKind[] }[],
  requestId: string,
  now: Date
) => {
  const named = JSON.stringify(wanted.map(({ patientId }) => patientId))
  const without = JSON.stringify(
    wanted.flatMap(({ patientId, kinds }) =>
      notificationKinds.filter((kind) => !kinds.includes(kind)).map((kind) => ({ patientId, kind }))
    )
  )
  return db.batch([
    db.delete(notificationChoices).where(eq(notificationChoices.accountId, viewer.id)),
    db.run(sql`DELETE FROM ${recordNotificationChoices}
      WHERE account_id = ${viewer.id} AND patient_id IN (SELECT value FROM json_each(${named}))`),
    db.run(sql`INSERT INTO ${recordNotificationChoices} (account_id, patient_id, kind, off_at)
      SELECT ${viewer.id}, ${patients.id}, d.value ->> 'kind', ${now.getTime()}
      FROM json_each(${without}) d JOIN ${patients} ON ${patients.id} = d.value ->> 'patientId'
      WHERE ${isRead(viewer)}`),
    audit(db, {
      at: now,
      ...actor(viewer),
      action: 'settings.notifications',
      requestId,
    }),
  ])
}
