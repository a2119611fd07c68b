import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { auditMark, auditSince } from '../../support/people.ts'
import { bloodCount, bundle, hemoglobin, key, laboratory, patient, rows, seedFeed, send } from './feed.ts'

beforeEach(seedFeed)

type Result = {
  value: string
  unit: string
  status: string
  previous_value: string | null
  previous_unit: string | null
  corrected_at: number | null
  report_id: string
  position: number
}
const results = () => rows<Result>("SELECT * FROM observations WHERE source = 'hospital' ORDER BY position")
const reports = () =>
  rows<{ id: string; title: string; status: string; released_at: number | null; conclusion: string | null }>(
    "SELECT * FROM reports WHERE source = 'hospital'"
  )
const valued = (value: number, rest: object = {}) =>
  hemoglobin({ valueQuantity: { value, unit: 'g/dL' }, ...rest })
const updated = (lastUpdated: string) => ({ meta: { lastUpdated } })

test('a report is filed with its results in order and can be seen at once', async () => {
  const white = hemoglobin({ id: 'wbc', code: { text: 'White cells' } })
  const sent = bundle(
    hemoglobin(),
    white,
    bloodCount({ result: [{ reference: 'Observation/wbc' }, { reference: 'Observation/hgb' }] })
  )
  expect((await send(sent)).answer.filed).toEqual({ reports: 1, observations: 2 })
  expect(
    (
      await rows<{ name: string }>(
        "SELECT name FROM observations WHERE source = 'hospital' ORDER BY position"
      )
    ).map(({ name }) => name)
  ).toEqual(['White cells', 'Hemoglobin'])
  expect((await reports())[0]?.released_at).toBeGreaterThan(0)
})

test('the same message again changes nothing', async () => {
  const sent = bundle(patient(), hemoglobin(), bloodCount(), {
    resourceType: 'Encounter',
    id: 'e',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/nell' },
    period: { start: '2026-10-01T08:00:00-05:00' },
  })
  await send(sent)
  const before = [
    await results(),
    await reports(),
    await rows('SELECT * FROM patients'),
    await rows('SELECT * FROM encounters'),
  ]
  const mark = await auditMark()
  const { answer } = await send(sent)
  expect(answer).toMatchObject({
    filed: {},
    changed: {},
    unchanged: { patients: 1, encounters: 1, reports: 1, observations: 1 },
  })
  expect([
    await results(),
    await reports(),
    await rows('SELECT * FROM patients'),
    await rows('SELECT * FROM encounters'),
  ]).toEqual(before)
  expect(await auditSince(mark)).toEqual([])
})

test('a message delivered five times at once is filed once', async () => {
  const sent = bundle(patient(), hemoglobin(), bloodCount())
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(sent)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(await rows("SELECT id FROM patients WHERE source_id = 'Patient/nell'")).toHaveLength(1)
  expect(await results()).toHaveLength(1)
})

test('a correction shows the new value and keeps the old one', async () => {
  await send(bundle(valued(50), bloodCount()))
  const mark = await auditMark()
  const { answer } = await send(
    bundle(
      valued(25, { status: 'corrected', issued: '2026-10-02T09:00:00Z' }),
      bloodCount({ status: 'corrected' })
    )
  )
  expect(answer.changed).toEqual({ reports: 1, observations: 1 })
  expect(await results()).toMatchObject([
    {
      value: '25',
      status: 'corrected',
      previous_value: '50',
      previous_unit: 'g/dL',
      corrected_at: Date.parse('2026-10-02T09:00:00Z'),
    },
  ])
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['labs.revised', 'labs.revised'])
})

test('a preliminary value that becomes final was not corrected', async () => {
  await send(bundle(valued(50, { status: 'preliminary' })))
  await send(bundle(valued(25)))
  expect(await results()).toMatchObject([{ value: '25', previous_value: null, corrected_at: null }])
})

test('a version older than the one on file never comes back', async () => {
  await send(bundle(valued(25, { status: 'corrected', ...updated('2026-10-03T00:00:00Z') })))
  const { answer } = await send(bundle(valued(50, updated('2026-10-01T00:00:00Z'))))
  expect(answer).toMatchObject({ changed: { observations: 1 }, unchanged: { reports: 1 } })
  expect(await results()).toMatchObject([{ value: '25', status: 'corrected', previous_value: '50' }])
  expect(await rows('SELECT value FROM observation_versions')).toEqual([{ value: '50' }])
  await send(bundle(valued(50, updated('2026-10-01T00:00:00Z'))))
  expect(await rows('SELECT value FROM observation_versions')).toEqual([{ value: '50' }])
})

test('a preliminary value that comes late does not undo the final one', async () => {
  await send(bundle(valued(25)))
  await send(bundle(valued(50, { status: 'preliminary' })))
  expect(await results()).toMatchObject([{ value: '25', status: 'final' }])
})

test('what was entered in error is kept and marked', async () => {
  await send(bundle(valued(25), bloodCount()))
  await send(
    bundle(
      hemoglobin({ status: 'entered-in-error', valueQuantity: undefined }),
      bloodCount({ status: 'entered-in-error' })
    )
  )
  expect(await results()).toMatchObject([{ status: 'entered-in-error' }])
  expect(await reports()).toMatchObject([{ status: 'entered-in-error' }])
})

test('a laboratory result in no report is a report of one', async () => {
  expect((await send(bundle(hemoglobin()))).answer.filed).toEqual({ reports: 1, observations: 1 })
  expect(await reports()).toMatchObject([{ title: 'Hemoglobin', status: 'final' }])
})

test('a result that came alone moves into its report when that comes', async () => {
  await send(bundle(hemoglobin()))
  await send(bundle(bloodCount()))
  const [report, ...more] = await reports()
  expect(more).toEqual([])
  expect(report?.title).toBe('Complete blood count')
  expect(await results()).toMatchObject([{ report_id: report?.id }])
})

test('a correction that comes alone stays in its report', async () => {
  await send(bundle(valued(50), bloodCount()))
  await send(bundle(valued(25, { status: 'corrected' })))
  const [report, ...more] = await reports()
  expect(more).toEqual([])
  expect(await results()).toMatchObject([{ report_id: report?.id, value: '25', previous_value: '50' }])
})

test('the members of a panel stand in one report', async () => {
  const panel = hemoglobin({
    id: 'panel',
    code: { text: 'Blood count' },
    valueQuantity: undefined,
    hasMember: [{ reference: 'Observation/hgb' }, { reference: 'Observation/wbc' }],
  })
  await send(bundle(hemoglobin(), hemoglobin({ id: 'wbc' }), panel))
  expect(await reports()).toMatchObject([{ title: 'Blood count' }])
  expect(await results()).toHaveLength(2)
})

test('vital signs are left out and counted', async () => {
  const height = hemoglobin({ id: 'h', category: [{ coding: [{ code: 'vital-signs' }] }] })
  const { answer } = await send(bundle(hemoglobin(), height, height))
  expect(answer.skipped).toEqual([{ what: 'Observation', why: 'is not a laboratory result', count: 1 }])
  expect(answer.filed).toEqual({ reports: 1, observations: 1 })
})

test('a report in words is filed as words, one with nothing in it is left out', async () => {
  const pathology = bloodCount({
    id: 'p',
    category: [{ coding: [{ code: 'PAT' }] }],
    result: [],
    conclusion: 'No carcinoma.',
  })
  const { answer } = await send(bundle(pathology, bloodCount({ id: 's', result: [] })))
  expect(answer.skipped).toEqual([{ what: 'DiagnosticReport', why: 'holds no results and no PDF', count: 1 }])
  expect(await reports()).toMatchObject([{ conclusion: 'No carcinoma.', kind: 'pathology' }])
})

describe('documents', () => {
  const pdf = btoa('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n')
  const scan = (attachment: object, rest: object = {}) =>
    bloodCount({
      id: 's',
      category: [{ coding: [{ code: 'RAD' }] }],
      result: [],
      presentedForm: [{ contentType: 'application/pdf', title: 'Scan', ...attachment }],
      ...rest,
    })
  const files = () =>
    rows<{ object_key: string; size: number; removed_at: number | null }>('SELECT * FROM report_files')

  test('a PDF that comes inline is kept and belongs to its report', async () => {
    await send(bundle(scan({ data: pdf.replace(/.{20}/g, '$&\n') })))
    const [file] = await files()
    expect(file).toMatchObject({ name: 'Scan.pdf', type: 'application/pdf', removed_at: null })
    expect((await env.FILES.head(file?.object_key ?? ''))?.size).toBe(file?.size)
    await send(bundle(scan({ data: pdf })))
    expect(await files()).toHaveLength(1)
  })

  test('a newer one takes the place of an older one', async () => {
    await send(bundle(scan({ data: pdf })))
    await send(bundle(scan({ data: btoa('%PDF-1.4 corrected %%EOF') }, { status: 'corrected' })))
    expect((await files()).map(({ removed_at }) => removed_at !== null)).toEqual([true, false])
  })

  test.each([
    ['lies elsewhere', { url: 'https://elsewhere.test/secret.pdf' }],
    ['is something else by its content', { data: btoa('<html>%%EOF') }],
    ['was cut off', { data: btoa('%PDF-1.4 and then') }],
    ['is no base64', { data: 'JVBERi*' }],
  ])('one that %s is not taken', async (_, attachment) => {
    const { answer } = await send(bundle(scan(attachment)))
    expect(answer.filed).toEqual({})
    expect(await files()).toEqual([])
  })

  test.each([
    ['lies elsewhere', { url: 'https://elsewhere.test/secret.pdf' }],
    ['is no PDF', { data: btoa('<html>%%EOF') }],
  ])('one that %s is told to its sender, and the results are filed all the same', async (_, attachment) => {
    const why = 'came without a document it names: only whole PDFs sent along are kept'
    const report = bloodCount({
      presentedForm: [{ data: pdf }, { contentType: 'application/pdf', ...attachment }],
    })
    const { answer } = await send(bundle(report, hemoglobin()))
    expect(answer.filed).toMatchObject({ reports: 1, observations: 1 })
    expect(answer.skipped).toEqual([{ what: 'DiagnosticReport', why, count: 1 }])
    expect(await files()).toHaveLength(1)
    await env.DB.prepare('DELETE FROM report_files').run()
    const other = { ...report, id: 'other', effectiveDateTime: '2026-10-08T08:30:00-05:00', result: [] }
    const told = await send({ ...bundle(report, other), type: 'transaction' }, undefined, {
      Accept: 'application/fhir+json',
    })
    const outcome = { issue: [{ severity: 'warning', diagnostics: `It ${why}.` }] }
    expect(told.answer.entry?.map(({ response }) => response)).toMatchObject([
      { status: '200 OK', outcome },
      { status: '201 Created', outcome },
    ])
  })

  test('a document by itself is a report', async () => {
    const letter = {
      resourceType: 'DocumentReference',
      id: 'd',
      status: 'current',
      type: { text: 'Pathology report' },
      subject: { reference: 'Patient/mabel' },
      date: '2026-10-02T10:00:00Z',
      content: [{ attachment: { contentType: 'application/pdf', data: pdf } }],
    }
    expect((await send(bundle(letter))).answer.filed).toEqual({ reports: 1 })
    expect(await reports()).toMatchObject([{ title: 'Pathology report', kind: 'pathology', status: 'final' }])
    await send(bundle({ ...letter, status: 'entered-in-error' }))
    expect(await reports()).toMatchObject([{ status: 'entered-in-error' }])
  })
})

test('whoever speaks FHIR gets an answer for every entry, in order', async () => {
  const transaction = {
    ...bundle(
      patient(),
      hemoglobin({ subject: { reference: 'Patient/stranger' }, id: 'theirs' }),
      { resourceType: 'Practitioner', id: 'p', name: [{ family: 'Who' }] },
      bloodCount(),
      hemoglobin()
    ),
    type: 'transaction',
  }
  const ask = () => send(transaction, key, { Accept: 'application/fhir+json' })
  const statuses = ({ answer }: Awaited<ReturnType<typeof send>>) =>
    answer.entry?.map(({ response }) => response.status)
  const first = await ask()
  expect(first.answer).toMatchObject({ resourceType: 'Bundle', type: 'transaction-response' })
  expect(statuses(first)).toEqual([
    '201 Created',
    '202 Accepted',
    '422 Unprocessable Entity',
    '201 Created',
    '201 Created',
  ])
  expect(first.answer.entry?.[1]?.response.outcome?.resourceType).toBe('OperationOutcome')
  expect(statuses(await ask())).toEqual([
    '200 OK',
    '202 Accepted',
    '422 Unprocessable Entity',
    '200 OK',
    '200 OK',
  ])
})

test('and for every line', async () => {
  const lines = [
    patient(),
    hemoglobin({ subject: { reference: 'Patient/stranger' }, id: 'theirs' }),
    hemoglobin(),
  ].map((line) => JSON.stringify(line))
  const { answer } = await send(lines.join('\n'), key, { Accept: 'application/fhir+json' })
  expect(answer).toMatchObject({ resourceType: 'Bundle', type: 'batch-response' })
  expect(answer.entry?.map(({ response }) => response.status)).toEqual([
    '201 Created',
    '202 Accepted',
    '201 Created',
  ])
})

test('an order that has only been registered is not shown yet', async () => {
  await send(bundle(bloodCount({ status: 'registered', result: [] })))
  expect(await reports()).toMatchObject([{ status: 'registered', released_at: null }])
  await send(bundle(bloodCount(), hemoglobin()))
  expect((await reports())[0]?.released_at).toBeGreaterThan(0)
})

test('a result is not filed under the report of another patient', async () => {
  const { answer } = await send(
    bundle(patient(), hemoglobin({ subject: { reference: 'Patient/nell' } }), bloodCount())
  )
  expect(answer.skipped).toEqual([
    { what: 'Observation', why: 'is about another patient than its report', count: 1 },
  ])
  expect(await results()).toEqual([])
})

test('results held inside their report are found', async () => {
  const inside = { ...hemoglobin({ category: laboratory }), id: 'inner' }
  await send(bloodCount({ contained: [inside], result: [{ reference: '#inner' }] }))
  expect(await results()).toMatchObject([{ value: '11.6' }])
})

test('lines of resources and bare lists refer to each other by id', async () => {
  const uuid = '7d9b1c52-8f6a-4a6e-9f55-0f7b7d1a2c3d'
  const lines = [patient({ id: uuid }), hemoglobin({ subject: { reference: `urn:uuid:${uuid}` } })]
  expect((await send(lines.map((line) => JSON.stringify(line)).join('\n'))).answer.filed).toEqual({
    patients: 1,
    reports: 1,
    observations: 1,
  })
  expect((await send(lines)).answer.unchanged).toEqual({ patients: 1, reports: 1, observations: 1 })
})
