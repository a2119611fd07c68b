import { asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { accounts, invitations, patients } from '../../db/schema.ts'
import { mailFate } from '../../identity/invitation/store.ts'
import type { Term } from './search.ts'

export const perPage = 25

const newest = sql`(SELECT i.id FROM invitations i WHERE i.patient_id = ${patients.id} AND i.kind = 'patient'
  ORDER BY i.created_at DESC, i.replaced_at IS NULL DESC LIMIT 1)`

// In a batch D1 answers by column name, so no two may share one: `id` is the invitation's.
const columns = {
  id: sql<string>`${patients.id}`.as('chart_id'),
  givenName: patients.givenName,
  familyName: patients.familyName,
  birthDate: patients.birthDate,
  mrn: patients.mrn,
  accountId: patients.accountId,
  inactiveAt: patients.inactiveAt,
  deceasedAt: patients.deceasedAt,
  lastSignInAt: accounts.lastSignInAt,
  invitation: invitations,
  email: sql<string | null>`${patients.email}`.as('chart_email'),
  ...mailFate,
}

/** Nobody reads further: more than these are neither listed nor counted, however many a practice has. */
export const mostListed = 100
const enough = sql.raw(String(mostListed + 1))

/** One page of the chosen patients by name, each with how many were chosen: one more than `mostListed` means "more". */
const rows = (db: Db, chosen: SQL, page: number) => {
  const onPage = Math.max(0, Math.min(perPage, mostListed - (page - 1) * perPage))
  return db
    .select({ ...columns, total: sql<number>`(SELECT count(*) FROM (${chosen}))`.as('total') })
    .from(patients)
    .leftJoin(accounts, eq(accounts.id, patients.accountId))
    .leftJoin(invitations, eq(invitations.id, newest))
    .where(
      sql`${patients.id} IN (SELECT p.id FROM patients p WHERE p.id IN (${chosen})
        ORDER BY p.search_name, p.birth_date LIMIT ${onPage} OFFSET ${(page - 1) * perPage})`
    )
    .orderBy(asc(patients.searchName), asc(patients.birthDate))
}

export type PatientRow = Omit<Awaited<ReturnType<typeof rows>>[number], 'total'> & { total?: number }

/** Patients who fit every term. A statement: batch it. */
export function searchPatients(db: Db, terms: Term[], page: number) {
  // The term that fits the fewest leads; the others are asked of each patient it finds.
  const [lead, ...others] = terms.toSorted((a, b) => weight(b) - weight(a))
  const all = [
    lead && fitting(lead),
    ...others.map((term) => sql`EXISTS (${fitting(term, sql`found.patient_id`)})`),
  ]
  return rows(
    db,
    sql`SELECT DISTINCT patient_id FROM (${all[0] ?? sql`SELECT NULL AS patient_id LIMIT 0`}) found
      ${all.length > 1 ? sql`WHERE ${sql.join(all.slice(1), sql` AND `)}` : sql``} LIMIT ${enough}`,
    page
  )
}

const weight = ({ prefixes, birthDates }: Term) =>
  birthDates.length > 0 ? 100 : Math.min(...prefixes.map(({ length }) => length))

/** The patients a term finds, or whether it finds this one. The highest character ends every word that begins so. */
const fitting = ({ prefixes, birthDates }: Term, patientId?: SQL) =>
  sql.join(
    [
      ...prefixes.map(
        (prefix) => sql`SELECT w.patient_id FROM patient_search_words w
          WHERE w.word >= ${prefix} AND w.word < ${`${prefix}\u{10FFFF}`} ${patientId ? sql`AND w.patient_id = ${patientId}` : sql``}`
      ),
      ...birthDates.map(
        (date) => sql`SELECT b.id AS patient_id FROM patients b
          WHERE b.birth_date = ${date} ${patientId ? sql`AND b.id = ${patientId}` : sql``}`
      ),
    ],
    sql` UNION ALL `
  )

/** Words looked through for one that was meant: those that begin as it was typed, or end so where the beginning is wrong. */
const mostWords = 2000

/** Name words near one that was typed, by their first two letters or their second and third. A statement: batch it. */
export const wordsNear = (db: Db, typed: string) => {
  const range = (prefix: string) => sql`SELECT DISTINCT word FROM patient_search_words
    WHERE word >= ${prefix} AND word < ${`${prefix}\u{10FFFF}`}
      AND length(word) BETWEEN ${typed.length - 2} AND ${typed.length + 2} LIMIT ${mostWords}`
  const swapped = `${typed[1] ?? ''}${typed[0] ?? ''}`
  return db.all<{ word: string }>(sql`SELECT word FROM (${range(typed.slice(0, 2))})
    UNION SELECT word FROM (${range(swapped)})`)
}

const recently = 30 * 24 * 60 * 60 * 1000

/** The patients invited last, newest first. */
export const listInvitedLast = (db: Db, now: Date) =>
  db
    .select(columns)
    .from(patients)
    .leftJoin(accounts, eq(accounts.id, patients.accountId))
    .leftJoin(invitations, eq(invitations.id, newest))
    .where(
      sql`${patients.id} IN (SELECT patient_id FROM invitations
        WHERE created_at > ${now.getTime() - recently} AND kind = 'patient' ORDER BY created_at DESC LIMIT 40)`
    )
    .orderBy(desc(invitations.createdAt))
    .limit(10)
