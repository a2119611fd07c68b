import type { Bindings } from '../env.ts'

const minute = 60_000

/** Something that runs by the clock. Running it late, twice or at once with itself must do no harm. */
export type Job = {
  name: string
  every: 'minute' | 'hour'
  /** A job that works in portions gets the mark that its last good run left, and answers with the next. */
  run: (env: Bindings, clock: () => Date, mark: string | null) => Promise<unknown>
}

/** Whether a job's turn has come at a time that cron fires at. */
export const isDue = ({ every }: Pick<Job, 'every'>, at: Date) =>
  every === 'minute' || at.getUTCMinutes() === 0

/** A run that has not ended after so long was cut off (milliseconds). */
export const lostAfter = 5 * minute

/** How long after its last good run a job is late (milliseconds): what may happen once is no news. */
const patience = { minute: 10 * minute, hour: 130 * minute }

/** What is written down of a job's runs. */
export type Told = {
  startedAt: Date | null
  endedAt: Date | null
  failure: string | null
  succeededAt: Date | null
}
export type State = 'good' | 'failed' | 'late' | 'waiting' | 'never'

/** How a job does. `cronSince`: when the first of all runs that are still written down began. */
export function stateOf(
  { every }: Pick<Job, 'every'>,
  { failure, succeededAt }: Pick<Told, 'failure' | 'succeededAt'>,
  cronSince: Date | null,
  now: Date
): State {
  const isOver = (at: Date) => now.getTime() - at.getTime() > patience[every]
  if (failure) return 'failed'
  if (succeededAt) return isOver(succeededAt) ? 'late' : 'good'
  return cronSince && !isOver(cronSince) ? 'waiting' : 'never'
}

/** Whether someone should look after it. */
export const isWrong = (state: State) => state === 'failed' || state === 'late' || state === 'never'
