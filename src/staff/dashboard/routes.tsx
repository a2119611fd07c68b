import { staff } from '../../identity/viewer.ts'
import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { countWaiting } from './store.ts'
import { DashboardPage, NothingYetPage } from './views.tsx'

export const staffDashboard = new Routes()

staffDashboard.get(paths.admin, staff('any'), async (c) => {
  const { db, now, t, viewer, visit } = c.var
  const head = { title: t.staff.dashboard.title, tab: 'dashboard' } as const
  if (!visit.may('desk-messages') && !visit.may('invitations')) return c.render(<NothingYetPage />, head)
  const waiting = await countWaiting(db, viewer, now, visit)
  return c.render(<DashboardPage waiting={waiting} may={visit.may} />, head)
})
