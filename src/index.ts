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

/** What cannot be prepared holds up neither the rest nor any mail: it fails loudly once everything else is on its way. */
async function sendAll(env: Bindings) {
  const db = connect(env.DB)
  const failures: unknown[] = []
  for (const prepare of [
    () => sendAnnouncements(db, clock()),
    () => queueResultNotices(db, clock()),
    () => continueRounds(db, env.TOKEN_KEY, clock()),
  ])
    await prepare().catch((error: unknown) => failures.push(error))
  const taken = await deliverDue(env, mailWriters, clock)
  if (failures.length > 0) throw failures[0]
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
