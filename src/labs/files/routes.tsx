import type { RequestContext } from '../../env.ts'
import { paths } from '../../paths.ts'
import { type ReadableChart, readableChart, staffChart } from '../../patients/chart.ts'
import { Routes } from '../../web/routes.ts'
import { takeReportFile } from '../store.ts'

export const reportFiles = new Routes()
export const deskReportFiles = new Routes()

type Named = { reportId: string; fileId: string }

reportFiles.get(paths.reportFile, readableChart('labs'), (c) =>
  send(c, c.var.chart, c.req.param(), 'attachment')
)
reportFiles.get(paths.reportFileView, readableChart('labs'), (c) =>
  send(c, c.var.chart, c.req.param(), 'inline')
)
deskReportFiles.get(paths.adminReportFile, staffChart('labs', 'labs'), (c) =>
  send(c, c.var.chart, c.req.param(), 'attachment')
)
deskReportFiles.get(paths.adminReportFileView, staffChart('labs', 'labs'), (c) =>
  send(c, c.var.chart, c.req.param(), 'inline')
)

/**
 * A document to be saved, or to be read in the browser's own reader in a tab of its own: never in a frame of ours. Its name
 * is the sender's and may say more than a list of downloads should, so it is saved under one that says nothing.
 */
async function send(
  c: RequestContext,
  chart: ReadableChart<'labs'>,
  { reportId, fileId }: Named,
  how: 'attachment' | 'inline'
) {
  const { db, now, t } = c.var
  const file = await takeReportFile(db, chart, reportId, fileId, now)
  const object = file && (await c.env.FILES.get(file.objectKey))
  if (!object) return c.notFound()
  return c.body(object.body, 200, {
    'Content-Type': file.type,
    'Content-Length': String(object.size),
    'Content-Disposition': `${how}; filename="${t.labs.fileName}.pdf"`,
  })
}
