import type { reportStatuses } from '../db/schema.ts'

export type ReportStatus = (typeof reportStatuses)[number]

/** Whether the patient may see a report. `store.ts` says the same in SQL. */
export const isVisible = (report: { releasedAt: Date | null; status: ReportStatus }, now: Date) =>
  report.releasedAt !== null && report.releasedAt <= now && report.status !== 'entered-in-error'

/** Reports and tests on one page of a list. */
export const pageSize = { reports: 25, tests: 50 }
