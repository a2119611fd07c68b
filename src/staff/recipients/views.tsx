import { ErrorSummary } from '../../design/error-summary.tsx'
import { SearchField } from '../../design/field.tsx'
import { BackLink } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { longestSearch } from '../patients/search.ts'
import { mostListed, type PatientRow } from '../patients/store.ts'
import { Standing } from '../patients/views.tsx'

export const RecipientsPage = ({ form, found }: { form: Form; found?: PatientRow[] }) => {
  const { messages, desk } = useText()
  const t = desk.start
  return (
    <section id='recipients' class='mid flow'>
      <BackLink to={paths.adminQueue}>{messages.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.choose}</h1>
      <search>
        <form method='post' action={paths.adminRecipients} novalidate>
          <SearchField
            name='q'
            label={t.search}
            hint={t.hint}
            form={form}
            maxlength={longestSearch}
            submit={t.submit}
          />
        </form>
      </search>
      {found && <Found found={found} />}
    </section>
  )
}

const Found = ({ found }: { found: PatientRow[] }) => {
  const { start: t, case: words } = useText().desk
  const { birthDate } = useFormat()
  const total = found[0]?.total ?? 0
  return (
    <>
      <p id='found' role='status' tabindex={-1} autofocus>
        {total === 0 ? t.foundNone : total > mostListed ? t.foundMany(mostListed) : t.found(total)}
      </p>
      {found.length > 0 && (
        <ul class='card list rows'>
          {found.map((patient) => (
            <li>
              <a class='row' href={href(paths.adminNewMessage, { patientId: patient.id })}>
                <span class='t'>
                  {fullName(patient)} <Standing patient={patient} />
                </span>
                <span class='m'>
                  {patient.birthDate ? words.dob(birthDate(patient.birthDate)) : words.dobUnknown} ·{' '}
                  {words.mrn(patient.mrn ?? words.notOnFile)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
