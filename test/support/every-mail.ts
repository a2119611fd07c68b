import { env } from 'cloudflare:workers'
import { emailChanges, staffInvitations } from '../../src/db/schema.ts'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { queueEmail } from '../../src/outbox/queue.ts'
import { Clock, minute } from './clock.ts'
import { seedEmailChanges } from './email-change.ts'
import { seedInvitations } from './invitation.ts'
import { db, minutesAgo } from './people.ts'
import { ResendAccount } from './resend.ts'
import { seedResets } from './reset.ts'

const ofAccount = [
  'new-device',
  'password-changed',
  'second-step-on',
  'second-step-off',
  'second-step-reset',
  'recovery-codes-new',
  'recovery-code-used',
  'app-removed',
  'access-changed',
  'access-ended',
  'passkey-added',
  'passkey-removed',
  'passkey-suspended',
]

/** One mail of every kind there is, as it goes out; to people who read a language. Wants a seeded cast. */
export async function everyMail(language: 'en' | 'es') {
  const clock = new Clock()
  const at = clock.now()
  const change = { accountId: 'rosa', oldEmail: 'rosa@example.test', createdAt: at }
  await seedInvitations()
  await seedResets()
  await seedEmailChanges()
  await db()
    .insert(emailChanges)
    .values({
      ...change,
      id: 'held',
      undoHash: 'held',
      newEmail: 'ines@example.test',
      expiresAt: minutesAgo(-9),
    })
  await env.DB.batch([
    env.DB.prepare('UPDATE accounts SET language = ?').bind(language),
    env.DB.prepare('UPDATE invitations SET language = ?').bind(language),
    env.DB.prepare(
      "UPDATE invitations SET accepted_at = ?, accepted_by = 'ines' WHERE id = 'otto-expired'"
    ).bind(at.getTime()),
    env.DB.prepare('DELETE FROM thread_reads'),
    env.DB.prepare('DELETE FROM report_reads'),
    env.DB.prepare(
      `INSERT INTO appointment_reminders (appointment_id, starts_at, account_id, days_before, queued_at)
       SELECT id, starts_at, 'rosa', 3, ? FROM appointments WHERE id = 'infusion'`
    ).bind(at.getTime()),
  ])
  await db()
    .insert(staffInvitations)
    .values({
      id: 'a-colleague',
      email: 'colleague@example.test',
      givenName: 'Cora',
      familyName: 'Lane',
      role: 'clinical',
      tokenHash: 'a-colleague',
      language,
      invitedBy: 'okafor',
      createdAt: at,
      codeId: 'a-code',
      codeExpiresAt: minutesAgo(-9),
    })
  const d = db()
  const rosa = { accountId: 'rosa', patientId: 'rosa-chart' }
  await d.batch([
    queueEmail(d, { kind: 'invitation', subjectId: 'otto-invitation' }, at),
    queueEmail(d, { kind: 'invitation-reminder', subjectId: 'otto-invitation' }, at),
    queueEmail(d, { kind: 'registration-code', subjectId: 'otto-code' }, at),
    queueEmail(d, { kind: 'registered', subjectId: 'otto-expired' }, at),
    queueEmail(d, { kind: 'password-reset', subjectId: 'open', accountId: 'rosa' }, at),
    queueEmail(d, { kind: 'email-change-code', subjectId: 'waiting' }, at),
    queueEmail(d, { kind: 'email-change-taken', subjectId: 'held' }, at),
    queueEmail(d, { kind: 'email-changed', subjectId: 'done' }, at),
    queueEmail(d, { kind: 'email-change-done', subjectId: 'done' }, at),
    queueEmail(d, { kind: 'email-change-undone', subjectId: 'undone' }, at),
    queueEmail(d, { ...rosa, kind: 'new-message', subjectId: 'refill' }, at),
    queueEmail(d, { ...rosa, kind: 'new-result', subjectId: 'rosa-chart' }, at),
    queueEmail(d, { ...rosa, kind: 'appointment-reminder', subjectId: 'infusion' }, at),
    queueEmail(d, { ...rosa, kind: 'appointment-changed', subjectId: 'infusion' }, at),
    queueEmail(d, { kind: 'canary', subjectId: 'canary' }, at),
    queueEmail(d, { kind: 'staff-invitation', subjectId: 'a-colleague' }, at),
    queueEmail(d, { kind: 'joining-code', subjectId: 'a-code' }, at),
    ...ofAccount.map((kind) =>
      queueEmail(d, { ...rosa, kind, subjectId: kind === 'new-device' ? 'rosa-browser' : 'rosa' }, at)
    ),
  ])
  const account = new ResendAccount()
  const bindings = { ...account.bindings, CANARY_ADDRESS: 'mail-check@practice.example' }
  clock.pass(minute / 60)
  await deliverDue(bindings, mailWriters, clock.now)
  return new Map(
    (await account.calls()).map(({ idempotencyKey, mail }) => [idempotencyKey.split('/')[0], mail])
  )
}
