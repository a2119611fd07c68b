import * as v from 'valibot'
import { appointmentKinds, type appointments } from '../../db/schema.ts'
import { localDate } from '../../i18n/format.ts'
import { instant } from '../../i18n/wall-clock.ts'
import { type Hours, isOpen } from '../../practice/office-hours.ts'
import { submissionId } from '../../web/form.ts'

export type Row = typeof appointments.$inferSelect

/** A day that there is: `2026-12-01`. */
function isDay(text: string) {
  const noon = new Date(`${text}T12:00:00Z`)
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(noon.getTime()) && noon.toISOString().startsWith(text)
  )
}

const line = (most: number) => v.pipe(v.string(), v.trim(), v.maxLength(most, 'long'))
const wholeUpTo = (most: number, wrong: string) =>
  v.pipe(v.string(), v.trim(), v.regex(/^\d{0,4}$/, wrong), v.transform(Number), v.maxValue(most, wrong))

/** What the patient may be told however the time came about. */
const told = {
  arrive: wholeUpTo(240, 'arriveWrong'),
  videoUrl: v.pipe(line(500), v.regex(/^$|^https:\/\/[^\s]+$/, 'videoWrong')),
  preparation: line(2000),
  note: line(1000),
}

/** An appointment as the front desk writes it down: day and time by the practice's clock, lengths in minutes. */
export const Booking = v.object({
  kind: v.picklist(appointmentKinds, 'kindMissing'),
  title: line(80),
  date: v.pipe(v.string(), v.check(isDay, 'dateWrong')),
  time: v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'timeWrong')),
  minutes: wholeUpTo(1440, 'minutesWrong'),
  place: line(120),
  room: line(80),
  address: line(200),
  clinician: line(80),
  phone: line(40),
  ...told,
})
export type Booking = v.InferOutput<typeof Booking>

/** A new one may come again every so many days. */
export const NewBooking = v.object({
  submissionId,
  ...Booking.entries,
  every: v.picklist(['', '7', '14', '21', '28'], 'everyWrong'),
  times: wholeUpTo(26, 'timesWrong'),
})

/** What staff may say about an appointment whose time another system keeps. */
export const Told = v.object(told)
export type Told = v.InferOutput<typeof Told>

export const Cancellation = v.object({
  seen: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'reasonMissing'), v.maxLength(300, 'long')),
  series: v.string(),
})

export type Planned = { startsAt: Date; endsAt: Date | null; arriveAt: Date | null; isClosed: boolean }

/** The moment a booking begins; undefined where no clock on the wall shows that time on that day. */
export function startOf({ date, time }: Pick<Booking, 'date' | 'time'>, timeZone: string): Date | undefined {
  const at = new Date(instant(date, time, timeZone))
  return localDate(at, timeZone) === date && clockOf(at, timeZone) === time ? at : undefined
}

/** "08:30", as a clock on the wall of a zone shows a moment. */
export const clockOf = (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    at
  )

const later = (date: string, days: number) =>
  new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/**
 * Every appointment of a booking, at the same time by the wall's clock whatever clocks do between. A day on which the
 * office is closed is marked, never left out. Undefined where the time does not exist on one of the days.
 */
export function planOf(
  booking: Pick<Booking, 'date' | 'time' | 'minutes' | 'arrive'> & { every: string; times: number },
  practice: Hours
): Planned[] | undefined {
  const count = booking.every === '' ? 1 : Math.max(booking.times, 1)
  const planned: Planned[] = []
  for (let index = 0; index < count; index++) {
    const date = later(booking.date, index * Number(booking.every))
    const startsAt = startOf({ date, time: booking.time }, practice.timeZone)
    if (!startsAt) return undefined
    planned.push({
      startsAt,
      endsAt: booking.minutes > 0 ? new Date(startsAt.getTime() + booking.minutes * 60_000) : null,
      arriveAt: booking.arrive > 0 ? new Date(startsAt.getTime() - booking.arrive * 60_000) : null,
      isClosed: !isOpen(practice, startsAt),
    })
  }
  return planned
}

type Timed = Pick<Row, 'id' | 'patientId' | 'startsAt' | 'endsAt' | 'place' | 'room' | 'clinician' | 'status'>

/** An appointment without an end is taken to last half an hour when it is held against others. */
export const endOf = ({ startsAt, endsAt }: Pick<Row, 'startsAt' | 'endsAt'>) =>
  endsAt ?? new Date(startsAt.getTime() + 30 * 60_000)

export type Clash = 'patient' | 'room' | 'clinician'

/** What an appointment has against others: its patient or its clinician is elsewhere, or its room is taken. Cancelled ones are in nobody's way. */
export function clashesOf(one: Timed, others: Timed[]): Clash[] {
  if (one.status === 'cancelled') return []
  const during = others.filter(
    (other) =>
      other.id !== one.id &&
      other.status !== 'cancelled' &&
      other.startsAt < endOf(one) &&
      one.startsAt < endOf(other)
  )
  const clashes: Clash[] = []
  if (during.some(({ patientId }) => patientId === one.patientId)) clashes.push('patient')
  if (one.room && during.some(({ place, room }) => room === one.room && place === one.place))
    clashes.push('room')
  if (one.clinician && during.some(({ clinician }) => clinician === one.clinician)) clashes.push('clinician')
  return clashes
}
