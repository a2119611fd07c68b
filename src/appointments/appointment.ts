import type { appointmentKinds, appointmentStatuses } from '../db/schema.ts'
import { type Format, localDate } from '../i18n/format.ts'

export type AppointmentKind = (typeof appointmentKinds)[number]
export type AppointmentStatus = (typeof appointmentStatuses)[number]

/** Past visits on one page. */
export const pageSize = 25
/** Appointments that lie ahead, on one page. */
export const aheadSize = 30

/** What has taken place or was missed belongs to the past, even on its own day. */
export const overStatuses = ['fulfilled', 'noshow'] as const satisfies AppointmentStatus[]

const quarter = 15 * 60_000

/** The first moment of the calendar day that holds `at` in a zone; such a day has 23 to 25 hours. */
export function startOfDay(at: Date, timeZone: string) {
  const day = localDate(at, timeZone)
  const holds = (quarters: number) => localDate(new Date(quarters * quarter), timeZone) === day
  // Days begin on a quarter of an hour everywhere, so a search over those finds the first.
  let last = Math.floor(at.getTime() / quarter)
  let before = last - 104
  while (last - before > 1) {
    const middle = Math.floor((last + before) / 2)
    if (holds(middle)) last = middle
    else before = middle
  }
  return new Date(last * quarter)
}

/** When to be there: a time, and the day and the clock too where they are not those of the appointment. */
export function arrival(arriveAt: Date, startsAt: Date, format: Format) {
  const isPlain = (['longDate', 'zone'] as const).every(
    (part) => format[part](arriveAt) === format[part](startsAt)
  )
  return isPlain ? format.time(arriveAt) : format.moment(arriveAt)
}

/** Groups what is in order of time by the calendar day it falls on in the practice's zone. */
export const byDay = <Row extends { startsAt: Date }>(rows: Row[], timeZone: string) => [
  ...Map.groupBy(rows, ({ startsAt }) => localDate(startsAt, timeZone)).entries(),
]

/** The same by year. */
export const byYear = <Row extends { startsAt: Date }>(rows: Row[], timeZone: string) => [
  ...Map.groupBy(rows, ({ startsAt }) => localDate(startsAt, timeZone).slice(0, 4)).entries(),
]

/** When a visit by video may be joined: from a quarter of an hour before it begins until it ends, or for an hour. */
export const joinWindow = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date | null }) => ({
  from: new Date(startsAt.getTime() - quarter),
  to: endsAt ?? new Date(startsAt.getTime() + 4 * quarter),
})

/** Whether the time has changed since it was first given. */
export const hasMoved = (appointment: { startsAt: Date; previousStartsAt: Date | null }) =>
  appointment.previousStartsAt !== null &&
  appointment.previousStartsAt.getTime() !== appointment.startsAt.getTime()

type Whereabouts = {
  kind: AppointmentKind
  place: string | null
  room: string | null
  address: string | null
}

export const placeOf = ({ place, room }: Pick<Whereabouts, 'place' | 'room'>) =>
  [place, room].filter(Boolean).join(', ')

/** Where to go: the appointment's own address, else the office's; nowhere for a visit by video or phone. */
export const addressFor = ({ kind, address }: Pick<Whereabouts, 'kind' | 'address'>, office: string) =>
  address ?? (kind === 'telehealth' ? null : office)

/** A map of the address: nothing but the address leaves the portal. */
export const directionsUrl = (address: string) =>
  `https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(address)}`

/** The instructions, one a line. */
export const instructions = (preparation: string | null) =>
  (preparation ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
