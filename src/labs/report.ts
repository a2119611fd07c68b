import type {
  observationStatuses,
  observations,
  observationVersions,
  reportConclusions,
  reportStatuses,
  reports,
} from '../db/schema.ts'

type Report = typeof reports.$inferSelect
export type ReportStatus = (typeof reportStatuses)[number]

/** Whether the patient may see a report. `store.ts` says the same in SQL. */
export const isVisible = (report: { releasedAt: Date | null; status: ReportStatus }, now: Date) =>
  report.releasedAt !== null && report.releasedAt <= now && report.status !== 'entered-in-error'

/** When the report was changed, if its comment was written before that. */
export const changedSinceComment = ({ commentedAt, changedAt }: Pick<Report, 'commentedAt' | 'changedAt'>) =>
  commentedAt && changedAt && commentedAt < changedAt ? changedAt : null

/** Whether the care team may not have seen it as it is now. A comment on it tells that they have. */
export const isUnseen = (report: Pick<Report, 'comment' | 'commentedAt' | 'changedAt' | 'teamSeenAt'>) =>
  report.teamSeenAt === null && (report.comment === null || changedSinceComment(report) !== null)

/** Reports, tests and results of a test on one page of a list. */
export const pageSize = { reports: 25, tests: 50, results: 25 }

/** Whether it was ever given as a result: what came before that was no mistake to be told of. */
export const isSaid = (status: (typeof observationStatuses)[number]) =>
  status === 'final' || status === 'amended' || status === 'corrected'

type Result = Pick<typeof observations.$inferSelect, 'value' | 'unit' | 'previousValue' | 'previousUnit'>
type Version = Pick<typeof observationVersions.$inferSelect, 'status' | 'value' | 'unit'>

/** A value with its unit, as it is said. */
export const withUnit = (value: string, unit: string | null) => [value, unit].filter(Boolean).join(' ')

/** What a result said before, newest first: every version that was called a result, or the one the sender told of. */
export function earlierValues(result: Result, versions: readonly Version[]) {
  const told =
    result.previousValue === null ? [] : [withUnit(result.previousValue, result.previousUnit ?? result.unit)]
  const now = withUnit(result.value ?? '', result.unit)
  const kept = versions.flatMap(({ status, value, unit }) =>
    isSaid(status) && value !== null && withUnit(value, unit) !== now ? withUnit(value, unit) : []
  )
  return [...new Set([...told, ...kept])]
}

/** What a report said in words before, newest first, each once; `kept` may hold what it says now, where it said that before. */
export function earlierConclusions<C extends Pick<typeof reportConclusions.$inferSelect, 'conclusion'>>(
  { conclusion }: Pick<Report, 'conclusion'>,
  kept: readonly C[]
): C[] {
  return kept.filter(
    (each, at) =>
      each.conclusion !== '' &&
      each.conclusion !== conclusion &&
      kept.findIndex((other) => other.conclusion === each.conclusion) === at
  )
}
