import { app } from './app.tsx'
import { connect } from './db/client.ts'
import type { Bindings } from './env.ts'
import { queueReminders } from './identity/invitation/store.ts'
import { mailWriters } from './mails.ts'
import { deliverDue, fullLoad } from './outbox/deliver.ts'

const clock = () => new Date()

export default {
  fetch: app.fetch,

  /** The outbox was written to: send what is due. */
  async queue(_batch, env) {
    const taken = await deliverDue(env, mailWriters, clock)
    if (taken === fullLoad) await env.OUTBOX.send({ id: 'due' })
  },

  /** Each minute: what the queue missed. */
  async scheduled(_controller, env) {
    await queueReminders(connect(env.DB), clock())
    await deliverDue(env, mailWriters, clock)
  },
} satisfies ExportedHandler<Bindings>
