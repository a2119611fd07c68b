import { href, paths, withQuery } from '../../paths.ts'
import type { Access } from '../../web/routes.ts'
import { isConfirmed } from '../session.ts'
import { refuse, toSignIn } from '../viewer.ts'
import { loadVisit, type Session, type Viewer } from '../visit.ts'
import { findOwnPasskey, type OwnPasskey } from './store.ts'

type Granted = { viewer: Viewer; session: Session; passkey: OwnPasskey }

/** The account a passkey belongs to. To anyone else it does not exist. */
export const ownPasskey: Access<Granted> = {
  label: 'signed in, own passkey',
  enter: (c, next) => enter(c, next, false),
}

/** The same, with the password or a passkey given a moment ago; whoever has not gives it and comes back to the passkey. */
export const ownPasskeyConfirmed: Access<Granted> = {
  label: 'signed in, own passkey, confirmed',
  enter: (c, next) => enter(c, next, true),
}

async function enter(
  ...[c, next, mustConfirm]: [...Parameters<Access<Granted>['enter']>, mustConfirm: boolean]
) {
  const visit = await loadVisit(c)
  const { viewer, session } = visit
  if (!viewer || !session) return toSignIn(c, visit)
  const passkey = await findOwnPasskey(c.var.db, viewer.id, c.req.param('passkeyId') ?? '')
  if (!passkey) {
    refuse(c, viewer, null, 'passkey')
    return c.notFound()
  }
  if (mustConfirm && !isConfirmed(session, c.var.now)) {
    const back = href(paths.passkey, { passkeyId: passkey.id })
    return c.redirect(withQuery(paths.confirm, { next: back }), 303)
  }
  c.set('viewer', viewer)
  c.set('session', session)
  c.set('passkey', passkey)
  await next()
}
