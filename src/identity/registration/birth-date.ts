import { localDate } from '../../i18n/format.ts'

export type BirthDateField = 'month' | 'day' | 'year'
export type TypedBirthDate = Record<BirthDateField, string>
export type BirthDateFault = 'incomplete' | 'shortYear' | 'impossible' | 'future'
export type BirthDate =
  | { ok: true; date: string }
  | { ok: false; fault: BirthDateFault; field: BirthDateField }

const fields = ['month', 'day', 'year'] as const

/** Spelled as people write them in English and Spanish; three letters are enough to tell them apart. */
const months = [
  ['january', 'enero'],
  ['february', 'febrero'],
  ['march', 'marzo'],
  ['april', 'abril'],
  ['may', 'mayo'],
  ['june', 'junio'],
  ['july', 'julio'],
  ['august', 'agosto'],
  ['september', 'septiembre', 'setiembre'],
  ['october', 'octubre'],
  ['november', 'noviembre'],
  ['december', 'diciembre'],
]
/** Nobody on earth is older (years). */
const oldest = 130

/** A date typed in three plain fields, as `YYYY-MM-DD`, or the first thing wrong with it and where. */
export function readBirthDate(typed: TypedBirthDate, now: Date, timeZone: string): BirthDate {
  const plain = (text: string) =>
    text
      .normalize('NFKC')
      .trim()
      .replace(/[.,]+$/, '')
  const [month, day, year] = fields.map((field) => plain(typed[field])) as [string, string, string]
  const empty = fields.find((field) => plain(typed[field]) === '')
  if (empty) return { ok: false, fault: 'incomplete', field: empty }
  if (/^\d{1,3}$/.test(year)) return { ok: false, fault: 'shortYear', field: 'year' }

  const today = localDate(now, timeZone)
  const monthNumber = readMonth(month)
  if (!monthNumber) return { ok: false, fault: 'impossible', field: 'month' }
  if (!/^\d{4}$/.test(year) || Number(year) < Number(today.slice(0, 4)) - oldest)
    return { ok: false, fault: 'impossible', field: 'year' }
  const dayNumber = /^\d{1,2}$/.test(day) ? Number(day) : 0
  const daysInMonth = new Date(Date.UTC(Number(year), monthNumber, 0)).getUTCDate()
  if (dayNumber < 1 || dayNumber > daysInMonth) return { ok: false, fault: 'impossible', field: 'day' }

  const date = `${year}-${String(monthNumber).padStart(2, '0')}-${String(dayNumber).padStart(2, '0')}`
  return date > today ? { ok: false, fault: 'future', field: 'year' } : { ok: true, date }
}

/** 1 to 12; undefined when it is neither a number nor the beginning of a month's name. */
function readMonth(typed: string) {
  if (/^\d{1,2}$/.test(typed)) return Number(typed) >= 1 && Number(typed) <= 12 ? Number(typed) : undefined
  const word = typed.toLowerCase()
  if (word.length < 3) return undefined
  const index = months.findIndex((names) => names.some((name) => name.startsWith(word)))
  return index < 0 ? undefined : index + 1
}
