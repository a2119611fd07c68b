import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { href, paths, withQuery } from '../../paths.ts'
import type { Chart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { readFields, readFiles } from '../../web/form.ts'
import type { PostedFile } from '../../web/multipart.ts'
import { dangerWords, speaksOfDanger } from '../danger.ts'
import { attachFiles, type FileProblem } from '../files/attach.ts'
import { limits } from '../files/file-kind.ts'
import { filesOfForm, removeFile } from '../files/store.ts'
import { type DraftFields, draftOf, formId } from './draft.ts'
import { saveDraft } from './store.ts'
import { FilesField, fileProblemWords, SavedAt } from './views.tsx'

/**
 * A form with files: held is no more than may be sent; several times as much may come, so that what is too much is
 * refused in words and by name, with everything typed still there.
 */
export const formWithFiles = {
  maxBody: 50 * 1024 * 1024,
  holds: { files: limits.files, size: limits.size },
}

/** Where a draft is written on: its own page, or the thread it replies to. */
export const draftUrl = (
  { patientId, via }: Chart<'messages'>,
  { id, threadId }: Pick<DraftFields, 'id' | 'threadId'>
) =>
  threadId
    ? href(via === 'staff' ? paths.adminThread : paths.thread, { patientId, threadId })
    : href(via === 'staff' ? paths.adminDraft : paths.draft, { patientId, draftId: id })

/** A posted form with an id that can be one: a form without it, or with a broken one, is still someone's message. */
export async function readWriting(c: RequestContext, draftId?: string) {
  const posted = await readFields(c)
  const id = formId({ submissionId: draftId ?? posted.submissionId ?? '' }) ?? newId()
  return { id, typed: { ...posted, submissionId: id } as Record<string, string> }
}

/** A thread's own page, or that of a new message: the title of what is swapped into it. */
const head = (c: RequestContext, threadId: string | null) => ({
  title: threadId ? c.var.t.messages.threadTitle : c.var.t.messages.newMessage,
  tab: 'messages' as const,
})

/**
 * What a form asks for other than being sent: to be kept, or to take or leave files. Everything typed is saved with it.
 * Undefined when it is to be sent as it stands now.
 */
export async function setAside(
  c: RequestContext,
  chart: Chart<'messages'>,
  typed: Record<string, string>,
  id: string,
  threadId: string | null
): Promise<Response | { problems: FileProblem[] } | undefined> {
  const { db, now } = c.var
  const { act = 'send' } = typed
  const isSending = act === 'send' || act === 'anyway'
  const files = await readFiles(c, 'files')
  if (isSending && files.length === 0) return undefined
  const draft = draftOf(typed, id, threadId)
  if (act === 'upload') return upload(c, chart, draft, files)

  const removed = act.match(/^remove-([\w-]+)$/)?.[1]
  await db.batch([
    saveDraft(db, chart, draft, now),
    ...(removed ? [removeFile(db, chart, id, removed, now)] : []),
  ])
  // As one types: the answer is the line that says when.
  if (act === 'autosave')
    return c.render(
      <SavedAt patientId={chart.patientId} draft={draft} at={now} byStaff={chart.via === 'staff'} />,
      head(c, threadId)
    )
  const problems = await attachFiles(c, chart, id, files)
  if (act === 'attach' && files.length === 0) problems.push({ name: '', why: 'none' })
  if (problems.length > 0) return { problems }
  if (isSending) return undefined
  if (files.length > 0) return c.redirect(withQuery(draftUrl(chart, draft), { attached: 'yes' }), 303)
  flash(c, removed ? 'fileRemoved' : 'draftSaved')
  return c.redirect(draftUrl(chart, draft), 303)
}

/**
 * Files that a page sends by itself as they are chosen. What was typed when they set out is older than what has been
 * saved since, so it only stands in where there is no draft yet; the answer is the field of the files alone.
 */
async function upload(c: RequestContext, chart: Chart<'messages'>, draft: DraftFields, files: PostedFile[]) {
  const { db, now, t } = c.var
  const { id, threadId } = draft
  await db.batch([saveDraft(db, chart, draft, now, { ifNew: true })])
  const problems = await attachFiles(c, chart, id, files)
  const errors: Record<string, string> = problems.length > 0 ? { files: fileProblemWords(problems, t) } : {}
  const [attached] = await db.batch([filesOfForm(db, chart, id)])
  if (problems.length > 0) c.status(422)
  return c.render(
    <FilesField
      files={attached}
      form={{ typed: {}, errors }}
      draft={draft}
      patientId={chart.patientId}
      saysAdded
      byStaff={chart.via === 'staff'}
    />,
    head(c, threadId)
  )
}

/** Whether words of danger stand in a message; and where the person is asked to call first, unless they said "anyway". */
export async function checkDanger(
  c: RequestContext,
  chart: Chart<'messages'>,
  typed: Record<string, string>,
  id: string,
  threadId: string | null
) {
  const { db, now, visit } = c.var
  const words = visit.practice.dangerWords ?? dangerWords
  const flagged = speaksOfDanger(`${typed.subject ?? ''}\n${typed.body ?? ''}`, words)
  if (!flagged || typed.act === 'anyway') return { flagged, to: undefined }
  await db.batch([saveDraft(db, chart, draftOf(typed, id, threadId), now)])
  return { flagged, to: href(paths.draftWarning, { patientId: chart.patientId, draftId: id }) }
}
