import { env } from 'cloudflare:workers'
import type { notificationKinds } from '../../src/outbox/notifications/notification.ts'
import { as } from './browser.ts'
import type { Member } from './people.ts'

/** Someone says in their settings which mails about a record they want, and that they want no others. */
export const choose = (
  person: Member,
  kinds: (typeof notificationKinds)[number][],
  patientId = 'rosa-chart'
) =>
  as(person).post('/settings/notifications', {
    [`record.${patientId}`]: 'yes',
    ...Object.fromEntries(kinds.map((kind) => [`${kind}.${patientId}`, 'yes'])),
  })

/** Milo helps Ines as well: he reads two records. */
export const helpInesToo = () =>
  env.DB.prepare(
    "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) VALUES ('second', 'ines-chart', 'milo', 'Friend', 1, 'ines')"
  ).run()
