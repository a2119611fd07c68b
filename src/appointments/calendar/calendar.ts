import type { appointments } from '../../db/schema.ts'

type Stop = Pick<
  typeof appointments.$inferSelect,
  | 'id'
  | 'startsAt'
  | 'endsAt'
  | 'arriveAt'
  | 'status'
  | 'sequence'
  | 'createdAt'
  | 'changedAt'
  | 'cancelledAt'
>

/** What stands in a calendar: neutral words alone, because calendars are shared, synced and shown on lock screens. */
export type CalendarWords = {
  title: string
  details: string
  arriveBy: (at: Date) => string
}

type About = { words: CalendarWords; method: 'PUBLISH' | 'CANCEL' }

const stamp = (at: Date) => at.toISOString().replace(/[-:]|\.\d{3}/g, '')

/** TEXT of RFC 5545, 3.3.11: backslash, semicolon, comma and line ends are escaped; control characters go. */
const text = (value: string) =>
  value
    .replace(/[\\;,]/g, (mark) => `\\${mark}`)
    .replaceAll('\n', '\\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a calendar
    .replace(/[\u0000-\u001f\u007f]/g, '')

const encoder = new TextEncoder()

/** Lines of at most 75 octets, folded between characters (RFC 5545, 3.1). */
export function fold(line: string) {
  const lines: string[] = []
  let current = ''
  let size = 0
  for (const character of line) {
    const octets = encoder.encode(character).length
    // A continued line begins with a space, which counts.
    if (size + octets > 75) {
      lines.push(current)
      current = ' '
      size = 1
    }
    current += character
    size += octets
  }
  return [...lines, current].join('\r\n')
}

/** The same appointment in every calendar, for ever, also when the portal moves to another domain. */
const uidOf = (id: string) => `${id}@appointments.invalid`

/** The newest thing that happened to an appointment: when this version of it was made. */
const versionOf = ({ createdAt, changedAt, cancelledAt }: Stop) =>
  new Date(Math.max(createdAt.getTime(), changedAt?.getTime() ?? 0, cancelledAt?.getTime() ?? 0))

function eventOf(stop: Stop, { words }: About) {
  const { startsAt, endsAt, arriveAt, status, sequence } = stop
  const ends = endsAt && endsAt > startsAt ? [`DTEND:${stamp(endsAt)}`] : []
  const description = [arriveAt && words.arriveBy(arriveAt), words.details].filter(Boolean).join('\n')
  const state = status === 'cancelled' ? 'CANCELLED' : status === 'pending' ? 'TENTATIVE' : 'CONFIRMED'
  return [
    'BEGIN:VEVENT',
    `UID:${uidOf(stop.id)}`,
    `DTSTAMP:${stamp(versionOf(stop))}`,
    `DTSTART:${stamp(startsAt)}`,
    ...ends,
    `SEQUENCE:${sequence}`,
    `STATUS:${state}`,
    `SUMMARY:${text(words.title)}`,
    `DESCRIPTION:${text(description)}`,
    'CLASS:PRIVATE',
    'END:VEVENT',
  ]
}

/** An iCalendar file (RFC 5545) of appointments, times in UTC: no calendar can get the zone wrong. */
export function calendarOf(stops: Stop[], about: About) {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//CareSpace//Calendar//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${about.method}`,
    ...stops.flatMap((stop) => eventOf(stop, about)),
    'END:VCALENDAR',
  ]
  return `${lines.map(fold).join('\r\n')}\r\n`
}
