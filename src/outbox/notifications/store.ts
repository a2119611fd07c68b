import { eq, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import { accounts, notificationChoices } from '../../db/schema.ts'
import type { Viewer } from '../../identity/visit.ts'
import { type NotificationKind, notificationKinds } from './notification.ts'

/** Whether an account wants e-mails of a kind, for whoever queues or writes one; `accounts` stands in the query. */
export const isWanted = (kind: NotificationKind): Condition =>
  sql`NOT EXISTS (SELECT 1 FROM ${notificationChoices} n WHERE n.account_id = ${accounts.id} AND n.kind = ${kind})`

/** The kinds an account does without. */
export async function findUnwanted(db: Db, { id }: Pick<Viewer, 'id'>) {
  const [rows] = await db.batch([
    db
      .select({ kind: notificationChoices.kind })
      .from(notificationChoices)
      .where(eq(notificationChoices.accountId, id)),
  ])
  return rows.map(({ kind }) => kind)
}

/** Keeps exactly these kinds as wanted. */
export const saveWanted = (
  db: Db,
  viewer: Viewer,
  wanted: readonly NotificationKind[],
  requestId: string,
  now: Date
) =>
  db.batch([
    db.delete(notificationChoices).where(eq(notificationChoices.accountId, viewer.id)),
    ...notificationKinds
      .filter((kind) => !wanted.includes(kind))
      .map((kind) => db.insert(notificationChoices).values({ accountId: viewer.id, kind, offAt: now })),
    audit(db, {
      at: now,
      ...actor(viewer),
      action: 'settings.notifications',
      requestId,
    }),
  ])
