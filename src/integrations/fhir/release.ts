import { isNode, type Node, nodes, text } from './json.ts'

const older = new Map([
  ...['MedicationOrder', 'DiagnosticOrder', 'Order', 'OrderResponse'].map((type) => [type, 'DSTU2'] as const),
  ...[
    'ImagingManifest',
    'ProcedureRequest',
    'ReferralRequest',
    'BodySite',
    'Sequence',
    'EligibilityRequest',
  ].map((type) => [type, 'DSTU2 or STU3'] as const),
])
const newer = new Set([
  'ActorDefinition',
  'BiologicallyDerivedProductDispense',
  'DeviceAssociation',
  'DeviceDispense',
  'EncounterHistory',
  'FormularyItem',
  'GenomicStudy',
  'ImagingSelection',
  'InventoryItem',
  'InventoryReport',
  'NutritionIntake',
  'Permission',
  'RequestOrchestration',
  'Requirements',
  'Transport',
])

type Sign = [release: string, path: string, found: (resource: Node) => boolean]

const has = (key: string) => (resource: Node) => Object.hasOwn(resource, key)
const isText = (key: string) => (resource: Node) => typeof resource[key] === 'string'
const isObject = (key: string) => (resource: Node) => isNode(resource[key])
const isList = (key: string) => (resource: Node) => Array.isArray(resource[key])

/** Fields that changed between releases: the cheapest way to tell which one a sender speaks. */
const signs: Record<string, Sign[]> = {
  Patient: [
    [
      'DSTU2',
      'name.family is a list',
      (resource) => nodes(resource, 'name').some((name) => Array.isArray(name.family)),
    ],
    ['DSTU2', 'careProvider', has('careProvider')],
    ['STU3', 'animal', has('animal')],
  ],
  Encounter: [
    ['DSTU2', 'class is a code', isText('class')],
    ['R5', 'class is a list', isList('class')],
    ['R5', 'actualPeriod', has('actualPeriod')],
    ['STU3', 'reason', has('reason')],
  ],
  Appointment: [
    ['R5', 'cancellationReason', has('cancellationReason')],
    ['R5', 'subject', has('subject')],
    ['STU3', 'incomingReferral', has('incomingReferral')],
    ['DSTU2', 'type', has('type')],
  ],
  Observation: [
    ['DSTU2', 'comments', has('comments')],
    ['DSTU2', 'category is no list', isObject('category')],
    ['STU3', 'comment', has('comment')],
    ['STU3', 'context', has('context')],
    ['STU3', 'related', has('related')],
    ['STU3', 'interpretation is no list', isObject('interpretation')],
  ],
  DiagnosticReport: [
    ['STU3', 'codedDiagnosis', has('codedDiagnosis')],
    ['STU3', 'context', has('context')],
    ['STU3', 'image', has('image')],
    [
      'STU3',
      'performer.actor',
      (resource) => nodes(resource, 'performer').some((performer) => isNode(performer.actor)),
    ],
  ],
}

/** Why a resource is not FHIR R4, in words; undefined when nothing speaks against it. */
export function otherRelease(resource: Node): string | undefined {
  const type = text(resource, 'resourceType') ?? ''
  const said = (release: string, why: string) => `This is FHIR ${release} (${why}); only R4 is taken in.`
  const old = older.get(type)
  if (old) return said(old, `it holds a ${type}`)
  if (newer.has(type)) return said('R5', `it holds a ${type}`)
  const sign = Object.hasOwn(signs, type) ? signs[type]?.find(([, , found]) => found(resource)) : undefined
  return sign && said(sign[0], `${type}: ${sign[1]}`)
}
