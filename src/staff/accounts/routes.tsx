import * as v from 'valibot'
import { actor, audit } from '../../audit/record.ts'
import { staffRoles } from '../../db/schema.ts'
import type { RequestContext } from '../../env.ts'
import { checkCurrentPassword } from '../../identity/current-password.ts'
import { AddressOnFile } from '../../identity/invitation/invitation.ts'
import { fitsPassword } from '../../identity/password-length.ts'
import { forgetTries } from '../../identity/throttle.ts'
import { staff } from '../../identity/viewer.ts'
import type { Viewer } from '../../identity/visit.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readForm, submissionId } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import {
  changeRole,
  deactivate,
  findRecordAccount,
  findStaffMember,
  inviteMember,
  listStaff,
  reactivate,
  resetRecordAccount,
  resetStaffMember,
  takeBackInvitation,
} from './store.ts'
import {
  ActPage,
  InviteStaffPage,
  MemberPage,
  RecordResetPage,
  StaffListPage,
  StaffResetPage,
} from './views.tsx'

export const staffAccounts = new Routes()

staffAccounts.get(paths.adminStaff, staff('staff'), async (c) => {
  return c.render(<StaffListPage {...(await listStaff(c.var.db))} now={c.var.now} />, {
    title: c.var.t.staffAccounts.title,
    tab: 'staff',
  })
})

const name = (missing: string) =>
  v.pipe(v.string(), v.trim(), v.minLength(1, missing), v.maxLength(100, 'nameLong'))
const NewMember = v.object({
  submissionId,
  givenName: name('givenNameMissing'),
  familyName: name('familyNameMissing'),
  credentials: v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(100, 'nameLong'),
    v.transform((typed) => typed || null)
  ),
  email: v.pipe(v.string(), v.trim(), v.minLength(1, 'emailMissing'), AddressOnFile),
  role: v.picklist(staffRoles, 'roleMissing'),
  password: v.pipe(v.string(), v.minLength(1, 'passwordMissing'), v.check(fitsPassword, 'passwordWrong')),
})

staffAccounts.get(paths.adminStaffNew, staff('staff'), (c) =>
  c.render(<InviteStaffPage form={blank()} />, { title: c.var.t.joining.invite.title, tab: 'staff' })
)

staffAccounts.post(paths.adminStaffNew, staff('staff'), async (c) => {
  const { db, now, requestId, t, viewer } = c.var
  const { title, errors: words } = t.joining.invite
  const form = await readForm(c, NewMember, words)
  const { password: _, ...typed } = form.typed
  const refuse = (errors: Form['errors']) => {
    // A form without its own mark may be sent again.
    const again = errors.submissionId ? { ...typed, ...blank().typed } : typed
    return renderInvalid(c, <InviteStaffPage form={{ typed: again, errors }} />, { title, tab: 'staff' })
  }
  if (!form.ok) return refuse(form.form.errors)
  const { password, ...member } = form.value
  const proven = await checkCurrentPassword(c, viewer, password)
  if (!proven) {
    db.alongside(audit(db, { at: now, ...actor(viewer), action: 'confirm.wrong', requestId }))
    return refuse({ password: words.passwordWrong })
  }
  db.alongside(forgetTries(db, proven.triesKey))
  if (!(await inviteMember(db, viewer, member, c.env.TOKEN_KEY, requestId, now)))
    return refuse({ email: words.emailTaken })
  wakeOutbox(c)
  flash(c, 'userInvited')
  return c.redirect(paths.adminStaff, 303)
})

staffAccounts.post(paths.adminStaffInvitationRevocation, staff('staff'), async (c) => {
  const { db, now, requestId, viewer } = c.var
  await takeBackInvitation(db, viewer, c.req.param('invitationId'), requestId, now)
  flash(c, 'invitationTakenBack')
  return c.redirect(paths.adminStaff, 303)
})

staffAccounts.get(paths.adminStaffMember, staff('staff'), async (c) => {
  const { db, now, t, viewer } = c.var
  const { member, ...found } = await findStaffMember(db, c.req.param('staffId'))
  if (!member) return c.notFound()
  return c.render(<MemberPage member={member} {...found} isSelf={member.id === viewer.id} now={now} />, {
    title: t.staffAccounts.memberTitle,
    tab: 'staff',
  })
})

const Reset = v.object({
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'reasonMissing'), v.maxLength(500, 'reasonLong')),
  password: v.pipe(v.string(), v.minLength(1, 'passwordMissing'), v.check(fitsPassword, 'passwordWrong')),
})

/** The reason, once the one who gives it has proved who they are: a desk left alone must not be enough. */
async function readReset(c: RequestContext, viewer: Viewer): Promise<{ reason: string } | { refused: Form }> {
  const { db, now, requestId, t } = c.var
  const form = await readForm(c, Reset, t.staffAccounts.reset)
  const typed = { reason: form.typed.reason ?? '' }
  if (!form.ok) return { refused: { typed, errors: form.form.errors } }
  const proven = await checkCurrentPassword(c, viewer, form.value.password)
  if (proven) {
    db.alongside(forgetTries(db, proven.triesKey))
    return { reason: form.value.reason }
  }
  db.alongside(audit(db, { at: now, ...actor(viewer), action: 'confirm.wrong', requestId }))
  return { refused: { typed, errors: { password: t.staffAccounts.reset.passwordWrong } } }
}

const staffHead = (c: RequestContext) => ({ title: c.var.t.staffAccounts.reset.title, tab: 'staff' }) as const

staffAccounts.get(paths.adminStaffSecondStepReset, staff('staff'), async (c) => {
  const { db, viewer } = c.var
  const { member } = await findStaffMember(db, c.req.param('staffId'))
  if (!member) return c.notFound()
  if (member.id === viewer.id || !member.secondStepAt)
    return c.redirect(href(paths.adminStaffMember, { staffId: member.id }), 303)
  return c.render(<StaffResetPage member={member} form={blank()} />, staffHead(c))
})

staffAccounts.post(paths.adminStaffSecondStepReset, staff('staff'), async (c) => {
  const { db, now, t, requestId, viewer } = c.var
  const { member, ...found } = await findStaffMember(db, c.req.param('staffId'))
  if (!member) return c.notFound()
  if (member.id === viewer.id)
    return renderInvalid(c, <MemberPage member={member} {...found} isSelf now={now} />, staffHead(c))
  const asked = await readReset(c, viewer)
  if ('refused' in asked)
    return renderInvalid(c, <StaffResetPage member={member} form={asked.refused} />, staffHead(c))

  const wish = { accountId: member.id, reason: asked.reason }
  if (!(await resetStaffMember(db, viewer, wish, requestId, now))) {
    const form = { typed: { reason: asked.reason }, errors: { form: t.staffAccounts.reset.changed } }
    return renderInvalid(c, <StaffResetPage member={member} form={form} />, staffHead(c))
  }
  wakeOutbox(c)
  flash(c, 'secondStepReset')
  return c.redirect(href(paths.adminStaffMember, { staffId: member.id }), 303)
})

const recordHead = (c: RequestContext) =>
  ({ title: c.var.t.staffAccounts.reset.title, tab: 'patients' }) as const

staffAccounts.get(paths.adminAccountSecondStepReset, staffChart('record', 'invitations'), async (c) => {
  const { db, chart } = c.var
  const account = await findRecordAccount(db, chart, c.req.param('accountId'))
  if (!account) return c.notFound()
  return c.render(<RecordResetPage patient={chart.patient} account={account} form={blank()} />, recordHead(c))
})

staffAccounts.post(paths.adminAccountSecondStepReset, staffChart('record', 'invitations'), async (c) => {
  const { db, now, t, chart } = c.var
  const account = await findRecordAccount(db, chart, c.req.param('accountId'))
  if (!account) return c.notFound()
  const again = (form: Form) =>
    renderInvalid(c, <RecordResetPage patient={chart.patient} account={account} form={form} />, recordHead(c))
  if (account.staffRole) return again({ typed: {}, errors: { form: t.staffAccounts.isStaff } })
  const asked = await readReset(c, chart.viewer)
  if ('refused' in asked) return again(asked.refused)

  const wish = { accountId: account.id, reason: asked.reason }
  if (!(await resetRecordAccount(db, chart, wish, now)))
    return again({ typed: { reason: asked.reason }, errors: { form: t.staffAccounts.reset.changed } })
  wakeOutbox(c)
  flash(c, 'secondStepReset')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})

const WithRole = v.object({ role: v.picklist(staffRoles, 'roleMissing') })

/** What an admin does to a colleague's account: each on a page of its own, with a reason and the admin's own password. */
for (const [path, kind, doIt, word] of [
  [paths.adminStaffRole, 'role', undefined, 'roleChanged'],
  [paths.adminStaffDeactivation, 'deactivation', deactivate, 'staffDeactivated'],
  [paths.adminStaffReactivation, 'reactivation', reactivate, 'staffReactivated'],
] as const) {
  const actHead = (c: RequestContext) =>
    ({ title: c.var.t.staffAccounts.acting[kind].title, tab: 'staff' }) as const

  staffAccounts.get(path, staff('staff'), async (c) => {
    const { db, viewer } = c.var
    const { member } = await findStaffMember(db, c.req.param('staffId'))
    if (!member) return c.notFound()
    if (member.id === viewer.id) return c.redirect(href(paths.adminStaffMember, { staffId: member.id }), 303)
    const form = blank({ role: member.staffRole ?? '' })
    return c.render(<ActPage kind={kind} member={member} form={form} />, actHead(c))
  })

  staffAccounts.post(path, staff('staff'), async (c) => {
    const { db, now, t, requestId, viewer } = c.var
    const { member, ...found } = await findStaffMember(db, c.req.param('staffId'))
    if (!member?.staffRole) return c.notFound()
    if (member.id === viewer.id)
      return renderInvalid(c, <MemberPage member={member} {...found} isSelf now={now} />, actHead(c))
    const again = (form: Form) =>
      renderInvalid(c, <ActPage kind={kind} member={member} form={form} />, actHead(c))
    const chosen = kind === 'role' ? await readForm(c, WithRole, t.staffAccounts.reset) : undefined
    if (chosen && !chosen.ok)
      return again({ typed: { ...chosen.typed, password: '' }, errors: chosen.form.errors })
    const asked = await readReset(c, viewer)
    const typed = { role: chosen?.value.role ?? '' }
    if ('refused' in asked)
      return again({ typed: { ...asked.refused.typed, ...typed }, errors: asked.refused.errors })

    const act = { accountId: member.id, reason: asked.reason }
    const isDone = chosen
      ? await changeRole(
          db,
          viewer,
          { ...act, from: member.staffRole, to: chosen.value.role },
          requestId,
          now
        )
      : await doIt?.(db, viewer, act, requestId, now)
    if (!isDone)
      return again({
        typed: { ...typed, reason: asked.reason },
        errors: { form: t.staffAccounts.acting.changed },
      })
    flash(c, word)
    return c.redirect(href(paths.adminStaffMember, { staffId: member.id }), 303)
  })
}
