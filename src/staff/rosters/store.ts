import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { actor, audit, auditEach } from '../../audit/record.ts'
import type { Condition, Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  accounts,
  invitations,
  patientCorrections,
  patients,
  rosterPlans,
  rosterRows,
  rosters,
} from '../../db/schema.ts'
import { pending } from '../../identity/invitation/store.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { perRequest, type RosterRow } from './roster.ts'

export const perPage = 25
/** Rows of one kind that a page shows: who has more mistakes than that mends the file. */
export const shown = 100

type Clerk = { viewer: StaffViewer; requestId: string }
type File = Pick<typeof rosters.$inferInsert, 'name' | 'columns' | 'rawKey' | 'sha256' | 'bytes'> & {
  id: string
}

/** Rows that one statement writes, so that no value grows beyond what D1 takes. */
const perStatement = 500
const inParts = <T>(rows: T[]) =>
  Array.from({ length: Math.ceil(rows.length / perStatement) }, (_, i) =>
    rows.slice(i * perStatement, (i + 1) * perStatement)
  )

/** Keeps a table as it came; the same form sent twice brings it once. */
export const addRoster = (
  db: Db,
  { viewer, requestId }: Clerk,
  file: File,
  rows: { number: number; cells: string[] }[],
  now: Date
) =>
  db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'rosters.received', subjectId: file.id, requestId },
      sql`NOT EXISTS (SELECT 1 FROM ${rosters} WHERE id = ${file.id})`
    ),
    db
      .insert(rosters)
      .values({ ...file, uploadedAt: now, uploadedBy: viewer.id })
      .onConflictDoNothing(),
    ...inParts(rows).map((part) =>
      db.run(sql`INSERT OR IGNORE INTO ${rosterRows} (roster_id, position, cells)
        SELECT ${file.id}, value ->> 'number', value -> 'cells' FROM json_each(${JSON.stringify(part)})`)
    ),
  ])

export async function listRosters(db: Db, page: number) {
  const [listed, [all]] = await db.batch([
    db
      .select({
        id: rosters.id,
        name: rosters.name,
        uploadedAt: rosters.uploadedAt,
        reviewedAt: rosters.reviewedAt,
        startedAt: rosters.startedAt,
        finishedAt: rosters.finishedAt,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
      })
      .from(rosters)
      .innerJoin(accounts, eq(accounts.id, rosters.uploadedBy))
      .where(isNull(rosters.discardedAt))
      .orderBy(desc(rosters.uploadedAt), desc(rosters.id))
      .limit(perPage)
      .offset((page - 1) * perPage),
    db
      .select({ count: sql<number>`count(*)`.as('count') })
      .from(rosters)
      .where(isNull(rosters.discardedAt)),
  ])
  return { rows: listed, total: all?.count ?? 0 }
}
export type Listed = Awaited<ReturnType<typeof listRosters>>['rows'][number]

const rowsOf = (db: Db, rosterId: string, plan: 'decide' | 'fault') =>
  db
    .select({
      position: rosterRows.position,
      mrn: rosterRows.mrn,
      givenName: rosterRows.givenName,
      familyName: rosterRows.familyName,
      birthDate: rosterRows.birthDate,
      email: rosterRows.email,
      fault: rosterRows.fault,
      patientId: rosterRows.patientId,
      knownMrn: sql<string | null>`${patients.mrn}`.as('known_mrn'),
      knownEmail: sql<string | null>`${patients.email}`.as('known_email'),
    })
    .from(rosterRows)
    .leftJoin(patients, eq(patients.id, rosterRows.patientId))
    .where(and(eq(rosterRows.rosterId, rosterId), eq(rosterRows.plan, plan)))
    .orderBy(rosterRows.position)
    .limit(shown)
export type Problem = Awaited<ReturnType<typeof rowsOf>>[number]

/** One roster: what would become of its rows, and how far it is. Reading it is written down: it names patients. */
export async function findRoster(db: Db, { viewer, requestId }: Clerk, id: string, now: Date) {
  const [[found], counts, toDecide, faulty] = await db.batch([
    db
      .select({ roster: rosters, givenName: accounts.givenName, familyName: accounts.familyName })
      .from(rosters)
      .innerJoin(accounts, eq(accounts.id, rosters.uploadedBy))
      .where(and(eq(rosters.id, id), isNull(rosters.discardedAt))),
    db
      .select({
        plan: rosterRows.plan,
        isFiled: sql<number>`${rosterRows.filedAt} IS NOT NULL`.as('is_filed'),
        count: sql<number>`count(*)`.as('count'),
      })
      .from(rosterRows)
      .where(eq(rosterRows.rosterId, id))
      .groupBy(sql`plan, is_filed`),
    rowsOf(db, id, 'decide'),
    rowsOf(db, id, 'fault'),
    audit(db, { at: now, ...actor(viewer), action: 'rosters.read', subjectId: id, requestId }),
  ])
  const sum = (which: (row: (typeof counts)[number]) => boolean) =>
    counts.filter(which).reduce((all, { count }) => all + count, 0)
  const planned = Object.fromEntries(rosterPlans.map((plan) => [plan, sum((row) => row.plan === plan)]))
  return (
    found && {
      ...found,
      planned: planned as Record<(typeof rosterPlans)[number], number>,
      filed: sum(({ isFiled }) => Boolean(isFiled)),
      toDecide,
      faulty,
    }
  )
}
export type Roster = NonNullable<Awaited<ReturnType<typeof findRoster>>>

/** The rows of a roster that nobody has begun to file, as they came. */
export async function findCells(db: Db, id: string) {
  const [rows] = await db.batch([
    db
      .select({ position: rosterRows.position, cells: rosterRows.cells })
      .from(rosterRows)
      .innerJoin(rosters, eq(rosters.id, rosterRows.rosterId))
      .where(and(eq(rosterRows.rosterId, id), isNull(rosters.startedAt), isNull(rosters.discardedAt)))
      .orderBy(rosterRows.position),
  ])
  return rows
}

const isUntouched = (id: string): Condition =>
  sql`EXISTS (SELECT 1 FROM ${rosters} WHERE id = ${id} AND started_at IS NULL AND discarded_at IS NULL)`

/** Keeps what the rows say under a mapping, and plans each of them against the patients on file. */
export const planRoster = (
  db: Db,
  id: string,
  mapping: Record<string, string>,
  rows: RosterRow[],
  now: Date
) => {
  const own = sql`roster_id = ${id} AND ${isUntouched(id)}`
  return db.batch([
    db
      .update(rosters)
      .set({ mapping, reviewedAt: now })
      .where(and(eq(rosters.id, id), isUntouched(id))),
    // By key, so that each of thousands is found at once. The cells stay as they came.
    ...inParts(rows).map((part) => {
      const of = (name: keyof RosterRow) => sql`e.value ->> ${name}`
      const said = [
        'mrn',
        'given_name',
        'family_name',
        'search_name',
        'birth_date',
        'email',
        'phone',
        'language',
      ]
      const kept = [...said, 'fault', 'plan', 'patient_id']
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')
      return db.run(sql`INSERT INTO ${rosterRows} (roster_id, position, cells, mrn, given_name, family_name, search_name,
          birth_date, email, phone, language, fault, plan, patient_id)
        SELECT ${id}, e.value ->> 'position', '[]', ${of('mrn')}, ${of('givenName')}, ${of('familyName')},
          ${of('searchName')}, ${of('birthDate')}, ${of('email')}, ${of('phone')}, ${of('language')}, ${of('fault')},
          iif(${of('fault')} IS NULL, NULL, 'fault'), NULL
        FROM json_each(${JSON.stringify(part)}) e WHERE ${isUntouched(id)}
        ON CONFLICT (roster_id, position) DO UPDATE SET ${sql.raw(kept)}`)
    }),
    // One number, and neither name nor birth date is the same: it is somebody else's.
    db.run(sql`UPDATE ${rosterRows} SET patient_id = p.id,
        plan = CASE WHEN p.search_name <> ${rosterRows}.search_name AND p.birth_date IS NOT ${rosterRows}.birth_date THEN 'fault'
          WHEN ${differs} THEN 'update' ELSE 'same' END,
        fault = iif(p.search_name <> ${rosterRows}.search_name AND p.birth_date IS NOT ${rosterRows}.birth_date, 'other-person', NULL)
      FROM ${patients} p WHERE ${own} AND plan IS NULL AND p.mrn = ${rosterRows}.mrn`),
    db.run(sql`UPDATE ${rosterRows} SET plan = 'decide', patient_id = (SELECT p.id FROM ${patients} p
        WHERE p.birth_date = ${rosterRows}.birth_date AND p.search_name = ${rosterRows}.search_name AND p.merged_into IS NULL
        ORDER BY p.created_at LIMIT 1)
      WHERE ${own} AND plan IS NULL AND EXISTS (SELECT 1 FROM ${patients} p WHERE p.birth_date = ${rosterRows}.birth_date
        AND p.search_name = ${rosterRows}.search_name AND p.merged_into IS NULL)`),
    db.run(sql`UPDATE ${rosterRows} SET plan = 'create', patient_id = substr(lower(hex(randomblob(16))), 1, 21)
      WHERE ${own} AND plan IS NULL`),
  ])
}

/** A row that says something else than the record; what it leaves empty says nothing. */
const differs = sql`(p.given_name <> roster_rows.given_name OR p.family_name <> roster_rows.family_name
  OR p.birth_date IS NOT roster_rows.birth_date OR (roster_rows.email IS NOT NULL AND lower(trim(p.email)) IS NOT roster_rows.email)
  OR (roster_rows.phone IS NOT NULL AND p.phone IS NOT roster_rows.phone)
  OR (roster_rows.language IS NOT NULL AND p.language <> roster_rows.language))`

/** What a person says of a row that looks like somebody on file: that it is them, or that it is another. */
export async function decideRow(
  db: Db,
  { viewer, requestId }: Clerk,
  id: string,
  position: number,
  isSame: boolean,
  now: Date
) {
  const open = sql`roster_id = ${id} AND position = ${position} AND plan = 'decide' AND filed_at IS NULL`
  const [, decided] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'rosters.decided', subjectId: id, requestId },
      sql`EXISTS (SELECT 1 FROM ${rosterRows} WHERE ${open})`
    ),
    db
      .update(rosterRows)
      .set(isSame ? { plan: 'update' } : { plan: 'create', patientId: newId() })
      .where(open)
      .returning({ position: rosterRows.position }),
    // Filing may be over but for what was left to a person.
    db.run(sql`UPDATE ${rosters} SET finished_at = NULL WHERE id = ${id} AND ${isLeft(id)}`),
  ])
  return decided.length === 1
}

const isLeft = (id: string) => sql`EXISTS (SELECT 1 FROM ${rosterRows}
  WHERE roster_id = ${id} AND plan IN ('create', 'update') AND filed_at IS NULL)`

/** Begins filing, or goes on with it; false for what was not looked over, or was thrown away. */
export async function startFiling(db: Db, { viewer, requestId }: Clerk, id: string, now: Date) {
  const open = sql`EXISTS (SELECT 1 FROM ${rosters} WHERE id = ${id} AND reviewed_at IS NOT NULL AND discarded_at IS NULL)`
  const [, rows] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'rosters.filed', subjectId: id, requestId },
      sql`${open} AND ${isUntouched(id)}`
    ),
    db
      .update(rosters)
      .set({ startedAt: sql`coalesce(${rosters.startedAt}, ${now.getTime()})` })
      .where(and(eq(rosters.id, id), open))
      .returning({ name: rosters.name }),
  ])
  return rows[0]
}

/**
 * Files the next rows, each patient made or changed with an entry in their history, or none of them. Whoever comes at the
 * same moment finds nothing left to do, and wherever it is cut off the next goes on.
 */
export async function fileNext(
  db: Db,
  { viewer, requestId }: Clerk,
  { id, reason }: { id: string; reason: string },
  now: Date
) {
  const [next] = await db.batch([
    db.all<{ position: number }>(sql`SELECT position FROM ${rosterRows}
      WHERE roster_id = ${id} AND plan IN ('create', 'update') AND filed_at IS NULL ORDER BY position LIMIT ${perRequest}`),
  ])
  const at = now.getTime()
  const positions = JSON.stringify(next.map(({ position }) => position))
  const rowsWith = (plan: SQL) => sql`r.roster_id = ${id} AND r.filed_at IS NULL AND r.plan = ${plan}
    AND r.position IN (SELECT value FROM json_each(${positions}))`
  const made = rowsWith(sql`'create'`)
  const changed = rowsWith(sql`'update'`)
  const becomes = {
    // Whoever registered has read their name on every page since.
    givenName: sql`iif(p.account_id IS NULL, r.given_name, p.given_name)`,
    familyName: sql`iif(p.account_id IS NULL, r.family_name, p.family_name)`,
    birthDate: sql`r.birth_date`,
    email: sql`coalesce(r.email, p.email)`,
    phone: sql`coalesce(r.phone, p.phone)`,
    language: sql`coalesce(r.language, p.language)`,
    mrn: sql`coalesce(p.mrn, r.mrn)`,
  }
  const columns = {
    givenName: sql`p.given_name`,
    familyName: sql`p.family_name`,
    birthDate: sql`p.birth_date`,
    email: sql`p.email`,
    phone: sql`p.phone`,
    language: sql`p.language`,
    mrn: sql`p.mrn`,
  }
  const pairs = sql`json_array(${sql.join(
    (Object.keys(becomes) as (keyof typeof becomes)[]).map(
      (field) => sql`json_array(${field}, ${columns[field]}, ${becomes[field]})`
    ),
    sql`, `
  )})`
  const side = (
    index: 1 | 2
  ) => sql`(SELECT json_group_object(f.value ->> 0, f.value ->> ${sql.raw(String(index))})
    FROM json_each(${pairs}) f WHERE f.value ->> 1 IS NOT f.value ->> 2)`
  const known = sql`FROM ${rosterRows} r JOIN ${patients} p ON p.id = r.patient_id WHERE ${changed}`
  const entry = { at: now, ...actor(viewer), requestId }
  await db.batch([
    db.run(sql`INSERT INTO ${patients}
        (id, mrn, given_name, family_name, search_name, birth_date, email, phone, language, created_at)
      SELECT r.patient_id, r.mrn, r.given_name, r.family_name, r.search_name, r.birth_date, r.email, r.phone,
        coalesce(r.language, 'en'), ${at} FROM ${rosterRows} r WHERE ${made} ON CONFLICT DO NOTHING`),
    // A feed was quicker with the number: a person must look.
    db.run(sql`UPDATE ${rosterRows} AS r SET plan = 'fault', fault = 'taken', patient_id = NULL
      WHERE ${made} AND NOT EXISTS (SELECT 1 FROM ${patients} p WHERE p.id = r.patient_id)`),
    auditEach(
      db,
      { ...entry, action: 'record.created' },
      sql`SELECT r.patient_id, r.roster_id AS subject_id FROM ${rosterRows} r WHERE ${made}`
    ),
    db.run(sql`INSERT INTO ${patientCorrections} (id, patient_id, before, after, reason, changed_at, changed_by)
      SELECT substr(lower(hex(randomblob(16))), 1, 21), p.id, ${side(1)}, ${side(2)}, ${reason}, ${at}, ${viewer.id} ${known}`),
    auditEach(
      db,
      { ...entry, action: 'record.details-changed' },
      sql`SELECT p.id AS patient_id, r.roster_id AS subject_id ${known}`
    ),
    // A link that was sent to the old address dies in the same moment.
    db.run(sql`UPDATE ${invitations} SET address_changed_at = ${at} FROM ${rosterRows} r
      WHERE ${changed} AND r.email IS NOT NULL AND ${invitations}.patient_id = r.patient_id
        AND ${invitations}.kind = 'patient' AND ${invitations}.email <> r.email AND ${pending}`),
    db.run(sql`UPDATE ${patients} AS p SET given_name = ${becomes.givenName}, family_name = ${becomes.familyName},
        search_name = iif(p.account_id IS NULL, r.search_name, p.search_name), birth_date = ${becomes.birthDate},
        email = ${becomes.email}, phone = ${becomes.phone}, language = ${becomes.language}, mrn = ${becomes.mrn}
      FROM ${rosterRows} r WHERE r.patient_id = p.id AND ${changed}`),
    db.run(sql`UPDATE ${rosterRows} AS r SET filed_at = ${at}
      WHERE r.roster_id = ${id} AND r.filed_at IS NULL AND r.plan IN ('create', 'update')
        AND r.position IN (SELECT value FROM json_each(${positions}))`),
    db.run(sql`UPDATE ${rosters} SET finished_at = ${at}
      WHERE id = ${id} AND started_at IS NOT NULL AND finished_at IS NULL AND NOT ${isLeft(id)}`),
  ])
}

/** Throws a roster away that nobody has begun to file, with all that it said. */
export async function discardRoster(db: Db, { viewer, requestId }: Clerk, id: string, now: Date) {
  const [, , discarded] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'rosters.discarded', subjectId: id, requestId },
      isUntouched(id)
    ),
    db.delete(rosterRows).where(and(eq(rosterRows.rosterId, id), isUntouched(id))),
    db
      .update(rosters)
      .set({ discardedAt: now, columns: [] })
      .where(and(eq(rosters.id, id), isUntouched(id)))
      .returning({ id: rosters.id }),
  ])
  return discarded.length === 1
}
