import * as v from 'valibot'
import { submissionId } from '../../web/form.ts'
import type { Appointment } from '../store.ts'

/** What the patient's side asks for: another time, with what would suit; or none. */
export const NewRequest = v.pipe(
  v.object({
    submissionId,
    kind: v.picklist(['reschedule', 'cancel'], 'kindMissing'),
    body: v.pipe(v.string(), v.trim(), v.maxLength(1000, 'bodyLong')),
  }),
  v.forward(
    v.check(({ kind, body }) => kind === 'cancel' || body !== '', 'bodyMissing'),
    ['body']
  )
)

/** What can still be asked about: it is agreed, and lies ahead. */
export const canAsk = ({ status, startsAt }: Pick<Appointment, 'status' | 'startsAt'>, now: Date) =>
  (status === 'booked' || status === 'pending') && startsAt > now
