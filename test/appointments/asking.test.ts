import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../src/db/id.ts'
import { as } from '../support/browser.ts'
import { seed } from '../support/people.ts'

beforeEach(seed)

const visit = '/patients/rosa-chart/appointments/infusion'
const rows = async <T = Record<string, unknown>>(query: string) =>
  (await env.DB.prepare(query).all<T>()).results
const ask = (fields: Record<string, string> = {}, who: 'rosa' | 'milo' = 'rosa') =>
  as(who).post(`${visit}/request`, {
    kind: 'reschedule',
    body: 'Any Tuesday',
    submissionId: newId(),
    ...fields,
  })
const page = async (who: 'rosa' | 'milo' = 'rosa') => (await as(who).get(visit)).text()

test('asking for another time is kept and shown, and the appointment stands', async () => {
  expect(await page()).toContain('ask for another time or to cancel')
  expect((await ask()).status).toBe(303)
  const html = await page('milo')
  for (const words of [
    'You asked for another time',
    'Any Tuesday',
    'The appointment stands until our office has answered',
  ])
    expect(html).toContain(words)
  expect(html).not.toContain('ask for another time or to cancel')
  expect(await rows("SELECT status FROM appointments WHERE id = 'infusion'")).toEqual([{ status: 'booked' }])
})

test('to cancel needs no words, another time does, and something must be chosen', async () => {
  expect((await ask({ body: '' })).status).toBe(422)
  const none = await ask({ kind: '', body: 'Typed words' })
  expect(none.status).toBe(422)
  expect(await none.text()).toContain('Typed words')
  expect((await ask({ kind: 'cancel', body: '' })).status).toBe(303)
})

test('one form is one request, however often it is sent', async () => {
  const submissionId = newId()
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => (await ask({ submissionId })).status)
  )
  expect(new Set(statuses)).toEqual(new Set([303]))
  expect(await rows('SELECT id FROM appointment_requests')).toHaveLength(1)
})

test('while one is open there is no second, and the words of the second are still there', async () => {
  await ask()
  const second = await ask({ body: 'Or a Friday' }, 'milo')
  expect(second.status).toBe(422)
  const html = await second.text()
  expect(html).toContain('Or a Friday')
  expect(html).toContain('Someone has asked to change it already')
  expect(await rows('SELECT id FROM appointment_requests')).toHaveLength(1)
})

test('it can be taken back, and asked again', async () => {
  await ask()
  expect((await as('milo').post(`${visit}/request/withdrawal`)).status).toBe(303)
  expect(await page()).not.toContain('You asked')
  expect((await as('rosa').post(`${visit}/request/withdrawal`)).status).toBe(303)
  expect((await ask()).status).toBe(303)
})

test.each(["status = 'cancelled'", "status = 'fulfilled'", 'starts_at = 1'])('not where %s', async (what) => {
  await env.DB.prepare(`UPDATE appointments SET ${what} WHERE id = 'infusion'`).run()
  const response = await ask()
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('can no longer be changed here')
  expect(await rows('SELECT id FROM appointment_requests')).toEqual([])
})

test.each(['ines', 'vera', 'nadia', 'frida'] as const)('%s asks nothing here', async (who) => {
  for (const path of [`${visit}/request`, `${visit}/request/withdrawal`])
    expect((await as(who).post(path, { kind: 'cancel', submissionId: newId() })).status).toBe(404)
  expect(await rows('SELECT id FROM appointment_requests')).toEqual([])
})

describe('a visit by video', () => {
  const video = async (minutesAhead: number) => {
    const startsAt = Date.now() + minutesAhead * 60_000
    await env.DB.prepare(
      "UPDATE appointments SET kind = 'telehealth', video_url = 'https://video.example.test/room', starts_at = ? WHERE id = 'infusion'"
    )
      .bind(startsAt)
      .run()
    return page()
  }
  test.each([
    [60, false],
    [16, false],
    [14, true],
    [-30, true],
    [-61, false],
  ])('%i minutes before it begins: the link is there: %s', async (minutes, isThere) => {
    expect((await video(minutes)).includes('https://video.example.test/room')).toBe(isThere)
  })

  test('before that the page says from when', async () => {
    expect(await video(60)).toContain('The link to join shows here from')
  })
})

test('a thousand appointments come in pages that stay light', async () => {
  await env.DB.prepare(
    `INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at, place, room, clinician)
     SELECT 'many-' || value, 'rosa-chart', 'lab', 'booked', ${Date.now()} + value * 3600000, 1, 'Main building', 'Lab, 1st floor', 'Anita Rao, MD'
     FROM generate_series(1, 1000)`
  )
    .run()
    .catch(async () => {
      for (let from = 0; from < 1000; from += 100)
        await env.DB.prepare(
          `INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at, place, room, clinician)
           SELECT 'many-' || value, 'rosa-chart', 'lab', 'booked', ${Date.now()} + value * 3600000, 1, 'Main building', 'Lab, 1st floor', 'Anita Rao, MD'
           FROM json_each(?)`
        )
          .bind(JSON.stringify(Array.from({ length: 100 }, (_, index) => from + index)))
          .run()
    })
  const first = await as('rosa').get('/patients/rosa-chart/appointments')
  const html = await first.text()
  expect(html.match(/appointments\/(many|infusion)/g)?.length).toBe(30)
  const compressed = await new Response(
    new Blob([html]).stream().pipeThrough(new CompressionStream('gzip'))
  ).arrayBuffer()
  expect(compressed.byteLength).toBeLessThan(8192)
  const next = html.match(/href="([^"]*ahead=2)"/)?.[1] ?? ''
  expect((await (await as('rosa').get(next)).text()).match(/appointments\/many/g)?.length).toBe(30)
  expect((await as('rosa').get('/patients/rosa-chart/appointments?ahead=99')).status).toBe(404)
})
