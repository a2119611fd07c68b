import type { ParamKeys } from 'hono/types'

/** The site map. Routes are registered and links are built from these and nothing else. */
export const paths = {
  front: '/',
  health: '/healthz',

  signIn: '/sign-in',
  secondStep: '/sign-in/second-step',
  secondStepSetup: '/sign-in/second-step/set-up',
  secondStepRecovery: '/sign-in/second-step/recovery-code',
  secondStepPasskey: '/sign-in/second-step/passkey',
  passkeySignIn: '/sign-in/passkey',
  signOut: '/sign-out',
  forgotPassword: '/forgot-password',
  reset: '/reset/:token',
  emailUndo: '/email-undo/:token',
  confirm: '/confirm',
  confirmPasskey: '/confirm/passkey',
  sessionExtension: '/session/extension',
  keep: '/kept',
  kept: '/kept/:keptId',
  keptRemoval: '/kept/:keptId/removal',
  terms: '/terms',
  privacy: '/privacy',
  help: '/help',
  records: '/records',
  termsUpdate: '/terms/update',

  settings: '/settings',
  language: '/settings/language',
  credentials: '/settings/credentials',
  emailSettings: '/settings/credentials/email',
  emailCode: '/settings/credentials/email/code',
  passwordSettings: '/settings/credentials/password',
  secondStepSettings: '/settings/second-step',
  secondStepApp: '/settings/second-step/app',
  secondStepAppRemoval: '/settings/second-step/app/removal',
  secondStepRemoval: '/settings/second-step/removal',
  recoveryCodes: '/settings/second-step/recovery-codes',
  recoveryCodesKept: '/settings/second-step/recovery-codes/kept',
  passkeys: '/settings/passkeys',
  passkeysKept: '/settings/passkeys/kept',
  passkey: '/settings/passkeys/:passkeyId',
  passkeyRemoval: '/settings/passkeys/:passkeyId/removal',
  notifications: '/settings/notifications',
  devices: '/settings/devices',
  deviceSignOut: '/settings/devices/:sessionId/sign-out',
  devicesSignOut: '/settings/devices/sign-out',
  trustRemoval: '/settings/devices/trust-removal',

  registerWithout: '/register',
  register: '/register/:token',
  registerCode: '/register/:token/code',
  registerRequest: '/register/:token/request',

  home: '/patients/:patientId',
  resetMail: '/patients/:patientId/reset-mail',
  messages: '/patients/:patientId/messages',
  newMessage: '/patients/:patientId/messages/new',
  messageSearch: '/patients/:patientId/message-search',
  thread: '/patients/:patientId/messages/:threadId',
  draft: '/patients/:patientId/messages/drafts/:draftId',
  draftWarning: '/patients/:patientId/messages/drafts/:draftId/call-now',
  draftRemoval: '/patients/:patientId/messages/drafts/:draftId/removal',
  messageWithdrawal: '/patients/:patientId/messages/:threadId/:messageId/withdrawal',
  messageFile: '/patients/:patientId/messages/files/:fileId',
  messageFilePreview: '/patients/:patientId/messages/files/:fileId/preview',
  appointments: '/patients/:patientId/appointments',
  appointment: '/patients/:patientId/appointments/:appointmentId',
  labs: '/patients/:patientId/labs',
  labHistory: '/patients/:patientId/labs/history',
  report: '/patients/:patientId/labs/reports/:reportId',
  resources: '/resources',

  admin: '/admin',
  adminPatients: '/admin/patients',
  adminPatient: '/admin/patients/:patientId',
  adminPatientAddress: '/admin/patients/:patientId/address',
  adminAccountLockRemoval: '/admin/patients/:patientId/accounts/:accountId/lock-removal',
  adminAccountSecondStepReset: '/admin/patients/:patientId/accounts/:accountId/second-step-reset',
  adminStaff: '/admin/staff',
  adminStaffMember: '/admin/staff/:staffId',
  adminStaffLockRemoval: '/admin/staff/:staffId/lock-removal',
  adminStaffSecondStepReset: '/admin/staff/:staffId/second-step-reset',
  adminInvitation: '/admin/patients/:patientId/invitation',
  adminInvitationRevocation: '/admin/patients/:patientId/invitations/:invitationId/revocation',
  practice: '/admin/practice',
  practiceContact: '/admin/practice/contact',
  practiceHours: '/admin/practice/hours',
  practiceHolidays: '/admin/practice/holidays',
  practiceHolidayRemoval: '/admin/practice/holidays/removal',
  practiceCategories: '/admin/practice/categories',
  practiceCategoryNew: '/admin/practice/categories/new',
  practiceCategory: '/admin/practice/categories/:categoryId',
  practiceCategoryPlace: '/admin/practice/categories/:categoryId/place',
  practiceCategoryRetirement: '/admin/practice/categories/:categoryId/retirement',
  practiceCategoryReturn: '/admin/practice/categories/:categoryId/return',
  practiceQueues: '/admin/practice/queues',
  practiceQueueNew: '/admin/practice/queues/new',
  practiceQueue: '/admin/practice/queues/:queueId',
  practiceQueuePlace: '/admin/practice/queues/:queueId/place',
  practiceQueueRetirement: '/admin/practice/queues/:queueId/retirement',
  practiceQueueReturn: '/admin/practice/queues/:queueId/return',
  practicePromise: '/admin/practice/reply-promise',
  practiceUnread: '/admin/practice/unread',
  practiceDangerWords: '/admin/practice/danger-words',
  practiceDangerWordsReturn: '/admin/practice/danger-words/return',

  announcements: '/admin/announcements',
  announcementNew: '/admin/announcements/new',
  announcement: '/admin/announcements/:announcementId',
  announcementSending: '/admin/announcements/:announcementId/sending',
  announcementRemoval: '/admin/announcements/:announcementId/removal',
  adminQueue: '/admin/messages',
  adminQueueNews: '/admin/messages/news',
  adminFigures: '/admin/messages/figures',
  adminRecipients: '/admin/messages/new',
  adminNewMessage: '/admin/patients/:patientId/messages/new',
  adminDraft: '/admin/patients/:patientId/messages/drafts/:draftId',
  adminDraftRemoval: '/admin/patients/:patientId/messages/drafts/:draftId/removal',
  adminThread: '/admin/patients/:patientId/messages/:threadId',
  adminMessageFile: '/admin/patients/:patientId/messages/files/:fileId',
  adminMessageFilePreview: '/admin/patients/:patientId/messages/files/:fileId/preview',
  adminWorkClaim: '/admin/patients/:patientId/messages/:threadId/claim',
  adminWorkAssignment: '/admin/patients/:patientId/messages/:threadId/assignment',
  adminThreadClosure: '/admin/patients/:patientId/messages/:threadId/closure',
  adminThreadReopening: '/admin/patients/:patientId/messages/:threadId/reopening',
  adminThreadReplies: '/admin/patients/:patientId/messages/:threadId/replies',
  adminThreadCall: '/admin/patients/:patientId/messages/:threadId/call',
  adminThreadNotes: '/admin/patients/:patientId/messages/:threadId/notes',
  quickReplies: '/admin/quick-replies',
  quickReplyNew: '/admin/quick-replies/new',
  quickReply: '/admin/quick-replies/:replyId',
  quickReplyRemoval: '/admin/quick-replies/:replyId/removal',

  feedFhir: '/feeds/fhir',
  devMailbox: '/dev/mailbox',
} as const

export type Path = (typeof paths)[keyof typeof paths]

type Params<P extends string> = [ParamKeys<P>] extends [never] ? [] : [params: Record<ParamKeys<P>, string>]

/** The URL of a page. Parameters are escaped; a missing one does not compile. */
export const href = <P extends Path>(path: P, ...[params]: Params<P>) =>
  path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent((params as Record<string, string>)[name] ?? '')
  )

/** The same URL with a query. */
export const withQuery = (url: string, query: Record<string, string | number | undefined>) => {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== ''
  )
  return given.length === 0
    ? url
    : `${url}?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`
}
