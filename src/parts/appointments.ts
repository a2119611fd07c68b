import { appointmentCalendars } from '../appointments/calendar/routes.tsx'
import { treatmentDays } from '../appointments/day/routes.tsx'
import { appointmentChanges } from '../appointments/requests/routes.tsx'
import { appointments } from '../appointments/routes.tsx'
import { portalWords } from '../i18n/portal/words.ts'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [appointments, appointmentCalendars, appointmentChanges, treatmentDays],
  words: portalWords,
}
