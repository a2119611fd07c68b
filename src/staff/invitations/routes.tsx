import * as v from 'valibot'
import { AddressOnFile, inviteRefusal } from '../../identity/invitation/invitation.ts'
import { changeAddress, invite, revokeInvitation } from '../../identity/invitation/store.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { blank, readForm, submissionId } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { AddressPage, InvitePage } from './views.tsx'

export const staffInvitations = new Routes()

/** `shown` is when the page was made: an invitation sent since then must be seen before another. */
const Confirmation = v.object({
  submissionId,
  shown: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))), undefined),
})
const Address = v.object({ email: v.pipe(v.string(), v.trim(), v.minLength(1, 'missing'), AddressOnFile) })

staffInvitations.get(paths.adminInvitation, staffChart('record', 'invitations'), (c) => {
  const { chart, now, t, visit } = c.var
  const refusal = inviteRefusal(chart.patient, now, visit.practice.timeZone)
  return c.render(<InvitePage patient={chart.patient} now={now} refusal={refusal} form={blank()} />, {
    title: t.staff.invite.title,
    tab: 'patients',
  })
})

staffInvitations.post(paths.adminInvitation, staffChart('record', 'invitations'), async (c) => {
  const { chart, db, now, t, visit } = c.var
  const head = { title: t.staff.invite.title, tab: 'patients' } as const
  const form = await readForm(c, Confirmation, t.staff.invite)
  const refusal = inviteRefusal(chart.patient, now, visit.practice.timeZone)
  if (refusal)
    return renderInvalid(
      c,
      <InvitePage patient={chart.patient} now={now} refusal={refusal} form={blank()} />,
      head
    )

  const invited = form.ok && (await invite(db, chart, c.env.TOKEN_KEY, now, form.value))
  if (!invited) {
    const again = { ...blank(), errors: { form: t.staff.invite.changed } }
    return renderInvalid(
      c,
      <InvitePage patient={chart.patient} now={now} refusal={undefined} form={again} />,
      head
    )
  }
  wakeOutbox(c)
  flash(c, 'invitationSent')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})

staffInvitations.post(paths.adminInvitationRevocation, staffChart('record', 'invitations'), async (c) => {
  const { chart, db, now } = c.var
  // Already taken back, used or replaced: the page shows which. The second of two taps ends here too.
  if (await revokeInvitation(db, chart, c.req.param('invitationId'), now)) flash(c, 'invitationRevoked')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})

staffInvitations.get(paths.adminPatientAddress, staffChart('record', 'invitations'), (c) => {
  const { chart, t } = c.var
  const form = { typed: { email: chart.patient.email ?? '' }, errors: {} }
  return c.render(<AddressPage patient={chart.patient} form={form} />, {
    title: t.staff.address.title,
    tab: 'patients',
  })
})

staffInvitations.post(paths.adminPatientAddress, staffChart('record', 'invitations'), async (c) => {
  const { chart, db, now, t } = c.var
  const form = await readForm(c, Address, t.staff.address)
  if (!form.ok)
    return renderInvalid(c, <AddressPage patient={chart.patient} form={form.form} />, {
      title: t.staff.address.title,
      tab: 'patients',
    })
  await changeAddress(db, chart, form.value.email, now)
  flash(c, 'addressSaved')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})
