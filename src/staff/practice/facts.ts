import * as v from 'valibot'
import { type OfficeHours, preliminaryRules, reportKinds } from '../../db/schema.ts'
import { formatFor } from '../../i18n/format.ts'
import type { Language } from '../../i18n/text.ts'
import type { Practice } from '../../identity/visit.ts'
import { dangerWords } from '../../messages/danger.ts'
import { paths } from '../../paths.ts'
import { fold } from '../../patients/name.ts'
import type { Act } from './change.ts'

export const timeZones = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
]

/** One line as it is kept: what cannot be seen is not kept, blanks in a row are one. */
const line = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .replace(/\p{Bidi_Control}/gu, '')
      .trim()
  )
)
const says = (text: string) => /[\p{L}\p{N}]/u.test(text)
const within = (limit: number) => (text: string) => [...text].length <= limit

/** A required line of at most so many characters. */
export const lineOf = (limit: number, missing: string, tooLong: string) =>
  v.pipe(line, v.check(says, missing), v.check(within(limit), tooLong))

/** Text of several lines that may be left out. */
export const linesOf = (limit: number, tooLong: string) =>
  v.pipe(
    v.string(),
    v.transform((text) => (/[\p{L}\p{N}]/u.test(text) ? text.trim() : '')),
    v.check(within(limit), tooLong)
  )

const phone = v.pipe(
  line,
  v.regex(/^[\d\s().+-]{10,20}$/, 'phone'),
  v.transform((text) => text.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '')),
  v.regex(/^[2-9]\d{9}$/, 'phone'),
  v.transform((digits) => digits.replace(/(...)(...)(....)/, '($1) $2-$3'))
)

const Contact = v.object({
  name: lineOf(80, 'nameMissing', 'nameLong'),
  phone,
  address: lineOf(200, 'addressMissing', 'addressLong'),
  timeZone: v.picklist(timeZones, 'timeZone'),
})

const whole = (least: number, most: number, wrong: string) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{1,4}$/, wrong),
    v.transform(Number),
    v.minValue(least, wrong),
    v.maxValue(most, wrong)
  )

/** "8 a.m.", "5:30 PM", "17:00", "noon" as `HH:MM`. Hours that could be morning or evening are not guessed. */
export function readTime(text: string) {
  const said = text.trim().toLowerCase().replaceAll(' ', ' ')
  if (said === 'noon' || said === 'mediodía' || said === 'mediodia') return '12:00'
  const [, hours = '', minutes = '00', half] =
    said.match(/^(\d{1,2})(?::(\d{2}))?\s*(?:([ap])\s*\.?\s*(?:m\.?)?)?$/) ?? []
  const hour = Number(hours)
  if (hours === '' || Number(minutes) > 59) return undefined
  const written = (value: number) => `${String(value).padStart(2, '0')}:${minutes}`
  if (half) return hour >= 1 && hour <= 12 ? written((hour % 12) + (half === 'p' ? 12 : 0)) : undefined
  return hour >= 13 && hour <= 23 ? written(hour) : undefined
}

/** Monday first, as a week of work is read. */
export const week = [1, 2, 3, 4, 5, 6, 0]

const Week = v.pipe(
  v.object(
    Object.fromEntries(
      week.flatMap((day) => [`open${day}`, `opens${day}`, `closes${day}`]).map((name) => [name, v.string()])
    )
  ),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    let isWrong = false
    const refuse = (key: string, message: string) => {
      isWrong = true
      addIssue({
        message,
        path: [{ type: 'object', origin: 'value', input: value, key, value: value[key] }],
      })
    }
    const hours = Array.from({ length: 7 }, (_, day): OfficeHours => {
      if (value[`open${day}`] !== 'yes') return null
      const opens = readTime(value[`opens${day}`] ?? '')
      const closes = readTime(value[`closes${day}`] ?? '')
      if (!opens) refuse(`opens${day}`, 'opens')
      if (!closes) refuse(`closes${day}`, 'closes')
      if (opens && closes && closes <= opens) refuse(`closes${day}`, 'closesEarly')
      return opens && closes ? { opens, closes } : null
    })
    if (!isWrong && hours.every((day) => day === null)) refuse('open1', 'neverOpen')
    return isWrong ? NEVER : { officeHours: hours }
  })
)

const entries = (text: string) =>
  text
    .split('\n')
    .map((entry) => entry.trim().replace(/\s+/g, ' '))
    .filter((entry) => entry !== '')

const keyOf = (entry: string) =>
  entry
    .replaceAll('…', '...')
    .split(' ')
    .map((word) => (word === '...' ? word : fold(word) + (word.endsWith('*') ? '*' : '')))
    .join(' ')
const isFirst = (entry: string, at: number, list: string[]) =>
  list.findIndex((other) => keyOf(other) === keyOf(entry)) === at

const words = v.pipe(
  v.string(),
  v.transform(entries),
  v.minLength(1, 'wordsMissing'),
  v.maxLength(200, 'wordsMany'),
  v.everyItem((entry) => within(60)(entry), 'wordLong'),
  v.everyItem((entry) => !/\*[^\s.…]/.test(entry), 'wordStar'),
  // Anything shorter stands in half of all messages.
  v.everyItem((entry) => fold(entry).length >= 3, 'wordShort'),
  v.filterItems(isFirst)
)

/** The words in force, whoever's they are. */
export const wordsOf = (practice: Practice) => practice.dangerWords ?? dangerWords

export type FactName = 'contact' | 'hours' | 'promise' | 'unread' | 'release' | 'bodies' | 'danger-words'

/** Something the practice says about itself, edited on a page of its own. */
export type Fact = {
  name: FactName
  path: (typeof paths)[keyof typeof paths]
  act: Act
  /** The columns it lies in. */
  of: (practice: Practice) => Partial<Practice>
  /** What the form holds before anyone types. */
  typed: (practice: Practice, language: Language) => Record<string, string>
  schema: v.GenericSchema<Record<string, unknown>, Partial<Practice>>
}

const Words = v.pipe(
  v.object({ en: words, es: words }),
  v.transform((dangerWords) => ({ dangerWords }))
)

export const facts: Fact[] = [
  {
    name: 'contact',
    path: paths.practiceContact,
    act: 'contact-changed',
    of: ({ name, phone, address, timeZone }) => ({ name, phone, address, timeZone }),
    typed: ({ name, phone, address, timeZone }) => ({ name, phone, address, timeZone }),
    schema: Contact,
  },
  {
    name: 'hours',
    path: paths.practiceHours,
    act: 'hours-changed',
    of: ({ officeHours }) => ({ officeHours }),
    typed: ({ officeHours }, language) => {
      const { wallTime } = formatFor(language, 'UTC')
      return Object.fromEntries(
        week.flatMap((day) => {
          const hours = officeHours[day]
          return hours
            ? [
                [`open${day}`, 'yes'],
                [`opens${day}`, wallTime(hours.opens)],
                [`closes${day}`, wallTime(hours.closes)],
              ]
            : []
        })
      )
    },
    schema: Week,
  },
  {
    name: 'promise',
    path: paths.practicePromise,
    act: 'promise-changed',
    of: ({ replyPromiseHours }) => ({ replyPromiseHours }),
    typed: ({ replyPromiseHours }) => ({ hours: String(replyPromiseHours) }),
    schema: v.pipe(
      v.object({ hours: whole(1, 80, 'promise') }),
      v.transform(({ hours }) => ({ replyPromiseHours: hours }))
    ),
  },
  {
    name: 'unread',
    path: paths.practiceUnread,
    act: 'unread-changed',
    of: ({ unreadAfterDays }) => ({ unreadAfterDays }),
    typed: ({ unreadAfterDays }) => ({ days: String(unreadAfterDays) }),
    schema: v.pipe(
      v.object({ days: whole(1, 30, 'unread') }),
      v.transform(({ days }) => ({ unreadAfterDays: days }))
    ),
  },
  {
    name: 'release',
    path: paths.practiceRelease,
    act: 'release-changed',
    of: ({ releaseHours, preliminaryResults }) => ({ releaseHours, preliminaryResults }),
    typed: ({ releaseHours, preliminaryResults }) => ({
      preliminaryResults,
      ...Object.fromEntries(reportKinds.map((kind) => [kind, String(releaseHours[kind] ?? 0)])),
    }),
    schema: v.pipe(
      v.object({
        preliminaryResults: v.picklist(preliminaryRules, 'preliminary'),
        ...v.entriesFromList(reportKinds, whole(0, 720, 'release')),
      }),
      v.transform(({ preliminaryResults, ...hours }) => ({
        preliminaryResults,
        releaseHours: Object.fromEntries(Object.entries(hours).filter(([, each]) => each > 0)),
      }))
    ),
  },
  {
    name: 'bodies',
    path: paths.practiceBodies,
    act: 'bodies-changed',
    of: ({ keepBodiesDays }) => ({ keepBodiesDays }),
    typed: ({ keepBodiesDays }) => ({ days: String(keepBodiesDays) }),
    schema: v.pipe(
      v.object({ days: whole(30, 3650, 'bodies') }),
      v.transform(({ days }) => ({ keepBodiesDays: days }))
    ),
  },
  {
    name: 'danger-words',
    path: paths.practiceDangerWords,
    act: 'danger-words-changed',
    of: ({ dangerWords }) => ({ dangerWords }),
    typed: (practice) => {
      const { en, es } = wordsOf(practice)
      return { en: en.join('\n'), es: es.join('\n') }
    },
    schema: Words,
  },
]
