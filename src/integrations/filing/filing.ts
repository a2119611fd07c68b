import { newId } from '../../db/id.ts'
import type { Refusal } from '../fhir/bundle.ts'
import { type AppointmentRow, reviseAppointment } from './appointment.ts'
import type { Draft, Skips } from './draft.ts'
import type { EncounterRow } from './encounter.ts'
import { type ObservationRow, reviseObservation, type SentObservation } from './observation.ts'
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
  const people = matchPatients(draft.patients, onFile.patients, source, now)
  if ('why' in people) return people
  const desk = new Desk(draft, onFile, people.ids, source, now)
  for (const { row, known } of people.rows) desk.keep('patients', row, known)
  desk.fileEncounters()
  desk.fileAppointments()
  desk.fileReports()
  return desk.close()
}

/** One message on its way into the files. */
class Desk {
  readonly #draft: Draft
  readonly #onFile: OnFile
  /** Our ids of the patients, by the sender's names for them. */
  readonly #people: Map<string, string>
  readonly #source: string
  readonly #now: Date
  readonly #written: Filing['written'] = {
    patients: [],
    encounters: [],
    appointments: [],
    reports: [],
    observations: [],
  }
  readonly #removed: AppointmentRow[] = []
  readonly #counts: Record<'new' | 'changed' | 'unchanged', Counts> = { new: {}, changed: {}, unchanged: {} }
  readonly #skipped: Skips
  #strangers = 0
  #isMisplaced = false

  constructor(draft: Draft, onFile: OnFile, people: Map<string, string>, source: string, now: Date) {
    this.#draft = draft
    this.#onFile = onFile
    this.#people = people
    this.#source = source
    this.#now = now
    this.#skipped = draft.skipped.copy()
  }

  keep<K extends Kind>(kind: K, row: Row[K], known: Row[K] | undefined) {
    const fate = fateOf(row, known)
    if (fate !== 'unchanged') this.#written[kind].push({ row, fate })
    this.#count(fate === 'restated' ? 'unchanged' : fate, kind)
  }

  fileEncounters() {
    const known = bySource(this.#onFile.encounters)
    for (const { subject, ...sent } of this.#draft.encounters) {
      const patientId = this.#patientOf(subject, 'Encounter')
      if (!patientId) continue
      const before = this.#own(known.get(sent.sourceId), patientId)
      this.keep('encounters', { ...sent, ...this.#made(before, patientId) }, before)
    }
  }

  fileAppointments() {
    const known = bySource(this.#onFile.appointments)
    for (const { status, ...sent } of this.#draft.appointments) {
      const patientId = this.#patientOf(sent.subject, 'Appointment')
      if (!patientId) continue
      const before = this.#own(known.get(sent.sourceId), patientId)
      if (status !== 'removed') {
        const row = reviseAppointment({ ...sent, status }, before, this.#made(before, patientId), this.#now)
        this.keep('appointments', row, before)
      } else if (before && !isOlder(sent, before)) {
        this.#removed.push(before)
        this.#count('changed', 'appointments')
      } else this.#skipped.add('Appointment', 'was entered in error and is not on file')
    }
  }

  fileReports() {
    const reports = bySource(this.#onFile.reports)
    const observations = bySource(this.#onFile.observations)
    for (const sent of this.#draft.reports) {
      const results = sent.results.map((name) => ({
        name,
        sent: this.#draft.observations.get(name),
        before: observations.get(name),
      }))
      const told = results.flatMap((result) => result.sent ?? [])
      const subject = sent.subject ?? told.find((result) => result.subject)?.subject
      const patientId = this.#patientOf(subject, 'DiagnosticReport')
      if (!patientId) continue
      const collectedAt = sent.collectedAt ?? told.find((result) => result.collectedAt)?.collectedAt
      if (!collectedAt) {
        this.#skipped.add('DiagnosticReport', 'has no date')
        continue
      }
      const home = this.#homeOf(sent.sourceId, results[0])
      const before = this.#own(home ?? reports.get(sent.sourceId), patientId)
      const made = { ...this.#made(before, patientId), collectedAt }
      if (!home) this.keep('reports', reviseReport(sent, before, made, this.#now), before)
      for (const [index, result] of results.entries())
        this.#fileResult(result, {
          reportId: made.id,
          patientId,
          collectedAt,
          position: home ? (result.before?.position ?? 1) : index + 1,
        })
    }
  }

  #fileResult(
    { sent, before }: Result,
    place: Pick<ObservationRow, 'reportId' | 'patientId' | 'position' | 'collectedAt'>
  ) {
    const known = this.#own(before, place.patientId)
    if (!sent) {
      // It came earlier and alone; now its report is here.
      if (known)
        this.keep('observations', { ...known, reportId: place.reportId, position: place.position }, known)
      else this.#skipped.add('Observation', 'is named by a report and was not sent')
    } else if (sent.subject && this.#people.get(sent.subject) !== place.patientId)
      this.#skipped.add('Observation', 'is about another patient than its report')
    else {
      const made = {
        ...place,
        ...this.#made(known, place.patientId),
        collectedAt: sent.collectedAt ?? place.collectedAt,
      }
      this.keep('observations', reviseObservation(sent, known, made, this.#now), known)
    }
  }

  /** A result that comes alone belongs to the report that it was filed in before. */
  #homeOf(reportName: string, single: Result | undefined) {
    if (single?.name !== reportName || !single.before) return undefined
    const { reportId } = single.before
    return this.#onFile.reports.find(({ id, sourceId }) => id === reportId && sourceId !== reportName)
  }

  close(): Filing | Refusal {
    const { encounters, appointments, reports } = this.#draft
    const wanted = encounters.length + appointments.length + reports.length
    if (this.#isMisplaced) return park('A record in it is already on file for another patient.')
    if (wanted > 0 && this.#strangers === wanted)
      return park('None of its records is about a patient we know.')
    return {
      written: this.#written,
      removed: this.#removed,
      filed: this.#counts.new,
      changed: this.#counts.changed,
      unchanged: this.#counts.unchanged,
      skipped: this.#skipped.list,
    }
  }

  #count(fate: 'new' | 'changed' | 'unchanged', kind: Kind) {
    this.#counts[fate][kind] = (this.#counts[fate][kind] ?? 0) + 1
  }

  #made(before: { id: string } | undefined, patientId: string) {
    return { id: before?.id ?? newId(), patientId, source: this.#source }
  }

  #patientOf(subject: string | undefined, what: string) {
    const id = subject && this.#people.get(subject)
    if (!id) {
      this.#strangers++
      this.#skipped.add(what, subject ? 'is about a patient we do not know' : 'names no patient')
    }
    return id
  }

  /** A record of one patient does not turn into a record of another. */
  #own<R extends { patientId: string }>(row: R | undefined, patientId: string) {
    if (row && row.patientId !== patientId) this.#isMisplaced = true
    return row
  }
}

type Result = { name: string; sent: SentObservation | undefined; before: ObservationRow | undefined }

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
