import { localDate } from '../i18n/format.ts'

/** Which greeting fits an hour of the day, 0 to 23. */
export const dayPart = (hour: number) => (hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening')

/** Today's visits; when there are none, the next one alone. */
export function nextUp<Row extends { startsAt: Date }>(rows: Row[], now: Date, timeZone: string) {
  const day = localDate(now, timeZone)
  const today = rows.filter(({ startsAt }) => localDate(startsAt, timeZone) === day)
  return today.length > 0 ? { isToday: true, visits: today } : { isToday: false, visits: rows.slice(0, 1) }
}
