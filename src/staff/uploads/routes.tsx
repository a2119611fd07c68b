import * as v from 'valibot'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { openUploads } from '../../identity/feed.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { staff } from '../../identity/viewer.ts'
import { suggestMapping } from '../../integrations/csv/columns.ts'
import { readTable } from '../../integrations/csv/table.ts'
import { pdfOf } from '../../integrations/filing/document.ts'
import { deskOf, receiveBody } from '../../integrations/filing/message.ts'
import { fileOn } from '../../integrations/uploads/filing.ts'
import { formatOf, readUpload, type Unread } from '../../integrations/uploads/reading.ts'
import { review } from '../../integrations/uploads/review.ts'
import {
  addUpload,
  discardUpload,
  type Found,
  findUpload,
  listUploads,
  noteProgress,
  refuseUpload,
  saveReview,
  startFiling,
} from '../../integrations/uploads/store.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readFields, readFiles, readForm, submissionId } from '../../web/form.ts'
import { logError } from '../../web/log.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { Columns, Header } from './told.ts'
import { UploadPage, UploadsPage } from './views.tsx'

export const staffUploads = new Routes()

/** Who reads results may bring them. */
const desk = staff('labs')
const head = (c: RequestContext) => ({
  title: c.var.t.uploads.title,
  tab: 'dashboard' as const,
  island: true,
})
const largest = 20_000_000

async function listPage(c: RequestContext, form: Form) {
  const page = pageAsked(c)
  const found = await listUploads(c.var.db, page)
  return found.rows.length === 0 && page > 1 ? undefined : <UploadsPage {...found} page={page} form={form} />
}

staffUploads.get(paths.uploads, desk, async (c) => {
  const page = await listPage(c, blank())
  return page ? c.render(page, head(c)) : c.notFound()
})

staffUploads.post(
  paths.uploads,
  desk,
  async (c) => {
    const { t, now, db, viewer } = c.var
    const typed = await readFields(c)
    const [file] = await readFiles(c, 'file')
    const invalid = async (error: string) =>
      renderInvalid(c, (await listPage(c, { ...blank(), errors: { file: error } })) ?? '', head(c))
    if (!file) return invalid(t.uploads.errors.fileMissing)
    if (!file.bytes) return invalid(t.uploads.errors.fileLarge)
    const inboxId = v.is(submissionId, typed.submissionId) ? typed.submissionId : newId()
    const bytes = new Uint8Array(file.bytes).buffer
    const format = formatOf(bytes)
    const sender = await openUploads(db, viewer, now)
    await receiveBody(deskOf(c), sender, bytes, { id: inboxId, format, sentBy: viewer.id })
    const table = format === 'csv' ? readTable(bytes) : undefined
    const columns =
      typeof table === 'object'
        ? table.names.map((name, index) => ({
            name: name.slice(0, 60),
            sample: (table.rows.find(({ cells }) => cells[index])?.cells[index] ?? '').slice(0, 40),
          }))
        : null
    await addUpload(db, c.var, { inboxId, name: file.name.slice(0, 200), columns }, now)
    const unread =
      typeof table === 'string'
        ? table
        : format === 'pdf' && !pdfOf(new Uint8Array(bytes), file.name)
          ? 'no-pdf'
          : format === 'hl7' || format === 'fhir'
            ? await look(c, { inboxId, format, bytes, name: file.name, told: null }, viewer)
            : undefined
    if (unread) {
      const words = wordsFor(c, unread)
      await refuseUpload(db, inboxId, words, now)
      return invalid(words)
    }
    return c.redirect(href(paths.upload, { uploadId: inboxId }), 303)
  },
  { maxBody: largest + 1_000_000, holds: { files: 1, size: largest } }
)

const wordsFor = (c: RequestContext, unread: Unread['unread']) =>
  typeof unread === 'string' ? c.var.t.uploads.unread[unread] : unread.why

type File = Pick<Found, 'format'> & {
  inboxId: string
  bytes: ArrayBuffer
  name: string
  told: Record<string, string> | null
}

/** Reads a file and keeps what would become of it; or says why nothing in it can be read. */
async function look(c: RequestContext, { inboxId, told, ...file }: File, viewer: StaffViewer) {
  const { db, now } = c.var
  const sender = await openUploads(db, viewer, now)
  const read = readUpload({ ...file, told: told ?? {} }, zoned(sender), isProduction(c))
  if ('unread' in read) return read.unread
  await db.batch([saveReview(db, inboxId, { told, review: await review(deskOf(c), sender, inboxId, read) })])
  return undefined
}

const zoned = ({ ownAuthorities, timeZone }: Awaited<ReturnType<typeof openUploads>>) => ({
  ownAuthorities,
  zone: timeZone,
})
const isProduction = (c: RequestContext) => c.env.ENVIRONMENT === 'production'

const find = (c: RequestContext & { var: { viewer: StaffViewer } }) =>
  findUpload(c.var.db, c.var, c.req.param('uploadId') ?? '', c.var.now)

/** What the form holds before anyone types: what was said before, or what the file suggests. */
const untouched = ({ upload }: Found): Form => {
  const suggested = Object.entries(suggestMapping(upload.columns?.map(({ name }) => name) ?? []))
  const typed = upload.told ?? Object.fromEntries(suggested.map(([field, column]) => [field, String(column)]))
  return { typed, errors: {} }
}

staffUploads.get(paths.upload, desk, async (c) => {
  const found = await find(c)
  if (!found) return c.notFound()
  const isAsking = c.req.query('change') === 'yes' && !found.upload.startedAt
  return c.render(<UploadPage found={found} form={untouched(found)} isAsking={isAsking} />, head(c))
})

/** What a person says about a file; then it is looked over anew. */
for (const [path, schema, format] of [
  [paths.uploadColumns, Columns, 'csv'],
  [paths.uploadHeader, Header, 'pdf'],
] as const)
  staffUploads.post(path, desk, async (c) => {
    const { t, viewer } = c.var
    const found = await find(c)
    const object = found && (await c.env.FILES.get(found.rawKey))
    if (!found || !object || found.format !== format || found.upload.startedAt) return c.notFound()
    const form = await readForm(c, schema, t.uploads.errors)
    if (!form.ok) return renderInvalid(c, <UploadPage found={found} form={form.form} isAsking />, head(c))
    const { inboxId, name } = found.upload
    const told = form.value as Record<string, string>
    const unread = await look(c, { inboxId, format, bytes: await object.arrayBuffer(), name, told }, viewer)
    if (unread) {
      const errors = { form: wordsFor(c, unread) }
      return renderInvalid(c, <UploadPage found={found} form={{ typed: told, errors }} isAsking />, head(c))
    }
    return c.redirect(href(paths.upload, { uploadId: inboxId }), 303)
  })

/** Files on from where it stopped: a long file takes several requests, and none of it twice. */
staffUploads.post(paths.upload, desk, async (c) => {
  const { db, now, viewer } = c.var
  const uploadId = c.req.param('uploadId')
  const found = await find(c)
  const upload = found && (await startFiling(db, c.var, uploadId, now))
  const object = upload && (await c.env.FILES.get(found.rawKey))
  if (object) {
    const sender = await openUploads(db, viewer, now)
    const { name, told } = upload
    const file = { format: found.format, bytes: await object.arrayBuffer(), name, told: told ?? {} }
    const read = readUpload(file, zoned(sender), isProduction(c))
    try {
      const items = 'unread' in read ? [] : read.items
      const done = await fileOn(deskOf(c), sender, uploadId, items, upload.done)
      await db.batch([noteProgress(db, uploadId, done, now)])
      wakeOutbox(c)
    } catch (error) {
      logError({ requestId: c.var.requestId, what: 'upload not filed' }, error)
      flash(c, 'uploadStopped')
    }
  } else if (!found?.upload.finishedAt) return c.notFound()
  return c.redirect(href(paths.upload, { uploadId }), 303)
})

staffUploads.post(paths.uploadRemoval, desk, async (c) => {
  const { db, now } = c.var
  if (!(await discardUpload(db, c.var, c.req.param('uploadId'), now))) return c.notFound()
  flash(c, 'uploadDiscarded')
  return c.redirect(paths.uploads, 303)
})
