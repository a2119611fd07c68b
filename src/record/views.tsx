import { BackLink, Notice } from '../design/parts.tsx'
import { OfficePhone } from '../design/phone.tsx'
import { useText } from '../i18n/text.ts'
import type { Patient } from '../identity/visit.ts'
import { href, type Path, paths } from '../paths.ts'
import { fullName } from '../patients/name.ts'
import type { RecordCounts } from './store.ts'

export const RecordPage = ({ patient, counts }: { patient: Patient; counts: RecordCounts }) => {
  const { record: t, nav } = useText()
  const link = (path: Path & `${typeof paths.record}/${string}`, label: string, type = 'text/csv') => (
    <a class={type === 'text/html' ? 'btn' : 'tap'} href={href(path, { patientId: patient.id })} type={type}>
      {label}
    </a>
  )
  return (
    <section id='record' class='mid flow'>
      <BackLink to={paths.settings}>{nav.settings}</BackLink>
      <h1>{t.title}</h1>
      <p>{t.intro(fullName(patient))}</p>
      <Notice kind='warn'>
        <p>{t.careful}</p>
      </Notice>
      {counts.unopened > 0 && (
        <Notice>
          <p>{t.unopened(counts.unopened)}</p>
        </Notice>
      )}
      <section class='card flow' aria-labelledby='to-read'>
        <h2 id='to-read'>{t.document}</h2>
        <p>{t.documentHint}</p>
        <p>{link(paths.recordDocument, t.documentLink, 'text/html')}</p>
        <p class='soft'>{t.paper}</p>
      </section>
      <section class='card flow' aria-labelledby='tables'>
        <h2 id='tables'>{t.tables}</h2>
        <p>{t.tablesHint}</p>
        <ul>
          <li>{link(paths.recordResults, t.results)}</li>
          <li>{link(paths.recordAppointments, t.appointments)}</li>
          <li>{link(paths.recordQuestions, t.questions)}</li>
          <li>{link(paths.recordMessages, t.messages)}</li>
        </ul>
      </section>
      <section class='card flow' aria-labelledby='for-others'>
        <h2 id='for-others'>{t.bundle}</h2>
        <p>{t.bundleHint}</p>
        <p>{link(paths.recordBundle, t.bundleLink, 'application/fhir+json')}</p>
      </section>
      <p>{t.files}</p>
      <p>
        {t.help} <OfficePhone />
      </p>
    </section>
  )
}
