import { outbox } from '../../src/db/schema.ts'
import { db, minutesAgo } from './people.ts'

/** Mails that need a look: nobody knows whether Otto's arrived, Rosa's came back, Milo's was unwanted, and Ines's waits. */
export async function seedMail() {
  const created = {
    createdAt: minutesAgo(60),
    dueAt: minutesAgo(60),
    attempts: 3,
    firstTriedAt: minutesAgo(60),
  }
  const sent = { ...created, attempts: 1, renderedAt: minutesAgo(60), sentAt: minutesAgo(60) }
  const d = db()
  await d.batch([
    d.insert(outbox).values({
      ...created,
      id: 'otto-mail',
      kind: 'invitation',
      subjectId: 'otto-invitation',
      patientId: 'otto-chart',
      renderedAt: minutesAgo(60),
      failedAt: minutesAgo(40),
      failure: 'application_error',
    }),
    d.insert(outbox).values({
      ...sent,
      id: 'rosa-mail',
      kind: 'new-message',
      subjectId: 'refill',
      accountId: 'rosa',
      patientId: 'rosa-chart',
      providerId: 'rosa-at-resend',
      bouncedAt: minutesAgo(59),
      bounceKind: 'hard',
      bounceReason: 'no_mailbox',
    }),
    d.insert(outbox).values({
      ...sent,
      id: 'milo-mail',
      kind: 'new-message',
      subjectId: 'refill',
      accountId: 'milo',
      patientId: 'rosa-chart',
      providerId: 'milo-at-resend',
      deliveredAt: minutesAgo(59),
      complainedAt: minutesAgo(50),
    }),
    d.insert(outbox).values({
      ...created,
      id: 'ines-mail',
      kind: 'password-changed',
      subjectId: 'ines',
      accountId: 'ines',
      dueAt: minutesAgo(-30),
      failure: 'rate_limit_exceeded',
    }),
  ])
}
