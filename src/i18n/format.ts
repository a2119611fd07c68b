import type { Language } from './text.ts'

const locales: Record<Language, string> = { en: 'en-US', es: 'es-US' }

const shapes = {
  weekday: { weekday: 'short' },
  dayName: { weekday: 'long' },
  day: { day: 'numeric' },
  month: { month: 'short' },
  date: { month: 'long', day: 'numeric', year: 'numeric' },
  shortDate: { month: 'short', day: 'numeric', year: 'numeric' },
  longDate: { weekday: 'long', month: 'long', day: 'numeric' },
  fullDate: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  zone: { timeZoneName: 'short' },
  /** 00 to 23. */
  hour: { hour: '2-digit', hourCycle: 'h23' },
  numericDate: { month: '2-digit', day: '2-digit', year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

export type Format = Record<keyof typeof shapes, (at: Date) => string> & {
  /** "Friday, November 20, 4:05 p.m. CST" */
  moment: (at: Date) => string
  /** A calendar date `YYYY-MM-DD`, which has no time zone and must never shift. */
  calendarDate: (date: string) => string
  numericCalendarDate: (date: string) => string
  /**
   * The day someone was born, `YYYY-MM-DD`: "06/14/1960", "14 jun 1960". Staff tell patients apart by it, and 04/03 is
   * April where the month comes first.
   */
  birthDate: (date: string) => string
  fullCalendarDate: (date: string) => string
  /** A time on the wall, `HH:MM`, of any day. */
  wallTime: (time: string) => string
  /** The name of a weekday, 0 for Sunday. */
  dayOfWeek: (day: number) => string
  number: (value: number) => string
  /** Bytes as people say them: "340 KB", "2.1 MB". */
  fileSize: (bytes: number) => string
}

const known = new Map<string, Format>()

/** Formatters are dear to make, so each language and zone keeps its own. */
export function formatFor(language: Language, timeZone: string): Format {
  const key = `${language} ${timeZone}`
  const found = known.get(key)
  if (found) return found

  const locale = locales[language]
  const makers = new Map<string, Intl.DateTimeFormat>()
  const formatter = (shape: keyof typeof shapes, zone = timeZone) => {
    const id = `${shape} ${zone}`
    let made = makers.get(id)
    if (!made) {
      made = new Intl.DateTimeFormat(locale, { ...shapes[shape], timeZone: zone })
      makers.set(id, made)
    }
    return made
  }
  const say = (shape: keyof typeof shapes) => (at: Date) => plainTime(formatter(shape).format(at))
  const zone = (at: Date) =>
    formatter('zone')
      .formatToParts(at)
      .find((part) => part.type === 'timeZoneName')?.value ?? ''
  const calendar = (shape: keyof typeof shapes) => (date: string) =>
    formatter(shape, 'UTC').format(new Date(`${date}T00:00:00Z`))
  const numbers = new Intl.NumberFormat(locale)
  const sized = (unit: 'KB' | 'MB', value: number) =>
    `${new Intl.NumberFormat(locale, { maximumFractionDigits: unit === 'MB' ? 1 : 0 }).format(value)} ${unit}`

  const format: Format = {
    ...(Object.fromEntries(
      Object.keys(shapes).map((shape) => [shape, say(shape as keyof typeof shapes)])
    ) as Record<keyof typeof shapes, (at: Date) => string>),
    zone,
    moment: (at) => `${say('longDate')(at)}, ${say('time')(at)} ${zone(at)}`,
    calendarDate: calendar('date'),
    numericCalendarDate: calendar('numericDate'),
    birthDate: calendar(language === 'en' ? 'numericDate' : 'shortDate'),
    fullCalendarDate: calendar('fullDate'),
    wallTime: (time) => plainTime(formatter('time', 'UTC').format(new Date(`2023-01-01T${time}:00Z`))),
    dayOfWeek: (day) => formatter('dayName', 'UTC').format(new Date(Date.UTC(2023, 0, 1 + day))),
    number: (value) => numbers.format(value),
    fileSize: (bytes) =>
      bytes < 1024 * 1024 ? sized('KB', Math.max(1, bytes / 1024)) : sized('MB', bytes / 1024 / 1024),
  }
  known.set(key, format)
  return format
}

/** "9:30 AM" becomes "9:30 a.m.", as Spanish writes it too; narrow spaces become plain ones. */
const plainTime = (text: string) =>
  text
    .replace(/[\u202f\u00a0]/g, ' ')
    .replace(/ AM\b/, ' a.m.')
    .replace(/ PM\b/, ' p.m.')

/** The calendar date of a moment in a zone, `YYYY-MM-DD`. */
export const localDate = (at: Date, timeZone: string) =>
  formatFor('en', timeZone)
    .numericDate(at)
    .replace(/(\d+)\/(\d+)\/(\d+)/, '$3-$1-$2')
