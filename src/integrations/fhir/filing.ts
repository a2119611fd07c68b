import { newId } from '../../db/id.ts'
import { type AppointmentRow, reviseAppointment } from './appointment.ts'
import type { Refusal } from './bundle.ts'
import type { Draft } from './draft.ts'
import type { EncounterRow } from './encounter.ts'
import { type ObservationRow, reviseObservation } from './observation.ts'
import { contradicts, type PatientRow, revisePatient, type SentPatient } from './patient.ts'
import { type ReportRow, reviseReport } from './report.ts'

/** What is on file that the draft may be about. */
export type OnFile = {
  patients: PatientRow[]
  encounters: EncounterRow[]
  appointments: AppointmentRow[]
  reports: ReportRow[]
  observations: ObservationRow[]
}

type Kind = keyof OnFile
type Row = { [K in Kind]: OnFile[K][number] }
/** `new` and `changed` go into the audit trail; `restated` is a newer version that says the same. */
export type Fate = 'new' | 'changed' | 'restated' | 'unchanged'
export type Written<K extends Kind> = { row: Row[K]; fate: Exclude<Fate, 'unchanged'> }
export type Counts = Partial<Record<Kind, number>>

export type Filing = {
  written: { [K in Kind]: Written<K>[] }
  /** Appointments that were entered in error. */
  removed: AppointmentRow[]
  filed: Counts
  changed: Counts
  unchanged: Counts
  skipped: { what: string; why: string; count: number }[]
}

const park = (why: string): Refusal => ({ status: 422, why })

/** Decides what becomes of every record. Pure: the same draft over the same files is the same filing. */
export function settle(draft: Draft, onFile: OnFile, source: string, now: Date): Filing | Refusal {
  const { skipped } = draft
  const filing: Filing = {
    written: { patients: [], encounters: [], appointments: [], reports: [], observations: [] },
    removed: [],
    filed: {},
    changed: {},
    unchanged: {},
    skipped: [],
  }
  const count = (counts: Counts, kind: Kind) => {
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  function keep<K extends Kind>(kind: K, row: Row[K], known: Row[K] | undefined) {
    const fate = fateOf(row, known)
    if (fate !== 'unchanged') filing.written[kind].push({ row, fate })
    count(fate === 'new' ? filing.filed : fate === 'changed' ? filing.changed : filing.unchanged, kind)
  }

  const people = matchPatients(draft.patients, onFile.patients, source, now)
  if ('why' in people) return people
  for (const { row, known } of people.rows) keep('patients', row, known)

  const wanted = draft.encounters.length + draft.appointments.length + draft.reports.length
  let strangers = 0
  const patientOf = (subject: string | undefined, what: string) => {
    const id = subject && people.ids.get(subject)
    if (!id) {
      strangers++
      skipped.add(what, subject ? 'is about a patient we do not know' : 'names no patient')
    }
    return id
  }

  const known = {
    encounters: bySource(onFile.encounters),
    appointments: bySource(onFile.appointments),
    reports: bySource(onFile.reports),
    observations: bySource(onFile.observations),
  }
  let isMisplaced = false
  /** A record of one patient does not turn into a record of another. */
  const own = <R extends { patientId: string }>(row: R | undefined, patientId: string) => {
    if (row && row.patientId !== patientId) isMisplaced = true
    return row
  }

  for (const { subject, ...sent } of draft.encounters) {
    const patientId = patientOf(subject, 'Encounter')
    if (!patientId) continue
    const before = own(known.encounters.get(sent.sourceId), patientId)
    keep('encounters', { ...sent, id: before?.id ?? newId(), patientId, source }, before)
  }
  for (const sent of draft.appointments) {
    const { status } = sent
    const patientId = patientOf(sent.subject, 'Appointment')
    if (!patientId) continue
    const before = own(known.appointments.get(sent.sourceId), patientId)
    if (status !== 'removed')
      keep(
        'appointments',
        reviseAppointment({ ...sent, status }, before, { id: before?.id ?? newId(), patientId, source }, now),
        before
      )
    else if (before && !isOlder(sent, before)) {
      filing.removed.push(before)
      count(filing.changed, 'appointments')
    } else skipped.add('Appointment', 'was entered in error and is not on file')
  }
  for (const sent of draft.reports) {
    const results = sent.results.map((name) => ({
      name,
      sent: draft.observations.get(name),
      before: known.observations.get(name),
    }))
    const subject = sent.subject ?? results.find((result) => result.sent?.subject)?.sent?.subject
    const patientId = patientOf(subject, 'DiagnosticReport')
    if (!patientId) continue
    const collectedAt =
      sent.collectedAt ?? results.find((result) => result.sent?.collectedAt)?.sent?.collectedAt
    if (!collectedAt) {
      skipped.add('DiagnosticReport', 'has no date')
      continue
    }
    // A result that came alone belongs to the report that it was filed in before.
    const [single] = results
    const home =
      single?.name === sent.sourceId
        ? onFile.reports.find(({ id }) => id === single.before?.reportId)
        : undefined
    const isAtHome = home !== undefined && home.sourceId !== sent.sourceId
    const before = own(isAtHome ? home : known.reports.get(sent.sourceId), patientId)
    const reportId = before?.id ?? newId()
    if (!isAtHome)
      keep(
        'reports',
        reviseReport(sent, before, { id: reportId, patientId, source, collectedAt }, now),
        before
      )

    for (const [index, result] of results.entries()) {
      const row = own(result.before, patientId)
      const position = isAtHome ? (row?.position ?? 1) : index + 1
      if (!result.sent) {
        // Came earlier and alone; now its report is here.
        if (row) keep('observations', { ...row, reportId, position }, row)
        else skipped.add('Observation', 'is named by a report and was not sent')
      } else if (result.sent.subject && people.ids.get(result.sent.subject) !== patientId)
        skipped.add('Observation', 'is about another patient than its report')
      else
        keep(
          'observations',
          reviseObservation(
            result.sent,
            row,
            {
              id: row?.id ?? newId(),
              patientId,
              reportId,
              position,
              source,
              collectedAt: result.sent.collectedAt ?? collectedAt,
            },
            now
          ),
          row
        )
    }
  }

  if (isMisplaced) return park('A record in it is already on file for another patient.')
  if (wanted > 0 && strangers === wanted) return park('None of its records is about a patient we know.')
  return { ...filing, skipped: skipped.list }
}

const bySource = <R extends { sourceId: string | null }>(rows: R[]) =>
  new Map(rows.flatMap((row) => (row.sourceId ? [[row.sourceId, row] as const] : [])))

type Matched = { rows: { row: PatientRow; known: PatientRow | undefined }[]; ids: Map<string, string> }

/** By the sender's own id, else by record number; never by name, birth date or any other number. */
function matchPatients(
  sent: SentPatient[],
  onFile: PatientRow[],
  source: string,
  now: Date
): Matched | Refusal {
  const bySourceId = bySource(onFile.filter((row) => row.source === source))
  const byMrn = new Map(onFile.flatMap((row) => (row.mrn ? [[row.mrn, row] as const] : [])))
  const rows: Matched['rows'] = []
  const ids = new Map([...bySourceId].map(([sourceId, { id }]) => [sourceId, id]))
  for (const patient of sent) {
    const named = bySourceId.get(patient.sourceId)
    const numbered = patient.mrn === null ? undefined : byMrn.get(patient.mrn)
    if (named && numbered && named.id !== numbered.id)
      return park('A patient in it has the record number of another patient.')
    const known = named ?? numbered
    if (known && contradicts(patient, known))
      return park('A patient in it is on file with another birth date or family name.')
    const row = revisePatient(patient, known, { id: newId(), source }, now)
    rows.push({ row, known })
    ids.set(patient.sourceId, row.id)
    if (row.mrn) byMrn.set(row.mrn, row)
  }
  return { rows, ids }
}

type Versioned = { versionAt: Date | null; status?: string }

const isOlder = (row: Versioned, known: Versioned) =>
  row.versionAt !== null && known.versionAt !== null && row.versionAt < known.versionAt

const early = new Set(['registered', 'partial', 'preliminary'])
const final = new Set(['final', 'amended', 'corrected', 'appended'])

/** A final result does not become a preliminary one again: that is an older message that came late. */
const isEarlier = (row: Versioned, known: Versioned) =>
  early.has(row.status ?? '') && final.has(known.status ?? '')

function fateOf(row: Versioned, known: Versioned | undefined): Fate {
  if (!known) return 'new'
  if (isOlder(row, known) || isEarlier(row, known)) return 'unchanged'
  const told = ({ versionAt: _, ...rest }: Versioned) =>
    JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
  if (told(row) !== told(known)) return 'changed'
  return row.versionAt !== null && row.versionAt.getTime() !== known.versionAt?.getTime()
    ? 'restated'
    : 'unchanged'
}
