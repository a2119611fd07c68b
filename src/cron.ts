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
import { type JobName, timetable } from './jobs/timetable.ts'
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

/** How each job of the timetable is done. */
const runs: Record<JobName, Job['run']> = {
  'invitation-reminders': (env, clock) => queueReminders(dbOf(env), clock()),
  'appointment-reminders': (env, clock) => queueAppointmentReminders(dbOf(env), clock()),
  announcements: (env, clock) => sendAnnouncements(dbOf(env), clock()),
  'named-messages': (env, clock) =>
    refileNamed(
      { db: dbOf(env), files: env.FILES, now: clock(), requestId: newId() },
      env.ENVIRONMENT === 'production'
    ),
  'result-notices': (env, clock) => queueResultNotices(dbOf(env), clock()),
  'invitation-rounds': (env, clock) => continueRounds(dbOf(env), env.TOKEN_KEY, clock()),
  canary: async (env, clock) => {
    const db = dbOf(env)
    const [first, ...rest] = queueCanary(db, env, clock())
    if (first) await db.batch([first, ...rest])
  },
  mail: (env, clock) => deliverDue(env, mailWriters, clock),
  'unread-messages': (env, clock) => remindOfUnread(dbOf(env), clock()),
  'audit-seals': async (env, clock) => {
    const db = dbOf(env)
    await sealAudit(db, env.TOKEN_KEY, clock())
    await keepHead(db, env.FILES)
  },
  'old-sign-ins': (env, clock) => {
    const db = dbOf(env)
    return db.batch([
      sweepThrottles(db, clock()),
      sweepSessions(db, clock()),
      sweepTrust(db, clock()),
      sweepChallenges(db, clock()),
    ])
  },
  'old-links': (env, clock) => {
    const db = dbOf(env)
    return db.batch([sweepEmailChanges(db, clock()), ...sweepResets(db, clock())])
  },
  'old-forms': (env, clock) => {
    const db = dbOf(env)
    return db.batch([sweepKept(db, clock()), ...sweepDrafts(db, clock())])
  },
  'removed-files': (env) => sweepFiles(dbOf(env), env.FILES),
  'old-bodies': (env, clock) => sweepBodies(dbOf(env), env.FILES, clock()),
  'old-lists': (env, clock) => sweepRosters(dbOf(env), env.FILES, clock()),
  'lost-files': (env, clock, mark) => sweepOrphans(dbOf(env), env.FILES, mark, clock()),
  'old-notes': (env, clock) => dbOf(env).batch([...sweepNotes(dbOf(env), clock())]),
}

export const jobs: Job[] = timetable.map((job) => ({ ...job, run: runs[job.name] }))
