import fc from 'fast-check'
import ICAL from 'ical.js'
import nodeIcal from 'node-ical'
import { convertIcsCalendar } from 'ts-ics'
import { describe, expect, test } from 'vitest'
import { calendarOf, fold } from '../../src/appointments/calendar/calendar.ts'
import { appointmentKinds } from '../../src/db/schema.ts'
import { formatFor } from '../../src/i18n/format.ts'
import { dictionaries } from '../support/words.ts'

type Stop = Parameters<typeof calendarOf>[0][number]
const at = (text: string) => new Date(text)
const stop = (rest: Partial<Stop> = {}): Stop => ({
  id: 'abc123',
  startsAt: at('2026-12-01T14:30:00Z'),
  endsAt: at('2026-12-01T15:00:00Z'),
  arriveAt: at('2026-12-01T14:15:00Z'),
  status: 'booked',
  sequence: 0,
  createdAt: at('2026-11-01T10:00:00Z'),
  changedAt: null,
  cancelledAt: null,
  ...rest,
})
const about = (language: 'en' | 'es' = 'en', method: 'PUBLISH' | 'CANCEL' = 'PUBLISH') => {
  const t = dictionaries[language].appointments.calendar
  const { time } = formatFor(language, 'America/Chicago')
  return {
    method,
    words: {
      title: t.title,
      details: `${t.details} https://portal.test/sign-in`,
      arriveBy: (moment: Date) => t.arriveBy(time(moment)),
    },
  }
}

type Event = {
  uid: string
  start: number
  end: number | null
  sequence: number
  status: string
  title: string
  text: string
}
const events = {
  'ical.js': (file: string): Event[] => {
    const calendar = new ICAL.Component(ICAL.parse(file))
    return calendar.getAllSubcomponents('vevent').map((component) => {
      const event = new ICAL.Event(component)
      const hasEnd = component.hasProperty('dtend')
      return {
        uid: event.uid,
        start: event.startDate.toJSDate().getTime(),
        end: hasEnd ? event.endDate.toJSDate().getTime() : null,
        sequence: event.sequence,
        status: String(component.getFirstPropertyValue('status')),
        title: event.summary,
        text: event.description,
      }
    })
  },
  'node-ical': (file: string): Event[] =>
    Object.values(nodeIcal.sync.parseICS(file)).flatMap((item) =>
      item?.type === 'VEVENT'
        ? [
            {
              uid: item.uid,
              start: item.start.getTime(),
              end: /DTEND/.test(file) && item.end ? item.end.getTime() : null,
              sequence: Number(item.sequence),
              status: String(item.status),
              title: String(item.summary),
              text: String(item.description),
            },
          ]
        : []
    ),
  'ts-ics': (file: string): Event[] =>
    (convertIcsCalendar(undefined, file).events ?? []).map((event) => ({
      uid: event.uid,
      start: event.start.date.getTime(),
      end: event.end ? event.end.date.getTime() : null,
      sequence: event.sequence ?? 0,
      status: event.status ?? '',
      title: event.summary,
      text: event.description ?? '',
    })),
}
const parsers = Object.entries(events)

describe.each(parsers)('read back by %s', (_, read) => {
  test('any appointment is the same appointment, on days when clocks change too', () => {
    const times = fc.date({ min: at('2026-01-01'), max: at('2028-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(
        times,
        fc.option(fc.integer({ min: 1, max: 600 })),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom('booked' as const, 'pending' as const, 'cancelled' as const),
        fc.constantFrom('en' as const, 'es' as const),
        (start, minutes, sequence, status, language) => {
          const startsAt = new Date(Math.floor(start.getTime() / 1000) * 1000)
          const endsAt = minutes === null ? null : new Date(startsAt.getTime() + minutes * 60_000)
          const one = stop({ startsAt, endsAt, sequence, status })
          const [event, ...more] = read(calendarOf([one], about(language)))
          expect(more).toEqual([])
          const states = { booked: 'CONFIRMED', pending: 'TENTATIVE', cancelled: 'CANCELLED' }
          expect(event).toMatchObject({
            uid: 'abc123@appointments.invalid',
            start: startsAt.getTime(),
            end: endsAt?.getTime() ?? null,
            sequence,
            status: states[status],
            title: language === 'en' ? 'Appointment' : 'Cita',
          })
          expect(event?.text).toContain('https://portal.test/sign-in')
        }
      ),
      { numRuns: 60 }
    )
  })

  test('both one-thirties of the night clocks go back are kept apart', () => {
    const twice = ['2026-11-01T06:30:00Z', '2026-11-01T07:30:00Z'].map((start, index) =>
      stop({ id: `n${index}`, startsAt: at(start), endsAt: null })
    )
    expect(read(calendarOf(twice, about())).map(({ start }) => start)).toEqual(
      twice.map(({ startsAt }) => startsAt.getTime())
    )
  })

  test('a change and a cancellation are newer versions of the same', () => {
    const before = read(calendarOf([stop()], about()))[0]
    const moved = read(calendarOf([stop({ sequence: 1, startsAt: at('2026-12-02T14:30:00Z') })], about()))[0]
    const off = read(calendarOf([stop({ sequence: 2, status: 'cancelled' })], about('en', 'CANCEL')))[0]
    expect([before?.uid, moved?.uid, off?.uid]).toEqual(Array(3).fill('abc123@appointments.invalid'))
    expect([before?.sequence, moved?.sequence, off?.sequence]).toEqual([0, 1, 2])
    expect(off?.status).toBe('CANCELLED')
  })
})

test('a line has at most 75 octets, and folding loses nothing', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }).filter((text) => !/[\r\n]/.test(text)),
      (text) => {
        const lines = fold(text).split('\r\n')
        for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
        expect(lines.map((line, index) => (index === 0 ? line : line.slice(1))).join('')).toBe(text)
      }
    )
  )
})

test('lines end as the standard says', () => {
  expect(calendarOf([stop()], about()).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
})

test('nothing in it says what it is for, of any kind and in either language', () => {
  const telling = [
    ...(['en', 'es'] as const).flatMap((language) => Object.values(dictionaries[language].appointments.kind)),
    ...'infus chemo quimio oncolog cancer cáncer lab blood sangre scan imag inject inyec procedure treatment tratamiento clinic doctor nurse hospital carespace hillside'.split(
      ' '
    ),
  ].filter((word) => !/^(appointment|cita)$/i.test(word))
  for (const _ of appointmentKinds)
    for (const language of ['en', 'es'] as const) {
      const file = calendarOf([stop()], about(language)).replace('PRODID:-//CareSpace//Calendar//EN', '')
      for (const word of telling) expect(file.toLowerCase()).not.toContain(word.toLowerCase())
    }
})
