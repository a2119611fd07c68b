import { formatFor } from '../../i18n/format.ts'
import { paths } from '../../paths.ts'
import { chart, readableChart } from '../../patients/chart.ts'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { pageSize } from '../report.ts'
import { csvOf } from './csv.ts'
import { findTest, listTests } from './store.ts'
import { trendOf, within } from './trend.ts'
import { HistoryPage, TestPage } from './views.tsx'

export const labHistory = new Routes()

labHistory.get(paths.labHistory, readableChart('labs'), async (c) => {
  const page = pageAsked(c)
  const { rows, total } = await listTests(c.var.db, c.var.chart, page, c.var.now)
  if (rows.length === 0 && page > 1) return c.notFound()
  return c.render(<HistoryPage patientId={c.var.chart.patientId} rows={rows} total={total} page={page} />, {
    title: c.var.t.labs.history,
    tab: 'labs',
  })
})

labHistory.get(paths.labTest, readableChart('labs'), async (c) => {
  const { db, chart, now, t } = c.var
  const observationId = c.req.param('observationId')
  const found = await findTest(db, chart, observationId, { now })
  const newest = found?.points.at(-1)
  if (!found || !newest) return c.notFound()
  const page = pageAsked(c)
  const { time, points, span } = within(found.points, c.req.query('time'), now)
  if (page > 1 && (page - 1) * pageSize.results >= points.length) return c.notFound()
  return c.render(
    <TestPage
      to={{ patientId: chart.patientId, observationId }}
      newest={newest}
      time={time}
      points={points}
      trend={trendOf(points, span)}
      treatments={found.treatments.filter((at) => at >= span.from && at <= span.to)}
      page={page}
    />,
    { title: t.labs.testTitle, tab: 'labs' }
  )
})

labHistory.get(paths.labTestCsv, chart('labs'), async (c) => {
  const { db, chart, now, t, language, visit } = c.var
  const found = await findTest(db, chart, c.req.param('observationId'), { now, saved: true })
  if (!found) return c.notFound()
  return c.body(csvOf(found.points, t.labs, formatFor(language, visit.practice.timeZone)), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${t.labs.fileName}.csv"`,
  })
})
