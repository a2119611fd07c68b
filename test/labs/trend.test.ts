import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatFor } from '../../src/i18n/format.ts'
import { csvOf } from '../../src/labs/history/csv.ts'
import {
  boundOf,
  mostMarks,
  type Point,
  summaryOf,
  trendOf,
  unitKey,
  within,
} from '../../src/labs/history/trend.ts'
import { numberOf } from '../../src/labs/observation.ts'
import { dictionaries } from '../support/words.ts'

const day = 86_400_000
const start = Date.UTC(2026, 0, 1)
let made = 0
const point = (value: string | null, rest: Partial<Point> = {}): Point => ({
  id: `p${++made}`,
  reportId: 'r',
  code: '718-7',
  name: 'Hemoglobin',
  status: 'final',
  value,
  unit: 'g/dL',
  rangeLow: '12',
  rangeHigh: '16',
  rangeText: null,
  flag: null,
  method: null,
  laboratory: null,
  collectedAt: new Date(start),
  correctedAt: null,
  previousValue: null,
  previousUnit: null,
  ...rest,
})
const series = (...points: Point[]) =>
  points.map((each, index) => ({ ...each, collectedAt: new Date(start + index * day) }))
const span = (points: Point[]) => ({ from: new Date(start - day), to: new Date(start + points.length * day) })
const draw = (...points: Point[]) => trendOf(series(...points), span(points))

const values = fc.oneof(
  fc.double({ min: 0, max: 500, noNaN: true }).map((number) => number.toFixed(2)),
  fc.constantFrom('<0.01', '>5000', 'NOT DETECTED', '1:40', '', null)
)
const points = fc
  .array(
    fc.record({
      value: values,
      unit: fc.constantFrom('g/dL', 'g/L', null),
      method: fc.constantFrom(null, 'A', 'B'),
      rangeLow: fc.constantFrom('12', '12.0', '11', null),
    }),
    { maxLength: 400 }
  )
  .map((list) => series(...list.map((rest) => point(rest.value, rest))))

describe('what is drawn', () => {
  test('is every result that is a number or a bound, in its unit, and nothing else', () => {
    fc.assert(
      fc.property(points, (list) => {
        const trend = trendOf(list, span(list))
        const drawable = list.filter(({ value }) => (numberOf(value) ?? boundOf(value)) !== null)
        const marks = trend.panels.flatMap((panel) => panel.marks)
        expect(trend.undrawn).toBe(list.length - drawable.length)
        if (!trend.panels.some(({ isThinned }) => isThinned))
          expect(new Set(marks.map((mark) => mark.point.id))).toEqual(new Set(drawable.map(({ id }) => id)))
        for (const panel of trend.panels) {
          expect(panel.marks.length).toBeLessThanOrEqual(mostMarks + 2)
          for (const { point: each } of panel.marks) expect(unitKey(each.unit)).toBe(unitKey(panel.unit))
          for (const { x, y } of panel.marks) expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
          for (const { x, y } of panel.marks) expect(Math.max(x, y)).toBeLessThanOrEqual(1000)
          // Higher on the paper is never less.
          const plain = panel.marks.filter(({ isBound }) => !isBound)
          for (const one of plain.slice(0, 20))
            for (const other of plain.slice(0, 20))
              if (Number(one.point.value) > Number(other.point.value))
                expect(one.y).toBeLessThanOrEqual(other.y)
        }
      })
    )
  })

  test('keeps the lowest and the highest of a long history', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9999 }), { minLength: 200, maxLength: 1000 }),
        (numbers) => {
          const list = series(...numbers.map((number) => point(String(number))))
          const [panel] = trendOf(list, span(list)).panels
          const shown = panel?.marks.map((mark) => Number(mark.point.value)) ?? []
          expect(Math.min(...shown)).toBe(Math.min(...numbers))
          expect(Math.max(...shown)).toBe(Math.max(...numbers))
        }
      ),
      { numRuns: 20 }
    )
  })

  const lines = (...list: Point[]) =>
    draw(...list).panels.flatMap((panel) => panel.lines.map((run) => run.length))
  test.each<[string, Point[], number[]]>([
    ['one line', [point('1'), point('2'), point('3')], [3]],
    [
      'another method parts it',
      [point('1'), point('2'), point('3', { method: 'B' }), point('4', { method: 'B' })],
      [2, 2],
    ],
    [
      'another range parts it',
      [point('1'), point('2'), point('3', { rangeHigh: '17' }), point('4', { rangeHigh: '17' })],
      [2, 2],
    ],
    ['12 and 12.0 are one range', [point('1'), point('2', { rangeLow: '12.0' })], [2]],
    [
      'another unit is another picture',
      [point('1'), point('2'), point('3', { unit: 'g/L' }), point('4', { unit: 'g/L' })],
      [2, 2],
    ],
    [
      'words between two numbers part them',
      [point('1'), point('2'), point('CLOTTED'), point('4'), point('5')],
      [2, 2],
    ],
    ['a bound is met by no line', [point('1'), point('2'), point('<0.5'), point('4')], [2]],
    ['laboratories may differ', [point('1', { laboratory: 'A' }), point('2', { laboratory: 'B' })], [2]],
    [
      'but not for a tumor marker, where each has an assay of its own',
      [point('1', { code: '10334-1', laboratory: 'A' }), point('2', { code: '10334-1', laboratory: 'B' })],
      [],
    ],
  ])('%s', (_, list, runs) => expect(lines(...list)).toEqual(runs))

  test('a diamond lies outside the usual range, an open mark is a bound', () => {
    const marks = draw(point('11'), point('13'), point('17'), point('<0.01')).panels[0]?.marks ?? []
    expect(marks.map(({ isOutside }) => isOutside).slice(0, 3)).toEqual([true, false, true])
    expect(marks.map(({ isBound }) => isBound)).toEqual([false, false, false, true])
  })

  test('the usual range is always on the paper', () => {
    const [panel] = draw(point('14'), point('14.1')).panels
    expect(panel?.bands).toHaveLength(1)
    expect(panel?.bands[0]?.height).toBeGreaterThan(500)
  })
})

test('the sentences are true of the table', () => {
  fc.assert(
    fc.property(points, (list) => {
      const said = summaryOf(list)
      expect(said.count).toBe(list.length)
      expect(said.newest).toBe(list.at(-1))
      const same = list.filter(
        (each) => numberOf(each.value) !== null && unitKey(each.unit) === unitKey(list.at(-1)?.unit ?? null)
      )
      const numbers = same.map(({ value }) => Number(value))
      if (numbers.length > 0) {
        expect(Number(said.lowest?.value)).toBe(Math.min(...numbers))
        expect(Number(said.highest?.value)).toBe(Math.max(...numbers))
      } else expect([said.lowest, said.highest]).toEqual([undefined, undefined])
      expect(said.outside).toBeLessThanOrEqual(said.judged)
    })
  )
})

test.each([
  ['10*3/uL', 'K/uL'],
  ['10^3/µL', 'x10*3/uL'],
  ['U/L', 'IU/L'],
  ['ng/mL', 'ug/L'],
])('%s and %s are one unit', (one, other) => expect(unitKey(one)).toBe(unitKey(other)))
test.each([
  ['mg/dL', 'mmol/L'],
  ['g/dL', 'g/L'],
  ['10*3/uL', '10*6/uL'],
])('%s and %s are two', (one, other) => expect(unitKey(one)).not.toBe(unitKey(other)))

test('without a choice a year is shown, or all where there was nothing in it', () => {
  const now = new Date(start + 800 * day)
  expect(within(series(point('1')), undefined, now).time).toBe('all')
  const lately = [{ ...point('1'), collectedAt: new Date(now.getTime() - day) }]
  expect(within(lately, undefined, now).time).toBe('1-year')
  expect(within([...series(point('1')), ...lately], '3-months', now).points).toHaveLength(1)
  expect(within(lately, 'for-ever', now).time).toBe('1-year')
})

describe('as a spreadsheet', () => {
  const csv = (value: string) =>
    csvOf([point(value, { name: 'Na "S"' })], dictionaries.en.labs, formatFor('en', 'America/Chicago'))
  test('values stand as they were sent, and nothing can run', () => {
    expect(csv('-5.10')).toContain('"-5.10"')
    expect(csv('<0.01')).toContain('"<0.01"')
    expect(csv('\ufeff')).toMatch(/^\ufeff"/)
    expect(csv('1')).toContain('"Na ""S"""')
    for (const formula of ['=1+1', '@SUM(A1)', '+CMD', '-2+3', '\t=1', '\uff1d1'])
      expect(csv(formula)).toContain(`"'${formula}"`)
  })
})
