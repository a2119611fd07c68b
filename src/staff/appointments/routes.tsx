import * as v from 'valibot'
import { startOfDay } from '../../appointments/appointment.ts'
import { spanOf } from '../../appointments/day/store.ts'
import { answerRequest, listRequests } from '../../appointments/requests/store.ts'
import { actor, audit } from '../../audit/record.ts'
import { newId } from '../../db/id.ts'
import { appointmentKinds } from '../../db/schema.ts'
import type { RequestContext } from '../../env.ts'
import { localDate } from '../../i18n/format.ts'
import { type StaffViewer, staff } from '../../identity/viewer.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { type Chart, staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readFields, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { Booking, Cancellation, clashesOf, NewBooking, planOf, Told } from './booking.ts'
import { formOf } from './forms.ts'
import {
  bookAll,
  cancelBooking,
  changeBooking,
  type ForDesk,
  findForDesk,
  listAhead,
  listAround,
  listBetween,
  listPreparations,
  newestOf,
  savePreparations,
  tellMore,
} from './store.ts'
import {
  BookingPage,
  CancellationPage,
  ChangePage,
  PatientAppointmentsPage,
  PreparationPage,
  PreviewPage,
  RequestsPage,
  SchedulePage,
} from './views.tsx'

export const staffAppointments = new Routes()

const desk = staff('appointments')
const atRecord = staffChart('appointments', 'appointments')
const head = (c: RequestContext, title = c.var.t.schedule.title) => ({ title, tab: 'schedule' as const })

const later = (day: string, days: number) =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** Names of patients and what they come for are shown, so it is written down that someone looked. */
const recordLooking = (
  { var: { db, viewer, now, requestId } }: RequestContext & { var: { viewer: StaffViewer } },
  act: 'schedule-read' | 'requests-read'
) => db.alongside(audit(db, { at: now, ...actor(viewer), action: `appointments.${act}`, requestId }))

staffAppointments.get(paths.adminSchedule, desk, async (c) => {
  const { db, now, visit } = c.var
  const { timeZone } = visit.practice
  const today = localDate(now, timeZone)
  const asked = c.req.query('day') ?? ''
  const day = spanOf(asked, timeZone) ? asked : today
  const isWeek = c.req.query('span') === 'week'
  const first = spanOf(day, timeZone)
  const last = spanOf(later(day, isWeek ? 6 : 0), timeZone)
  if (!first || !last) return c.notFound()
  const place = c.req.query('place')
  recordLooking(c, 'schedule-read')
  const found = await listBetween(db, first.from, last.to, place)
  return c.render(
    <SchedulePage
      {...found}
      {...{ day, isWeek, today, timeZone, place }}
      step={(days: number) => later(day, days)}
    />,
    head(c)
  )
})

staffAppointments.get(paths.adminAppointmentRequests, desk, async (c) => {
  recordLooking(c, 'requests-read')
  return c.render(
    <RequestsPage {...(await listRequests(c.var.db))} form={blank()} />,
    head(c, c.var.t.schedule.requests)
  )
})

const Answer = v.pipe(
  v.object({
    outcome: v.picklist(['done', 'declined'], 'answerMissing'),
    answer: v.pipe(v.string(), v.trim(), v.maxLength(1000, 'long')),
  }),
  v.forward(
    v.check(({ outcome, answer }) => outcome === 'done' || answer !== '', 'answerMissing'),
    ['answer']
  )
)

staffAppointments.post(paths.adminAppointmentRequest, desk, async (c) => {
  const { db, now, t, viewer } = c.var
  const requestId = c.req.param('requestId')
  const form = await readForm(c, Answer, t.schedule.errors)
  if (!form.ok) {
    const typed = { ...form.form.typed, requestId }
    recordLooking(c, 'requests-read')
    return renderInvalid(
      c,
      <RequestsPage {...(await listRequests(db))} form={{ typed, errors: form.form.errors }} />,
      head(c, t.schedule.requests)
    )
  }
  const stands = await answerRequest(db, c.var, { requestId, ...form.value }, now)
  if (!stands) return c.notFound()
  const { doneBy, outcome, answer } = stands.request
  const isTheirs = doneBy === viewer.id && outcome === form.value.outcome
  if (!isTheirs || (answer ?? '') !== form.value.answer) {
    recordLooking(c, 'requests-read')
    return renderInvalid(
      c,
      <RequestsPage
        {...(await listRequests(db))}
        form={blank()}
        late={{ ...stands, typed: form.value.answer }}
      />,
      head(c, t.schedule.requests)
    )
  }
  wakeOutbox(c)
  flash(c, 'changeAnswered')
  return c.redirect(paths.adminAppointmentRequests, 303)
})

staffAppointments.get(paths.adminPreparation, desk, async (c) => {
  const rows = await listPreparations(c.var.db)
  const typed = Object.fromEntries([
    ['seen', String(newestOf(rows))],
    ...rows.flatMap(({ kind, en, es }) => [
      [`${kind}-en`, en],
      [`${kind}-es`, es],
    ]),
  ])
  return c.render(
    <PreparationPage form={{ typed, errors: {} }} />,
    head(c, c.var.t.schedule.preparationTitle)
  )
})

staffAppointments.post(paths.adminPreparation, desk, async (c) => {
  const { db, now, t } = c.var
  const typed = await readFields(c)
  const texts = appointmentKinds.map((kind) => ({
    kind,
    en: (typed[`${kind}-en`] ?? '').trim(),
    es: (typed[`${kind}-es`] ?? '').trim(),
  }))
  const errors: Form['errors'] = {}
  for (const { kind, en, es } of texts) {
    if ((en === '') !== (es === ''))
      errors[`${kind}-${en === '' ? 'en' : 'es'}`] = t.schedule.errors.pairMissing
    if (en.length > 2000) errors[`${kind}-en`] = t.schedule.errors.long
    if (es.length > 2000) errors[`${kind}-es`] = t.schedule.errors.long
  }
  if (Object.keys(errors).length > 0)
    return renderInvalid(
      c,
      <PreparationPage form={{ typed, errors }} />,
      head(c, t.schedule.preparationTitle)
    )
  const seen = Number(typed.seen) || 0
  const before = await savePreparations(db, c.var, { texts, seen }, now)
  if (newestOf(before) !== seen) {
    const errors: Form['errors'] = {}
    for (const { kind, en, es } of texts) {
      const kept = before.find((row) => row.kind === kind)
      if ((kept?.en ?? '') !== en) errors[`${kind}-en`] = t.schedule.errors.preparationStale(kept?.en ?? '')
      if ((kept?.es ?? '') !== es) errors[`${kind}-es`] = t.schedule.errors.preparationStale(kept?.es ?? '')
    }
    if (Object.keys(errors).length > 0)
      return renderInvalid(
        c,
        <PreparationPage form={{ typed: { ...typed, seen: String(newestOf(before)) }, errors }} />,
        head(c, t.schedule.preparationTitle)
      )
  }
  flash(c, 'saved')
  return c.redirect(paths.adminPreparation, 303)
})

staffAppointments.get(paths.adminPatientAppointments, atRecord, async (c) => {
  const { db, chart, now, visit, t } = c.var
  const found = await listAhead(db, chart, startOfDay(now, visit.practice.timeZone))
  return c.render(
    <PatientAppointmentsPage {...found} patient={chart.patient} mayOpenPatient={visit.may('patients')} />,
    head(c, t.schedule.ofPatient)
  )
})

staffAppointments.get(paths.adminAppointmentNew, atRecord, (c) => {
  const form = blank({ minutes: '30', times: '1', every: '' })
  return c.render(
    <BookingPage patient={c.var.chart.patient} form={form} />,
    head(c, c.var.t.schedule.newTitle)
  )
})

/** The times of a booking, or what is wrong with them. */
function timesOf(c: RequestContext, booking: Booking & { every: string; times: number }) {
  const { now, visit, t } = c.var
  const planned = planOf(booking, visit.practice)
  const { noSuchTime, past } = t.schedule.errors
  if (!planned) return { errors: { time: noSuchTime } }
  return planned.some(({ startsAt }) => startsAt <= now) ? { errors: { date: past } } : { planned }
}

/** The same, with what stands in their way. */
async function examine(
  c: RequestContext,
  chart: Chart<'appointments'>,
  booking: Booking & { every: string; times: number }
) {
  const { planned, errors } = timesOf(c, booking)
  if (!planned) return { errors }
  const place = {
    place: booking.place || null,
    room: booking.room || null,
    clinician: booking.clinician || null,
  }
  const [around] = await c.var.db.batch([listAround(c.var.db, chart.patientId, place, planned)])
  const checked = planned.map((time) => ({
    ...time,
    clashes: clashesOf({ id: '', patientId: chart.patientId, status: 'booked', ...place, ...time }, around),
  }))
  return { planned: checked }
}

staffAppointments.post(paths.adminAppointmentNew, atRecord, async (c) => {
  const { db, chart, now, t } = c.var
  const form = await readForm(c, NewBooking, t.schedule.errors)
  const refuse = (typed: Form['typed'], errors: Form['errors']) =>
    renderInvalid(
      c,
      <BookingPage patient={chart.patient} form={{ typed, errors }} />,
      head(c, t.schedule.newTitle)
    )
  if (!form.ok) return refuse(form.typed, form.form.errors)
  const { planned, errors } = await examine(c, chart, form.value)
  if (!planned) return refuse(form.typed, errors)
  if (form.typed.act === 'back')
    return c.render(
      <BookingPage patient={chart.patient} form={{ typed: form.typed, errors: {} }} />,
      head(c, t.schedule.newTitle)
    )
  if (form.typed.act !== 'book')
    return c.render(
      <PreviewPage patient={chart.patient} typed={form.typed} planned={planned} />,
      head(c, t.schedule.previewTitle)
    )
  // Booked as it was then: whoever means this one as well sends it under a name of its own.
  if (!(await bookAll(db, chart, form.value, planned, now)))
    return refuse({ ...form.typed, submissionId: newId() }, { form: t.schedule.bookedAlready })
  wakeOutbox(c)
  flash(c, 'appointmentBooked')
  return c.redirect(href(paths.adminPatientAppointments, { patientId: chart.patientId }), 303)
})

const changeHead = (c: RequestContext) => head(c, c.var.t.schedule.changeTitle)

staffAppointments.get(paths.adminAppointment, atRecord, async (c) => {
  const { db, chart, visit } = c.var
  const found = await findForDesk(db, chart, c.req.param('appointmentId'))
  if (!found) return c.notFound()
  const form = formOf(found.appointment, visit.practice.timeZone)
  return c.render(<ChangePage {...found} patient={chart.patient} form={form} />, changeHead(c))
})

staffAppointments.post(paths.adminAppointment, atRecord, async (c) => {
  const { db, chart, now, t, visit } = c.var
  const appointmentId = c.req.param('appointmentId')
  const found = await findForDesk(db, chart, appointmentId)
  if (!found) return c.notFound()
  const typed = await readFields(c)
  const aim = { appointmentId, seen: Number(typed.seen) }
  const refuse = (errors: Form['errors'], now: ForDesk = found) =>
    renderInvalid(
      c,
      <ChangePage
        {...now}
        patient={chart.patient}
        // What was looked at stays what is compared with, until it was seen anew.
        form={{ typed: { ...typed, seen: String(now.appointment.sequence) }, errors }}
      />,
      changeHead(c)
    )
  let isDone = false
  let { startsAt } = found.appointment
  if (found.appointment.source) {
    const form = await readForm(c, Told, t.schedule.errors)
    if (!form.ok) return refuse(form.form.errors)
    isDone = await tellMore(db, chart, aim, form.value, now)
  } else {
    const form = await readForm(c, Booking, t.schedule.errors)
    if (!form.ok) return refuse(form.form.errors)
    const { planned, errors } = timesOf(c, { ...form.value, every: '', times: 1 })
    const [time] = planned ?? []
    if (!time) return refuse(errors ?? {})
    startsAt = time.startsAt
    isDone = await changeBooking(db, chart, aim, form.value, time, now)
  }
  if (!isDone) {
    const current = await findForDesk(db, chart, appointmentId)
    return current ? refuse({ form: t.schedule.stale }, current) : c.notFound()
  }
  wakeOutbox(c)
  flash(c, 'saved')
  const day = localDate(startsAt, visit.practice.timeZone)
  return c.redirect(`${paths.adminSchedule}?day=${day}`, 303)
})

staffAppointments.get(paths.adminAppointmentCancellation, atRecord, async (c) => {
  const { db, chart, t } = c.var
  const found = await findForDesk(db, chart, c.req.param('appointmentId'))
  if (!found || found.appointment.source) return c.notFound()
  const form = { typed: { seen: String(found.appointment.sequence) }, errors: {} }
  return c.render(
    <CancellationPage {...found} patient={chart.patient} form={form} />,
    head(c, t.schedule.cancelTitle)
  )
})

staffAppointments.post(paths.adminAppointmentCancellation, atRecord, async (c) => {
  const { db, chart, now, t } = c.var
  const appointmentId = c.req.param('appointmentId')
  const form = await readForm(c, Cancellation, t.schedule.errors)
  const refuse = async (typed: Form['typed'], errors: Form['errors']) => {
    const found = await findForDesk(db, chart, appointmentId)
    if (!found || found.appointment.source) return c.notFound()
    const shown = { typed: { ...typed, seen: String(found.appointment.sequence) }, errors }
    return renderInvalid(
      c,
      <CancellationPage {...found} patient={chart.patient} form={shown} />,
      head(c, t.schedule.cancelTitle)
    )
  }
  if (!form.ok) return refuse(form.typed, form.form.errors)
  const { seen, reason, series } = form.value
  const isDone = await cancelBooking(
    db,
    chart,
    { appointmentId, seen },
    { reason, wholeSeries: series === 'yes' },
    now
  )
  if (!isDone) return refuse(form.typed, { form: t.schedule.stale })
  wakeOutbox(c)
  flash(c, 'appointmentCancelled')
  return c.redirect(href(paths.adminPatientAppointments, { patientId: chart.patientId }), 303)
})
