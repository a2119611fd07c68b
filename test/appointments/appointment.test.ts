import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  arrival,
  byDay,
  directionsUrl,
  hasMoved,
  instructions,
  startOfDay,
} from '../../src/appointments/appointment.ts'
import { formatFor, localDate } from '../../src/i18n/format.ts'

const zones = [
  'America/Chicago',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Pacific/Apia',
  'UTC',
]
const moment = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })

describe('the start of a day', () => {
  test('is the first moment with its date, in every zone and across every change of clocks', () => {
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (at, zone) => {
        const start = startOfDay(at, zone)
        expect(start.getTime()).toBeLessThanOrEqual(at.getTime())
        expect(localDate(start, zone)).toBe(localDate(at, zone))
        expect(localDate(new Date(start.getTime() - 1), zone)).not.toBe(localDate(at, zone))
      }),
      { numRuns: 300 }
    )
  })

  test.each([
    ['2026-03-08T20:00:00Z', '2026-03-08T06:00:00.000Z'],
    ['2026-11-01T20:00:00Z', '2026-11-01T05:00:00.000Z'],
    ['2026-07-04T04:59:59Z', '2026-07-03T05:00:00.000Z'],
  ])('%s in Chicago is in the day that began at %s', (at, start) => {
    expect(startOfDay(new Date(at), 'America/Chicago').toISOString()).toBe(start)
  })
})

test.each(['2026-03-08', '2026-11-01', '2026-07-04'])(
  'around %s, when to be there is told apart from any other moment of the three hours before',
  (day) => {
    const quarter = 900_000
    const format = formatFor('en', 'America/Chicago')
    for (let from = 0; from < 30 * 4; from++) {
      const startsAt = new Date(Date.parse(day) + from * quarter)
      const said = Array.from({ length: 13 }, (_, back) =>
        arrival(new Date(startsAt.getTime() - back * quarter), startsAt, format)
      )
      expect(new Set(said).size, startsAt.toISOString()).toBe(13)
    }
  }
)

test('stops are grouped by their date in the practice’s zone, none lost and none moved', () => {
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 12 }), fc.constantFrom(...zones), (times, zone) => {
      const rows = times.toSorted((a, b) => a.getTime() - b.getTime()).map((startsAt) => ({ startsAt }))
      const days = byDay(rows, zone)
      expect(days.flatMap(([, stops]) => stops)).toEqual(rows)
      expect(new Set(days.map(([day]) => day)).size).toBe(days.length)
      for (const [day, stops] of days)
        for (const { startsAt } of stops) expect(localDate(startsAt, zone)).toBe(day)
    })
  )
})

test('a late evening visit stays on its own day', () => {
  const startsAt = new Date('2026-12-04T05:30:00Z')
  expect(byDay([{ startsAt }], 'America/Chicago')[0]?.[0]).toBe('2026-12-03')
})

test('only another time is a change of time', () => {
  const startsAt = new Date(5)
  expect(hasMoved({ startsAt, previousStartsAt: new Date(4) })).toBe(true)
  expect(hasMoved({ startsAt, previousStartsAt: new Date(5) })).toBe(false)
  expect(hasMoved({ startsAt, previousStartsAt: null })).toBe(false)
})

test('directions carry the address and nothing else', () => {
  const url = new URL(directionsUrl('1 Main St & Co #4, Town'))
  expect([...url.searchParams]).toEqual([
    ['api', '1'],
    ['query', '1 Main St & Co #4, Town'],
  ])
})

test('instructions are lines', () => {
  expect(instructions(' Eat.\n\n Drink. \n')).toEqual(['Eat.', 'Drink.'])
  expect(instructions(null)).toEqual([])
})
