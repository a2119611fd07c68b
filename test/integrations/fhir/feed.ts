import { env } from 'cloudflare:workers'
import { feeds, patients } from '../../../src/db/schema.ts'
import { sha256 } from '../../../src/identity/secret.ts'
import { Browser } from '../../support/browser.ts'
import { db, minutesAgo, seed } from '../../support/people.ts'

export const key = 'the-key-of-the-hospital'
/** Under which the hospital uses the practice's record numbers. */
export const own = 'https://hillside.example/mrn'
export const recordNumber = (value: string, system = own) => ({
  type: { coding: [{ code: 'MR' }] },
  system,
  value,
})

/** The cast, and a hospital whose feed knows one patient by its own id. */
export async function seedFeed() {
  await seed()
  const d = db()
  await d.batch([
    d.insert(feeds).values([
      {
        id: 'hospital',
        name: 'Hospital',
        scope: 'fhir',
        keyHash: await sha256(key),
        ownAuthorities: [own],
        createdAt: minutesAgo(10),
      },
      {
        id: 'former',
        name: 'Former',
        scope: 'fhir',
        keyHash: await sha256('revoked-key'),
        createdAt: minutesAgo(10),
        revokedAt: minutesAgo(5),
      },
      {
        id: 'lab',
        name: 'Laboratory',
        scope: 'hl7',
        keyHash: await sha256('hl7-key'),
        createdAt: minutesAgo(10),
      },
    ]),
    d.insert(patients).values({
      id: 'mabel-chart',
      mrn: '20001',
      givenName: 'Mabel',
      familyName: 'Gray',
      searchName: 'gray mabel',
      birthDate: '1950-05-05',
      source: 'hospital',
      sourceId: 'Patient/mabel',
      createdAt: minutesAgo(100),
    }),
  ])
}

type Answer = {
  filed: Record<string, number>
  changed: Record<string, number>
  unchanged: Record<string, number>
  skipped: { what: string; why: string; count: number }[]
  waiting: { why: string; count: number }[]
  entry?: { response: { status: string; outcome?: { resourceType: string } } }[]
  resourceType?: string
  issue?: { diagnostics: string }[]
}

/** Sends a body as the hospital does; an object is sent as JSON. */
export async function send(body: unknown, bearer = key, headers: Record<string, string> = {}) {
  const response = await new Browser().request('/feeds/fhir', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${bearer}`,
      'Content-Type': 'application/fhir+json',
      'Sec-Fetch-Site': 'none',
      ...headers,
    },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  })
  const answer = (await response.json()) as Answer
  const retryAfter = response.headers.get('Retry-After')
  return { status: response.status, answer, why: answer.issue?.[0]?.diagnostics ?? '', retryAfter }
}

export const rows = async <T = Record<string, unknown>>(query: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(query)
      .bind(...values)
      .all<T>()
  ).results

export const bundle = (...resources: object[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
})

export const patient = (rest: object = {}) => ({
  resourceType: 'Patient',
  id: 'nell',
  name: [{ use: 'official', family: 'Núñez', given: ['Nell', 'Ann'] }],
  birthDate: '1949-02-28',
  identifier: [{ type: { coding: [{ code: 'SS' }] }, value: '999-11-2222' }, recordNumber('30001')],
  ...rest,
})

export const laboratory = [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
]

export const hemoglobin = (rest: object = {}) => ({
  resourceType: 'Observation',
  id: 'hgb',
  status: 'final',
  category: laboratory,
  code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }] },
  subject: { reference: 'Patient/mabel' },
  effectiveDateTime: '2026-10-01T08:30:00-05:00',
  valueQuantity: { value: 11.6, unit: 'g/dL' },
  ...rest,
})

export const bloodCount = (rest: object = {}) => ({
  resourceType: 'DiagnosticReport',
  id: 'cbc',
  status: 'final',
  category: [{ coding: [{ code: 'LAB' }] }],
  code: { text: 'Complete blood count' },
  subject: { reference: 'Patient/mabel' },
  effectiveDateTime: '2026-10-01T08:30:00-05:00',
  result: [{ reference: 'Observation/hgb' }],
  ...rest,
})
