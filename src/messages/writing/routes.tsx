import type { RequestContext } from '../../env.ts'
import { href, paths } from '../../paths.ts'
import { type Chart, chart } from '../../patients/chart.ts'
import { isOpen, nextOpening, replyDue } from '../../practice/office-hours.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, checkForm, type Form } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { openThread } from '../store.ts'
import { NewMessage, offered, queueFor } from '../thread.ts'
import { aboutText, categoryAbout, readAbout, subjectAfter, typedFrom } from './draft.ts'
import { checkDanger, draftUrl, formWithFiles, readWriting, setAside } from './set-aside.tsx'
import { findDraft, finishDraft, removeDraft } from './store.ts'
import { CallNowPage, fileProblemWords, NewMessagePage } from './views.tsx'

export const writing = new Routes()

writing.get(paths.newMessage, chart('messages'), async (c) => {
  const { db, chart, visit } = c.var
  const choices = offered(visit.practice.categories)
  const about = readAbout(c.req.query('about'))
  const form = blank()
  const found = await findDraft(db, chart, form.typed.submissionId ?? '', c.req.query('after'))
  const { earlier } = found
  const typed = earlier
    ? {
        category: choices.find(({ id }) => id === earlier.category)?.id ?? '',
        subject: subjectAfter(earlier.subject),
      }
    : { category: categoryAbout(about, choices), about: aboutText(about) ?? '' }
  return c.render(await formPage(c, chart, { ...form, typed: { ...form.typed, ...typed } }, found), head(c))
})

writing.post(paths.newMessage, chart('messages'), (c) => write(c, c.var.chart, undefined), formWithFiles)

writing.get(paths.draft, chart('messages'), async (c) => {
  const { db, chart } = c.var
  const found = await findDraft(db, chart, c.req.param('draftId'))
  // Back leads here from what was sent: to where it went.
  if (found.sentIn) return c.redirect(draftUrl(chart, { id: '', threadId: found.sentIn }), 303)
  if (!found.draft) return c.notFound()
  if (found.draft.threadId) return c.redirect(draftUrl(chart, found.draft), 303)
  const form: Form = { typed: typedFrom(found.draft), errors: {} }
  return c.render(await formPage(c, chart, form, found), head(c))
})

writing.post(
  paths.draft,
  chart('messages'),
  (c) => write(c, c.var.chart, c.req.param('draftId')),
  formWithFiles
)

/** A new message on its way: kept, held back for a call, refused with its words, or sent. */
async function write(c: RequestContext, chart: Chart<'messages'>, draftId: string | undefined) {
  const { db, now, t, language, visit } = c.var
  const { practice } = visit
  const { id, typed } = await readWriting(c, draftId)
  const refuse = async (form: Form) => renderInvalid(c, await formPage(c, chart, form), head(c))

  const aside = await setAside(c, chart, typed, id, null)
  if (aside instanceof Response) return aside
  if (aside) return refuse({ typed, errors: { files: fileProblemWords(aside.problems, t) } })

  const form = checkForm(typed, NewMessage(practice.categories), t.messages)
  if (!form.ok) return refuse(form.form)
  const danger = await checkDanger(c, chart, typed, id, null)
  if (danger.to) return c.redirect(danger.to, 303)

  const work = {
    queue: queueFor(practice.categories, form.value.category),
    dueAt: replyDue(practice, now),
    flagged: danger.flagged,
  }
  const fields = { ...form.value, ...readAbout(typed.about) }
  const kept = await openThread(db, chart, fields, work, language, now, finishDraft(db, chart, id))
  if (kept?.body !== form.value.body || kept.subject !== form.value.subject)
    return refuse(again(form.typed, t.messages.alreadySent))
  flash(c, 'messageSent')
  return c.redirect(href(paths.thread, { patientId: chart.patientId, threadId: kept.threadId }), 303)
}

writing.get(paths.draftWarning, chart('messages'), async (c) => {
  const { db, chart, t } = c.var
  const { draft, sentIn } = await findDraft(db, chart, c.req.param('draftId'))
  if (sentIn) return c.redirect(draftUrl(chart, { id: '', threadId: sentIn }), 303)
  if (!draft) return c.notFound()
  return c.render(<CallNowPage draft={draft} back={draftUrl(chart, draft)} />, {
    title: t.messages.callNow.title,
    tab: 'messages',
  })
})

writing.post(paths.draftRemoval, chart('messages'), async (c) => {
  const { db, chart, now } = c.var
  await removeDraft(db, chart, c.req.param('draftId'), now)
  flash(c, 'draftRemoved')
  return c.redirect(href(paths.messages, { patientId: chart.patientId }), 303)
})

const head = (c: RequestContext) => ({
  title: c.var.t.messages.newMessage,
  tab: 'messages' as const,
  island: true,
})

type Found = Pick<Awaited<ReturnType<typeof findDraft>>, 'caregivers' | 'files'>

async function formPage(c: RequestContext, chart: Chart<'messages'>, form: Form, found?: Found) {
  const { db, now, visit } = c.var
  const { practice } = visit
  const { caregivers, files } = found ?? (await findDraft(db, chart, form.typed.submissionId ?? ''))
  const office = {
    isOpen: isOpen(practice, now),
    opensAt: nextOpening(practice, now),
    replyBy: replyDue(practice, now),
  }
  return (
    <NewMessagePage
      patient={chart.patient}
      caregivers={caregivers}
      files={files}
      saysAdded={c.req.query('attached') !== undefined}
      isPatient={chart.via === 'patient'}
      office={office}
      form={form}
    />
  )
}
