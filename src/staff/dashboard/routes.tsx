import { staff } from '../../identity/viewer.ts'
import { canaryOf } from '../../outbox/canary/canary.ts'
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
  const canary = canaryOf(c.env, waiting.canary, now)
  return c.render(<DashboardPage waiting={waiting} canary={canary} may={visit.may} />, head)
})
