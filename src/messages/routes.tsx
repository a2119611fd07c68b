import type { RequestContext } from '../env.ts'
import { href, paths } from '../paths.ts'
import { type Chart, chart } from '../patients/chart.ts'
import { isOpen, nextOpening, replyDue } from '../practice/office-hours.ts'
import { flash } from '../web/flash.ts'
import { again, blank, type Form, readForm } from '../web/form.ts'
import { renderInvalid } from '../web/page.tsx'
import { pageAsked } from '../web/paging.ts'
import { Routes } from '../web/routes.ts'
import { addReply, findThread, listCaregivers, listThreads, openThread, readThread } from './store.ts'
import { isClosed, NewMessage, pageSize, queueFor, Reply } from './thread.ts'
import { MessagesPage, NewMessagePage, ThreadPage } from './views.tsx'

export const messages = new Routes()

messages.get(paths.messages, chart('messages'), async (c) => {
  const { db, chart, t } = c.var
  const page = pageAsked(c)
  const { rows, total } = await listThreads(db, chart, page)
  if (page > 1 && rows.length === 0) return c.notFound()
  const { title } = t.messages
  return c.render(<MessagesPage threads={rows} total={total} page={page} patient={chart.patient} />, {
    title: page > 1 ? `${title} – ${t.common.pageOf(page, Math.ceil(total / pageSize))}` : title,
    tab: 'messages',
  })
})

messages.get(paths.newMessage, chart('messages'), async (c) =>
  c.render(await newMessagePage(c, c.var.chart, blank()), newMessageHead(c))
)

messages.post(paths.newMessage, chart('messages'), async (c) => {
  const { db, chart, now, t, language, visit } = c.var
  const { practice } = visit
  const form = await readForm(c, NewMessage(practice.categories), t.messages)
  if (!form.ok) return renderInvalid(c, await newMessagePage(c, chart, form.form), newMessageHead(c))

  const work = {
    queue: queueFor(practice.categories, form.value.category),
    dueAt: replyDue(practice, now),
  }
  const kept = await openThread(db, chart, form.value, work, language, now)
  if (kept?.body !== form.value.body || kept.subject !== form.value.subject)
    return renderInvalid(
      c,
      await newMessagePage(c, chart, again(form.typed, t.messages.alreadySent)),
      newMessageHead(c)
    )
  flash(c, 'messageSent')
  return c.redirect(href(paths.thread, { patientId: chart.patientId, threadId: kept.threadId }), 303)
})

const newMessageHead = (c: RequestContext) => ({
  title: c.var.t.messages.newMessage,
  tab: 'messages' as const,
})

async function newMessagePage(c: RequestContext, chart: Chart<'messages'>, form: Form) {
  const { db, now, visit } = c.var
  const { practice } = visit
  const caregivers = await listCaregivers(db, chart)
  const office = {
    isOpen: isOpen(practice, now),
    opensAt: nextOpening(practice, now),
    replyBy: replyDue(practice, now),
  }
  return (
    <NewMessagePage
      patient={chart.patient}
      caregivers={caregivers}
      isPatient={chart.via === 'patient'}
      office={office}
      form={form}
    />
  )
}

/** A page fetched before anyone asked to see it must not count as read. */
const isLookedAt = (c: RequestContext) =>
  c.req.method === 'GET' &&
  !(c.req.header('Sec-Purpose') ?? c.req.header('Purpose') ?? '').includes('prefetch')

messages.get(paths.thread, chart('messages'), async (c) => {
  const { db, chart, visit } = c.var
  const looked = isLookedAt(c)
  const thread = await (looked ? readThread : findThread)(db, chart, c.req.param('threadId'))
  if (!thread) return c.notFound()
  // The gate counted before this page was read.
  if (looked && thread.unread) c.set('visit', { ...visit, unread: visit.unread - 1 })
  return c.render(<ThreadPage thread={thread} patient={chart.patient} form={blank()} />, threadHead(c))
})

messages.post(paths.thread, chart('messages'), async (c) => {
  const { db, chart, now, t, language, visit } = c.var
  const { practice } = visit
  const thread = await findThread(db, chart, c.req.param('threadId'))
  if (!thread) return c.notFound()
  const refuse = (found: typeof thread, form: Form) =>
    renderInvalid(c, <ThreadPage thread={found} patient={chart.patient} form={form} />, threadHead(c))

  const form = await readForm(c, Reply, t.messages)
  if (!form.ok)
    return refuse(thread, isClosed(thread) ? again(form.typed, t.messages.closedMeanwhile) : form.form)

  const work = { queue: queueFor(practice.categories, thread.category), dueAt: replyDue(practice, now) }
  const kept = await addReply(db, chart, thread.id, form.value, work, language, now)
  if (!kept) return refuse({ ...thread, closedAt: now }, again(form.typed, t.messages.closedMeanwhile))
  if (kept.threadId !== thread.id || kept.body !== form.value.body)
    return refuse(thread, again(form.typed, t.messages.alreadySent))
  flash(c, 'messageSent')
  return c.redirect(c.req.path, 303)
})

// Never the subject: titles are kept in histories and shown on lock screens.
const threadHead = (c: RequestContext) => ({ title: c.var.t.messages.threadTitle, tab: 'messages' as const })
