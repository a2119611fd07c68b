import { kindByWords, type SentAppointment } from '../filing/appointment.ts'
import type { Bundle, Resource } from './bundle.ts'
import { nameOf } from './encounter.ts'
import { codesOf, moment, nodes, text, wordsOf } from './json.ts'

type Status = SentAppointment['status']

/** Appointment.status in R4, in our words. What is only proposed has not been agreed with anyone. */
const statuses: Record<string, Status> = {
  pending: 'pending',
  waitlist: 'pending',
  booked: 'booked',
  arrived: 'arrived',
  'checked-in': 'arrived',
  fulfilled: 'fulfilled',
  cancelled: 'cancelled',
  noshow: 'noshow',
  'entered-in-error': 'removed',
}

/** These may come without what they were about: R4 asks for little more than the status. */
const hasEnded = new Set<Status>(['cancelled', 'noshow', 'removed'])

const onlySaid = <Facts extends { kind: string; title: string | null }>(facts: Facts) =>
  Object.fromEntries(
    Object.entries(facts).filter(
      ([name, value]) => value !== null && (name !== 'kind' || value !== 'other' || facts.title !== null)
    )
  ) as Partial<Facts>

/** A string instead of a row says why it is skipped. */
export function readAppointment(resource: Resource, bundle: Bundle): SentAppointment | string {
  const { id, body } = resource
  const sent = text(body, 'status') ?? ''
  if (sent === 'proposed') return 'is only proposed'
  const status = Object.hasOwn(statuses, sent) ? statuses[sent] : undefined
  if (!status) return 'has no status we know'
  const startsAt = moment(body, 'start')
  if (!startsAt && !hasEnded.has(status)) return 'does not say when it starts'
  const actors = nodes(body, 'participant').flatMap(({ actor }) => nodes({ actor: actor ?? null }, 'actor'))
  const actor = (type: string) =>
    actors.find(
      (each) =>
        /^\w+/.exec(bundle.name(text(each, 'reference'), resource) ?? '')?.[0] === type ||
        text(each, 'type') === type
    )
  const named = (type: string) => nameOf(actor(type), resource, bundle)
  const service =
    nodes(body, 'serviceType').map(wordsOf).find(Boolean) ??
    nodes(body, 'serviceCategory').map(wordsOf).find(Boolean)
  const title = text(body, 'description') ?? service ?? null
  const about = [
    title,
    service,
    wordsOf(body.appointmentType),
    ...codesOf(nodes(body, 'appointmentType')),
  ].join(' ')
  const facts = {
    kind: kindByWords(about),
    title,
    endsAt: moment(body, 'end'),
    place: named('Location'),
    clinician: named('Practitioner') ?? named('PractitionerRole'),
  }
  return {
    sourceId: id,
    subject: bundle.patient(actor('Patient'), resource),
    status,
    startsAt: startsAt ?? undefined,
    ...(hasEnded.has(status) ? onlySaid(facts) : facts),
    preparation: text(body, 'patientInstruction') ?? undefined,
    versionAt: moment(body, 'meta', 'lastUpdated'),
  }
}
