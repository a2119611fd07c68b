import type {
  Annotation,
  CodeableConcept,
  Communication,
  DiagnosticReport,
  FhirResource,
  Observation,
  ObservationReferenceRange,
  Quantity,
} from 'fhir/r4'
import { earlierValues } from '../../labs/report.ts'
import { href, paths } from '../../paths.ts'
import type { WholeReport } from '../store.ts'
import type { Words } from '../tables/tables.ts'
import { coded, documentResource, given, listOf, named, subjectOf, supersededWords } from './given.ts'

const terminology = 'http://terminology.hl7.org/CodeSystem'

/** HL7 table 0074. */
const sections: Record<WholeReport['report']['kind'], string> = {
  lab: 'LAB',
  pathology: 'PAT',
  imaging: 'RAD',
  genetics: 'GE',
  'tumor-marker': 'LAB',
}

/** A report, its results, the team's words about it, and its documents. */
export function reportResources(
  { report, results, conclusions, files }: WholeReport,
  origin: string,
  words: Words
): FhirResource[] {
  const { id, patientId } = report
  const order = report.orderedBy
    ? ({
        resourceType: 'ServiceRequest',
        id: 'order',
        status: 'unknown',
        intent: 'order',
        subject: subjectOf(report),
        requester: { display: report.orderedBy },
      } as const)
    : undefined
  const whole: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    id,
    contained: listOf(order),
    basedOn: listOf(order && { reference: '#order' }),
    status: report.status,
    category: [{ coding: [{ system: `${terminology}/v2-0074`, code: sections[report.kind] }] }],
    code: coded(report.code, report.title),
    subject: subjectOf(report),
    effectiveDateTime: report.collectedAt.toISOString(),
    issued: report.issuedAt?.toISOString(),
    performer: listOf(named(report.laboratory)),
    result: listOf(...results.map(({ result }) => ({ reference: `Observation/${result.id}` }))),
    conclusion: given(report.conclusion),
  }
  const comment: Communication | undefined = report.comment
    ? {
        resourceType: 'Communication',
        id: `${id}-comment`,
        status: 'completed',
        subject: subjectOf(report),
        about: [{ reference: `DiagnosticReport/${id}` }],
        sent: report.commentedAt?.toISOString(),
        sender: named(report.commentBy),
        payload: [{ contentString: report.comment }],
      }
    : undefined
  return [
    whole,
    ...results.map((each) => observationResource(each, report, words)),
    ...(comment ? [comment] : []),
    ...conclusions.map((each) =>
      supersededWords({ ...each, patientId }, words.t.labs.wordsBefore, `DiagnosticReport/${id}`)
    ),
    ...files.map((file) =>
      documentResource(
        { ...file, patientId },
        origin + href(paths.reportFile, { patientId, reportId: id, fileId: file.id }),
        `DiagnosticReport/${id}`
      )
    ),
  ]
}

const observationResource = (
  { result, versions }: WholeReport['results'][number],
  { issuedAt, laboratory }: WholeReport['report'],
  { t }: Words
): Observation => {
  const value = result.value === null ? undefined : quantity(result.value, result.unit)
  const told = result.value === null ? undefined : [result.value, result.unit].filter(Boolean).join(' ')
  const was = earlierValues(result, versions)
  return {
    resourceType: 'Observation',
    id: result.id,
    status: result.status,
    category: [{ coding: [{ system: `${terminology}/observation-category`, code: 'laboratory' }] }],
    code: coded(result.code, result.name),
    subject: subjectOf(result),
    effectiveDateTime: result.collectedAt.toISOString(),
    issued: issuedAt?.toISOString(),
    performer: listOf(named(result.laboratory ?? laboratory)),
    ...(value ? { valueQuantity: value } : { valueString: given(told) }),
    dataAbsentReason: told ? undefined : absence(result.absentReason),
    interpretation: listOf(result.flag && interpretation(result.flag)),
    note: listOf<Annotation>(
      result.comment && { text: result.comment },
      was.length > 0 && { text: t.labs.was(was.join(', ')) }
    ),
    method: result.method ? { text: result.method } : undefined,
    referenceRange: listOf(range(result)),
  }
}

/** A number keeps its digits: 11.60 is not 11.6 to whoever reads how exact it is. */
const exactly = (digits: string) =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits) as number

const decimal = /^(<=|>=|<|>)?\s*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)$/

/** A value FHIR can count with, if it is one; what it cannot stays text, as it was sent. */
function quantity(text: string, unit: string | null): Quantity | undefined {
  const [, comparator, digits] = decimal.exec(text.trim()) ?? []
  if (!digits) return undefined
  return {
    value: exactly(digits),
    comparator: comparator as Quantity['comparator'],
    unit: given(unit),
  }
}

/** HL7 v3-ObservationInterpretation, as far as laboratories send it. */
const flags = new Set(['N', 'L', 'H', 'A', 'LL', 'LU', 'HH', 'HU', 'AA', '<', '>'])

const interpretation = (flag: string): CodeableConcept => {
  const code = flag.trim().toUpperCase()
  return flags.has(code)
    ? { coding: [{ system: `${terminology}/v3-ObservationInterpretation`, code }], text: flag }
    : { text: flag }
}

const reasons = new Set([
  'unknown',
  'asked-unknown',
  'temp-unknown',
  'not-asked',
  'asked-declined',
  'masked',
  'not-applicable',
  'unsupported',
  'as-text',
  'error',
  'not-a-number',
  'negative-infinity',
  'positive-infinity',
  'not-performed',
  'not-permitted',
])

const absence = (reason: string | null): CodeableConcept =>
  reason && !reasons.has(reason)
    ? { text: reason }
    : { coding: [{ system: `${terminology}/data-absent-reason`, code: reason ?? 'unknown' }] }

type Ranged = Pick<WholeReport['results'][number]['result'], 'rangeLow' | 'rangeHigh' | 'rangeText' | 'unit'>

/** The usual range: numbers as numbers, and what is none of them in words. */
function range({ rangeLow, rangeHigh, rangeText, unit }: Ranged): ObservationReferenceRange | undefined {
  const [low, high] = [rangeLow, rangeHigh].map((bound) => {
    const found = bound ? quantity(bound, unit) : undefined
    return found?.comparator ? undefined : found
  })
  const unread = [!low && rangeLow, !high && rangeHigh].filter(Boolean).join(' – ')
  const text = given([rangeText, unread].filter(Boolean).join('; '))
  return low || high || text ? { low, high, text } : undefined
}
