import { ErrorSummary } from '../../design/error-summary.tsx'
import { SearchField, TextArea } from '../../design/field.tsx'
import { BackLink, Button, Notice, Pagination, SummaryList, Tag } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Agreement } from '../../integrations/filing/candidates.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { type Found, perPage, triedFor, type Waiting } from './store.ts'

const nameOf = ({ givenName, familyName }: Waiting['one']) =>
  [givenName === '—' ? null : givenName, familyName].filter(Boolean).join(' ')

/** A number and who gives it out, where its sender says so. */
const numberOf = ({ identifier, authority }: Waiting['one']) =>
  authority?.startsWith('feed:') ? identifier : `${identifier} (${authority})`

/** How much waits, in words: "1 report, 14 results". */
function useHolds({ holds }: Waiting['one']) {
  const t = useText().unmatched
  const parts = (['reports', 'observations', 'appointments', 'encounters', 'patients'] as const).flatMap(
    (kind) => (holds[kind] ? [t.holds[kind](holds[kind])] : [])
  )
  return parts.join(', ') || t.holds.nothing
}

export const UnmatchedListPage = ({
  rows,
  owed,
  total,
  page,
}: {
  rows: Waiting[]
  owed: Waiting[]
  total: number
  page: number
}) => {
  const t = useText().unmatched
  return (
    <section id='unmatched' class='flow'>
      <BackLink to={paths.admin}>{t.back}</BackLink>
      <h1>{t.title}</h1>
      <p class='soft'>{t.intro}</p>
      {rows.length > 0 && <Listed rows={rows} label={t.title} />}
      {rows.length === 0 && owed.length === 0 && (
        <Notice kind='good'>
          <p>{t.none}</p>
        </Notice>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / perPage)}
        to={(number) => withQuery(paths.unmatchedList, { page: number })}
      />
      {owed.length > 0 && (
        <>
          <h2>{t.owedTitle}</h2>
          <Listed rows={owed} label={t.owedTitle} />
        </>
      )}
    </section>
  )
}

const Listed = ({ rows, label }: { rows: Waiting[]; label: string }) => {
  const t = useText().unmatched
  return (
    <div class='card list'>
      <table class='queue' aria-label={label}>
        <thead>
          <tr>
            <th scope='col'>{t.person}</th>
            <th scope='col'>{t.born}</th>
            <th scope='col'>{t.why}</th>
            <th scope='col'>{t.waits}</th>
            <th scope='col'>{t.from}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Row = ({ row: { one, sender } }: { row: Waiting }) => {
  const t = useText().unmatched
  const { birthDate, shortDate } = useFormat()
  return (
    <tr>
      <th scope='row'>
        <a href={href(paths.unmatchedOne, { unmatchedId: one.id })}>{nameOf(one) || t.noName}</a>
      </th>
      <td data-label={t.born}>{one.birthDate ? birthDate(one.birthDate) : t.notSaid}</td>
      <td data-label={t.why}>
        {one.owedSince ? (
          <Tag kind='off'>{t.notFiled}</Tag>
        ) : (
          <Tag kind={one.why === 'contradicts' ? 'off' : 'new'}>{t.whys[one.why]}</Tag>
        )}
      </td>
      <td data-label={t.waits}>{useHolds(one)}</td>
      <td data-label={t.from}>
        {sender}, {shortDate(one.parkedAt)}
      </td>
    </tr>
  )
}

export const UnmatchedPage = ({
  one,
  sender,
  candidates,
  form,
  find,
  now,
}: Found & { form: Form; find: string; now: Date }) => {
  const t = useText().unmatched
  const { birthDate, date, time } = useFormat()
  const to = { unmatchedId: one.id }
  const said = (text: string | null) => text ?? t.notSaid
  return (
    <section id='unmatched-one' class='flow'>
      <BackLink to={paths.unmatchedList}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.whose}</h1>
      {!one.resolvedAt && <p>{t.explain[one.why]}</p>}
      <div class='cols halves'>
        <div class='card'>
          <h2>{t.sent}</h2>
          <SummaryList
            rows={[
              [t.person, nameOf(one) || t.noName],
              [t.born, one.birthDate ? birthDate(one.birthDate) : t.notSaid],
              [t.number, one.identifier ? numberOf(one) : t.notSaid],
              [t.sex, said(one.sex)],
              [t.phone, said(one.phone)],
              [t.postalCode, said(one.postalCode)],
              [t.waits, useHolds(one)],
              [t.from, `${sender}, ${date(one.parkedAt)}, ${time(one.parkedAt)}`],
            ]}
          />
        </div>
        <div class='flow'>
          {one.owedSince ? (
            <>
              <Notice kind='warn' title={t.owedTitle}>
                <p>{now.getTime() - one.owedSince.getTime() < triedFor ? t.isOwed : t.isGivenUp}</p>
              </Notice>
              <form method='post' action={href(paths.unmatchedFiling, to)}>
                <Button>{t.tryAgain}</Button>
              </form>
              <LeaveOut title={t.leaveOutTitle} unmatchedId={one.id} form={form} />
            </>
          ) : one.resolvedAt ? (
            <Notice kind='good'>
              <p>{one.resolution === 'linked' ? t.wasLinked : t.wasSetAside}</p>
            </Notice>
          ) : (
            <>
              <h2>{find ? t.foundByNumber : t.candidates}</h2>
              {candidates.length === 0 && <p>{find ? t.nobodyByNumber : t.noCandidates}</p>}
              {candidates.map((candidate) => (
                <Candidate {...candidate} unmatchedId={one.id} />
              ))}
              <search>
                <form method='post' action={href(paths.unmatchedOne, to)} novalidate>
                  <SearchField
                    name='find'
                    label={t.findByNumber}
                    form={form}
                    maxlength={40}
                    submit={t.find}
                  />
                </form>
              </search>
              <LeaveOut title={t.setAsideTitle} unmatchedId={one.id} form={form} />
            </>
          )}
        </div>
      </div>
    </section>
  )
}

const LeaveOut = ({ title, unmatchedId, form }: { title: string; unmatchedId: string; form: Form }) => {
  const t = useText().unmatched
  return (
    <section class='card flow' aria-labelledby='aside'>
      <h2 id='aside'>{title}</h2>
      <p>{t.setAsideBody}</p>
      <form method='post' action={href(paths.unmatchedSetAside, { unmatchedId })} novalidate class='flow'>
        <TextArea name='reason' label={t.reason} form={form} rows={2} />
        <Button kind='alt'>{t.setAside}</Button>
      </form>
    </section>
  )
}

const facts: (keyof Agreement)[] = ['birthDate', 'familyName', 'givenName', 'phone', 'number']

/** A patient it could be about; what agrees and what does not, in words. */
const Candidate = ({
  patient,
  agrees,
  unmatchedId,
}: Found['candidates'][number] & { unmatchedId: string }) => {
  const t = useText().unmatched
  const { birthDate } = useFormat()
  const same = facts.filter((fact) => agrees[fact]).map((fact) => t.facts[fact])
  const other = facts.filter((fact) => !agrees[fact]).map((fact) => t.facts[fact])
  return (
    <section class='card flow'>
      <h3>
        {fullName(patient)} · {patient.birthDate ? birthDate(patient.birthDate) : t.notSaid} ·{' '}
        {patient.mrn ? t.mrn(patient.mrn) : t.noMrn}
      </h3>
      <p>
        {same.length > 0 && (
          <>
            <b>{t.same}</b> {same.join(', ')}.{' '}
          </>
        )}
        {other.length > 0 && (
          <>
            <b>{t.other}</b> {other.join(', ')}.
          </>
        )}
      </p>
      <form method='post' action={href(paths.unmatchedMatch, { unmatchedId })}>
        <input type='hidden' name='patientId' value={patient.id} />
        <Button>
          {t.isTheirs} <span class='vh'>{fullName(patient)}</span>
        </Button>
      </form>
    </section>
  )
}
