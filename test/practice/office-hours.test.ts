import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Hours, isOpen, nextOpening, replyDue } from '../../src/practice/office-hours.ts'

const weekday = { opens: '08:00', closes: '17:00' }
const office = {
  officeHours: [null, weekday, weekday, weekday, weekday, weekday, null],
  holidays: ['2026-11-26', '2026-11-27'],
  timeZone: 'America/Chicago',
  replyPromiseHours: 8,
}
const at = (text: string) => new Date(text)

describe('whether the office is open', () => {
  test.each([
    ['a minute before it opens', '2026-11-23T07:59:00-06:00', false],
    ['as it opens', '2026-11-23T08:00:00-06:00', true],
    ['a minute before it closes', '2026-11-23T16:59:00-06:00', true],
    ['as it closes', '2026-11-23T17:00:00-06:00', false],
    ['on a Sunday', '2026-11-22T12:00:00-06:00', false],
    ['on a holiday', '2026-11-26T12:00:00-06:00', false],
    ['in summer time', '2026-07-01T08:00:00-05:00', true],
    ['on the evening that is already tomorrow in UTC', '2026-11-23T20:00:00-06:00', false],
  ])('%s', (_, moment, open) => expect(isOpen(office, at(moment))).toBe(open))
})

describe('when it opens next', () => {
  test.each([
    ['before opening', '2026-11-23T06:00:00-06:00', '2026-11-23T08:00:00-06:00'],
    ['while open', '2026-11-23T09:00:00-06:00', '2026-11-24T08:00:00-06:00'],
    ['over a weekend', '2026-11-20T18:00:00-06:00', '2026-11-23T08:00:00-06:00'],
    ['over holidays and a weekend', '2026-11-25T17:00:00-06:00', '2026-11-30T08:00:00-06:00'],
    ['over the change to winter time', '2026-10-30T17:30:00-05:00', '2026-11-02T08:00:00-06:00'],
    ['over the change to summer time', '2027-03-12T17:30:00-06:00', '2027-03-15T08:00:00-05:00'],
  ])('%s', (_, moment, opening) => expect(nextOpening(office, at(moment))).toEqual(at(opening)))

  test('never, without office hours', () => {
    expect(nextOpening({ ...office, officeHours: [] }, at('2026-11-23T06:00:00-06:00'))).toBeUndefined()
  })
})

describe('when a reply is due', () => {
  test.each([
    ['the same day', '2026-11-23T08:30:00-06:00', '2026-11-23T16:30:00-06:00'],
    ['the next day, from where today left off', '2026-11-23T15:00:00-06:00', '2026-11-24T14:00:00-06:00'],
    [
      'counted from the opening when written at night',
      '2026-11-23T02:00:00-06:00',
      '2026-11-23T16:00:00-06:00',
    ],
    ['on Monday when written on Saturday', '2026-11-21T10:00:00-06:00', '2026-11-23T16:00:00-06:00'],
    ['after the holidays', '2026-11-25T16:00:00-06:00', '2026-11-30T15:00:00-06:00'],
    ['across the change of clocks', '2026-10-30T12:00:00-05:00', '2026-11-02T11:00:00-06:00'],
  ])('%s', (_, moment, due) => expect(replyDue(office, at(moment))).toEqual(at(due)))

  test('in plain hours, when the practice has no office hours', () => {
    expect(replyDue({ ...office, officeHours: [] }, at('2026-11-23T06:00:00Z'))).toEqual(
      at('2026-11-23T14:00:00Z')
    )
  })

  test('at an hour that the spring change skips, the day still opens and closes', () => {
    const night = { opens: '02:30', closes: '05:00' }
    const sundays = { ...office, officeHours: [night, null, null, null, null, null, null] }
    expect(nextOpening(sundays, at('2027-03-14T00:00:00-06:00'))).toEqual(at('2027-03-14T03:30:00-05:00'))
  })
})

const quarter = 15 * 60_000
const time = (quarters: number) =>
  `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`

/** A day of any length between six in the morning and ten at night, or none. */
const hours = fc.option(
  fc
    .tuple(fc.integer({ min: 24, max: 80 }), fc.integer({ min: 1, max: 8 }))
    .map(([opens, length]) => ({ opens: time(opens), closes: time(opens + length) }))
)
const practices = fc.record({
  officeHours: fc
    .array(hours, { minLength: 7, maxLength: 7 })
    .filter((week) => week.filter(Boolean).length > 2),
  holidays: fc.subarray([
    '2026-10-05',
    '2026-10-26',
    '2026-10-30',
    '2026-11-02',
    '2026-11-03',
    '2027-03-15',
    '2027-03-16',
    '2027-03-29',
    '2027-04-05',
  ]),
  timeZone: fc.constantFrom(
    'America/Chicago',
    'America/Phoenix',
    'Europe/London',
    'Asia/Tokyo',
    'Australia/Lord_Howe'
  ),
  replyPromiseHours: fc.integer({ min: 1, max: 6 }),
})
/** Around the changes of the clocks of every zone above, on the quarter of an hour: each window has week ends and holidays. */
const moments = fc
  .tuple(
    fc.constantFrom(
      ...['2026-10-01', '2026-10-23', '2027-03-10', '2027-03-25', '2027-04-01'].map((date) =>
        Date.parse(date)
      )
    ),
    fc.integer({ min: 0, max: 10 * 96 })
  )
  .map(([start, quarters]) => new Date(start + quarters * quarter))

/** The slow way: what the clock on the wall shows. */
function wallClock(practice: Hours) {
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone: practice.timeZone,
    hourCycle: 'h23',
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return (moment: number) => {
    const [date = '', now = ''] = clock.format(moment).split(', ')
    const today = practice.officeHours[new Date(`${date}T00:00:00Z`).getUTCDay()]
    return !!today && !practice.holidays.includes(date) && today.opens <= now && now < today.closes
  }
}

describe('for any practice, at any moment', () => {
  test('the office is open when the clock on its wall says so', () => {
    fc.assert(
      fc.property(practices, moments, (practice, moment) => {
        expect(isOpen(practice, moment)).toBe(wallClock(practice)(moment.getTime()))
      })
    )
  })

  test('between a message and its due time lie exactly the promised office hours', () => {
    fc.assert(
      fc.property(practices, moments, (practice, moment) => {
        const openAt = wallClock(practice)
        const due = replyDue(practice, moment)
        let open = 0
        for (let t = moment.getTime(); t < due.getTime(); t += quarter) if (openAt(t)) open += quarter
        expect(open).toBe(practice.replyPromiseHours * 3_600_000)
      }),
      { numRuns: 40 }
    )
  })

  test('the next opening is open, and just before it was not', () => {
    fc.assert(
      fc.property(practices, moments, (practice, moment) => {
        const opening = nextOpening(practice, moment)
        expect(opening && isOpen(practice, opening)).toBe(true)
        expect(opening && isOpen(practice, new Date(opening.getTime() - 1))).toBe(false)
      })
    )
  })

  test('a reply falls due while the office is open', () => {
    fc.assert(
      fc.property(practices, moments, (practice, moment) => {
        expect(isOpen(practice, new Date(replyDue(practice, moment).getTime() - 1))).toBe(true)
      })
    )
  })

  test('who writes later is never answered by an earlier time', () => {
    fc.assert(
      fc.property(practices, moments, moments, (practice, one, other) => {
        const [first, second] = one <= other ? [one, other] : [other, one]
        expect(replyDue(practice, first).getTime()).toBeLessThanOrEqual(replyDue(practice, second).getTime())
      })
    )
  })

  test('one more holiday never brings a reply forward, nor does a shorter week', () => {
    fc.assert(
      fc.property(practices, moments, fc.integer({ min: 0, max: 12 }), (practice, moment, ahead) => {
        const day = new Date(moment.getTime() + ahead * 24 * 3_600_000)
        const date = day.toISOString().slice(0, 10)
        const due = replyDue(practice, moment).getTime()
        const holidays = [...practice.holidays, date]
        expect(replyDue({ ...practice, holidays }, moment).getTime()).toBeGreaterThanOrEqual(due)
        const shorter = practice.officeHours.with(day.getUTCDay(), null)
        if (shorter.some(Boolean))
          expect(replyDue({ ...practice, officeHours: shorter }, moment).getTime()).toBeGreaterThanOrEqual(
            due
          )
      })
    )
  })

  test('written while it is closed is as good as written when it opens', () => {
    fc.assert(
      fc.property(practices, moments, (practice, moment) => {
        fc.pre(!isOpen(practice, moment))
        const opening = nextOpening(practice, moment)
        expect(opening && replyDue(practice, opening)).toEqual(replyDue(practice, moment))
      })
    )
  })

  test('hours across the night when the clocks change count as long as they last', () => {
    const nights = fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 13, max: 24 }))
      .map(([opens, closes]) => ({ opens: time(opens), closes: time(closes) }))
    const always = fc
      .tuple(practices, nights)
      .map(([practice, night]) => ({ ...practice, officeHours: Array.from({ length: 7 }, () => night) }))
    fc.assert(
      fc.property(always, moments, (practice, moment) => {
        const openAt = wallClock(practice)
        const due = replyDue(practice, moment)
        let open = 0
        for (let t = moment.getTime(); t < due.getTime(); t += quarter) if (openAt(t)) open += quarter
        expect(open).toBe(practice.replyPromiseHours * 3_600_000)
      }),
      { numRuns: 60 }
    )
  })
})
