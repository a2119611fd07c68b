import type { observationVersions } from '../../db/schema.ts'
import type { Draft } from './draft.ts'
import type { ObservationRow } from './observation.ts'
import type { ReportRow } from './report.ts'

export type VersionRow = typeof observationVersions.$inferSelect
type Versioned = { versionAt: Date | null; status?: string }

const early = new Set(['registered', 'partial', 'preliminary', 'unknown'])
const revised = new Set(['amended', 'corrected', 'appended', 'entered-in-error'])
const rank = (status = 'final') => (early.has(status) ? 0 : revised.has(status) ? 2 : 1)
const mostRank = (newest: Draft['newest']) => (newest === 'by-status' ? 2 : 1)

/** Statuses by how far on they are, first to last; `isOutdated` compares these before it looks at the time. */
export const stagesOf = (newest: Draft['newest']) => [
  { statuses: [...early], stage: 0 },
  { statuses: [...revised], stage: mostRank(newest) },
]

const isBefore = (one: Versioned, other: Versioned) =>
  one.versionAt !== null && other.versionAt !== null && one.versionAt < other.versionAt

/**
 * Whether what was sent is older than what is on file. A final result never becomes a preliminary one again. Beyond that
 * FHIR goes by time; in HL7 v2 a correction or withdrawal (OBX-11 C, A, W) beats what was final, whatever its time says,
 * and a cancellation (X) does not.
 */
export function isOutdated(sent: Versioned, known: Versioned, newest: Draft['newest']) {
  const stage = ({ status }: Versioned) => Math.min(rank(status), mostRank(newest))
  const difference = stage(sent) - stage(known)
  return difference === 0 ? isBefore(sent, known) : difference < 0
}

/** Whether a final version, made after a correction that it does not undo, may still bring what that came without. */
export const mayComplete = (sent: Versioned, known: Versioned) =>
  sent.status === 'final' &&
  rank(known.status) === 2 &&
  known.status !== 'entered-in-error' &&
  isBefore(known, sent)

/** A correction that came without words has those of a final copy that was made after it. */
export const completedBy = (row: ReportRow, copy: ReportRow): ReportRow =>
  row.conclusion === null && mayComplete(copy, row) ? { ...row, conclusion: copy.conclusion } : row

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
