import { ErrorSummary } from '../../design/error-summary.tsx'
import { SubmissionId, TextArea } from '../../design/field.tsx'
import { Button, Notice } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'

export const ViewPage = ({ patient, form }: { patient: Patient; form: Form }) => {
  const t = useText().viewing
  return (
    <section id='view-as' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>
        <b>{fullName(patient)}</b>
      </p>
      <Notice kind='warn' title={t.knowTitle}>
        <ul class='rule'>
          {t.know.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </Notice>
      <form method='post' action={href(paths.adminView, { patientId: patient.id })} novalidate>
        <SubmissionId form={form} />
        <TextArea name='reason' label={t.reason} hint={t.reasonHint} form={form} rows={3} />
        <Button>{t.open}</Button>
      </form>
    </section>
  )
}
