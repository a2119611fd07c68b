import { instant } from '../../i18n/wall-clock.ts'

const time = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)?(\d\d)?(?:\.\d+)?)?([+-]\d{4})?$/
const dashed = /^\d{4}-\d\d-\d\d$/

/** A date of HL7 (or of ISO, which some send) that is whole and real: `YYYY-MM-DD`. */
export function dateOf(sent: string | null): string | null {
  const digits = dashed.test(sent ?? '') ? sent?.replaceAll('-', '') : sent
  const [, year, month, day] = time.exec(digits ?? '') ?? []
  const date = `${year}-${month}-${day}`
  const made = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(made.getTime()) && made.toISOString().startsWith(date) ? date : null
}

/**
 * A moment of HL7. Without a zone it is what a clock on the sender's wall showed; a bare day is taken at 18:00 UTC, the
 * same day on every wall in the United States. Years and months alone are no moment.
 */
export function momentOf(sent: string | null, zone: string): Date | null {
  const date = dateOf(sent)
  const [, , , , hour, minute = '00', second = '00', offset] = time.exec(sent ?? '') ?? []
  if (!date) return null
  if (hour === undefined) return new Date(`${date}T18:00:00Z`)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  if (!offset) return new Date(instant(date, `${hour}:${minute}`, zone) + Number(second) * 1000)
  const made = new Date(`${date}T${hour}:${minute}:${second}${offset.slice(0, 3)}:${offset.slice(3)}`)
  return Number.isNaN(made.getTime()) ? null : made
}
