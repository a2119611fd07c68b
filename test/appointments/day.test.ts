import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { spanOf } from '../../src/appointments/day/store.ts'
import { newId } from '../../src/db/id.ts'
import { localDate } from '../../src/i18n/format.ts'
import { as } from '../support/browser.ts'
import { infusionDay, seed } from '../support/people.ts'

beforeEach(seed)

const sheet = `/patients/rosa-chart/days/${infusionDay}`
const page = async (who: 'rosa' | 'milo' = 'rosa') => (await as(who).get(sheet)).text()
const ask = (body: string, submissionId = newId(), who: 'rosa' | 'milo' = 'rosa') =>
  as(who).post(sheet, { body, submissionId })

describe('the sheet of a day', () => {
  test('has every stop in order, with where, when, who and how to get ready', async () => {
    await env.DB.batch([
      env.DB.prepare(`INSERT INTO appointments (id, patient_id, kind, status, starts_at, arrive_at, place, room, preparation, created_at)
        SELECT 'labs', patient_id, 'lab', 'booked', starts_at - 5400000, starts_at - 6000000, 'Main building', 'Lab, 1st floor', 'Drink water.', 1 FROM appointments WHERE id = 'infusion'`),
      env.DB.prepare(
        `INSERT INTO preparation_texts (kind, en, es, changed_at, changed_by) VALUES ('infusion', 'Bring a warm sweater.', 'Traiga un suéter.', 1, 'okafor')`
      ),
    ])
    const html = await page()
    const found = [
      'Lab services',
      'Arrive by',
      'Lab, 1st floor',
      'Drink water.',
      'Infusion',
      'Infusion Center',
      'With Dr. Ada Okafor',
      'Bring a warm sweater.',
    ]
    const places = found.map((words) => html.indexOf(words))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    const spanish = await (await as('rosa').get(`${sheet}?lang=es`)).text()
    expect(spanish).toContain('Traiga un suéter.')
  })

  test('says what changed, what is not confirmed, how to get there and what the office noted', async () => {
    await env.DB.prepare(
      `UPDATE appointments SET status = 'pending', changed_at = 1, previous_starts_at = starts_at - 86400000,
        previous_place = 'North building', previous_clinician = 'Dr. Lee', note = 'Use the north door.' WHERE id = 'infusion'`
    ).run()
    const html = await page()
    for (const words of [
      'Waiting to be confirmed',
      'Changed',
      'It was at North building.',
      'It was with Dr. Lee.',
      'Directions',
      'Use the north door.',
    ])
      expect(html).toContain(words)
    expect(html).toMatch(/It was \w+, /)
    for (const url of [sheet, '/patients/rosa-chart/appointments', '/patients/rosa-chart'])
      expect(await (await as('rosa').get(url)).text()).toMatch(/<b>\d+:\d\d [ap]\.m\.<\/b> C[SD]T/)
  })

  test('a day on which nothing is has no sheet', async () => {
    for (const day of ['2001-01-01', '2026-02-30', 'tomorrow'])
      expect((await as('rosa').get(`/patients/rosa-chart/days/${day}`)).status).toBe(404)
  })
})

describe('questions', () => {
  test('are saved, shown to everyone who reads the record with who asked, and taken off again', async () => {
    expect((await ask('May I take <b>ginger</b>?')).status).toBe(303)
    await ask('How long?', newId(), 'milo')
    const html = await page('milo')
    expect(html).toContain('May I take &lt;b&gt;ginger&lt;/b&gt;?')
    expect(html).toContain('How long?')
    const removal = html.match(/\/patients\/rosa-chart\/days\/[\d-]+\/questions\/\w+\/removal/)?.[0] ?? ''
    expect((await as('milo').post(removal)).status).toBe(303)
    expect(await page()).not.toContain('ginger')
    expect((await as('milo').post(removal)).status).toBe(404)
  })

  test('one form saves one, however often it is sent', async () => {
    const id = newId()
    await Promise.all(Array.from({ length: 10 }, () => ask('Once?', id)))
    expect((await page()).match(/class="body">Once\?/g)).toHaveLength(1)
  })

  test('an empty or a long one is refused in words, and what was typed stays', async () => {
    expect(await (await ask('  ')).text()).toContain('Write your question')
    const long = await ask('x'.repeat(501))
    expect(long.status).toBe(422)
    expect(await long.text()).toContain('x'.repeat(501))
  })

  test('thirty are enough: what was typed beyond them stays, with what to do', async () => {
    const last = newId()
    for (let i = 0; i < 30; i++)
      expect((await ask(`Question ${i}?`, i < 29 ? newId() : last)).status).toBe(303)
    const beyond = await ask('Question 30?')
    expect(beyond.status).toBe(422)
    const html = await beyond.text()
    for (const words of ['Question 29?', 'Question 30?', 'The list is full']) expect(html).toContain(words)
    expect(await page()).not.toContain('Question 30?')
    expect((await ask('Question 29?', last)).status).toBe(303)
  })

  test('are no one else’s to read, add or remove', async () => {
    await ask('Mine?')
    const removal =
      (await page()).match(/\/patients\/rosa-chart\/days\/[\d-]+\/questions\/\w+\/removal/)?.[0] ?? ''
    for (const who of ['ines', 'vera', 'nadia'] as const) {
      expect((await as(who).get(sheet)).status).toBe(404)
      expect((await as(who).post(sheet, { body: 'Theirs?', submissionId: newId() })).status).toBe(404)
      expect((await as(who).post(removal)).status).toBe(404)
      expect((await as(who).post(removal.replace('rosa-chart', 'ines-chart'))).status).toBe(404)
    }
    const html = await page()
    expect(html).toContain('Mine?')
    expect(html).not.toContain('Theirs?')
  })
})

test('every moment lies in exactly the day that a clock on the wall says, also when clocks change', () => {
  const zones = ['America/Chicago', 'America/New_York', 'Pacific/Honolulu', 'America/Phoenix']
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2025-01-01'), max: new Date('2029-01-01'), noInvalidDate: true }),
      fc.constantFrom(...zones),
      (at, zone) => {
        const span = spanOf(localDate(at, zone), zone)
        expect(span && span.from <= at && at < span.to).toBe(true)
        const hours = span ? (span.to.getTime() - span.from.getTime()) / 3_600_000 : 0
        expect([23, 24, 25]).toContain(hours)
      }
    )
  )
})

test('the form to add a question is hidden on paper, the questions are not', async () => {
  await ask('On paper?')
  const section =
    (await page()).match(/<section[^>]*aria-labelledby="questions"[\s\S]*?<\/section>/)?.[0] ?? ''
  // What a section holds directly as a form disappears with it when it is printed (static/css).
  expect(section).toMatch(/<div class="screen"><form/)
  expect(section).not.toMatch(/<\/form>\s*<\/section>/)
})
