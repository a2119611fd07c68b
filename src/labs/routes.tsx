import { paths } from '../paths.ts'
import { chart } from '../patients/chart.ts'
import { pageAsked } from '../web/paging.ts'
import { Routes } from '../web/routes.ts'
import { countResults, isPerformed } from './observation.ts'
import { findReport, listReports, listTests } from './store.ts'
import { HistoryPage, ReportPage, ReportsPage } from './views.tsx'

export const labs = new Routes()

labs.get(paths.labs, chart('labs'), async (c) => {
  const page = pageAsked(c)
  const { rows, total } = await listReports(c.var.db, c.var.chart, page, c.var.now)
  if (rows.length === 0 && page > 1) return c.notFound()
  return c.render(<ReportsPage patientId={c.var.chart.patientId} rows={rows} total={total} page={page} />, {
    title: c.var.t.labs.reports,
    tab: 'labs',
  })
})

labs.get(paths.labHistory, chart('labs'), async (c) => {
  const page = pageAsked(c)
  const { rows, total } = await listTests(c.var.db, c.var.chart, page, c.var.now)
  if (rows.length === 0 && page > 1) return c.notFound()
  return c.render(<HistoryPage patientId={c.var.chart.patientId} rows={rows} total={total} page={page} />, {
    title: c.var.t.labs.history,
    tab: 'labs',
  })
})

labs.get(paths.report, chart('labs'), async (c) => {
  // A page fetched ahead has not been read, and neither has one whose body nobody asked for.
  const reading = c.req.method === 'GET' && !c.req.header('Sec-Purpose')
  const found = await findReport(c.var.db, c.var.chart, c.req.param('reportId'), { now: c.var.now, reading })
  if (!found) return c.notFound()
  const performed = found.results.filter(isPerformed)
  return c.render(
    <ReportPage
      patientId={c.var.chart.patientId}
      report={found.report}
      results={found.results}
      counts={countResults(performed.length, performed)}
    />,
    { title: c.var.t.labs.reportTitle, tab: 'labs' }
  )
})
