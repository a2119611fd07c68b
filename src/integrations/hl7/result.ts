import type { observationStatuses, reportStatuses } from '../../db/schema.ts'
import { gravest } from '../../labs/observation.ts'
import { readPdf } from '../filing/document.ts'
import { flagOf } from '../filing/range.ts'
import type { SentFile } from '../filing/report.ts'
import type { Segment } from './message.ts'
import { dateOf } from './time.ts'

type ObservationStatus = (typeof observationStatuses)[number]
type ReportStatus = (typeof reportStatuses)[number]

/** OBX-11 (table 0085) by the HL7 v2-to-FHIR guide. What it leaves open is no result yet; `O` is part of the order. */
const lineStatuses: Record<string, ObservationStatus | 'order'> = {
  F: 'final',
  V: 'final',
  U: 'final',
  P: 'preliminary',
  S: 'preliminary',
  C: 'corrected',
  A: 'amended',
  X: 'cancelled',
  D: 'entered-in-error',
  W: 'entered-in-error',
  I: 'registered',
  R: 'registered',
  N: 'registered',
  O: 'order',
}

/** OBR-25 (table 0123) by the same guide. */
const reportStates: Record<string, ReportStatus> = {
  F: 'final',
  P: 'preliminary',
  C: 'corrected',
  R: 'partial',
  A: 'partial',
  M: 'preliminary',
  X: 'cancelled',
  O: 'registered',
  I: 'registered',
  S: 'registered',
  N: 'registered',
}

const letter = (segment: Segment | undefined, field: number) => segment?.text(field)?.toUpperCase() ?? ''

/** OBR-25 Y, Z: its sender has no such order, or no such patient. */
export const isDoubted = (obr: Segment) => /^[YZ]$/.test(letter(obr, 25))

/** The line's own status; where it has none, its report's. What a report holds back, its lines do not give away. */
export function lineStatus(obx: Segment, obr: Segment | undefined): ObservationStatus | 'order' {
  const own = lineStatuses[letter(obx, 11)]
  if (own) return own
  const report = reportStates[letter(obr, 25)] ?? 'final'
  if (report === 'final' || report === 'corrected') return 'final'
  return report === 'partial' || report === 'registered' ? 'registered' : 'preliminary'
}

/** A line that says something now: not one that is awaited, taken back or was not done. */
export const isGiven = (status: ObservationStatus) =>
  status !== 'registered' && status !== 'cancelled' && status !== 'entered-in-error'

const revised = new Set<ObservationStatus>(['corrected', 'amended', 'entered-in-error'])

/** What a report says of itself; where it says nothing or only that it is final, what its lines do. */
export function reportStatus(obr: Segment, lines: ObservationStatus[]): ReportStatus {
  const areAll = (which: ObservationStatus) => lines.length > 0 && lines.every((status) => status === which)
  if (areAll('entered-in-error')) return 'entered-in-error'
  const own = reportStates[letter(obr, 25)]
  if (own && own !== 'final') return own
  if (lines.some((status) => revised.has(status))) return 'corrected'
  if (own) return own
  if (areAll('registered')) return 'registered'
  return lines.some((status) => status === 'preliminary' || status === 'registered') ? 'preliminary' : 'final'
}

/** A value as the laboratory wrote it, a document, or why there is neither. */
export type Value = { value: string | null } | { file: SentFile } | { left: string }

export function readValue(obx: Segment): Value {
  const type = letter(obx, 2)
  if (type === 'RP') return { left: 'points at a document elsewhere, which is not fetched' }
  if (type === 'ED') {
    const data = obx.text(5, { comp: 5 }) ?? ''
    const file = readPdf(data, nameOf(obx) ?? 'Report')
    return file ? { file } : { left: 'holds a document that is no whole PDF' }
  }
  if (obx.sent(5) === '""') return { value: null }
  return { value: plainValue(obx, type) }
}

function plainValue(obx: Segment, type: string): string | null {
  const part = (comp: number, rep = 1) => obx.text(5, { comp, rep })
  switch (type) {
    case 'SN':
      return structured([1, 2, 3, 4].map((comp) => part(comp) ?? ''))
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF':
      return each(obx, (rep) => part(2, rep) ?? part(9, rep) ?? part(5, rep) ?? part(1, rep) ?? part(4, rep))
    case 'DT':
    case 'TS':
    case 'DTM':
      return readable(part(1))
    case 'CX':
    case 'EI':
      return part(1)
    default:
      return obx.whole(5)
  }
}

function each(obx: Segment, read: (rep: number) => string | null) {
  const texts: string[] = []
  for (let rep = 1; rep <= Math.min(obx.repetitions(5), 100); rep++) texts.push(read(rep) ?? '')
  return texts.filter(Boolean).join('; ') || null
}

/** SN: `>^11.0`, `^182`, `=^1^:^640`, `5^-^10`, `^2^+`. */
const structured = ([comparator = '', first = '', separator = '', second = '']: string[]) =>
  [comparator === '=' ? '' : comparator, first, separator, second].join('') || null

/** A date or time that a person can read, as exact as it came. */
function readable(sent: string | null) {
  const date = dateOf(sent)
  const clock = /^\d{8}(\d\d)(\d\d)/.exec(sent ?? '')
  return date && clock ? `${date} ${clock[1]}:${clock[2]}` : (date ?? sent)
}

/** The laboratory's words for a test: its text, an alternate one, the original text, at last its code. */
export function nameOf(segment: Segment, field = 3): string | null {
  for (const comp of [2, 5, 9, 1, 4]) {
    const words = segment.text(field, { comp })
    if (words) return words
  }
  return null
}

/** The LOINC code, wherever it stands among code and alternate. */
export function loincOf(segment: Segment, field: number): string | null {
  for (const [code, system] of [
    [1, 3],
    [4, 6],
  ] as const)
    if (/^(LN|LOINC|2\.16\.840\.1\.113883\.6\.1)$/i.test(segment.text(field, { comp: system }) ?? ''))
      return segment.text(field, { comp: code })
  return null
}

/** The gravest of the laboratory's flags; some systems write what is no flag into its place. */
export function readFlag(obx: Segment): string | null {
  const flags: string[] = []
  for (let rep = 1; rep <= Math.min(obx.repetitions(8), 20); rep++)
    flags.push(...[flagOf(obx.text(8, { rep }))].flatMap((flag) => flag ?? []))
  return gravest(flags)
}
