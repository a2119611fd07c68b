import { actor, audit } from '../audit/record.ts'
import type { RequestContext } from '../env.ts'
import { type Path, paths, withQuery } from '../paths.ts'
import { flash } from '../web/flash.ts'
import type { Access } from '../web/routes.ts'
import { keepUnsent, readUnsent } from './kept/keeping.ts'
import { renderUnsent } from './kept/unsent.tsx'
import { may, type Permission, type StaffRole } from './permissions.ts'
import { isConfirmed } from './session.ts'
import { safeNext } from './sign-in/credentials.ts'
import { loadVisit, type Session, type Viewer, type Visit } from './visit.ts'

/** Anyone at all; who they are is known if they are signed in, and `?record=` keeps the record they came from. */
export const anyone: Access = {
  label: 'anyone',
  async enter(c, next) {
    await loadVisit(c, c.req.query('record'))
    await next()
  },
}

/** A monitor that asks whether we answer: no trip to D1, nothing about anyone. */
export const machineProbe: Access = {
  label: 'health',
  enter: (_c, next) => next(),
}

/** A program whose token stands in the address: it has no session, and what it may see is judged by the token alone. */
export const programWithToken: Access = {
  label: 'token',
  enter: (_c, next) => next(),
}

/**
 * Whoever has the link of a mail, wherever they post it from: mail programs do so by themselves (RFC 8058). Nothing but
 * what stands in the link is done, and no session makes it more.
 */
export const linkInMail: Access = {
  label: 'link in a mail',
  machine: { maxBody: 8 * 1024, tooLarge: (c) => c.text('The body is too large.', 413) },
  async enter(c, next) {
    await loadVisit(c)
    await next()
  },
}

/** The page that was asked for, with its query where that is a simple one: where to come back to. */
const pageAsked = (c: RequestContext) => {
  const { pathname, search } = new URL(c.req.url)
  return safeNext(pathname + search) ?? pathname
}

/** The page of ours that a form was posted from. */
export function pageBefore(c: RequestContext) {
  const referer = c.req.header('Referer')
  const from = referer && URL.canParse(referer) ? new URL(referer) : undefined
  return from?.origin === c.env.APP_ORIGIN ? safeNext(from.pathname + from.search) : undefined
}

/**
 * Sends a signed-out person to sign in and back again; htmx leaves the page instead of swapping a form into it. A form
 * they wrote for longer than their session lasted is kept for them, or given back: a redirect would lose it for good.
 */
export async function toSignIn(c: RequestContext, visit: Visit) {
  const unsent = c.req.method === 'POST' ? await readUnsent(c) : undefined
  const isKept = unsent && visit.timedOut && (await keepUnsent(c, visit.timedOut, unsent))
  if (unsent && !isKept) return renderUnsent(c, unsent)
  // A page and what it saved by itself may be sent here one after the other: what is said in the address is said to both.
  // Nobody follows the answer to what a page sent as it left: it leaves word for the page that comes next.
  const isSaid = isKept && c.req.path !== paths.keep
  if (visit.timedOut && !isSaid) flash(c, isKept ? 'kept' : 'timedOut')
  // Whoever finds their words waiting is led to them; who signs in instead of them need not learn where they were going.
  const next = isKept ? undefined : c.req.method === 'GET' ? pageAsked(c) : pageBefore(c)
  const url = withQuery(paths.signIn, { next, said: isSaid ? 'kept' : undefined })
  if (c.req.header('HX-Request')) {
    c.header('HX-Redirect', url)
    return c.body(null, 401)
  }
  return c.redirect(url, 303)
}

/** Signed in, second step included where one is set up. */
export const signedIn: Access<{ viewer: Viewer; session: Session }> = {
  label: 'signed in',
  async enter(c, next) {
    const visit = await loadVisit(c)
    if (!visit.viewer || !visit.session) return toSignIn(c, visit)
    c.set('viewer', visit.viewer)
    c.set('session', visit.session)
    await next()
  },
}

/**
 * Signed in, and the password or a passkey was given a moment ago (product.md section 2: a session left open must not be
 * enough). Everyone else gives it once more and comes back: to the page they asked for, or to `back` after a post.
 */
export const confirmed = (back: Path): Access<{ viewer: Viewer; session: Session }> => ({
  label: 'signed in, confirmed',
  async enter(c, next) {
    const visit = await loadVisit(c)
    if (!visit.viewer || !visit.session) return toSignIn(c, visit)
    if (!isConfirmed(visit.session, c.var.now)) {
      const goal = c.req.method === 'GET' ? pageAsked(c) : back
      return c.redirect(withQuery(paths.confirm, { next: goal }), 303)
    }
    c.set('viewer', visit.viewer)
    c.set('session', visit.session)
    await next()
  },
})

/** The password was right and the second step is owed. */
export const halfSignedIn: Access<{ session: Session; account: NonNullable<Visit['pending']> }> = {
  label: 'second step owed',
  async enter(c, next) {
    const visit = await loadVisit(c)
    if (!visit.pending || !visit.session)
      return visit.viewer ? c.redirect(paths.front, 303) : toSignIn(c, visit)
    c.set('session', visit.session)
    c.set('account', visit.pending)
    await next()
  },
}

export type StaffViewer = Viewer & { staffRole: StaffRole }

/** Staff whose role holds the permission. To anyone else the page does not exist. */
export const staff = (permission: Permission | 'any'): Access<{ viewer: StaffViewer }> => ({
  label: `staff:${permission}`,
  async enter(c, next) {
    const visit = await loadVisit(c)
    if (!visit.viewer) return toSignIn(c, visit)
    const { viewer } = visit
    if (!isStaff(viewer) || (permission !== 'any' && !may(viewer.staffRole, permission))) {
      refuse(c, viewer, null, `staff.${permission}`)
      return c.notFound()
    }
    c.set('viewer', viewer)
    await next()
  },
})

export const isStaff = (viewer: Viewer): viewer is StaffViewer => viewer.staffRole !== null

/** Writes down that staff looked at a list of things about people, or at one of them. */
export const noteRead = (
  c: RequestContext,
  viewer: Viewer,
  action: string,
  subjectId: string | null = null
) =>
  c.var.db.alongside(
    audit(c.var.db, {
      at: c.var.now,
      ...actor(viewer),
      action,
      subjectId: subjectId?.slice(0, 40) ?? null,
      requestId: c.var.requestId,
    })
  )

/** Writes down that someone asked for what is not theirs. */
export const refuse = (c: RequestContext, viewer: Viewer, patientId: string | null, what: string) =>
  c.var.db.alongside(
    audit(c.var.db, {
      at: c.var.now,
      ...actor(viewer),
      patientId,
      action: `${what}.refused`,
      requestId: c.var.requestId,
    })
  )
