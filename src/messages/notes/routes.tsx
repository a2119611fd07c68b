import type { RequestContext } from '../../env.ts'
import { paths } from '../../paths.ts'
import { type Chart, staffThread } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, type Form, readForm } from '../../web/form.ts'
import { isLookedAt } from '../../web/looking.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { caseUrl } from '../case/routes.tsx'
import { findCase } from '../case/store.ts'
import { Call, Note } from './note.ts'
import { addNote, findNotes, logCall } from './store.ts'
import { CallPage, NotesPage } from './views.tsx'

export const staffNotes = new Routes()

staffNotes.get(paths.adminThreadNotes, staffThread, async (c) => {
  const { db, chart } = c.var
  const found = await findNotes(db, chart, c.req.param('threadId'))
  if (!found) return c.notFound()
  return c.render(<NotesPage {...found} patient={chart.patient} form={blank()} />, head(c, 'title'))
})

staffNotes.post(paths.adminThreadNotes, staffThread, async (c) => {
  const { db, chart, now, t } = c.var
  const threadId = c.req.param('threadId')
  const form = await readForm(c, Note, t.desk.notes)
  if (!form.ok) return refuseNote(c, chart, threadId, form.form)
  const note = await addNote(db, chart, threadId, form.value, now)
  if (!note) return c.notFound()
  if (note.threadId !== threadId || note.body !== form.value.note)
    return refuseNote(c, chart, threadId, again(form.typed, t.desk.notes.alreadySaved))
  flash(c, 'noteSaved')
  return c.redirect(caseUrl(chart, threadId), 303)
})

staffNotes.get(paths.adminThreadCall, staffThread, async (c) => {
  const { db, chart, now } = c.var
  const found = await findCase(db, chart, c.req.param('threadId'), now, isLookedAt(c))
  if (!found) return c.notFound()
  return c.render(
    <CallPage thread={found.thread} patient={chart.patient} form={blank()} />,
    head(c, 'callTitle')
  )
})

staffNotes.post(paths.adminThreadCall, staffThread, async (c) => {
  const { db, chart, now, t } = c.var
  const threadId = c.req.param('threadId')
  const form = await readForm(c, Call, t.desk.notes)
  if (!form.ok) return refuseCall(c, chart, threadId, form.form)
  const call = await logCall(db, chart, threadId, form.value, now)
  if (!call) return refuseCall(c, chart, threadId, again(form.typed, t.desk.notes.newer))
  if (call.threadId !== threadId || call.body !== form.value.note)
    return refuseCall(c, chart, threadId, again(form.typed, t.desk.notes.alreadySaved))
  flash(c, 'callSaved')
  return c.redirect(caseUrl(chart, threadId), 303)
})

async function refuseNote(c: RequestContext, chart: Chart<'messages'>, threadId: string, form: Form) {
  const found = await findNotes(c.var.db, chart, threadId)
  if (!found) return c.notFound()
  return renderInvalid(c, <NotesPage {...found} patient={chart.patient} form={form} />, head(c, 'title'))
}

async function refuseCall(c: RequestContext, chart: Chart<'messages'>, threadId: string, form: Form) {
  const found = await findCase(c.var.db, chart, threadId, c.var.now)
  if (!found) return c.notFound()
  return renderInvalid(
    c,
    <CallPage thread={found.thread} patient={chart.patient} form={form} />,
    head(c, 'callTitle')
  )
}

const head = ({ var: { t } }: RequestContext, title: 'title' | 'callTitle') => ({
  title: t.desk.notes[title],
  tab: 'messages' as const,
})
