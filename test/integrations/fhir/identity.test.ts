import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../../support/browser.ts'
import { auditMark, auditSince } from '../../support/people.ts'
import { bloodCount, bundle, hemoglobin, key, patient, recordNumber, rows, seedFeed, send } from './feed.ts'

beforeEach(seedFeed)

const number = (value: string, rest: object = {}) => ({
  identifier: [{ system: 'https://lab.example/results', value, ...rest }],
})
const valued = (value: number, rest: object = {}) =>
  hemoglobin({ valueQuantity: { value, unit: 'g/dL' }, ...rest })
const results = () =>
  rows<{ value: string; previous_value: string | null; source_id: string; report_id: string }>(
    "SELECT * FROM observations WHERE source = 'hospital' ORDER BY position"
  )
const reports = () =>
  rows<{ id: string; title: string; status: string }>("SELECT * FROM reports WHERE source = 'hospital'")
const refersTo = (...ids: string[]) => ({ result: ids.map((id) => ({ reference: `Observation/${id}` })) })

/** A blood count of two results as one export has it: with ids of its own. */
const exported = (prefix: string, { ofReport = {}, ofResult = {}, values = [11.6, 4.2] } = {}) =>
  bundle(
    valued(values[0] ?? 0, { id: `${prefix}-1`, ...ofResult }),
    valued(values[1] ?? 0, { id: `${prefix}-2`, code: { text: 'White cells' } }),
    bloodCount({ id: `${prefix}-r`, ...refersTo(`${prefix}-1`, `${prefix}-2`), ...ofReport })
  )

describe('a sender that gives new ids at every export', () => {
  test.each<[string, { ofReport?: object; ofResult?: object }]>([
    ['whose reports bear numbers', { ofReport: number('R-1') }],
    ['whose results bear numbers', { ofResult: number('O-1') }],
    ['whose reports and results bear numbers', { ofReport: number('R-1'), ofResult: number('O-1') }],
  ])('%s doubles nothing', async (_, numbered) => {
    await send(exported('first', numbered))
    const before = [await results(), await reports()]
    const mark = await auditMark()
    const { answer } = await send(exported('second', numbered))
    expect(answer.filed).toEqual({ ...(numbered.ofReport ? {} : { observations: 1 }) })
    if (numbered.ofReport) {
      expect([await results(), await reports()]).toEqual(before)
      expect(await auditSince(mark)).toEqual([])
    }
    expect(await reports()).toHaveLength(1)
  })

  test('corrects what it sent before, and the old value stays beside the new', async () => {
    const numbered = { ofReport: number('R-1') }
    await send(exported('first', numbered))
    await send(
      exported('second', {
        ofReport: { ...number('R-1'), status: 'corrected' },
        values: [12.4, 4.2],
      })
    )
    expect(await results()).toMatchObject([
      { value: '12.4', previous_value: '11.6' },
      { value: '4.2', previous_value: null },
    ])
    expect(await reports()).toMatchObject([{ status: 'corrected' }])
    const page = await (await as('okafor').get('/admin/patients/mabel-chart/labs')).text()
    expect(page.match(/Complete blood count/g)).toHaveLength(1)
  })

  test('is known by the ids of any export from then on', async () => {
    await send(exported('first', { ofReport: number('R-1') }))
    await send(exported('second', { ofReport: number('R-1') }))
    await send(bundle(valued(9.9, { id: 'second-1', status: 'corrected' })))
    await send(exported('second'))
    expect(await results()).toHaveLength(2)
    expect(await reports()).toHaveLength(1)
  })

  test('files one of two exports that come at once', async () => {
    const numbered = { ofReport: number('R-1'), ofResult: number('O-1') }
    const answers = await Promise.all(
      ['one', 'two', 'three', 'four'].map((prefix) => send(exported(prefix, numbered)))
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await reports()).toHaveLength(1)
    expect(await results()).toHaveLength(2)
  })

  test('keeps results apart that are contained in their report, and finds them again', async () => {
    const holding = (id: string, value: number) =>
      bloodCount({
        id,
        ...number('R-1'),
        contained: [valued(value, { id: 'a' }), valued(4.2, { id: 'b', code: { text: 'White cells' } })],
        result: [{ reference: '#a' }, { reference: '#b' }],
      })
    await send(bundle(holding('one', 11.6)))
    await send(bundle(holding('two', 11.6)))
    expect((await results()).map(({ value }) => value)).toEqual(['11.6', '4.2'])
  })

  test.each([
    [
      'Encounter',
      { status: 'finished', class: { code: 'AMB' }, period: { start: '2026-10-01T08:00:00-05:00' } },
    ],
    [
      'Appointment',
      {
        status: 'booked',
        start: '2027-01-05T15:00:00Z',
        end: '2027-01-05T16:00:00Z',
        participant: [{ actor: { reference: 'Patient/mabel' }, status: 'accepted' }],
      },
    ],
  ])('doubles no %s', async (resourceType, rest) => {
    const one = { resourceType, ...number('V-1'), subject: undefined, ...rest }
    const subject = resourceType === 'Encounter' ? { subject: { reference: 'Patient/mabel' } } : {}
    await send(bundle({ ...one, ...subject, id: 'first' }))
    const { answer } = await send(bundle({ ...one, ...subject, id: 'second' }))
    expect(answer.filed).toEqual({})
    expect(Object.values(answer.unchanged)).toEqual([1])
  })
})

describe('a number alone is not believed', () => {
  test.each([
    ['another test', { code: { coding: [{ system: 'http://loinc.org', code: '6690-2' }] } }],
    ['another time', { effectiveDateTime: '2026-10-02T08:30:00-05:00' }],
  ])('where it comes with %s', async (_, rest) => {
    await send(bundle(valued(11.6, { id: 'one', ...number('7') })))
    await send(bundle(valued(12.4, { id: 'two', ...number('7'), ...rest })))
    expect((await results()).map(({ value, previous_value }) => [value, previous_value]).sort()).toEqual([
      ['11.6', null],
      ['12.4', null],
    ])
  })

  test('where two of one bundle bear it', async () => {
    const sent = (prefix: string) =>
      bundle(
        valued(11.6, { id: `${prefix}1`, ...number('7') }),
        valued(12.4, { id: `${prefix}2`, ...number('7') })
      )
    await send(sent('a'))
    await send(sent('b'))
    expect(await results()).toHaveLength(4)
  })

  test('where it is that of an order or a specimen', async () => {
    const order = number('7', { type: { coding: [{ code: 'PLAC' }] } })
    await send(bundle(valued(11.6, { id: 'one', ...order })))
    await send(bundle(valued(12.4, { id: 'two', ...order })))
    expect(await results()).toHaveLength(2)
  })

  test('where it is about somebody else', async () => {
    await send(bundle(patient(), valued(11.6, { id: 'one', ...number('7') })))
    const theirs = valued(11.6, { id: 'two', ...number('7'), subject: { reference: 'Patient/nell' } })
    expect((await send(bundle(theirs))).status).toBe(200)
    expect(await rows("SELECT DISTINCT patient_id FROM observations WHERE source = 'hospital'")).toHaveLength(
      2
    )
  })

  test('where another sender has given it', async () => {
    await send(bundle(valued(11.6, { id: 'one', ...number('7') })))
    await env.DB.prepare("UPDATE record_names SET source = 'lab'").run()
    await send(bundle(valued(11.6, { id: 'two', ...number('7') })))
    expect(await results()).toHaveLength(2)
  })
})

describe('what a transaction asks for', () => {
  const asking = (...entries: [object, object][]) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries.map(([resource, request]) => ({ resource, request })),
  })
  const ask = async (...entries: [object, object][]) => {
    const { answer } = await send(asking(...entries), key, { Accept: 'application/fhir+json' })
    return answer.entry?.map(({ response }) => response.status)
  }
  const by = (value: string) => `identifier=https://lab.example/results|${value}`

  test.each([
    ['ids of their own', 'one', 'two'],
    ['no id', undefined, undefined],
  ])('ifNoneExist: what is on file stays as it is (%s)', async (_, first, second) => {
    const request = { method: 'POST', url: 'Observation', ifNoneExist: by('7') }
    expect(await ask([valued(11.6, { id: first }), request])).toEqual(['201 Created'])
    const other = valued(12.4, { id: second, effectiveDateTime: '2026-10-02T08:30:00Z' })
    expect(await ask([other, request])).toEqual(['200 OK'])
    expect(await results()).toMatchObject([{ value: '11.6', previous_value: null }])
  })

  test('what has neither id nor number nor address is told so, and is not taken for another', async () => {
    const request = { method: 'POST', url: 'Observation' }
    const nameless = (value: number): [object, object] => [valued(value, { id: undefined }), request]
    expect(await ask(nameless(11.6), nameless(12.4))).toEqual([
      '422 Unprocessable Entity',
      '422 Unprocessable Entity',
    ])
    expect(await results()).toEqual([])
  })

  test('ifNoneMatch "*": the same', async () => {
    await send(bundle(valued(11.6)))
    const request = { method: 'PUT', url: 'Observation/hgb', ifNoneMatch: '*' }
    expect(await ask([valued(12.4, { status: 'corrected' }), request])).toEqual(['200 OK'])
    expect(await results()).toMatchObject([{ value: '11.6' }])
  })

  test('an update by a number changes the one that bears it, whatever else changed', async () => {
    await send(bundle(valued(11.6, { id: 'one', ...number('7') })))
    const request = { method: 'PUT', url: `Observation?${by('7')}` }
    const moved = valued(12.4, { id: undefined, effectiveDateTime: '2026-10-02T08:30:00Z' })
    expect(await ask([moved, request])).toEqual(['200 OK'])
    expect(await results()).toMatchObject([{ value: '12.4', previous_value: '11.6' }])
  })

  test('an update at an address is one of that id', async () => {
    await send(bundle(valued(11.6)))
    const request = { method: 'PUT', url: 'Observation/hgb' }
    expect(await ask([valued(12.4, { id: undefined }), request])).toEqual(['200 OK'])
    expect(await results()).toMatchObject([{ value: '12.4', source_id: 'Observation/hgb' }])
  })

  test('ifMatch: a feed hands out no versions, and files nothing of that entry', async () => {
    const request = { method: 'PUT', url: 'Observation/hgb', ifMatch: 'W/"3"' }
    expect(await ask([valued(11.6), request], [bloodCount({ result: [] }), { method: 'PUT' }])).toEqual([
      '412 Precondition Failed',
      '422 Unprocessable Entity',
    ])
    expect(await results()).toEqual([])
  })

  test.each([
    '',
    'identifier=',
    'identifier=|',
    'code=718-7',
    'identifier=%zz',
    '?',
    'identifier=a&identifier=b',
  ])('a search that cannot be one (%s) is filed by its id', async (ifNoneExist) => {
    expect(await ask([valued(11.6), { method: 'POST', url: 'Observation', ifNoneExist }])).toEqual([
      '201 Created',
    ])
  })
})

describe('a patient who is named by a number', () => {
  const system = 'https://hillside.example/mrn'
  const told = patient({ identifier: [recordNumber('30001')] })
  const byNumber = [
    ['a conditional reference', { reference: `Patient?identifier=${system}|30001` }],
    ['a logical reference', { identifier: recordNumber('30001') }],
  ] as const

  test.each(byNumber)('%s: is known once the number came with name and birth date', async (_, subject) => {
    await send(bundle(told))
    expect((await send(bundle(hemoglobin({ subject })))).answer.filed).toEqual({
      reports: 1,
      observations: 1,
    })
  })

  test.each(byNumber)('%s: is found in the same bundle', async (_, subject) => {
    const { answer } = await send(bundle(told, hemoglobin({ subject })))
    expect(answer.filed).toEqual({ patients: 1, reports: 1, observations: 1 })
  })

  test.each(byNumber)('%s: waits for a person where nobody has said whose it is', async (_, subject) => {
    const { answer } = await send(bundle(hemoglobin({ subject })))
    expect(answer.waiting).toEqual([{ why: 'unknown', count: 1 }])
    expect(await results()).toEqual([])
  })

  test('a social security number names nobody', async () => {
    const ssn = {
      type: { coding: [{ code: 'SS' }] },
      system: 'http://hl7.org/fhir/sid/us-ssn',
      value: '999-11-2222',
    }
    await send(bundle(patient({ identifier: [ssn, recordNumber('30001')] })))
    const { answer } = await send(bundle(hemoglobin({ subject: { identifier: ssn } })))
    expect(answer.skipped).toEqual([{ what: 'DiagnosticReport', why: 'names no patient', count: 1 }])
    expect(await rows("SELECT name FROM record_names WHERE name LIKE '%999-11%'")).toEqual([])
  })

  test('a number that two people have borne names neither', async () => {
    await send(bundle(told))
    await env.DB.prepare(
      "INSERT INTO record_names SELECT source, name, 'mabel-chart' FROM record_names WHERE name LIKE 'Patient?%'"
    ).run()
    const { answer } = await send(bundle(hemoglobin({ subject: byNumber[0][1] })))
    expect(answer.waiting).toEqual([{ why: 'unknown', count: 1 }])
  })
})
