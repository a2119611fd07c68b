import type { SentEncounter } from '../filing/encounter.ts'
import type { Bundle, Resource } from './bundle.ts'
import { moment, type Node, nodes, text, wordsOf } from './json.ts'

/** A visit that happened. A string instead of a row says why it is skipped. */
export function readEncounter(resource: Resource, bundle: Bundle): SentEncounter | string {
  const { id, body } = resource
  const startedAt = moment(body, 'period', 'start')
  if (!startedAt) return 'does not say when it began'
  return {
    sourceId: id,
    subject: bundle.patient(body.subject, resource),
    title:
      wordsOf(nodes(body, 'type')[0]) ??
      wordsOf(body.serviceType) ??
      text(body, 'class', 'display') ??
      'Visit',
    status: text(body, 'status') ?? 'unknown',
    startedAt,
    endedAt: moment(body, 'period', 'end'),
    place:
      nameOf(nodes(body, 'location')[0]?.location, resource, bundle) ??
      nameOf(body.serviceProvider, resource, bundle),
    clinician: nameOf(nodes(body, 'participant')[0]?.individual, resource, bundle),
    versionAt: moment(body, 'meta', 'lastUpdated'),
  }
}

/** Who or what a reference names: its own words, else those of the resource it points at. */
export function nameOf(reference: Node[string] | undefined, from: Resource, bundle: Bundle): string | null {
  const display = text(reference, 'display')
  if (display) return display
  const target = bundle.find(text(reference, 'reference'), from)
  if (!target) return null
  if (target.type === 'PractitionerRole') return nameOf(target.body.practitioner, target, bundle)
  const [person] = nodes(target.body, 'name')
  return text(target.body, 'name') ?? text(person, 'text') ?? fullName(person)
}

function fullName(name: Node | undefined) {
  const family = text(name, 'family')
  return family && [text(name, 'given'), family].filter(Boolean).join(' ')
}
