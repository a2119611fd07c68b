import type { RequestContext } from '../../env.ts'
import type { Language } from '../../i18n/text.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { type Chart, staffThread } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, checkForm, type Form } from '../../web/form.ts'
import { isLookedAt } from '../../web/looking.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { filled, placesFor } from '../quick-replies/quick-reply.ts'
import { fits, isClosed, queueFor, StaffReply } from '../thread.ts'
import { draftOf, typedFrom } from '../writing/draft.ts'
import { formWithFiles, readWriting, setAside } from '../writing/set-aside.tsx'
import { findDraft, finishDraft, saveDraft } from '../writing/store.ts'
import { fileProblemWords } from '../writing/views.tsx'
import { joined, signed } from './answer.ts'
import { addAnswer, type Case, findCase } from './store.ts'
import { CasePage } from './views.tsx'

export const messageCase = new Routes()

messageCase.get(paths.adminThread, staffThread, async (c) => {
  const { db, chart, now } = c.var
  const found = await findCase(db, chart, c.req.param('threadId'), now, isLookedAt(c))
  if (!found) return c.notFound()
  const form = found.draft ? { typed: typedFrom(found.draft), errors: {} } : blank()
  return c.render(view(c, chart, found, withQuickReply(c, chart, found, form)), head(c))
})

messageCase.post(
  paths.adminThread,
  staffThread,
  async (c) => {
    const { db, chart, now, t, language } = c.var
    const found = await findCase(db, chart, c.req.param('threadId'), now)
    if (!found) return c.notFound()
    const { id, typed } = await readWriting(c)
    const aside = isClosed(found.thread) ? undefined : await besides(c, chart, found, typed, id)
    if (aside) return aside

    const form = checkForm(typed, StaffReply, { ...t.messages, ...t.desk.case })
    if (isClosed(found.thread)) return refuseCase(c, chart, found, again(typed, t.desk.case.closedMeanwhile))
    if (!form.ok) return refuseCase(c, chart, found, form.form)
    const said = form.value.language ?? language
    const body = signed(form.value.body, signaturesOf(c, found)[said])
    if (!fits(body)) return refuseCase(c, chart, found, { typed, errors: { body: t.messages.bodyTooLong } })
    const fields = { ...form.value, body }
    const kept = await addAnswer(db, chart, found, fields, said, now, finishDraft(db, chart, id))
    if (!kept) return refuseAnswer(c, chart, found, typed)
    if (kept.threadId !== found.thread.id || kept.body !== body)
      return refuseCase(c, chart, found, again(typed, t.messages.alreadySent))
    wakeOutbox(c)
    flash(c, 'replySent')
    return c.redirect(caseUrl(chart, found.thread.id), 303)
  },
  formWithFiles
)

/** What stopped an answer may have come after the page before was read. */
async function refuseAnswer(c: RequestContext, chart: Chart<'messages'>, found: Case, typed: Form['typed']) {
  const { db, now, t } = c.var
  const { closedMeanwhile, newer } = t.desk.case
  const current = (await findCase(db, chart, found.thread.id, now)) ?? found
  return refuseCase(c, chart, current, again(typed, isClosed(current.thread) ? closedMeanwhile : newer))
}

/** What the form asks for other than being sent: a quick reply in its text, to be kept, to take or leave files. */
async function besides(
  c: RequestContext,
  chart: Chart<'messages'>,
  found: Case,
  typed: Form['typed'],
  id: string
) {
  const { db, now, t } = c.var
  const threadId = found.thread.id
  if (typed.act !== 'insert') {
    const aside = await setAside(c, chart, typed, id, threadId)
    if (aside === undefined || aside instanceof Response) return aside
    const errors = { files: fileProblemWords(aside.problems, t) }
    const { files } = await findDraft(db, chart, id)
    return refuseCase(c, chart, { ...found, draftFiles: files }, { typed, errors })
  }
  const reply = found.replies.find((each) => each.id === typed.quick)
  if (!reply) return refuseCase(c, chart, found, { typed, errors: { quick: t.desk.case.quickMissing } })
  await db.batch([saveDraft(db, chart, draftOf(typed, id, threadId), now)])
  return c.redirect(`${withQuery(caseUrl(chart, threadId), { quick: reply.id })}#body`, 303)
}

/**
 * The form with the quick reply that the address names after what was typed, in the patient's language. The draft stays
 * without it until the text is touched: a saving that is still on its way would take it out again.
 */
function withQuickReply(
  c: RequestContext,
  chart: Chart<'messages'>,
  { replies }: Case,
  { typed }: Form
): Form {
  const { language, visit } = c.var
  const reply = replies.find(({ id }) => id === c.req.query('quick'))
  if (!reply) return { typed: { language, ...typed }, errors: {} }
  const said = chart.patient.language
  const text = filled(said === 'es' ? reply.bodyEs : reply.bodyEn, placesFor(chart, visit.practice))
  return { typed: { ...typed, body: joined(typed.body ?? '', text), language: said }, errors: {} }
}

/** How answers from the queue a thread is in are signed. */
function signaturesOf({ var: { visit } }: RequestContext, { thread, work, done, queues }: Case) {
  const id = work?.queue ?? done[0]?.queue ?? queueFor(visit.practice.categories, thread.category)
  return signaturesIn(queues, id)
}

/** How a queue signs what is written in each language. */
export function signaturesIn(queues: Case['queues'], queueId: string): Record<Language, string> {
  const queue = queues.find(({ id }) => id === queueId)
  return { en: queue?.signatureEn ?? '', es: queue?.signatureEs ?? '' }
}

export const caseUrl = ({ patientId }: Chart<'messages'>, threadId: string) =>
  href(paths.adminThread, { patientId, threadId })

const head = (c: RequestContext) => ({
  title: c.var.t.messages.threadTitle,
  tab: 'messages' as const,
  island: true,
})

const view = (c: RequestContext, chart: Chart<'messages'>, found: Case, form: Form) => (
  <CasePage
    {...found}
    patient={chart.patient}
    viewerId={chart.viewer.id}
    mayOpenPatient={c.var.visit.may('patients')}
    mayBegin={c.var.visit.may('messages')}
    signatures={signaturesOf(c, found)}
    saysAdded={c.req.query('attached') !== undefined}
    form={form}
    noteForm={blank()}
  />
)

/** The case once more, with why something could not be done. */
export const refuseCase = (c: RequestContext, chart: Chart<'messages'>, found: Case, form: Form) =>
  renderInvalid(c, view(c, chart, found, form), head(c))
