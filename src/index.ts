import { app } from './app.tsx'
import { jobs } from './cron.ts'
import { connect } from './db/client.ts'
import type { Bindings } from './env.ts'
import { runDue } from './jobs/running.ts'
import { queueResultNotices } from './labs/notices/store.ts'
import { mailWriters } from './mails.ts'
import { sendAnnouncements } from './messages/announcements/store.ts'
import { deliverDue, fullLoad } from './outbox/deliver.ts'
import { continueRounds } from './staff/invitation-rounds/store.ts'

const clock = () => new Date()

/** An announcement that cannot be sent holds up no mail: it fails loudly once everything else is on its way. */
async function sendAll(env: Bindings) {
  const db = connect(env.DB)
  const failure = await sendAnnouncements(db, clock())
    .then(() => queueResultNotices(db, clock()))
    .then(() => continueRounds(db, env.TOKEN_KEY, clock()))
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

  /** Each minute: src/cron.ts says what. */
  scheduled: ({ scheduledTime }, env) => runDue(jobs, env, new Date(scheduledTime), clock),
} satisfies ExportedHandler<Bindings>
