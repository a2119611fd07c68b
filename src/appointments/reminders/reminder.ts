import { localDate } from '../../i18n/format.ts'
import { instant } from '../../i18n/wall-clock.ts'

/** How many days before, and when on that day by the practice's clock, reminders go out. */
export const distances = [3, 1] as const
const clock = '10:00'

type Booked = { startsAt: Date; createdAt: Date; changedAt: Date | null }

const daysBefore = (day: string, count: number) =>
  new Date(Date.parse(`${day}T12:00:00Z`) - count * 86_400_000).toISOString().slice(0, 10)

/** The moment of a reminder: ten in the morning by the practice's clock, so many calendar days before. */
export const momentOfReminder = (startsAt: Date, distance: number, timeZone: string) =>
  new Date(instant(daysBefore(localDate(startsAt, timeZone), distance), clock, timeZone))

/**
 * Which reminder is due now, if any. One that is late still goes out, until the day of the next one or until the
 * appointment begins. Who learned of the appointment after that moment was told then, and needs no reminder of it.
 */
export function dueReminder({ startsAt, createdAt, changedAt }: Booked, now: Date, timeZone: string) {
  if (startsAt <= now) return undefined
  const knownSince = changedAt && changedAt > createdAt ? changedAt : createdAt
  const passed = distances.filter((distance) => momentOfReminder(startsAt, distance, timeZone) <= now)
  const last = passed.at(-1)
  const next = distances.find((distance) => last !== undefined && distance < last)
  // On the day of the next one it would be the second in a day.
  const isNextDay =
    next !== undefined && localDate(now, timeZone) === daysBefore(localDate(startsAt, timeZone), next)
  if (last === undefined || isNextDay) return undefined
  return knownSince < momentOfReminder(startsAt, last, timeZone) ? last : undefined
}
