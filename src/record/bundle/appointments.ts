import type { AppointmentParticipant, Appointment as AppointmentResource, Encounter } from 'fhir/r4'
import { placeOf } from '../../appointments/appointment.ts'
import type { Appointment } from '../../appointments/store.ts'
import type { PastVisit } from '../store.ts'
import type { Words } from '../tables/tables.ts'
import { given, listOf, named, subjectOf } from './given.ts'

const unknown = {
  extension: [
    { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' as const },
  ],
}

export function appointmentResource(each: Appointment, { t }: Words): AppointmentResource {
  const status = each.status === 'pending' ? ('tentative' as const) : ('accepted' as const)
  const place = [placeOf(each), each.address].filter(Boolean).join(', ')
  return {
    resourceType: 'Appointment',
    id: each.id,
    status: each.status,
    cancelationReason: each.cancelReason ? { text: each.cancelReason } : undefined,
    serviceType: [{ text: t.appointments.kind[each.kind] }],
    description: given(each.title),
    start: each.startsAt.toISOString(),
    // R4 has either both ends or neither (app-2).
    ...(each.endsAt ? { end: each.endsAt.toISOString() } : { _end: unknown }),
    created: each.createdAt.toISOString(),
    comment: given(each.note),
    patientInstruction: given(each.preparation),
    participant: [
      { actor: subjectOf(each), status },
      ...[each.clinician, place].flatMap((name): AppointmentParticipant[] => {
        const actor = named(name)
        return actor ? [{ actor, status }] : []
      }),
    ],
  }
}

const statuses = [
  'planned',
  'arrived',
  'triaged',
  'in-progress',
  'onleave',
  'finished',
  'cancelled',
  'entered-in-error',
] as const

export const encounterResource = (visit: PastVisit): Encounter => ({
  resourceType: 'Encounter',
  id: visit.id,
  status: statuses.find((known) => known === visit.status) ?? 'unknown',
  // Nobody told us whether it was at a hospital.
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' },
  type: [{ text: visit.title }],
  subject: subjectOf(visit),
  participant: listOf(visit.clinician && { individual: { display: visit.clinician } }),
  period: { start: visit.startedAt.toISOString(), end: visit.endedAt?.toISOString() },
  location: listOf(visit.place && { location: { display: visit.place } }),
})
