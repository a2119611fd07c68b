import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { accounts, grants } from '../db/schema.ts'
import type { ReadableChart, Scope } from './chart.ts'

/** A statement: the caregivers who can read this record now, in the order they were let in. */
export const liveCaregivers = (db: Db, chart: ReadableChart<Scope>) =>
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
      and(eq(grants.patientId, chart.patientId), isNull(grants.revokedAt), isNull(accounts.deactivatedAt))
    )
    .orderBy(grants.grantedAt)
export type Caregiver = Awaited<ReturnType<typeof liveCaregivers>>[number]
