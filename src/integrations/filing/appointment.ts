import { placeOf } from '../../appointments/appointment.ts'
import type { appointmentStatuses, appointments } from '../../db/schema.ts'

export type AppointmentRow = typeof appointments.$inferSelect
type Status = (typeof appointmentStatuses)[number]
type Kind = AppointmentRow['kind']
/** What a sender leaves unsaid stays as it was. */
type MayTell =
  | 'kind'
  | 'startsAt'
  | 'title'
  | 'endsAt'
  | 'place'
  | 'room'
  | 'clinician'
  | 'phone'
  | 'preparation'
  | 'conflict'
export type SentAppointment = Pick<AppointmentRow, 'versionAt'> & {
  [Fact in MayTell]?: AppointmentRow[Fact] | undefined
} & {
  sourceId: string
  /** Other names that its sender may have given it before. */
  otherNames?: string[]
  subject: string | undefined
  /** `removed`: it was entered in error. */
  status: Status | 'removed'
}

const kinds: [Kind, RegExp][] = [
  ['infusion', /infus|chemo/i],
  ['injection', /inject|vaccin|immuniz/i],
  ['telehealth', /tele|video|virtual|phone/i],
  ['imaging', /imag|radiolog|x-?ray|\b(ct|mri|pet)\b|ultraso|mammog|scan/i],
  ['procedure', /procedure|surg|biops|scopy/i],
  ['lab', /\blabs?\b|laborator|phlebotom|blood (draw|test)/i],
  ['office-visit', /visit|consult|follow|check|routine|walkin|office|general practice|normal/i],
]

/** What kind it is, by the words that a sender has for it. */
export const kindByWords = (about: string): Kind =>
  kinds.find(([, words]) => words.test(about))?.[0] ?? 'other'

/** Without what is left unsaid, which would blot out what is on file. */
const saidOf = <Sent extends object>(sent: Sent) =>
  Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)) as {
    [Fact in keyof Sent]: Exclude<Sent[Fact], undefined>
  }

const blank = {
  kind: 'other' as Kind,
  title: null,
  endsAt: null,
  arriveAt: null,
  place: null,
  room: null,
  address: null,
  clinician: null,
  phone: null,
  preparation: null,
  note: null,
  changedAt: null,
  previousStartsAt: null,
  previousPlace: null,
  previousClinician: null,
  cancelledAt: null,
  sequence: 0,
  seriesId: null,
  videoUrl: null,
  cancelReason: null,
  conflict: null,
}

/** What a calendar is told of a status: what else it says is for the practice. */
const standing = (status: Status) => (status === 'cancelled' || status === 'pending' ? status : 'booked')

/** The row as it is to be kept: what changed remembers when, where and with whom it was. */
export function reviseAppointment(
  { subject: _, otherNames: __, status, ...sent }: SentAppointment & { status: Status; startsAt: Date },
  onFile: AppointmentRow | undefined,
  made: { id: string; patientId: string; source: string },
  now: Date
): AppointmentRow {
  const said = saidOf(sent)
  const was = onFile ?? { ...blank, createdAt: now }
  const moved = onFile !== undefined && onFile.startsAt.getTime() !== sent.startsAt.getTime()
  const wentElsewhere = said.place !== undefined && was.place !== said.place
  const row = {
    ...was,
    // These were meant for the time and the place it had.
    ...(moved ? { arriveAt: null, endsAt: null } : {}),
    ...(wentElsewhere ? { room: null } : {}),
    ...said,
    ...made,
    sourceId: onFile?.sourceId ?? sent.sourceId,
    status,
    cancelledAt: status === 'cancelled' ? (was.cancelledAt ?? now) : null,
  }
  if (!onFile) return row
  const isElsewhere = placeOf(row) !== placeOf(onFile)
  const isOther = row.clinician !== onFile.clinician
  const turned = standing(status) !== standing(onFile.status)
  const isChanged =
    moved || isElsewhere || isOther || row.endsAt?.getTime() !== onFile.endsAt?.getTime() || turned
  return {
    ...row,
    sequence: onFile.sequence + Number(isChanged),
    changedAt: isChanged && status !== 'cancelled' ? now : onFile.changedAt,
    previousStartsAt: moved ? onFile.startsAt : onFile.previousStartsAt,
    previousPlace: isElsewhere ? placeOf(onFile) || null : onFile.previousPlace,
    previousClinician: isOther ? onFile.clinician : onFile.previousClinician,
  }
}

/** Filed twice, because one message bore one name of it and another the other: its twin stands. */
export const withdrawn = (twin: AppointmentRow, now: Date): AppointmentRow => ({
  ...twin,
  status: 'cancelled',
  cancelledAt: twin.cancelledAt ?? now,
  sequence: twin.sequence + Number(twin.status !== 'cancelled'),
})

/** Whether the patient's side should hear of what was filed: it lies ahead, and is new, moved or cancelled. */
export const isNewsToPatient = (
  row: AppointmentRow,
  known: Pick<AppointmentRow, 'sequence'> | undefined,
  now: Date
) => row.startsAt > now && (known === undefined || row.sequence > known.sequence)

/** Why one is not filed that leaves its time unsaid and is not on file either. */
export const timeless = 'does not say when it starts, and is not on file'

const ended = new Set<Status>(['cancelled', 'noshow', 'fulfilled'])

/** Of two versions made in the same second the one that ends it stands, whichever comes first. */
export const isSuperseded = (sent: AppointmentRow, known: AppointmentRow) =>
  sent.versionAt !== null &&
  sent.versionAt.getTime() === known.versionAt?.getTime() &&
  ended.has(known.status) &&
  !ended.has(sent.status)
