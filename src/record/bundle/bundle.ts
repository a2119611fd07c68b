import type { FhirResource } from 'fhir/r4'
import type { Appointment } from '../../appointments/store.ts'
import type { Patient, Practice } from '../../identity/visit.ts'
import type { AskedChange, PastVisit, SavedQuestion, WholeReport, WholeThread } from '../store.ts'
import type { Words } from '../tables/tables.ts'
import { appointmentResource, encounterResource } from './appointments.ts'
import { reportResources } from './labs.ts'
import { threadResources } from './messages.ts'
import { patientResource } from './patient.ts'
import { changeResource, questionResource } from './questions.ts'

type Whole = {
  origin: string
  now: Date
  patient: Patient
  practice: Practice
  reports: AsyncIterable<WholeReport[]>
  appointments: AsyncIterable<Appointment[]>
  visits: AsyncIterable<PastVisit[]>
  questions: AsyncIterable<SavedQuestion[]>
  requests: AsyncIterable<AskedChange[]>
  threads: AsyncIterable<WholeThread[]>
  words: Words
}

/** The whole record as a FHIR R4 bundle. Addresses in it name resources within it; nothing answers at them. */
export async function* writeBundle(whole: Whole) {
  const { origin, now, patient, practice, words } = whole
  const entry = (resource: FhirResource) =>
    JSON.stringify({ fullUrl: `${origin}/fhir/${resource.resourceType}/${resource.id}`, resource })
  const entries = (resources: FhirResource[]) => resources.map((each) => `,\n${entry(each)}`).join('')
  const first = JSON.stringify({ resourceType: 'Bundle', type: 'collection', timestamp: now.toISOString() })
  yield `${first.slice(0, -1)},"entry":[\n${entry(patientResource(patient, practice))}`
  for await (const portion of whole.reports)
    yield entries(portion.flatMap((each) => reportResources(each, origin, words)))
  for await (const portion of whole.appointments)
    yield entries(portion.map((each) => appointmentResource(each, words)))
  for await (const portion of whole.visits) yield entries(portion.map(encounterResource))
  for await (const portion of whole.questions)
    yield entries(portion.map((each) => questionResource(each, words)))
  for await (const portion of whole.requests)
    yield entries(portion.map((each) => changeResource(each, words)))
  for await (const portion of whole.threads)
    yield entries(portion.flatMap((each) => threadResources(each, origin, words)))
  yield '\n]}\n'
}
