import type { RequestContext } from '../../env.ts'
import { href, paths } from '../../paths.ts'
import type { Chart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { readFiles } from '../../web/form.ts'
import { dangerWords, speaksOfDanger } from '../danger.ts'
import { attachFiles, type FileProblem } from '../files/attach.ts'
import { limits } from '../files/file-kind.ts'
import { removeFile } from '../files/store.ts'
import { type DraftFields, draftOf } from './draft.ts'
import { saveDraft } from './store.ts'

/** Bytes of a form with files: all that are allowed at once, so that one too many is refused in words. */
export const formWithFiles = limits.files * limits.size + 1024 * 1024

/** Where a draft is written on: its own page, or the thread it replies to. */
export const draftUrl = (chart: Chart<'messages'>, { id, threadId }: Pick<DraftFields, 'id' | 'threadId'>) =>
  threadId
    ? href(paths.thread, { patientId: chart.patientId, threadId })
    : href(paths.draft, { patientId: chart.patientId, draftId: id })

type Outcome = { to: string } | { problems: FileProblem[] } | undefined

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
): Promise<Outcome> {
  const { db, now } = c.var
  const { act = 'send' } = typed
  const isSending = act === 'send' || act === 'anyway'
  const files = await readFiles(c, 'files')
  if (isSending && files.length === 0) return undefined

  const draft = draftOf(typed, id, threadId)
  const removed = act.match(/^remove-([\w-]+)$/)?.[1]
  await db.batch([
    saveDraft(db, chart, draft, now),
    ...(removed ? [removeFile(db, chart, id, removed, now)] : []),
  ])
  const problems = files.length > 0 ? await attachFiles(c, chart, id, files) : []
  if (problems.length > 0) return { problems }
  if (isSending) return undefined
  flash(c, removed ? 'fileRemoved' : files.length > 0 ? 'fileAttached' : 'draftSaved')
  return { to: draftUrl(chart, draft) }
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
