import * as v from 'valibot'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { isConfirmed } from '../../identity/session.ts'
import { signedIn } from '../../identity/viewer.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readFields, readForm, submissionId } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { type Chart, caregiverChart, ownChart, staffChart } from '../chart.ts'
import {
  cancelInvitation,
  findUser,
  inviteAgain,
  inviteUser,
  leave,
  listOwnRecords,
  listUsers,
  refusalOf,
  revokeUser,
} from './store.ts'
import { NewUser, Reason, WithProof } from './user.ts'
import { GrantPage, LeavingPage, NewUserPage, RevocationPage, UsersFrontPage, UsersPage } from './views.tsx'

export const manageUsers = new Routes()

/** Who sees the record is the patient's alone to say. */
const own = ownChart('sharing')
const desk = staffChart('sharing', 'patients')
const head = (c: RequestContext, title = c.var.t.users.title) => ({ title })
const deskHead = (c: RequestContext) => ({ title: c.var.t.users.title, tab: 'patients' as const })

manageUsers.get(paths.manageUsers, signedIn, async (c) => {
  const { own, helped } = await listOwnRecords(c.var.db, c.var.viewer)
  const [only] = own
  if (only && own.length === 1 && helped.length === 0)
    return c.redirect(href(paths.users, { patientId: only.id }), 303)
  return c.render(<UsersFrontPage own={own} helped={helped} />, head(c))
})

manageUsers.get(paths.users, own, async (c) => {
  const { db, chart, now } = c.var
  return c.render(
    <UsersPage {...(await listUsers(db, chart))} patientId={chart.patientId} now={now} />,
    head(c)
  )
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

/** The form again, in words; or the page that says what they will see; or the invitation. */
async function grant(c: RequestContext, chart: Chart<'sharing'>, place: Place) {
  const { db, now, t } = c.var
  const title = head(c, t.users.newTitle)
  const refuse = (typed: Form['typed'], errors: Form['errors']) =>
    renderInvalid(c, <NewUserPage form={{ typed, errors }} {...place} />, title)
  const form = place.withProof
    ? await readForm(c, WithProof, t.users.errors)
    : await readForm(c, NewUser, t.users.errors)
  if (!form.ok) return refuse(form.typed, form.form.errors)
  if (place.withProof && chart.patient.accountId) return refuse(form.typed, { form: t.users.refusals.login })
  if (!place.withProof && !confirmedHere(c)) return refuse(form.typed, { form: t.users.errors.confirm })
  const refusal = await refusalOf(db, chart, form.value.email, now)
  const isOwnRetry = refusal === 'pending' && form.typed.act === 'grant'
  if (refusal && !isOwnRetry) return refuse(form.typed, { email: t.users.refusals[refusal] })
  if (form.typed.act === 'back')
    return c.render(<NewUserPage form={{ typed: form.typed, errors: {} }} {...place} />, title)
  if (form.typed.act !== 'grant')
    return c.render(<GrantPage typed={form.typed} patient={chart.patient} {...place} />, {
      title: t.users.grantTitle,
    })
  const proof = place.withProof ? (form.typed.proof ?? null) : null
  if (!(await inviteUser(db, chart, c.env.TOKEN_KEY, form.value, now, proof)))
    return refuse(form.typed, { email: t.users.refusals.pending })
  wakeOutbox(c)
  flash(c, 'userInvited')
  return c.redirect(place.back, 303)
}

manageUsers.post(paths.userNew, own, (c) => {
  const to = { patientId: c.var.chart.patientId }
  return grant(c, c.var.chart, { action: href(paths.userNew, to), back: href(paths.users, to) })
})

manageUsers.post(paths.userInvitationAgain, own, async (c) => {
  const { db, chart, now } = c.var
  const posted = await readFields(c)
  const id = v.is(submissionId, posted.submissionId) ? posted.submissionId : newId()
  const sent = await inviteAgain(
    db,
    chart,
    c.env.TOKEN_KEY,
    { invitationId: c.req.param('invitationId'), submissionId: id },
    now
  )
  if (!sent) return c.notFound()
  wakeOutbox(c)
  flash(c, 'userInvited')
  return c.redirect(href(paths.users, { patientId: chart.patientId }), 303)
})

manageUsers.post(paths.userInvitationRemoval, own, async (c) => {
  const { db, chart, now } = c.var
  const isDone = await cancelInvitation(db, chart, c.req.param('invitationId'), now)
  // Who was quicker has access now: the list says so, and how to end it.
  flash(c, isDone ? 'invitationTakenBack' : 'invitationTakenUp')
  return c.redirect(href(paths.users, { patientId: chart.patientId }), 303)
})

manageUsers.get(paths.userRevocation, own, async (c) => {
  const { db, chart, t } = c.var
  const user = await findUser(db, chart, c.req.param('grantId'))
  if (!user) return c.notFound()
  const to = { patientId: chart.patientId, grantId: user.id }
  return c.render(
    <RevocationPage user={user} action={href(paths.userRevocation, to)} back={href(paths.users, to)} />,
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

manageUsers.get(paths.leaving, caregiverChart, (c) =>
  c.render(<LeavingPage patient={c.var.chart.patient} />, head(c, c.var.t.users.leaveTitle))
)

manageUsers.post(paths.leaving, caregiverChart, async (c) => {
  const { db, chart, now } = c.var
  if (!(await leave(db, chart, now))) return c.notFound()
  wakeOutbox(c)
  flash(c, 'recordLeft')
  return c.redirect(paths.manageUsers, 303)
})

/** For someone without a login: staff let a caregiver in, and write down how they made sure. */
const deskPlace = (patientId: string): Place => ({
  action: href(paths.adminUserNew, { patientId }),
  back: href(paths.adminPatient, { patientId }),
  withProof: true,
})

manageUsers.get(paths.adminUserNew, desk, (c) => {
  const { patient, patientId } = c.var.chart
  // A patient with a login decides for themselves.
  if (patient.accountId) return c.redirect(href(paths.adminPatient, { patientId }), 303)
  return c.render(<NewUserPage form={blank()} {...deskPlace(patientId)} />, deskHead(c))
})

manageUsers.post(paths.adminUserNew, desk, (c) => {
  const { chart } = c.var
  return grant(c, chart, deskPlace(chart.patientId))
})

manageUsers.get(paths.adminUserRevocation, desk, async (c) => {
  const { db, chart } = c.var
  const user = await findUser(db, chart, c.req.param('grantId'))
  if (!user) return c.notFound()
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

manageUsers.post(paths.adminUserRevocation, desk, async (c) => {
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
