import { and, eq, getTableColumns, getTableName, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { noticeChange } from '../../appointments/reminders/store.ts'
import { closeByCancelling } from '../../appointments/requests/store.ts'
import type { Db, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import {
  appointmentNames,
  appointments,
  auditEntries,
  encounters,
  feeds,
  inbox,
  inboxMessages,
  observations,
  observationVersions,
  patientHeard,
  patientIdentifiers,
  patients,
  practice,
  recordNames,
  reportConclusions,
  reportFiles,
  reportReads,
  reports,
  retiredSubjects,
  unmatched,
} from '../../db/schema.ts'
import type { Sender } from '../../identity/feed.ts'
import type { ReleaseRules } from '../../labs/release.ts'
import { choicesOf, holdsOn } from '../../labs/releases/store.ts'
import { searchName } from '../../patients/name.ts'
import { mergeRecords } from '../merging/store.ts'
import type { Draft } from './draft.ts'
import type { Fate, Filing, OnFile } from './filing.ts'
import { authorityOf, tellingIdentifiers } from './matching.ts'
import { stagesOf } from './versions.ts'

export type Body = Pick<typeof inbox.$inferInsert, 'id' | 'rawKey' | 'sha256' | 'bytes' | 'format' | 'sentBy'>

/** Before anything is read: what came, from whom, and where its bytes lie. */
export const receive = (db: Db, sender: Sender, body: Body, now: Date) =>
  db.batch([
    db
      .insert(inbox)
      .values({ ...body, feedId: sender.id, receivedAt: now })
      .onConflictDoNothing(),
    db.update(feeds).set({ lastUsedAt: now }).where(eq(feeds.id, sender.id)),
  ])

/** A body nothing could be read from. */
export const refuseBody = (db: Db, inboxId: string, why: string, now: Date) =>
  db.batch([db.update(inbox).set({ refusedAt: now, outcome: { why } }).where(eq(inbox.id, inboxId))])

/** One message of a body, as it names itself. */
export type Message = {
  inboxId: string
  position: number
  kind: string
  controlKey: string | null
  sha256: string
}

/** A statement: the row of a message, new or known, with what became of it. */
function noteMessage(
  db: Db,
  sender: Sender,
  id: string,
  message: Message,
  fate: Partial<
    Pick<typeof inboxMessages.$inferInsert, 'filedAt' | 'parkedAt' | 'refusedAt' | 'repeats' | 'outcome'>
  >,
  now: Date
) {
  const became = { filedAt: null, parkedAt: null, refusedAt: null, ...fate }
  return db
    .insert(inboxMessages)
    .values({ ...message, id, feedId: sender.id, receivedAt: now, ...became })
    .onConflictDoUpdate({ target: [inboxMessages.inboxId, inboxMessages.position], set: became })
}

/** A message whose fate is not known: something broke before it was filed, or it was one too many. */
const isUnfinished = sql`m.filed_at IS NULL AND m.parked_at IS NULL AND m.refused_at IS NULL`

/** A statement, after a message has its fate: a body is done once all its messages are, and tells first of what was refused. */
function noteBody(db: Db, inboxId: string, outcome: unknown) {
  const its = sql`FROM ${inboxMessages} m WHERE m.inbox_id = ${inboxId}`
  const whenDone = (at: SQL) =>
    sql`iif(EXISTS (SELECT 1 ${its} AND ${isUnfinished}), NULL, (SELECT max(${at}) ${its}))`
  return db.run(sql`UPDATE ${inbox} SET
      filed_at = ${whenDone(sql`coalesce(m.filed_at, m.parked_at)`)},
      refused_at = ${whenDone(sql`m.refused_at`)},
      outcome = coalesce((SELECT m.outcome ${its} AND m.refused_at IS NOT NULL ORDER BY m.position LIMIT 1), ${JSON.stringify(outcome)})
    WHERE id = ${inboxId}`)
}

/** Messages that one statement writes, so that no value grows beyond what D1 takes. */
const perStatement = 1000

/**
 * Writes down every message of a body before any is filed: what breaks off is seen. Answers with the turn of each that was
 * there: first what a person has decided on, then what has no fate yet, then what waits.
 */
export async function noteArrival(db: Db, sender: Sender, inboxId: string, messages: Message[], now: Date) {
  const parts = Array.from({ length: Math.ceil(messages.length / perStatement) }, (_, i) =>
    JSON.stringify(messages.slice(i * perStatement, (i + 1) * perStatement))
  )
  const [known] = await db.batch([
    db.all<{ position: number; turn: number }>(
      sql`SELECT m.position, CASE
          WHEN EXISTS (SELECT 1 FROM ${unmatched} u WHERE u.message_id = m.id AND u.owed_since IS NOT NULL) THEN 0
          WHEN ${isUnfinished} THEN 1 WHEN m.parked_at IS NOT NULL THEN 2 ELSE 3 END AS turn
        FROM ${inboxMessages} m WHERE m.inbox_id = ${inboxId}`
    ),
    ...parts.map((part) =>
      db.run(sql`INSERT INTO ${inboxMessages} (id, inbox_id, feed_id, position, kind, control_key, sha256, received_at)
        SELECT substr(lower(hex(randomblob(16))), 1, 21), ${inboxId}, ${sender.id}, value ->> 'position', value ->> 'kind',
          value ->> 'controlKey', value ->> 'sha256', ${now.getTime()} FROM json_each(${part}) WHERE true
        ON CONFLICT (inbox_id, position) DO NOTHING`)
    ),
  ])
  return new Map(known.map(({ position, turn }) => [position, turn]))
}

export const refuseMessage = (
  db: Db,
  sender: Sender,
  message: Message & { id: string },
  why: string,
  now: Date
) => {
  const { id, ...rest } = message
  return db.batch([
    noteMessage(db, sender, id, rest, { refusedAt: now, outcome: { why } }, now),
    noteBody(db, message.inboxId, { why }),
  ])
}

export const noteRepeat = (
  db: Db,
  sender: Sender,
  message: Message & { id: string },
  repeats: string,
  now: Date
) => {
  const { id, ...rest } = message
  return db.batch([
    noteMessage(db, sender, id, rest, { filedAt: now, repeats, outcome: { repeats: true } }, now),
    // The first one is filed, or waits for someone to say whose it is.
    db.update(unmatched).set({ owedSince: null }).where(eq(unmatched.messageId, id)),
    noteBody(db, message.inboxId, { repeats: true }),
  ])
}

const among = (column: SQLiteColumn | SQL, names: Iterable<string>) => {
  const lists = chunks([...new Set(names)]).map((list) => sql`SELECT value FROM json_each(${list})`)
  return sql`${column} IN (${sql.join(lists.length > 0 ? lists : [sql`SELECT NULL WHERE 0`], sql` UNION ALL `)})`
}

/** Everything on file that a draft may be about, in one trip. */
export async function findOnFile(
  db: Db,
  sender: Sender,
  message: Message,
  draft: Draft
): Promise<{
  onFile: OnFile
  messageId: string
  repeats: string | undefined
  /** Another message of its sender bore its control id: ids start again and are reused, so that it is filed all the same. */
  reusesControlId: boolean
  release: ReleaseRules
  /** Names for patients whose record was merged, and for those that they were merged into. */
  survivors: Map<string, string>
}> {
  const people = [...draft.patients, ...draft.merges.map(({ retired }) => retired)]
  const subjects = [
    ...people.map(({ sourceId }) => sourceId),
    ...[...draft.encounters, ...draft.appointments, ...draft.reports, ...draft.observations.values()].flatMap(
      ({ subject }) => subject ?? []
    ),
  ]
  const results = draft.reports.flatMap((report) => report.results)
  const from = (source: SQLiteColumn, sourceId: SQLiteColumn, names: string[]) =>
    and(eq(source, sender.id), among(sourceId, names))
  const otherwise = [...draft.named.values()].flatMap(({ numbers, asked }) => [...numbers, ...asked])
  const calledSo = from(recordNames.source, recordNames.name, [
    ...[...draft.encounters, ...draft.appointments, ...draft.reports].map(({ sourceId }) => sourceId),
    ...results,
    ...subjects,
    ...otherwise,
  ])
  const called = (id: SQLiteColumn) => sql`${id} IN (SELECT record_id FROM ${recordNames} WHERE ${calledSo})`
  const oneOf = or(
    from(observations.source, observations.sourceId, results),
    called(observations.id),
    called(observations.reportId)
  ) as SQL
  const numbers = [
    ...people.flatMap((patient) =>
      tellingIdentifiers(patient).map((each) => [authorityOf(sender.id, each), each.value])
    ),
    ...[...new Set(subjects)].map((subject) => [authorityOf(sender.id, { authority: null }), subject]),
  ]
  const identified = sql`(${patientIdentifiers.authority}, ${patientIdentifiers.value}) IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(${JSON.stringify(numbers)}))`
  const linkedHere = sql`SELECT u.patient_id FROM ${unmatched} u JOIN ${inboxMessages} m ON m.id = u.message_id
    WHERE m.inbox_id = ${message.inboxId} AND m.position = ${message.position} AND u.patient_id IS NOT NULL`
  const theirs = or(
    from(patients.source, patients.sourceId, subjects),
    among(
      patients.mrn,
      people.flatMap(({ mrn }) => mrn ?? [])
    ),
    sql`${patients.id} IN (SELECT patient_id FROM ${patientIdentifiers} WHERE ${identified})`,
    sql`${patients.id} IN (${linkedHere})`,
    called(patients.id)
  ) as SQL
  const names = draft.appointments.flatMap(({ sourceId, otherNames = [] }) => [sourceId, ...otherNames])
  const namedSo = from(appointmentNames.source, appointmentNames.name, names)
  const theirReports = or(
    from(
      reports.source,
      reports.sourceId,
      draft.reports.map(({ sourceId }) => sourceId)
    ),
    called(reports.id),
    inArray(reports.id, db.select({ id: observations.reportId }).from(observations).where(oneOf))
  ) as SQL
  const theirReportIds = db.select({ id: reports.id }).from(reports).where(theirReports)
  const [
    found,
    known,
    links,
    visits,
    booked,
    bookedAs,
    calledAs,
    sets,
    singles,
    versions,
    conclusions,
    files,
    choices,
    holds,
    [place],
    [before],
    [rules],
    retired,
  ] = await db.batch([
    db
      .select()
      .from(patients)
      .where(or(theirs, sql`${patients.id} IN (SELECT merged_into FROM ${patients} WHERE ${theirs})`)),
    db.select().from(patientIdentifiers).where(identified),
    db
      .select({ subject: unmatched.subject, patientId: unmatched.patientId })
      .from(unmatched)
      .innerJoin(inboxMessages, eq(inboxMessages.id, unmatched.messageId))
      .where(
        and(
          eq(inboxMessages.inboxId, message.inboxId),
          eq(inboxMessages.position, message.position),
          eq(unmatched.resolution, 'linked')
        )
      ),
    db
      .select()
      .from(encounters)
      .where(
        or(
          from(
            encounters.source,
            encounters.sourceId,
            draft.encounters.map(({ sourceId }) => sourceId)
          ),
          called(encounters.id)
        )
      ),
    db
      .select()
      .from(appointments)
      .where(
        or(
          from(appointments.source, appointments.sourceId, names),
          called(appointments.id),
          inArray(
            appointments.id,
            db.select({ id: appointmentNames.appointmentId }).from(appointmentNames).where(namedSo)
          )
        )
      ),
    db.select().from(appointmentNames).where(namedSo),
    db.select().from(recordNames).where(calledSo),
    db.select().from(reports).where(theirReports),
    db.select().from(observations).where(oneOf),
    db
      .select()
      .from(observationVersions)
      .where(
        inArray(
          observationVersions.observationId,
          db.select({ id: observations.id }).from(observations).where(oneOf)
        )
      ),
    db.select().from(reportConclusions).where(inArray(reportConclusions.reportId, theirReportIds)),
    db.select().from(reportFiles).where(inArray(reportFiles.reportId, theirReportIds)),
    choicesOf(db, db.select({ id: patients.id }).from(patients).where(theirs).getSQL()),
    holdsOn(db, sql`${theirReportIds}`),
    db
      .select({ id: inboxMessages.id })
      .from(inboxMessages)
      .where(and(eq(inboxMessages.inboxId, message.inboxId), eq(inboxMessages.position, message.position))),
    db
      .select({ id: inboxMessages.id, sha256: inboxMessages.sha256 })
      .from(inboxMessages)
      .where(
        and(
          eq(inboxMessages.feedId, sender.id),
          eq(inboxMessages.controlKey, message.controlKey ?? ''),
          sql`${inboxMessages.inboxId} <> ${message.inboxId}`,
          sql`${inboxMessages.repeats} IS NULL AND (${inboxMessages.filedAt} IS NOT NULL OR ${inboxMessages.parkedAt} IS NOT NULL)`,
          isNull(inboxMessages.refusedAt)
        )
      )
      .orderBy(sql`${inboxMessages.sha256} = ${message.sha256} DESC`)
      .limit(1),
    db
      .select({ releaseHours: practice.releaseHours, preliminaryResults: practice.preliminaryResults })
      .from(practice),
    db.select().from(retiredSubjects).where(among(retiredSubjects.subject, subjects)),
  ])
  return {
    onFile: {
      patients: found,
      encounters: visits,
      appointments: booked,
      appointmentNames: new Map(bookedAs.map(({ name, appointmentId }) => [name, appointmentId])),
      otherNames: setsBy(calledAs),
      reports: sets,
      observations: singles,
      versions,
      conclusions,
      files,
      identifiers: known.map(({ linkedBy, ...each }) => ({ ...each, byPerson: linkedBy !== null })),
      links: new Map(links.flatMap(({ subject, patientId }) => (patientId ? [[subject, patientId]] : []))),
      choices,
      holds,
    },
    messageId: place?.id ?? newId(),
    repeats: before?.sha256 === message.sha256 ? before.id : undefined,
    reusesControlId: before !== undefined && before.sha256 !== message.sha256,
    release: rules ?? { releaseHours: {}, preliminaryResults: 'shown' },
    survivors: new Map(retired.map(({ subject, survivor }) => [subject, survivor])),
  }
}

/** Ids by name. */
function setsBy(calls: { name: string; recordId: string }[]) {
  const sets = new Map<string, Set<string>>()
  for (const { name, recordId } of calls) sets.set(name, (sets.get(name) ?? new Set()).add(recordId))
  return sets
}

/** What a feed may change of a row that is there; all else belongs to the practice. */
const owned: [kind: keyof Filing['written'], table: SQLiteTable, columns: string[], action: string][] = [
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
      'sequence',
      'previousPlace',
      'previousClinician',
      'conflict',
      'room',
      'phone',
      'arriveAt',
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
      'kind',
      'releasedAt',
      'askAt',
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

/** Files a whole message, with its audit entries and its fate, or none of it. */
export async function file(
  db: Db,
  sender: Sender,
  filing: Filing,
  message: Message & { id: string },
  { requestId, now, reusesControlId }: { requestId: string; now: Date; reusesControlId: boolean }
) {
  const { written, waiting, versions, files, outdatedFiles, restoredFiles } = filing
  const { id, ...rest } = message
  const isWaiting = waiting.length > 0
  const isFiled =
    Object.values(written).some((rows) => rows.length > 0) || filing.merges.length > 0 || !isWaiting
  const outcome = { ...summaryOf(filing), ...(reusesControlId ? { reusesControlId } : {}) }
  const statements: Statement[] = [noteChanges(db, filing, now)]
  const trail: Trail = []
  for (const [kind, table, columns, action] of owned) {
    const rows: { row: object; fate: Fate }[] = written[kind]
    for (const chunk of chunks(rows.map(({ row }) => rowValues(table, row))))
      statements.push(db.run(upsert(table, columns, chunk, filing.newest)))
    for (const { row, fate } of written[kind])
      if (fate !== 'restated')
        trail.push([
          'patientId' in row ? row.patientId : row.id,
          `${action}.${fate === 'new' ? 'filed' : 'revised'}`,
          row.id,
        ])
  }
  for (const { patientId, reportId, isVisible } of filing.settled)
    trail.push([patientId, isVisible ? 'labs.released' : 'labs.release-set', reportId])
  for (const [table, rows] of [
    [observationVersions, versions],
    [reportConclusions, filing.conclusions],
    [reportFiles, files.map(({ row }) => row)],
  ] as const)
    for (const chunk of chunks(rows.map((row) => rowValues(table, row))))
      statements.push(db.run(insertOnce(table, chunk)))
  if (filing.wordsTakenBack.length > 0)
    statements.push(
      db
        .update(reportConclusions)
        .set({ withdrawnAt: now })
        .where(
          and(idIn(reportConclusions.reportId, filing.wordsTakenBack), isNull(reportConclusions.withdrawnAt))
        )
    )
  if (outdatedFiles.length > 0)
    statements.push(db.update(reportFiles).set({ removedAt: now }).where(idIn(reportFiles.id, outdatedFiles)))
  if (restoredFiles.length > 0)
    statements.push(
      db.update(reportFiles).set({ removedAt: null }).where(idIn(reportFiles.id, restoredFiles))
    )
  const off = written.appointments.flatMap(({ row }) => (row.status === 'cancelled' ? [row.id] : []))
  if (off.length > 0) statements.push(closeByCancelling(db, idIn(appointments.id, off), null, now))
  // Two messages at once may name two new appointments alike: the second is filed anew, and finds the first.
  for (const { name, appointmentId, isNew } of filing.named)
    statements.push(
      isNew
        ? db.insert(appointmentNames).values({ source: sender.id, name, appointmentId })
        : db
            .update(appointmentNames)
            .set({ appointmentId })
            .where(and(eq(appointmentNames.source, sender.id), eq(appointmentNames.name, name)))
    )
  statements.push(...nameRecords(db, sender, filing.otherNames))
  for (const patientId of filing.told) statements.push(noticeChange(db, sql`${patientId}`, now, sql`1`))
  if (written.observations.length > 0)
    statements.push(
      ...dropEmptied(
        db,
        sender,
        written.observations.map(({ row }) => row.sourceId)
      )
    )
  // Who says the same again changes nothing.
  for (const chunk of chunks(filing.heard.map(({ patientId, facts }) => [patientId, facts])))
    statements.push(
      db.run(sql`INSERT INTO ${patientHeard} (patient_id, feed_id, facts, heard_at)
        SELECT value ->> 0, ${sender.id}, value -> 1, ${now.getTime()} FROM json_each(${chunk}) WHERE true
        ON CONFLICT (patient_id, feed_id) DO UPDATE SET facts = excluded.facts, heard_at = excluded.heard_at
        WHERE facts <> excluded.facts`)
    )
  for (const merge of filing.merges)
    statements.push(...mergeRecords(db, merge, { messageId: id, feedId: sender.id, now, requestId }))
  for (const each of waiting) statements.push(park(db, sender, id, each, now))
  // Whoever it waited for and is known now waits no longer, and is owed nothing.
  statements.push(
    db
      .update(unmatched)
      .set({
        resolvedAt: sql`coalesce(${unmatched.resolvedAt}, ${now.getTime()})`,
        resolution: 'linked',
        owedSince: null,
      })
      .where(
        and(
          eq(unmatched.messageId, id),
          sql`(${unmatched.resolvedAt} IS NULL OR ${unmatched.owedSince} IS NOT NULL)`,
          sql`NOT ${among(
            unmatched.subject,
            waiting.map(({ subject }) => subject)
          )}`
        )
      )
  )
  for (const chunk of chunks(trail))
    statements.push(
      db.run(sql`INSERT INTO ${auditEntries} (at, account_id, actor, patient_id, action, subject_id, request_id)
        SELECT ${now.getTime()}, ${sender.id}, 'feed', value ->> 0, value ->> 1, value ->> 2, ${requestId} FROM json_each(${chunk})`)
    )
  await db.batch([
    noteMessage(
      db,
      sender,
      id,
      rest,
      { ...(isFiled ? { filedAt: now } : {}), ...(isWaiting ? { parkedAt: now } : {}), outcome },
      now
    ),
    noteBody(db, message.inboxId, outcome),
    ...statements,
  ])
}

/** What was read, seen and told of a report was its old version, also by whoever reads it while the new one is filed. */
const noteChanges = (db: Db, { changedReports, correctedReports }: Filing, now: Date) =>
  db
    .update(reports)
    .set({
      changedAt: sql`max(${now.getTime()}, (SELECT coalesce(max(r.read_at) + 1, 0) FROM ${reportReads} r WHERE r.report_id = ${reports.id}))`,
      noticedAt: sql`iif(${idIn(reports.id, correctedReports)}, NULL, ${reports.noticedAt})`,
      teamSeenAt: null,
      teamSeenBy: null,
    })
    .where(idIn(reports.id, changedReports))

/** Counts and reasons: no names, no values. */
export function summaryOf({ filed, changed, unchanged, skipped, waiting }: Filing) {
  const reasons = [...Map.groupBy(waiting, ({ why }) => why)].map(([why, { length }]) => ({
    why,
    count: length,
  }))
  return { filed, changed, unchanged, skipped, waiting: reasons }
}

function park(
  db: Db,
  sender: Sender,
  messageId: string,
  { subject, why, identifier, sent, holds }: Filing['waiting'][number],
  now: Date
) {
  const told = { why, holds, authority: identifier?.authority ?? null, identifier: identifier?.value ?? null }
  return db
    .insert(unmatched)
    .values({
      ...told,
      messageId,
      feedId: sender.id,
      subject,
      familyName: sent?.familyName || null,
      givenName: sent?.givenName || null,
      searchName: sent ? searchName(sent.familyName, sent.givenName) : '',
      birthDate: sent?.birthDate ?? null,
      sex: sent?.sex ?? null,
      phone: sent?.phone ?? null,
      postalCode: sent?.postalCode ?? null,
      parkedAt: now,
    })
    .onConflictDoUpdate({
      target: [unmatched.messageId, unmatched.subject],
      set: told,
      setWhere: sql`${unmatched.resolvedAt} IS NULL`,
    })
}

/**
 * Statements. A name that another record has got since the files were looked at aborts the whole (NULL where none may be):
 * the message is filed anew, and finds that record.
 */
const nameRecords = (db: Db, sender: Sender, learnt: Filing['otherNames']) =>
  chunks(learnt.map(({ name, recordId, records }) => [name, recordId, [...records]])).map((chunk) =>
    db.run(sql`INSERT INTO ${recordNames} (source, name, record_id)
      SELECT ${sender.id}, c.value ->> 0, iif(EXISTS (SELECT 1 FROM ${recordNames} r WHERE r.source = ${sender.id}
          AND r.name = c.value ->> 0 AND r.record_id NOT IN (SELECT value FROM json_each(c.value -> 2))), NULL, c.value ->> 1)
      FROM json_each(${chunk}) c`)
  )

const insertOnce = (table: SQLiteTable, rows: string) => {
  const columns = Object.values(getTableColumns(table))
  return sql`INSERT OR IGNORE INTO ${table} (${sql.join(
    columns.map(({ name }) => sql.identifier(name)),
    sql`, `
  )})
    SELECT ${sql.join(
      columns.map((_, index) => sql`value ->> ${sql.raw(String(index))}`),
      sql`, `
    )} FROM json_each(${rows})`
}

type Trail = [patientId: string, action: string, subjectId: string][]

/** Filled in where there is nothing; the practice and the patient know better. */
const onlyFilled = new Set(['email', 'phone'])

/** Inserts, or updates what the feed owns. A version newer than ours that got in between stays. */
function upsert(table: SQLiteTable, ownedColumns: string[], rows: string, newest: Filing['newest']) {
  const columns = Object.entries(getTableColumns(table))
  const list = (parts: SQL[]) => sql.join(parts, sql`, `)
  const name = ({ name }: SQLiteColumn) => sql.identifier(name)
  const kept = sql`${sql.identifier(getTableName(table))}`
  const isResult = table === reports || table === observations
  const stage = (row: SQL) => (isResult ? stageIn(row, newest) : sql`1`)
  const set = (key: string, column: SQLiteColumn) =>
    onlyFilled.has(key)
      ? sql`${name(column)} = coalesce(${kept}.${name(column)}, excluded.${name(column)})`
      : column === reports.kind
        ? sql`kind = iif(${kept}.kind_set_at IS NULL, excluded.kind, ${kept}.kind)`
        : sql`${name(column)} = excluded.${name(column)}`
  return sql`INSERT INTO ${table} (${list(columns.map(([, column]) => sql`${name(column)}`))})
    SELECT ${list(columns.map((_, index) => sql`value ->> ${sql.raw(String(index))}`))} FROM json_each(${rows}) WHERE true
    ON CONFLICT (id) DO UPDATE SET ${list(
      columns.filter(([key]) => ownedColumns.includes(key)).map(([key, column]) => set(key, column))
    )}
    WHERE (${stage(sql`excluded`)}, coalesce(excluded.version_at, 9e15))
      >= (${stage(kept)}, coalesce(${kept}.version_at, -9e15))`
}

/** How far on a row is by its status, as `isOutdated` has it. */
const stageIn = (row: SQL, newest: Filing['newest']) =>
  sql`CASE ${sql.join(
    stagesOf(newest).map(
      ({ statuses, stage }) =>
        sql`WHEN ${row}.status IN (SELECT value FROM json_each(${JSON.stringify(statuses)})) THEN ${stage}`
    ),
    sql` `
  )} ELSE 1 END`

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
function dropEmptied(db: Db, sender: Sender, names: string[]): Statement[] {
  const emptied = db
    .select({ id: reports.id })
    .from(reports)
    .where(
      and(
        eq(reports.source, sender.id),
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
