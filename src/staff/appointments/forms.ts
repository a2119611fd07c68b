import { localDate } from '../../i18n/format.ts'
import type { Form } from '../../web/form.ts'
import { clockOf, type Row } from './booking.ts'

const minutes = (from: Date, to: Date | null) =>
  to ? String(Math.round((to.getTime() - from.getTime()) / 60_000)) : ''

/** A form that says what an appointment says, by the practice's clock. */
export const formOf = (row: Row, timeZone: string): Form => ({
  typed: {
    seen: String(row.sequence),
    kind: row.kind,
    title: row.title ?? '',
    date: localDate(row.startsAt, timeZone),
    time: clockOf(row.startsAt, timeZone),
    minutes: minutes(row.startsAt, row.endsAt),
    arrive: row.arriveAt ? minutes(row.arriveAt, row.startsAt) : '',
    place: row.place ?? '',
    room: row.room ?? '',
    address: row.address ?? '',
    clinician: row.clinician ?? '',
    phone: row.phone ?? '',
    videoUrl: row.videoUrl ?? '',
    preparation: row.preparation ?? '',
    note: row.note ?? '',
  },
  errors: {},
})
