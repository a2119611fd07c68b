import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { momentOf } from '../../../src/integrations/hl7/time.ts'
import { as } from '../../support/browser.ts'
import { choose } from '../../support/notices.ts'
import { message, msh, pid, post, rows, seedLab } from './feed.ts'

beforeEach(seedLab)

type Sch = {
  placer?: string
  filler?: string
  start?: string
  end?: string
  status?: string
  reason?: string
}
const sch = ({
  placer = 'P1',
  filler = 'F1',
  start = '20990301090000',
  end = '',
  status = 'Booked',
  reason = 'Infusion',
}: Sch = {}) => {
  const fields = Array.from({ length: 26 }, () => '')
  const told: Record<number, string> = {
    0: 'SCH',
    1: placer,
    2: filler,
    7: `^${reason}`,
    11: `^^30^${start}^${end}`,
    25: status,
  }
  return fields.map((_, field) => told[field] ?? '').join('|')
}
const ail = (place = 'Hillside', room = 'Room 4', start = '') =>
  `AIL|1||Infusion Center^${room}^^${place}|||${start}`
const aip = (name = 'Reyes^Dana') => `AIP|1||77^${name}`
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
    clinician: string | null
    changed_at: number | null
    preparation: string | null
    note: string | null
    arrive_at: number | null
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

describe('what ends one that is on file', () => {
  test.each([
    ['S15', 'cancelled'],
    ['S16', 'cancelled'],
    ['S17', 'cancelled'],
    ['S26', 'noshow'],
  ])('%s need not say when it was', async (event, status) => {
    await post(siu('S12'))
    expect((await post(siu(event, { start: '' }, '20261001110000'))).verdicts).toEqual(['AA'])
    const [visit] = await visits()
    expect(visit).toMatchObject({ status, starts_at: Date.parse('2099-03-01T15:00:00Z') })
    const html = await (await as('rosa').get(`/patients/rosa-chart/appointments/${visit?.id}`)).text()
    if (status === 'cancelled') expect(html).toContain('This appointment is canceled')
  })

  test.each([
    ['cancel', 'Our office did what you asked'],
    ['reschedule', 'You asked for another time. This appointment was canceled.'],
  ])('answers who asked to %s it', async (kind, words) => {
    await post(siu('S12'))
    const [visit] = await visits()
    const url = `/patients/rosa-chart/appointments/${visit?.id}`
    await as('rosa').post(`${url}/request`, { kind, body: 'Any Tuesday', submissionId: 'r'.repeat(21) })
    await post(siu('S15', {}, '20261001110000'))
    const html = await (await as('rosa').get(url)).text()
    expect(html).toContain(words)
    expect(html).not.toContain('stands until our office has answered')
    expect(await (await as('frida').get('/admin/appointments/requests')).text()).not.toContain('Any Tuesday')
  })

  test.each(['S15', 'S16', 'S26'])('%s of one that nobody knows is refused without a time', async (event) => {
    const { acks } = await post(siu(event, { start: '' }))
    expect(acks).toMatchObject([{ verdict: 'AE', error: '204' }])
    expect(await visits()).toEqual([])
    expect(await rows('SELECT id FROM inbox_messages WHERE refused_at IS NOT NULL')).toHaveLength(1)
  })

  test('and what was entered in error and never came leaves nothing to do', async () => {
    expect((await post(siu('S17', { start: '' }))).verdicts).toEqual(['AA'])
    expect(await visits()).toEqual([])
  })
})

describe('a change', () => {
  test('keeps the old time and place beside the new, and raises the sequence', async () => {
    await post(siu('S12', {}, '20261001100000', ail()))
    await post(siu('S13', { start: '20990302100000' }, '20261001110000', ail('Northside')))
    const [visit] = await visits()
    expect(visit).toMatchObject({
      sequence: 1,
      previous_place: 'Hillside, Infusion Center, Room 4',
      place: 'Northside, Infusion Center',
    })
    expect(new Date(visit?.previous_starts_at ?? 0).toISOString()).toBe('2099-03-01T15:00:00.000Z')
    await post(siu('S15', { start: '20990302100000' }, '20261001120000', ail('Northside')))
    expect(await visits()).toMatchObject([{ status: 'cancelled', sequence: 2 }])
  })

  test.each<[string, Sch, string[], string | undefined]>([
    ['its room', {}, [ail('Hillside', 'Room 9'), aip()], 'It was at Hillside, Infusion Center, Room 4.'],
    ['who it is with', {}, [ail(), aip('Rao^Anita')], 'It was with Dana Reyes.'],
    ['that it is confirmed', { status: 'Booked' }, [ail(), aip()], undefined],
    ['its end', { status: 'Pending', end: '20990301113000' }, [ail(), aip()], undefined],
  ])('of %s is told, shown, and newer in a calendar', async (_, fields, rest, was) => {
    await post(siu('S12', { status: 'Pending' }, '20261001100000', ail(), aip()))
    await env.DB.prepare('UPDATE outbox SET sent_at = 1').run()
    await post(siu('S14', { status: 'Pending', ...fields }, '20261001110000', ...rest))
    const [visit] = await visits()
    const url = `/patients/rosa-chart/appointments/${visit?.id}`
    const html = await (await as('rosa').get(url)).text()
    expect(html).toContain('Changed')
    if (was) expect(html).toContain(was)
    expect(await (await as('rosa').get(`${url}/appointment.ics`)).text()).toContain('SEQUENCE:1')
    expect(await told()).toHaveLength(4)
  })

  test('of nothing is no change', async () => {
    await post(siu('S12', {}, '20261001100000', ail(), aip()))
    await env.DB.prepare('UPDATE outbox SET sent_at = 1').run()
    await post(siu('S14', {}, '20261001110000', ail(), aip()))
    expect(await visits()).toMatchObject([{ sequence: 0, changed_at: null }])
    expect(await told()).toHaveLength(2)
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

describe('what a message leaves unsaid stays:', () => {
  const bare = (event: string, at: string) =>
    message(msh(`SIU^${event}`, { at }), 'SCH|P1|F1|||||||||^^^20990301090000', pid())
  beforeEach(() => post(siu('S12', {}, '20261001100000', ail(), aip())))

  test('what staff wrote beside it, over changes of all else', async () => {
    const [visit] = await visits()
    const written = { preparation: 'Nothing to eat after midnight.', note: 'North door.', arrive: '20' }
    const url = `/admin/patients/rosa-chart/appointments/${visit?.id}`
    expect((await as('frida').post(url, { seen: '0', videoUrl: '', ...written })).status).toBe(303)
    await post(siu('S14', {}, '20261001110000', ail('Northside', 'Room 9')))
    await post(bare('S14', '20261001120000'))
    expect(await visits()).toMatchObject([
      {
        place: 'Northside, Infusion Center',
        room: 'Room 9',
        preparation: 'Nothing to eat after midnight.',
        note: 'North door.',
        arrive_at: Date.parse('2099-03-01T14:40:00Z'),
      },
    ])
  })

  test('the room too, but not at another place', async () => {
    await post(siu('S14', {}, '20261001110000', ail('Hillside', '')))
    expect(await visits()).toMatchObject([{ room: 'Room 4' }])
    await post(siu('S14', {}, '20261001120000', ail('Northside', '')))
    expect(await visits()).toMatchObject([{ place: 'Northside, Infusion Center', room: null }])
  })

  test.each([
    ['S15', 'cancelled'],
    ['S16', 'cancelled'],
    ['S26', 'noshow'],
  ])('%s alone ends it, and all of it can still be read', async (event, status) => {
    await post(bare(event, '20261001110000'))
    expect(await visits()).toMatchObject([
      {
        status,
        kind: 'infusion',
        title: 'Infusion',
        place: 'Hillside, Infusion Center',
        room: 'Room 4',
        clinician: 'Dana Reyes',
      },
    ])
  })
})

describe('by whichever of its numbers a message names it,', () => {
  const both = { placer: 'P1', filler: 'F1' }
  const byPlacer = { placer: 'P1', filler: '' }
  const byFiller = { placer: '', filler: 'F1' }

  test.each<[string, ...Sch[]]>([
    ['both, then the placer’s', both, byPlacer],
    ['both, then the filler’s', both, byFiller],
    ['the placer’s, both, then the filler’s', byPlacer, both, byFiller],
    ['the filler’s, both, then the placer’s', byFiller, both, byPlacer],
  ])('it is one appointment: %s', async (_, ...named) => {
    for (const [index, names] of named.entries())
      await post(siu(index === named.length - 1 ? 'S15' : 'S14', names, `2026100110000${index}`))
    expect(await visits()).toMatchObject([{ status: 'cancelled' }])
  })

  test('also where it was filed under each, and then it turns out to be one', async () => {
    await post(siu('S12', byPlacer, '20261001100000'))
    await post(siu('S12', byFiller, '20261001100001'))
    await post(siu('S14', both, '20261001100002'))
    const open = () => visits().then((all) => all.filter(({ status }) => status === 'booked'))
    expect(await open()).toHaveLength(1)
    await post(siu('S15', byPlacer, '20261001100003'))
    expect(await open()).toEqual([])
  })

  test('also after its patient’s record became part of another', async () => {
    await env.DB.prepare(
      `INSERT INTO patients (id, mrn, given_name, family_name, search_name, birth_date, created_at)
       VALUES ('second', '7001', 'Rosa', 'Diaz', 'diaz rosa', '1952-03-27', 1)`
    ).run()
    const retired = pid('7001^^^HILLSIDE^MR')
    await post(message(msh('SIU^S12', { at: '20261001100000' }), sch(both), retired))
    await post(message(msh('ADT^A40'), pid(), 'MRG|7001^^^HILLSIDE^MR'))
    await post(message(msh('SIU^S15', { at: '20261001110000' }), sch(byPlacer), retired))
    expect(await rows("SELECT patient_id, status FROM appointments WHERE source = 'lab'")).toEqual([
      { patient_id: 'rosa-chart', status: 'cancelled' },
    ])
  })

  test('and both at once', async () => {
    await Promise.all([post(siu('S12', both)), post(siu('S12', byPlacer)), post(siu('S12', byPlacer))])
    expect(await visits()).toHaveLength(1)
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
