import { beforeEach, expect, test } from 'vitest'
import { as } from '../../support/browser.ts'
import { rows, seedFeed, send } from './feed.ts'

beforeEach(seedFeed)

const appointment = (rest: object = {}) => ({
  resourceType: 'Appointment',
  id: 'a1',
  status: 'booked',
  description: 'Chemotherapy infusion',
  start: '2027-01-05T15:00:00Z',
  end: '2027-01-05T18:00:00Z',
  participant: [
    { actor: { reference: 'Patient/mabel' }, status: 'accepted' },
    { actor: { reference: 'Location/2', display: 'Infusion Center' }, status: 'accepted' },
    { actor: { reference: 'Practitioner/3', display: 'Anita Rao, MD' }, status: 'accepted' },
  ],
  ...rest,
})
const filed = () => rows("SELECT * FROM appointments WHERE source = 'hospital'")

test('an appointment is filed with who, where and when', async () => {
  await send(appointment())
  expect(await filed()).toMatchObject([
    {
      patient_id: 'mabel-chart',
      kind: 'infusion',
      status: 'booked',
      title: 'Chemotherapy infusion',
      place: 'Infusion Center',
      clinician: 'Anita Rao, MD',
      starts_at: Date.parse('2027-01-05T15:00:00Z'),
    },
  ])
})

test.each([
  ['pending', 'pending'],
  ['waitlist', 'pending'],
  ['arrived', 'arrived'],
  ['checked-in', 'arrived'],
  ['fulfilled', 'fulfilled'],
  ['cancelled', 'cancelled'],
  ['noshow', 'noshow'],
])('%s is kept as %s', async (sent, kept) => {
  await send(appointment({ status: sent }))
  expect(await filed()).toMatchObject([{ status: kept }])
})

test('what is only proposed is left out', async () => {
  const { answer } = await send(appointment({ status: 'proposed' }))
  expect(answer.skipped).toEqual([{ what: 'Appointment', why: 'is only proposed', count: 1 }])
  expect(await filed()).toEqual([])
})

test('one that moves remembers where it was', async () => {
  await send(appointment())
  await send(appointment({ start: '2027-01-06T15:00:00Z' }))
  expect(await filed()).toMatchObject([
    { starts_at: Date.parse('2027-01-06T15:00:00Z'), previous_starts_at: Date.parse('2027-01-05T15:00:00Z') },
  ])
})

test.each(['cancelled', 'entered-in-error'])('%s without a time cancels what is on file', async (status) => {
  await send(appointment())
  const { answer } = await send(appointment({ status, start: undefined, end: undefined }))
  expect(answer.changed).toEqual({ appointments: 1 })
  expect(await filed()).toMatchObject([
    { status: 'cancelled', starts_at: Date.parse('2027-01-05T15:00:00Z') },
  ])
})

test('one that is cancelled without a time and not on file is left out', async () => {
  const { answer } = await send(appointment({ status: 'cancelled', start: undefined, end: undefined }))
  expect(answer.skipped).toEqual([
    { what: 'Appointment', why: 'does not say when it starts, and is not on file', count: 1 },
  ])
  expect(await filed()).toEqual([])
})

test('what staff wrote stands while the feed says nothing of it', async () => {
  await send(appointment())
  const [visit] = await filed()
  const written = { preparation: 'Nothing to eat after midnight.', note: 'North door.', arrive: '20' }
  const url = `/admin/patients/mabel-chart/appointments/${visit?.id}`
  expect((await as('frida').post(url, { seen: '0', videoUrl: '', ...written })).status).toBe(303)
  await send(appointment({ description: 'Infusion, second cycle' }))
  expect(await filed()).toMatchObject([
    {
      title: 'Infusion, second cycle',
      preparation: 'Nothing to eat after midnight.',
      note: 'North door.',
      arrive_at: Date.parse('2027-01-05T14:40:00Z'),
    },
  ])
})

test('one that is cancelled in few words keeps all the others', async () => {
  await send(appointment())
  const patient = { actor: { reference: 'Patient/mabel' }, status: 'declined' }
  await send(
    appointment({ status: 'cancelled', description: undefined, end: undefined, participant: [patient] })
  )
  expect(await filed()).toMatchObject([
    {
      status: 'cancelled',
      kind: 'infusion',
      title: 'Chemotherapy infusion',
      place: 'Infusion Center',
      clinician: 'Anita Rao, MD',
      ends_at: Date.parse('2027-01-05T18:00:00Z'),
    },
  ])
})
