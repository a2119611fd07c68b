import type { OfficeHours } from '../db/schema.ts'
import { localDate } from '../i18n/format.ts'

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

/**
 * The moment a clock on the wall of the zone shows a time. A time that comes twice means the first; one the spring
 * change skips means as long after the change.
 */
function instant(date: string, time: string, timeZone: string) {
  const wall = Date.parse(`${date}T${time}:00Z`)
  const before = wall - offset(wall - day, timeZone)
  if (before + offset(before, timeZone) === wall) return before
  const after = wall - offset(wall + day, timeZone)
  return after + offset(after, timeZone) === wall ? after : before
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds the zone's clocks are ahead of UTC at that moment. */
function offset(at: number, timeZone: string) {
  let clock = clocks.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    clocks.set(timeZone, clock)
  }
  const shown = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const wall = Date.parse(`${shown.year}-${shown.month}-${shown.day}T${shown.hour}:${shown.minute}:00Z`)
  return wall - Math.floor(at / 60_000) * 60_000
}
