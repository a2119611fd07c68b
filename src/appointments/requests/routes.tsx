import type { RequestContext } from '../../env.ts'
import { href, paths } from '../../paths.ts'
import { chart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { blank, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { canAsk, NewRequest } from './request.ts'
import { askForChange, findWithRequests, withdrawRequest } from './store.ts'
import { RequestPage } from './views.tsx'

export const appointmentChanges = new Routes()

const head = (c: RequestContext) => ({
  title: c.var.t.appointments.request.title,
  tab: 'appointments' as const,
})

appointmentChanges.get(paths.appointmentRequest, chart('appointments'), async (c) => {
  const { db, chart, now } = c.var
  const found = await findWithRequests(db, chart, c.req.param('appointmentId'))
  if (!found) return c.notFound()
  return c.render(<RequestPage {...found} patientId={chart.patientId} form={blank()} now={now} />, head(c))
})

appointmentChanges.post(paths.appointmentRequest, chart('appointments'), async (c) => {
  const { db, chart, now, t } = c.var
  const appointmentId = c.req.param('appointmentId')
  const form = await readForm(c, NewRequest, t.appointments.request.errors)
  const found = await findWithRequests(db, chart, appointmentId)
  if (!found) return c.notFound()
  const refuse = (typed: Record<string, string>, errors: Record<string, string>) =>
    renderInvalid(
      c,
      <RequestPage {...found} patientId={chart.patientId} form={{ typed, errors }} now={now} />,
      head(c)
    )
  if (!form.ok) return refuse(form.form.typed, form.form.errors)
  const { submissionId: id, kind, body } = form.value
  const isKept = await askForChange(db, chart, { id, appointmentId, kind, body }, now)
  if (!isKept) {
    const { tooLate, openAlready } = t.appointments.request.errors
    return refuse(form.typed, { form: canAsk(found.appointment, now) ? openAlready : tooLate })
  }
  flash(c, 'changeAsked')
  return c.redirect(href(paths.appointment, { patientId: chart.patientId, appointmentId }), 303)
})

appointmentChanges.post(paths.appointmentRequestWithdrawal, chart('appointments'), async (c) => {
  const { db, chart, now } = c.var
  const appointmentId = c.req.param('appointmentId')
  // Where nothing is open any more, the page says what became of it.
  if (await withdrawRequest(db, chart, appointmentId, now)) flash(c, 'changeWithdrawn')
  else if (!(await findWithRequests(db, chart, appointmentId))) return c.notFound()
  return c.redirect(href(paths.appointment, { patientId: chart.patientId, appointmentId }), 303)
})
