import type { observationStatuses, reportStatuses } from '../db/schema.ts'

export type ReportStatus = (typeof reportStatuses)[number]

/** Whether the patient may see a report. `store.ts` says the same in SQL. */
export const isVisible = (report: { releasedAt: Date | null; status: ReportStatus }, now: Date) =>
  report.releasedAt !== null && report.releasedAt <= now && report.status !== 'entered-in-error'

/** Reports, tests and results of a test on one page of a list. */
export const pageSize = { reports: 25, tests: 50, results: 25 }

/** Whether it was ever given as a result: what came before that was no mistake to be told of. */
export const isSaid = (status: (typeof observationStatuses)[number]) =>
  status === 'final' || status === 'amended' || status === 'corrected'
