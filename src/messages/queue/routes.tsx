import { audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { staff } from '../../identity/viewer.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { type Chart, staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, type Form, readFields, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { isClosed, StaffReply } from '../thread.ts'
import { addAnswer, type Case, claimWork, closeThread, findCase, listWork } from './store.ts'
import { CasePage, QueuePage } from './views.tsx'
import { filterFrom, mostListed, pagesOf } from './work.ts'

export const messageQueue = new Routes()

messageQueue.get(paths.adminQueue, staff('messages'), async (c) => {
  const { db, now, t, viewer, requestId } = c.var
  const filter = filterFrom(c.req.query('show'))
  const page = pageAsked(c)
  if (page > pagesOf(mostListed)) return c.notFound()
  // It shows names, birth dates and subjects of many records at once.
  db.alongside(
    audit(db, {
      at: now,
      accountId: viewer.id,
      actor: viewer.staffRole,
      action: 'messages.queue-read',
      requestId,
    })
  )
  const list = await listWork(db, viewer, { filter, page }, now)
  if (page > 1 && list.rows.length === 0) return c.notFound()
  const { title } = t.messages
  const pages = pagesOf(list.counts[filter])
  return c.render(<QueuePage list={list} filter={filter} page={page} />, {
    title: page > 1 ? `${title} – ${t.common.pageOf(page, pages)}` : title,
    tab: 'messages',
    island: true,
  })
})

messageQueue.get(paths.adminThread, staffChart('messages', 'messages'), async (c) => {
  const found = await findCase(c.var.db, c.var.chart, c.req.param('threadId'))
  if (!found) return c.notFound()
  return c.render(<CasePage {...caseProps(c, c.var.chart)} {...found} form={blank()} />, head(c))
})

messageQueue.post(paths.adminThread, staffChart('messages', 'messages'), async (c) => {
  const { db, chart, now, t, language } = c.var
  const words = t.messages.queue
  const found = await findCase(db, chart, c.req.param('threadId'))
  if (!found) return c.notFound()
  const form = await readForm(c, StaffReply, t.messages)
  if (!form.ok)
    return refuse(
      c,
      chart,
      found,
      isClosed(found.thread) ? again(form.typed, words.closedMeanwhile) : form.form
    )

  const kept = await addAnswer(db, chart, found, form.value, language, now)
  if (!kept) {
    // What stopped it may have come after the page above was read.
    const current = (await findCase(db, chart, found.thread.id)) ?? found
    const why = isClosed(current.thread) ? words.closedMeanwhile : words.newer
    return refuse(c, chart, current, again(form.typed, why))
  }
  if (kept.threadId !== found.thread.id || kept.body !== form.value.body)
    return refuse(c, chart, found, again(form.typed, t.messages.alreadySent))
  wakeOutbox(c)
  flash(c, 'replySent')
  return c.redirect(c.req.path, 303)
})

messageQueue.post(paths.adminWorkClaim, staffChart('messages', 'messages'), async (c) => {
  const { db, chart, now, t } = c.var
  const threadId = c.req.param('threadId')
  if (await claimWork(db, chart, threadId, now)) {
    flash(c, 'claimed')
    return c.redirect(caseUrl(chart, threadId), 303)
  }
  const found = await findCase(db, chart, threadId)
  if (!found) return c.notFound()
  const { taken, nothingWaits } = t.messages.queue
  return refuse(c, chart, found, again({}, found.work ? taken : nothingWaits))
})

messageQueue.post(paths.adminThreadClosure, staffChart('messages', 'messages'), async (c) => {
  const { db, chart, now, t } = c.var
  const threadId = c.req.param('threadId')
  const { seen = '' } = await readFields(c)
  if (await closeThread(db, chart, threadId, seen, now)) {
    flash(c, 'closed')
    return c.redirect(caseUrl(chart, threadId), 303)
  }
  const found = await findCase(db, chart, threadId)
  if (!found) return c.notFound()
  return refuse(c, chart, found, again({}, t.messages.queue.newerClosing))
})

const caseUrl = (chart: Chart<'messages'>, threadId: string) =>
  href(paths.adminThread, { patientId: chart.patientId, threadId })

const head = (c: RequestContext) => ({ title: c.var.t.messages.threadTitle, tab: 'messages' as const })

const refuse = (c: RequestContext, chart: Chart<'messages'>, found: Case, form: Form) =>
  renderInvalid(c, <CasePage {...caseProps(c, chart)} {...found} form={form} />, head(c))

const caseProps = ({ var: { visit } }: RequestContext, { patient }: Chart<'messages'>) => ({
  patient,
  mayOpenPatient: visit.may('patients'),
})
