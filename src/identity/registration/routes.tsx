import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { hostCookie } from '../../web/cookie.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readFields } from '../../web/form.ts'
import type { Head } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { rememberDevice } from '../device.ts'
import { codeLife, doubtfulTries, linkState, looksLikeToken, mostTries } from '../invitation/invitation.ts'
import { network, networkAddress } from '../network.ts'
import { refuseNewPassword } from '../new-password.ts'
import { hashPassword } from '../password.ts'
import { newToken, pseudonym, registrationDigits, sameText, sha256 } from '../secret.ts'
import { newSession } from '../session.ts'
import { shield } from '../shield.ts'
import { limits } from '../throttle.ts'
import { anyone } from '../viewer.ts'
import type { Viewer } from '../visit.ts'
import { checkBirthDate, checkRegistration } from './registration.ts'
import {
  type Alongside,
  addRecord,
  askForNewLink,
  chargeBirthDate,
  chargeCode,
  findLink,
  type Link,
  mayAnswer,
  ownerOf,
  type RegistrationCode,
  register,
  sendCode,
  type Visitor,
} from './store.ts'
import {
  AddRecordPage,
  DeadLinkPage,
  RegisterWithoutPage,
  RegistrationPage,
  SendCodePage,
  SignInFirstPage,
  WrongAccountPage,
} from './views.tsx'

export const registration = new Routes()

/** The browser a code was asked for in. The code of one is worth nothing in another. */
const cookie = 'registration'

const tokenOf = (c: RequestContext) => c.req.param('token') ?? ''

async function openLink(c: RequestContext, alongside: Alongside = {}) {
  const token = tokenOf(c)
  if (!looksLikeToken(token)) return { link: undefined, paused: false, allowed: true }
  const browser = getCookie(c, cookie, 'host')
  const { db, now } = c.var
  return findLink(c.env, db, await sha256(token), browser ? await sha256(browser) : null, now, alongside)
}

const visitorOf = async (c: RequestContext): Promise<Visitor> => ({
  requestId: c.var.requestId,
  networkKey: await pseudonym(c.env.TOKEN_KEY, 'registration network', network(c)),
})

type Stage =
  | { kind: 'dead'; state: Parameters<typeof DeadLinkPage>[0]['state'] }
  | { kind: 'wrongAccount' }
  | { kind: 'signInFirst' }
  | { kind: 'add'; viewer: Viewer }
  | { kind: 'sendCode' }
  | { kind: 'form'; code: RegistrationCode }

/** How far the person with this link has come. */
function stageOf(link: Link | undefined, viewer: Viewer | null, now: Date): Stage {
  if (!link) return { kind: 'dead', state: 'unknown' }
  const state = linkState(link.invitation, link.patient, now)
  if (state !== 'valid') return { kind: 'dead', state }
  if (viewer)
    return viewer.email === link.invitation.email ? { kind: 'add', viewer } : { kind: 'wrongAccount' }
  if (link.account)
    return link.account.deactivatedAt ? { kind: 'dead', state: 'revoked' } : { kind: 'signInFirst' }
  const { code } = link
  return code && code.expiresAt > now && code.tries < mostTries
    ? { kind: 'form', code }
    : { kind: 'sendCode' }
}

/** The page of a link as it stands: what GET shows, and where every POST that came too late ends. */
function showLink(c: RequestContext, link: Link | undefined, form: Form = blank()) {
  const t = c.var.t.invitation
  const token = tokenOf(c)
  const stage = stageOf(link, c.var.visit.viewer, c.var.now)
  const head = (title: string): Head => ({ title, layout: 'entry' })

  if (stage.kind === 'dead' || !link) {
    const state = stage.kind === 'dead' ? stage.state : 'unknown'
    c.status(state === 'unknown' ? 404 : 410)
    return c.render(
      <DeadLinkPage state={state} invitation={link?.invitation} token={token} />,
      head(t[state].title)
    )
  }
  const props = { form, token, invitation: link.invitation }
  switch (stage.kind) {
    case 'wrongAccount':
      c.status(403)
      return c.render(<WrongAccountPage />, head(t.wrongAccount.title))
    case 'signInFirst':
      return c.render(<SignInFirstPage token={token} />, head(t.signInFirst.title))
    case 'add':
      return c.render(<AddRecordPage {...props} />, head(t.add.title))
    case 'sendCode':
      return c.render(<SendCodePage {...props} />, head(t.sendCode.title))
    case 'form':
      return c.render(<RegistrationPage {...props} />, head(t.title))
  }
}

/** The link as it stands now that another request was quicker. */
const showLinkAfresh = async (c: RequestContext) => showLink(c, (await openLink(c)).link)

registration.get(paths.registerWithout, anyone, (c) =>
  c.render(<RegisterWithoutPage />, { title: c.var.t.invitation.without.title, layout: 'entry' })
)

registration.get(paths.register, anyone, async (c) => showLink(c, (await openLink(c)).link))

// Where a reload or a change of language after one of the two posts below ends up.
const backToLink = (c: RequestContext) => c.redirect(href(paths.register, { token: tokenOf(c) }), 303)
registration.get(paths.registerCode, anyone, backToLink)
registration.get(paths.registerRequest, anyone, backToLink)

registration.post(paths.registerCode, anyone, async (c) => {
  const { db, now, t } = c.var
  const key = await pseudonym(c.env.TOKEN_KEY, 'registration code', tokenOf(c).slice(0, 100))
  const { link, allowed } = await openLink(c, { taking: { key, limit: limits.registrationCode } })
  const stage = stageOf(link, c.var.visit.viewer, now)
  if (!link || (stage.kind !== 'sendCode' && stage.kind !== 'form')) return showLink(c, link)

  const typed = await readFields(c)
  const fromForm = 'month' in typed
  const props = { token: tokenOf(c), invitation: link.invitation }
  if (!allowed) {
    c.status(429)
    const form = { typed, errors: { form: t.invitation.errors.tooManyCodes } }
    return fromForm
      ? c.render(<RegistrationPage form={form} {...props} />, { ...registrationHead(c), wrong: true })
      : c.render(<SendCodePage form={form} {...props} />, { ...registrationHead(c), wrong: true })
  }

  const browser = newToken()
  await sendCode(db, link, await sha256(browser), now, await visitorOf(c))
  wakeOutbox(c)
  setCookie(c, cookie, browser, { ...hostCookie, maxAge: (6 * codeLife) / 1000 })
  // A redirect would lose what was typed next to the button.
  if (fromForm)
    return c.render(
      <RegistrationPage form={{ typed: { ...typed, code: '' }, errors: {} }} resent {...props} />,
      {
        ...registrationHead(c),
      }
    )
  return backToLink(c)
})

const registrationHead = (c: RequestContext): Head => ({ title: c.var.t.invitation.title, layout: 'entry' })

registration.post(paths.register, anyone, async (c) => {
  await shield(c, tokenOf(c))
  const { now, t, visit } = c.var
  const visitor = await visitorOf(c)
  const { link, paused } = await openLink(c, { paused: visitor.networkKey })
  const stage = stageOf(link, visit.viewer, now)
  if (!link || stage.kind === 'dead' || stage.kind === 'wrongAccount' || stage.kind === 'signInFirst')
    return showLink(c, link)

  const typed = await readFields(c)
  if (paused) return refuse(c, link, typed, { form: t.invitation.errors.paused }, 429)
  if (stage.kind === 'add') return addToAccount(c, link, stage.viewer, typed, visitor)

  const form = checkRegistration(typed, now, visit.practice, t)
  if (!form.ok) return refuse(c, link, typed, form.form.errors)
  if (stage.kind === 'sendCode') return refuse(c, link, typed, { code: t.invitation.errors.codeGone })
  return finishRegistration(c, link, stage.code, form.value, typed, visitor)
})

/** The same page with what was wrong and what was typed. */
function refuse(
  c: RequestContext,
  link: Link,
  typed: Form['typed'],
  errors: Form['errors'],
  status: 422 | 429 = 422
) {
  const props = { form: { typed, errors }, token: tokenOf(c), invitation: link.invitation }
  c.status(status)
  return c.var.visit.viewer
    ? c.render(<AddRecordPage {...props} />, {
        title: c.var.t.invitation.add.title,
        layout: 'entry',
        wrong: true,
      })
    : c.render(<RegistrationPage {...props} />, { ...registrationHead(c), wrong: true })
}

/** Another request was quicker, or the tries ran out: nothing may be said about what was typed. */
async function tooLate(c: RequestContext, typed: Form['typed']) {
  const { link } = await openLink(c)
  const { kind } = stageOf(link, null, c.var.now)
  return link && (kind === 'form' || kind === 'sendCode')
    ? refuse(c, link, typed, { code: c.var.t.invitation.errors.codeGone })
    : showLink(c, link)
}

type Registration = { code: string; birthDate: string; password: string }

/**
 * Right or wrong, an answer costs one hash and one batch, and nothing is said about it unless D1 finds a try left in
 * that batch: fifty guesses at once learn no more than five in a row.
 */
async function finishRegistration(
  c: RequestContext,
  link: Link,
  code: RegistrationCode,
  given: Registration,
  typed: Form['typed'],
  visitor: Visitor
) {
  const { db, now, t, visit, language } = c.var
  const passwordHash = await hashPassword(given.password)

  if (!sameText(await registrationDigits(c.env.TOKEN_KEY, code.id), given.code)) {
    const tries = await chargeCode(db, link, code, now, visitor)
    return tries === undefined ? tooLate(c, typed) : refuse(c, link, typed, { code: wrongCode(c, tries) })
  }
  if (!sameText(link.patient.birthDate ?? '', given.birthDate)) {
    const tries = await chargeBirthDate(db, link, code, now, visitor)
    if (tries === undefined) return tooLate(c, typed)
    if (tries >= mostTries) return showLinkAfresh(c)
    return refuse(c, link, typed, { month: t.invitation.birthDate.noMatch(mostTries - tries) })
  }
  const { givenName, familyName } = ownerOf(link.invitation, link.patient)
  const names = [givenName, familyName, visit.practice.name]
  // A caregiver's own birth date is not on file; the patient's would be just as easily guessed.
  const personal = { names, email: link.invitation.email, birthDate: link.patient.birthDate }
  const weak = await refuseNewPassword(c, given.password, personal)
  if (weak)
    return (await mayAnswer(db, link, code, now))
      ? refuse(c, link, typed, { password: weak })
      : tooLate(c, typed)

  const session = await newSession(c, newId(), true)
  const deviceId = await rememberDevice(c, link.invitation.email)
  const account = {
    passwordHash,
    language,
    termsVersion: visit.practice.termsVersion,
    networkAddress: networkAddress(c),
  }
  const here = { session: session.row, deviceId }
  if (!(await register(db, link, code, here, account, now, visitor))) return tooLate(c, typed)
  session.setCookie()
  deleteCookie(c, cookie, hostCookie)
  return welcome(c, link, 'registered')
}

function wrongCode(c: RequestContext, tries: number) {
  const { errors } = c.var.t.invitation
  if (tries >= mostTries) return errors.codeGone
  return tries >= doubtfulTries ? errors.codeDoubtful : errors.codeWrong
}

async function addToAccount(
  c: RequestContext,
  link: Link,
  viewer: Viewer,
  typed: Form['typed'],
  visitor: Visitor
) {
  const { db, now, t, visit } = c.var
  if (viewer.staffRole && link.invitation.kind === 'caregiver')
    return refuse(c, link, typed, { form: t.invitation.errors.staffAddress })
  const form = checkBirthDate(typed, now, visit.practice, t.invitation)
  if (!form.ok) return refuse(c, link, typed, form.form.errors)

  if (!sameText(link.patient.birthDate ?? '', form.value)) {
    const tries = await chargeBirthDate(db, link, null, now, visitor)
    if (tries === undefined || tries >= mostTries) return showLinkAfresh(c)
    return refuse(c, link, typed, { month: t.invitation.birthDate.noMatch(mostTries - tries) })
  }
  if (!(await addRecord(db, link, viewer, now, visitor))) return showLinkAfresh(c)
  return welcome(c, link, 'recordAdded')
}

function welcome(c: RequestContext, link: Link, word: 'registered' | 'recordAdded') {
  wakeOutbox(c)
  flash(c, word)
  return c.redirect(href(paths.home, { patientId: link.invitation.patientId }), 303)
}

registration.post(paths.registerRequest, anyone, async (c) => {
  const { db, now } = c.var
  const visitor = await visitorOf(c)
  const key = await pseudonym(c.env.TOKEN_KEY, 'new link network', network(c))
  const { link, allowed } = await openLink(c, { taking: { key, limit: limits.newLinkByNetwork } })
  const stage = stageOf(link, null, now)
  if (allowed && link?.invitation.kind === 'patient' && stage.kind === 'dead' && stage.state === 'expired')
    await askForNewLink(db, link, now, visitor)
  // The same answer to everyone, whatever became of it.
  flash(c, 'newLinkAsked')
  return backToLink(c)
})
