import { refuse, toSignIn } from '../../identity/viewer.ts'
import { loadVisit, type Viewer } from '../../identity/visit.ts'
import type { Access } from '../../web/routes.ts'
import type { QuickReply } from './quick-reply.ts'
import { findReply } from './store.ts'

/** One's own quick reply, or the practice's for those who may change its settings. To anyone else it is not there. */
export const ownQuickReply: Access<{ viewer: Viewer; reply: QuickReply }> = {
  label: 'own quick reply',
  async enter(c, next) {
    const visit = await loadVisit(c)
    const { viewer } = visit
    if (!viewer) return toSignIn(c, visit)
    const found = visit.may('messages') && (await findReply(c.var.db, viewer, c.req.param('replyId') ?? ''))
    if (!found || (found.ownerId === null && !visit.may('settings'))) {
      refuse(c, viewer, null, 'quick-replies')
      return c.notFound()
    }
    c.set('viewer', viewer)
    c.set('reply', found)
    await next()
  },
}
