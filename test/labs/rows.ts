import { observations, reports } from '../../src/db/schema.ts'
import type { Observation, Report } from '../../src/labs/store.ts'
import { db, minutesAgo } from '../support/people.ts'

/** Files a report of Rosa's with its results, in as few trips as D1's limit on parameters allows. */
export async function fileReport(report: Partial<Report> & { id: string }, results: Partial<Observation>[]) {
  const d = db()
  const at = report.collectedAt ?? minutesAgo(600)
  const filed: typeof reports.$inferInsert = {
    patientId: 'rosa-chart',
    title: 'Panel',
    status: 'final',
    collectedAt: at,
    releasedAt: minutesAgo(500),
    source: 'test',
    sourceId: report.id,
    ...report,
  }
  const rows = results.map((result, index) => ({
    id: `${report.id}-${index}`,
    reportId: report.id,
    patientId: filed.patientId,
    position: index,
    name: `Test ${index}`,
    status: 'final' as const,
    value: '1',
    collectedAt: at,
    source: 'test',
    sourceId: `${report.id}-${index}`,
    ...result,
  }))
  await d.batch([d.insert(reports).values(filed), ...rows.map((row) => d.insert(observations).values(row))])
}

export const labsUrl = '/patients/rosa-chart/labs'
export const reportUrl = (id: string) => `${labsUrl}/reports/${id}`
