import { type Details, languages } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { KeptId, Select, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Notice, SubmitOrKeep, SummaryList } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { BirthDateFields } from '../../identity/birth-date-fields.tsx'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import type { Corrections } from './store.ts'

type Props = Corrections & { patient: Patient; isLocked: boolean; mayInvite: boolean; form: Form }

export const DetailsPage = ({ patient, corrections, heard, isLocked, mayInvite, form }: Props) => {
  const { details: t, common } = useText()
  const to = { patientId: patient.id }
  const back = href(paths.adminPatient, to)
  const say = useValue()
  const plain = { form, autocomplete: 'off' }
  const onFile = (field: keyof Details) => t.onFile(say(field, patient[field]))
  return (
    <section id='details' class='mid flow'>
      <BackLink to={back}>{fullName(patient)}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.heading(fullName(patient))}</h1>
      <p>{t.intro}</p>
      {isLocked && (
        <Notice kind='warn'>
          <p>{t.locked}</p>
          {mayInvite && <a href={href(paths.adminInvitation, to)}>{t.sendNow}</a>}
        </Notice>
      )}
      <FromFeeds heard={heard} />
      {patient.source && (
        <Notice>
          <p>{t.feed}</p>
        </Notice>
      )}
      {patient.accountId && <p>{t.account}</p>}
      <form method='post' action={href(paths.adminPatientDetails, to)} class='flow' novalidate>
        <KeptId form={form} />
        <input type='hidden' name='seen' value={form.typed.seen} />
        <div class='fields'>
          <TextField name='givenName' label={t.givenName} hint={onFile('givenName')} {...plain} />
          <TextField name='familyName' label={t.familyName} hint={onFile('familyName')} {...plain} />
        </div>
        <BirthDateFields form={form} legend={t.birthDate} hint={onFile('birthDate')} ofOther />
        <div class='fields'>
          <TextField name='phone' label={t.phone} hint={onFile('phone')} type='tel' {...plain} />
          <Select
            name='language'
            label={t.language}
            hint={onFile('language')}
            form={form}
            choices={languages.map((value) => ({ value, label: common.languages[value] }))}
          />
        </div>
        <TextArea name='reason' label={t.reason} hint={t.reasonHint} rows={2} form={form} />
        <SubmitOrKeep submit={t.submit} keep={t.keep} back={back} />
      </form>
      <Earlier corrections={corrections} />
    </section>
  )
}

/** What each sender last said, for whoever compares. */
const FromFeeds = ({ heard }: Pick<Corrections, 'heard'>) => {
  const t = useText().details
  const { shortDate } = useFormat()
  const say = useValue()
  return heard.map(({ sender, heardAt, facts }) => (
    <div class='card flow'>
      <h2>{t.heard(sender, shortDate(heardAt))}</h2>
      <SummaryList
        rows={(Object.keys(t.fields) as (keyof Details)[])
          .filter((field) => facts[field])
          .map((field) => [t.fields[field], say(field, facts[field])])}
      />
    </div>
  ))
}

/** A value of a field as people say it. */
function useValue() {
  const { details: t, common } = useText()
  const { birthDate } = useFormat()
  return (field: keyof Details, value: string | null | undefined) => {
    if (!value) return t.nothing
    if (field === 'birthDate') return birthDate(value)
    return field === 'language' && (value === 'en' || value === 'es') ? common.languages[value] : value
  }
}

const Earlier = ({ corrections }: Pick<Corrections, 'corrections'>) => {
  const t = useText().details
  const { shortDate } = useFormat()
  const say = useValue()
  if (corrections.length === 0) return null
  return (
    <>
      <h2 id='earlier'>{t.earlier}</h2>
      <div class='card list'>
        <table class='queue' aria-labelledby='earlier'>
          <thead>
            <tr>
              <th scope='col'>{t.what}</th>
              <th scope='col'>{t.why}</th>
              <th scope='col'>{t.who}</th>
              <th scope='col'>{t.when}</th>
            </tr>
          </thead>
          <tbody>
            {corrections.map(({ before, after, reason, changedAt, ...who }) => (
              <tr>
                <td data-label={t.what}>
                  <ul>
                    {(Object.keys(after) as (keyof Details)[]).map((field) => (
                      <li>
                        {t.became(t.fields[field], say(field, before[field]), say(field, after[field]))}
                      </li>
                    ))}
                  </ul>
                </td>
                <td data-label={t.why} class='body'>
                  {reason}
                </td>
                <td data-label={t.who}>{fullName(who)}</td>
                <td data-label={t.when}>{shortDate(changedAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
