import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { accounts, grants, invitationRequests, outbox, patients } from '../../db/schema.ts'
import { listInvitations } from '../../identity/invitation/store.ts'
import { listMerges } from '../../integrations/merging/store.ts'
import { fateColumns } from '../../outbox/store.ts'
import type { Chart } from '../../patients/chart.ts'
import { lastSeenAt } from '../../patients/grant.ts'
import { listRecordAccounts, listRecordActs } from '../accounts/store.ts'
import { listRecordLocks, listSignedIn } from '../locks/store.ts'
import { listLikely } from '../merges/store.ts'

/** Everything that answers a phone call about one patient's portal. */
export async function findPortalFacts(db: Db, chart: Chart<'record'>, now: Date) {
  const [
    [account],
    invitations,
    mails,
    [request],
    caregivers,
    withSecondStep,
    acts,
    locks,
    signedIn,
    merges,
    likely,
  ] = await db.batch([
    db
      .select({
        email: accounts.email,
        createdAt: accounts.createdAt,
        lastSignInAt: accounts.lastSignInAt,
        deactivatedAt: accounts.deactivatedAt,
      })
      .from(patients)
      .innerJoin(accounts, eq(accounts.id, patients.accountId))
      .where(eq(patients.id, chart.patientId)),
    listInvitations(db, chart),
    db
      .select({
        ...fateColumns,
        subjectId: outbox.subjectId,
        createdAt: outbox.createdAt,
      })
      .from(outbox)
      .where(eq(outbox.patientId, chart.patientId))
      .orderBy(desc(outbox.createdAt))
      .limit(100),
    db
      .select({ requestedAt: invitationRequests.requestedAt })
      .from(invitationRequests)
      .where(and(eq(invitationRequests.patientId, chart.patientId), isNull(invitationRequests.resolvedAt)))
      .orderBy(desc(invitationRequests.requestedAt))
      .limit(1),
    db
      .select({
        id: grants.id,
        relationship: grants.relationship,
        grantedAt: grants.grantedAt,
        revokedAt: grants.revokedAt,
        revokedReason: grants.revokedReason,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
        email: accounts.email,
        lastSeenAt,
      })
      .from(grants)
      .innerJoin(accounts, eq(accounts.id, grants.accountId))
      .where(eq(grants.patientId, chart.patientId))
      .orderBy(desc(isNull(grants.revokedAt)), desc(grants.grantedAt))
      .limit(50),
    listRecordAccounts(db, chart),
    listRecordActs(db, chart),
    listRecordLocks(db, chart),
    listSignedIn(db, chart, now),
    listMerges(db, chart),
    listLikely(db, chart),
  ])
  return {
    account,
    invitations,
    mails,
    request,
    caregivers,
    withSecondStep,
    acts,
    locks,
    signedIn,
    merges,
    likely,
  }
}

export type PortalFacts = Awaited<ReturnType<typeof findPortalFacts>>
