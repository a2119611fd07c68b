import { newId } from '../../db/id.ts'
import type { Details, reportConclusions, reportFiles } from '../../db/schema.ts'
import {
  type Choice,
  type Hold,
  isReleaseDecision,
  type ReleaseRules,
  releaseOf,
} from '../../labs/release.ts'
import { choicesFor, holdsFor, isSameMoment } from '../../labs/releases/store.ts'
import { isSaid } from '../../labs/report.ts'
import {
  type AppointmentRow,
  isNewsToPatient,
  isSuperseded,
  reviseAppointment,
  timeless,
  withdrawn,
} from './appointment.ts'
import type { Draft, Skips } from './draft.ts'
import type { EncounterRow } from './encounter.ts'
import { authorityOf, type Known, match, peopleNamed, tellingIdentifiers, type Why } from './matching.ts'
import { Names } from './names.ts'
import { type ObservationRow, reviseObservation, type SentObservation } from './observation.ts'
import {
  type Identifier,
  type PatientRow,
  revisePatient,
  type SentMerge,
  type SentPatient,
  saidOf,
} from './patient.ts'
import { isFinished, type ReportRow, reviseReport, type SentFile, type SentReport } from './report.ts'
import {
  completedBy,
  isOutdated,
  isRevised,
  mayComplete,
  reportTellsTheSame,
  resultTellsTheSame,
  saysTheSame,
  type VersionRow,
  versionOf,
} from './versions.ts'

export type FileRow = typeof reportFiles.$inferSelect
export type ConclusionRow = typeof reportConclusions.$inferSelect

/** What is on file that the draft may be about. */
export type OnFile = {
  patients: PatientRow[]
  encounters: EncounterRow[]
  appointments: AppointmentRow[]
  /** Our ids of appointments, by all the names that their sender has for them. */
  appointmentNames: Map<string, string>
  reports: ReportRow[]
  observations: ObservationRow[]
  /** Our ids of what its sender calls by another name as well. */
  otherNames: Map<string, Set<string>>
  versions: VersionRow[]
  conclusions: ConclusionRow[]
  files: FileRow[]
  identifiers: Known[]
  /** Whom a person has said that this message is about, by the sender's name for them. */
  links: Map<string, string>
  choices: (Choice & { patientId: string })[]
  holds: (Hold & { reportId: string })[]
}

type Kind = 'patients' | 'encounters' | 'appointments' | 'reports' | 'observations'
type Row = { [K in Kind]: OnFile[K][number] }
/** `new` and `changed` go into the audit trail; `restated` is a newer version that says the same. */
export type Fate = 'new' | 'changed' | 'restated' | 'unchanged'
export type Written<K extends Kind> = { row: Row[K]; fate: Exclude<Fate, 'unchanged'> }
export type Counts = Partial<Record<Kind, number>>

/** Records about someone who is not known for certain: they wait for a person. */
export type Waiting = {
  subject: string
  why: Why
  identifier: { authority: string; value: string } | undefined
  sent: SentPatient | undefined
  holds: Counts
}

/** One record that moves into another. Without `retiredId` nobody bore the number: from now on it names the survivor. */
export type Merge = {
  survivorId: string
  retiredId: string | undefined
  /** Numbers of the retired record, by authority. */
  numbers: { authority: string; value: string }[]
  renamed: SentMerge['renamed']
}

/** What a sender says of a patient, as far as it says anything. */
export type Heard = { patientId: string; facts: Partial<Details> }

export type Filing = {
  newest: Draft['newest']
  written: { [K in Kind]: Written<K>[] }
  versions: VersionRow[]
  conclusions: ConclusionRow[]
  /** Reports of which words were taken back. */
  wordsTakenBack: string[]
  files: { row: FileRow; bytes: Uint8Array }[]
  /** Documents that a newer version of their report came without. */
  outdatedFiles: string[]
  /** Names that appointments have from now on; one that is not new was that of a twin. */
  named: { name: string; appointmentId: string; isNew: boolean }[]
  /** What records are called besides, from now on. */
  otherNames: Names['learnt']
  /** Documents that had been outdated, and came again. */
  restoredFiles: string[]
  /** Reports of which it was decided anew when the patient may see them. */
  settled: { patientId: string; reportId: string; isVisible: boolean }[]
  /** Patients who are to hear that something about an appointment is new. */
  told: string[]
  merges: Merge[]
  waiting: Waiting[]
  /** What is said of people who are known. */
  heard: Heard[]
  /** Reports that tell their readers something else than before. */
  changedReports: string[]
  /** Those of them that were final, or say themselves that they were: whoever was told hears of them again. */
  correctedReports: string[]
  filed: Counts
  changed: Counts
  unchanged: Counts
  skipped: { what: string; why: string; count: number }[]
  /** What became of each record, by the sender's name for it. */
  fates: Map<string, Outcome>
}
export type Outcome = { fate: Fate | 'waiting' | 'skipped'; why?: string }

/** Nothing of it is filed, because it does not fit what is on file. */
export type Misfit = { misfit: string }

export type Rules = {
  source: { id: string }
  /** When patients see what, as the practice has it. */
  release: ReleaseRules
  /** SHA-256 of each document. */
  digests: Map<SentFile, string>
  now: Date
}

/** Decides what becomes of every record. Pure: the same draft over the same files is the same filing. */
export function settle(draft: Draft, onFile: OnFile, rules: Rules): Filing | Misfit {
  const desk = new Desk(draft, onFile, rules)
  desk.receivePatients()
  desk.mergePatients()
  desk.fileEncounters()
  desk.fileAppointments()
  desk.fileReports()
  return desk.close()
}

/** One message on its way into the files. */
class Desk {
  readonly #draft: Draft
  readonly #onFile: OnFile
  readonly #source: Rules['source']
  readonly #rules: ReleaseRules
  readonly #digests: Rules['digests']
  readonly #now: Date
  /** Our ids of the patients, by the sender's names for them. */
  readonly #people: Map<string, string>
  readonly #names: Names
  readonly #waiting = new Map<string, Waiting>()
  readonly #merges: Merge[] = []
  readonly #written: Filing['written'] = {
    patients: [],
    encounters: [],
    appointments: [],
    reports: [],
    observations: [],
  }
  readonly #versions: VersionRow[] = []
  readonly #conclusions: ConclusionRow[] = []
  readonly #wordsTakenBack: string[] = []
  readonly #files: Filing['files'] = []
  readonly #outdatedFiles: string[] = []
  readonly #named: Filing['named'] = []
  readonly #restoredFiles: string[] = []
  readonly #settled: Filing['settled'] = []
  readonly #told = new Set<string>()
  readonly #heard: Heard[] = []
  readonly #changed = new Set<string>()
  readonly #corrected = new Set<string>()
  readonly #counts: Record<'new' | 'changed' | 'unchanged', Counts> = { new: {}, changed: {}, unchanged: {} }
  readonly #fates: Filing['fates'] = new Map()
  readonly #skipped: Skips
  #isMisplaced = false

  constructor(draft: Draft, onFile: OnFile, { source, release, digests, now }: Rules) {
    this.#draft = draft
    this.#onFile = onFile
    this.#source = source
    this.#rules = release
    this.#digests = digests
    this.#now = now
    this.#skipped = draft.skipped.copy()
    this.#names = new Names(draft.named, onFile.otherNames)
    const own = onFile.patients.filter((row) => row.source === source.id)
    this.#people = new Map([
      ...[...onFile.otherNames.keys()].flatMap((name) => {
        const person = onFile.patients.find(({ id }) => id === this.#names.only(name))
        return person ? [[name, person.mergedInto ?? person.id] as const] : []
      }),
      ...own.flatMap(({ sourceId, id, mergedInto }) =>
        sourceId ? [[sourceId, mergedInto ?? id] as const] : []
      ),
      ...onFile.identifiers
        .filter(({ authority }) => authority === authorityOf(source.id, { authority: null }))
        .map(({ value, patientId }) => [value, patientId] as const),
      ...onFile.links,
    ])
  }

  receivePatients() {
    const { patients: files, identifiers: known, links } = this.#onFile
    const patients = [...files]
    for (const sent of this.#draft.patients) {
      const linked = patients.find(({ id }) => id === links.get(sent.sourceId))
      const found = match(sent, { patients, known, linked }, this.#source, this.#draft.mayRegister)
      if (typeof found === 'object' && 'why' in found) {
        this.#people.delete(sent.sourceId)
        this.#wait(sent, found.why, found.identifier)
        if (this.#draft.mayRegister) this.#hold(sent.sourceId, 'patients', sent.sourceId)
        continue
      }
      const before = found === 'new' ? undefined : found.row
      // Numbers only: under the same id the next export may bring somebody else.
      if (before) this.#names.learn(sent.sourceId, { ...before, sourceId: sent.sourceId })
      if (before && this.#names.isOnlyNew(sent.sourceId)) {
        this.#people.set(sent.sourceId, before.id)
        this.#count('unchanged', 'patients', sent.sourceId)
        continue
      }
      if (!this.#draft.mayRegister && before) {
        this.#people.set(sent.sourceId, before.id)
        this.#hear(sent, before, before)
        continue
      }
      const made = { id: newId(), source: this.#source.id }
      const row = newer(revisePatient(sent, before, made, this.#now), before)
      this.#keep('patients', sent.sourceId, row, before)
      if (!before) this.#names.learn(sent.sourceId, row)
      patients.unshift(row)
      this.#people.set(sent.sourceId, row.id)
      this.#hear(sent, row, before)
    }
  }

  /** What an older message says is not what its sender says last. */
  #hear(sent: SentPatient, { id }: PatientRow, before: PatientRow | undefined) {
    const isOld = sent.versionAt && before?.versionAt && sent.versionAt < before.versionAt
    if (!isOld) this.#heard.push({ patientId: id, facts: saidOf(sent) })
  }

  /** Two records of one person become one; where they do not fit each other, a person is asked. */
  mergePatients() {
    const rows = new Map(
      [...this.#onFile.patients, ...this.#written.patients.map(({ row }) => row)].map((row) => [row.id, row])
    )
    const { patients, identifiers: known, links } = this.#onFile
    for (const { survivor: subject, retired, renamed } of this.#draft.merges) {
      const survivor = rows.get(this.#people.get(subject) ?? '')
      const sent = this.#draft.patients.find(({ sourceId }) => sourceId === subject)
      if (!survivor || !sent) continue
      const named = [...peopleNamed(retired, { patients, known }, this.#source).values()].map(
        ({ row }) => row
      )
      const [other, ...more] = named.filter(({ id }) => id !== survivor.id)
      const isSaid = links.has(subject)
      if (more.length > 0 || (other && !isSaid && areTwo(survivor, other))) {
        this.#wait(sent, more.length > 0 ? 'ambiguous' : 'two-people', tellingIdentifiers(retired)[0])
        this.#hold(subject, 'patients', subject)
        continue
      }
      if (!other && named.length > 0) continue
      this.#merges.push({
        survivorId: survivor.id,
        retiredId: other?.id,
        numbers: tellingIdentifiers(retired).map((each) => ({
          authority: authorityOf(this.#source.id, each),
          value: each.value,
        })),
        renamed,
      })
      this.#count('changed', 'patients', subject)
    }
  }

  #wait(sent: SentPatient, why: Why, identifier: Identifier | undefined) {
    this.#waiting.set(sent.sourceId, {
      subject: sent.sourceId,
      why,
      identifier: identifier && { ...identifier, authority: authorityOf(this.#source.id, identifier) },
      sent,
      holds: {},
    })
  }

  fileEncounters() {
    const known = bySource(this.#onFile.encounters)
    const others = calledOtherwise(this.#onFile.encounters, this.#draft.encounters)
    for (const { subject, ...sent } of this.#draft.encounters) {
      const patientId = this.#patientOf(subject, 'encounters', sent.sourceId)
      if (!patientId) continue
      const before =
        this.#own(known.get(sent.sourceId), patientId) ??
        this.#names.find(sent.sourceId, patientId, others, (row) =>
          isSameMoment(row.startedAt, sent.startedAt)
        )
      const row = newer({ ...sent, ...this.#made(before, patientId, sent.sourceId) }, before)
      this.#keep('encounters', sent.sourceId, this.#orAsItWas(sent.sourceId, row, before), before)
    }
  }

  fileAppointments() {
    const { appointments, appointmentNames } = this.#onFile
    const known = bySource(appointments)
    const others = calledOtherwise(appointments, this.#draft.appointments)
    const knownAs = (name: string) =>
      appointments.find(({ id }) => id === appointmentNames.get(name)) ?? known.get(name)
    for (const { status, ...sent } of this.#draft.appointments) {
      const patientId = this.#patientOf(sent.subject, 'appointments', sent.sourceId)
      if (!patientId) continue
      const names = [sent.sourceId, ...(sent.otherNames ?? [])]
      const [found, ...more] = new Set(names.flatMap((name) => knownAs(name) ?? []))
      const before =
        this.#own(found, patientId) ??
        this.#names.find(
          sent.sourceId,
          patientId,
          others,
          ({ startsAt }) => sent.startsAt !== undefined && isSameMoment(startsAt, sent.startsAt)
        )
      const startsAt = sent.startsAt ?? before?.startsAt
      if (status === 'removed' && !before)
        this.#skip('Appointment', 'was entered in error and is not on file', sent.sourceId)
      else if (!startsAt) this.#skip('Appointment', timeless, sent.sourceId)
      else {
        // Who was told of it is to see that it is off: it stays, as cancelled.
        const said = { ...sent, startsAt, status: status === 'removed' ? 'cancelled' : status } as const
        const row = reviseAppointment(said, before, this.#made(before, patientId, sent.sourceId), this.#now)
        const next = before && isSuperseded(row, before) ? before : newer(row, before)
        const kept = this.#orAsItWas(sent.sourceId, next, before)
        this.#keep('appointments', sent.sourceId, kept, before)
        for (const twin of more)
          this.#keep('appointments', twin.sourceId ?? twin.id, withdrawn(twin, this.#now), twin)
        if (sent.otherNames)
          for (const name of names)
            if (appointmentNames.get(name) !== row.id)
              this.#named.push({ name, appointmentId: row.id, isNew: !appointmentNames.has(name) })
        if (isNewsToPatient(kept, before, this.#now)) this.#told.add(patientId)
      }
    }
  }

  fileReports() {
    for (const sent of this.#draft.reports) {
      const told = sent.results.flatMap((name) => this.#draft.observations.get(name) ?? [])
      const subject = sent.subject ?? told.find((result) => result.subject)?.subject
      const patientId = this.#patientOf(subject, 'reports', sent.sourceId)
      if (!patientId) {
        for (const name of sent.results) this.#hold(subject, 'observations', name)
        continue
      }
      const collectedAt = sent.collectedAt ?? told.find((result) => result.collectedAt)?.collectedAt
      if (!collectedAt) {
        this.#skip('DiagnosticReport', 'has no date', sent.sourceId)
        continue
      }
      const { home, before, results } = this.#findReport({ ...sent, collectedAt }, patientId)
      const made = { ...this.#made(before, patientId, sent.sourceId), collectedAt }
      const codes = [sent.code, ...told.map(({ code }) => code)].flatMap((code) => code ?? [])
      if (!home) {
        const row = reviseReport(sent, codes, before, made, this.#now)
        const stays = before !== undefined && this.#names.isOnlyNew(sent.sourceId)
        const isOld = before !== undefined && (stays || isOutdated(row, before, this.#draft.newest))
        const completes = isOld && !stays && mayComplete(row, before)
        const newest = () => this.#release(before ? completedBy(row, before) : row, before)
        const next = this.#orAsItWas(sent.sourceId, isOld ? completedBy(before, row) : newest(), before)
        this.#keep('reports', sent.sourceId, next, before)
        const hasDocuments = this.#onFile.files.some(({ reportId }) => reportId === row.id)
        if (!isOld || (completes && !hasDocuments)) this.#fileDocuments(sent, row)
        this.#fileWords(sent, isOld ? { replaced: row, next, isOld } : { replaced: before, next, isOld })
        if (before && !reportTellsTheSame(next, before)) this.#changed.add(made.id)
      }
      for (const [index, result] of results.entries())
        this.#fileResult(result, {
          reportId: made.id,
          patientId,
          collectedAt,
          position: home ? (result.before?.position ?? 1) : index + 1,
        })
      if (before?.finalizedAt || isRevised(sent)) this.#corrected.add(made.id)
    }
  }

  /** What is on file of a report and its results. `home`: the report of others that its single result stands in. */
  #findReport(sent: SentReport & { collectedAt: Date }, patientId: string) {
    const { reports, observations } = this.#onFile
    const isThis = (row: ReportRow) =>
      tellsOfTheSame(row, sent, row.title === sent.title) && isSameMoment(row.collectedAt, sent.collectedAt)
    const byName = bySource(reports)
    const others = calledOtherwise(reports, this.#draft.reports)
    const again = byName.get(sent.sourceId) ?? this.#names.find(sent.sourceId, patientId, others, isThis)
    const isRenamed = again !== undefined && again.sourceId !== sent.sourceId
    const named = bySource(observations)
    const free = calledOtherwise(observations, [...this.#draft.observations.values()])
    const results = sent.results.map((name): Result => {
      const result = this.#draft.observations.get(name)
      const at = result?.collectedAt ?? sent.collectedAt
      const isSame = (row: ObservationRow) =>
        tellsOfTheSame(row, result, row.name === result?.name) && isSameMoment(row.collectedAt, at)
      const before =
        named.get(name) ??
        this.#names.find(name, patientId, free, isSame) ??
        // Its report came under another name, and so did all that is in it.
        this.#names.take(isRenamed ? free.filter(({ reportId }) => reportId === again.id) : [], isSame)
      return { name, sent: result, before }
    })
    const home = this.#homeOf(sent.sourceId, results[0])
    const homes = new Set(results.flatMap(({ before }) => before?.reportId ?? []))
    const around = homes.size === 1 ? others.filter(({ id }) => homes.has(id)) : []
    const before = home ?? again ?? this.#names.take(around, isThis)
    return { home, before: this.#own(before, patientId), results }
  }

  #release(row: ReportRow, before: ReportRow | undefined): ReportRow {
    const choices = choicesFor(this.#onFile.choices, row.patientId)
    const holds = holdsFor(this.#onFile.holds, row.id)
    const { at, askAt, because } = releaseOf(row, choices, holds, this.#rules, this.#now)
    const isSame = before && isSameMoment(at, before.releasedAt) && isSameMoment(askAt, before.askAt)
    if (isReleaseDecision(because) && !isSame)
      this.#settled.push({
        patientId: row.patientId,
        reportId: row.id,
        isVisible: at !== null && at <= this.#now,
      })
    return { ...row, releasedAt: at, askAt }
  }

  /** What a report said in words before stands beside what it says now; of what was taken back that is for staff alone. */
  #fileWords(
    sent: SentReport,
    { replaced, next, isOld }: { replaced: ReportRow | undefined; next: ReportRow; isOld: boolean }
  ) {
    const known = [...this.#onFile.conclusions, ...this.#conclusions].filter(
      ({ reportId }) => reportId === next.id
    )
    const wasTakenBack = known.some(({ withdrawnAt }) => withdrawnAt !== null)
    const isTakenBack = !isOld && (sent.takesBackWords === true || sent.status === 'entered-in-error')
    if (isTakenBack) this.#wordsTakenBack.push(next.id)
    const wasGiven = replaced && (isFinished(replaced) || (!isOld && isRevised(sent)))
    const said = (wasGiven && replaced.conclusion) || ''
    const isNews = said !== '' && said !== next.conclusion && known.every((each) => each.conclusion !== said)
    // Words that come after they were taken back are known by what was noted then.
    if (!isNews && (!isTakenBack || wasTakenBack)) return
    this.#conclusions.push({
      id: newId(),
      reportId: next.id,
      conclusion: isNews ? said : '',
      versionAt: replaced?.versionAt ?? null,
      replacedAt: (isOld && next.versionAt) || this.#now,
      withdrawnAt: isTakenBack || (isOld && wasTakenBack) ? this.#now : null,
    })
  }

  #fileDocuments({ files: sent, takesBackFiles }: SentReport, report: ReportRow) {
    if (sent.length === 0 && !takesBackFiles) return
    const known = this.#onFile.files.filter(({ reportId }) => reportId === report.id)
    const digestOf = (one: SentFile) => this.#digests.get(one) ?? ''
    const wanted = new Set(sent.map(digestOf))
    for (const { id, sha256, removedAt } of known) {
      if (wanted.has(sha256) === !removedAt) continue
      if (removedAt) this.#restoredFiles.push(id)
      else this.#outdatedFiles.push(id)
      this.#changed.add(report.id)
    }
    const there = new Set(known.map(({ sha256 }) => sha256))
    for (const [position, each] of sent.entries()) {
      const { bytes, name, type } = each
      const sha256 = digestOf(each)
      if (there.has(sha256)) continue
      there.add(sha256)
      this.#changed.add(report.id)
      this.#files.push({
        row: {
          id: newId(),
          reportId: report.id,
          position,
          name,
          type,
          size: bytes.byteLength,
          sha256,
          objectKey: `reports/${report.id}/${sha256}`,
          addedAt: this.#now,
          removedAt: null,
        },
        bytes,
      })
    }
  }

  #fileResult(
    { name, sent, before }: Result,
    place: Pick<ObservationRow, 'reportId' | 'patientId' | 'position' | 'collectedAt'>
  ) {
    const known = this.#own(before, place.patientId)
    if (!sent) {
      // It came earlier and alone; now its report is here.
      if (known)
        this.#keep(
          'observations',
          name,
          { ...known, reportId: place.reportId, position: place.position },
          known
        )
      else this.#skip('Observation', 'is named by a report and was not sent', name)
      return
    }
    if (sent.subject && this.#people.get(sent.subject) !== place.patientId) {
      this.#skip('Observation', 'is about another patient than its report', name)
      return
    }
    const made = {
      ...place,
      ...this.#made(known, place.patientId, name),
      collectedAt: sent.collectedAt ?? place.collectedAt,
    }
    if (known && this.#names.isOnlyNew(name)) {
      this.#keep('observations', name, known, known)
      return
    }
    const row = reviseObservation(sent, known, made, this.#now)
    if (known && isOutdated(row, known, this.#draft.newest)) {
      this.#fileOldResult(name, row, known)
      return
    }
    if (!known || !resultTellsTheSame(row, known)) this.#changed.add(row.reportId)
    if (!known) this.#keep('observations', name, row, known)
    else {
      // What was final and is different now was corrected; what it said stays beside it.
      const isReplaced = known.value !== null && !saysTheSame(row, known)
      if (isReplaced && row.previousValue === known.value) this.#addVersion(known)
      this.#keep('observations', name, row, known)
    }
  }

  /** Came after what replaced it: it is kept as what the result once said. */
  #fileOldResult(name: string, row: ObservationRow, known: ObservationRow) {
    const wasSaid = isSaid(row.status) && row.value !== null
    const isNews = wasSaid && !saysTheSame(row, known) && this.#addVersion({ ...row, id: known.id })
    const isFirst = isNews && known.previousValue === null
    const kept = isFirst ? { ...known, previousValue: row.value, previousUnit: row.unit } : known
    this.#keep('observations', name, kept, known)
  }

  #addVersion(row: ObservationRow) {
    const known = [...this.#onFile.versions, ...this.#versions]
    if (known.some((each) => each.observationId === row.id && saysTheSame(each, row))) return false
    this.#versions.push(versionOf(row, newId(), this.#now))
    return true
  }

  /** A result that comes alone belongs to the report that it was filed in before. */
  #homeOf(reportName: string, single: Result | undefined) {
    if (single?.name !== reportName || !single.before) return undefined
    const { reportId, sourceId: resultName } = single.before
    return this.#onFile.reports.find(({ id, sourceId }) => id === reportId && sourceId !== resultName)
  }

  close(): Filing | Misfit {
    if (this.#isMisplaced) return { misfit: 'A record in it is already on file for another patient.' }
    for (const [name, why] of this.#skipped.reasons)
      this.#fates.set(name, { why, ...(this.#fates.get(name) ?? { fate: 'skipped' }) })
    return {
      newest: this.#draft.newest,
      written: this.#written,
      versions: this.#versions,
      conclusions: this.#conclusions,
      wordsTakenBack: this.#wordsTakenBack,
      files: this.#files,
      outdatedFiles: this.#outdatedFiles,
      named: this.#named,
      otherNames: this.#names.learnt,
      restoredFiles: this.#restoredFiles,
      settled: this.#settled,
      told: [...this.#told],
      merges: this.#merges,
      waiting: [...this.#waiting.values()],
      heard: this.#heard,
      changedReports: [...this.#changed],
      correctedReports: [...this.#changed].filter((id) => this.#corrected.has(id)),
      filed: this.#counts.new,
      changed: this.#counts.changed,
      unchanged: this.#counts.unchanged,
      skipped: this.#skipped.list,
      fates: this.#fates,
    }
  }

  /** What is on file, where its sender asks for no more than that it is. */
  #orAsItWas<R>(name: string, row: R, before: R | undefined) {
    return before !== undefined && this.#names.isOnlyNew(name) ? before : row
  }

  #keep<K extends Kind>(kind: K, name: string, row: Row[K], known: Row[K] | undefined) {
    if (kind !== 'patients') this.#names.learn(name, row)
    const fate = fateOf(row, known)
    if (fate !== 'unchanged') this.#written[kind].push({ row, fate })
    this.#count(fate, kind, name)
  }

  #count(fate: Fate, kind: Kind, name: string) {
    this.#fates.set(name, { fate })
    const counts = this.#counts[fate === 'restated' ? 'unchanged' : fate]
    counts[kind] = (counts[kind] ?? 0) + 1
  }

  #skip(what: string, why: string, name: string) {
    this.#skipped.add(what, why, name)
  }

  #hold(subject: string | undefined, kind: Kind, name: string) {
    const waiting = subject === undefined ? undefined : this.#waiting.get(subject)
    if (!waiting) return
    waiting.holds[kind] = (waiting.holds[kind] ?? 0) + 1
    this.#fates.set(name, { fate: 'waiting', why: waiting.why })
  }

  #made(before: { id: string; sourceId: string | null } | undefined, patientId: string, name: string) {
    return {
      id: before?.id ?? newId(),
      patientId,
      source: this.#source.id,
      sourceId: before?.sourceId ?? name,
    }
  }

  /** Whose it is. Of someone we do not know it waits for a person; of nobody at all it cannot be filed. */
  #patientOf(subject: string | undefined, kind: Kind, name: string) {
    if (!subject) {
      this.#skip(resourceOf[kind], 'names no patient', name)
      return undefined
    }
    const id = this.#people.get(subject)
    if (id) return id
    if (!this.#waiting.has(subject))
      this.#waiting.set(subject, {
        subject,
        why: 'unknown',
        identifier: { authority: authorityOf(this.#source.id, { authority: null }), value: subject },
        sent: undefined,
        holds: {},
      })
    this.#hold(subject, kind, name)
    return undefined
  }

  /** A record of one patient does not turn into a record of another. */
  #own<R extends { patientId: string }>(row: R | undefined, patientId: string) {
    if (row && row.patientId !== patientId) this.#isMisplaced = true
    return row
  }
}

/** Another birth date, or two logins: more than one person may be behind them. */
const areTwo = (one: PatientRow, other: PatientRow) =>
  (one.birthDate !== null && other.birthDate !== null && one.birthDate !== other.birthDate) ||
  (one.accountId !== null && other.accountId !== null && one.accountId !== other.accountId)

type Result = { name: string; sent: SentObservation | undefined; before: ObservationRow | undefined }

const resourceOf: Record<Kind, string> = {
  patients: 'Patient',
  encounters: 'Encounter',
  appointments: 'Appointment',
  reports: 'DiagnosticReport',
  observations: 'Observation',
}

const newer = <R extends Versioned>(row: R, known: R | undefined): R =>
  known && isOutdated(row, known, 'by-time') ? known : row

/** Whether a row could be what was sent, by its code or, without one, by its words. */
const tellsOfTheSame = (
  row: { code: string | null },
  sent: { code: string | null } | undefined,
  inWords: boolean
) => sent !== undefined && ((row.code ?? sent.code) ? row.code === sent.code : inWords)

/** What is on file under names that the draft does not use. */
function calledOtherwise<R extends { sourceId: string | null }>(rows: R[], sent: { sourceId: string }[]) {
  const names = new Set<string | null>(sent.map(({ sourceId }) => sourceId))
  return rows.filter(({ sourceId }) => !names.has(sourceId))
}

const bySource = <R extends { sourceId: string | null }>(rows: R[]) =>
  new Map(rows.flatMap((row) => (row.sourceId ? [[row.sourceId, row] as const] : [])))

type Versioned = { versionAt: Date | null; status?: string }

function fateOf(row: Versioned, known: Versioned | undefined): Fate {
  if (!known) return 'new'
  const told = ({ versionAt: _, ...rest }: Versioned) =>
    JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
  if (told(row) !== told(known)) return 'changed'
  return row.versionAt !== null && row.versionAt.getTime() !== known.versionAt?.getTime()
    ? 'restated'
    : 'unchanged'
}
