import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, feeds, patientCorrections, patientHeard, patients } from '../../db/schema.ts'
import { newestInvitation } from '../../identity/invitation/store.ts'
import type { Chart } from '../../patients/chart.ts'
import { searchName } from '../../patients/name.ts'
import { type Corrected, detailsOf, differences } from './details.ts'

/** The newest invitation, what was corrected before, and what each sender says. */
export async function findCorrections(db: Db, chart: Chart<'record'>) {
  const [[newest], corrections, heard] = await db.batch([
    newestInvitation(db, chart),
    db
      .select({
        before: patientCorrections.before,
        after: patientCorrections.after,
        reason: patientCorrections.reason,
        changedAt: patientCorrections.changedAt,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
      })
      .from(patientCorrections)
      .innerJoin(accounts, eq(accounts.id, patientCorrections.changedBy))
      .where(eq(patientCorrections.patientId, chart.patientId))
      .orderBy(desc(patientCorrections.changedAt))
      .limit(20),
    db
      .select({ facts: patientHeard.facts, heardAt: patientHeard.heardAt, sender: feeds.name })
      .from(patientHeard)
      .innerJoin(feeds, eq(feeds.id, patientHeard.feedId))
      .where(eq(patientHeard.patientId, chart.patientId))
      .orderBy(desc(patientHeard.heardAt))
      .limit(5),
  ])
  return { newest, corrections, heard }
}
export type Corrections = Awaited<ReturnType<typeof findCorrections>>

/** Corrects who the patient is, unless that is no longer what the chart said when it was opened: false then. */
export async function correctDetails(
  db: Db,
  chart: Chart<'record'>,
  becomes: Corrected,
  reason: string,
  now: Date
) {
  const was = detailsOf(chart.patient)
  const difference = differences(was, becomes)
  if (!difference) return true
  const id = newId()
  const stands = sql`EXISTS (SELECT 1 FROM ${patients} WHERE ${and(
    eq(patients.id, chart.patientId),
    sql`given_name = ${was.givenName} AND family_name = ${was.familyName} AND language = ${was.language}
      AND birth_date IS ${was.birthDate} AND phone IS ${was.phone}`
  )})` as SQL
  const [written] = await db.batch([
    db.all<{ id: string }>(sql`INSERT INTO ${patientCorrections}
      (id, patient_id, before, after, reason, changed_at, changed_by)
      SELECT ${id}, ${chart.patientId}, ${JSON.stringify(difference.before)}, ${JSON.stringify(difference.after)},
        ${reason}, ${now.getTime()}, ${chart.viewer.id} WHERE ${stands} RETURNING id`),
    audit(db, chart.did('details-changed', now, id), stands),
    db
      .update(patients)
      .set({ ...becomes, searchName: searchName(becomes.familyName, becomes.givenName) })
      .where(and(eq(patients.id, chart.patientId), stands)),
  ])
  return written.length > 0
}
