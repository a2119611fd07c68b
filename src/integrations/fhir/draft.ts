import { type Draft, type Named, Skips } from '../filing/draft.ts'
import type { SentObservation } from '../filing/observation.ts'
import { reportOfOne, type SentReport } from '../filing/report.ts'
import { readAppointment } from './appointment.ts'
import { type Bundle, isNameless, type Resource } from './bundle.ts'
import { attachmentsOf, readDocument } from './document.ts'
import { readEncounter } from './encounter.ts'
import { numbersOf } from './identity.ts'
import { readObservation } from './observation.ts'
import { readPatient } from './patient.ts'
import { readReport } from './report.ts'

/** A row of the database holds two megabytes; nothing a person reads comes near. */
const longest = 400_000

/** Bytes of documents lie elsewhere. */
const lengthOf = (sent: object) => JSON.stringify({ ...sent, files: [] }).length

/** Why an entry with `ifMatch` is left out. */
export const asksForVersion = 'asks for a version of ours (ifMatch), and a feed hands out none'

/** `ownAuthorities`: under which its sender uses the practice's record numbers. Only who does brings new people. */
export function draft(bundle: Bundle, ownAuthorities: readonly string[]): Draft {
  const skipped = new Skips()
  const ofType = (type: string) =>
    bundle.resources.filter(
      (resource) => resource.type === type && !resource.asked.needsVersion && !isNameless(resource)
    )
  function readAll<Sent extends object>(
    type: string,
    read: (resource: Resource, bundle: Bundle) => Sent | string
  ): Sent[] {
    return ofType(type).flatMap((resource) => {
      const sent = read(resource, bundle)
      if (typeof sent === 'object' && lengthOf(sent) <= longest) return [sent]
      skipped.add(type, typeof sent === 'string' ? sent : 'is too long to file', resource.id)
      return []
    })
  }
  const handled = new Set([
    'Patient',
    'Encounter',
    'Appointment',
    'DiagnosticReport',
    'Observation',
    'DocumentReference',
  ])
  for (const resource of bundle.resources) {
    const { type, id, asked } = resource
    if (!handled.has(type)) skipped.add(type, 'is not taken in', id)
    else if (asked.needsVersion) skipped.add(type, asksForVersion, id)
    else if (isNameless(resource)) skipped.add(type, 'has no id and no number', id)
  }
  const read = draftReports(
    bundle,
    [...readAll('DiagnosticReport', readReport), ...readAll('DocumentReference', readDocument)],
    readAll('Observation', readObservation),
    skipped
  )
  const filesOf = new Map(read.reports.map(({ sourceId, files }) => [sourceId, files.length]))
  for (const resource of [...ofType('DiagnosticReport'), ...ofType('DocumentReference')])
    for (
      let i = filesOf.get(resource.id) ?? Number.POSITIVE_INFINITY;
      i < attachmentsOf(resource).length;
      i++
    )
      skipped.add(
        resource.type,
        'came without a document it names: only whole PDFs sent along are kept',
        resource.id
      )
  return {
    patients: readAll('Patient', (resource) => readPatient(resource, ownAuthorities)),
    merges: [],
    encounters: readAll('Encounter', readEncounter),
    appointments: readAll('Appointment', readAppointment),
    ...read,
    named: namesIn(bundle),
    skipped,
    mayRegister: ownAuthorities.length > 0,
    newest: 'by-time',
  }
}

/** What each resource is called beside its id. A number that two of a bundle bear tells neither from the other. */
const namesIn = (bundle: Bundle) =>
  new Map(
    bundle.resources.flatMap(({ type, id, body, asked }): [string, Named][] => {
      const numbers = numbersOf(type, body).filter(bundle.bearsAlone)
      return numbers.length + asked.numbers.length > 0 || asked.onlyNew
        ? [[id, { numbers, asked: asked.numbers, onlyNew: asked.onlyNew }]]
        : []
    })
  )

function draftReports(bundle: Bundle, reported: SentReport[], loose: SentObservation[], skipped: Skips) {
  const others = new Set(loose.filter(({ isOther }) => isOther).map(({ sourceId }) => sourceId))
  for (const name of others) skipped.add('Observation', 'is not a laboratory result', name)
  const byName = new Map(loose.filter(({ isOther }) => !isOther).map((result) => [result.sourceId, result]))
  const sent = reported.map((report) => ({
    ...report,
    results: report.results.filter((name) => !others.has(name)),
  }))
  for (const name of sent.flatMap(({ results }) => results)) {
    const contained = name.includes('#') ? bundle.find(name) : undefined
    if (contained?.type === 'Observation') byName.set(name, readObservation(contained, bundle))
  }
  const placed = new Set<string>()

  /** A heading gives way to its members; what already stands in a report does not stand in another. */
  const place = (names: string[], depth = 0): string[] =>
    names.flatMap((name) => {
      if (placed.has(name)) return []
      placed.add(name)
      const members = byName.get(name)?.members ?? []
      const below = depth < 5 ? place(members, depth + 1) : []
      return isHeading(byName.get(name)) ? below : [name, ...below]
    })

  const reports = sent.flatMap((report) => {
    const why = reasonToSkip(report, byName)
    if (!why) return [{ ...report, results: place(report.results) }]
    skipped.add('DiagnosticReport', why, report.sourceId)
    return []
  })
  const rest = [...byName.values()].filter(({ sourceId }) => !sourceId.includes('#'))
  for (const result of [...rest.filter(isHeading), ...rest]) {
    if (placed.has(result.sourceId)) continue
    if (result.isLaboratory) reports.push({ ...reportOfOne(result), results: place([result.sourceId]) })
    else {
      placed.add(result.sourceId)
      skipped.add('Observation', 'is not a laboratory result', result.sourceId)
    }
  }
  for (const result of byName.values())
    if (isHeading(result) && placed.has(result.sourceId))
      skipped.add('Observation', 'is only the heading of others')

  const wanted = new Set(reports.flatMap(({ results }) => results))
  return { reports, observations: new Map([...byName].filter(([name]) => wanted.has(name))) }
}

const isHeading = (result: SentObservation | undefined) =>
  result !== undefined && result.members.length > 0 && result.value === null

const unfinished = new Set(['registered', 'partial', 'preliminary'])

function reasonToSkip(report: SentReport, results: Map<string, SentObservation>) {
  const isLaboratory = report.isLaboratory || report.results.some((name) => results.get(name)?.isLaboratory)
  if (report.conclusion !== null || report.files.length > 0) return undefined
  if (!isLaboratory) return 'is not a laboratory report'
  if (report.results.length > 0 || unfinished.has(report.status) || report.status === 'entered-in-error')
    return undefined
  return 'holds no results and no PDF'
}
