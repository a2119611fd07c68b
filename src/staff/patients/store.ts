import { asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { accounts, invitations, patients } from '../../db/schema.ts'
import type { Term } from './search.ts'

export const perPage = 25
export const desks = ['waiting', 'expired', 'locked', 'requests', 'failed'] as const
export type Desk = (typeof desks)[number]

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
  mailFailedAt: sql<Date | null>`(SELECT o.failed_at FROM outbox o
    WHERE o.subject_id = ${invitations.id} AND o.kind = 'invitation')`
    .mapWith(invitations.sentAt)
    .as('mail_failed_at'),
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

/** Invitations nobody has used, replaced, taken back or outdated by a new address: the index `invitations_open`. */
const open = sql`accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL AND address_changed_at IS NULL
  AND kind = 'patient'`
/** Someone who registered in the meantime needs no desk, whatever became of older links. */
const unregistered = sql`EXISTS (SELECT 1 FROM patients u WHERE u.id = patient_id AND u.account_id IS NULL)`

/** Whom the desk should look after, the most pressing first. */
const atDesk = (which: Desk, now: Date) => {
  const at = now.getTime()
  const patientIds = {
    waiting: sql`SELECT patient_id FROM invitations WHERE ${open} AND locked_at IS NULL AND expires_at > ${at}
      AND ${unregistered} ORDER BY expires_at`,
    expired: sql`SELECT patient_id FROM invitations WHERE ${open} AND locked_at IS NULL AND expires_at <= ${at}
      AND ${unregistered} ORDER BY expires_at DESC`,
    locked: sql`SELECT patient_id FROM invitations WHERE ${open} AND locked_at IS NOT NULL
      AND ${unregistered} ORDER BY locked_at DESC`,
    // The sign keeps SQLite to the few open requests instead of all of them in the order of patients.
    requests: sql`SELECT DISTINCT +patient_id AS patient_id FROM invitation_requests WHERE resolved_at IS NULL AND ${unregistered}`,
    failed: sql`SELECT DISTINCT patient_id FROM outbox o WHERE failed_at IS NOT NULL AND given_up_at IS NULL AND patient_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM outbox later WHERE later.patient_id = o.patient_id AND later.sent_at > o.failed_at)`,
  }[which]
  return sql`${patientIds} LIMIT ${enough}`
}

export const listAtDesk = (db: Db, which: Desk, page: number, now: Date) => rows(db, atDesk(which, now), page)

/** How many patients stand at each desk, in one row. */
export const countDesks = (db: Db, now: Date) =>
  db.all<Record<Desk, number>>(
    sql`SELECT ${sql.join(
      desks.map((which) => sql`(SELECT count(*) FROM (${atDesk(which, now)})) AS ${sql.identifier(which)}`),
      sql`, `
    )}`
  )

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
