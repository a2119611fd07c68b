import { localDate } from '../i18n/format.ts'

/** Which greeting fits an hour of the day, 0 to 23. */
export const dayPart = (hour: number) => (hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening')

/** Today's visits; when there are none, the next one alone, and how many follow it on its day. */
export function nextUp<Row extends { startsAt: Date }>(rows: Row[], now: Date, timeZone: string) {
  const day = localDate(now, timeZone)
  const today = rows.filter(({ startsAt }) => localDate(startsAt, timeZone) === day)
  if (today.length > 0) return { isToday: true, visits: today, more: 0 }
  const [next, ...later] = rows
  if (!next) return { isToday: false, visits: [], more: 0 }
  const itsDay = localDate(next.startsAt, timeZone)
  const more = later.filter(({ startsAt }) => localDate(startsAt, timeZone) === itsDay).length
  return { isToday: false, visits: [next], more }
}
