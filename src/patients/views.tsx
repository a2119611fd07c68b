import type { Child } from 'hono/jsx'
import { useFormat, useText } from '../i18n/text.ts'
import type { Patient } from '../identity/visit.ts'
import { fullName } from './name.ts'

/** Whose record staff are in, in three ways, so that nobody takes one patient for another. */
export const PatientLine = ({ patient, children }: { patient: Patient; children?: Child }) => {
  const t = useText().desk.case
  const { numericCalendarDate } = useFormat()
  return (
    <p class='big'>
      {children ?? fullName(patient)} ·{' '}
      {patient.birthDate ? t.dob(numericCalendarDate(patient.birthDate)) : t.dobUnknown} ·{' '}
      {t.mrn(patient.mrn ?? t.notOnFile)}
    </p>
  )
}
