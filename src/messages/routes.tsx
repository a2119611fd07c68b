import type { RequestContext } from '../env.ts'
import { paths } from '../paths.ts'
import { type Chart, chart, type ReadableChart, readableChart } from '../patients/chart.ts'
import { replyDue } from '../practice/office-hours.ts'
import { flash } from '../web/flash.ts'
import { again, blank, checkForm, type Form } from '../web/form.ts'
import { isLookedAt } from '../web/looking.ts'
import { renderInvalid } from '../web/page.tsx'
import { pageAsked } from '../web/paging.ts'
import { Routes } from '../web/routes.ts'
import { addReply, listThreads, openToReply } from './store.ts'
import { mayReply, pageSize, queueFor, Reply, type Thread } from './thread.ts'
import { MessagesPage, ThreadPage } from './views.tsx'
import { typedFrom } from './writing/draft.ts'
import { checkDanger, formWithFiles, readWriting, setAside } from './writing/set-aside.tsx'
import { findDraft, finishDraft } from './writing/store.ts'
import { fileProblemWords } from './writing/views.tsx'

export const messages = new Routes()

messages.get(paths.messages, readableChart('messages'), async (c) => {
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

messages.get(paths.thread, readableChart('messages'), async (c) => {
  const { db, chart, visit, now } = c.var
  const looked = isLookedAt(c)
  const found = await openToReply(db, chart, c.req.param('threadId'), looked ? now : undefined)
  if (!found) return c.notFound()
  // The gate counted before this page was read.
  if (looked && found.thread.unread && chart.writable) c.set('visit', { ...visit, unread: visit.unread - 1 })
  const form: Form = found.draft ? { typed: typedFrom(found.draft), errors: {} } : blank()
  const saysAdded = c.req.query('attached') !== undefined
  return c.render(<ThreadPage {...found} {...own(chart)} saysAdded={saysAdded} form={form} />, threadHead(c))
})

messages.post(
  paths.thread,
  chart('messages'),
  (c) => reply(c, c.var.chart, c.req.param('threadId')),
  formWithFiles
)

/** A reply on its way: kept, held back for a call, refused with its words, or sent. */
async function reply(c: RequestContext, chart: Chart<'messages'>, threadId: string) {
  const { db, now, t, language, visit } = c.var
  const found = await openToReply(db, chart, threadId, undefined)
  if (!found) return c.notFound()
  const { thread } = found
  const { id, typed } = await readWriting(c)
  const refuse = (form: Form) => refuseReply(c, chart, thread, form)
  const refuseClosed = () =>
    refuseReply(c, chart, closedNow(thread, now), again(typed, t.messages.closedMeanwhile))

  const open = mayReply(thread)
  const aside = open ? await setAside(c, chart, typed, id, threadId) : undefined
  if (aside instanceof Response) return aside
  if (aside) return refuse({ typed, errors: { files: fileProblemWords(aside.problems, t) } })
  const form = checkForm(typed, Reply, t.messages)
  if (!form.ok) return open ? refuse(form.form) : refuseClosed()
  const danger = await checkDanger(c, chart, typed, id, threadId)
  if (danger.to && open) return c.redirect(danger.to, 303)

  const work = {
    queue: queueFor(visit.practice.categories, thread.category),
    dueAt: replyDue(visit.practice, now),
    flagged: danger.flagged,
  }
  // Also into a closed thread: what came in before the closing is not called unsent when it is repeated.
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
  if (!kept) return refuseClosed()
  if (kept.threadId !== threadId || kept.body !== form.value.body)
    return refuse(again(typed, t.messages.alreadySent))
  flash(c, 'messageSent')
  return c.redirect(c.req.path, 303)
}

/** One that was open when it was read was closed since. */
const closedNow = (thread: Thread, now: Date) => (mayReply(thread) ? { ...thread, closedAt: now } : thread)

async function refuseReply(c: RequestContext, chart: Chart<'messages'>, thread: Thread, form: Form) {
  const { files, caregivers } = await findDraft(c.var.db, chart, form.typed.submissionId ?? '')
  return renderInvalid(
    c,
    <ThreadPage thread={thread} draftFiles={files} caregivers={caregivers} {...own(chart)} form={form} />,
    threadHead(c)
  )
}

const own = ({ patient, via }: ReadableChart<'messages'>) => ({ patient, isPatient: via !== 'caregiver' })

// Never the subject: titles are kept in histories and shown on lock screens.
const threadHead = (c: RequestContext) => ({
  title: c.var.t.messages.threadTitle,
  tab: 'messages' as const,
  island: true,
})
