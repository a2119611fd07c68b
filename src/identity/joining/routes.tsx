import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { hostCookie } from '../../web/cookie.ts'
import { flash } from '../../web/flash.ts'
import { blank, checkForm, type Form, readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { rememberDevice } from '../device.ts'
import { codeLife, doubtfulTries, looksLikeToken, mostTries } from '../invitation/invitation.ts'
import { networkAddress } from '../network.ts'
import { newPasswordProblem, refuseNewPassword } from '../new-password.ts'
import { hashPassword } from '../password.ts'
import { joiningDigits, newToken, pseudonym, sameText, sha256 } from '../secret.ts'
import { newSession } from '../session.ts'
import { shield } from '../shield.ts'
import { type Limit, limits } from '../throttle.ts'
import { anyone } from '../viewer.ts'
import { deadState, Joining, type StaffInvitation } from './joining.ts'
import { chargeJoiningCode, findJoining, join, sendJoiningCode } from './store.ts'
import { DeadJoiningPage, JoinCodePage, JoinPage } from './views.tsx'

export const joining = new Routes()

/** The browser a code was asked for in. The code of one is worth nothing in another. */
const cookie = 'joining'

const tokenOf = (c: RequestContext) => c.req.param('token') ?? ''
const head = (c: RequestContext) => ({ title: c.var.t.joining.title, layout: 'entry' }) as const

type Opened = Awaited<ReturnType<typeof findJoining>>

async function open(c: RequestContext, taking?: { key: string; limit: Limit }): Promise<Opened> {
  if (!looksLikeToken(tokenOf(c))) return { invitation: undefined, hasCode: false, allowed: true }
  const browser = getCookie(c, cookie, 'host')
  const browserHash = browser ? await sha256(browser) : null
  return findJoining(c.var.db, await sha256(tokenOf(c)), browserHash, c.var.now, taking)
}

/** The page of a link as it stands: what GET shows, and where every POST that came too late ends. */
function show(c: RequestContext, { invitation, hasCode }: Opened, form: Form = blank()) {
  const state = invitation ? deadState(invitation, c.var.now) : 'unknown'
  if (!invitation || state) {
    c.status(state === 'unknown' ? 404 : 410)
    return c.render(<DeadJoiningPage state={state ?? 'unknown'} invitation={invitation} />, head(c))
  }
  const props = { form, invitation, token: tokenOf(c) }
  const wrong = Object.keys(form.errors).length > 0
  if (wrong) c.status(422)
  return c.render(hasCode ? <JoinPage {...props} /> : <JoinCodePage {...props} />, { ...head(c), wrong })
}

joining.get(paths.join, anyone, async (c) => show(c, await open(c)))
joining.get(paths.joinCode, anyone, (c) => c.redirect(href(paths.join, { token: tokenOf(c) }), 303))

joining.post(paths.joinCode, anyone, async (c) => {
  const { db, now, requestId, t } = c.var
  const key = await pseudonym(c.env.TOKEN_KEY, 'joining code', tokenOf(c).slice(0, 100))
  const opened = await open(c, { key, limit: limits.registrationCode })
  const { invitation, allowed, hasCode } = opened
  if (!invitation || deadState(invitation, now)) return show(c, opened)
  if (!allowed) return show(c, opened, { typed: {}, errors: { form: t.invitation.errors.tooManyCodes } })
  const browser = newToken()
  await sendJoiningCode(db, invitation, await sha256(browser), requestId, now)
  wakeOutbox(c)
  setCookie(c, cookie, browser, { ...hostCookie, maxAge: (6 * codeLife) / 1000 })
  flash(c, hasCode ? 'codeSent' : 'codeMailed')
  return c.redirect(href(paths.join, { token: tokenOf(c) }), 303)
})

joining.post(paths.join, anyone, async (c) => {
  await shield(c, tokenOf(c))
  const { now, t, visit } = c.var
  const opened = await open(c)
  const { invitation, hasCode } = opened
  if (!invitation || deadState(invitation, now)) return show(c, opened)
  const typed = await readFields(c)
  if (!hasCode) return show(c, opened, { typed, errors: { form: t.invitation.errors.codeGone } })
  const form = checkForm(typed, Joining, t.invitation.errors)
  const personal = { names: [visit.practice.name], email: '', birthDate: null }
  const weak = newPasswordProblem(typed.password ?? '', personal, t.newPassword)
  if (form.ok && !weak) return finish(c, opened, invitation, form.value, typed)
  return show(c, opened, {
    typed,
    errors: { ...(form.ok ? {} : form.form.errors), ...(weak && { password: weak }) },
  })
})

/** Right or wrong, an answer costs one hash and one batch: guesses at once learn no more than one after another. */
async function finish(
  c: RequestContext,
  opened: Opened,
  invitation: StaffInvitation,
  { code, password }: { code: string; password: string },
  typed: Form['typed']
) {
  const { db, now, t, visit, language, requestId } = c.var
  const { errors } = t.invitation
  const refuse = (wrong: Form['errors']) => show(c, opened, { typed, errors: wrong })
  const passwordHash = await hashPassword(password)
  if (!sameText(await joiningDigits(c.env.TOKEN_KEY, invitation.codeId ?? ''), code)) {
    const tries = await chargeJoiningCode(db, invitation, requestId, now)
    if (tries === undefined || tries >= mostTries)
      return show(c, await open(c), { typed, errors: { form: errors.codeGone } })
    return refuse({ code: tries >= doubtfulTries ? errors.codeDoubtful : errors.codeWrong })
  }
  const { givenName, familyName, email } = invitation
  const names = [givenName, familyName, visit.practice.name]
  const weak = await refuseNewPassword(c, password, { names, email, birthDate: null })
  if (weak) return refuse({ password: weak })

  const session = await newSession(c, newId(), false)
  const here = { session: session.row, deviceId: await rememberDevice(c, email) }
  const { termsVersion } = visit.practice
  const account = { passwordHash, language, termsVersion, networkAddress: networkAddress(c) }
  if (!(await join(db, invitation, here, account, requestId, now))) return show(c, await open(c))
  session.setCookie()
  deleteCookie(c, cookie, hostCookie)
  flash(c, 'joined')
  return c.redirect(paths.secondStepSetup, 303)
}
