import type { RequestContext } from '../../env.ts'
import type { Dictionary } from '../../i18n/text.ts'
import { paths } from '../../paths.ts'
import { type Chart, staffThread } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { checkForm, type Form, readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { caseUrl, refuseCase } from '../case/routes.tsx'
import { type Case, findCase } from '../case/store.ts'
import { isClosed } from '../thread.ts'
import { type Colleague, claimWork, closeThread, handOver, reopenThread, switchReplies } from './store.ts'
import { answeringRoles, ClosingReason, owesReply, reasonText } from './work-item.ts'

export const messageWork = new Routes()

messageWork.post(paths.adminWorkClaim, staffThread, async (c) => {
  const { db, chart, now, t } = c.var
  const threadId = c.req.param('threadId')
  if (await claimWork(db, chart, threadId, now)) return done(c, chart, threadId, 'claimed')
  const found = await findCase(db, chart, threadId, now)
  if (!found) return c.notFound()
  const why = found.work ? t.desk.work.taken : t.desk.case.nothingWaits
  return refuseCase(c, chart, found, { typed: {}, errors: { form: why } })
})

messageWork.post(paths.adminWorkAssignment, staffThread, async (c) => {
  const { db, chart, now, t } = c.var
  const threadId = c.req.param('threadId')
  const { to = '', queue = '', was = '', wasQueue = '', ...typed } = await readFields(c)
  const found = await findCase(db, chart, threadId, now)
  if (!found) return c.notFound()
  const refuse = (errors: Form['errors']) =>
    refuseCase(c, chart, found, { typed: { ...typed, to, queue }, errors })
  if (!found.work) return refuse({ form: t.desk.case.nothingWaits })
  const errors = wrongPlace(found, to, queue, t)
  if (errors) return refuse(errors)
  const before = { to: was || null, queue: wasQueue }
  if (await handOver(db, chart, threadId, { to: to || null, queue }, before, now)) {
    if (answersIn(found, queue, chart.viewer)) return done(c, chart, threadId, 'handedOver')
    flash(c, 'handedOver')
    return c.redirect(paths.adminQueue, 303)
  }
  const current = (await findCase(db, chart, threadId, now)) ?? found
  return refuseCase(c, chart, current, { typed, errors: { form: t.desk.work.changed } })
})

/** Only into queues that are in use, and to those who may answer there. */
function wrongPlace(found: Case, to: string, queue: string, { desk }: Dictionary) {
  if (!found.queues.some(({ id }) => id === queue)) return { queue: desk.work.queueMissing }
  const colleague = found.colleagues.find(({ id }) => id === to)
  const mayBe = to === '' || (colleague && answersIn(found, queue, colleague))
  return mayBe ? undefined : { to: desk.work.toMissing }
}

/** Whether someone answers what lies in a queue: it is out of their sight where they do not. */
function answersIn({ queues }: Case, queueId: string, { staffRole }: Pick<Colleague, 'staffRole'>) {
  const answeredBy = queues.find(({ id }) => id === queueId)?.answeredBy ?? 'clinical'
  return staffRole !== null && answeringRoles[answeredBy].includes(staffRole)
}

messageWork.post(paths.adminThreadClosure, staffThread, async (c) => {
  const { db, chart, now, t } = c.var
  const threadId = c.req.param('threadId')
  const found = await findCase(db, chart, threadId, now)
  if (!found) return c.notFound()
  const typed = await readFields(c)
  const form = checkForm(typed, ClosingReason, t.desk.work)
  const isOwed = owesReply(found) && !isClosed(found.thread)
  if (isOwed && !form.ok) return refuseCase(c, chart, found, form.form)
  const reason = isOwed && form.ok ? reasonText(form.value) : null
  if (await closeThread(db, chart, threadId, { seen: typed.seen ?? '', reason }, now))
    return done(c, chart, threadId, 'closed')
  const current = (await findCase(db, chart, threadId, now)) ?? found
  return refuseCase(c, chart, current, { typed, errors: { form: t.desk.work.newerClosing } })
})

messageWork.post(paths.adminThreadReopening, staffThread, async (c) => {
  const { db, chart, now } = c.var
  const threadId = c.req.param('threadId')
  if (!(await reopenThread(db, chart, threadId, now))) return c.notFound()
  return done(c, chart, threadId, 'reopened')
})

messageWork.post(paths.adminThreadReplies, staffThread, async (c) => {
  const { db, chart, now } = c.var
  const threadId = c.req.param('threadId')
  const to = (await readFields(c)).to === 'on' ? 'on' : 'off'
  if (!(await switchReplies(db, chart, threadId, to, now))) return c.notFound()
  return done(c, chart, threadId, to === 'on' ? 'repliesOn' : 'repliesOff')
})

function done(
  c: RequestContext,
  chart: Chart<'messages'>,
  threadId: string,
  said: keyof Dictionary['flash']
) {
  flash(c, said)
  return c.redirect(caseUrl(chart, threadId), 303)
}
