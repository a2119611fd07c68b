import { href, paths } from '../paths.ts'
import { chart, readableChart } from '../patients/chart.ts'
import { isLookedAt } from '../web/looking.ts'
import { pageAsked } from '../web/paging.ts'
import { Routes } from '../web/routes.ts'
import { findReport, listReports, openReport } from './store.ts'
import { AskPage, BeforePage, ReportPage, ReportsPage } from './views.tsx'

export const labs = new Routes()

labs.get(paths.labs, readableChart('labs'), async (c) => {
  const page = pageAsked(c)
  const { rows, total, withdrawn } = await listReports(c.var.db, c.var.chart, page, c.var.now)
  if (rows.length === 0 && page > 1) return c.notFound()
  const { patientId } = c.var.chart
  return c.render(<ReportsPage {...{ patientId, rows, total, page, withdrawn }} />, {
    title: c.var.t.labs.reports,
    tab: 'labs',
  })
})

labs.get(paths.report, readableChart('labs'), async (c) => {
  const { db, chart, now, t } = c.var
  const found = await findReport(db, chart, c.req.param('reportId'), { now, reading: isLookedAt(c) })
  if (!found) return c.notFound()
  const { patientId, patient, via } = chart
  const { report, asks, isOpened } = found
  const head = { title: t.labs.reportTitle, tab: 'labs' as const }
  if (asks) {
    const askOf = via === 'patient' || via === 'view' ? null : patient.givenName
    return c.render(<AskPage patientId={patientId} report={report} askOf={askOf} />, head)
  }
  if (!isOpened) return c.render(<BeforePage patientId={patientId} report={report} />, head)
  return c.render(<ReportPage patientId={patientId} {...found} />, head)
})

labs.post(paths.reportOpening, chart('labs'), async (c) => {
  const reportId = c.req.param('reportId')
  if (!(await openReport(c.var.db, c.var.chart, reportId, c.var.now))) return c.notFound()
  return c.redirect(href(paths.report, { patientId: c.var.chart.patientId, reportId }), 303)
})
