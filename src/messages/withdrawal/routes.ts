import { href, paths } from '../../paths.ts'
import { chart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { Routes } from '../../web/routes.ts'
import { withdrawMessage } from './store.ts'

export const withdrawal = new Routes()

withdrawal.post(paths.messageWithdrawal, chart('messages'), async (c) => {
  const { db, chart, now } = c.var
  const { threadId, messageId } = c.req.param()
  const found = await withdrawMessage(db, chart, threadId, messageId, now)
  if (!found) return c.notFound()
  flash(c, found.isWithdrawn ? 'withdrawn' : 'opened')
  return c.redirect(href(paths.thread, { patientId: chart.patientId, threadId }), 303)
})
