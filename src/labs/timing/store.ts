import { and, eq, gt, isNull, or, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { releaseChoices, reports } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import { type Choice, type ReleaseRules, releaseOf } from '../release.ts'
import { choicesOf, holdsFor, holdsOn, settleRelease } from '../releases/store.ts'

export const findChoices = async (db: Db, chart: Chart<'labs'>) =>
  (await db.batch([choicesOf(db, [chart.patientId])]))[0]

/** Keeps how the patient wants each kind of report, and settles anew what they have not seen yet. */
export async function saveChoices(
  db: Db,
  chart: Chart<'labs'>,
  choices: Choice[],
  rules: ReleaseRules,
  now: Date
) {
  const unseen = and(
    eq(reports.patientId, chart.patientId),
    or(isNull(reports.releasedAt), gt(reports.releasedAt, now))
  )
  const [waiting, holds] = await db.batch([
    db.select().from(reports).where(unseen),
    holdsOn(db, sql`(SELECT id FROM ${reports} WHERE ${unseen})`),
  ])
  await db.batch([
    db.delete(releaseChoices).where(eq(releaseChoices.patientId, chart.patientId)),
    ...choices
      .filter(({ timing }) => timing !== 'at-once')
      .map((choice) =>
        db
          .insert(releaseChoices)
          .values({ ...choice, patientId: chart.patientId, chosenAt: now, chosenBy: chart.viewer.id })
      ),
    audit(db, chart.did('timing-chosen', now)),
    ...waiting.flatMap((report) =>
      settleRelease(
        db,
        chart,
        report,
        releaseOf(report, choices, holdsFor(holds, report.id), rules, now),
        now
      )
    ),
  ])
}
