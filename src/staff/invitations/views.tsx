import { ErrorSummary } from '../../design/error-summary.tsx'
import { KeptId, SubmissionId, TextField } from '../../design/field.tsx'
import { BackLink, Notice, SubmitOrKeep, SummaryList } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { InviteRefusal } from '../../identity/invitation/invitation.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'

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
  const { numericCalendarDate } = useFormat()
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
          [
            staff.patients.birthDate,
            patient.birthDate ? numericCalendarDate(patient.birthDate) : staff.patient.none,
          ],
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
            {t.onFile}: <strong>{patient.email}</strong>
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
