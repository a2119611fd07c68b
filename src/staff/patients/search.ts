import { seal, unseal } from '../../identity/secret.ts'
import { fold } from '../../patients/name.ts'

/** One thing that was typed: a patient fits it by a word that begins so, or by a date of birth. */
export type Term = { prefixes: string[]; birthDates: string[] }

export const longestSearch = 100
const mostTerms = 8

/** What was searched for, fit to stand in an address. */
export const sealSearch = (tokenKey: string, q: string) => seal(tokenKey, new TextEncoder().encode(q))

/** The words of a sealed search; none when it was tampered with or sealed under another key. */
export const openSearch = async (tokenKey: string, find: string | undefined) =>
  find
    ? unseal(tokenKey, find).then(
        (bytes) => new TextDecoder().decode(bytes),
        () => ''
      )
    : ''

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const monthsInSpanish: Record<string, number> = { ene: 1, abr: 4, ago: 8, dic: 12 }

const iso = /(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/g
const american = /(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/g
const monthFirst = /(\p{L}{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)/giu
const dayFirst = /(?<!\d)(\d{1,2})(?:\s+de)?\s+(\p{L}{3,})\.?,?(?:\s+del?)?\s+(\d{4})(?!\d)/giu
const phone = /(?<![\d.-])(?:\+1[\s.-]*|1[\s.-]+)?\(?(\d{3})\)?[\s.-]*(\d{3})[\s.-]*(\d{4})(?![\d-])/g

/** What is looked for: names, a record number, an e-mail, a phone, a date of birth, in any order. All must fit. */
export function readSearch(typed: string): Term[] {
  const terms: Term[] = []
  const take = (prefixes: string[], birthDates: string[] = []) => {
    const given = prefixes.filter(Boolean)
    if (given.length > 0 || birthDates.length > 0) terms.push({ prefixes: given, birthDates })
    return ' '
  }
  const date = (whole: string, dates: string[], prefixes: string[] = []) =>
    dates.length > 0 ? take(prefixes, dates) : whole

  const rest = typed
    .replace(iso, (whole, year, month, day) => date(whole, dates(year, month, day), [whole]))
    .replace(american, (whole, first, _, second, year) => {
      const monthFirst = dates(year, first, second)
      return date(whole, monthFirst.length > 0 ? monthFirst : dates(year, second, first), [whole])
    })
    .replace(monthFirst, (whole, month, day, year) => date(whole, dates(year, monthNamed(month), day)))
    .replace(dayFirst, (whole, day, month, year) => date(whole, dates(year, monthNamed(month), day)))
    .replace(phone, (whole, area, exchange, line) => take([`${area}${exchange}${line}`, whole.trim()]))

  for (const token of rest.split(/[\s,;]+/)) {
    if (token.includes('@')) take([token.toLowerCase()])
    else if (/\d/.test(token)) {
      const plain = token.toLowerCase()
      const digits = /^[\d().+-]+$/.test(token) ? token.replace(/\D/g, '') : fold(token).replaceAll(' ', '')
      take([...new Set([plain, digits])], eightDigits(token))
    } else for (const word of fold(token).split(' ')) take([word])
  }
  return terms.slice(0, mostTerms)
}

/** The longest name that was typed, where a slip of the finger can be told from another name. */
export const nameIn = (terms: Term[]) =>
  terms
    .flatMap(({ prefixes, birthDates }) => (birthDates.length === 0 ? prefixes : []))
    .filter((word) => /^\p{L}{4,40}$/u.test(word))
    .toSorted((a, b) => b.length - a.length)[0]

/** What was typed with one name in the place of another, as a name is compared. */
export const withName = (typed: string, from: string, to: string) =>
  typed
    .split(/\s+/)
    .map((word) => (fold(word) === from ? to : word))
    .join(' ')

/** The dates three numbers can mean: one, two where the century is not said, none where there is no such day. */
function dates(year: string, month: string | number, day: string): string[] {
  const years = year.length === 2 ? [`19${year}`, `20${year}`] : [year]
  return years.flatMap((each) => {
    const said = `${each}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`
    const read = new Date(`${said}T00:00:00Z`)
    return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(said) ? [said] : []
  })
}

const monthNamed = (name: string) => {
  const short = fold(name).slice(0, 3)
  return months.indexOf(short) + 1 || (monthsInSpanish[short] ?? 0)
}

/** "03271948", as it is typed on a number pad. */
const eightDigits = (token: string) =>
  /^\d{8}$/.test(token) ? dates(token.slice(4), token.slice(0, 2), token.slice(2, 4)) : []
