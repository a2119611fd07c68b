import { inviteRefusal } from '../../identity/invitation/invitation.ts'
import { paths } from '../../paths.ts'
import { staffChart } from '../../patients/chart.ts'
import { Routes } from '../../web/routes.ts'
import { findPortalFacts } from './store.ts'
import { PatientPage } from './views.tsx'

export const staffPatient = new Routes()

staffPatient.get(paths.adminPatient, staffChart('record', 'patients'), async (c) => {
  const { db, now, t, chart, visit } = c.var
  const facts = await findPortalFacts(db, chart, now)
  return c.render(
    <PatientPage
      {...facts}
      patient={chart.patient}
      now={now}
      mayInvite={visit.may('invitations')}
      mayWrite={visit.may('messages')}
      mayView={visit.may('view-as')}
      mayBook={visit.may('appointments')}
      mayReadLabs={visit.may('labs')}
      refusal={inviteRefusal(chart.patient, now, visit.practice.timeZone)}
    />,
    { title: t.staff.patient.title, tab: 'patients' }
  )
})
