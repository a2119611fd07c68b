import type { Format } from '../../i18n/format.ts'
import type { Dictionary } from '../../i18n/text.ts'
import { csvLine, csvMark } from '../../web/csv.ts'
import { judge } from '../observation.ts'
import type { Point } from './trend.ts'

/** The results of a test, newest first, values exactly as sent: UTF-8 with the mark that spreadsheets ask for, CRLF. */
export function csvOf(points: Point[], t: Dictionary['labs'], format: Format) {
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
  return csvMark + csvLine(t.trend.columns) + rows.map(csvLine).join('')
}
