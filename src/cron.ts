import { queueAppointmentReminders } from './appointments/reminders/store.ts'
import { keepHead, sealAudit } from './audit/sealing.ts'
import { connect } from './db/client.ts'
import { newId } from './db/id.ts'
import type { Bindings } from './env.ts'
import { sweepEmailChanges } from './identity/credentials/store.ts'
import { queueReminders } from './identity/invitation/store.ts'
import { sweepKept } from './identity/kept/store.ts'
import { sweepChallenges } from './identity/passkeys/store.ts'
import { sweepResets } from './identity/recovery/store.ts'
import { sweepSessions, sweepTrust } from './identity/store.ts'
import { sweepThrottles } from './identity/throttle.ts'
import { refileNamed } from './integrations/refiling.ts'
import type { Job } from './jobs/job.ts'
import { sweepBodies, sweepNotes, sweepOrphans, sweepRosters } from './jobs/retention/store.ts'
import { queueResultNotices } from './labs/notices/store.ts'
import { mailWriters } from './mails.ts'
import { sendAnnouncements } from './messages/announcements/store.ts'
import { sweepFiles } from './messages/files/store.ts'
import { remindOfUnread } from './messages/unread/store.ts'
import { sweepDrafts } from './messages/writing/store.ts'
import { queueCanary } from './outbox/canary/store.ts'
import { deliverDue } from './outbox/deliver.ts'
import { continueRounds } from './staff/invitation-rounds/store.ts'

const dbOf = (env: Bindings) => connect(env.DB)

/** What runs by the clock, in this order: what makes mails comes before what sends them, and tidying comes last. */
export const jobs = [
  {
    // Those who have had an invitation for two days and have not registered.
    name: 'invitation-reminders',
    every: 'minute',
    run: (env, clock) => queueReminders(dbOf(env), clock()),
  },
  {
    // Three days and one day before.
    name: 'appointment-reminders',
    every: 'minute',
    run: (env, clock) => queueAppointmentReminders(dbOf(env), clock()),
  },
  {
    // Conversations of an announcement that someone has started.
    name: 'announcements',
    every: 'minute',
    run: (env, clock) => sendAnnouncements(dbOf(env), clock()),
  },
  {
    // Messages that waited with a number which someone has named a patient by.
    name: 'named-messages',
    every: 'minute',
    run: (env, clock) =>
      refileNamed(
        { db: dbOf(env), files: env.FILES, now: clock(), requestId: newId() },
        env.ENVIRONMENT === 'production'
      ),
  },
  {
    // Mails that there is a result to read.
    name: 'result-notices',
    every: 'minute',
    run: (env, clock) => queueResultNotices(dbOf(env), clock()),
  },
  {
    // Rounds of invitations whose page nobody keeps open.
    name: 'invitation-rounds',
    every: 'minute',
    run: (env, clock) => continueRounds(dbOf(env), env.TOKEN_KEY, clock()),
  },
  {
    // A mail that only shows that mail arrives.
    name: 'canary',
    every: 'hour',
    run: async (env, clock) => {
      const db = dbOf(env)
      const [first, ...rest] = queueCanary(db, env, clock())
      if (first) await db.batch([first, ...rest])
    },
  },
  {
    // What the queue missed or could not send yet.
    name: 'mail',
    every: 'minute',
    run: (env, clock) => deliverDue(env, mailWriters, clock),
  },
  {
    // Work for the staff about messages that nobody has read.
    name: 'unread-messages',
    every: 'hour',
    run: (env, clock) => remindOfUnread(dbOf(env), clock()),
  },
  {
    // Over what was written into the audit trail since the last seal.
    name: 'audit-seals',
    every: 'hour',
    run: async (env, clock) => {
      const db = dbOf(env)
      await sealAudit(db, env.TOKEN_KEY, clock())
      await keepHead(db, env.FILES)
    },
  },
  {
    // Sessions, counted tries, trust in devices and challenges that have run out.
    name: 'old-sign-ins',
    every: 'hour',
    run: (env, clock) => {
      const db = dbOf(env)
      return db.batch([
        sweepThrottles(db, clock()),
        sweepSessions(db, clock()),
        sweepTrust(db, clock()),
        sweepChallenges(db, clock()),
      ])
    },
  },
  {
    // Links to a new password or address that have run out, with their mails.
    name: 'old-links',
    every: 'hour',
    run: (env, clock) => {
      const db = dbOf(env)
      return db.batch([sweepEmailChanges(db, clock()), ...sweepResets(db, clock())])
    },
  },
  {
    // Forms kept for someone whose session ended, and drafts nobody has touched for 90 days.
    name: 'old-forms',
    every: 'hour',
    run: (env, clock) => {
      const db = dbOf(env)
      return db.batch([sweepKept(db, clock()), ...sweepDrafts(db, clock())])
    },
  },
  {
    // Files that were taken off messages and forms.
    name: 'removed-files',
    every: 'hour',
    run: (env) => sweepFiles(dbOf(env), env.FILES),
  },
  {
    // What feeds sent, as it came, once it is older than the practice keeps it.
    name: 'old-bodies',
    every: 'hour',
    run: (env, clock) => sweepBodies(dbOf(env), env.FILES, clock()),
  },
  {
    // Lists of patients, as they came, once they are as old.
    name: 'old-lists',
    every: 'hour',
    run: (env, clock) => sweepRosters(dbOf(env), env.FILES, clock()),
  },
  {
    // Stored files that no row names.
    name: 'lost-files',
    every: 'hour',
    run: (env, clock, mark) => sweepOrphans(dbOf(env), env.FILES, mark, clock()),
  },
  {
    // Runs of these jobs, what was reported of mails, and codes to register.
    name: 'old-notes',
    every: 'hour',
    run: (env, clock) => dbOf(env).batch([...sweepNotes(dbOf(env), clock())]),
  },
] as const satisfies Job[]
export type JobName = (typeof jobs)[number]['name']
