import { startOfDay } from '../appointments/appointment.ts'
import { nextAppointments, preparations } from '../appointments/store.ts'
import { newestReports } from '../labs/store.ts'
import { newestThreads } from '../messages/store.ts'
import { paths } from '../paths.ts'
import { readableChart } from '../patients/chart.ts'
import { Routes } from '../web/routes.ts'
import { nextUp } from './today.ts'
import { HomePage } from './views.tsx'

const most = 5

export const home = new Routes().get(paths.home, readableChart('record'), async (c) => {
  const { db, now, visit, chart } = c.var
  const { timeZone, address } = visit.practice
  const [appointments, threads, reports, ready] = await db.batch([
    nextAppointments(db, chart, startOfDay(now, timeZone), most),
    newestThreads(db, chart, most),
    newestReports(db, chart, most, now),
    preparations(db),
  ])
  return c.render(
    <HomePage
      patient={chart.patient}
      name={(chart.via === 'view' ? chart.patient : chart.viewer).givenName}
      now={now}
      next={nextUp(appointments, now, timeZone)}
      officeAddress={address}
      ready={ready}
      threads={threads.filter(({ unread }) => unread)}
      helped={chart.via === 'caregiver' && chart.patient.accountId ? chart.patient : null}
      reports={reports.filter(({ isNew }) => isNew)}
    />,
    { title: c.var.t.nav.home, tab: 'home' }
  )
})
