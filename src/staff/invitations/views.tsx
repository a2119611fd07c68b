import { ErrorSummary } from '../../design/error-summary.tsx'
import { Checkbox, KeptId, SubmissionId, TextField } from '../../design/field.tsx'
import {
  BackLink,
  EmailAddress,
  Notice,
  OutsideLink,
  SubmitOrKeep,
  SummaryList,
} from '../../design/parts.tsx'
import { telHref } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { type InviteRefusal, isHeldBack } from '../../identity/invitation/invitation.ts'
import type { Newest } from '../../identity/invitation/store.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { WhyItCameBack } from '../mail/views.tsx'
import { portalStatus } from '../patient/status.ts'
import { StatusTag } from '../patients/views.tsx'

const BackToPatient = ({ patient }: { patient: Patient }) => (
  <BackLink to={href(paths.adminPatient, { patientId: patient.id })}>{fullName(patient)}</BackLink>
)

/** The last look before a mail leaves: whose it is, and where it goes. */
export const InvitePage = ({
  patient,
  refusal,
  now,
  form,
}: {
  patient: Patient
  refusal: InviteRefusal | undefined
  now: Date
  form: Form
}) => {
  const { staff } = useText()
  const t = staff.invite
  const { birthDate } = useFormat()
  const to = { patientId: patient.id }
  return (
    <section id='invite' class='mid flow'>
      <ErrorSummary form={form} />
      <BackToPatient patient={patient} />
      <h1>{t.heading(fullName(patient))}</h1>
      {refusal && (
        <Notice kind='bad' title={t.refusedTitle}>
          <p>{t.refusals[refusal]}</p>
        </Notice>
      )}
      <SummaryList
        rows={[
          [staff.patients.birthDate, patient.birthDate ? birthDate(patient.birthDate) : staff.patient.none],
          [staff.patients.mrn, patient.mrn ?? staff.patient.none],
          [
            t.sendsTo,
            <strong>{patient.email ?? staff.patient.none}</strong>,
            patient.accountId ? null : (
              <a href={href(paths.adminPatientAddress, to)}>
                {patient.email ? staff.patient.correctAddress : staff.patient.addAddress}
              </a>
            ),
          ],
        ]}
      />
      {!refusal && (
        <form method='post' action={href(paths.adminInvitation, to)}>
          <SubmissionId form={form} />
          <input type='hidden' name='shown' value={String(now.getTime())} />
          <p>
            <strong>{t.check}</strong> {t.replaces}
          </p>
          <SubmitOrKeep submit={t.submit} keep={t.keep} back={href(paths.adminPatient, to)} />
        </form>
      )}
    </section>
  )
}

export const AddressPage = ({ patient, form }: { patient: Patient; form: Form }) => {
  const { staff } = useText()
  const t = staff.address
  const to = { patientId: patient.id }
  return (
    <section id='address' class='mid flow'>
      <ErrorSummary form={form} />
      <BackToPatient patient={patient} />
      <h1>{t.heading(fullName(patient))}</h1>
      {patient.email && (
        <>
          <p>
            {t.onFile}:{' '}
            <strong>
              <EmailAddress>{patient.email}</EmailAddress>
            </strong>
          </p>
          <Notice kind='warn'>
            <p>{patient.accountId ? t.signInStays : t.warning}</p>
          </Notice>
        </>
      )}
      <form method='post' action={href(paths.adminPatientAddress, to)} novalidate>
        <KeptId form={form} />
        <TextField
          name='email'
          label={t.email}
          hint={t.hint}
          form={form}
          type='email'
          inputmode='email'
          autocomplete='off'
        />
        <SubmitOrKeep submit={t.submit} keep={t.keep} back={href(paths.adminPatient, to)} />
      </form>
    </section>
  )
}

/** Where Resend keeps the addresses it sends nothing to. */
const suppressions = 'https://resend.com/emails/suppressions'

type RepairProps = {
  patient: Patient
  newest: Newest | undefined
  refusal: InviteRefusal | undefined
  form: Form
  now: Date
}

export const RepairPage = ({ patient, newest, refusal, form, now }: RepairProps) => {
  const { staff, inviteDesk } = useText()
  const t = inviteDesk.repair
  const to = { patientId: patient.id }
  const back = href(paths.adminPatient, to)
  const isHeld = isHeldBack(patient.email ?? '', newest)
  const isHopeless = refusal && refusal !== 'noEmail' && refusal !== 'badEmail'
  return (
    <section id='repair' class='mid flow'>
      <ErrorSummary form={form} />
      <BackToPatient patient={patient} />
      <h1>{t.heading(fullName(patient))}</h1>
      {isHopeless && (
        <Notice kind='bad' title={staff.invite.refusedTitle}>
          <p>{staff.invite.refusals[refusal]}</p>
        </Notice>
      )}
      <SummaryList
        rows={[
          [t.call, patient.phone ? <a href={telHref(patient.phone)}>{patient.phone}</a> : inviteDesk.noPhone],
          [t.onFile, <strong>{patient.email ?? inviteDesk.noAddress}</strong>],
          [
            t.what,
            <>
              <StatusTag status={portalStatus(patient, newest, now)} /> <WhatCameBack newest={newest} />
            </>,
          ],
        ]}
      />
      {!isHopeless && (
        <form method='post' action={href(paths.adminInvitationRepair, to)} class='flow' novalidate>
          <SubmissionId form={form} />
          <input type='hidden' name='shown' value={String(now.getTime())} />
          <input type='hidden' name='was' value={patient.email ?? ''} />
          <p>{t.ask}</p>
          <TextField
            name='email'
            label={t.email}
            hint={t.hint}
            form={form}
            type='email'
            inputmode='email'
            autocomplete='off'
          />
          {isHeld && (
            <Notice kind='warn' title={t.heldTitle}>
              <p>{t.held}</p>
              <p>
                <OutsideLink url={suppressions}>{t.heldWhere}</OutsideLink>
              </p>
              <Checkbox name='lifted' form={form}>
                {t.lifted}
              </Checkbox>
            </Notice>
          )}
          <SubmitOrKeep submit={t.submit} keep={t.keep} back={back} />
        </form>
      )}
    </section>
  )
}

const WhatCameBack = ({ newest }: { newest: Newest | undefined }) => {
  const { inviteDesk: t, staff } = useText()
  const { moment } = useFormat()
  if (!newest?.bouncedAt && !newest?.mailFailedAt) return <>{t.repair.nothing}</>
  if (!newest.bouncedAt) return <>{newest.mailFailedAt && t.failedOn(moment(newest.mailFailedAt))}</>
  return (
    <>
      {t.cameBack(moment(newest.bouncedAt))}
      <br />
      <WhyItCameBack mail={newest} />
      <br />
      {staff.patient.to}: <EmailAddress>{newest.email}</EmailAddress>
    </>
  )
}
