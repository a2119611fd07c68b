import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import type { Env } from '../env.ts'
import { useFormat, useText } from '../i18n/text.ts'
import type { Patient } from '../identity/visit.ts'
import { href, paths } from '../paths.ts'
import { fullName } from './name.ts'

/** Whose record staff are in, in three ways, so that nobody takes one patient for another. */
export const PatientLine = ({ patient, children }: { patient: Patient; children?: Child }) => {
  const { desk, labDesk, viewing } = useText()
  const t = desk.case
  const { visit } = getContext<Env>().var
  const { birthDate } = useFormat()
  return (
    <p class='big'>
      {children ?? fullName(patient)} ·{' '}
      {patient.birthDate ? t.dob(birthDate(patient.birthDate)) : t.dobUnknown} ·{' '}
      {t.mrn(patient.mrn ?? t.notOnFile)}
      {visit.may('labs') && (
        <>
          {' '}
          · <a href={href(paths.adminReports, { patientId: patient.id })}>{labDesk.title}</a>
        </>
      )}
      {visit.may('view-as') && (
        <>
          {' '}
          · <a href={href(paths.adminView, { patientId: patient.id })}>{viewing.link}</a>
        </>
      )}
    </p>
  )
}
