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

test('when to be there is told apart from any other moment of the hours before, even when a clock shows it twice', () => {
  const quarter = 900_000
  const around = (from: string) =>
    fc.integer({ min: 0, max: 26 * 4 }).map((quarters) => new Date(Date.parse(from) + quarters * quarter))
  fc.assert(
    fc.property(
      fc.oneof(moment, around('2026-11-01T05:00Z'), around('2026-03-08T06:00Z')),
      fc.integer({ min: 0, max: 12 }),
      (startsAt, quarters) => {
        const format = formatFor('en', 'America/Chicago')
        const before = (count: number) =>
          arrival(new Date(startsAt.getTime() - count * quarter), startsAt, format)
        for (let other = 0; other <= 12; other++)
          if (other !== quarters) expect(before(other)).not.toBe(before(quarters))
      }
    )
  )
})

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
