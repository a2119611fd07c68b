import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  countResults,
  isJudged,
  judge,
  type Measured,
  numberOf,
  rangeBar,
  shortened,
} from '../../src/labs/observation.ts'
import { plainWordsFor } from '../../src/labs/plain-words.ts'
import { isVisible } from '../../src/labs/report.ts'
import { dictionaries } from '../support/words.ts'

const bare: Measured = { value: '5', flag: null, rangeLow: null, rangeHigh: null, rangeText: null }
const between: Measured = { ...bare, rangeLow: '4.0', rangeHigh: '11.0' }
const decimal = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((number) => number.toFixed(3))
const flag = fc.option(fc.constantFrom('N', 'H', 'L', 'HH', 'LL', 'A', 'AA', 'POS', 'S', '', 'n', '*'))

describe('what may be said of a result', () => {
  test.each<[Partial<Measured>, string]>([
    [{ value: '5.2' }, 'in-range'],
    [{ value: '4' }, 'in-range'],
    [{ value: '11.0' }, 'in-range'],
    [{ value: '3.99' }, 'low'],
    [{ value: '11.01' }, 'high'],
    [{ value: '3', flag: 'LL' }, 'critical-low'],
    [{ value: '40', flag: 'HH' }, 'critical-high'],
    [{ value: '5', flag: 'H' }, 'high'],
    [{ value: '20', flag: 'N' }, 'high'],
    [{ value: '5', flag: 'POS' }, 'not-compared'],
    [{ value: '<0.01' }, 'not-compared'],
    [{ value: '<0.01', flag: 'N' }, 'in-range'],
    [{ value: null }, 'not-compared'],
    [{ value: '5', rangeLow: null, rangeHigh: '5.5' }, 'in-range'],
    [{ value: '5', rangeLow: '<1', rangeHigh: '5.5' }, 'not-compared'],
    [{ value: '5', rangeLow: null, rangeHigh: null, rangeText: 'adults: 3-7' }, 'not-compared'],
  ])('%j is %s', (result, said) => expect(judge({ ...between, ...result })).toBe(said))

  test.each(['5', 'NOT DETECTED', '<0.01', '1:40', '', null])(
    '%j without a range is never normal',
    (value) => {
      expect(judge({ ...bare, value })).toBe('no-range')
    }
  )

  test('"in range" is said of nothing but a number inside its range, or what the laboratory called normal', () => {
    fc.assert(
      fc.property(
        fc.record({
          value: fc.option(fc.oneof(decimal, fc.string())),
          flag,
          rangeLow: fc.option(fc.oneof(decimal, fc.string())),
          rangeHigh: fc.option(fc.oneof(decimal, fc.string())),
          rangeText: fc.option(fc.string()),
        }),
        (result) => {
          if (judge(result) !== 'in-range') return
          const [value, low, high] = [result.value, result.rangeLow, result.rangeHigh].map(numberOf)
          const called = result.flag?.toUpperCase() === 'N'
          const inside = value !== null && (low !== null || high !== null)
          expect(called || inside).toBe(true)
          if (value !== null && value !== undefined) {
            if (low !== null && low !== undefined && high !== null && high !== undefined)
              expect(value >= low && value <= high).toBe(true)
          }
        }
      )
    )
  })

  test('only what can be compared is counted', () => {
    expect(countResults(5, [between, { ...between, value: '3' }, { ...between, value: '<1' }, bare])).toEqual(
      {
        total: 5,
        judged: 2,
        outside: 1,
      }
    )
  })

  test.each(['<0.01', '>5000', '1:40', '5 (H)', '', ' ', '0x10', 'Infinity', '1e999', '1,5'])(
    '%j is no number',
    (text) => expect(numberOf(text)).toBeNull()
  )
})

describe('a value with very many decimals', () => {
  test.each<[string, string | null]>([
    ['5.460662791219653', '5.46'],
    ['-0.0012345678', '-0.0012'],
    ['11.60', null],
    ['0.123456', null],
    ['<5.460662791219653', null],
    ['0.0000001234', null],
    ['12345678901234567890.12345678', null],
  ])('%s is shortened to %s', (value, short) => expect(shortened(value)).toBe(short))

  test('is never far from what was sent', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 99_999, noNaN: true }), (number) => {
        const short = shortened(number.toFixed(12))
        expect(Math.abs(Number(short) - number)).toBeLessThanOrEqual(0.00501)
      })
    )
  })
})

describe('the range on a line', () => {
  test('stands inside the line and on the right side of its bounds', () => {
    fc.assert(
      fc.property(decimal, decimal, decimal, (value, rangeLow, rangeHigh) => {
        const result = { ...bare, value, rangeLow, rangeHigh }
        const bar = rangeBar(result)
        if (!bar) {
          expect(Number(rangeHigh)).toBeLessThanOrEqual(Number(rangeLow))
          return
        }
        expect(bar.at).toBeGreaterThanOrEqual(3)
        expect(bar.at).toBeLessThanOrEqual(97)
        const said = judge(result)
        if (said === 'low') expect(bar.at).toBeLessThanOrEqual(bar.low)
        if (said === 'high') expect(bar.at).toBeGreaterThanOrEqual(bar.high)
        expect(isJudged(said)).toBe(true)
      })
    )
  })

  test.each<Partial<Measured>>([
    { value: '<1' },
    { rangeLow: null },
    { rangeHigh: 'high' },
    { rangeLow: '11.0' },
  ])('is not drawn for %j', (result) => expect(rangeBar({ ...between, ...result })).toBeNull())
})

test('a report is seen once it is released, unless it was taken back', () => {
  const now = new Date()
  const later = new Date(now.getTime() + 1)
  expect(isVisible({ releasedAt: now, status: 'final' }, now)).toBe(true)
  expect(isVisible({ releasedAt: null, status: 'final' }, now)).toBe(false)
  expect(isVisible({ releasedAt: later, status: 'final' }, now)).toBe(false)
  expect(isVisible({ releasedAt: now, status: 'entered-in-error' }, now)).toBe(false)
})

test('common tests have plain words in both languages, and no code has two', () => {
  expect(plainWordsFor('718-7')).toBe('hemoglobin')
  expect(plainWordsFor('0-0')).toBeUndefined()
  expect(plainWordsFor(null)).toBeUndefined()
  for (const { labs } of Object.values(dictionaries))
    for (const words of Object.values(labs.tests)) expect(words).toMatch(/^\p{Lu}.*\.$/u)
})
