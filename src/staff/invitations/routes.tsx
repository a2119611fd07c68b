import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { AddressOnFile, inviteRefusal, isHeldBack } from '../../identity/invitation/invitation.ts'
import {
  changeAddress,
  correctAndInvite,
  findNewest,
  invite,
  revokeInvitation,
} from '../../identity/invitation/store.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { type Chart, staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, type Form, readForm, submissionId } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { AddressPage, InvitePage, RepairPage } from './views.tsx'

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

const Repair = v.object({
  ...Confirmation.entries,
  email: v.pipe(v.string(), v.trim(), v.minLength(1, 'missing'), AddressOnFile),
  was: v.string(),
  lifted: v.string(),
})

type RepairContext = RequestContext & { var: { chart: Chart<'record'> } }
const repairHead = (c: RepairContext) =>
  ({ title: c.var.t.inviteDesk.repair.title, tab: 'patients' }) as const

/** What a clerk needs on the phone, in one view: the number, the address, and what became of the mail. */
async function repairPage(c: RepairContext, form: (onFile: string) => Form) {
  const { chart, db, now, visit } = c.var
  const newest = await findNewest(db, chart)
  const refusal = inviteRefusal(chart.patient, now, visit.practice.timeZone)
  const onFile = chart.patient.email ?? ''
  return (
    <RepairPage patient={chart.patient} newest={newest} refusal={refusal} form={form(onFile)} now={now} />
  )
}

staffInvitations.get(paths.adminInvitationRepair, staffChart('record', 'invitations'), async (c) =>
  c.render(await repairPage(c, (email) => blank({ email })), repairHead(c))
)

staffInvitations.post(paths.adminInvitationRepair, staffChart('record', 'invitations'), async (c) => {
  const { chart, db, now, t, visit } = c.var
  const words = t.inviteDesk.repair
  const refuse = async (form: Form) => renderInvalid(c, await repairPage(c, () => form), repairHead(c))
  const form = await readForm(c, Repair, words)
  if (!form.ok) return refuse(form.form)
  const { email, was, lifted } = form.value
  if (
    inviteRefusal({ ...chart.patient, email }, now, visit.practice.timeZone) ||
    was !== (chart.patient.email ?? '')
  )
    return refuse(again(form.typed, words.changed))
  if (!lifted && isHeldBack(email, await findNewest(db, chart)))
    return refuse({ typed: form.typed, errors: { email: words.stillHeld } })
  if (!(await correctAndInvite(db, chart, email, c.env.TOKEN_KEY, now, form.value)))
    return refuse(again(form.typed, words.changed))
  wakeOutbox(c)
  flash(c, 'invitationSent')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})
