import { app } from './app.tsx'
import { queueAppointmentReminders } from './appointments/reminders/store.ts'
import { sealAudit } from './audit/sealing.ts'
import { connect } from './db/client.ts'
import type { Bindings } from './env.ts'
import { sweepEmailChanges } from './identity/credentials/store.ts'
import { queueReminders } from './identity/invitation/store.ts'
import { sweepKept } from './identity/kept/store.ts'
import { sweepChallenges } from './identity/passkeys/store.ts'
import { sweepResets } from './identity/recovery/store.ts'
import { sweepSessions, sweepTrust } from './identity/store.ts'
import { sweepThrottles } from './identity/throttle.ts'
import { queueResultNotices } from './labs/notices/store.ts'
import { mailWriters } from './mails.ts'
import { sendAnnouncements } from './messages/announcements/store.ts'
import { sweepFiles } from './messages/files/store.ts'
import { remindOfUnread } from './messages/unread/store.ts'
import { sweepDrafts } from './messages/writing/store.ts'
import { queueCanary } from './outbox/canary/store.ts'
import { deliverDue, fullLoad } from './outbox/deliver.ts'
import { sweepReports } from './outbox/reports/store.ts'

const clock = () => new Date()

/** An announcement that cannot be sent holds up no mail: it fails loudly once everything else is on its way. */
async function sendAll(env: Bindings) {
  const db = connect(env.DB)
  const failure = await sendAnnouncements(db, clock())
    .then(() => queueResultNotices(db, clock()))
    .catch((error: unknown) => ({ error }))
  const taken = await deliverDue(env, mailWriters, clock)
  if (failure) throw failure.error
  return taken
}

export default {
  fetch: app.fetch,

  /** An announcement was started, or the outbox was written to: send what is due. */
  async queue(_batch, env) {
    const taken = await sendAll(env)
    if (taken === fullLoad) await env.OUTBOX.send({ id: 'due' })
  },

  /** Each minute: what the queue missed. Each hour: what has run out. */
  async scheduled({ scheduledTime }, env) {
    const db = connect(env.DB)
    await queueReminders(db, clock())
    await queueAppointmentReminders(db, clock())
    if (new Date(scheduledTime).getUTCMinutes() === 0) {
      await db.batch([
        sweepThrottles(db, clock()),
        sweepSessions(db, clock()),
        sweepTrust(db, clock()),
        sweepChallenges(db, clock()),
        sweepKept(db, clock()),
        sweepEmailChanges(db, clock()),
        ...sweepResets(db, clock()),
        ...sweepDrafts(db, clock()),
        sweepReports(db, clock()),
        ...queueCanary(db, env, clock()),
      ])
      await remindOfUnread(db, clock())
      await sealAudit(db, env.TOKEN_KEY, clock())
      await sweepFiles(db, env.FILES)
    }
    await sendAll(env)
  },
} satisfies ExportedHandler<Bindings>
