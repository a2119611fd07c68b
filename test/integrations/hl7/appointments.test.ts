import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { momentOf } from '../../../src/integrations/hl7/time.ts'
import { as } from '../../support/browser.ts'
import { choose } from '../../support/notices.ts'
import { message, msh, pid, post, rows, seedLab } from './feed.ts'

beforeEach(seedLab)

type Sch = { placer?: string; filler?: string; start?: string; status?: string; reason?: string }
const sch = ({
  placer = 'P1',
  filler = 'F1',
  start = '20990301090000',
  status = 'Booked',
  reason = 'Infusion',
}: Sch = {}) => {
  const fields = Array.from({ length: 26 }, () => '')
  const told: Record<number, string> = {
    0: 'SCH',
    1: placer,
    2: filler,
    7: `^${reason}`,
    11: `^^30^${start}^`,
    25: status,
  }
  return fields.map((_, field) => told[field] ?? '').join('|')
}
const ail = (place = 'Hillside', room = 'Room 4', start = '') =>
  `AIL|1||Infusion Center^${room}^^${place}|||${start}`
const siu = (event: string, fields: Sch = {}, at = '20261001100000', ...rest: string[]) =>
  message(msh(`SIU^${event}`, { at }), sch(fields), pid(), ...rest)
const visits = () =>
  rows<{
    status: string
    starts_at: number
    place: string | null
    room: string | null
    sequence: number
    previous_starts_at: number | null
    previous_place: string | null
    conflict: string | null
    title: string
    kind: string
    id: string
  }>("SELECT * FROM appointments WHERE source = 'lab'")
const told = () =>
  rows<{ account_id: string }>(
    "SELECT account_id FROM outbox WHERE kind = 'appointment-changed' ORDER BY account_id"
  )

test('a new appointment is filed, and the patient reads it', async () => {
  expect((await post(siu('S12', {}, undefined, ail()))).verdicts).toEqual(['AA'])
  const [visit] = await visits()
  expect(visit).toMatchObject({
    status: 'booked',
    kind: 'infusion',
    title: 'Infusion',
    place: 'Hillside, Infusion Center',
    room: 'Room 4',
    sequence: 0,
  })
  expect(new Date(visit?.starts_at ?? 0).toISOString()).toBe('2099-03-01T15:00:00.000Z')
  const html = await (await as('rosa').get(`/patients/rosa-chart/appointments/${visit?.id}`)).text()
  expect(html).toContain('Hillside, Infusion Center, Room 4')
})

test.each([
  ['S12', 'Booked', 'booked'],
  ['S13', 'Scheduled', 'booked'],
  ['S14', 'Confirmed', 'booked'],
  ['S14', 'Pending', 'pending'],
  ['S14', 'Waitlist', 'pending'],
  ['S14', 'Started', 'arrived'],
  ['S14', 'ARRIVED', 'arrived'],
  ['S14', 'Complete', 'fulfilled'],
  ['S14', 'Cancelled', 'cancelled'],
  ['S14', 'Noshow', 'noshow'],
  ['S15', 'Booked', 'cancelled'],
  ['S16', '', 'cancelled'],
  ['S26', '', 'noshow'],
  ['S12', '', 'booked'],
])('%s with the status "%s" is %s', async (event, status, expected) => {
  await post(siu(event, { status }))
  expect((await visits()).map((visit) => visit.status)).toEqual([expected])
})

test('S17 takes it away, with what was asked about it', async () => {
  await post(siu('S12'))
  const [visit] = await visits()
  await as('rosa').post(`/patients/rosa-chart/appointments/${visit?.id}/request`, {
    kind: 'cancel',
    submissionId: 'r'.repeat(21),
  })
  expect((await post(siu('S17', {}, '20261001110000'))).verdicts).toEqual(['AA'])
  expect(await visits()).toEqual([])
})

describe('a change', () => {
  test('keeps the old time and place beside the new, and raises the sequence', async () => {
    await post(siu('S12', {}, '20261001100000', ail()))
    await post(siu('S13', { start: '20990302100000' }, '20261001110000', ail('Northside')))
    const [visit] = await visits()
    expect(visit).toMatchObject({
      sequence: 1,
      previous_place: 'Hillside, Infusion Center',
      place: 'Northside, Infusion Center',
    })
    expect(new Date(visit?.previous_starts_at ?? 0).toISOString()).toBe('2099-03-01T15:00:00.000Z')
    await post(siu('S15', { start: '20990302100000' }, '20261001120000', ail('Northside')))
    expect(await visits()).toMatchObject([{ status: 'cancelled', sequence: 2 }])
  })

  test('that comes late changes nothing', async () => {
    await post(siu('S15', {}, '20261001120000'))
    await post(siu('S12', { start: '20990305090000' }, '20261001100000'))
    expect(await visits()).toMatchObject([{ status: 'cancelled', sequence: 0 }])
  })

  test('is found by the placer’s number where the filler’s came later', async () => {
    await post(siu('S12', { filler: '' }))
    await post(siu('S14', { filler: 'F9', start: '20990303090000' }, '20261001110000'))
    await post(siu('S15', { filler: 'F9', start: '20990303090000' }, '20261001120000'))
    expect(await visits()).toMatchObject([{ status: 'cancelled' }])
  })
})

describe('whoever reads the record hears of it', () => {
  test('of a new one, a change and a cancellation, in one mail while it waits', async () => {
    await post(siu('S12'))
    expect((await told()).map(({ account_id }) => account_id)).toEqual(['milo', 'rosa'])
    await post(siu('S13', { start: '20990302100000' }, '20261001110000'))
    expect(await told()).toHaveLength(2)
    await env.DB.prepare('UPDATE outbox SET sent_at = 1').run()
    await post(siu('S15', { start: '20990302100000' }, '20261001120000'))
    expect(await told()).toHaveLength(4)
  })

  test('not of the same again, nor of what is over', async () => {
    await post(siu('S12', { start: '20200301090000' }))
    expect(await told()).toEqual([])
    await post(siu('S12', { filler: 'F2' }))
    await env.DB.prepare('UPDATE outbox SET sent_at = 1').run()
    await post(siu('S14', { filler: 'F2' }, '20261001110000'))
    expect(await told()).toHaveLength(2)
  })

  test('the patient always, a caregiver only who wants such mails', async () => {
    for (const who of ['milo', 'rosa'] as const) await choose(who, ['new-message'])
    await post(siu('S12'))
    expect((await told()).map(({ account_id }) => account_id)).toEqual(['rosa'])
  })
})

test('times that disagree: the schedule wins, and staff see the other', async () => {
  await post(siu('S12', {}, undefined, ail('Hillside', 'Room 4', '20990301113000')))
  const [visit] = await visits()
  expect(visit?.conflict).toBe('AIL 20990301113000')
  expect(new Date(visit?.starts_at ?? 0).toISOString()).toBe('2099-03-01T15:00:00.000Z')
})

test('an appointment of someone we do not know waits for a person', async () => {
  const body = message(msh('SIU^S12'), sch(), pid('999^^^ELSEWHERE^MR'))
  expect((await post(body)).verdicts).toEqual(['AA'])
  expect(await visits()).toEqual([])
  const [waiting] = await rows<{ id: string; holds: string }>('SELECT id, holds FROM unmatched')
  expect(waiting?.holds).toBe('{"appointments":1}')
  await as('frida').post(`/admin/unmatched/${waiting?.id}/match`, { patientId: 'rosa-chart' })
  expect(await visits()).toHaveLength(1)
})

test.each([
  ['no SCH', message(msh('SIU^S12'), pid()), 'SCH^1'],
  ['no PID', message(msh('SIU^S12'), sch()), 'PID^1'],
  ['no number', message(msh('SIU^S12'), sch({ placer: '', filler: '' }), pid()), 'SCH^1^2'],
  ['no time', message(msh('SIU^S12'), sch({ start: '' }), pid()), 'SCH^1^11'],
])('%s is refused', async (_, body, at) => {
  expect((await post(body)).acks).toMatchObject([{ verdict: 'AE', error: '101', at }])
})

test('a wall clock of any zone means the moment that it shows, on days when clocks change too', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2026-01-01'), max: new Date('2029-01-01'), noInvalidDate: true }),
      fc.constantFrom(
        'America/Chicago',
        'America/New_York',
        'America/Phoenix',
        'Europe/Berlin',
        'Asia/Kolkata'
      ),
      (at, zone) => {
        const wall = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        })
        const digits = (moment: Date) => wall.format(moment).replace(/\D/g, '')
        const read = momentOf(digits(at), zone)
        expect(read && digits(read)).toBe(digits(at))
      }
    )
  )
})
