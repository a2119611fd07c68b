import { sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { newId } from './id.ts'

const id = () => text().primaryKey().$defaultFn(newId)
const at = (name: string) => integer(name, { mode: 'timestamp_ms' })

// --- The practice -----------------------------------------------------------------------------------------

export type OfficeHours = { opens: string; closes: string } | null
export type Category = {
  id: string
  queue: string
  en: [name: string, hint: string]
  es: [name: string, hint: string]
  /** Since when it is no longer offered. It stays for the conversations that have it. */
  retiredAt?: number
}

export const preliminaryRules = ['shown', 'once-final'] as const

export const practice = sqliteTable('practice', {
  id: integer().primaryKey(),
  name: text().notNull(),
  phone: text().notNull(),
  address: text().notNull(),
  timeZone: text('time_zone').notNull(),
  /** Seven entries, Sunday first; local wall time `HH:MM`, or null when closed. */
  officeHours: text('office_hours', { mode: 'json' }).$type<OfficeHours[]>().notNull(),
  /** Local dates, `YYYY-MM-DD`. */
  holidays: text({ mode: 'json' }).$type<string[]>().notNull(),
  categories: text({ mode: 'json' }).$type<Category[]>().notNull(),
  replyPromiseHours: integer('reply_promise_hours').notNull(),
  termsVersion: text('terms_version').notNull(),
  /** Words that make a message urgent, as people write them; null until the practice has its own. */
  dangerWords: text('danger_words', { mode: 'json' }).$type<{ en: string[]; es: string[] }>(),
  /** A message of ours that nobody on the patient's side has read after so many days becomes work. */
  unreadAfterDays: integer('unread_after_days').notNull().default(3),
  /** Hours that reports of a kind are kept back once they are final, where the law of the state says so. */
  releaseHours: text('release_hours', { mode: 'json' })
    .$type<Partial<Record<(typeof reportKinds)[number], number>>>()
    .notNull()
    .default({}),
  /** Whether patients see preliminary reports, or each once it is final. */
  preliminaryResults: text('preliminary_results', { enum: preliminaryRules }).notNull().default('shown'),
  /** What feeds sent is kept as it came for so many days; what was filed from it stays. */
  keepBodiesDays: integer('keep_bodies_days').notNull().default(400),
})

export const answering = ['clinical', 'front-desk'] as const

/** Whose desk a message lands on, and how their answers are signed. */
export const queues = sqliteTable('queues', {
  id: text().primaryKey(),
  position: integer().notNull(),
  nameEn: text('name_en').notNull(),
  nameEs: text('name_es').notNull(),
  signatureEn: text('signature_en').notNull().default(''),
  signatureEs: text('signature_es').notNull().default(''),
  retiredAt: at('retired_at'),
  /** The care team alone, or the front desk as well. */
  answeredBy: text('answered_by', { enum: answering }).notNull().default('clinical'),
})

/** What staff changed in the settings of the practice, as it was and as it became. */
export const practiceChanges = sqliteTable(
  'practice_changes',
  {
    id: id(),
    act: text().notNull(),
    subjectId: text('subject_id'),
    before: text({ mode: 'json' }).$type<unknown>(),
    after: text({ mode: 'json' }).$type<unknown>(),
    changedAt: at('changed_at').notNull(),
    changedBy: text('changed_by')
      .notNull()
      .references(() => accounts.id),
  },
  (t) => [index('practice_changes_by_time').on(t.changedAt)]
)

// --- Identity ---------------------------------------------------------------------------------------------

export const staffRoles = ['front-desk', 'clinical', 'admin', 'auditor'] as const
export const languages = ['en', 'es'] as const

export const accounts = sqliteTable(
  'accounts',
  {
    id: id(),
    /** Lower case, NFC. */
    email: text().notNull().unique(),
    givenName: text('given_name').notNull(),
    familyName: text('family_name').notNull(),
    /** What stands behind the name of a staff member: "RN", "MD". */
    credentials: text(),
    staffRole: text('staff_role', { enum: staffRoles }),
    language: text({ enum: languages }).notNull().default('en'),
    passwordHash: text('password_hash').notNull(),
    passwordChangedAt: at('password_changed_at'),
    /** Since when a second step is asked for after the password: an authenticator app, a passkey or a recovery code. */
    secondStepAt: at('second_step_at'),
    /** AES-GCM under a key derived from TOKEN_KEY; never in the clear. Its first code was right. */
    totpSecret: text('totp_secret'),
    totpConfirmedAt: at('totp_confirmed_at'),
    /** The last 30 second step that was accepted: a code is good once. */
    totpLastStep: integer('totp_last_step'),
    termsVersion: text('terms_version'),
    createdAt: at('created_at').notNull(),
    lastSignInAt: at('last_sign_in_at'),
    deactivatedAt: at('deactivated_at'),
  },
  (t) => [index('accounts_staff').on(t.familyName, t.givenName).where(sql`staff_role IS NOT NULL`)]
)

/** What staff did to someone's account, and how they made sure of it. */
export const accountActs = sqliteTable(
  'account_acts',
  {
    id: id(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    act: text({ enum: ['second-step-reset', 'role-changed', 'deactivated', 'reactivated'] }).notNull(),
    reason: text().notNull(),
    doneBy: text('done_by')
      .notNull()
      .references(() => accounts.id),
    doneAt: at('done_at').notNull(),
    /** The roles before and after. */
    detail: text({ mode: 'json' }).$type<
      [from: (typeof staffRoles)[number], to: (typeof staffRoles)[number]]
    >(),
  },
  (t) => [index('account_acts_by_account').on(t.accountId, t.doneAt)]
)

export const sessions = sqliteTable(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    createdAt: at('created_at').notNull(),
    seenAt: at('seen_at').notNull(),
    /** Null while an account with a second step has only given its password. */
    completedAt: at('completed_at'),
    endedAt: at('ended_at'),
    userAgent: text('user_agent'),
    /** What the session is called in the list of devices and in URLs. */
    id: text().$defaultFn(newId),
    /** When the password or a passkey was last given in it. */
    confirmedAt: at('confirmed_at'),
    deviceId: text('device_id'),
    /** Roughly where, as the network saw it: "Fayetteville, Arkansas". */
    place: text(),
  },
  (t) => [
    index('sessions_by_account').on(t.accountId),
    index('sessions_by_seen').on(t.seenAt),
    uniqueIndex('sessions_by_id').on(t.id),
  ]
)

/** Devices on which the second step is not asked for, by the name in their cookie. */
export const trustedDevices = sqliteTable(
  'trusted_devices',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    id: text().notNull(),
    trustedAt: at('trusted_at').notNull(),
    trustedUntil: at('trusted_until').notNull(),
    userAgent: text('user_agent'),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] })]
)

export const passwordResets = sqliteTable(
  'password_resets',
  {
    id: id(),
    /** Null where nobody has the address: what is done for it must be the same. */
    accountId: text('account_id').references(() => accounts.id),
    /** Pseudonyms of the address and the network it was asked for and from: limits count by them. */
    addressKey: text('address_key').notNull(),
    networkKey: text('network_key').notNull(),
    /** SHA-256 of the token; the token itself is HMAC(TOKEN_KEY, id) and is never stored. */
    tokenHash: text('token_hash').notNull().unique(),
    /** The caregiver who asked for it. */
    requestedBy: text('requested_by').references(() => accounts.id),
    createdAt: at('created_at').notNull(),
    /** When the mail was accepted for sending; the hour counts from here. */
    sentAt: at('sent_at'),
    expiresAt: at('expires_at'),
    usedAt: at('used_at'),
    voidAt: at('void_at'),
  },
  (t) => [
    index('password_resets_by_account').on(t.accountId, t.createdAt),
    index('password_resets_by_address').on(t.addressKey, t.createdAt),
    index('password_resets_by_network').on(t.networkKey, t.createdAt),
  ]
)

export const emailChanges = sqliteTable(
  'email_changes',
  {
    id: id(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    oldEmail: text('old_email').notNull(),
    newEmail: text('new_email').notNull(),
    createdAt: at('created_at').notNull(),
    /** Until when the code mailed to the new address is good. The code is HMAC(TOKEN_KEY, id). */
    expiresAt: at('expires_at').notNull(),
    tries: integer().notNull().default(0),
    confirmedAt: at('confirmed_at'),
    voidAt: at('void_at'),
    /** SHA-256 of the token in the link to the old address, which is HMAC(TOKEN_KEY, id). */
    undoHash: text('undo_hash').notNull().unique(),
    undoUntil: at('undo_until'),
    undoneAt: at('undone_at'),
  },
  (t) => [
    index('email_changes_by_account').on(t.accountId, t.createdAt),
    index('email_changes_by_new_email').on(t.newEmail, t.createdAt),
  ]
)

export const passkeys = sqliteTable(
  'passkeys',
  {
    id: id(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** base64url, as the authenticator gave it. */
    credentialId: text('credential_id').notNull().unique(),
    /** SPKI, base64url. */
    publicKey: text('public_key').notNull(),
    algorithm: text({ enum: ['ES256', 'RS256'] }).notNull(),
    /** The signature counter at the last use; zero on authenticators that do not count. */
    counter: integer().notNull(),
    transports: text({ mode: 'json' }).$type<string[]>().notNull(),
    name: text().notNull(),
    createdAt: at('created_at').notNull(),
    lastUsedAt: at('last_used_at'),
    removedAt: at('removed_at'),
    /** When its counter ran backwards, which means that there is a copy of it. */
    suspendedAt: at('suspended_at'),
    /** When a new password was set; it opens nothing by itself until its owner says that it is theirs. */
    heldAt: at('held_at'),
  },
  (t) => [index('passkeys_by_account').on(t.accountId)]
)

/** Challenges are signed, not stored; a used one is kept until it could not be used any more. */
export const spentChallenges = sqliteTable(
  'spent_challenges',
  { hash: text().primaryKey(), expiresAt: at('expires_at').notNull() },
  (t) => [index('spent_challenges_by_expiry').on(t.expiresAt)]
)

/** Recovery codes: those of a set are HMAC(TOKEN_KEY, id and position), and kept nowhere. */
export const recoverySets = sqliteTable(
  'recovery_sets',
  {
    id: id(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    createdAt: at('created_at').notNull(),
    /** When the person said that they have them: from then on they are not shown again. */
    keptAt: at('kept_at'),
    replacedAt: at('replaced_at'),
  },
  (t) => [uniqueIndex('recovery_sets_live').on(t.accountId).where(sql`replaced_at IS NULL`)]
)

export const recoveryUses = sqliteTable(
  'recovery_uses',
  {
    setId: text('set_id')
      .notNull()
      .references(() => recoverySets.id),
    position: integer().notNull(),
    usedAt: at('used_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.setId, t.position] })]
)

/** What someone had typed when their session ended, sealed to their account. */
export const keptForms = sqliteTable(
  'kept_forms',
  {
    id: id(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Where it was posted to. */
    path: text().notNull(),
    sealedFields: text('sealed_fields').notNull(),
    keptAt: at('kept_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    /** Sent after all, or thrown away. */
    finishedAt: at('finished_at'),
  },
  (t) => [
    index('kept_forms_by_account').on(t.accountId, t.keptAt),
    index('kept_forms_by_expiry').on(t.expiresAt),
  ]
)

export const termsAcceptances = sqliteTable(
  'terms_acceptances',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    version: text().notNull(),
    acceptedAt: at('accepted_at').notNull(),
    networkAddress: text('network_address'),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.version] })]
)

/** What wrong tries are counted for, where staff may look at the count and lift it. */
export const triedThings = ['sign-in', 'device', 'second-step', 'current-password'] as const

export const throttles = sqliteTable(
  'throttles',
  {
    key: text().primaryKey(),
    count: integer().notNull(),
    since: at('since').notNull(),
    blockedUntil: at('blocked_until'),
    /** Whose account it protects, where it is about one that exists. */
    accountId: text('account_id'),
    purpose: text({ enum: triedThings }),
  },
  (t) => [
    index('throttles_by_since').on(t.since),
    index('throttles_by_account').on(t.accountId).where(sql`account_id IS NOT NULL`),
  ]
)

// --- Patients ---------------------------------------------------------------------------------------------

export const patients = sqliteTable(
  'patients',
  {
    id: id(),
    /** The record number the practice uses (PID-3 of type MR). */
    mrn: text(),
    givenName: text('given_name').notNull(),
    familyName: text('family_name').notNull(),
    /** Family and given name without case or accents, for searching. */
    searchName: text('search_name').notNull(),
    /** `YYYY-MM-DD`. */
    birthDate: text('birth_date'),
    email: text(),
    phone: text(),
    language: text({ enum: languages }).notNull().default('en'),
    accountId: text('account_id').references(() => accounts.id),
    inactiveAt: at('inactive_at'),
    deceasedAt: at('deceased_at'),
    source: text(),
    sourceId: text('source_id'),
    versionAt: at('version_at'),
    createdAt: at('created_at').notNull(),
    /** The record this one turned out to be the same person's as, and was merged into. */
    mergedInto: text('merged_into').references((): AnySQLiteColumn => patients.id),
  },
  (t) => [
    uniqueIndex('patients_by_mrn').on(t.mrn),
    index('patients_by_name').on(t.searchName),
    index('patients_by_birth_date').on(t.birthDate),
    index('patients_by_email').on(t.email),
    index('patients_by_account').on(t.accountId),
    uniqueIndex('patients_by_source').on(t.source, t.sourceId),
    index('patients_merged').on(t.mergedInto).where(sql`merged_into IS NOT NULL`),
  ]
)

/** The words a patient is found by: name parts, record number, e-mail, phone. Triggers on `patients` keep them. */
export const patientSearchWords = sqliteTable(
  'patient_search_words',
  {
    word: text().notNull(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id, { onDelete: 'cascade' }),
  },
  (t) => [
    primaryKey({ columns: [t.word, t.patientId] }),
    index('patient_search_words_by_patient').on(t.patientId),
  ]
)

/** Who a patient is, as far as staff may correct it. */
export type Details = {
  givenName: string
  familyName: string
  birthDate: string | null
  phone: string | null
  language: (typeof languages)[number]
  email: string | null
  mrn: string | null
}

/** What staff corrected in who a patient is: the fields that changed, as they were and as they became. */
export const patientCorrections = sqliteTable(
  'patient_corrections',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    before: text({ mode: 'json' }).$type<Partial<Details>>().notNull(),
    after: text({ mode: 'json' }).$type<Partial<Details>>().notNull(),
    reason: text().notNull(),
    changedAt: at('changed_at').notNull(),
    changedBy: text('changed_by')
      .notNull()
      .references(() => accounts.id),
  },
  (t) => [index('patient_corrections_by_patient').on(t.patientId, t.changedAt)]
)

/** What each sender last said of a patient, as it said it. */
export const patientHeard = sqliteTable(
  'patient_heard',
  {
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    feedId: text('feed_id')
      .notNull()
      .references((): AnySQLiteColumn => feeds.id),
    facts: text({ mode: 'json' }).$type<Partial<Details>>().notNull(),
    /** When it first said so. */
    heardAt: at('heard_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.patientId, t.feedId] })]
)

export const grants = sqliteTable(
  'grants',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    relationship: text().notNull(),
    grantedAt: at('granted_at').notNull(),
    grantedBy: text('granted_by').notNull(),
    revokedAt: at('revoked_at'),
    revokedBy: text('revoked_by'),
    /** Why staff took it away, after a call. */
    revokedReason: text('revoked_reason'),
  },
  (t) => [
    uniqueIndex('grants_live').on(t.patientId, t.accountId).where(sql`revoked_at IS NULL`),
    index('grants_by_account').on(t.accountId),
    index('grants_by_patient').on(t.patientId, t.grantedAt),
  ]
)

/** Someone on the staff who looks at a record as its patient sees it. It lives in one session. */
export const recordViews = sqliteTable(
  'record_views',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    sessionId: text('session_id').notNull(),
    reason: text().notNull(),
    openedAt: at('opened_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    endedAt: at('ended_at'),
  },
  (t) => [
    index('record_views_by_session').on(t.sessionId, t.patientId, t.openedAt),
    index('record_views_by_patient').on(t.patientId, t.openedAt),
  ]
)

// --- Invitations ------------------------------------------------------------------------------------------

export const invitations = sqliteTable(
  'invitations',
  {
    id: id(),
    kind: text({ enum: ['patient', 'caregiver'] }).notNull(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    email: text().notNull(),
    /** SHA-256 of the token; the token itself is HMAC(TOKEN_KEY, id) and is never stored. */
    tokenHash: text('token_hash').notNull().unique(),
    language: text({ enum: languages }).notNull(),
    relationship: text(),
    /** The caregiver's name, as whoever invites them says. */
    inviteeGivenName: text('invitee_given_name'),
    inviteeFamilyName: text('invitee_family_name'),
    /** How staff made sure, where they invited a caregiver of someone without a login. */
    proof: text(),
    invitedBy: text('invited_by').notNull(),
    createdAt: at('created_at').notNull(),
    /** When the mail was accepted for sending; the 96 hours count from here. */
    sentAt: at('sent_at'),
    expiresAt: at('expires_at'),
    remindedAt: at('reminded_at'),
    acceptedAt: at('accepted_at'),
    acceptedBy: text('accepted_by').references(() => accounts.id),
    replacedAt: at('replaced_at'),
    revokedAt: at('revoked_at'),
    addressChangedAt: at('address_changed_at'),
    birthDateTries: integer('birth_date_tries').notNull().default(0),
    lockedAt: at('locked_at'),
  },
  (t) => [
    index('invitations_by_patient').on(t.patientId, t.createdAt),
    index('invitations_by_sent').on(t.sentAt),
    index('invitations_by_email').on(t.email),
    index('invitations_by_created').on(t.createdAt),
    index('invitations_accepted').on(t.acceptedAt).where(sql`accepted_at IS NOT NULL`),
    index('invitations_locked').on(t.lockedAt).where(sql`locked_at IS NOT NULL`),
    index('invitations_open')
      .on(t.expiresAt)
      .where(
        sql`accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL AND address_changed_at IS NULL`
      ),
  ]
)

/** An offer of an account to someone who works here. */
export const staffInvitations = sqliteTable(
  'staff_invitations',
  {
    id: id(),
    email: text().notNull(),
    givenName: text('given_name').notNull(),
    familyName: text('family_name').notNull(),
    credentials: text(),
    role: text({ enum: staffRoles }).notNull(),
    /** SHA-256 of the token; the token itself is HMAC(TOKEN_KEY, id) and is never stored. */
    tokenHash: text('token_hash').notNull().unique(),
    language: text({ enum: languages }).notNull(),
    invitedBy: text('invited_by')
      .notNull()
      .references(() => accounts.id),
    createdAt: at('created_at').notNull(),
    /** When the mail was accepted for sending; the 96 hours count from here. */
    sentAt: at('sent_at'),
    expiresAt: at('expires_at'),
    acceptedAt: at('accepted_at'),
    acceptedBy: text('accepted_by').references(() => accounts.id),
    replacedAt: at('replaced_at'),
    revokedAt: at('revoked_at'),
    /** The newest code, good for one browser. The code is HMAC(TOKEN_KEY, codeId). */
    codeId: text('code_id'),
    codeBrowserHash: text('code_browser_hash'),
    codeExpiresAt: at('code_expires_at'),
    codeTries: integer('code_tries').notNull().default(0),
  },
  (t) => [
    index('staff_invitations_open')
      .on(t.createdAt)
      .where(sql`accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL`),
    index('staff_invitations_by_email').on(t.email),
    uniqueIndex('staff_invitations_by_code').on(t.codeId),
  ]
)

/** A code mailed to the address on file, good for one browser. The code is HMAC(TOKEN_KEY, id): nothing to steal here. */
export const registrationCodes = sqliteTable(
  'registration_codes',
  {
    id: id(),
    invitationId: text('invitation_id')
      .notNull()
      .references(() => invitations.id),
    browserHash: text('browser_hash').notNull(),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    tries: integer().notNull().default(0),
  },
  (t) => [index('registration_codes_by_invitation').on(t.invitationId, t.createdAt)]
)

export const invitationRequests = sqliteTable(
  'invitation_requests',
  {
    id: id(),
    invitationId: text('invitation_id')
      .notNull()
      .references(() => invitations.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    requestedAt: at('requested_at').notNull(),
    resolvedAt: at('resolved_at'),
  },
  (t) => [
    uniqueIndex('invitation_requests_open').on(t.invitationId).where(sql`resolved_at IS NULL`),
    index('invitation_requests_by_patient').on(t.patientId),
  ]
)

export const deskPlaces = [
  'not-invited',
  'sent',
  'delivered',
  'bounced',
  'mail-failed',
  'locked',
  'registered',
] as const

/** Where each patient stands on the way into the portal. Triggers keep it: what it must say is the view of the same migration. */
export const invitationDesk = sqliteTable(
  'invitation_desk',
  {
    patientId: text('patient_id')
      .primaryKey()
      .references(() => patients.id, { onDelete: 'cascade' }),
    place: text({ enum: deskPlaces }).notNull(),
    /** When it bounced, failed, was locked or came here; for what was sent or delivered, until when the link works. */
    at: at('at').notNull(),
    requestedAt: at('requested_at'),
  },
  (t) => [
    index('invitation_desk_by_place').on(t.place, t.at),
    index('invitation_desk_asked').on(t.requestedAt).where(sql`requested_at IS NOT NULL`),
  ]
)

/** A practice's list of patients, brought as a table. */
export const rosters = sqliteTable(
  'rosters',
  {
    id: id(),
    /** As the file was called on the computer it came from. */
    name: text().notNull(),
    columns: text({ mode: 'json' }).$type<{ name: string; sample: string }[]>().notNull(),
    /** Which column holds what, as a person said: column numbers by field. */
    mapping: text({ mode: 'json' }).$type<Record<string, string>>(),
    uploadedAt: at('uploaded_at').notNull(),
    uploadedBy: text('uploaded_by')
      .notNull()
      .references(() => accounts.id),
    reviewedAt: at('reviewed_at'),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
    discardedAt: at('discarded_at'),
    /** Where its bytes lie, as they came; none for what was brought before they were kept. */
    rawKey: text('raw_key'),
    sha256: text(),
    bytes: integer(),
    /** When its bytes, and what its rows said of people, were thrown away. */
    bodyRemovedAt: at('body_removed_at'),
  },
  (t) => [
    index('rosters_by_time').on(t.uploadedAt).where(sql`discarded_at IS NULL`),
    index('rosters_kept').on(t.uploadedAt).where(sql`body_removed_at IS NULL`),
  ]
)

/** What becomes of a row: on file as it is, changed or made, left to a person, or left out. */
export const rosterPlans = ['same', 'update', 'create', 'decide', 'fault'] as const

export const rosterRows = sqliteTable(
  'roster_rows',
  {
    rosterId: text('roster_id')
      .notNull()
      .references(() => rosters.id),
    /** The number a spreadsheet gives the row. */
    position: integer().notNull(),
    cells: text({ mode: 'json' }).$type<string[]>().notNull(),
    mrn: text(),
    givenName: text('given_name'),
    familyName: text('family_name'),
    searchName: text('search_name'),
    birthDate: text('birth_date'),
    email: text(),
    phone: text(),
    language: text({ enum: languages }),
    plan: text({ enum: rosterPlans }),
    fault: text(),
    /** Whom it names: on file already, or to be made under this id. */
    patientId: text('patient_id'),
    filedAt: at('filed_at'),
  },
  (t) => [primaryKey({ columns: [t.rosterId, t.position] })]
)

/** Whom a round of invitations is for: a list of the invite desk, or the people of a roster. */
export const roundLists = ['not-invited', 'expired', 'bounced', 'mail-failed', 'roster'] as const

export const invitationRounds = sqliteTable(
  'invitation_rounds',
  {
    id: id(),
    list: text({ enum: roundLists }).notNull(),
    rosterId: text('roster_id').references(() => rosters.id),
    madeAt: at('made_at').notNull(),
    madeBy: text('made_by')
      .notNull()
      .references(() => accounts.id),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
  },
  (t) => [
    index('invitation_rounds_open')
      .on(t.startedAt)
      .where(sql`started_at IS NOT NULL AND finished_at IS NULL`),
  ]
)

export const invitationRoundPatients = sqliteTable(
  'invitation_round_patients',
  {
    roundId: text('round_id')
      .notNull()
      .references(() => invitationRounds.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    /** The one invitation that the round may make of it. */
    invitationId: text('invitation_id').notNull().unique(),
    /** Why there is none. */
    skipped: text(),
    invitedAt: at('invited_at'),
  },
  (t) => [
    primaryKey({ columns: [t.roundId, t.patientId] }),
    index('invitation_round_patients_left')
      .on(t.roundId, t.patientId)
      .where(sql`invited_at IS NULL AND skipped IS NULL`),
    index('invitation_round_patients_by_patient').on(t.patientId),
  ]
)

// --- Outbox and audit -------------------------------------------------------------------------------------

export const outbox = sqliteTable(
  'outbox',
  {
    id: id(),
    kind: text().notNull(),
    /** The row the mail is about; who gets it and what it says is worked out from there when it is sent. */
    subjectId: text('subject_id').notNull(),
    /** The account it goes to, where the subject alone does not say. */
    accountId: text('account_id'),
    patientId: text('patient_id'),
    createdAt: at('created_at').notNull(),
    dueAt: at('due_at').notNull(),
    attempts: integer().notNull().default(0),
    firstTriedAt: at('first_tried_at'),
    /** The moment the current wording speaks of, and how often it was written: both are part of the idempotency key's promise. */
    renderedAt: at('rendered_at'),
    edition: integer().notNull().default(1),
    leasedUntil: at('leased_until'),
    sentAt: at('sent_at'),
    providerId: text('provider_id'),
    cancelledAt: at('cancelled_at'),
    failedAt: at('failed_at'),
    failure: text(),
    deliveredAt: at('delivered_at'),
    delayedAt: at('delayed_at'),
    bouncedAt: at('bounced_at'),
    /** Hard: the address takes no mail. Soft: not now. */
    bounceKind: text('bounce_kind', { enum: ['hard', 'soft'] }),
    bounceReason: text('bounce_reason'),
    complainedAt: at('complained_at'),
    /** When staff decided that nothing more is to be done about a failed mail. */
    givenUpAt: at('given_up_at'),
    givenUpBy: text('given_up_by').references(() => accounts.id),
  },
  (t) => [
    index('outbox_waiting')
      .on(t.dueAt)
      .where(sql`sent_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL`),
    index('outbox_by_subject').on(t.subjectId),
    index('outbox_by_patient').on(t.patientId),
    index('outbox_failed').on(t.failedAt).where(sql`failed_at IS NOT NULL`),
    index('outbox_by_provider').on(t.providerId).where(sql`provider_id IS NOT NULL`),
    index('outbox_by_sending').on(t.sentAt).where(sql`sent_at IS NOT NULL`),
    index('outbox_bounced').on(t.bouncedAt).where(sql`bounced_at IS NOT NULL`),
    index('outbox_complained').on(t.complainedAt).where(sql`complained_at IS NOT NULL`),
    index('outbox_canary').on(t.createdAt).where(sql`kind = 'canary'`),
  ]
)

/** What the mail provider reported, by the id it gave the report. */
export const mailReports = sqliteTable(
  'mail_reports',
  {
    id: id(),
    type: text().notNull(),
    providerId: text('provider_id'),
    /** Null where the report speaks of a mail we do not know. */
    outboxId: text('outbox_id').references(() => outbox.id),
    bounceKind: text('bounce_kind', { enum: ['hard', 'soft'] }),
    /** Why, in a word of ours: what a mail server writes may hold an address. */
    reason: text(),
    happenedAt: at('happened_at').notNull(),
    receivedAt: at('received_at').notNull(),
  },
  (t) => [
    index('mail_reports_by_provider').on(t.providerId),
    index('mail_reports_by_received').on(t.receivedAt),
    index('mail_reports_by_outbox').on(t.outboxId),
  ]
)

export const auditEntries = sqliteTable(
  'audit_entries',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    at: at('at').notNull(),
    accountId: text('account_id'),
    /** What the person was at that moment: patient, caregiver, a staff role, or a feed. */
    actor: text().notNull(),
    patientId: text('patient_id'),
    action: text().notNull(),
    subjectId: text('subject_id'),
    requestId: text('request_id'),
    /** On what kind of device: `Safari/iPhone`. Null where no browser we know did it, and before this was kept. */
    device: text(),
  },
  (t) => [
    index('audit_entries_by_patient').on(t.patientId, t.at),
    index('audit_entries_by_account').on(t.accountId, t.at),
    index('audit_entries_by_time').on(t.at),
    index('audit_entries_by_action').on(t.action, t.at),
  ]
)

/** Seals over the audit trail: see src/audit/seal.ts. */
export const auditSeals = sqliteTable('audit_seals', {
  id: integer().primaryKey({ autoIncrement: true }),
  /** The day (UTC) of the first entry in it. */
  day: text().notNull(),
  firstSeq: integer('first_seq').notNull().unique(),
  lastSeq: integer('last_seq').notNull(),
  digest: text().notNull(),
  sealedAt: at('sealed_at').notNull(),
})
/** What runs by the clock, and how it went: src/cron.ts lists the jobs. */
export const jobRuns = sqliteTable(
  'job_runs',
  {
    id: id(),
    job: text().notNull(),
    startedAt: at('started_at').notNull(),
    endedAt: at('ended_at'),
    /** The kind of error it ended with; `lost` when it never said that it had ended. */
    failure: text(),
    /** How far it came, for jobs that work through something in portions. */
    mark: text(),
  },
  (t) => [
    uniqueIndex('job_runs_running').on(t.job).where(sql`ended_at IS NULL`),
    index('job_runs_by_job').on(t.job, t.startedAt),
    index('job_runs_by_result').on(t.job, t.failure, t.startedAt),
    index('job_runs_by_start').on(t.startedAt),
  ]
)

// --- Messages ---------------------------------------------------------------------------------------------

export const threads = sqliteTable(
  'threads',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    subject: text().notNull(),
    category: text().notNull(),
    openedAt: at('opened_at').notNull(),
    openedBy: text('opened_by')
      .notNull()
      .references(() => accounts.id),
    lastMessageAt: at('last_message_at').notNull(),
    closedAt: at('closed_at'),
    closedBy: text('closed_by'),
    /** What it is about: a report or an appointment of the same record. */
    aboutKind: text('about_kind', { enum: ['report', 'appointment'] }),
    aboutId: text('about_id'),
    /** Since when the patient's side can read but not reply. */
    replyOffAt: at('reply_off_at'),
    replyOffBy: text('reply_off_by'),
    announcementId: text('announcement_id'),
  },
  (t) => [
    index('threads_by_patient').on(t.patientId, t.lastMessageAt),
    uniqueIndex('threads_by_announcement')
      .on(t.announcementId, t.patientId)
      .where(sql`announcement_id IS NOT NULL`),
    index('threads_lately').on(t.lastMessageAt).where(sql`announcement_id IS NULL`),
  ]
)

export const messages = sqliteTable(
  'messages',
  {
    id: id(),
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    authorId: text('author_id')
      .notNull()
      .references(() => accounts.id),
    authorRole: text('author_role', { enum: ['patient', 'caregiver', 'staff'] }).notNull(),
    /** A caregiver's relationship to the patient as it was when the message was written. */
    relationship: text(),
    body: text().notNull(),
    language: text({ enum: languages }).notNull(),
    sentAt: at('sent_at').notNull(),
    /** Made with the form: the same form sent twice is one message. */
    submissionId: text('submission_id').notNull(),
    withdrawnAt: at('withdrawn_at'),
    /** When the first of the staff opened it: from then on it cannot be withdrawn. */
    openedAt: at('opened_at'),
    /** When words in it spoke of danger. */
    flaggedAt: at('flagged_at'),
  },
  (t) => [
    index('messages_by_thread').on(t.threadId, t.sentAt),
    index('messages_by_time').on(t.sentAt, t.authorRole),
    uniqueIndex('messages_by_submission').on(t.authorId, t.submissionId),
  ]
)

export const threadReads = sqliteTable(
  'thread_reads',
  {
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** How far they have read: the time of the last message they were shown. */
    readAt: at('read_at').notNull(),
    /** When they first looked at that. */
    lookedAt: at('looked_at'),
  },
  (t) => [primaryKey({ columns: [t.threadId, t.accountId] })]
)

/** What staff must do about a thread: apart from the conversation itself. At most one is open per thread. */
export const workItems = sqliteTable(
  'work_items',
  {
    id: id(),
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    queue: text().notNull(),
    openedAt: at('opened_at').notNull(),
    dueAt: at('due_at').notNull(),
    assignedTo: text('assigned_to').references(() => accounts.id),
    assignedAt: at('assigned_at'),
    doneAt: at('done_at'),
    doneBy: text('done_by'),
    /** `answer`: the patient's side wrote. `unread`: they have not read what we wrote. */
    kind: text({ enum: ['answer', 'unread'] })
      .notNull()
      .default('answer'),
    flaggedAt: at('flagged_at'),
    /** 0 when flagged, else 1: the order of the queue is urgency, then due time. */
    urgency: integer().notNull().default(1),
    assignedBy: text('assigned_by'),
    doneHow: text('done_how', { enum: ['answered', 'closed', 'phone', 'read', 'withdrawn'] }),
    /** Why nobody wrote back. */
    doneReason: text('done_reason'),
    /** Counts up with every change of the work, by trigger: what a page has not seen is what came after the last it saw. */
    version: integer().notNull().default(0),
  },
  (t) => [
    uniqueIndex('work_items_open').on(t.threadId).where(sql`done_at IS NULL`),
    index('work_items_in_order').on(t.urgency, t.dueAt).where(sql`done_at IS NULL`),
    index('work_items_by_queue').on(t.queue, t.urgency, t.dueAt).where(sql`done_at IS NULL`),
    index('work_items_by_queue_assigned')
      .on(t.queue, t.assignedTo, t.urgency, t.dueAt)
      .where(sql`done_at IS NULL`),
    index('work_items_done')
      .on(t.queue, t.doneAt, t.doneHow, t.kind, t.openedAt)
      .where(sql`done_at IS NOT NULL`),
    index('work_items_by_version').on(t.version),
    index('work_items_due').on(t.dueAt).where(sql`done_at IS NULL`),
    index('work_items_opened').on(t.openedAt).where(sql`done_at IS NULL`),
    index('work_items_assigned').on(t.assignedTo, t.urgency, t.dueAt).where(sql`done_at IS NULL`),
    index('work_items_by_thread').on(t.threadId),
  ]
)

/** The id of a draft is the submission id of its form: sending it twice is sending it once. */
export const drafts = sqliteTable(
  'drafts',
  {
    id: text().notNull(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    /** The thread it replies to; null for a new one. */
    threadId: text('thread_id').references(() => threads.id),
    category: text().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    aboutKind: text('about_kind', { enum: ['report', 'appointment'] }),
    aboutId: text('about_id'),
    /** When staff chose to tell no caregiver by e-mail of the conversation they begin, or to take no reply. */
    tellOffAt: at('tell_off_at'),
    replyOffAt: at('reply_off_at'),
    /** In which language staff said that it is written. */
    language: text({ enum: languages }),
    createdAt: at('created_at').notNull(),
    savedAt: at('saved_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    index('drafts_by_writer').on(t.accountId, t.patientId, t.savedAt),
    index('drafts_by_thread').on(t.threadId, t.savedAt).where(sql`thread_id IS NOT NULL`),
    index('drafts_by_age').on(t.savedAt),
  ]
)

/** A file waits with its draft and then belongs to the message. The bytes are in R2. */
export const attachments = sqliteTable(
  'attachments',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** The form it was added to. */
    submissionId: text('submission_id').notNull(),
    messageId: text('message_id').references(() => messages.id),
    position: integer().notNull(),
    name: text().notNull(),
    /** By its content, not by its name. */
    type: text({ enum: ['application/pdf', 'image/jpeg', 'image/png', 'image/heic'] }).notNull(),
    /** Bytes. */
    size: integer().notNull(),
    sha256: text().notNull(),
    objectKey: text('object_key').notNull(),
    previewKey: text('preview_key'),
    addedAt: at('added_at').notNull(),
    removedAt: at('removed_at'),
  },
  (t) => [
    index('attachments_by_submission').on(t.accountId, t.submissionId),
    index('attachments_by_message').on(t.messageId),
    index('attachments_by_object').on(t.objectKey),
    index('attachments_by_preview').on(t.previewKey).where(sql`preview_key IS NOT NULL`),
    index('attachments_removed').on(t.removedAt).where(sql`removed_at IS NOT NULL`),
  ]
)

/** What staff say among themselves about a conversation, and calls they made. Never shown to the patient's side. */
export const staffNotes = sqliteTable(
  'staff_notes',
  {
    id: id(),
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    authorId: text('author_id')
      .notNull()
      .references(() => accounts.id),
    kind: text({ enum: ['note', 'call'] }).notNull(),
    spokeWith: text('spoke_with'),
    body: text().notNull(),
    writtenAt: at('written_at').notNull(),
    submissionId: text('submission_id').notNull(),
  },
  (t) => [
    index('staff_notes_by_thread').on(t.threadId, t.writtenAt),
    uniqueIndex('staff_notes_by_submission').on(t.authorId, t.submissionId),
  ]
)

/** Words staff write often. Without an owner they are the practice's. */
export const quickReplies = sqliteTable(
  'quick_replies',
  {
    id: id(),
    ownerId: text('owner_id').references(() => accounts.id),
    title: text().notNull(),
    bodyEn: text('body_en').notNull(),
    bodyEs: text('body_es').notNull(),
    changedAt: at('changed_at').notNull(),
    changedBy: text('changed_by').notNull(),
    removedAt: at('removed_at'),
  },
  (t) => [index('quick_replies_by_owner').on(t.ownerId, t.title)]
)

export const announcements = sqliteTable(
  'announcements',
  {
    id: id(),
    /** Every active patient with an account, or those on a list. */
    audience: text({ enum: ['all', 'list'] }).notNull(),
    subjectEn: text('subject_en').notNull(),
    subjectEs: text('subject_es').notNull(),
    bodyEn: text('body_en').notNull(),
    bodyEs: text('body_es').notNull(),
    authorId: text('author_id')
      .notNull()
      .references(() => accounts.id),
    submissionId: text('submission_id').notNull(),
    savedAt: at('saved_at').notNull(),
    /** Until then it may be changed. */
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
  },
  (t) => [
    uniqueIndex('announcements_by_submission').on(t.authorId, t.submissionId),
    index('announcements_by_time').on(t.savedAt),
    index('announcements_unfinished')
      .on(t.startedAt)
      .where(sql`started_at IS NOT NULL AND finished_at IS NULL`),
  ]
)

export const announcementRecipients = sqliteTable(
  'announcement_recipients',
  {
    announcementId: text('announcement_id')
      .notNull()
      .references(() => announcements.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    threadId: text('thread_id').references(() => threads.id),
    sentAt: at('sent_at'),
    /** Why it did not go to this patient. */
    skipped: text({ enum: ['no-account', 'inactive', 'deceased'] }),
  },
  (t) => [
    primaryKey({ columns: [t.announcementId, t.patientId] }),
    index('announcement_recipients_left')
      .on(t.announcementId)
      .where(sql`sent_at IS NULL AND skipped IS NULL`),
  ]
)

const notificationKinds = ['new-message', 'appointment-reminder', 'new-result'] as const

/** A kind of e-mail someone does not want, for one record. */
export const recordNotificationChoices = sqliteTable(
  'record_notification_choices',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    kind: text({ enum: notificationKinds }).notNull(),
    offAt: at('off_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.patientId, t.kind] })]
)

/** A kind of e-mail someone does not want, whatever record it is about. */
export const notificationChoices = sqliteTable(
  'notification_choices',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    kind: text({ enum: notificationKinds }).notNull(),
    offAt: at('off_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.kind] })]
)

// --- Appointments -----------------------------------------------------------------------------------------

export const appointmentKinds = [
  'office-visit',
  'lab',
  'infusion',
  'injection',
  'imaging',
  'procedure',
  'telehealth',
  'other',
] as const
export const appointmentStatuses = [
  'pending',
  'booked',
  'arrived',
  'fulfilled',
  'cancelled',
  'noshow',
] as const

export const appointments = sqliteTable(
  'appointments',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    kind: text({ enum: appointmentKinds }).notNull(),
    status: text({ enum: appointmentStatuses }).notNull(),
    /** What the sender called it, when it says more than the kind does. */
    title: text(),
    startsAt: at('starts_at').notNull(),
    endsAt: at('ends_at'),
    arriveAt: at('arrive_at'),
    place: text(),
    room: text(),
    address: text(),
    clinician: text(),
    phone: text(),
    /** One instruction a line. */
    preparation: text(),
    note: text(),
    changedAt: at('changed_at'),
    previousStartsAt: at('previous_starts_at'),
    cancelledAt: at('cancelled_at'),
    source: text(),
    sourceId: text('source_id'),
    versionAt: at('version_at'),
    createdAt: at('created_at').notNull(),
    /** Raised by every change: what calendars tell one version from another by (RFC 5545, SEQUENCE). */
    sequence: integer().notNull().default(0),
    /** Those made together, for cycles of treatment. */
    seriesId: text('series_id'),
    videoUrl: text('video_url'),
    /** With its room, where it had one. */
    previousPlace: text('previous_place'),
    previousClinician: text('previous_clinician'),
    cancelReason: text('cancel_reason'),
    /** What a feed contradicted itself about, for staff. */
    conflict: text(),
  },
  (t) => [
    index('appointments_by_patient').on(t.patientId, t.startsAt),
    index('appointments_by_start').on(t.startsAt),
    uniqueIndex('appointments_by_source').on(t.source, t.sourceId),
  ]
)

/** Every name a sender has for an appointment: by its filler's number, by its placer's, whichever a message bears. */
export const appointmentNames = sqliteTable(
  'appointment_names',
  {
    source: text().notNull(),
    name: text().notNull(),
    appointmentId: text('appointment_id')
      .notNull()
      .references(() => appointments.id, { onDelete: 'cascade' }),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.name] }),
    index('appointment_names_by_appointment').on(t.appointmentId),
  ]
)

/** What a sender calls a record besides the name it was first filed under; a number may be that of several. */
export const recordNames = sqliteTable(
  'record_names',
  {
    source: text().notNull(),
    name: text().notNull(),
    recordId: text('record_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.name, t.recordId] })]
)

/** The patient's side asks for another time, or for none. */
export const appointmentRequests = sqliteTable(
  'appointment_requests',
  {
    id: id(),
    appointmentId: text('appointment_id')
      .notNull()
      .references(() => appointments.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    kind: text({ enum: ['reschedule', 'cancel'] }).notNull(),
    words: text().notNull(),
    submissionId: text('submission_id').notNull(),
    askedAt: at('asked_at').notNull(),
    doneAt: at('done_at'),
    doneBy: text('done_by').references(() => accounts.id),
    /** `cancelled`: another time was asked for, and then the appointment was off. */
    outcome: text({ enum: ['done', 'declined', 'withdrawn', 'cancelled'] }),
    answer: text(),
  },
  (t) => [
    uniqueIndex('appointment_requests_once').on(t.accountId, t.submissionId),
    uniqueIndex('appointment_requests_open').on(t.appointmentId).where(sql`done_at IS NULL`),
    index('appointment_requests_waiting').on(t.askedAt).where(sql`done_at IS NULL`),
    index('appointment_requests_by_appointment').on(t.appointmentId, t.askedAt),
  ]
)

/** What someone wants to ask on a day of treatment. */
export const visitQuestions = sqliteTable(
  'visit_questions',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** The calendar day in the practice's zone: `2026-12-01`. */
    day: text().notNull(),
    body: text().notNull(),
    submissionId: text('submission_id').notNull(),
    addedAt: at('added_at').notNull(),
    removedAt: at('removed_at'),
  },
  (t) => [
    uniqueIndex('visit_questions_once').on(t.accountId, t.submissionId),
    index('visit_questions_by_day').on(t.patientId, t.day),
  ]
)

/** A reminder that was queued, once for each person, appointment, distance and time of the appointment. */
export const appointmentReminders = sqliteTable(
  'appointment_reminders',
  {
    appointmentId: text('appointment_id').notNull(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    daysBefore: integer('days_before').notNull(),
    startsAt: at('starts_at').notNull(),
    queuedAt: at('queued_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.appointmentId, t.accountId, t.daysBefore, t.startsAt] })]
)

/** A private address that a calendar asks for appointments. Only its hash is kept. */
export const calendarFeeds = sqliteTable(
  'calendar_feeds',
  {
    id: id(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    tokenHash: text('token_hash').notNull().unique(),
    createdAt: at('created_at').notNull(),
    lastUsedAt: at('last_used_at'),
    revokedAt: at('revoked_at'),
  },
  (t) => [index('calendar_feeds_by_account').on(t.accountId, t.patientId)]
)

/** How to get ready, by kind, where an appointment says nothing of its own. One instruction a line. */
export const preparationTexts = sqliteTable('preparation_texts', {
  kind: text({ enum: appointmentKinds }).primaryKey(),
  en: text().notNull(),
  es: text().notNull(),
  changedAt: at('changed_at').notNull(),
  changedBy: text('changed_by')
    .notNull()
    .references(() => accounts.id),
})

/** Visits that happened (FHIR Encounter). */
export const encounters = sqliteTable(
  'encounters',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    title: text().notNull(),
    status: text().notNull(),
    startedAt: at('started_at').notNull(),
    endedAt: at('ended_at'),
    place: text(),
    clinician: text(),
    source: text().notNull(),
    sourceId: text('source_id').notNull(),
    versionAt: at('version_at'),
  },
  (t) => [
    index('encounters_by_patient').on(t.patientId, t.startedAt),
    uniqueIndex('encounters_by_source').on(t.source, t.sourceId),
  ]
)

// --- Labs -------------------------------------------------------------------------------------------------

/** What release rules and the calm page before a report go by. */
export const reportKinds = ['lab', 'pathology', 'imaging', 'genetics', 'tumor-marker'] as const

/** FHIR R4 DiagnosticReport.status */
export const reportStatuses = [
  'registered',
  'partial',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'appended',
  'cancelled',
  'entered-in-error',
  'unknown',
] as const
/** FHIR R4 Observation.status */
export const observationStatuses = [
  'registered',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'cancelled',
  'entered-in-error',
  'unknown',
] as const

export const reports = sqliteTable(
  'reports',
  {
    id: id(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    title: text().notNull(),
    code: text(),
    status: text({ enum: reportStatuses }).notNull(),
    collectedAt: at('collected_at').notNull(),
    issuedAt: at('issued_at'),
    orderedBy: text('ordered_by'),
    laboratory: text(),
    conclusion: text(),
    /** The care team's words to the patient about it. */
    comment: text(),
    commentBy: text('comment_by'),
    releasedAt: at('released_at'),
    source: text().notNull(),
    sourceId: text('source_id').notNull(),
    /** The sender's own time of the version filed here: an older one never replaces it. */
    versionAt: at('version_at'),
    kind: text({ enum: reportKinds }).notNull().default('lab'),
    /** When it first was final: statutory holds count from here. */
    finalizedAt: at('finalized_at'),
    /** When one of the care team first opened or commented it. */
    teamSeenAt: at('team_seen_at'),
    teamSeenBy: text('team_seen_by').references(() => accounts.id),
    commentedAt: at('commented_at'),
    /** When the notice that it is there was queued. */
    noticedAt: at('noticed_at'),
    /** From when it waits for the patient's word, who asked to be asked first. */
    askAt: at('ask_at'),
    /** When the patient said that they want to see it. */
    askedForAt: at('asked_for_at'),
    /** When what it says last changed here, whatever time its sender gives it. */
    changedAt: at('changed_at'),
    /** When a person said what kind it is: from then on no message says otherwise. */
    kindSetAt: at('kind_set_at'),
  },
  (t) => [
    index('reports_by_patient').on(t.patientId, t.collectedAt),
    uniqueIndex('reports_by_source').on(t.source, t.sourceId),
    index('reports_to_notice').on(t.releasedAt).where(sql`noticed_at IS NULL AND released_at IS NOT NULL`),
    index('reports_to_ask').on(t.askAt).where(sql`noticed_at IS NULL AND ask_at IS NOT NULL`),
  ]
)

export const releaseTimings = ['at-once', 'after-comment', 'ask-first'] as const

/** How the patient wants reports of a kind. Without a row: at once. */
export const releaseChoices = sqliteTable(
  'release_choices',
  {
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    kind: text({ enum: reportKinds }).notNull(),
    timing: text({ enum: releaseTimings }).notNull(),
    /** At most so many, for `after-comment`. */
    days: integer(),
    chosenAt: at('chosen_at').notNull(),
    chosenBy: text('chosen_by')
      .notNull()
      .references(() => accounts.id),
  },
  (t) => [primaryKey({ columns: [t.patientId, t.kind] })]
)

/** One report kept back by one of the staff, for a reason and until a day. */
export const releaseHolds = sqliteTable(
  'release_holds',
  {
    id: id(),
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    reason: text().notNull(),
    heldAt: at('held_at').notNull(),
    heldBy: text('held_by')
      .notNull()
      .references(() => accounts.id),
    heldUntil: at('held_until').notNull(),
    liftedAt: at('lifted_at'),
    liftedBy: text('lifted_by').references(() => accounts.id),
  },
  (t) => [
    index('release_holds_by_report').on(t.reportId, t.heldAt),
    uniqueIndex('release_holds_live').on(t.reportId).where(sql`lifted_at IS NULL`),
  ]
)

/** Everything the care team wrote to the patient about a report. The newest stands in the report itself. */
export const reportComments = sqliteTable(
  'report_comments',
  {
    id: id(),
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    authorId: text('author_id')
      .notNull()
      .references(() => accounts.id),
    body: text().notNull(),
    writtenAt: at('written_at').notNull(),
    submissionId: text('submission_id').notNull(),
  },
  (t) => [
    index('report_comments_by_report').on(t.reportId, t.writtenAt),
    uniqueIndex('report_comments_by_submission').on(t.authorId, t.submissionId),
  ]
)

/** Who went past the calm page before a report. */
export const reportOpenings = sqliteTable(
  'report_openings',
  {
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    openedAt: at('opened_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.reportId, t.accountId] })]
)

export const reportReads = sqliteTable(
  'report_reads',
  {
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    readAt: at('read_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.reportId, t.accountId] })]
)

export const observations = sqliteTable(
  'observations',
  {
    id: id(),
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    /** Order within the report. */
    position: integer().notNull(),
    /** LOINC where the sender gave one. */
    code: text(),
    name: text().notNull(),
    status: text({ enum: observationStatuses }).notNull(),
    /** The value exactly as sent, comparator and trailing zeros included; null when there is none. */
    value: text(),
    /** For trends only, never shown. */
    valueNumber: real('value_number'),
    unit: text(),
    /** The bounds as sent; `rangeText` where the sender gave words instead. */
    rangeLow: text('range_low'),
    rangeHigh: text('range_high'),
    rangeText: text('range_text'),
    /** The laboratory's own flag (OBX-8, Observation.interpretation): H, L, HH, LL, A, N … Null is not "normal". */
    flag: text(),
    absentReason: text('absent_reason'),
    comment: text(),
    collectedAt: at('collected_at').notNull(),
    correctedAt: at('corrected_at'),
    previousValue: text('previous_value'),
    previousUnit: text('previous_unit'),
    source: text().notNull(),
    sourceId: text('source_id').notNull(),
    versionAt: at('version_at'),
    method: text(),
    /** Who performed it, where that is not the report's laboratory. */
    laboratory: text(),
  },
  (t) => [
    index('observations_by_report').on(t.reportId, t.position),
    index('observations_by_code').on(t.patientId, t.code, t.collectedAt),
    uniqueIndex('observations_by_source').on(t.source, t.sourceId),
  ]
)

/** What a result said before it was corrected, and versions that came later than newer ones. */
export const observationVersions = sqliteTable(
  'observation_versions',
  {
    id: id(),
    observationId: text('observation_id')
      .notNull()
      .references(() => observations.id),
    status: text({ enum: observationStatuses }).notNull(),
    value: text(),
    unit: text(),
    rangeLow: text('range_low'),
    rangeHigh: text('range_high'),
    rangeText: text('range_text'),
    flag: text(),
    versionAt: at('version_at'),
    replacedAt: at('replaced_at').notNull(),
  },
  (t) => [index('observation_versions_by_observation').on(t.observationId, t.replacedAt)]
)

/** What a report said in words before its laboratory changed them. */
export const reportConclusions = sqliteTable(
  'report_conclusions',
  {
    id: id(),
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    /** Empty: words were taken back that never came to us. */
    conclusion: text().notNull(),
    versionAt: at('version_at'),
    replacedAt: at('replaced_at').notNull(),
    /** Taken back, and not only replaced: kept for staff. */
    withdrawnAt: at('withdrawn_at'),
  },
  (t) => [index('report_conclusions_by_report').on(t.reportId, t.replacedAt)]
)

/** A report as a document. The bytes are in R2. */
export const reportFiles = sqliteTable(
  'report_files',
  {
    id: id(),
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    position: integer().notNull(),
    name: text().notNull(),
    /** By its content, not by what its sender says. */
    type: text({ enum: ['application/pdf'] }).notNull(),
    /** Bytes. */
    size: integer().notNull(),
    sha256: text().notNull(),
    objectKey: text('object_key').notNull(),
    addedAt: at('added_at').notNull(),
    /** Replaced or withdrawn by its sender. */
    removedAt: at('removed_at'),
  },
  (t) => [
    uniqueIndex('report_files_once').on(t.reportId, t.sha256),
    index('report_files_by_object').on(t.objectKey),
  ]
)

// --- Resources --------------------------------------------------------------------------------------------

export const resources = sqliteTable('resources', {
  id: id(),
  position: integer().notNull(),
  name: text().notNull(),
  url: text().notNull(),
  phone: text(),
  purposeEn: text('purpose_en').notNull(),
  purposeEs: text('purpose_es').notNull(),
})

// --- Integrations -----------------------------------------------------------------------------------------

export const feeds = sqliteTable('feeds', {
  id: id(),
  name: text().notNull(),
  scope: text({ enum: ['fhir', 'hl7', 'upload'] }).notNull(),
  keyHash: text('key_hash').notNull().unique(),
  createdAt: at('created_at').notNull(),
  lastUsedAt: at('last_used_at'),
  revokedAt: at('revoked_at'),
  /** The zone of times that come without one; null: the practice's. */
  timeZone: text('time_zone'),
  /** Assigning authorities (HL7 CX.4, FHIR Identifier.system) under which this sender uses the practice's record numbers. */
  ownAuthorities: text('own_authorities', { mode: 'json' }).$type<string[]>().notNull().default([]),
  createdBy: text('created_by').references(() => accounts.id),
  revokedBy: text('revoked_by').references(() => accounts.id),
})

/** Every body a feed or one of the staff sent, refused ones too. The raw bytes lie in R2 under `rawKey`. */
export const inbox = sqliteTable(
  'inbox',
  {
    id: id(),
    feedId: text('feed_id')
      .notNull()
      .references(() => feeds.id),
    receivedAt: at('received_at').notNull(),
    rawKey: text('raw_key').notNull(),
    sha256: text().notNull(),
    bytes: integer().notNull(),
    filedAt: at('filed_at'),
    refusedAt: at('refused_at'),
    /** Counts and reasons, no names and no values. */
    outcome: text({ mode: 'json' }).$type<unknown>(),
    format: text({ enum: ['hl7', 'fhir', 'csv', 'pdf'] })
      .notNull()
      .default('fhir'),
    /** Who of the staff uploaded it. */
    sentBy: text('sent_by').references(() => accounts.id),
    /** When its bytes were old enough to go. */
    bodyRemovedAt: at('body_removed_at'),
  },
  (t) => [
    index('inbox_by_feed').on(t.feedId, t.receivedAt),
    index('inbox_by_hash').on(t.sha256),
    index('inbox_by_time').on(t.receivedAt),
    index('inbox_bodies').on(t.receivedAt).where(sql`body_removed_at IS NULL`),
    index('inbox_by_object').on(t.rawKey),
  ]
)

/** A file that one of the staff brought, and how far it is. */
export const uploads = sqliteTable(
  'uploads',
  {
    inboxId: text('inbox_id')
      .primaryKey()
      .references(() => inbox.id),
    /** As the file was called on the computer it came from. */
    name: text().notNull(),
    uploadedAt: at('uploaded_at').notNull(),
    /** The columns of a table. */
    columns: text({ mode: 'json' }).$type<{ name: string; sample: string }[]>(),
    /** What a person said about it: which column holds what, or whose PDF it is. */
    told: text({ mode: 'json' }).$type<Record<string, string>>(),
    /** What would become of it. Names of people are in here. */
    review: text({ mode: 'json' }).$type<unknown>(),
    /** Messages in it, and how many of them have their fate. */
    total: integer(),
    done: integer().notNull().default(0),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
    discardedAt: at('discarded_at'),
  },
  (t) => [index('uploads_by_time').on(t.uploadedAt).where(sql`discarded_at IS NULL`)]
)

/** One body may hold many messages (HL7), and each has a fate of its own. */
export const inboxMessages = sqliteTable(
  'inbox_messages',
  {
    id: id(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inbox.id),
    feedId: text('feed_id')
      .notNull()
      .references(() => feeds.id),
    position: integer().notNull(),
    /** `ORU^R01`, `Bundle`, as the message calls itself. */
    kind: text().notNull(),
    /** Sending application, facility and control id: who says that it is the same message again. */
    controlKey: text('control_key'),
    sha256: text().notNull(),
    receivedAt: at('received_at').notNull(),
    filedAt: at('filed_at'),
    /** Waits for a person: see `unmatched`. */
    parkedAt: at('parked_at'),
    refusedAt: at('refused_at'),
    /** The first message with the same key and the same bytes. */
    repeats: text().references((): AnySQLiteColumn => inboxMessages.id),
    /** Codes and counts, no names and no values. */
    outcome: text({ mode: 'json' }).$type<unknown>(),
  },
  (t) => [
    uniqueIndex('inbox_messages_by_place').on(t.inboxId, t.position),
    index('inbox_messages_by_control').on(t.feedId, t.controlKey).where(sql`control_key IS NOT NULL`),
    index('inbox_messages_by_time').on(t.receivedAt),
    index('inbox_messages_refused').on(t.refusedAt).where(sql`refused_at IS NOT NULL`),
  ]
)

/** What came for someone we do not know for certain. Nobody sees it until a person says whose it is. */
export const unmatched = sqliteTable(
  'unmatched',
  {
    id: id(),
    messageId: text('message_id')
      .notNull()
      .references(() => inboxMessages.id),
    feedId: text('feed_id')
      .notNull()
      .references(() => feeds.id),
    /** The sender's name for the patient within the message, so that one of several can be linked. */
    subject: text().notNull(),
    why: text({
      enum: ['no-identifier', 'unknown', 'contradicts', 'ambiguous', 'doubted', 'two-people'],
    }).notNull(),
    authority: text(),
    identifier: text(),
    familyName: text('family_name'),
    givenName: text('given_name'),
    searchName: text('search_name').notNull().default(''),
    birthDate: text('birth_date'),
    sex: text(),
    phone: text(),
    postalCode: text('postal_code'),
    /** How much of what waits. */
    holds: text({ mode: 'json' }).$type<Record<string, number>>().notNull(),
    parkedAt: at('parked_at').notNull(),
    resolvedAt: at('resolved_at'),
    resolvedBy: text('resolved_by').references(() => accounts.id),
    resolution: text({ enum: ['linked', 'set-aside'] }),
    /** Why a person set it aside. */
    reason: text(),
    patientId: text('patient_id').references(() => patients.id),
    /** When the clock last filed it again. */
    retriedAt: at('retried_at'),
    /** Someone has said whose it is, and it is not in their record yet: since when. */
    owedSince: at('owed_since'),
  },
  (t) => [
    uniqueIndex('unmatched_once').on(t.messageId, t.subject),
    index('unmatched_waiting').on(t.parkedAt).where(sql`resolved_at IS NULL`),
    index('unmatched_owed').on(t.owedSince).where(sql`owed_since IS NOT NULL`),
  ]
)

/** Whom an identifier names, once it was checked or a person said so. `feed:<id>` stands for an authority left out. */
export const patientIdentifiers = sqliteTable(
  'patient_identifiers',
  {
    authority: text().notNull(),
    value: text().notNull(),
    patientId: text('patient_id')
      .notNull()
      .references(() => patients.id),
    feedId: text('feed_id').references(() => feeds.id),
    linkedAt: at('linked_at').notNull(),
    linkedBy: text('linked_by').references(() => accounts.id),
  },
  (t) => [
    primaryKey({ columns: [t.authority, t.value] }),
    index('patient_identifiers_by_patient').on(t.patientId),
  ]
)

/** Two records that were one person's. What moved is listed, so that it can be moved back. */
export const patientMerges = sqliteTable(
  'patient_merges',
  {
    id: id(),
    survivorId: text('survivor_id')
      .notNull()
      .references(() => patients.id),
    retiredId: text('retired_id')
      .notNull()
      .references(() => patients.id),
    messageId: text('message_id').references(() => inboxMessages.id),
    mergedAt: at('merged_at').notNull(),
    mergedBy: text('merged_by').references(() => accounts.id),
    /** Ids by table. */
    moved: text({ mode: 'json' }).$type<Record<string, string[]>>().notNull(),
    undoneAt: at('undone_at'),
    undoneBy: text('undone_by').references(() => accounts.id),
  },
  (t) => [
    index('patient_merges_by_survivor').on(t.survivorId, t.mergedAt),
    index('patient_merges_by_retired').on(t.retiredId, t.mergedAt),
  ]
)

/** What a sender called a patient whose record was merged, and what it calls the survivor. */
export const retiredSubjects = sqliteTable(
  'retired_subjects',
  {
    subject: text('subject').primaryKey(),
    survivor: text('survivor').notNull(),
    mergeId: text('merge_id')
      .notNull()
      .references(() => patientMerges.id),
  },
  (t) => [index('retired_subjects_by_merge').on(t.mergeId)]
)
