import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { patients } from '../../../src/db/schema.ts'
import { as } from '../../support/browser.ts'
import { auditMark, auditSince, db, minutesAgo } from '../../support/people.ts'
import { bundle, hemoglobin, own, patient, recordNumber, rows, seedFeed, send } from './feed.ts'

beforeEach(seedFeed)

type Row = {
  id: string
  mrn: string | null
  given_name: string
  family_name: string
  search_name: string
  birth_date: string
  email: string | null
}
const all = () => rows<Row>('SELECT * FROM patients ORDER BY id')
const find = (where: string) => rows<Row>(`SELECT * FROM patients WHERE ${where}`)

test('a new patient is filed with the record number and never the social security number', async () => {
  const mark = await auditMark()
  expect((await send(patient())).answer.filed).toEqual({ patients: 1 })
  const [row] = await find("source_id = 'Patient/nell'")
  expect(row).toMatchObject({
    mrn: '30001',
    given_name: 'Nell Ann',
    family_name: 'Núñez',
    search_name: 'nunez nell ann',
    birth_date: '1949-02-28',
  })
  expect(JSON.stringify(await all())).not.toContain('999-11-2222')
  expect(await auditSince(mark)).toEqual([
    {
      actor: 'feed',
      account_id: 'hospital',
      patient_id: row?.id,
      action: 'record.filed',
      subject_id: row?.id,
    },
  ])
})

test.each([
  ['a number of another kind', [{ type: { coding: [{ code: 'AN' }] }, system: own, value: '10001' }]],
  ['the record number of another hospital', [recordNumber('10001', 'http://other-hospital.example')]],
  ['a record number of nobody', [{ type: { coding: [{ code: 'MR' }] }, value: '10001' }]],
  ['no number', []],
])(
  'someone new with %s waits with all that is theirs, and is known once a person has said who it is',
  async (_, identifier) => {
    const rosa = patient({ name: [{ family: 'Díaz', given: ['Rosa'] }], birthDate: '1952-03-27', identifier })
    const result = hemoglobin({ subject: { reference: 'Patient/nell' } })
    const before = await all()
    expect((await send(bundle(rosa, result))).answer.waiting).toEqual([{ why: 'unknown', count: 1 }])
    expect(await all()).toEqual(before)
    expect(await rows("SELECT id FROM observations WHERE source = 'hospital'")).toEqual([])
    const [waiting] = await rows<{ id: string }>('SELECT id FROM unmatched')
    await as('frida').post(`/admin/unmatched/${waiting?.id}/match`, { patientId: 'rosa-chart' })
    expect(await rows("SELECT patient_id FROM observations WHERE source = 'hospital'")).toEqual([
      { patient_id: 'rosa-chart' },
    ])
    expect((await send(bundle(rosa, { ...result, id: 'later' }))).answer.filed).toEqual({
      reports: 1,
      observations: 1,
    })
  }
)

test('a system that does not use the practice’s record numbers brings nobody into the files', async () => {
  await env.DB.prepare("UPDATE feeds SET own_authorities = '[]'").run()
  const before = await all()
  expect((await send(patient())).answer).toMatchObject({
    filed: {},
    waiting: [{ why: 'unknown', count: 1 }],
  })
  expect(await all()).toEqual(before)
})

test('a record number on file is the same person when birth date and family name agree', async () => {
  const rosa = patient({
    id: 'r',
    name: [{ family: 'DIAZ', given: ['Rosa'] }],
    birthDate: '1952-03-27',
    identifier: [recordNumber('10001')],
  })
  expect((await send(bundle(rosa, hemoglobin({ subject: { reference: 'Patient/r' } })))).status).toBe(200)
  expect(await rows("SELECT patient_id FROM observations WHERE source = 'hospital'")).toEqual([
    { patient_id: 'rosa-chart' },
  ])
  expect((await find("id = 'rosa-chart'"))[0]).toMatchObject({
    family_name: 'Díaz',
    email: 'rosa@example.test',
  })
})

test.each([
  ['birth date', { name: [{ family: 'Díaz' }], birthDate: '1952-03-28' }],
  ['family name', { name: [{ family: 'Smith' }], birthDate: '1952-03-27' }],
])('a record number with another %s is parked', async (_, rest) => {
  const before = await all()
  const { status, answer } = await send(
    bundle(
      patient({ ...rest, identifier: [recordNumber('10001')] }),
      hemoglobin({ subject: { reference: 'Patient/nell' } })
    )
  )
  expect(status).toBe(200)
  expect(answer.waiting).toEqual([{ why: 'contradicts', count: 1 }])
  expect(JSON.stringify(answer)).not.toContain('1952')
  expect(await all()).toEqual(before)
  expect(await rows("SELECT id FROM observations WHERE source = 'hospital'")).toEqual([])
  expect(await rows('SELECT why, identifier, holds, resolved_at FROM unmatched')).toEqual([
    {
      why: 'contradicts',
      identifier: '10001',
      holds: '{"patients":1,"reports":1,"observations":1}',
      resolved_at: null,
    },
  ])
})

test('name and birth date alone never join two records', async () => {
  await send(patient({ name: [{ family: 'Díaz', given: ['Rosa'] }], birthDate: '1952-03-27' }))
  expect(await find("family_name = 'Díaz' AND birth_date = '1952-03-27'")).toHaveLength(2)
})

test('the sender may correct a name in its own record, and fills in what is missing', async () => {
  const sent = patient({
    id: 'mabel',
    name: [{ family: 'Gray-Hill', given: ['Mabel'] }],
    birthDate: '1950-05-05',
    identifier: [],
    telecom: [{ system: 'email', value: 'Mabel@Example.Test' }],
  })
  expect((await send(sent)).answer.changed).toEqual({ patients: 1 })
  expect(await find("id = 'mabel-chart'")).toMatchObject([
    { family_name: 'Gray-Hill', mrn: '20001', search_name: 'gray hill mabel', email: 'mabel@example.test' },
  ])
  expect((await send(sent)).answer.unchanged).toEqual({ patients: 1 })
})

test('what the practice wrote about a person stays', async () => {
  const d = db()
  await d.batch([
    d
      .update(patients)
      .set({ email: 'own@example.test', inactiveAt: minutesAgo(5) })
      .where(eq(patients.id, 'mabel-chart')),
  ])
  await send(
    patient({
      id: 'mabel',
      name: [{ family: 'Gray', given: ['Mabel Jo'] }],
      birthDate: '1950-05-05',
      identifier: [],
      telecom: [{ system: 'email', value: 'other@example.test' }],
    })
  )
  const [row] = await rows<{ email: string; given_name: string; inactive_at: number | null }>(
    "SELECT * FROM patients WHERE id = 'mabel-chart'"
  )
  expect(row).toMatchObject({ email: 'own@example.test', given_name: 'Mabel Jo' })
  expect(row?.inactive_at).toBeGreaterThan(0)
})

test('results of another person than the one they were filed for are parked', async () => {
  await send(bundle(hemoglobin()))
  const moved = await send(bundle(patient(), hemoglobin({ subject: { reference: 'Patient/nell' } })))
  expect(moved.status).toBe(422)
  expect(await rows("SELECT patient_id FROM observations WHERE source = 'hospital'")).toEqual([
    { patient_id: 'mabel-chart' },
  ])
})
