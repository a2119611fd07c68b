import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sha256 } from '../../src/identity/secret.ts'
import { Browser } from '../support/browser.ts'
import { refusing } from '../support/cron.ts'
import { seedFeeds } from '../support/feeds.ts'
import { seed } from '../support/people.ts'
import { postReport, signedHeaders } from '../support/reports.ts'

beforeEach(async () => {
  await seed()
  await seedFeeds()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const lost = () => {
  throw new Error('D1_ERROR: Network connection lost: Rosa has secrets')
}
const faults: [string, D1Database][] = [
  ['answers nothing', { prepare: lost, batch: lost } as unknown as D1Database],
  // The key is looked up and found; what comes after it fails.
  ['takes nothing', { prepare: (sql: string) => env.DB.prepare(sql), batch: lost } as unknown as D1Database],
  ['does not know its tables', { prepare: () => env.DB.prepare('SELEC 1') } as unknown as D1Database],
]

const deliver = (path: string, DB: D1Database, body: string, key = 'county-key') =>
  new Browser({ ...env, DB }).raw(path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body,
  })
const isWordless = (text: string) => expect(text).not.toMatch(/<|D1_|Rosa|SELEC|lost/)

async function openKeyOf(scope: string) {
  await env.DB.prepare("UPDATE feeds SET key_hash = ?, scope = ? WHERE id = 'county-lab'")
    .bind(await sha256('county-key'), scope)
    .run()
}

test.each(faults)(
  'a database that %s: an HL7 feed hears that it may send again, as plain text',
  async (_, DB) => {
    await openKeyOf('hl7')
    const response = await deliver('/feeds/hl7', DB, 'MSH|^~\\&|LIS\r')
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('60')
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const text = await response.text()
    expect(text).toBe('It could not be filed just now, and is safe to send again.')
  }
)

test.each(faults)('a database that %s: a FHIR feed hears it as an OperationOutcome', async (_, DB) => {
  await openKeyOf('fhir')
  const response = await deliver('/feeds/fhir', DB, '{"resourceType":"Bundle","type":"collection"}')
  expect(response.status).toBe(503)
  expect(response.headers.get('Retry-After')).toBe('60')
  expect(response.headers.get('Content-Type')).toMatch(/^application\/fhir\+json/)
  const text = await response.text()
  isWordless(text)
  expect(JSON.parse(text)).toMatchObject({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'transient' }],
  })
})

test.each(faults)('a database that %s: the mail provider hears that it may report again', async (_, DB) => {
  const body = JSON.stringify({
    type: 'email.delivered',
    created_at: '2026-11-22T10:00:00Z',
    data: { email_id: 'x' },
  })
  const response = await postReport(body, signedHeaders(body), { ...env, DB })
  expect(response.status).toBe(503)
  expect(response.headers.get('Retry-After')).toBe('60')
  const text = await response.text()
  isWordless(text)
  expect(text).toBe('It could not be kept just now.')
})

test('a body that cannot be written down is not acknowledged, and is taken when it comes again', async () => {
  await openKeyOf('hl7')
  const body = 'MSH|^~\\&|LIS|Valley|P|H|20261001100000||ORU^R01|C1|P|2.5.1\r'
  const refused = await refusing('INSERT', 'inbox', () => deliver('/feeds/hl7', env.DB, body))
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '60'])
  const taken = await deliver('/feeds/hl7', env.DB, body)
  expect(taken.status).toBe(200)
  expect(await taken.text()).toContain('MSA|')
})

test('a wrong key stays a wrong key', async () => {
  const response = await deliver('/feeds/hl7', env.DB, 'MSH|', 'wrong-key')
  expect([response.status, response.headers.get('Retry-After')]).toEqual([401, null])
})
