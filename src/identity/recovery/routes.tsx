import { HTTPException } from 'hono/http-exception'
import * as v from 'valibot'
import { type AuditEntry, audit } from '../../audit/record.ts'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { chart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { rememberDevice } from '../device.ts'
import { looksLikeToken } from '../invitation/invitation.ts'
import { network } from '../network.ts'
import { refuseNewPassword } from '../new-password.ts'
import { hashPassword } from '../password.ts'
import { pseudonym, resetToken, sha256 } from '../secret.ts'
import { dropCookies } from '../session.ts'
import { shield } from '../shield.ts'
import { findAccount } from '../store.ts'
import { limits, takeTry } from '../throttle.ts'
import { anyone } from '../viewer.ts'
import { Address, type Reset, resetState } from './reset.ts'
import { askForReset, findHolder, findReset, saveNewPassword } from './store.ts'
import { DeadResetPage, type DeadState, ForgotPasswordPage, ResetAskedPage, ResetPage } from './views.tsx'

export const recovery = new Routes()

recovery.get(paths.forgotPassword, anyone, (c) => {
  const { recovery: t } = c.var.t
  return c.req.query('asked')
    ? c.render(<ResetAskedPage />, { title: t.asked.title, layout: 'entry' })
    : c.render(<ForgotPasswordPage form={blank()} />, { title: t.title, layout: 'entry' })
})

recovery.post(paths.forgotPassword, anyone, async (c) => {
  const { db, now, t, requestId } = c.var
  const form = await readForm(c, Address, t.recovery)
  if (!form.ok)
    return renderInvalid(c, <ForgotPasswordPage form={form.form} />, {
      title: t.recovery.title,
      layout: 'entry',
    })
  const { email } = form.value
  await shield(c, email)
  const accountId = await findHolder(db, email)
  const entry = { at: now, accountId, actor: 'nobody', action: 'recovery.mail', requestId }
  await mailReset(c, { email, accountId, requestedBy: null }, entry)
  // The same answer to everyone, whatever became of it.
  return c.redirect(withQuery(paths.forgotPassword, { asked: 'yes' }), 303)
})

type Wish = { email: string; accountId: string | null; requestedBy: string | null }

/** Puts the mail with a new link on its way. False when too many went out within the hour. */
async function mailReset(c: RequestContext, { email, accountId, requestedBy }: Wish, entry: AuditEntry) {
  const { TOKEN_KEY } = c.env
  const id = newId()
  const asked = await askForReset(
    c.var.db,
    {
      id,
      accountId,
      requestedBy,
      tokenHash: await sha256(await resetToken(TOKEN_KEY, id)),
      addressKey: await pseudonym(TOKEN_KEY, 'reset address', email),
      networkKey: await pseudonym(TOKEN_KEY, 'reset network', network(c)),
    },
    entry,
    c.var.now
  )
  wakeOutbox(c)
  return asked
}

recovery.post(paths.resetMail, chart('record'), async (c) => {
  const { db, now, chart } = c.var
  // One's own password is changed in Settings, or as everyone does who forgot it.
  if (chart.via !== 'caregiver') return c.redirect(paths.forgotPassword, 303)
  const account = await findAccount(db, chart.patient.accountId ?? '')
  const sent =
    account &&
    !account.deactivatedAt &&
    (await mailReset(
      c,
      { email: account.email, accountId: account.id, requestedBy: chart.viewer.id },
      chart.did('reset-mail', now)
    ))
  flash(c, sent ? 'resetMailSent' : 'resetMailNotSent')
  return c.redirect(href(paths.home, { patientId: chart.patientId }), 303)
})

const tokenOf = (c: RequestContext) => c.req.param('token') ?? ''
const guessesKey = (c: RequestContext) => pseudonym(c.env.TOKEN_KEY, 'reset guesses', network(c))

async function openLink(c: RequestContext) {
  const token = tokenOf(c)
  if (!looksLikeToken(token)) return { reset: undefined, paused: false }
  return findReset(c.var.db, await sha256(token), await guessesKey(c), c.var.now)
}

const stateOf = (c: RequestContext, reset: Reset | undefined) =>
  reset ? resetState(reset, c.var.now) : 'unknown'

/** The page of a link as it stands: what GET shows, and where every POST that came too late ends. */
function showLink(c: RequestContext, reset: Reset | undefined, form: Form = blank()) {
  const { recovery: t } = c.var.t
  const state = stateOf(c, reset)
  const head = { title: t.reset.title, layout: 'entry' } as const
  if (!reset || state !== 'valid') {
    const dead: DeadState = reset && state !== 'valid' ? state : 'unknown'
    c.status(dead === 'unknown' ? 404 : 410)
    return c.render(<DeadResetPage state={dead} expiresAt={reset?.expiresAt ?? null} />, {
      ...head,
      title: t[dead].title,
    })
  }
  const page = <ResetPage reset={reset} token={tokenOf(c)} form={form} />
  return Object.keys(form.errors).length > 0 ? renderInvalid(c, page, head) : c.render(page, head)
}

recovery.get(paths.reset, anyone, async (c) => showLink(c, (await openLink(c)).reset))

const NewPassword = v.object({ password: v.string() })

recovery.post(paths.reset, anyone, async (c) => {
  await shield(c, tokenOf(c))
  const { t, visit } = c.var
  const { reset, paused } = await openLink(c)
  if (paused) throw new HTTPException(429)
  if (!reset || stateOf(c, reset) !== 'valid') return refuseLink(c, reset)

  const { typed } = await readForm(c, NewPassword, t.newPassword)
  const password = typed.password ?? ''
  const { personal } = reset
  const names = [...personal.names, visit.practice.name]
  const problem = await refuseNewPassword(c, password, { ...personal, names })
  if (problem) return showLink(c, reset, { typed: {}, errors: { password: problem } })
  if (!(await savePassword(c, reset, password))) return showLink(c, (await openLink(c)).reset)
  dropCookies(c)
  // While strangers go on guessing, the owner must be heard here as on a device of their own.
  await rememberDevice(c, reset.email)
  wakeOutbox(c)
  flash(c, 'passwordSaved')
  return c.redirect(paths.signIn, 303)
})

/** Writes down that someone came with a link that does not work; whoever tries unknown ones has to wait in the end. */
async function refuseLink(c: RequestContext, reset: Reset | undefined) {
  const { db, now, requestId } = c.var
  const entry = { at: now, actor: 'nobody', requestId }
  db.alongside(
    audit(db, {
      ...entry,
      accountId: reset?.accountId ?? null,
      action: 'recovery.wrong-link',
      subjectId: reset?.id ?? null,
    }),
    ...(reset ? [] : [takeTry(db, await guessesKey(c), limits.resetGuessesByNetwork, now)])
  )
  return showLink(c, reset)
}

async function savePassword(c: RequestContext, reset: Reset, password: string) {
  const { db, now, requestId, visit } = c.var
  const { id, accountId } = reset
  const saving = { passwordHash: await hashPassword(password), oldToken: visit.session?.tokenHash ?? null }
  const entry = {
    at: now,
    accountId,
    actor: 'account',
    action: 'recovery.password',
    subjectId: id,
    requestId,
  }
  return saveNewPassword(db, reset, saving, entry, now)
}
