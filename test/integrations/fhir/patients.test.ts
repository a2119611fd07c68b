import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { patients } from '../../../src/db/schema.ts'
import { auditMark, auditSince, db, minutesAgo } from '../../support/people.ts'
import { bundle, hemoglobin, patient, rows, seedFeed, send } from './feed.ts'

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

test('without a record number of its own type there is none', async () => {
  await send(
    patient({
      identifier: [
        { type: { coding: [{ code: 'SS' }] }, value: '999-11-2222' },
        { type: { coding: [{ code: 'AN' }] }, value: '77' },
      ],
    })
  )
  expect((await find("source_id = 'Patient/nell'"))[0]?.mrn).toBe(null)
})

test('a record number on file is the same person when birth date and family name agree', async () => {
  const rosa = patient({
    id: 'r',
    name: [{ family: 'DIAZ', given: ['Rosa'] }],
    birthDate: '1952-03-27',
    identifier: [{ type: { coding: [{ code: 'MR' }] }, value: '10001' }],
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
      patient({ ...rest, identifier: [{ type: { coding: [{ code: 'MR' }] }, value: '10001' }] }),
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
  await send(
    patient({ identifier: [], name: [{ family: 'Díaz', given: ['Rosa'] }], birthDate: '1952-03-27' })
  )
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
