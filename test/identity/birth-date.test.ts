import { expect, test } from 'vitest'
import { readBirthDate } from '../../src/identity/registration/birth-date.ts'

const now = new Date('2026-11-22T04:00:00Z') // still November 21 in Chicago
const read = (month: string, day: string, year: string) =>
  readBirthDate({ month, day, year }, now, 'America/Chicago')

test.each([
  ['3', '27', '1952'],
  ['03', '27', '1952'],
  ['March', '27', '1952'],
  ['mar', '27', '1952'],
  ['Mar.', '27,', ' 1952 '],
  ['MARZO', '27', '1952'],
  ['３', '２７', '１９５２'],
])('%s %s %s is March 27, 1952', (month, day, year) => {
  expect(read(month, day, year)).toEqual({ ok: true, date: '1952-03-27' })
})

test.each([
  ['enero', '01'],
  ['abr', '04'],
  ['ago', '08'],
  ['Setiembre', '09'],
  ['dic', '12'],
  ['jun', '06'],
  ['jul', '07'],
])('%s is month %s', (month, number) => {
  expect(read(month, '5', '1960')).toEqual({ ok: true, date: `1960-${number}-05` })
})

test.each([
  ['', '27', '1952', 'incomplete', 'month'],
  ['3', ' ', '1952', 'incomplete', 'day'],
  ['3', '27', '', 'incomplete', 'year'],
  ['3', '27', '52', 'shortYear', 'year'],
  ['13', '1', '1952', 'impossible', 'month'],
  ['0', '1', '1952', 'impossible', 'month'],
  ['ma', '1', '1952', 'impossible', 'month'],
  ['marble', '1', '1952', 'impossible', 'month'],
  ['2', '30', '1952', 'impossible', 'day'],
  ['2', '29', '1953', 'impossible', 'day'],
  ['2', '0', '1953', 'impossible', 'day'],
  ['2', '-1', '1953', 'impossible', 'day'],
  ['2', '1', '1850', 'impossible', 'year'],
  ['2', '1', '19 52', 'impossible', 'year'],
  ['11', '22', '2026', 'future', 'year'],
  ['1', '1', '2999', 'future', 'year'],
])('"%s" "%s" "%s" is %s, at the %s', (month, day, year, fault, field) => {
  expect(read(month, day, year)).toEqual({ ok: false, fault, field })
})

test('February 29 exists in leap years, and today is not the future', () => {
  expect(read('2', '29', '1952')).toEqual({ ok: true, date: '1952-02-29' })
  expect(read('11', '21', '2026')).toEqual({ ok: true, date: '2026-11-21' })
})
