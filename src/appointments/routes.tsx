import { paths } from '../paths.ts'
import { chart } from '../patients/chart.ts'
import { pageAsked } from '../web/paging.ts'
import { Routes } from '../web/routes.ts'
import { startOfDay } from './appointment.ts'
import { findAppointment, listAppointments } from './store.ts'
import { AppointmentPage, AppointmentsPage } from './views.tsx'

export const appointments = new Routes()

appointments.get(paths.appointments, chart('appointments'), async (c) => {
  const { db, now, visit } = c.var
  const { timeZone } = visit.practice
  const page = pageAsked(c)
  const found = await listAppointments(db, c.var.chart, {
    startOfToday: startOfDay(now, timeZone),
    now,
    page,
  })
  if (found.past.length === 0 && page > 1) return c.notFound()
  return c.render(
    <AppointmentsPage
      patientId={c.var.chart.patientId}
      {...found}
      page={page}
      now={now}
      timeZone={timeZone}
    />,
    { title: c.var.t.appointments.title, tab: 'appointments' }
  )
})

appointments.get(paths.appointment, chart('appointments'), async (c) => {
  const appointment = await findAppointment(c.var.db, c.var.chart, c.req.param('appointmentId'))
  if (!appointment) return c.notFound()
  return c.render(
    <AppointmentPage
      patientId={c.var.chart.patientId}
      appointment={appointment}
      practice={c.var.visit.practice}
    />,
    { title: c.var.t.appointments.one, tab: 'appointments' }
  )
})
