import { instant } from '../../i18n/wall-clock.ts'
import { dateOf, momentOf } from '../hl7/time.ts'

const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/
const shortYear = /^(\d{1,2}\/\d{1,2})\/(\d\d)$/
const clock = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([AP])?\.?M?\.?\s*(Z|[+-]\d\d:?\d\d)?$/i

/** A date as spreadsheets write it, `YYYY-MM-DD`: ISO, month/day/year as in the United States, or digits alone. */
export function dateIn(sent: string): string | null {
  const [, month = '', day = '', year] = american.exec(sent) ?? []
  return dateOf(year ? `${year}${month.padStart(2, '0')}${day.padStart(2, '0')}` : sent)
}

/**
 * A moment as spreadsheets write it. Without a zone it is what a clock on the practice's wall showed; a bare day is taken
 * at 18:00 UTC, the same day on every wall in the United States.
 */
export function momentIn(sent: string, zone: string): Date | null {
  const digits = momentOf(sent, zone)
  if (digits) return digits
  const [day = '', ...rest] = sent.trim().split(/[ T]+/)
  // A sample is of our century; a birth date with two digits could be of either.
  const date = dateIn(day.replace(shortYear, '$1/20$2'))
  if (!date) return null
  if (rest.length === 0) return new Date(`${date}T18:00:00Z`)
  const [, hours = '', minutes = '', seconds = '0', half, offset] = clock.exec(rest.join(' ')) ?? []
  const hour = half ? (Number(hours) % 12) + (half.toUpperCase() === 'P' ? 12 : 0) : Number(hours)
  if (hours === '' || hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  if (half && Number(hours) > 12) return null
  const at = `${String(hour).padStart(2, '0')}:${minutes}`
  if (!offset) return new Date(instant(date, at, zone) + Number(seconds) * 1000)
  const made = new Date(
    `${date}T${at}:${seconds.padStart(2, '0')}${offset.replace(/(\d\d)(\d\d)$/, '$1:$2').toUpperCase()}`
  )
  return Number.isNaN(made.getTime()) ? null : made
}
