import { connect } from '../db/client.ts'
import { newId } from '../db/id.ts'
import type { Bindings } from '../env.ts'
import { kindOfError, logError } from '../web/log.ts'
import { isDue, type Job } from './job.ts'
import { beginRun, endRun } from './store.ts'

/**
 * Runs every job whose turn has come, each apart: one that fails is written down and stops none of those after it. Fails
 * itself once all are through if one of them did, so that the platform's own figures show it too.
 */
export async function runDue(jobs: readonly Job[], env: Bindings, at: Date, clock: () => Date) {
  const failed: string[] = []
  for (const job of jobs) if (isDue(job, at) && !(await runJob(job, env, clock))) failed.push(job.name)
  if (failed.length > 0) throw new Error(`Jobs failed: ${failed.join(', ')}`)
}

/** Whether it went well and is written down; one that another invocation is at already is left to it. */
async function runJob(job: Job, env: Bindings, clock: () => Date) {
  const db = connect(env.DB)
  const id = newId()
  const unwritten = (error: unknown) =>
    logError({ what: 'a run could not be written down', kind: job.name }, error)

  let begun: Awaited<ReturnType<typeof beginRun>>
  try {
    begun = await beginRun(db, job.name, id, clock())
    if (!begun) return true
  } catch (error) {
    // It takes place all the same: mail matters more than the list of what ran.
    unwritten(error)
  }
  let failure: string | null = null
  let mark: unknown = null
  try {
    mark = await job.run(env, clock, begun?.mark ?? null)
  } catch (error) {
    failure = kindOfError(error)
    logError({ what: 'a job failed', kind: job.name }, error)
  }
  if (!begun) return false
  try {
    await endRun(db, id, { failure, mark: typeof mark === 'string' ? mark : null }, clock())
  } catch (error) {
    unwritten(error)
    return false
  }
  return failure === null
}
