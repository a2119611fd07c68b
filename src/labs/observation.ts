import type { observationStatuses } from '../db/schema.ts'

export type ObservationStatus = (typeof observationStatuses)[number]

/** What a result is measured against, as the laboratory sent it. */
export type Measured = {
  value: string | null
  flag: string | null
  rangeLow: string | null
  rangeHigh: string | null
  rangeText: string | null
}

export type Judgement =
  | 'in-range'
  | 'low'
  | 'high'
  | 'abnormal'
  | 'critical-low'
  | 'critical-high'
  | 'critical'
  /** A range was given that a value such as `<0.01` cannot be compared with, or the laboratory's mark is not one we know. */
  | 'not-compared'
  | 'no-range'

/** HL7 v2 table 0078 and FHIR v3-ObservationInterpretation. What is not here is not ours to put into words. */
const flags: Record<string, Judgement> = {
  N: 'in-range',
  L: 'low',
  H: 'high',
  A: 'abnormal',
  LL: 'critical-low',
  LU: 'critical-low',
  HH: 'critical-high',
  HU: 'critical-high',
  '<': 'low',
  '>': 'high',
  AA: 'critical',
}

const gravity: Partial<Record<Judgement, number>> = {
  'in-range': 0,
  abnormal: 2,
  low: 3,
  high: 3,
  critical: 4,
  'critical-low': 5,
  'critical-high': 5,
}

/** Whether a flag is one that we can put into words. */
export const isFlag = (mark: string) => Object.hasOwn(flags, mark.trim().toUpperCase())

/** The gravest of several flags. One that we do not know may be grave, and goes before "normal". */
export function gravest(marks: readonly string[]): string | null {
  const weigh = (mark: string) =>
    isFlag(mark) ? (gravity[flags[mark.trim().toUpperCase()] ?? 'in-range'] ?? 1) : 1
  return marks.toSorted((one, other) => weigh(other) - weigh(one))[0] ?? null
}

/** A plain decimal number, or null: `<0.01`, `1:40`, `NOT DETECTED` and `5 (H)` are not numbers. */
export function numberOf(text: string | null) {
  const plain = text?.trim() ?? ''
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(plain)) return null
  const value = Number(plain)
  return Number.isFinite(value) ? value : null
}

/** Where a value stands among the numbers that were given, if any were. */
function position({ value, rangeLow, rangeHigh }: Measured): 'in-range' | 'low' | 'high' | null {
  const [number, low, high] = [numberOf(value), numberOf(rangeLow), numberOf(rangeHigh)]
  // A bound we cannot read might be the one that matters.
  if (number === null || (rangeLow && low === null) || (rangeHigh && high === null)) return null
  if (low === null && high === null) return null
  if (low !== null && number < low) return 'low'
  if (high !== null && number > high) return 'high'
  return 'in-range'
}

/**
 * What may be said of a result. The laboratory's flag comes first, with one exception: "normal" is never said of a number
 * outside the range that came with it. Without a range or a flag nothing is said; silence is not "normal".
 */
export function judge(result: Measured): Judgement {
  const place = position(result)
  const mark = result.flag?.trim().toUpperCase()
  const flag = flags[mark ?? '']
  if (flag && flag !== 'in-range') return flag
  if (place && place !== 'in-range') return place
  if (mark) return flag ?? 'not-compared'
  if (place) return place
  return result.rangeLow || result.rangeHigh || result.rangeText ? 'not-compared' : 'no-range'
}

/** Whether the laboratory has not vouched for it yet (OBX-11 I, N, R; FHIR `unknown`): what it says is shown nowhere. */
export const isAwaited = ({ status }: { status: ObservationStatus }) =>
  status === 'registered' || status === 'unknown'

/** A test that was ordered and then not done has no result to look at. */
export const isPerformed = (result: { status: ObservationStatus; absentReason: string | null }) =>
  result.status !== 'cancelled' && result.absentReason !== 'not-performed'

export const isJudged = (judgement: Judgement) => judgement !== 'no-range' && judgement !== 'not-compared'

export type Counts = { total: number; judged: number; outside: number }

/** How many results could be compared with something, and how many of those lie outside. */
export function countResults(total: number, results: Measured[]): Counts {
  const judged = results.map(judge).filter(isJudged)
  return { total, judged: judged.length, outside: judged.filter((said) => said !== 'in-range').length }
}

/** A value with more than six decimals, shortened for reading; null when it is shown as it was sent. */
export function shortened(value: string) {
  const parts = /^([+-]?)(\d{1,9})\.(\d{7,})$/.exec(value.trim())
  if (!parts) return null
  const [, , whole = '', decimals = ''] = parts
  const zeros = Number(whole) > 0 ? 0 : (/^0*/.exec(decimals)?.[0].length ?? 0)
  return zeros > 4 ? null : Number(value).toFixed(zeros + 2)
}

export type RangeBar = { low: number; high: number; at: number }

/** Percent positions of the usual range and of the value on a line; null unless all three are numbers. */
export function rangeBar({ value, rangeLow, rangeHigh }: Measured): RangeBar | null {
  const [number, low, high] = [numberOf(value), numberOf(rangeLow), numberOf(rangeHigh)]
  if (number === null || low === null || high === null || !(high > low)) return null
  const at = 32 + ((number - low) / (high - low)) * 36
  return { low: 32, high: 68, at: Math.round(Math.min(Math.max(at, 3), 97) * 10) / 10 }
}
