import type { RequestContext } from '../../env.ts'
import { paths } from '../../paths.ts'
import { type ReadableChart, readableChart, staffThread } from '../../patients/chart.ts'
import { Routes } from '../../web/routes.ts'
import { findFile, takeFile } from './store.ts'

export const messageFiles = new Routes()
export const deskMessageFiles = new Routes()

messageFiles.get(paths.messageFile, readableChart('messages'), (c) =>
  download(c, c.var.chart, c.req.param('fileId'))
)
messageFiles.get(paths.messageFilePreview, readableChart('messages'), (c) =>
  preview(c, c.var.chart, c.req.param('fileId'))
)
deskMessageFiles.get(paths.adminMessageFile, staffThread, (c) =>
  download(c, c.var.chart, c.req.param('fileId'))
)
deskMessageFiles.get(paths.adminMessageFilePreview, staffThread, (c) =>
  preview(c, c.var.chart, c.req.param('fileId'))
)

/** Always saved, never opened in our pages: whatever is in the file runs nowhere near the record. */
async function download(c: RequestContext, chart: ReadableChart<'messages'>, fileId: string) {
  const file = await takeFile(c.var.db, chart, fileId, c.var.now)
  const object = file && (await c.env.FILES.get(file.objectKey))
  if (!object) return c.notFound()
  const plain = file.name.replace(/[^\w. -]/g, '_')
  return c.body(object.body, 200, {
    'Content-Type': file.type,
    'Content-Length': String(object.size),
    'Content-Disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  })
}

async function preview(c: RequestContext, chart: ReadableChart<'messages'>, fileId: string) {
  const file = await findFile(c.var.db, chart, fileId)
  const object = file?.previewKey && (await c.env.FILES.get(file.previewKey))
  if (!object) return c.notFound()
  return c.body(object.body, 200, { 'Content-Type': 'image/jpeg', 'Content-Length': String(object.size) })
}
