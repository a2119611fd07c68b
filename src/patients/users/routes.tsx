import * as v from 'valibot'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { confirmByPassword } from '../../identity/confirm/confirming.ts'
import { isConfirmed, turnPages } from '../../identity/session.ts'
import { signedIn } from '../../identity/viewer.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, checkForm, type Form, readFields, readForm, submissionId } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { type Chart, caregiverChart, ownChart, staffChart } from '../chart.ts'
import {
  cancelInvitation,
  findInvited,
  findUser,
  hasLeft,
  inviteAgain,
  inviteUser,
  leave,
  listOwnRecords,
  listUsers,
  mayInvite,
  refusalOf,
  revokeUser,
} from './store.ts'
import { NewUser, Reason, type Refusal, WithProof } from './user.ts'
import { GrantPage, LeavingPage, NewUserPage, RevocationPage, UsersFrontPage, UsersPage } from './views.tsx'

export const manageUsers = new Routes()
export const deskUsers = new Routes()

/** Who sees the record is the patient's alone to say. */
const own = ownChart('sharing')
const desk = staffChart('sharing', 'patients')
const listOf = ({ patientId }: Chart<'sharing'>) => href(paths.users, { patientId })
const deskListOf = ({ patientId }: Chart<'sharing'>) => href(paths.adminPatient, { patientId })
const head = (c: RequestContext, title = c.var.t.nav.manageUsers) => ({ title })
const deskHead = (c: RequestContext) => ({ title: c.var.t.nav.manageUsers, tab: 'patients' as const })

manageUsers.get(paths.manageUsers, signedIn, async (c) => {
  const { own, helped } = await listOwnRecords(c.var.db, c.var.viewer)
  const [only] = own
  if (only && own.length === 1 && helped.length === 0)
    return c.redirect(href(paths.users, { patientId: only.id }), 303)
  return c.render(<UsersFrontPage own={own} helped={helped} />, head(c))
})

manageUsers.get(paths.users, own, async (c) => {
  const { db, chart, now } = c.var
  return c.render(<UsersPage {...(await listUsers(db, chart))} patient={chart.patient} now={now} />, head(c))
})

const confirmedHere = (c: RequestContext) => {
  const { session } = c.var.visit
  return session !== null && isConfirmed(session, c.var.now)
}
const confirmAt = (patientId: string) =>
  withQuery(paths.confirm, { next: href(paths.userNew, { patientId }) })

manageUsers.get(paths.userNew, own, (c) => {
  const { patientId } = c.var.chart
  // Whoever found a phone unlocked must not let themselves in.
  if (!confirmedHere(c)) return c.redirect(confirmAt(patientId), 303)
  return c.render(
    <NewUserPage
      form={blank()}
      action={href(paths.userNew, { patientId })}
      back={href(paths.users, { patientId })}
    />,
    head(c, c.var.t.users.newTitle)
  )
})

type Place = { action: string; back: string; withProof?: boolean }

/** Asks for the password in the form itself where it was given too long ago: what was typed beside it stays. */
async function confirmed(c: RequestContext, chart: Chart<'sharing'>, password: string | undefined) {
  const { session } = c.var.visit
  if (confirmedHere(c)) return true
  return Boolean(session && password && (await confirmByPassword(c, chart.viewer, session, password)))
}

/** The form again, in words; or the page that says what they will see; or the invitation. */
async function grant(c: RequestContext, chart: Chart<'sharing'>, place: Place) {
  const { db, now, t } = c.var
  const title = head(c, t.users.newTitle)
  const { withProof = false } = place
  const { password, ...typed } = await readFields(c)
  const isConfirmed = withProof || (await confirmed(c, chart, password))
  const refuse = (errors: Form['errors']) =>
    renderInvalid(c, <NewUserPage form={{ typed, errors }} askPassword={!isConfirmed} {...place} />, title)
  const form = withProof
    ? checkForm(typed, WithProof, t.users.errors)
    : checkForm(typed, NewUser, t.users.errors)
  const unconfirmed: Form['errors'] = isConfirmed
    ? {}
    : { password: password ? t.confirm.wrong : t.users.errors.confirm }
  if (!form.ok) return refuse({ ...form.form.errors, ...unconfirmed })
  if (!isConfirmed) return refuse(unconfirmed)
  const refusal = await refusalOf(db, chart, form.value.email, now, withProof)
  const isOwnRetry = refusal === 'pending' && typed.act === 'grant'
  if (refusal && !isOwnRetry) return refuse({ [fieldOf(refusal)]: t.users.refusals[refusal] })
  if (typed.act === 'back') return c.render(<NewUserPage form={{ typed, errors: {} }} {...place} />, title)
  if (typed.act !== 'grant')
    return c.render(<GrantPage typed={typed} patient={chart.patient} {...place} />, {
      title: t.users.grantTitle,
    })
  if (!(await mayInvite(db, chart, c.env.TOKEN_KEY, form.value, now))) return refuse({ form: t.users.often })
  const proof = withProof ? (typed.proof ?? null) : null
  if (!(await inviteUser(db, chart, c.env.TOKEN_KEY, form.value, now, proof)))
    return refuse({ email: t.users.refusals.pending })
  wakeOutbox(c)
  flash(c, 'userInvited')
  return c.redirect(place.back, 303)
}

/** What is about the record is said over the form, what is about the address beside it. */
const fieldOf = (refusal: Refusal) =>
  ['over', 'no-birth-date', 'login'].includes(refusal) ? 'form' : 'email'

manageUsers.post(paths.userNew, own, (c) => {
  const to = { patientId: c.var.chart.patientId }
  return grant(c, c.var.chart, { action: href(paths.userNew, to), back: href(paths.users, to) })
})

async function sendAgain(c: RequestContext, chart: Chart<'sharing'>, invitationId: string, back: string) {
  const { db, now } = c.var
  const posted = await readFields(c)
  const id = v.is(submissionId, posted.submissionId) ? posted.submissionId : newId()
  const email = await findInvited(db, chart, invitationId)
  if (!email) return c.notFound()
  const again = { invitationId, submissionId: id, email }
  const isSent =
    (await mayInvite(db, chart, c.env.TOKEN_KEY, again, now)) &&
    (await inviteAgain(db, chart, c.env.TOKEN_KEY, again, now))
  if (isSent) wakeOutbox(c)
  flash(c, isSent ? 'userInvited' : 'userNotInvited')
  return c.redirect(back, 303)
}

async function takeBack(c: RequestContext, chart: Chart<'sharing'>, invitationId: string, back: string) {
  const became = await cancelInvitation(c.var.db, chart, invitationId, c.var.now)
  if (!became) return c.notFound()
  // Who was quicker has access now: the list says so, and how to end it.
  flash(c, became === 'taken-back' ? 'invitationTakenBack' : 'invitationTakenUp')
  return c.redirect(back, 303)
}

manageUsers.post(paths.userInvitationAgain, own, (c) =>
  sendAgain(c, c.var.chart, c.req.param('invitationId'), listOf(c.var.chart))
)
manageUsers.post(paths.userInvitationRemoval, own, (c) =>
  takeBack(c, c.var.chart, c.req.param('invitationId'), listOf(c.var.chart))
)
deskUsers.post(paths.adminUserInvitationAgain, desk, (c) =>
  sendAgain(c, c.var.chart, c.req.param('invitationId'), deskListOf(c.var.chart))
)
deskUsers.post(paths.adminUserInvitationRemoval, desk, (c) =>
  takeBack(c, c.var.chart, c.req.param('invitationId'), deskListOf(c.var.chart))
)

manageUsers.get(paths.userRevocation, own, async (c) => {
  const { db, chart, t } = c.var
  const user = await findUser(db, chart, c.req.param('grantId'))
  if (!user) return c.notFound()
  if (user.revokedAt) return c.redirect(listOf(chart), 303)
  const to = { patientId: chart.patientId, grantId: user.id }
  return c.render(
    <RevocationPage user={user} action={href(paths.userRevocation, to)} back={listOf(chart)} />,
    head(c, t.users.revokeTitle)
  )
})

manageUsers.post(paths.userRevocation, own, async (c) => {
  const { db, chart, now } = c.var
  if (!(await revokeUser(db, chart, c.req.param('grantId'), now))) return c.notFound()
  wakeOutbox(c)
  flash(c, 'userRevoked')
  return c.redirect(href(paths.users, { patientId: chart.patientId }), 303)
})

const helped = caregiverChart()

manageUsers.get(paths.leaving, helped, (c) =>
  c.render(<LeavingPage patient={c.var.chart.patient} />, head(c, c.var.t.users.leaveTitle))
)

function haveLeft(c: RequestContext) {
  flash(c, 'recordLeft')
  return c.redirect(paths.manageUsers, 303)
}

/** The second of two taps finds the record closed: it means the same as the first. */
const helpedUntilNow = caregiverChart(async (c, viewer) =>
  (await hasLeft(c.var.db, viewer, c.req.param('patientId') ?? '')) ? haveLeft(c) : undefined
)

manageUsers.post(paths.leaving, helpedUntilNow, async (c) => {
  const { db, chart, now } = c.var
  if (!chart.grantId || !(await leave(db, chart, chart.grantId, now))) return c.notFound()
  turnPages(c)
  wakeOutbox(c)
  return haveLeft(c)
})

/** For someone without a login: staff let a caregiver in, and write down how they made sure. */
const deskPlace = (patientId: string): Place => ({
  action: href(paths.adminUserNew, { patientId }),
  back: href(paths.adminPatient, { patientId }),
  withProof: true,
})

deskUsers.get(paths.adminUserNew, desk, (c) => {
  const { patient, patientId } = c.var.chart
  // A patient with a login decides for themselves.
  if (patient.accountId) return c.redirect(href(paths.adminPatient, { patientId }), 303)
  return c.render(<NewUserPage form={blank()} {...deskPlace(patientId)} />, deskHead(c))
})

deskUsers.post(paths.adminUserNew, desk, (c) => {
  const { chart } = c.var
  return grant(c, chart, deskPlace(chart.patientId))
})

deskUsers.get(paths.adminUserRevocation, desk, async (c) => {
  const { db, chart } = c.var
  const user = await findUser(db, chart, c.req.param('grantId'))
  if (!user) return c.notFound()
  if (user.revokedAt) return c.redirect(deskListOf(chart), 303)
  const to = { patientId: chart.patientId, grantId: user.id }
  return c.render(
    <RevocationPage
      user={user}
      form={blank()}
      action={href(paths.adminUserRevocation, to)}
      back={href(paths.adminPatient, to)}
    />,
    deskHead(c)
  )
})

deskUsers.post(paths.adminUserRevocation, desk, async (c) => {
  const { db, chart, now, t } = c.var
  const grantId = c.req.param('grantId')
  const to = { patientId: chart.patientId, grantId }
  const form = await readForm(c, Reason, t.users.errors)
  if (!form.ok) {
    const user = await findUser(db, chart, grantId)
    if (!user) return c.notFound()
    return renderInvalid(
      c,
      <RevocationPage
        user={user}
        form={form.form}
        action={href(paths.adminUserRevocation, to)}
        back={href(paths.adminPatient, to)}
      />,
      deskHead(c)
    )
  }
  if (!(await revokeUser(db, chart, grantId, now, form.value.reason))) return c.notFound()
  wakeOutbox(c)
  flash(c, 'userRevoked')
  return c.redirect(href(paths.adminPatient, to), 303)
})
