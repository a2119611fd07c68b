import { jobs } from './cron.ts'
import { connect } from './db/client.ts'
import type { Bindings } from './env.ts'
import { runDue } from './jobs/running.ts'
import { queueResultNotices } from './labs/notices/store.ts'
import { mailWriters } from './mails.ts'
import { sendAnnouncements } from './messages/announcements/store.ts'
import { deliverDue, fullLoad } from './outbox/deliver.ts'
import { continueRounds } from './staff/invitation-rounds/store.ts'

/** Runs what is due by the clock: src/cron.ts says what. */
export const runJobs = (env: Bindings, scheduledTime: Date, clock: () => Date) =>
  runDue(jobs, env, scheduledTime, clock)

/** Sends what is due, and asks to be woken again when there is more. */
export async function sendWhatIsDue(env: Bindings, clock: () => Date) {
  const taken = await sendAll(env, clock)
  if (taken === fullLoad) await env.OUTBOX.send({ id: 'due' })
}

/** What cannot be prepared holds up neither the rest nor any mail: it fails loudly once everything else is on its way. */
async function sendAll(env: Bindings, clock: () => Date) {
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
