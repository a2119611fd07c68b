import type { RequestContext } from '../../env.ts'
import { isLanguage } from '../../i18n/text.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { paths } from '../../paths.ts'
import { type Chart, staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, checkForm, type Form } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { signed } from '../case/answer.ts'
import { caseUrl, signaturesIn } from '../case/routes.tsx'
import { fits, NewMessage, queueFor } from '../thread.ts'
import { typedFrom } from '../writing/draft.ts'
import { draftUrl, formWithFiles, readWriting, setAside } from '../writing/set-aside.tsx'
import { finishDraft, removeDraft } from '../writing/store.ts'
import { fileProblemWords } from '../writing/views.tsx'
import { findStart, type Start, startThread } from './store.ts'
import { StartPage } from './views.tsx'

export const startingThreads = new Routes()

const answering = staffChart('messages', 'messages')

startingThreads.get(paths.adminNewMessage, answering, async (c) => {
  const { db, chart, language } = c.var
  const form = blank({ tell: 'yes', mayReply: 'yes', language })
  return c.render(page(c, chart, form, await findStart(db, chart, '')), head(c))
})

startingThreads.post(paths.adminNewMessage, answering, (c) => write(c, c.var.chart, undefined), formWithFiles)

startingThreads.get(paths.adminDraft, answering, async (c) => {
  const { db, chart, language } = c.var
  const found = await findStart(db, chart, c.req.param('draftId'))
  const { draft, sentIn } = found
  if (sentIn) return c.redirect(caseUrl(chart, sentIn), 303)
  if (!draft) return c.notFound()
  if (draft.threadId) return c.redirect(draftUrl(chart, draft), 303)
  const typed = { language, ...typedFrom(draft) }
  return c.render(page(c, chart, { typed, errors: {} }, found), head(c))
})

startingThreads.post(
  paths.adminDraft,
  answering,
  (c) => write(c, c.var.chart, c.req.param('draftId')),
  formWithFiles
)

startingThreads.post(paths.adminDraftRemoval, answering, async (c) => {
  const { db, chart, now } = c.var
  await removeDraft(db, chart, c.req.param('draftId'), now)
  flash(c, 'draftRemoved')
  return c.redirect(paths.adminQueue, 303)
})

/** A message to a patient on its way: kept, refused with its words, or sent. */
async function write(c: RequestContext, chart: Chart<'messages'>, draftId: string | undefined) {
  const { db, now, t, language, visit } = c.var
  const { categories } = visit.practice
  const { id, typed } = await readWriting(c, draftId)
  const aside = await setAside(c, chart, typed, id, null)
  if (aside instanceof Response) return aside
  const refuse = (form: Form) => refuseStart(c, chart, form)
  if (aside) return refuse({ typed, errors: { files: fileProblemWords(aside.problems, t) } })

  const form = checkForm(typed, NewMessage(categories), t.messages)
  if (!form.ok) return refuse(form.form)
  const found = await findStart(db, chart, id)
  const said = isLanguage(typed.language) ? typed.language : language
  const signatures = signaturesIn(found.queues, queueFor(categories, form.value.category))
  const body = signed(form.value.body, signatures[said])
  if (!fits(body)) return refuse({ typed, errors: { body: t.messages.bodyTooLong } })
  const tell = typed.tell === 'yes' ? found.caregivers : []
  const fields = { ...form.value, body, mayReply: typed.mayReply === 'yes', tell }
  const kept = await startThread(db, chart, fields, said, now, finishDraft(db, chart, id))
  if (!kept) return refuse({ typed, errors: { form: t.desk.start.nobody } })
  if (kept.body !== body || kept.subject !== form.value.subject)
    return refuse(again(typed, t.messages.alreadySent))
  wakeOutbox(c)
  flash(c, 'replySent')
  return c.redirect(caseUrl(chart, kept.threadId), 303)
}

const head = (c: RequestContext) => ({
  title: c.var.t.desk.start.title,
  tab: 'messages' as const,
  island: true,
})

const page = (c: RequestContext, chart: Chart<'messages'>, form: Form, found: Start) => (
  <StartPage
    {...found}
    patient={chart.patient}
    mayOpenPatient={c.var.visit.may('patients')}
    saysAdded={c.req.query('attached') !== undefined}
    form={form}
  />
)

async function refuseStart(c: RequestContext, chart: Chart<'messages'>, form: Form) {
  const found = await findStart(c.var.db, chart, form.typed.submissionId ?? '')
  return renderInvalid(c, page(c, chart, form, found), head(c))
}
