import type { observationVersions } from '../../db/schema.ts'
import type { Draft } from './draft.ts'
import type { ObservationRow } from './observation.ts'
import type { ReportRow } from './report.ts'

export type VersionRow = typeof observationVersions.$inferSelect
type Versioned = { versionAt: Date | null; status?: string }

const early = new Set(['registered', 'partial', 'preliminary'])
const revised = new Set(['amended', 'corrected', 'appended', 'cancelled', 'entered-in-error'])
const rank = (status = 'final') => (early.has(status) ? 0 : revised.has(status) ? 2 : 1)

const isBefore = (one: Versioned, other: Versioned) =>
  one.versionAt !== null && other.versionAt !== null && one.versionAt < other.versionAt

/**
 * Whether what was sent is older than what is on file. A final result never becomes a preliminary one again. Beyond that
 * FHIR goes by time; in HL7 v2 a correction or withdrawal (OBX-11 C, W) beats what was final, whatever its time says.
 */
export function isOutdated(sent: Versioned, known: Versioned, newest: Draft['newest']) {
  const difference = rank(sent.status) - rank(known.status)
  if (newest === 'by-status' && difference !== 0) return difference < 0
  return isBefore(sent, known) || (rank(sent.status) === 0 && rank(known.status) > 0)
}

/** What a row said, to be kept beside what it says now. */
export const versionOf = (row: ObservationRow, id: string, now: Date): VersionRow => ({
  id,
  observationId: row.id,
  status: row.status,
  value: row.value,
  unit: row.unit,
  rangeLow: row.rangeLow,
  rangeHigh: row.rangeHigh,
  rangeText: row.rangeText,
  flag: row.flag,
  versionAt: row.versionAt,
  replacedAt: now,
})

type Said = Pick<VersionRow, 'value' | 'unit'>

/** Whether two versions tell a reader the same. */
export const saysTheSame = (one: Said, other: Said) => one.value === other.value && one.unit === other.unit

/** Whether it says of itself that it was given before and is different now. */
export const isRevised = ({ status }: { status: string }) => revised.has(status)

/** Whether two versions of a report, its results and documents aside, leave a reader with the same. */
export const reportTellsTheSame = (one: ReportRow, other: ReportRow) =>
  one.status === other.status && one.conclusion === other.conclusion

/** The same of a result. */
export const resultTellsTheSame = (one: ObservationRow, other: ObservationRow) =>
  one.reportId === other.reportId && tellingColumns.every((column) => one[column] === other[column])

const tellingColumns = [
  'name',
  'status',
  'value',
  'unit',
  'rangeLow',
  'rangeHigh',
  'rangeText',
  'flag',
  'absentReason',
  'comment',
] as const
