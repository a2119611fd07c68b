import { newId } from '../db/id.ts'
import type { RequestContext } from '../env.ts'
import { paths } from '../paths.ts'
import { chart } from '../patients/chart.ts'
import { replyDue } from '../practice/office-hours.ts'
import { flash } from '../web/flash.ts'
import { again, blank, checkForm, type Form, readFields } from '../web/form.ts'
import { isLookedAt } from '../web/looking.ts'
import { renderInvalid } from '../web/page.tsx'
import { pageAsked } from '../web/paging.ts'
import { Routes } from '../web/routes.ts'
import { addReply, listThreads, openToReply } from './store.ts'
import { isClosed, mayReply, pageSize, queueFor, Reply } from './thread.ts'
import { MessagesPage, ThreadPage } from './views.tsx'
import { formId, typedFrom } from './writing/draft.ts'
import { checkDanger, formWithFiles, setAside } from './writing/set-aside.tsx'
import { findDraft, finishDraft } from './writing/store.ts'
import { fileProblemWords } from './writing/views.tsx'

export const messages = new Routes()

messages.get(paths.messages, chart('messages'), async (c) => {
  const { db, chart, t } = c.var
  const page = pageAsked(c)
  const { rows, total, drafts } = await listThreads(db, chart, page)
  if (page > 1 && rows.length === 0) return c.notFound()
  const { title } = t.messages
  return c.render(
    <MessagesPage threads={rows} total={total} drafts={drafts} page={page} patient={chart.patient} />,
    {
      title: page > 1 ? `${title} – ${t.common.pageOf(page, Math.ceil(total / pageSize))}` : title,
      tab: 'messages',
    }
  )
})

messages.get(paths.thread, chart('messages'), async (c) => {
  const { db, chart, visit, now } = c.var
  const looked = isLookedAt(c)
  const found = await openToReply(db, chart, c.req.param('threadId'), looked ? now : undefined)
  if (!found) return c.notFound()
  // The gate counted before this page was read.
  if (looked && found.thread.unread) c.set('visit', { ...visit, unread: visit.unread - 1 })
  const form: Form = found.draft ? { typed: typedFrom(found.draft), errors: {} } : blank()
  const saysAdded = c.req.query('attached') !== undefined
  return c.render(
    <ThreadPage {...found} saysAdded={saysAdded} patient={chart.patient} form={form} />,
    threadHead(c)
  )
})

messages.post(
  paths.thread,
  chart('messages'),
  async (c) => {
    const { db, chart, now, t, language, visit } = c.var
    const { practice } = visit
    const threadId = c.req.param('threadId')
    const found = await openToReply(db, chart, threadId, undefined)
    if (!found) return c.notFound()
    const { thread } = found
    const refuse = async (form: Form, closed = isClosed(thread)) => {
      const files = (await findDraft(db, chart, form.typed.submissionId ?? '')).files
      const props = {
        thread: closed ? { ...thread, closedAt: thread.closedAt ?? now } : thread,
        draftFiles: files,
      }
      return renderInvalid(c, <ThreadPage {...props} patient={chart.patient} form={form} />, threadHead(c))
    }
    const posted = await readFields(c)
    const id = formId(posted) ?? newId()
    const typed: Record<string, string> = { ...posted, submissionId: id }
    const open = mayReply(thread)
    const aside = open ? await setAside(c, chart, typed, id, threadId) : undefined
    if (aside instanceof Response) return aside
    if (aside) return refuse({ typed, errors: { files: fileProblemWords(aside.problems, t) } })
    const form = checkForm(typed, Reply, t.messages)
    if (!form.ok) return refuse(open ? form.form : again(typed, t.messages.closedMeanwhile))
    const danger = await checkDanger(c, chart, typed, id, threadId)
    if (danger.to && open) return c.redirect(danger.to, 303)

    const work = {
      queue: queueFor(practice.categories, thread.category),
      dueAt: replyDue(practice, now),
      flagged: danger.flagged,
    }
    const kept = await addReply(
      db,
      chart,
      threadId,
      form.value,
      work,
      language,
      now,
      finishDraft(db, chart, id)
    )
    if (!kept) return refuse(again(form.typed, t.messages.closedMeanwhile), true)
    if (kept.threadId !== threadId || kept.body !== form.value.body)
      return refuse(again(form.typed, t.messages.alreadySent))
    flash(c, 'messageSent')
    return c.redirect(c.req.path, 303)
  },
  { maxBody: formWithFiles }
)

// Never the subject: titles are kept in histories and shown on lock screens.
const threadHead = (c: RequestContext) => ({
  title: c.var.t.messages.threadTitle,
  tab: 'messages' as const,
  island: true,
})
