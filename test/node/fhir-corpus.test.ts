import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digest } from '../../src/commands/files.ts'
import type { Portal } from '../../src/commands/portal.ts'
import { openDemo } from '../support/demo.ts'

// Real-size records of others: kept beside the project, not in it.
const corpus = '../shared/data/fhir'
const folder = `${corpus}/synthea`
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json.gz')) : []
/** Every other sample: bundles of other kinds, single resources, lines, and what is no FHIR at all. */
const others = existsSync(corpus)
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
      (name) => /\.(nd)?json(\.gz)?$/.test(name) && !name.startsWith('synthea')
    )
  : []

type Coding = { code?: string }
type Concept = { coding?: Coding[] }
type Resource = {
  resourceType: string
  id: string
  category?: Concept[]
  code?: Concept
  effectiveDateTime?: string
  valueQuantity?: { unit: string }
  result?: { reference: string }[]
}
type Answer = {
  filed: Record<string, number>
  changed: object
  unchanged: Record<string, number>
  skipped: { what: string; count: number }[]
}

/** What a bundle holds, read in the plainest way: for comparison with what was filed. */
function readPlainly(text: string) {
  const resources = (JSON.parse(text) as { entry: { resource: Resource }[] }).entry.map(
    ({ resource }) => resource
  )
  const ofType = (type: string) => resources.filter(({ resourceType }) => resourceType === type)
  const has = (concepts: Concept[] | undefined, code: string) =>
    concepts?.some(({ coding }) => coding?.some((each) => each.code === code)) ?? false
  const laboratory = ofType('Observation').filter(({ category }) => has(category, 'laboratory'))
  const ids = new Set(laboratory.map(({ id }) => `urn:uuid:${id}`))
  const held = ofType('DiagnosticReport').map(({ result = [] }) =>
    result.filter(({ reference }) => ids.has(reference))
  )
  return {
    patientId: ofType('Patient')[0]?.id ?? '',
    observations: ofType('Observation').length,
    encounters: ofType('Encounter').length,
    laboratory: laboratory.length,
    reports: held.filter((results) => results.length > 0).length,
    alone: laboratory.length - new Set(held.flat().map(({ reference }) => reference)).size,
    latest(code: string) {
      const found = laboratory
        .filter((resource) => has([resource.code ?? {}], code))
        .map(({ id, effectiveDateTime = '', valueQuantity }) => ({
          id,
          at: Date.parse(effectiveDateTime),
          unit: valueQuantity?.unit,
        }))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        .at(-1)
      return found && { value: numberAfter(text, found.id), unit: found.unit, at: found.at }
    },
  }
}

/** The digits of a resource's value as they stand in the file. */
const numberAfter = (text: string, id: string) =>
  text.slice(text.indexOf(`"id": "${id}"`)).match(/"valueQuantity":\s*\{\s*"value":\s*([-+.\deE]+)/)?.[1]

const read = (name: string, under = folder) => {
  const bytes = readFileSync(join(under, name))
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

describe.skipIf(files.length === 0)('real records', () => {
  let portal: Portal
  const state = mkdtempSync(join(tmpdir(), 'carespace-'))

  beforeAll(async () => {
    portal = await openDemo(state)
  })
  afterAll(async () => {
    await portal.close()
    rmSync(state, { recursive: true, force: true })
  })

  async function send(text: string) {
    const response = await fetch(`${portal.url}/feeds/fhir`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${portal.secrets.FEED_KEY}` },
      body: text,
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Answer
  }
  const idOf = async (sourceId: string) =>
    (await portal.db
      .prepare('SELECT id FROM patients WHERE source_id = ?')
      .bind(`Patient/${sourceId}`)
      .first<string>('id')) ?? ''

  /** Gives a patient an account and a session; the returned function opens pages of the record. */
  async function openRecord(id: string) {
    const now = Date.now()
    await portal.db.batch([
      portal.db
        .prepare(
          `INSERT OR IGNORE INTO accounts (id, email, given_name, family_name, password_hash, terms_version, created_at)
           SELECT 'of-' || id, id || '@example.test', given_name, family_name, '', (SELECT terms_version FROM practice), ? FROM patients WHERE id = ?`
        )
        .bind(now, id),
      portal.db.prepare(`UPDATE patients SET account_id = 'of-' || id WHERE id = ?`).bind(id),
      portal.db
        .prepare(
          `INSERT OR IGNORE INTO sessions (token_hash, account_id, created_at, seen_at, completed_at) VALUES (?, 'of-' || ?, ?, ?, ?)`
        )
        .bind(digest('sha256', 'hex', `a-session-of-${id}`), id, now, now, now),
    ])
    return async (path: string) => {
      const response = await fetch(`${portal.url}/patients/${id}${path}`, {
        headers: { Cookie: `__Host-cs=a-session-of-${id}` },
      })
      const html = await response.text()
      expect(response.status).toBe(200)
      return html
    }
  }

  test.each(files)('%s is filed whole, and once', async (name) => {
    const text = read(name)
    const plain = readPlainly(text)
    const { filed, changed, skipped } = await send(text)
    const expected = {
      patients: 1,
      encounters: plain.encounters,
      reports: plain.reports + plain.alone,
      observations: plain.laboratory,
    }
    expect(filed).toEqual(expected)
    expect(changed).toEqual({})
    const left = skipped
      .filter(({ what }) => what === 'Observation')
      .reduce((sum, { count }) => sum + count, 0)
    expect(left).toBe(plain.observations - plain.laboratory)

    const again = await send(text)
    expect(again).toMatchObject({ filed: {}, changed: {}, unchanged: expected })

    const id = await idOf(plain.patientId)
    const page = await openRecord(id)
    expect(plain.latest('718-7')?.value).toMatch(/^\d+\.\d{6,}$/)
    for (const code of ['718-7', '6690-2', '777-3', '2160-0', '38483-4']) {
      const row = await portal.db
        .prepare(
          `SELECT id, value, unit, collected_at AS at, flag, range_low FROM observations
           WHERE patient_id = ? AND code = ? ORDER BY collected_at DESC, source_id DESC LIMIT 1`
        )
        .bind(id, code)
        .first<{ id: string; value: string; unit: string; at: number; flag: null; range_low: null }>()
      const latest = plain.latest(code)
      expect(row && { value: row.value, unit: row.unit, at: row.at }).toEqual(latest ?? null)
      expect(row?.flag ?? null).toBe(null)
      expect(row?.range_low ?? null).toBe(null)
      if (!latest || !row) continue
      // What the patient reads is that number, shortened for reading and no further from it than its last digit.
      const html = await page(`/labs/history/${row.id}`)
      const [, shown = '', unit] = html.match(/<b[^>]*>([\d.]+)<\/b>\s*(?:<[^>]+>)?([^<]*)/) ?? []
      const digits = shown.split('.')[1]?.length ?? 0
      expect(Math.abs(Number(shown) - Number(latest.value))).toBeLessThanOrEqual(0.5 * 10 ** -digits)
      expect(shown.replace(/\D/g, '').length).toBeGreaterThan(1)
      expect(unit?.trim()).toBe(latest.unit)
    }
  })

  test.each(others)(
    '%s is taken or refused by its rules, kept as it came, and changes nothing the second time',
    async (name) => {
      const text = read(name, corpus)
      const count = async (table: string) =>
        (await portal.db.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')) ?? 0
      const counts = () =>
        Promise.all(
          ['patients', 'reports', 'observations', 'appointments', 'encounters', 'report_files'].map(count)
        )
      const post = () =>
        fetch(`${portal.url}/feeds/fhir`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${portal.secrets.FEED_KEY}` },
          body: text,
        })
      const bodies = await count('inbox')
      const response = await post()
      const answer = (await response.json()) as { resourceType: string; issue?: { severity: string }[] }
      expect([name, response.status < 500, answer.resourceType]).toEqual([
        name,
        true,
        response.status === 200 ? answer.resourceType : 'OperationOutcome',
      ])
      if (response.status >= 400) expect(answer.issue?.map(({ severity }) => severity)).toContain('error')
      const { raw_key: key } = (await portal.db
        .prepare('SELECT raw_key FROM inbox ORDER BY received_at DESC, rowid DESC LIMIT 1')
        .first<{ raw_key: string }>()) ?? { raw_key: '' }
      expect(await count('inbox')).toBe(bodies + 1)
      expect(await (await portal.files.get(key))?.text()).toBe(text)
      const after = await counts()
      expect((await post()).status).toBe(response.status)
      expect(await counts()).toEqual(after)
    }
  )

  test('the largest record can be read by its patient, and nothing in it is called normal', async () => {
    const text = read(files.find((name) => name.startsWith('Vito_Feeney')) ?? '')
    await send(text)
    const plain = readPlainly(text)
    expect(plain).toMatchObject({ observations: 869, laboratory: 636 })
    const id = await idOf(plain.patientId)
    const page = await openRecord(id)
    const home = await page('')
    expect(home).toContain('Vito')
    const reports = await page('/labs')
    const links = [...reports.matchAll(/\/labs\/reports\/([a-z0-9]+)/g)].map(([, report]) => report)
    expect(links.length).toBeGreaterThan(10)
    await page('/labs/history')
    await page('/appointments')

    const newest = await portal.db
      .prepare('SELECT name, value FROM observations WHERE report_id = ? ORDER BY position')
      .bind(links[0])
      .all<{ name: string; value: string }>()
    const report = await page(`/labs/reports/${links[0]}`)
    expect(newest.results.length).toBeGreaterThan(0)
    for (const { name, value } of newest.results) {
      expect(report).toContain(name.replaceAll('&', '&amp;'))
      expect(report).toContain(value)
    }
    expect(report).not.toMatch(/in range|in the usual range/i)
  })
})
