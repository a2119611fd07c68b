import type { RequestContext } from '../../../env.ts'
import { staff } from '../../../identity/viewer.ts'
import { paths } from '../../../paths.ts'
import { flash } from '../../../web/flash.ts'
import { blank, type Form, readFields, readForm } from '../../../web/form.ts'
import { renderInvalid } from '../../../web/page.tsx'
import { Routes } from '../../../web/routes.ts'
import { idFrom, isSame, moved, printOf } from '../change.ts'
import { listQueues, type Queue } from '../store.ts'
import { cannotReturn, feeding, inUse, mostInUse, QueueForm, shownOf, typedOf } from './queue.ts'
import { addQueue, changeQueue, listQueuesAnd, orderQueues } from './store.ts'
import { NewQueuePage, QueuePage, QueuesPage } from './views.tsx'

export const practiceQueues = new Routes()

const untouched: Form = { typed: {}, errors: {} }
const tab = 'practice' as const
const refusal = (typed: Form['typed'], why: string): Form => ({ typed, errors: { form: why } })

const listPage = async (c: RequestContext, form = untouched) => (
  <QueuesPage queues={await listQueues(c.var.db)} categories={c.var.visit.practice.categories} form={form} />
)
const listHead = (c: RequestContext) => ({ title: c.var.t.practice.facts.queues, tab })

practiceQueues.get(paths.practiceQueues, staff('settings'), async (c) =>
  c.render(await listPage(c), listHead(c))
)

const newHead = (c: RequestContext) => ({ title: c.var.t.practice.queues.addTitle, tab })

practiceQueues.get(paths.practiceQueueNew, staff('settings'), (c) =>
  c.render(<NewQueuePage form={blank({ answeredBy: 'clinical' })} />, newHead(c))
)

practiceQueues.post(paths.practiceQueueNew, staff('settings'), async (c) => {
  const { db, now, t } = c.var
  const { submissionId } = await readFields(c)
  const queues = await listQueues(db)
  if (queues.some(({ id }) => id === submissionId)) return c.redirect(paths.practiceQueues, 303)

  const refuse = (form: Form) => renderInvalid(c, <NewQueuePage form={form} />, newHead(c))
  const form = await readForm(c, QueueForm(inUse(queues)), t.practice.errors)
  if (!form.ok) return refuse(form.form)
  if (inUse(queues).length >= mostInUse) return refuse(refusal(form.typed, t.practice.errors.tooManyQueues))

  await addQueue(db, c.var, idFrom(submissionId), form.value, now)
  flash(c, 'practiceSaved')
  return c.redirect(paths.practiceQueues, 303)
})

const head = (c: RequestContext) => ({ title: c.var.t.practice.queues.editTitle, tab })

type Found = { queue: Queue; waits: boolean; isNews?: boolean }

async function queuePage(
  c: RequestContext,
  { typed, errors }: Form,
  { queue, waits, isNews = false }: Found
) {
  const { language, visit } = c.var
  const form = { typed: { ...typed, seen: await printOf(shownOf(queue)) }, errors }
  const fedBy = feeding(visit.practice.categories, queue.id, language)
  return <QueuePage queue={queue} waits={waits} fedBy={fedBy} isNews={isNews} form={form} />
}

practiceQueues.get(paths.practiceQueue, staff('settings'), async (c) => {
  const { queue, waits } = await listQueuesAnd(c.var.db, c.req.param('queueId'))
  if (!queue) return c.notFound()
  return c.render(await queuePage(c, { typed: typedOf(queue), errors: {} }, { queue, waits }), head(c))
})

practiceQueues.post(paths.practiceQueue, staff('settings'), async (c) => {
  const { db, now, t } = c.var
  const { queues, queue, waits } = await listQueuesAnd(db, c.req.param('queueId'))
  if (!queue) return c.notFound()
  const others = inUse(queues).filter(({ id }) => id !== queue.id)
  const form = await readForm(c, QueueForm(others), t.practice.errors)
  const seen = form.typed.seen === (await printOf(shownOf(queue)))
  if (!form.ok)
    return renderInvalid(c, await queuePage(c, form.form, { queue, waits, isNews: !seen }), head(c))

  if (isSame(form.value, typedOf(queue))) {
    flash(c, 'practiceSame')
    return c.redirect(paths.practiceQueues, 303)
  }
  const becomes = { ...queue, ...form.value }
  if (!seen || !(await changeQueue(db, c.var, 'queue-changed', queue, becomes, now)))
    return refuseStale(c, queue.id, form.typed)
  flash(c, 'practiceSaved')
  return c.redirect(paths.practiceQueues, 303)
})

/** What stands now, beside what was typed. */
async function refuseStale(c: RequestContext, queueId: string, typed?: Form['typed']) {
  const { queue, waits } = await listQueuesAnd(c.var.db, queueId)
  if (!queue) return c.notFound()
  const form = refusal(typed ?? typedOf(queue), c.var.t.practice.changedMeanwhile)
  return renderInvalid(c, await queuePage(c, form, { queue, waits, isNews: true }), head(c))
}

practiceQueues.post(paths.practiceQueueRetirement, staff('settings'), async (c) => {
  const { db, now, t, language, visit } = c.var
  const { queue, waits } = await listQueuesAnd(db, c.req.param('queueId'))
  if (!queue) return c.notFound()
  if (!queue.retiredAt) {
    const fedBy = feeding(visit.practice.categories, queue.id, language)
    if (fedBy.length > 0 || waits) {
      const why = fedBy.length > 0 ? t.practice.queues.fed(fedBy.join('; ')) : t.practice.queues.waits
      const page = await queuePage(c, refusal(typedOf(queue), why), { queue, waits })
      return renderInvalid(c, page, head(c))
    }
    const isSeen = (await readFields(c)).seen === (await printOf(shownOf(queue)))
    if (!isSeen || !(await changeQueue(db, c.var, 'queue-retired', queue, { ...queue, retiredAt: now }, now)))
      return refuseStale(c, queue.id)
  }
  flash(c, 'queueRetired')
  return c.redirect(paths.practiceQueues, 303)
})

practiceQueues.post(paths.practiceQueueReturn, staff('settings'), async (c) => {
  const { db, now, t } = c.var
  const { queues, queue, waits } = await listQueuesAnd(db, c.req.param('queueId'))
  if (!queue) return c.notFound()
  if (queue.retiredAt) {
    const isSeen = (await readFields(c)).seen === (await printOf(shownOf(queue)))
    if (!isSeen) return refuseStale(c, queue.id)
    const why = cannotReturn(inUse(queues), queue)
    if (why) {
      const page = await queuePage(c, refusal(typedOf(queue), t.practice.errors[why]), { queue, waits })
      return renderInvalid(c, page, head(c))
    }
    if (!(await changeQueue(db, c.var, 'queue-returned', queue, { ...queue, retiredAt: null }, now)))
      return refuseStale(c, queue.id)
  }
  flash(c, 'queueBack')
  return c.redirect(paths.practiceQueues, 303)
})

practiceQueues.post(paths.practiceQueuePlace, staff('settings'), async (c) => {
  const { db, now, t } = c.var
  const list = inUse(await listQueues(db))
  const from = list.findIndex(({ id }) => id === c.req.param('queueId'))
  const { to } = await readFields(c)
  const order = moved(list, from, to)
  if (order && !(await orderQueues(db, c.var, c.req.param('queueId'), list, order, now)))
    return renderInvalid(c, await listPage(c, refusal({}, t.practice.changedMeanwhile)), listHead(c))
  flash(c, order ? 'practiceSaved' : 'practiceSame')
  return c.redirect(paths.practiceQueues, 303)
})
