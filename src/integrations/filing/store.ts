import { and, eq, getTableColumns, getTableName, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Db, Statement } from '../../db/client.ts'
import {
  appointments,
  auditEntries,
  encounters,
  feeds,
  inbox,
  observations,
  patients,
  reportReads,
  reports,
} from '../../db/schema.ts'
import type { Feed } from '../../identity/feed.ts'
import type { Draft } from './draft.ts'
import type { Fate, Filing, OnFile } from './filing.ts'

type Received = Pick<typeof inbox.$inferInsert, 'rawKey' | 'sha256' | 'bytes'> & { id: string }

/** Before anything is read: what came, from whom, and where its bytes lie. */
export const receive = (db: Db, feed: Feed<'fhir'>, received: Received, now: Date) =>
  db.batch([
    db.insert(inbox).values({ ...received, feedId: feed.id, receivedAt: now }),
    db.update(feeds).set({ lastUsedAt: now }).where(eq(feeds.id, feed.id)),
  ])

export const refuseInbox = (db: Db, inboxId: string, why: string, now: Date) =>
  db.batch([db.update(inbox).set({ refusedAt: now, outcome: { why } }).where(eq(inbox.id, inboxId))])

/** Everything on file that a draft may be about, in one trip. */
export async function findOnFile(db: Db, feed: Feed<'fhir'>, draft: Draft): Promise<OnFile> {
  const subjects = [
    ...draft.patients.map(({ sourceId }) => sourceId),
    ...[...draft.encounters, ...draft.appointments, ...draft.reports, ...draft.observations.values()].flatMap(
      ({ subject }) => subject ?? []
    ),
  ]
  const results = draft.reports.flatMap((report) => report.results)
  const named = (column: SQLiteColumn, names: Iterable<string>) =>
    sql`${column} IN (SELECT value FROM json_each(${JSON.stringify([...new Set(names)])}))`
  const from = (source: SQLiteColumn, sourceId: SQLiteColumn, names: string[]) =>
    and(eq(source, feed.id), named(sourceId, names))
  const oneOf = from(observations.source, observations.sourceId, results)
  const [people, visits, booked, sets, singles] = await db.batch([
    db
      .select()
      .from(patients)
      .where(
        or(
          from(patients.source, patients.sourceId, subjects),
          named(
            patients.mrn,
            draft.patients.flatMap(({ mrn }) => mrn ?? [])
          )
        )
      ),
    db
      .select()
      .from(encounters)
      .where(
        from(
          encounters.source,
          encounters.sourceId,
          draft.encounters.map(({ sourceId }) => sourceId)
        )
      ),
    db
      .select()
      .from(appointments)
      .where(
        from(
          appointments.source,
          appointments.sourceId,
          draft.appointments.map(({ sourceId }) => sourceId)
        )
      ),
    db
      .select()
      .from(reports)
      .where(
        or(
          from(
            reports.source,
            reports.sourceId,
            draft.reports.map(({ sourceId }) => sourceId)
          ),
          inArray(reports.id, db.select({ id: observations.reportId }).from(observations).where(oneOf))
        )
      ),
    db.select().from(observations).where(oneOf),
  ])
  return { patients: people, encounters: visits, appointments: booked, reports: sets, observations: singles }
}

/** What a feed may change of a row that is there; all else belongs to the practice. */
const owned: [kind: keyof OnFile, table: SQLiteTable, columns: string[], action: string][] = [
  [
    'patients',
    patients,
    [
      'mrn',
      'givenName',
      'familyName',
      'searchName',
      'birthDate',
      'email',
      'phone',
      'deceasedAt',
      'inactiveAt',
      'source',
      'sourceId',
      'versionAt',
    ],
    'record',
  ],
  [
    'encounters',
    encounters,
    ['title', 'status', 'startedAt', 'endedAt', 'place', 'clinician', 'versionAt'],
    'appointments',
  ],
  [
    'appointments',
    appointments,
    [
      'kind',
      'status',
      'title',
      'startsAt',
      'endsAt',
      'place',
      'clinician',
      'preparation',
      'changedAt',
      'previousStartsAt',
      'cancelledAt',
      'versionAt',
    ],
    'appointments',
  ],
  [
    'reports',
    reports,
    [
      'title',
      'code',
      'status',
      'collectedAt',
      'issuedAt',
      'orderedBy',
      'laboratory',
      'conclusion',
      'finalizedAt',
      'releasedAt',
      'versionAt',
    ],
    'labs',
  ],
  [
    'observations',
    observations,
    [
      'reportId',
      'position',
      'code',
      'name',
      'status',
      'value',
      'valueNumber',
      'unit',
      'rangeLow',
      'rangeHigh',
      'rangeText',
      'flag',
      'absentReason',
      'comment',
      'collectedAt',
      'correctedAt',
      'previousValue',
      'previousUnit',
      'versionAt',
      'method',
      'laboratory',
    ],
    'labs',
  ],
]

/** Files a whole message, with its audit entries and its outcome, or none of it. */
export async function file(
  db: Db,
  feed: Feed<'fhir'>,
  filing: Filing,
  message: { inboxId: string; requestId: string; now: Date }
) {
  const { inboxId, requestId, now } = message
  const { written, removed, filed, changed, unchanged, skipped } = filing
  const statements: Statement[] = []
  const trail: Trail = []
  for (const [kind, table, columns, action] of owned) {
    const rows: { row: object; fate: Fate }[] = written[kind]
    for (const chunk of chunks(rows.map(({ row }) => rowValues(table, row))))
      statements.push(db.run(upsert(table, columns, chunk)))
    for (const { row, fate } of written[kind])
      if (fate !== 'restated')
        trail.push([
          'patientId' in row ? row.patientId : row.id,
          `${action}.${fate === 'new' ? 'filed' : 'revised'}`,
          row.id,
        ])
  }
  if (removed.length > 0) {
    statements.push(
      db.delete(appointments).where(
        idIn(
          appointments.id,
          removed.map(({ id }) => id)
        )
      )
    )
    for (const { patientId, id } of removed) trail.push([patientId, 'appointments.removed', id])
  }
  if (written.observations.length > 0)
    statements.push(
      ...dropEmptied(
        db,
        feed,
        written.observations.map(({ row }) => row.sourceId)
      )
    )
  for (const chunk of chunks(trail))
    statements.push(
      db.run(sql`INSERT INTO ${auditEntries} (at, account_id, actor, patient_id, action, subject_id, request_id)
        SELECT ${now.getTime()}, ${feed.id}, 'feed', value ->> 0, value ->> 1, value ->> 2, ${requestId} FROM json_each(${chunk})`)
    )
  await db.batch([
    db
      .update(inbox)
      .set({ filedAt: now, outcome: { filed, changed, unchanged, skipped } })
      .where(eq(inbox.id, inboxId)),
    ...statements,
  ])
}

type Trail = [patientId: string, action: string, subjectId: string][]

/** Filled in where there is nothing; the practice and the patient know better. */
const onlyFilled = new Set(['email', 'phone'])

/** Inserts, or updates what the feed owns. A version newer than ours that got in between stays. */
function upsert(table: SQLiteTable, ownedColumns: string[], rows: string) {
  const columns = Object.entries(getTableColumns(table))
  const list = (parts: SQL[]) => sql.join(parts, sql`, `)
  const name = ({ name }: SQLiteColumn) => sql.identifier(name)
  const kept = sql.identifier(getTableName(table))
  const set = (key: string, column: SQLiteColumn) =>
    onlyFilled.has(key)
      ? sql`${name(column)} = coalesce(${kept}.${name(column)}, excluded.${name(column)})`
      : sql`${name(column)} = excluded.${name(column)}`
  return sql`INSERT INTO ${table} (${list(columns.map(([, column]) => sql`${name(column)}`))})
    SELECT ${list(columns.map((_, index) => sql`value ->> ${sql.raw(String(index))}`))} FROM json_each(${rows}) WHERE true
    ON CONFLICT (id) DO UPDATE SET ${list(
      columns.filter(([key]) => ownedColumns.includes(key)).map(([key, column]) => set(key, column))
    )}
    WHERE excluded.version_at IS NULL OR ${kept}.version_at IS NULL OR excluded.version_at >= ${kept}.version_at`
}

function rowValues(table: SQLiteTable, row: object) {
  const values: Record<string, unknown> = { ...row }
  return Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = values[key] ?? null
    return value === null ? null : column.mapToDriverValue(value)
  })
}

const idIn = (column: SQLiteColumn, ids: string[]) =>
  sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`

/** Reports of one whose result has moved into the report it belongs to. */
function dropEmptied(db: Db, feed: Feed<'fhir'>, names: string[]): Statement[] {
  const emptied = db
    .select({ id: reports.id })
    .from(reports)
    .where(
      and(
        eq(reports.source, feed.id),
        idIn(reports.sourceId, names),
        sql`NOT EXISTS (SELECT 1 FROM observations o WHERE o.report_id = ${reports.id})`
      )
    )
  return [
    db.delete(reportReads).where(inArray(reportReads.reportId, emptied)),
    db.delete(reports).where(inArray(reports.id, emptied)),
  ]
}

/** JSON lists that each stay below what D1 takes as one parameter (2 MB). */
function chunks(rows: unknown[]): string[] {
  const lists: string[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const row of rows.map((each) => JSON.stringify(each))) {
    if (size + row.length > 500_000) {
      lists.push([])
      size = 0
    }
    lists.at(-1)?.push(row)
    size += row.length + 1
  }
  return lists.map((list) => `[${list.join(',')}]`)
}
