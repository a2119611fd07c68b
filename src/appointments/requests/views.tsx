import { ErrorSummary } from '../../design/error-summary.tsx'
import { Radios, SubmissionId, TextArea } from '../../design/field.tsx'
import { BackLink, Button, Notice } from '../../design/parts.tsx'
import { OfficePhone } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import type { Appointment } from '../store.ts'
import { AppointmentName } from '../views.tsx'
import { canAsk } from './request.ts'
import type { Request } from './store.ts'

type Props = { patientId: string; appointment: Appointment; requests: Request[]; form: Form; now: Date }

/** Asks the office for another time, or for none. The appointment stands until the office has answered. */
export const RequestPage = ({ patientId, appointment, requests, form, now }: Props) => {
  const { appointments } = useText()
  const t = appointments.request
  const { moment } = useFormat()
  const to = { patientId, appointmentId: appointment.id }
  const isOpen = requests.some(({ doneAt }) => !doneAt)
  const mayAsk = canAsk(appointment, now) && !isOpen
  return (
    <section id='request' class='narrow flow'>
      <BackLink to={href(paths.appointment, to)}>{appointments.one}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>
        <AppointmentName of={appointment} />, {moment(appointment.startsAt)}
      </p>
      {mayAsk || form.typed.body ? (
        <form method='post' action={href(paths.appointmentRequest, to)} novalidate>
          <SubmissionId form={form} />
          <Radios
            name='kind'
            legend={t.what}
            form={form}
            choices={[
              { value: 'reschedule', label: t.reschedule },
              { value: 'cancel', label: t.cancel },
            ]}
          />
          <TextArea name='body' label={t.body} hint={t.bodyHint} form={form} rows={4} />
          <Notice kind='warn'>
            <p>
              {t.stands} <OfficePhone />
            </p>
          </Notice>
          <Button>{t.send}</Button>
        </form>
      ) : (
        <Notice>
          <p>
            {isOpen ? t.errors.openAlready : t.errors.tooLate} <OfficePhone />
          </p>
        </Notice>
      )}
    </section>
  )
}

/** What was asked about an appointment and what became of it, for whoever asked. */
export const RequestState = ({
  patientId,
  appointmentId,
  requests,
}: {
  patientId: string
  appointmentId: string
  requests: Request[]
}) => {
  const t = useText().appointments.request
  const { moment } = useFormat()
  const [last] = requests
  if (!last || last.outcome === 'withdrawn') return null
  const to = { patientId, appointmentId }
  if (!last.doneAt)
    return (
      <Notice title={t.asked[last.kind]}>
        <p>{t.since(moment(last.askedAt))}</p>
        {last.words && <p class='body'>{last.words}</p>}
        <form method='post' action={href(paths.appointmentRequestWithdrawal, to)}>
          <Button kind='alt'>{t.withdraw}</Button>
        </form>
      </Notice>
    )
  return (
    <Notice kind={last.outcome === 'done' ? 'good' : 'warn'} title={t.outcomes[last.outcome ?? 'done']}>
      {last.answer && <p class='body'>{last.answer}</p>}
      <p class='soft'>{moment(last.doneAt)}</p>
    </Notice>
  )
}
