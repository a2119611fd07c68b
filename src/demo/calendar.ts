import { localDate } from '../i18n/format.ts'

export const zone = 'America/Chicago'
export const minute = 60_000
export const hour = 60 * minute
const day = 24 * hour

/** The practice's days around today: everything in the demo is told relative to the day it was made. */
export function calendar(now: Date, holidays: string[]) {
  const today = Date.parse(`${localDate(now, zone)}T00:00:00Z`)
  function isClosed(offset: number) {
    const date = new Date(today + offset * day)
    return [0, 6].includes(date.getUTCDay()) || holidays.includes(date.toISOString().slice(0, 10))
  }

  /** The nearest office day on or before `offset` days from today. */
  const officeDay = (offset: number): number => (isClosed(offset) ? officeDay(offset - 1) : offset)
  /** The nearest office day on or after `offset` days from today. */
  const nextOfficeDay = (offset: number): number => (isClosed(offset) ? nextOfficeDay(offset + 1) : offset)

  /** A wall time `HH:MM` in the practice's zone, `offset` days from today. */
  function at(offset: number, time: string) {
    const [hours = 0, minutes = 0] = time.split(':').map(Number)
    const wall = today + offset * day + hours * hour + minutes * minute
    const guess = new Date(wall + 6 * hour)
    return new Date(wall - zoneOffset(guess))
  }
  const hoursAgo = (hours: number) => new Date(now.getTime() - hours * hour)
  return { now, at, hoursAgo, officeDay, nextOfficeDay }
}
export type Calendar = ReturnType<typeof calendar>

/** Milliseconds the practice's wall clock is ahead of UTC. */
function zoneOffset(at: Date) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    timeZoneName: 'longOffset',
  }).formatToParts(at)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = name.match(/([+-])(\d\d):(\d\d)/) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * hour + Number(minutes ?? 0) * minute)
}
