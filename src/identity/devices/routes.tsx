import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { paths, withQuery } from '../../paths.ts'
import { flash, hasFlash } from '../../web/flash.ts'
import { readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { dropCookies, secondsLeft, touchSession } from '../session.ts'
import { safeNext } from '../sign-in/credentials.ts'
import { anyone, pageBefore, signedIn } from '../viewer.ts'
import { ownSession } from './own-session.ts'
import { listDevices, removeTrust, signOutDevice, signOutOtherDevices } from './store.ts'
import { DevicesPage } from './views.tsx'

export const devices = new Routes()

devices.get(paths.devices, signedIn, async (c) => {
  const { db, now, t, viewer, session } = c.var
  const found = await listDevices(db, viewer, now)
  return c.render(<DevicesPage {...found} here={session} />, { title: t.devices.title })
})

devices.post(paths.devicesSignOut, signedIn, async (c) => {
  await signOutOtherDevices(c.var.db, c.var, c.var.now)
  flash(c, 'othersSignedOut')
  return c.redirect(paths.devices, 303)
})

devices.post(paths.deviceSignOut, ownSession, async (c) => {
  const { db, now, session } = c.var
  const sessionId = c.req.param('sessionId')
  await signOutDevice(db, c.var, sessionId, now)
  if (sessionId !== session.id) {
    flash(c, 'deviceSignedOut')
    return c.redirect(paths.devices, 303)
  }
  dropCookies(c)
  flash(c, 'signedOut')
  c.header('Clear-Site-Data', '"cache", "storage"')
  return c.redirect(paths.signIn, 303)
})

const Trust = v.object({ id: v.pipe(v.string(), v.regex(/^([a-z0-9]{21}|all)$/)) })

devices.post(paths.trustRemoval, signedIn, async (c) => {
  const form = v.safeParse(Trust, await readFields(c))
  if (form.success) {
    await removeTrust(c.var.db, c.var, form.output.id, c.var.now)
    flash(c, 'trustRemoved')
  }
  return c.redirect(paths.devices, 303)
})

// --- How long a session goes on: asked by static/session.js, which is told in seconds; a form gets a page. -------------

const wantsSeconds = (c: RequestContext) => c.req.header('Accept') === 'text/plain'

/** "1800 43200": until the session ends if nothing is done, and in any case. "0 1" where someone else is signed in now. */
const inSeconds = (c: RequestContext, left: { idle: number; last: number } | null) =>
  c.text(left ? `${left.idle} ${left.last}` : c.var.visit.viewer ? '0 1' : '0 0')

/** On to the page one was on; after the end, to sign in and then there. */
function goOn(c: RequestContext, isTheirs: boolean, next: string | undefined) {
  if (c.var.visit.viewer) return c.redirect((isTheirs && safeNext(next)) || paths.front, 303)
  // What was typed may have been kept a moment ago, which says more.
  if (!hasFlash(c)) flash(c, 'timedOut')
  return c.redirect(withQuery(paths.signIn, { next: safeNext(next) }), 303)
}

devices.get(paths.sessionExtension, anyone, (c) => {
  const { viewer, endsIn } = c.var.visit
  const isTheirs = viewer !== null && viewer.id === c.req.query('account')
  return wantsSeconds(c) ? inSeconds(c, isTheirs ? endsIn : null) : goOn(c, isTheirs, c.req.query('next'))
})

devices.post(paths.sessionExtension, anyone, async (c) => {
  const { db, now, visit } = c.var
  const { account, next } = await readFields(c)
  const { viewer, session } = visit
  const theirs = viewer && viewer.id === account ? session : null
  if (theirs) db.alongside(touchSession(db, theirs.tokenHash, now))
  const left = theirs && secondsLeft({ ...theirs, seenAt: now }, viewer?.staffRole !== null, now)
  return wantsSeconds(c) ? inSeconds(c, left) : goOn(c, theirs !== null, next ?? pageBefore(c))
})
