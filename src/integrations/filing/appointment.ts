import type { appointmentStatuses, appointments } from '../../db/schema.ts'

export type AppointmentRow = typeof appointments.$inferSelect
type Status = (typeof appointmentStatuses)[number]
type Told = 'kind' | 'title' | 'startsAt' | 'endsAt' | 'place' | 'clinician' | 'preparation' | 'versionAt'
export type SentAppointment = Pick<AppointmentRow, Told> & {
  sourceId: string
  subject: string | undefined
  /** `removed`: it was entered in error and is to vanish. */
  status: Status | 'removed'
}

/** The row as it is to be kept: what moved remembers where it was. */
export function reviseAppointment(
  { subject: _, status, ...sent }: SentAppointment & { status: Status },
  onFile: AppointmentRow | undefined,
  made: { id: string; patientId: string; source: string },
  now: Date
): AppointmentRow {
  const moved = onFile !== undefined && onFile.startsAt.getTime() !== sent.startsAt.getTime()
  const isCancelling = status === 'cancelled' && onFile?.status !== 'cancelled'
  return {
    arriveAt: null,
    room: null,
    address: null,
    phone: null,
    note: null,
    seriesId: null,
    videoUrl: null,
    previousPlace: null,
    cancelReason: null,
    conflict: null,
    createdAt: now,
    ...onFile,
    ...made,
    ...sent,
    status,
    sequence: onFile ? onFile.sequence + Number(moved || isCancelling) : 0,
    changedAt: moved ? now : (onFile?.changedAt ?? null),
    previousStartsAt: moved ? onFile.startsAt : (onFile?.previousStartsAt ?? null),
    cancelledAt: status === 'cancelled' ? (onFile?.cancelledAt ?? now) : null,
  }
}
