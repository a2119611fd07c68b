import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { patients } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'

/** Letters of the family name that must agree: enough for a typing error behind them. */
const letters = 3

/**
 * A statement: living records that may be the same person's, by birth date and either the beginning of the family name or
 * the address. Only a person can say whether they are: twins agree in all of it.
 */
export const listLikely = (db: Db, chart: Chart<'record'>) =>
  db
    .select({
      id: patients.id,
      givenName: patients.givenName,
      familyName: patients.familyName,
      mrn: patients.mrn,
    })
    .from(patients)
    .where(
      and(
        eq(patients.birthDate, chart.patient.birthDate ?? ''),
        ne(patients.id, chart.patientId),
        isNull(patients.mergedInto),
        chart.patient.mergedInto ? sql`0` : undefined,
        sql`(substr(${patients.searchName}, 1, ${letters}) = ${chart.patient.searchName.slice(0, letters)}
          OR lower(trim(${patients.email})) = ${chart.patient.email?.trim().toLowerCase() ?? null})`
      )
    )
    .limit(5)
export type Likely = Awaited<ReturnType<typeof listLikely>>[number]
