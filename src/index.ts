import { app } from './app.tsx'
import type { Bindings } from './env.ts'

const clock = () => new Date()

/** What nobody waits for is loaded when it is first done. */
const background = () => import('./background.ts')

export default {
  fetch: app.fetch,

  /** An announcement was started, or the outbox was written to. */
  async queue(_batch, env) {
    const { sendWhatIsDue } = await background()
    await sendWhatIsDue(env, clock)
  },

  /** Each minute. */
  async scheduled({ scheduledTime }, env) {
    const { runJobs } = await background()
    await runJobs(env, new Date(scheduledTime), clock)
  },
} satisfies ExportedHandler<Bindings>
