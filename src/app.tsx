import { contextStorage } from 'hono/context-storage'
import { HonoBase as Hono } from 'hono/hono-base'
import { HTTPException } from 'hono/http-exception'
import { TrieRouter } from 'hono/router/trie-router'
import { NONCE, secureHeaders } from 'hono/secure-headers'
import { appointmentCalendars } from './appointments/calendar/routes.tsx'
import { treatmentDays } from './appointments/day/routes.tsx'
import { appointmentChanges } from './appointments/requests/routes.tsx'
import { appointments } from './appointments/routes.tsx'
import { connect, isAway } from './db/client.ts'
import { countingTrips } from './db/trips.ts'
import { dev } from './dev/routes.tsx'
import { checkSettings, type Env, WrongSettings } from './env.ts'
import { home } from './home/routes.tsx'
import { confirm } from './identity/confirm/routes.tsx'
import { credentials } from './identity/credentials/routes.tsx'
import { deviceOf } from './identity/devices/kind.ts'
import { devices } from './identity/devices/routes.tsx'
import { joining } from './identity/joining/routes.tsx'
import { finishWhenTaken } from './identity/kept/keeping.ts'
import { kept } from './identity/kept/routes.tsx'
import { passkeys } from './identity/passkeys/routes.tsx'
import { recovery } from './identity/recovery/routes.tsx'
import { registration } from './identity/registration/routes.tsx'
import { secondStep } from './identity/second-step/routes.tsx'
import { settings } from './identity/settings/routes.tsx'
import { signIn } from './identity/sign-in/routes.tsx'
import { signInSecondStep } from './identity/sign-in/second-step/routes.tsx'
import { termsUpdate } from './identity/sign-in/terms/routes.tsx'
import { info } from './info/routes.tsx'
import { fhir } from './integrations/fhir/routes.tsx'
import { hl7 } from './integrations/hl7/routes.tsx'
import { labDesk } from './labs/desk/routes.tsx'
import { reportFiles } from './labs/files/routes.tsx'
import { labHistory } from './labs/history/routes.tsx'
import { labs } from './labs/routes.tsx'
import { resultTiming } from './labs/timing/routes.tsx'
import { announcements } from './messages/announcements/routes.tsx'
import { messageCase } from './messages/case/routes.tsx'
import { messageFigures } from './messages/figures/routes.tsx'
import { messageFiles } from './messages/files/routes.tsx'
import { staffNotes } from './messages/notes/routes.tsx'
import { messageQueue } from './messages/queue/routes.tsx'
import { quickReplies } from './messages/quick-replies/routes.tsx'
import { messages } from './messages/routes.tsx'
import { messageSearch } from './messages/search/routes.tsx'
import { startingThreads } from './messages/starting/routes.tsx'
import { withdrawal } from './messages/withdrawal/routes.ts'
import { messageWork } from './messages/work-items/routes.tsx'
import { writing } from './messages/writing/routes.tsx'
import { notifications } from './outbox/notifications/routes.tsx'
import { mailReports } from './outbox/reports/routes.ts'
import { unsubscribe } from './outbox/unsubscribe/routes.tsx'
import { accessHistory } from './patients/history/routes.tsx'
import { manageUsers } from './patients/users/routes.tsx'
import { record } from './record/routes.tsx'
import { resources } from './resources/routes.tsx'
import { staffAccounts } from './staff/accounts/routes.tsx'
import { staffAppointments } from './staff/appointments/routes.tsx'
import { auditLog } from './staff/audit/routes.tsx'
import { staffDashboard } from './staff/dashboard/routes.tsx'
import { staffDetails } from './staff/details/routes.tsx'
import { staffFeeds } from './staff/feeds/routes.tsx'
import { staffHealth } from './staff/health/routes.tsx'
import { invitationDesk } from './staff/invitation-desk/routes.tsx'
import { invitationRounds } from './staff/invitation-rounds/routes.tsx'
import { staffInvitations } from './staff/invitations/routes.tsx'
import { staffLocks } from './staff/locks/routes.tsx'
import { staffMail } from './staff/mail/routes.tsx'
import { staffMerges } from './staff/merges/routes.tsx'
import { staffPatient } from './staff/patient/routes.tsx'
import { staffPatients } from './staff/patients/routes.tsx'
import { practiceCategories } from './staff/practice/categories/routes.tsx'
import { practiceHolidays } from './staff/practice/holidays/routes.tsx'
import { practiceQueues } from './staff/practice/queues/routes.tsx'
import { practiceSettings } from './staff/practice/routes.tsx'
import { recipients } from './staff/recipients/routes.tsx'
import { staffRosters } from './staff/rosters/routes.tsx'
import { unmatchedDesk } from './staff/unmatched/routes.tsx'
import { staffUploads } from './staff/uploads/routes.tsx'
import { viewing } from './staff/viewing/routes.tsx'
import { systemPage } from './system-page.tsx'
import { assets } from './web/assets.generated.ts'
import { logError, newReference, writeLog } from './web/log.ts'
import { page } from './web/page.tsx'
import type { Routes } from './web/routes.ts'

/** What is mounted, in order: a literal path before the pattern that would also match it. */
export const slices: Routes[] = [
  signIn,
  signInSecondStep,
  termsUpdate,
  confirm,
  settings,
  credentials,
  passkeys,
  secondStep,
  devices,
  notifications,
  unsubscribe,
  manageUsers,
  accessHistory,
  record,
  kept,
  recovery,
  registration,
  joining,
  dev,
  announcements,
  messageFiles,
  writing,
  withdrawal,
  messageSearch,
  messages,
  messageQueue,
  messageFigures,
  startingThreads,
  messageCase,
  messageWork,
  staffNotes,
  quickReplies,
  recipients,
  staffDashboard,
  staffHealth,
  staffPatients,
  staffPatient,
  staffDetails,
  invitationDesk,
  invitationRounds,
  staffRosters,
  staffInvitations,
  practiceSettings,
  practiceHolidays,
  practiceCategories,
  practiceQueues,
  staffAccounts,
  staffAppointments,
  auditLog,
  staffLocks,
  staffMerges,
  viewing,
  staffMail,
  unmatchedDesk,
  staffUploads,
  staffFeeds,
  appointments,
  appointmentCalendars,
  appointmentChanges,
  treatmentDays,
  labs,
  labHistory,
  reportFiles,
  resultTiming,
  labDesk,
  resources,
  home,
  info,
  fhir,
  hl7,
  mailReports,
]

// One router, the one that is ready at once: Hono's own choice of routers is 2 kB more and builds its table at the first request.
export const app = new Hono<Env>({ router: new TrieRouter() })

// Components find their words and the nonce by it.
app.use(contextStorage())

app.use(async function logRequest(c, next) {
  c.set('requestId', newReference())
  const began = Date.now()
  await countingTrips(async (trips) => {
    await next()
    writeLog(c, { ms: Date.now() - began, trips: trips() })
  })
})

// What people attach must never run, not even in a frame of its own. Outside secureHeaders, which has its own policy for pages.
// What is shown inline is a PDF by its content: the browser's own reader draws it, and refuses to in a sandbox.
app.use(async function sandboxFiles(c, next) {
  await next()
  const disposition = c.res.headers.get('Content-Disposition')
  if (!disposition) return
  const isInline = disposition.startsWith('inline')
  c.header(
    'Content-Security-Policy',
    isInline
      ? "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
      : "default-src 'none'; sandbox"
  )
})

app.use(
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", NONCE],
      styleSrc: ["'self'", assets.entryCssHash],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    strictTransportSecurity: 'max-age=63072000; includeSubDomains; preload',
    xFrameOptions: 'DENY',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
    removePoweredBy: true,
  })
)

app.use(page)

app.use(async function openRequest(c, next) {
  checkSettings(c.env)
  c.set('now', new Date())
  c.set('db', connect(c.env.DB, deviceOf(c.req.header('User-Agent') ?? null)))
  await next()
  c.header('Cache-Control', 'no-store')
  await c.var.db.settle()
})

app.use(finishWhenTaken)

for (const slice of slices) slice.mount(app)

// A known address asked in a way it does not know. What is there for development alone stays unknown.
for (const [path, methods] of Map.groupBy(
  slices.flatMap((slice) => slice.table).filter(({ access }) => access !== 'development'),
  ({ path }) => path
))
  app.all(path, (c) => {
    c.header(
      'Allow',
      methods.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
    )
    return systemPage(c, 405)
  })

app.notFound((c) => systemPage(c, 404))

app.onError(async (error, c) => {
  if (error instanceof HTTPException) return systemPage(c, error.status)
  logError(
    {
      requestId: c.var.requestId,
      route: c.req.routePath,
      ...(error instanceof WrongSettings ? { what: error.message } : {}),
    },
    error
  )
  return systemPage(c, isAway(error) ? 503 : 500)
})
