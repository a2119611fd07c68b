import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { chart, type ReadableChart, readableChart } from '../../patients/chart.ts'
import { blank, type Form, readForm, submissionId } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { listDay, removeQuestion, saveQuestion } from './store.ts'
import { DayPage } from './views.tsx'

export const treatmentDays = new Routes()

const head = (c: RequestContext) => ({ title: c.var.t.appointments.day.title, tab: 'appointments' as const })

async function dayPage(c: RequestContext, chart: ReadableChart<'appointments'>, day: string, form: Form) {
  const { timeZone } = c.var.visit.practice
  const found = await listDay(c.var.db, chart, day, timeZone)
  if (!found || (found.stops.length === 0 && found.questions.length === 0)) return undefined
  return (
    <DayPage
      {...found}
      patientId={chart.patientId}
      day={day}
      form={form}
      practice={c.var.visit.practice}
      now={c.var.now}
      atQuestions={c.req.query('at') === 'questions'}
    />
  )
}

/** Back to the list that was changed: what begins there is read first. */
const atQuestions = (c: RequestContext, { patientId }: ReadableChart<'appointments'>, day: string) =>
  c.redirect(withQuery(href(paths.treatmentDay, { patientId, day }), { at: 'questions' }), 303)

treatmentDays.get(paths.treatmentDay, readableChart('appointments'), async (c) => {
  const page = await dayPage(c, c.var.chart, c.req.param('day'), blank())
  return page ? c.render(page, head(c)) : c.notFound()
})

const Question = v.object({
  submissionId,
  body: v.pipe(v.string(), v.trim(), v.minLength(1, 'missing'), v.maxLength(500, 'long')),
})

treatmentDays.post(paths.treatmentDay, chart('appointments'), async (c) => {
  const { db, chart, now, t } = c.var
  const day = c.req.param('day')
  const form = await readForm(c, Question, t.appointments.day.errors)
  const refuse = async (shown: Form) => {
    const page = await dayPage(c, chart, day, shown)
    return page ? renderInvalid(c, page, head(c)) : c.notFound()
  }
  if (!form.ok) return refuse(form.form)
  if (!(await dayPage(c, chart, day, blank()))) return c.notFound()
  const { submissionId: id, body } = form.value
  if (!(await saveQuestion(db, chart, { id, day, body }, now)))
    return refuse({ typed: form.typed, errors: { body: t.appointments.day.errors.full } })
  return atQuestions(c, chart, day)
})

treatmentDays.post(paths.questionRemoval, chart('appointments'), async (c) => {
  const { db, chart, now } = c.var
  const { day, questionId } = c.req.param()
  if (!(await removeQuestion(db, chart, questionId, now))) return c.notFound()
  return atQuestions(c, chart, day)
})
