import type { RequestContext } from '../../env.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { knownDevice } from '../device.ts'
import { askForAnyPasskey } from '../passkeys/proof.ts'
import { nobodysHash, strongerHash, verifyPassword } from '../password.ts'
import { dropCookies, newSession } from '../session.ts'
import { shield } from '../shield.ts'
import {
  type Account,
  keepStrongerHash,
  listRecords,
  recordFailedSignIn,
  recordPause,
  signOut,
} from '../store.ts'
import { signInTries } from '../tries.ts'
import { anyone, signedIn } from '../viewer.ts'
import { arrive } from './arrival.ts'
import { Credentials, safeNext } from './credentials.ts'
import { findAccountForSignIn, giveTriesBack, openHalfSession, ownTries, type Proof } from './store.ts'
import { RecordsPage, SignInPage } from './views.tsx'

export const signIn = new Routes()

/** The first page of someone who is signed in. */
function firstPage(c: RequestContext) {
  const { viewer, records } = c.var.visit
  if (!viewer) return paths.signIn
  if (viewer.staffRole) return paths.admin
  return records.count === 1 && records.firstId
    ? href(paths.home, { patientId: records.firstId })
    : paths.records
}

signIn.get(paths.front, anyone, (c) => c.redirect(firstPage(c), 303))

signIn.get(paths.signIn, anyone, async (c) => {
  if (c.var.visit.viewer) return c.redirect(firstPage(c), 303)
  const next = safeNext(c.req.query('next'))
  const isKept = c.req.query('said') === 'kept'
  return c.render(
    <SignInPage form={blank()} next={next} isKept={isKept} passkey={await askForAnyPasskey(c)} />,
    head(c)
  )
})

signIn.post(paths.signIn, anyone, async (c) => {
  const { db, now, t, requestId } = c.var
  const next = safeNext(c.req.query('next'))
  const form = await readForm(c, Credentials, t.signIn)
  if (!form.ok) return refuse(c, form.form)
  const wrong: Form = { typed: form.typed, errors: { email: t.signIn.wrong } }

  const { email, password } = form.value
  await shield(c, email)
  const device = await knownDevice(c, email)
  const tries = await signInTries(c, email, device)
  const { taken, account, trusted } = await findAccountForSignIn(db, email, device ?? null, tries, now)
  const usable = taken && account && !account.deactivatedAt ? account : undefined
  // A hash is what a flood would exhaust us with. A pause tells nothing: unknown addresses are paused alike.
  const right = taken && (await verifyPassword(usable?.passwordHash ?? nobodysHash, password))
  if (!usable || !right) {
    db.alongside(
      recordFailedSignIn(db, account, taken ? 'wrong' : 'paused', requestId, now),
      ...tries.flatMap(({ limit }, i) => recordPause(db, account, limit, taken?.[i], requestId, now)),
      ...(taken ? [] : [ownTries(db, email, tries)])
    )
    return refuse(c, wrong)
  }

  const stronger = await strongerHash(usable.passwordHash ?? '', password)
  const proof: Proof = {
    account: usable,
    spend: (opened) => [
      ...giveTriesBack(db, tries),
      ...(stronger ? [keepStrongerHash(db, usable, stronger, opened)] : []),
    ],
  }
  const to = owesSecondStep(usable, trusted)
    ? await oweSecondStep(c, proof, next)
    : await arrive(c, { ...proof, by: 'password', next })
  // The account was closed, or its password changed, while this one was being checked.
  return to ? c.redirect(to, 303) : refuse(c, wrong)
})

const head = (c: RequestContext) => ({ title: c.var.t.signIn.title, layout: 'entry', passkey: true }) as const

const refuse = async (c: RequestContext, form: Form) =>
  renderInvalid(
    c,
    <SignInPage form={form} next={safeNext(c.req.query('next'))} passkey={await askForAnyPasskey(c)} />,
    head(c)
  )

/** The password was right: a session that opens the door of the second step and nothing else. Where to go from here. */
async function oweSecondStep(c: RequestContext, proof: Proof, next: string | undefined) {
  const { db, now, requestId, visit } = c.var
  const session = await newSession(c, proof.account.id, false)
  const oldToken = visit.session?.tokenHash ?? null
  if (!(await openHalfSession(db, { ...proof, session: session.row, oldToken, requestId }, now)))
    return undefined
  session.setCookie()
  return withQuery(proof.account.secondStepAt ? paths.secondStep : paths.secondStepSetup, { next })
}

/** Staff always; others where they have set one up and this device is not trusted. */
const owesSecondStep = ({ staffRole, secondStepAt }: Account, trusted: boolean) =>
  staffRole !== null || (secondStepAt !== null && !trusted)

signIn.post(paths.signOut, anyone, async (c) => {
  const { db, now, requestId, visit } = c.var
  if (visit.session) await signOut(db, visit.session, visit.viewer, requestId, now)
  dropCookies(c)
  flash(c, 'signedOut')
  c.header('Clear-Site-Data', '"cache", "storage"')
  return c.redirect(paths.signIn, 303)
})

signIn.get(paths.records, signedIn, async (c) => {
  const records = await listRecords(c.var.db, c.var.viewer.id)
  return c.render(<RecordsPage records={records} />, { title: c.var.t.signIn.records.title })
})
