import type { Format } from '../../i18n/format.ts'
import type { Dictionary } from '../../i18n/text.ts'
import { judge, numberOf } from '../observation.ts'
import type { Point } from './trend.ts'

/** A spreadsheet must not run what a laboratory sent: what could begin a formula begins with an apostrophe instead. */
const cell = (text: string | null) => {
  const said = text ?? ''
  const isFormula = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(said) && numberOf(said) === null
  return `"${(isFormula ? `'${said}` : said).replaceAll('"', '""')}"`
}

/** The results of a test, newest first, values exactly as sent: UTF-8 with the mark that spreadsheets ask for, CRLF. */
export function csvOf(points: Point[], t: Dictionary['labs'], format: Format) {
  const head = [...t.trend.columns]
  const rows = points
    .toReversed()
    .map((point) => [
      format.numericDate(point.collectedAt),
      format.time(point.collectedAt),
      point.name,
      point.code,
      point.value,
      point.unit,
      point.rangeLow,
      point.rangeHigh,
      point.rangeText,
      point.flag,
      t.judgement[judge(point)],
      point.previousValue,
      point.method,
      point.laboratory,
    ])
  return `\ufeff${[head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`
}
