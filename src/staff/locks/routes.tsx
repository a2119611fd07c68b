import { staff } from '../../identity/viewer.ts'
import { href, paths } from '../../paths.ts'
import { staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { Routes } from '../../web/routes.ts'
import { liftRecordLocks, liftStaffLocks, signOutOfRecord } from './store.ts'

export const staffLocks = new Routes()

staffLocks.post(paths.adminAccountLockRemoval, staffChart('record', 'patients'), async (c) => {
  const { db, now, chart } = c.var
  if (!(await liftRecordLocks(db, chart, c.req.param('accountId'), now))) return c.notFound()
  flash(c, 'locksLifted')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})

staffLocks.post(paths.adminAccountSignOut, staffChart('record', 'patients'), async (c) => {
  const { db, now, chart } = c.var
  if (!(await signOutOfRecord(db, chart, c.req.param('accountId'), now))) return c.notFound()
  flash(c, 'signedOutEverywhere')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})

staffLocks.post(paths.adminStaffLockRemoval, staff('staff'), async (c) => {
  const { db, now, requestId, viewer } = c.var
  const staffId = c.req.param('staffId')
  if (!(await liftStaffLocks(db, viewer, staffId, requestId, now))) return c.notFound()
  flash(c, 'locksLifted')
  return c.redirect(href(paths.adminStaffMember, { staffId }), 303)
})
