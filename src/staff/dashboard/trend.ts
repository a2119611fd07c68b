import { localDate } from '../../i18n/format.ts'
import { instant } from '../../i18n/wall-clock.ts'

/** What is counted by day. */
export type Series = 'came' | 'answered' | 'registered' | 'sent' | 'failed'
export type Day = { date: string; from: number; to: number }
export type Trend = { days: Day[]; counts: Partial<Record<Series, number[]>> }

export const shownDays = 14

/** The last days on the practice's calendar, today last, each from midnight to midnight: 23, 24 or 25 hours. */
export function lastDays(now: Date, timeZone: string): Day[] {
  const [year = 0, month = 0, day = 0] = localDate(now, timeZone).split('-').map(Number)
  const dates = Array.from({ length: shownDays + 1 }, (_, i) =>
    new Date(Date.UTC(year, month - 1, day - shownDays + 1 + i)).toISOString().slice(0, 10)
  )
  const midnights = dates.map((date) => instant(date, '00:00', timeZone))
  return dates
    .slice(0, shownDays)
    .map((date, i) => ({ date, from: midnights[i] ?? 0, to: midnights[i + 1] ?? 0 }))
}

/** The height of a picture of bars, and the width that each day has in it. */
export const picture = { height: 40, day: 10 }

/** The outline of a row of bars: `place` of `of` bars that stand side by side in each day. */
export function barsPath(counts: number[], most: number, place: number, of: number) {
  const width = 8 / of
  return counts
    .map((count, day) => {
      const height = Math.round((count / most) * (picture.height - 2) * 10) / 10
      const x = day * picture.day + 1 + place * width
      return count > 0 ? `M${x} ${picture.height}v-${height}h${width - 0.5}v${height}z` : ''
    })
    .join('')
}
