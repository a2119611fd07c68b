import { paths } from '../paths.ts'
import { readableChart } from '../patients/chart.ts'
import { pageAsked } from '../web/paging.ts'
import { Routes } from '../web/routes.ts'
import { startOfDay } from './appointment.ts'
import { findWithRequests } from './requests/store.ts'
import { listAppointments } from './store.ts'
import { AppointmentPage, AppointmentsPage } from './views.tsx'

export const appointments = new Routes()

appointments.get(paths.appointments, readableChart('appointments'), async (c) => {
  const { db, now, visit } = c.var
  const { timeZone } = visit.practice
  const page = pageAsked(c)
  const ahead = pageAsked(c, 'ahead')
  const found = await listAppointments(db, c.var.chart, {
    startOfToday: startOfDay(now, timeZone),
    now,
    page,
    aheadPage: ahead,
  })
  if ((found.past.length === 0 && page > 1) || (found.upcoming.length === 0 && ahead > 1)) return c.notFound()
  return c.render(
    <AppointmentsPage
      patientId={c.var.chart.patientId}
      {...found}
      page={page}
      ahead={ahead}
      now={now}
      timeZone={timeZone}
    />,
    { title: c.var.t.appointments.title, tab: 'appointments' }
  )
})

appointments.get(paths.appointment, readableChart('appointments'), async (c) => {
  const found = await findWithRequests(c.var.db, c.var.chart, c.req.param('appointmentId'))
  if (!found) return c.notFound()
  return c.render(
    <AppointmentPage
      patientId={c.var.chart.patientId}
      {...found}
      practice={c.var.visit.practice}
      now={c.var.now}
    />,
    { title: c.var.t.appointments.one, tab: 'appointments' }
  )
})
