import * as v from 'valibot'
import { actor, audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, readFields, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { ConfirmPage } from '../confirm/views.tsx'
import { isConfirmed, renewSession } from '../session.ts'
import { shield } from '../shield.ts'
import { arrive } from '../sign-in/arrival.ts'
import { safeNext } from '../sign-in/credentials.ts'
import { showSecondStep } from '../sign-in/second-step/routes.tsx'
import { SignInPage } from '../sign-in/views.tsx'
import { recordFailedSignIn } from '../store.ts'
import { anyone, confirmed, halfSignedIn, signedIn } from '../viewer.ts'
import type { Session, Viewer } from '../visit.ts'
import { newChallenge, openChallenge } from './challenge.ts'
import { ownPasskey, ownPasskeyConfirmed } from './own-passkey.ts'
import {
  challengeOf,
  creationOptions,
  firstName,
  longestName,
  mostPasskeys,
  readRegistration,
  verifyRegistration,
} from './passkey.ts'
import { askForAnyPasskey, askForOwnPasskey, provenPasskey } from './proof.ts'
import {
  addPasskey,
  confirmByPasskey,
  keepPasskeys,
  listPasskeys,
  listUsable,
  passkeyUse,
  removePasskey,
  renamePasskey,
} from './store.ts'
import { PasskeyPage, PasskeysPage } from './views.tsx'

export const passkeys = new Routes()

const refused = (why: string) => again({}, why)

// A refused answer shows its page at the address it was posted to; asked for again, that address is the page itself.
passkeys.get(paths.passkeySignIn, anyone, (c) => c.redirect(paths.signIn, 303))
passkeys.get(paths.secondStepPasskey, halfSignedIn, (c) => c.redirect(paths.secondStep, 303))
passkeys.get(paths.confirmPasskey, signedIn, (c) => c.redirect(paths.confirm, 303))

passkeys.post(paths.passkeySignIn, anyone, async (c) => {
  const { db, now, t, requestId } = c.var
  const next = safeNext(c.req.query('next'))
  await shield(c, 'passkey')
  const { account, use, isHeld } = await provenPasskey(c, 'sign-in')
  const to =
    account && use && (await arrive(c, { account, by: 'passkey', next, ...passkeyUse(db, use, now) }))
  if (to) return c.redirect(to, 303)

  const why = isHeld ? t.passkeys.heldNow : t.passkeys.refused
  db.alongside(recordFailedSignIn(db, account, isHeld ? 'passkey-held' : 'passkey-wrong', requestId, now))
  return renderInvalid(
    c,
    <SignInPage form={refused(why)} next={next} passkey={await askForAnyPasskey(c)} />,
    { title: t.signIn.title, layout: 'entry', passkey: true }
  )
})

passkeys.post(paths.secondStepPasskey, halfSignedIn, async (c) => {
  const { db, now, t, requestId, session, account } = c.var
  const next = safeNext(c.req.query('next'))
  const { tokenHash } = session
  const { use } = await provenPasskey(c, 'second-step', { accountId: account.id, tokenHash })
  const to = use && (await arrive(c, { account, by: 'passkey', next, ...passkeyUse(db, use, now) }))
  if (to) return c.redirect(to, 303)

  db.alongside(recordFailedSignIn(db, account, 'passkey-wrong', requestId, now))
  return showSecondStep(c, account, refused(t.passkeys.refused))
})

passkeys.post(paths.confirmPasskey, signedIn, async (c) => {
  const { db, now, t, requestId, viewer, session } = c.var
  const next = safeNext(c.req.query('next')) ?? paths.settings
  const holder = { accountId: viewer.id, tokenHash: session.tokenHash }
  const { use } = await provenPasskey(c, 'confirm', holder)
  const renewed = await renewSession(c, session, { confirmed: true })
  if (use && (await confirmByPasskey(db, viewer, use, renewed, requestId, now))) {
    renewed.setCookie()
    return c.redirect(next, 303)
  }
  db.alongside(audit(db, { at: now, ...actor(viewer), action: 'confirm.passkey-wrong', requestId }))
  const passkey = await askForOwnPasskey(c, 'confirm', session, await listUsable(db, viewer.id, 'confirm'))
  return renderInvalid(c, <ConfirmPage form={refused(t.passkeys.refused)} next={next} passkey={passkey} />, {
    title: t.confirm.title,
    passkey: true,
  })
})

const fewMinutes = 3 * 60_000

/** The list, and what adding needs where the password was given so lately that there is time left for the browser's part. */
async function passkeysProps(c: RequestContext, viewer: Viewer, session: Session) {
  const { db, now } = c.var
  const listed = await listPasskeys(db, viewer.id)
  const mayAdd = listed.length < mostPasskeys && isConfirmed(session, new Date(now.getTime() + fewMinutes))
  const options = mayAdd
    ? creationOptions(
        c.env.APP_ORIGIN,
        await newChallenge(c.env.TOKEN_KEY, 'add', session.tokenHash, now),
        viewer,
        listed
      )
    : undefined
  return { passkeys: listed, options }
}

passkeys.get(paths.passkeys, signedIn, async (c) => {
  const props = await passkeysProps(c, c.var.viewer, c.var.session)
  return c.render(<PasskeysPage {...props} form={blank()} />, {
    title: c.var.t.passkeys.title,
    passkey: true,
  })
})

passkeys.post(paths.passkeys, confirmed(paths.passkeys), async (c) => {
  const { t, viewer, session } = c.var
  const added = await addFrom(c, viewer, session)
  if (!added) {
    const props = await passkeysProps(c, viewer, session)
    return renderInvalid(c, <PasskeysPage {...props} form={refused(t.passkeys.notAdded)} />, {
      title: t.passkeys.title,
      passkey: true,
    })
  }
  wakeOutbox(c)
  flash(c, 'passkeyAdded')
  return c.redirect(href(paths.passkey, { passkeyId: added.id }), 303)
})

/** Adds what the browser made, under the name its maker has; undefined when it cannot be taken. */
async function addFrom(c: RequestContext, viewer: Viewer, session: Session) {
  const { db, now, requestId } = c.var
  const said = readRegistration((await readFields(c)).answer)
  const challenge =
    said && (await openChallenge(c.env.TOKEN_KEY, 'add', session.tokenHash, challengeOf(said), now))
  const made = challenge && (await verifyRegistration(said, c.env.APP_ORIGIN))
  if (!made) return undefined

  const renewed = await renewSession(c, session, { confirmed: false })
  const name = firstName(made.maker, c.req.header('User-Agent'))
  const given = { challenge, renewed, sessionHash: session.tokenHash }
  const added = await addPasskey(db, viewer, { ...made, name }, given, requestId, now)
  if (added) renewed.setCookie()
  return added
}

/** The passkeys a person was looking at when they said that they are theirs. */
const Shown = v.object({
  shown: v.pipe(v.string(), v.regex(/^[\w-]{1,40}(,[\w-]{1,40})*$/), v.maxLength(500)),
})

passkeys.post(paths.passkeysKept, confirmed(paths.passkeys), async (c) => {
  const { db, now, requestId, viewer, session } = c.var
  const form = await readForm(c, Shown, {})
  const renewed = await renewSession(c, session, { confirmed: false })
  if (form.ok && (await keepPasskeys(db, viewer, form.value.shown.split(','), renewed, requestId, now))) {
    renewed.setCookie()
    flash(c, 'passkeysKept')
  }
  return c.redirect(paths.passkeys, 303)
})

const Name = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'nameMissing'), v.maxLength(longestName, 'nameLong')),
})

passkeys.get(paths.passkey, ownPasskey, (c) => {
  const { passkey } = c.var
  return c.render(<PasskeyPage passkey={passkey} form={blank({ name: passkey.name })} />, {
    title: c.var.t.passkeys.one,
  })
})

passkeys.post(paths.passkey, ownPasskey, async (c) => {
  const { db, now, t, requestId, viewer, passkey } = c.var
  const form = await readForm(c, Name, t.passkeys)
  if (!form.ok)
    return renderInvalid(c, <PasskeyPage passkey={passkey} form={form.form} />, { title: t.passkeys.one })
  await renamePasskey(db, viewer, passkey.id, form.value.name, requestId, now)
  flash(c, 'passkeyRenamed')
  return c.redirect(paths.passkeys, 303)
})

passkeys.post(paths.passkeyRemoval, ownPasskeyConfirmed, async (c) => {
  const { db, now, t, requestId, viewer, session, passkey } = c.var
  const renewed = await renewSession(c, session, { confirmed: false })
  if (!(await removePasskey(db, viewer, passkey.id, renewed, requestId, now))) {
    const form = { typed: { name: passkey.name }, errors: { form: t.passkeys.last } }
    return renderInvalid(c, <PasskeyPage passkey={passkey} form={form} />, { title: t.passkeys.one })
  }
  renewed.setCookie()
  wakeOutbox(c)
  flash(c, 'passkeyRemoved')
  return c.redirect(paths.passkeys, 303)
})
