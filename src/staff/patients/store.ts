import { and, asc, desc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { accounts, invitations, patientSearchWords, patients } from '../../db/schema.ts'
import { mostTries } from '../../identity/invitation/invitation.ts'
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
  total: sql<number>`count(*) OVER ()`.as('total'),
}

const rows = (db: Db, fits: SQL | undefined, page: number) =>
  db
    .select(columns)
    .from(patients)
    .leftJoin(accounts, eq(accounts.id, patients.accountId))
    .leftJoin(invitations, eq(invitations.id, newest))
    .where(fits)
    .orderBy(asc(patients.searchName), asc(patients.birthDate))
    .limit(perPage)
    .offset((page - 1) * perPage)

export type PatientRow = Awaited<ReturnType<typeof rows>>[number]

/** Patients who fit every term. A statement: batch it. */
export const searchPatients = (db: Db, terms: Term[], page: number) => rows(db, and(...terms.map(fits)), page)

const fits = ({ prefixes, birthDates }: Term) =>
  or(
    ...prefixes.map((prefix) => inArray(patients.id, beginningWith(prefix))),
    birthDates.length > 0 ? inArray(patients.birthDate, birthDates) : undefined
  )

// The highest character there is ends every word that begins with the prefix.
const beginningWith = (prefix: string) =>
  sql`(SELECT ${patientSearchWords.patientId} FROM ${patientSearchWords}
    WHERE ${patientSearchWords.word} >= ${prefix} AND ${patientSearchWords.word} < ${`${prefix}\u{10FFFF}`})`

/** Invitations nobody has used, replaced, taken back or outdated by a new address: the index `invitations_open`. */
const open = sql`accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL AND address_changed_at IS NULL
  AND kind = 'patient'`
const locked = sql`(locked_at IS NOT NULL OR birth_date_tries >= ${mostTries})`

/** Whom the desk should look after, by patient. */
const desk = (which: Desk, now: Date) => {
  const at = now.getTime()
  switch (which) {
    case 'waiting':
      return sql`SELECT patient_id FROM invitations WHERE ${open} AND NOT ${locked} AND expires_at > ${at}`
    case 'expired':
      return sql`SELECT patient_id FROM invitations WHERE ${open} AND NOT ${locked} AND expires_at <= ${at}`
    case 'locked':
      return sql`SELECT patient_id FROM invitations WHERE ${open} AND ${locked}`
    case 'requests':
      return sql`SELECT patient_id FROM invitation_requests WHERE resolved_at IS NULL`
    case 'failed':
      return sql`SELECT o.patient_id FROM outbox o WHERE o.failed_at IS NOT NULL AND o.patient_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM outbox later WHERE later.patient_id = o.patient_id AND later.sent_at > o.failed_at)`
  }
}

/** Someone who registered in the meantime needs no desk, whatever became of older links. */
const atDesk = (which: Desk, now: Date) =>
  and(
    sql`${patients.id} IN (${desk(which, now)})`,
    which === 'failed' ? undefined : isNull(patients.accountId)
  )

export const listAtDesk = (db: Db, which: Desk, page: number, now: Date) => rows(db, atDesk(which, now), page)

/** How many patients stand at each desk, in one row. */
export const countDesks = (db: Db, now: Date) =>
  db.all<Record<Desk, number>>(
    sql`SELECT ${sql.join(
      desks.map(
        (which) =>
          sql`(SELECT count(*) FROM ${patients} WHERE ${atDesk(which, now)}) AS ${sql.identifier(which)}`
      ),
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
