import type { notificationChoices } from '../../db/schema.ts'

export type NotificationKind = (typeof notificationChoices.$inferSelect)['kind']

/** What an account may do without. What keeps it safe (a new device, another password) is always told. */
export const notificationKinds = [
  'new-message',
  'appointment-reminder',
  'new-result',
] as const satisfies readonly NotificationKind[]

/** The box of one kind for one record. */
export const fieldOf = (patientId: string, kind: NotificationKind) => `${kind}.${patientId}`

const shown = 'record.'
/** Says that the boxes of a record stood on the form: none of them ticked is an answer too. */
export const shownField = (patientId: string) => `${shown}${patientId}`

/** More than anyone reads; the rest of a form made to be long is not looked at. */
const mostRecords = 100

/** The records whose boxes stood on a posted form. */
export const recordsIn = (fields: Record<string, string>) =>
  Object.keys(fields)
    .filter((name) => name.startsWith(shown))
    .map((name) => name.slice(shown.length))
    .slice(0, mostRecords)
