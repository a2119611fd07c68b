import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as, Browser } from '../../support/browser.ts'
import { bloodCount, bundle, hemoglobin, patient, rows, seedFeed, send } from './feed.ts'

beforeEach(seedFeed)

const counts = async () =>
  rows(`SELECT (SELECT count(*) FROM patients) AS patients, (SELECT count(*) FROM reports) AS reports,
    (SELECT count(*) FROM observations) AS observations, (SELECT count(*) FROM appointments) AS appointments,
    (SELECT count(*) FROM encounters) AS encounters, (SELECT max(seq) FROM audit_entries) AS trail`)

const whole = JSON.stringify(bundle(patient(), hemoglobin(), bloodCount()))

test.each<[string, unknown, number, RegExp]>([
  ['nothing', '', 400, /empty/],
  ['text', 'MSH|^~\\&|LAB', 400, /not JSON/],
  ['a bundle cut off', whole.slice(0, -40), 400, /cut off/],
  ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe]), 400, /UTF-8/],
  [
    'lines of which one is cut off',
    `${JSON.stringify(patient())}\n${JSON.stringify(hemoglobin()).slice(0, 50)}`,
    400,
    /Line 2/,
  ],
  ['a number', '42', 422, /not a FHIR resource/],
  ['an object of another kind', { hello: 'world' }, 422, /resourceType/],
  ['a list with something else in it', [patient(), 'x'], 422, /resourceType/],
  ['a bundle of another kind', { ...bundle(patient()), type: 'history' }, 422, /"history"/],
  [
    'DSTU2 by its types',
    bundle(patient(), { resourceType: 'MedicationOrder', id: 'm' }),
    422,
    /DSTU2.*MedicationOrder/,
  ],
  [
    'DSTU2 by its names',
    bundle(patient({ name: [{ family: ['Núñez'], given: ['Nell'] }] })),
    422,
    /DSTU2.*family/,
  ],
  ['STU3', bundle(patient(), hemoglobin({ context: { reference: 'Encounter/1' } })), 422, /STU3/],
  ['R5', bundle(patient(), { resourceType: 'Encounter', id: 'e', class: [{ text: 'x' }] }), 422, /R5/],
])('%s is refused with its reason, kept, and changes no record', async (_, body, status, why) => {
  const before = await counts()
  const refused = await send(body)
  expect(refused.status).toBe(status)
  expect(refused.answer.resourceType).toBe('OperationOutcome')
  expect(refused.why).toMatch(why)
  expect(await counts()).toEqual(before)

  const [kept] = await rows<{ raw_key: string; refused_at: number; filed_at: number | null; bytes: number }>(
    'SELECT * FROM inbox'
  )
  expect(kept?.refused_at).toBeGreaterThan(0)
  expect(kept?.filed_at).toBe(null)
  expect((await env.FILES.head(kept?.raw_key ?? ''))?.size).toBe(kept?.bytes)
})

test('results of nobody we know wait for a person, and change no record', async () => {
  const before = await counts()
  const { status, answer } = await send(bundle(hemoglobin({ subject: { reference: 'Patient/stranger' } })))
  expect(status).toBe(200)
  expect(answer).toMatchObject({ filed: {}, waiting: [{ why: 'unknown', count: 1 }] })
  expect(await counts()).toEqual(before)
  expect(await rows('SELECT subject, authority, identifier, holds FROM unmatched')).toEqual([
    {
      subject: 'Patient/stranger',
      authority: 'feed:hospital',
      identifier: 'Patient/stranger',
      holds: '{"reports":1,"observations":1}',
    },
  ])
  const [message] = await rows<{ filed_at: number | null; parked_at: number }>('SELECT * FROM inbox_messages')
  expect(message).toMatchObject({ filed_at: null, parked_at: expect.any(Number) })
})

test('a body of nothing but values is refused before it costs anything', async () => {
  const values = new Uint8Array(19_000_000).fill(0x2c)
  const began = performance.now()
  expect(await send(values)).toMatchObject({ status: 422, why: expect.stringContaining('too many values') })
  expect(performance.now() - began).toBeLessThan(5000)
})

test('JSON nested deeper than any record is refused', async () => {
  const deep = `{"resourceType":"Patient","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  expect((await send(deep)).status).toBe(400)
})

test('more than 20 MB is refused before it is read', async () => {
  const large = await send(new Uint8Array(20_000_001).fill(32))
  expect(large.status).toBe(413)
  expect(large.why).toContain('20 MB')
  expect(await rows('SELECT id FROM inbox')).toEqual([])
})

test.each(['wrong', 'revoked-key', 'hl7-key', ''])('the key "%s" opens nothing', async (bearer) => {
  const refused = await send(whole, bearer)
  expect(refused.status).toBe(401)
  expect(refused.answer.resourceType).toBe('OperationOutcome')
  expect(await rows('SELECT id FROM inbox')).toEqual([])
})

test('a signed-in person is not a feed', async () => {
  const response = await as('okafor').request('/feeds/fhir', { method: 'POST', body: whole })
  expect(response.status).toBe(401)
})

test('a feed is written to, not read', async () => {
  const response = await new Browser().get('/feeds/fhir')
  expect(response.status).toBe(405)
  expect(response.headers.get('Allow')).toBe('POST')
})

test('hostile text is filed as the text it is', async () => {
  const hostile = '<script>alert(1)</script> \u0000\ud800 \'"; DROP TABLE patients; --'
  const { status } = await send(
    bundle(
      hemoglobin({
        code: { text: hostile },
        valueQuantity: undefined,
        valueString: hostile,
        id: 'x'.repeat(500),
      })
    )
  )
  expect(status).toBe(200)
  const [row] = await rows<{ value: string }>("SELECT value FROM observations WHERE source = 'hospital'")
  expect(row?.value).toContain('<script>alert(1)</script>')
  expect(row?.value).not.toContain('\u0000')
})

test('a record too long for a row is left out with its reason', async () => {
  const { status, answer } = await send(
    bundle(
      hemoglobin({ valueQuantity: undefined, valueString: 'x'.repeat(1_000_000) }),
      bloodCount({ id: 'b', conclusion: 'short', result: [] })
    )
  )
  expect(status).toBe(200)
  expect(answer.skipped).toContainEqual({ what: 'Observation', why: 'is too long to file', count: 1 })
  expect(answer.filed).toEqual({ reports: 1 })
})

test.each(['inbox', 'observations', 'audit_entries'])(
  'while the database fails at %s the answer is FHIR’s own, and the body may be sent again',
  async (table) => {
    await env.DB.prepare(
      `CREATE TRIGGER failing BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'x'); END`
    ).run()
    try {
      const { status, answer, why, retryAfter } = await send(bundle(patient(), bloodCount(), hemoglobin()))
      expect([status, answer.resourceType, retryAfter]).toEqual([503, 'OperationOutcome', '60'])
      expect(why).toBe('It could not be filed just now, and is safe to send again.')
    } finally {
      await env.DB.prepare('DROP TRIGGER failing').run()
    }
    expect((await send(bundle(patient(), bloodCount(), hemoglobin()))).status).toBe(200)
  }
)
