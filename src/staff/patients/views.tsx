import { ErrorSummary } from '../../design/error-summary.tsx'
import { SearchField } from '../../design/field.tsx'
import { Button, Pagination, Tag } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { type PortalStatus, portalStatus } from '../patient/status.ts'
import { longestSearch } from './search.ts'
import { mostListed, type PatientRow, perPage } from './store.ts'

export type Results =
  | { kind: 'recent'; rows: PatientRow[] }
  | { kind: 'found'; rows: PatientRow[]; page: number; find: string; meant: string[] }

export const PatientsPage = ({ form, results, now }: { form: Form; results: Results; now: Date }) => {
  const { staff, inviteDesk } = useText()
  const t = staff.patients
  return (
    <section id='patients' class='flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <search class='mid'>
        <form
          method='post'
          action={paths.adminPatients}
          novalidate
          hx-post={paths.adminPatients}
          hx-trigger='input changed delay:300ms from:#q, submit'
          hx-target='#results'
          hx-select-oob='#results:outerMorph'
          hx-swap='none'
          hx-replace-url='true'
        >
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
      <p>
        <a href={paths.adminInvitations}>{inviteDesk.title}</a>
      </p>
      <ResultList results={results} now={now} />
    </section>
  )
}

const ResultList = ({ results, now }: { results: Results; now: Date }) => {
  const { rows } = results
  const pages = Math.ceil(Math.min(rows[0]?.total ?? 0, mostListed) / perPage)
  return (
    <div id='results' class='flow'>
      {/* Always there, so that a change of its words is read out. */}
      <p id='found' role='status'>
        {useSummary(results)}
      </p>
      {rows.length > 0 && <PatientTable rows={rows} now={now} />}
      {results.kind === 'found' && rows.length === 0 && <Meant words={results.meant} />}
      {results.kind !== 'recent' && (
        <Pagination
          page={results.page}
          pages={pages}
          to={(page) => withQuery(paths.adminPatients, { find: results.find, page })}
        />
      )}
    </div>
  )
}

/** Names on file that are one slip of the finger away. Each looks anew, by a form: no name stands in an address. */
const Meant = ({ words }: { words: string[] }) => {
  const t = useText().staff.patients
  if (words.length === 0) return null
  return (
    <div class='flow'>
      <p>{t.meant}</p>
      <div class='acts'>
        {words.map((word) => (
          <form method='post' action={paths.adminPatients}>
            <input type='hidden' name='q' value={word} />
            <Button kind='alt'>{word}</Button>
          </form>
        ))}
      </div>
    </div>
  )
}

function useSummary({ kind, rows }: Results) {
  const t = useText().staff.patients
  const total = rows[0]?.total ?? 0
  if (kind === 'recent') return rows.length > 0 ? t.recentHint : t.recentNone
  if (total > mostListed) return t.foundMany(mostListed)
  return total > 0 ? t.found(total) : t.foundNone
}

const PatientTable = ({ rows, now }: { rows: PatientRow[]; now: Date }) => {
  const t = useText().staff.patients
  const { birthDate } = useFormat()
  return (
    <div class='card list'>
      <table class='queue'>
        <caption class='vh'>{t.title}</caption>
        <thead>
          <tr>
            <th scope='col'>{t.name}</th>
            <th scope='col'>{t.birthDate}</th>
            <th scope='col'>{t.mrn}</th>
            <th scope='col'>{t.portal}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((patient) => (
            <tr>
              <th scope='row'>
                <a href={href(paths.adminPatient, { patientId: patient.id })}>
                  {patient.givenName} {patient.familyName}
                </a>
              </th>
              <td data-label={t.birthDate}>{patient.birthDate ? birthDate(patient.birthDate) : t.none}</td>
              <td data-label={t.mrn}>{patient.mrn ?? t.none}</td>
              <td data-label={t.portal}>
                <StatusTag
                  status={portalStatus(
                    patient,
                    patient.invitation && { ...patient, ...patient.invitation },
                    now
                  )}
                />{' '}
                <Standing patient={patient} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const looks: Partial<Record<PortalStatus, 'ok' | 'off' | 'crit' | 'new'>> = {
  registered: 'ok',
  sent: 'new',
  delivered: 'new',
  bounced: 'crit',
  expired: 'off',
  locked: 'crit',
  mailFailed: 'crit',
}

export const StatusTag = ({ status }: { status: PortalStatus }) => {
  const kind = looks[status]
  const words = useText().staff.status[status]
  return kind ? <Tag kind={kind}>{words}</Tag> : <Tag>{words}</Tag>
}

/** Said beside a name, so that nobody calls a family by mistake. */
export const Standing = ({ patient }: { patient: Pick<PatientRow, 'inactiveAt' | 'deceasedAt'> }) => {
  const t = useText().staff.status
  if (patient.deceasedAt) return <Tag kind='off'>{t.deceased}</Tag>
  return patient.inactiveAt ? <Tag kind='off'>{t.inactive}</Tag> : null
}
