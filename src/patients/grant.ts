import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Db, type Drizzle, value } from '../db/client.ts'
import { accounts, grants, sessions } from '../db/schema.ts'
import type { ReadableChart, Scope } from './chart.ts'

/** When an account was last here; `accounts` stands in the query. Sessions are forgotten after a while, the last sign-in is not. */
export const lastSeenAt = sql<Date | null>`nullif(max(coalesce(${accounts.lastSignInAt}, 0),
    coalesce((SELECT max(s.seen_at) FROM ${sessions} s
      WHERE s.account_id = ${accounts.id} AND s.completed_at IS NOT NULL), 0)), 0)`.mapWith(sessions.seenAt)

const caregivers = (db: Drizzle) =>
  db
    .select({
      accountId: grants.accountId,
      givenName: accounts.givenName,
      familyName: accounts.familyName,
      relationship: grants.relationship,
    })
    .from(grants)
    .innerJoin(accounts, eq(accounts.id, grants.accountId))
    .where(
      and(eq(grants.patientId, value('patientId')), isNull(grants.revokedAt), isNull(accounts.deactivatedAt))
    )
    .orderBy(grants.grantedAt)
export type Caregiver = ReturnType<typeof caregivers>['_']['result'][number]

/** A statement: the caregivers who can read this record now, in the order they were let in. */
export const liveCaregivers = (db: Db, { patientId }: ReadableChart<Scope>) =>
  db.bound(caregivers, { patientId })
