import { actor, audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { checkCurrentPassword } from '../current-password.ts'
import { renewSession } from '../session.ts'
import { forgetTries } from '../throttle.ts'
import type { Session, Viewer } from '../visit.ts'

/** Takes the password once more and lets the session do for a while what needs it. False when it was wrong. */
export async function confirmByPassword(c: RequestContext, viewer: Viewer, session: Session, typed: string) {
  const { db, now, requestId } = c.var
  const entry = { at: now, ...actor(viewer), requestId }
  const known = await checkCurrentPassword(c, viewer, typed)
  if (!known) {
    db.alongside(audit(db, { ...entry, action: 'confirm.wrong' }))
    return false
  }
  const renewed = await renewSession(c, session, { confirmed: true })
  await db.batch([
    renewed.statement(),
    forgetTries(db, known.triesKey),
    audit(db, { ...entry, action: 'confirm.password' }),
  ])
  renewed.setCookie()
  return true
}
