import type { Communication, Task } from 'fhir/r4'
import { fullName } from '../../patients/name.ts'
import type { AskedChange, SavedQuestion } from '../store.ts'
import { outcomeInWords, type Words } from '../tables/tables.ts'
import { given, listOf, subjectOf } from './given.ts'

/** A question that stands on the sheet of a day: it is asked there, and nobody was sent it. */
export const questionResource = (question: SavedQuestion, { t }: Words): Communication => ({
  resourceType: 'Communication',
  id: question.id,
  status: 'preparation',
  category: [{ text: t.record.page.questions }],
  topic: { text: question.day },
  subject: subjectOf(question),
  sender: { display: fullName(question) },
  payload: [{ contentString: question.body }],
})

const statuses = {
  done: 'completed',
  declined: 'rejected',
  withdrawn: 'cancelled',
  cancelled: 'cancelled',
} as const

/** What someone asked to be changed about an appointment, and what came of it. */
export const changeResource = (change: AskedChange, { t }: Words): Task => ({
  resourceType: 'Task',
  id: change.id,
  status: change.outcome ? statuses[change.outcome] : 'requested',
  statusReason: { text: outcomeInWords(change, t) },
  intent: 'proposal',
  code: { text: t.appointments.request[change.asked] },
  description: given(change.words),
  focus: { reference: `Appointment/${change.appointmentId}` },
  for: subjectOf(change),
  authoredOn: change.askedAt.toISOString(),
  requester: { display: fullName(change) },
  note: listOf(change.answer && { text: change.answer }),
})
