import type { Access } from '../../web/routes.ts'
import { refuse, toSignIn } from '../viewer.ts'
import { loadVisit, type Session, type Viewer } from '../visit.ts'
import { hasSession } from './store.ts'

/** The account a session belongs to, whether it is open or has ended. To anyone else there is none. */
export const ownSession: Access<{ viewer: Viewer; session: Session }> = {
  label: 'signed in, own session',
  async enter(c, next) {
    const visit = await loadVisit(c)
    if (!visit.viewer || !visit.session) return toSignIn(c, visit)
    if (!(await hasSession(c.var.db, visit.viewer.id, c.req.param('sessionId') ?? ''))) {
      refuse(c, visit.viewer, null, 'settings.device-signed-out')
      return c.notFound()
    }
    c.set('viewer', visit.viewer)
    c.set('session', visit.session)
    await next()
  },
}
