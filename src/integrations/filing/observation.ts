import type { observations } from '../../db/schema.ts'
import { isSaid } from '../../labs/report.ts'

export type ObservationRow = typeof observations.$inferSelect
type Settled =
  | 'id'
  | 'patientId'
  | 'reportId'
  | 'position'
  | 'source'
  | 'previousValue'
  | 'previousUnit'
  | 'collectedAt'
export type SentObservation = Omit<ObservationRow, Settled> & {
  subject: string | undefined
  collectedAt: Date | null
  issuedAt: Date | null
  isLaboratory: boolean
  /** It says that it is something else: a vital sign, a questionnaire. */
  isOther: boolean
  members: string[]
}

/** For trends: the number when the value is a plain one. */
export function numberOf(value: string | null) {
  if (!value || !/^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(value)) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/**
 * The row as it is to be kept. A value that was final and comes back different was corrected, whatever the sender calls
 * it: the old one stays beside it.
 */
export function reviseObservation(
  { subject: _, isLaboratory: __, isOther: ___, members: ____, issuedAt: _____, ...sent }: SentObservation,
  onFile: ObservationRow | undefined,
  made: Pick<ObservationRow, 'id' | 'patientId' | 'reportId' | 'position' | 'source' | 'collectedAt'>,
  now: Date
): ObservationRow {
  const row = {
    ...sent,
    ...made,
    previousValue: onFile?.previousValue ?? null,
    previousUnit: onFile?.previousUnit ?? null,
  }
  if (!onFile) return row
  // What was cancelled has no value, whatever stands in its place.
  const value = row.status === 'cancelled' ? null : row.value
  const differs = onFile.value !== value || onFile.unit !== row.unit
  const wasResult = isSaid(onFile.status) || (value !== null && row.correctedAt !== null)
  if (differs && onFile.value !== null && wasResult)
    return {
      ...row,
      previousValue: onFile.value,
      previousUnit: onFile.unit,
      correctedAt: sent.correctedAt ?? sent.versionAt ?? now,
    }
  return { ...row, correctedAt: onFile.correctedAt ?? row.correctedAt }
}
