import { env } from 'cloudflare:workers'
import { connect } from '../../src/db/client.ts'
import * as schema from '../../src/db/schema.ts'
import { localDate } from '../../src/i18n/format.ts'
import { instant } from '../../src/i18n/wall-clock.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { practiceToBeginWith } from './practice.ts'

/**
 * The cast. Rosa is a patient; Milo, her son, cares for her; Vera did until it was taken back; Ines is another patient.
 * Frida sits at the front desk, Nadia is a nurse, Dr. Okafor runs the portal, Audra reads the audit log.
 */
export const cast = ['rosa', 'milo', 'vera', 'ines', 'frida', 'nadia', 'okafor', 'audra'] as const
export type Member = (typeof cast)[number]
export type Person = Member | 'nobody'

export const people: Record<
  Member,
  {
    givenName: string
    familyName: string
    staffRole?: (typeof schema.staffRoles)[number]
    credentials?: string
  }
> = {
  rosa: { givenName: 'Rosa', familyName: 'Díaz' },
  milo: { givenName: 'Milo', familyName: 'Díaz' },
  vera: { givenName: 'Vera', familyName: 'Stone' },
  ines: { givenName: 'Ines', familyName: 'Roy' },
  frida: { givenName: 'Frida', familyName: 'Bell', staffRole: 'front-desk' },
  nadia: { givenName: 'Nadia', familyName: 'Reyes', staffRole: 'clinical', credentials: 'RN' },
  okafor: { givenName: 'Ada', familyName: 'Okafor', staffRole: 'admin', credentials: 'MD' },
  audra: { givenName: 'Audra', familyName: 'Lane', staffRole: 'auditor' },
}

/** "Correct-Horse-9", hashed at a low cost so that a suite of sign-ins stays quick. */
export const password = 'Correct-Horse-9'
export const passwordHash =
  '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ujTWV3RkyqM8dgrSptdDDbJhN7nAKwQpLzbDY5F9aOM'

export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
export const db = () => connect(env.DB)

const practiceZone = 'America/Chicago'
/** The day of Rosa's infusion, at noon: an hour or two either way is the same day, whatever time the tests run at. */
export const infusionDay = localDate(minutesAgo(-60 * 24 * 3), practiceZone)
const infusionAt = new Date(instant(infusionDay, '12:00', practiceZone))

/** Emptied before each test, children first. The audit trail cannot be: tests look at what came after `auditMark`. */
const tables = [
  'retired_subjects',
  'unmatched',
  'patient_heard',
  'patient_merges',
  'record_views',
  'patient_identifiers',
  'inbox_messages',
  'uploads',
  'inbox',
  'feeds',
  'observation_versions',
  'record_names',
  'report_conclusions',
  'report_openings',
  'report_comments',
  'release_holds',
  'release_choices',
  'report_files',
  'observations',
  'report_reads',
  'reports',
  'encounters',
  'appointment_requests',
  'visit_questions',
  'appointment_reminders',
  'calendar_feeds',
  'preparation_texts',
  'appointments',
  'notification_choices',
  'record_notification_choices',
  'announcement_recipients',
  'quick_replies',
  'staff_notes',
  'attachments',
  'drafts',
  'work_items',
  'thread_reads',
  'messages',
  'threads',
  'announcements',
  'mail_reports',
  'outbox',
  'invitation_requests',
  'registration_codes',
  'invitations',
  'grants',
  'staff_invitations',
  'invitation_round_patients',
  'invitation_rounds',
  'roster_rows',
  'rosters',
  'patient_corrections',
  'patients',
  'job_runs',
  'account_acts',
  'practice_changes',
  'kept_forms',
  'recovery_uses',
  'recovery_sets',
  'spent_challenges',
  'passkeys',
  'email_changes',
  'password_resets',
  'trusted_devices',
  'throttles',
  'terms_acceptances',
  'sessions',
  'accounts',
]

export async function seed() {
  const now = new Date()
  await env.DB.batch([
    ...tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    ...practiceToBeginWith.map((statement) => env.DB.prepare(statement)),
  ])
  const d = db()
  await d.batch([
    d.insert(schema.accounts).values(
      cast.map((id) => ({
        id,
        email: `${id}@example.test`,
        passwordHash,
        createdAt: minutesAgo(60 * 24 * 90),
        termsVersion: '2026-11',
        ...people[id],
        ...(people[id].staffRole
          ? { totpConfirmedAt: minutesAgo(60 * 24 * 80), secondStepAt: minutesAgo(60 * 24 * 80) }
          : {}),
      }))
    ),
    d.insert(schema.sessions).values(
      await Promise.all(
        cast.map(async (id) => ({
          id: `${id}-browser`,
          tokenHash: await sha256(`${id}-session`),
          accountId: id,
          createdAt: minutesAgo(5),
          seenAt: now,
          completedAt: minutesAgo(5),
          confirmedAt: minutesAgo(5),
        }))
      )
    ),
    d.insert(schema.patients).values([
      {
        id: 'rosa-chart',
        mrn: '10001',
        givenName: 'Rosa',
        familyName: 'Díaz',
        searchName: 'diaz rosa',
        birthDate: '1952-03-27',
        email: 'rosa@example.test',
        phone: '(479) 555-0101',
        accountId: 'rosa',
        createdAt: minutesAgo(60 * 24 * 200),
      },
      {
        id: 'ines-chart',
        mrn: '10002',
        givenName: 'Ines',
        familyName: 'Roy',
        searchName: 'roy ines',
        birthDate: '1960-06-14',
        email: 'ines@example.test',
        accountId: 'ines',
        createdAt: minutesAgo(60 * 24 * 200),
      },
      {
        id: 'otto-chart',
        mrn: '10003',
        givenName: 'Otto',
        familyName: 'Nguyen',
        searchName: 'nguyen otto',
        birthDate: '1944-09-30',
        email: 'otto@example.test',
        phone: '(479) 555-0103',
        createdAt: minutesAgo(60 * 24 * 200),
      },
    ]),
    d.insert(schema.grants).values([
      {
        id: 'milo-grant',
        patientId: 'rosa-chart',
        accountId: 'milo',
        relationship: 'Son',
        grantedAt: minutesAgo(60 * 24 * 30),
        grantedBy: 'rosa',
      },
      {
        id: 'vera-grant',
        patientId: 'rosa-chart',
        accountId: 'vera',
        relationship: 'Friend',
        grantedAt: minutesAgo(60 * 24 * 30),
        grantedBy: 'rosa',
        revokedAt: minutesAgo(60),
        revokedBy: 'rosa',
      },
    ]),
    d.insert(schema.threads).values([
      {
        id: 'refill',
        patientId: 'rosa-chart',
        subject: 'Refill <question>',
        category: 'medicine',
        openedAt: minutesAgo(300),
        openedBy: 'rosa',
        lastMessageAt: minutesAgo(100),
      },
      {
        id: 'old',
        patientId: 'rosa-chart',
        subject: 'Parking',
        category: 'other',
        openedAt: minutesAgo(90_000),
        openedBy: 'rosa',
        lastMessageAt: minutesAgo(89_000),
        closedAt: minutesAgo(80_000),
        closedBy: 'nadia',
      },
      {
        id: 'ines-thread',
        patientId: 'ines-chart',
        subject: 'Night sweats',
        category: 'symptom',
        openedAt: minutesAgo(40),
        openedBy: 'ines',
        lastMessageAt: minutesAgo(40),
      },
    ]),
    d.insert(schema.messages).values([
      {
        id: 'refill-1',
        threadId: 'refill',
        authorId: 'rosa',
        authorRole: 'patient',
        body: 'May I have more <b>tablets</b>?\nThank you.',
        language: 'en',
        sentAt: minutesAgo(300),
        submissionId: 'a'.repeat(21),
      },
      {
        id: 'refill-2',
        threadId: 'refill',
        authorId: 'nadia',
        authorRole: 'staff',
        body: 'We sent it to your pharmacy.',
        language: 'en',
        sentAt: minutesAgo(100),
        submissionId: 'b'.repeat(21),
      },
      {
        id: 'old-1',
        threadId: 'old',
        authorId: 'rosa',
        authorRole: 'patient',
        body: 'Where can I park?',
        language: 'en',
        sentAt: minutesAgo(90_000),
        submissionId: 'c'.repeat(21),
      },
      {
        id: 'ines-1',
        threadId: 'ines-thread',
        authorId: 'ines',
        authorRole: 'patient',
        body: 'I wake up soaked.',
        language: 'en',
        sentAt: minutesAgo(40),
        submissionId: 'd'.repeat(21),
      },
    ]),
    d.insert(schema.workItems).values([
      {
        id: 'ines-work',
        threadId: 'ines-thread',
        queue: 'nurses',
        openedAt: minutesAgo(40),
        dueAt: minutesAgo(-400),
      },
      {
        id: 'refill-work',
        threadId: 'refill',
        queue: 'nurses',
        openedAt: minutesAgo(300),
        dueAt: minutesAgo(-200),
        doneAt: minutesAgo(100),
        doneBy: 'nadia',
        doneHow: 'answered',
      },
    ]),
    d.insert(schema.quickReplies).values({
      id: 'nadia-reply',
      ownerId: 'nadia',
      title: 'Call us',
      bodyEn: 'Please call {practice} at {phone}.',
      bodyEs: 'Llame a {practice} al {phone}.',
      changedAt: minutesAgo(500),
      changedBy: 'nadia',
    }),
    d.insert(schema.appointments).values([
      {
        id: 'infusion',
        patientId: 'rosa-chart',
        kind: 'infusion',
        status: 'booked',
        startsAt: infusionAt,
        place: 'Infusion Center',
        clinician: 'Dr. Ada Okafor',
        createdAt: minutesAgo(9000),
      },
      {
        id: 'visit-past',
        patientId: 'rosa-chart',
        kind: 'office-visit',
        status: 'fulfilled',
        startsAt: minutesAgo(60 * 24 * 10),
        createdAt: minutesAgo(90_000),
      },
    ]),
    d.insert(schema.reports).values([
      {
        id: 'cbc',
        patientId: 'rosa-chart',
        title: 'Complete blood count',
        code: '58410-2',
        status: 'final',
        collectedAt: minutesAgo(60 * 24),
        issuedAt: minutesAgo(60 * 20),
        orderedBy: 'Dr. Ada Okafor',
        laboratory: 'Hillside Laboratory',
        releasedAt: minutesAgo(60 * 20),
        noticedAt: minutesAgo(60 * 20),
        source: 'test',
        sourceId: 'cbc',
      },
      {
        id: 'held',
        patientId: 'rosa-chart',
        title: 'Held back',
        status: 'final',
        collectedAt: minutesAgo(60),
        source: 'test',
        sourceId: 'held',
      },
    ]),
    d.insert(schema.observations).values([
      {
        id: 'hgb',
        reportId: 'cbc',
        patientId: 'rosa-chart',
        position: 1,
        code: '718-7',
        name: 'Hemoglobin',
        status: 'final',
        value: '11.60',
        valueNumber: 11.6,
        unit: 'g/dL',
        rangeLow: '12.0',
        rangeHigh: '15.5',
        flag: 'L',
        collectedAt: minutesAgo(60 * 24),
        source: 'test',
        sourceId: 'hgb',
      },
      {
        id: 'wbc',
        reportId: 'cbc',
        patientId: 'rosa-chart',
        position: 2,
        code: '6690-2',
        name: 'Leukocytes',
        status: 'final',
        value: '5.2',
        valueNumber: 5.2,
        unit: '10*3/uL',
        collectedAt: minutesAgo(60 * 24),
        source: 'test',
        sourceId: 'wbc',
      },
    ]),
  ])
}

/** Audit entries written after a mark, oldest first. */
export const auditMark = async () =>
  (await env.DB.prepare('SELECT coalesce(max(seq), 0) AS seq FROM audit_entries').first<{ seq: number }>())
    ?.seq ?? 0
export const auditSince = async (mark: number) =>
  (
    await env.DB.prepare(
      'SELECT actor, account_id, patient_id, action, subject_id FROM audit_entries WHERE seq > ? ORDER BY seq'
    )
      .bind(mark)
      .all<{
        actor: string
        account_id: string | null
        patient_id: string | null
        action: string
        subject_id: string | null
      }>()
  ).results
