import { AsyncLocalStorage } from 'node:async_hooks'

const counted = new AsyncLocalStorage<{ trips: number }>()

/** Does some work and lets it ask, at any moment, how often the database was asked on its behalf. */
export const countingTrips = <T>(work: (trips: () => number) => T): T => {
  const count = { trips: 0 }
  return counted.run(count, () => work(() => count.trips))
}

/** The database is asked once more. */
export const noteTrip = () => {
  const count = counted.getStore()
  if (count) count.trips++
}
