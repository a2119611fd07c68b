import * as v from 'valibot'

const day = 86_400_000
const mostAtOnce = 31
const farthest = 3 * 366 * day

/** "12/25/2027" or "2027-12-25" as `YYYY-MM-DD`; undefined when there is no such day. */
export function readDate(text: string) {
  const said = text
    .trim()
    .replace(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/, (_, month, date, year) =>
      [year, month.padStart(2, '0'), date.padStart(2, '0')].join('-')
    )
  if (!/^\d{4}-\d{2}-\d{2}$/.test(said)) return undefined
  const at = Date.parse(`${said}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(said) ? said : undefined
}

const at = (date: string) => Date.parse(`${date}T00:00:00Z`)
const isDate = (text: string) => readDate(text) !== undefined
const asDate = v.transform((text: string) => readDate(text) ?? '')

/** The days from one to another, both included. */
const daysOf = (from: string, until: string) =>
  Array.from({ length: Math.round((at(until) - at(from)) / day) + 1 }, (_, i) =>
    new Date(at(from) + i * day).toISOString().slice(0, 10)
  )

/** A day to come, or several in a row; gives the days that are not on the list yet. */
export const NewHolidays = (today: string, known: string[]) =>
  v.pipe(
    v.object({
      from: v.pipe(
        v.string(),
        v.check(isDate, 'date'),
        asDate,
        v.check((date) => date >= today, 'datePast'),
        v.check((date) => at(date) <= at(today) + farthest, 'dateFar')
      ),
      until: v.pipe(
        v.string(),
        v.trim(),
        v.check((text) => text === '' || isDate(text), 'date'),
        asDate
      ),
    }),
    v.forward(
      v.partialCheck([['from'], ['until']], ({ from, until }) => until === '' || until >= from, 'untilEarly'),
      ['until']
    ),
    v.forward(
      v.partialCheck(
        [['from'], ['until']],
        ({ from, until }) => until < from || at(until) - at(from) < mostAtOnce * day,
        'untilFar'
      ),
      ['until']
    ),
    v.transform(({ from, until }) => daysOf(from, until || from).filter((date) => !known.includes(date)))
  )

/** Those to come in order, and those gone by, the latest first. */
export function sorted(holidays: string[], today: string) {
  const inOrder = holidays.toSorted()
  return {
    coming: inOrder.filter((date) => date >= today),
    past: inOrder.filter((date) => date < today).reverse(),
  }
}
