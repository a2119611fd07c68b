import type { notificationChoices } from '../../db/schema.ts'

export type NotificationKind = (typeof notificationChoices.$inferSelect)['kind']

/** What an account may do without. What keeps it safe (a new device, another password) is always told. */
export const notificationKinds = [
  'new-message',
  'appointment-reminder',
  'new-result',
] as const satisfies readonly NotificationKind[]
