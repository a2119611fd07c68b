import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, checkForm, type Form, readFields, readForm } from '../../web/form.ts'
import { type Head, renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { checkCurrentPassword, type Proven } from '../current-password.ts'
import { rememberDevice } from '../device.ts'
import { looksLikeToken } from '../invitation/invitation.ts'
import { network } from '../network.ts'
import { newPasswordProblem, refuseNewPassword } from '../new-password.ts'
import { hashPassword } from '../password.ts'
import type { Personal } from '../password-rule.ts'
import { emailChangeDigits, newToken, pseudonym, resetToken, sameText, sha256 } from '../secret.ts'
import { renewSession } from '../session.ts'
import { anyone, signedIn } from '../viewer.ts'
import { Code, type EmailChange, mostTries, NewAddress, NewPassword, undoState } from './credentials.ts'
import {
  askAgain,
  askForChange,
  changePassword,
  confirmChange,
  type Doer,
  findByUndoHash,
  findWaiting,
  recordWrongCode,
  recordWrongPassword,
  takeCodeTry,
  undoChange,
} from './store.ts'
import { EmailCodePage, EmailPage, PasswordPage, UndoPage } from './views.tsx'

export const credentials = new Routes()

credentials.get(paths.credentials, signedIn, (c) => c.redirect(paths.emailSettings, 303))

const head = (c: RequestContext, tab: 'email' | 'password'): Head => ({
  title: `${c.var.t.credentials.tabs[tab]}: ${c.var.t.credentials.title}`,
})

credentials.get(paths.passwordSettings, signedIn, (c) =>
  c.render(<PasswordPage form={blank()} />, head(c, 'password'))
)

type Refuse = (errors: Form['errors']) => Response | Promise<Response>

credentials.post(paths.passwordSettings, signedIn, async (c) => {
  const { t, viewer, visit } = c.var
  const refuse: Refuse = (errors) =>
    renderInvalid(c, <PasswordPage form={{ typed: {}, errors }} />, head(c, 'password'))
  const names = [viewer.givenName, viewer.familyName, visit.practice.name]
  const personal: Personal = { names, email: viewer.email, birthDate: null }

  const form = await readForm(c, NewPassword, t.credentials)
  const weak = newPasswordProblem(form.typed.password ?? '', personal, t.newPassword)
  if (!form.ok || weak)
    return refuse({ ...(form.ok ? {} : form.form.errors), ...(weak && { password: weak }) })

  const { currentPassword, password } = form.value
  const proven = await checkCurrentPassword(c, viewer, currentPassword)
  if (!proven) return refuseCurrent(c, refuse)
  if (sameText(password, currentPassword)) return refuse({ password: t.credentials.samePassword })
  const problem = await refuseNewPassword(c, password, personal, ...proven.own.map(personalIn))
  return problem ? refuse({ password: problem }) : savePassword(c, proven, password, refuse)
})

async function savePassword(c: RequestContext, proven: Proven, password: string, refuse: Refuse) {
  const { db, now, t } = c.var
  const doer = doerOf(c)
  const renewed = await renewSession(c, doer.session, { confirmed: true })
  // Somebody else was quicker, so that it is not the current one any more.
  const changed = await changePassword(db, doer, proven, await hashPassword(password), renewed, now)
  if (!changed) return refuse({ currentPassword: t.credentials.currentWrong })
  renewed.setCookie()
  wakeOutbox(c)
  flash(c, 'passwordChanged')
  return c.redirect(changed.passkeys ? paths.passkeys : paths.settings, 303)
}

/** What someone could guess from a record that is in the account. */
const personalIn = ({ givenName, familyName, birthDate }: Proven['own'][number]): Personal => ({
  names: [givenName, familyName],
  email: '',
  birthDate,
})

/** What a gate of ours has put there: the routes below stand behind it. */
const doerOf = ({ var: { viewer, session, requestId } }: RequestContext): Doer => ({
  viewer,
  session,
  requestId,
})

function refuseCurrent(c: RequestContext, refuse: Refuse) {
  c.var.db.alongside(recordWrongPassword(c.var.db, doerOf(c), c.var.now))
  return refuse({ currentPassword: c.var.t.credentials.currentWrong })
}

credentials.get(paths.emailSettings, signedIn, async (c) => {
  const { db, now, viewer } = c.var
  const waiting = await findWaiting(db, viewer.id, now)
  return c.render(<EmailPage form={blank()} email={viewer.email} waiting={waiting} />, head(c, 'email'))
})

credentials.post(paths.emailSettings, signedIn, async (c) => {
  const { db, now, t, viewer } = c.var
  const form = await readForm(c, NewAddress, t.credentials)
  const refuse: Refuse = (errors) =>
    renderInvalid(
      c,
      <EmailPage form={{ typed: form.typed, errors }} email={viewer.email} waiting={undefined} />,
      head(c, 'email')
    )
  if (!form.ok) return refuse(form.form.errors)
  const { email, currentPassword } = form.value
  if (email === viewer.email) return refuse({ email: t.credentials.sameEmail })

  const proven = await checkCurrentPassword(c, viewer, currentPassword)
  if (!proven) return refuseCurrent(c, refuse)
  if (!(await askForChange(db, c.env.TOKEN_KEY, doerOf(c), proven, email, now)))
    return refuse({ email: t.credentials.tooManyChanges })
  wakeOutbox(c)
  return c.redirect(paths.emailCode, 303)
})

const codeHead = (c: RequestContext): Head => ({ title: c.var.t.credentials.code.title })

credentials.get(paths.emailCode, signedIn, async (c) => {
  const change = await findWaiting(c.var.db, c.var.viewer.id, c.var.now)
  return change
    ? c.render(<EmailCodePage form={blank()} change={change} />, codeHead(c))
    : c.redirect(paths.emailSettings, 303)
})

credentials.post(paths.emailCode, signedIn, async (c) => {
  const { db, now, t, viewer } = c.var
  const typed = await readFields(c)
  if (typed.again) return sendAnother(c)

  const form = checkForm(typed, Code, t.credentials.code)
  // Nothing was tried yet: nothing is charged.
  const { change, charged } = form.ok
    ? await takeCodeTry(db, viewer.id, now)
    : { change: await findWaiting(db, viewer.id, now), charged: undefined }
  if (!change) return c.redirect(paths.emailSettings, 303)
  if (!form.ok) return refuseCode(c, change, form.form.errors.code ?? '')
  if (charged === undefined) return refuseCode(c, change, t.credentials.code.gone)

  const digits = await emailChangeDigits(c.env.TOKEN_KEY, change.id)
  if (!change.mailed || !sameText(digits, form.value.code)) {
    db.alongside(recordWrongCode(db, doerOf(c), change, now))
    const left = mostTries - charged
    return refuseCode(c, change, left > 0 ? t.credentials.code.wrong(left) : t.credentials.code.gone)
  }
  return finishChange(c, change)
})

const refuseCode = (c: RequestContext, change: EmailChange, why: string) =>
  renderInvalid(c, <EmailCodePage form={{ typed: {}, errors: { code: why } }} change={change} />, codeHead(c))

async function sendAnother(c: RequestContext) {
  const { db, now, t } = c.var
  const doer = doerOf(c)
  const change = await findWaiting(db, doer.viewer.id, now)
  if (!change) return c.redirect(paths.emailSettings, 303)
  if (!(await askAgain(db, c.env.TOKEN_KEY, doer, change, now)))
    return refuseCode(c, change, t.credentials.tooManyChanges)
  wakeOutbox(c)
  flash(c, 'codeSent')
  return c.redirect(paths.emailCode, 303)
}

async function finishChange(c: RequestContext, change: EmailChange) {
  const { db, now, t } = c.var
  const doer = doerOf(c)
  const renewed = await renewSession(c, doer.session, { confirmed: false })
  if (!(await confirmChange(db, doer, change, renewed, now)))
    return refuseCode(c, change, t.credentials.code.taken)
  renewed.setCookie()
  await rememberDevice(c, change.newEmail)
  wakeOutbox(c)
  flash(c, 'emailChanged')
  return c.redirect(paths.settings, 303)
}

const findUndo = async (c: RequestContext, token: string) => {
  const change = looksLikeToken(token) ? await findByUndoHash(c.var.db, await sha256(token)) : undefined
  return { change, state: undoState(change, Boolean(change?.taken), c.var.now) }
}

credentials.get(paths.emailUndo, anyone, async (c) => showUndo(c, c.req.param('token')))

async function showUndo(c: RequestContext, token: string) {
  const { change, state } = await findUndo(c, token)
  if (state !== 'valid') c.status(state === 'unknown' ? 404 : 410)
  return c.render(<UndoPage state={state} undoUntil={change?.undoUntil} token={token} />, {
    title: c.var.t.credentials.undo[state].title,
    layout: 'entry',
  })
}

credentials.post(paths.emailUndo, anyone, async (c) => {
  const { db, now, requestId } = c.var
  const token = c.req.param('token')
  const { change, state } = await findUndo(c, token)
  if (!change || state !== 'valid') return showUndo(c, token)

  // A password nobody knows: the link mailed to the old address chooses the next one.
  const passwordHash = await hashPassword(newToken())
  await undoChange(db, change, passwordHash, await newReset(c, change.oldEmail), requestId, now)
  wakeOutbox(c)
  return c.redirect(href(paths.emailUndo, { token }), 303)
})

/** The link that chooses the next password, counted like any other to this address. */
async function newReset(c: RequestContext, email: string) {
  const { TOKEN_KEY } = c.env
  const id = newId()
  return {
    id,
    tokenHash: await sha256(await resetToken(TOKEN_KEY, id)),
    addressKey: await pseudonym(TOKEN_KEY, 'reset address', email),
    networkKey: await pseudonym(TOKEN_KEY, 'reset network', network(c)),
  }
}
