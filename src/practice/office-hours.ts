import type { OfficeHours } from '../db/schema.ts'
import { localDate } from '../i18n/format.ts'
import { instant } from '../i18n/wall-clock.ts'

export type Hours = { officeHours: OfficeHours[]; holidays: string[]; timeZone: string }

const hour = 3_600_000
const day = 24 * hour
/** How far ahead to look for an open day: past any holiday, short of forever. */
const daysAhead = 400

/** Whether the office is open at that moment. */
export function isOpen(practice: Hours, at: Date) {
  const [today] = spans(practice, at, 1)
  return today !== undefined && today.opens <= at.getTime() && at.getTime() < today.closes
}

/** The next moment the office opens after `at`; undefined when it has no hours. */
export function nextOpening(practice: Hours, at: Date) {
  for (const { opens } of spans(practice, at)) if (opens > at.getTime()) return new Date(opens)
  return undefined
}

/** When a message that arrives at `at` must be answered: the promise counts office hours only. */
export function replyDue(practice: Hours & { replyPromiseHours: number }, at: Date) {
  let left = practice.replyPromiseHours * hour
  for (const { opens, closes } of spans(practice, at)) {
    const from = Math.max(opens, at.getTime())
    if (from >= closes) continue
    if (left <= closes - from) return new Date(from + left)
    left -= closes - from
  }
  return new Date(at.getTime() + practice.replyPromiseHours * hour)
}

/** The times the office is open, in order, from the local day of `at` on. */
function* spans({ officeHours, holidays, timeZone }: Hours, at: Date, days = daysAhead) {
  const today = Date.parse(localDate(at, timeZone))
  for (let ahead = 0; ahead < days; ahead++) {
    const midnight = new Date(today + ahead * day)
    const date = midnight.toISOString().slice(0, 10)
    const hours = officeHours[midnight.getUTCDay()]
    if (!hours || holidays.includes(date)) continue
    yield { opens: instant(date, hours.opens, timeZone), closes: instant(date, hours.closes, timeZone) }
  }
}
