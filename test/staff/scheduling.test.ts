import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../src/db/id.ts'
import { localDate } from '../../src/i18n/format.ts'
import { clashesOf, clockOf, planOf } from '../../src/staff/appointments/booking.ts'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(async () => {
  await seed()
  await env.DB.prepare("DELETE FROM appointments WHERE id <> 'infusion'").run()
})

const rows = async <T = Record<string, unknown>>(query: string, ...bound: unknown[]) =>
  (
    await env.DB.prepare(query)
      .bind(...bound)
      .all<T>()
  ).results
const inDays = (days: number) => localDate(new Date(Date.now() + days * 86_400_000), 'America/Chicago')
const url = '/admin/patients/rosa-chart/appointments'
const booking = (rest: Record<string, string> = {}) => ({
  submissionId: newId(),
  kind: 'infusion',
  title: '',
  date: inDays(10),
  time: '09:30',
  minutes: '120',
  arrive: '15',
  place: 'Main building',
  room: 'Chair 4',
  address: '',
  clinician: 'Dana Reyes, RN',
  phone: '',
  videoUrl: '',
  preparation: '',
  note: 'Bring a sweater.',
  every: '',
  times: '1',
  act: 'book',
  ...rest,
})
type Visit = {
  id: string
  starts_at: number
  status: string
  sequence: number
  series_id: string | null
  previous_starts_at: number | null
  place: string | null
  note: string | null
  cancel_reason: string | null
  changed_at: number | null
}
const booked = () => rows<Visit>("SELECT * FROM appointments WHERE id <> 'infusion' ORDER BY starts_at")
const told = () => rows("SELECT account_id FROM outbox WHERE kind = 'appointment-changed'")

describe('booking', () => {
  test('is looked over first, then booked, told and read by the patient', async () => {
    const form = booking()
    const look = await as('frida').post(`${url}/new`, { ...form, act: 'look' })
    expect(look.status).toBe(200)
    expect(await look.text()).toContain('This will be booked')
    expect(await booked()).toEqual([])
    expect((await as('frida').post(`${url}/new`, form)).status).toBe(303)
    const [visit] = await booked()
    expect(localDate(new Date(visit?.starts_at ?? 0), 'America/Chicago')).toBe(inDays(10))
    const html = await (await as('rosa').get(`/patients/rosa-chart/appointments/${visit?.id}`)).text()
    for (const words of [
      '9:30 a.m.',
      '9:15 a.m.',
      '11:30 a.m.',
      'Main building, Chair 4',
      'Bring a sweater.',
    ])
      expect(html).toContain(words)
    expect(await told()).toHaveLength(2)
    const [entry] = await rows(
      "SELECT patient_id, action, account_id FROM audit_entries WHERE action = 'appointments.booked' ORDER BY seq DESC LIMIT 1"
    )
    expect(entry).toEqual({ patient_id: 'rosa-chart', action: 'appointments.booked', account_id: 'frida' })
  })

  test('one form books once, however often it is sent', async () => {
    const form = booking({ every: '21', times: '3' })
    await Promise.all(Array.from({ length: 10 }, () => as('frida').post(`${url}/new`, form)))
    expect(await booked()).toHaveLength(3)
    expect(await told()).toHaveLength(2)
    expect(
      await rows(
        "SELECT seq FROM audit_entries WHERE action = 'appointments.booked' AND subject_id LIKE ?",
        `${form.submissionId.slice(0, 18)}%`
      )
    ).toHaveLength(3)
  })

  test.each<[string, Record<string, string>]>([
    ['another day', { date: inDays(11) }],
    ['a series', { every: '7', times: '3' }],
    ['another note', { note: 'Bring nothing.' }],
  ])('a form that was booked and then changed to %s books nothing, and says so', async (_, fields) => {
    const form = booking()
    await as('frida').post(`${url}/new`, form)
    const again = await as('frida').post(`${url}/new`, { ...form, ...fields })
    expect(again.status).toBe(422)
    const html = await again.text()
    expect(html).toContain('This form was booked before')
    expect(html).toContain(`value="${fields.date ?? form.date}"`)
    expect(await booked()).toHaveLength(1)
    expect(await told()).toHaveLength(2)
    const submissionId = html.match(/name="submissionId" value="([^"]+)"/)?.[1] ?? ''
    await as('frida').post(`${url}/new`, { ...form, ...fields, submissionId })
    expect(await booked()).toHaveLength(1 + Number(fields.times ?? 1))
  })

  test('a series is one cycle after another at the same time of day', async () => {
    await as('frida').post(`${url}/new`, booking({ every: '14', times: '6' }))
    const all = await booked()
    expect(all.map(({ starts_at }) => localDate(new Date(starts_at), 'America/Chicago'))).toEqual(
      [10, 24, 38, 52, 66, 80].map(inDays)
    )
    expect(new Set(all.map(({ starts_at }) => clockOf(new Date(starts_at), 'America/Chicago')))).toEqual(
      new Set(['09:30'])
    )
    expect(new Set(all.map(({ series_id }) => series_id)).size).toBe(1)
  })

  test('days on which the office is closed and what is in the way are shown before anything is booked', async () => {
    await as('frida').post(`${url}/new`, booking())
    const sunday =
      [...Array(8).keys()]
        .map((day) => inDays(20 + day))
        .find((day) => new Date(`${day}T12:00:00Z`).getUTCDay() === 0) ?? ''
    const closed = await (await as('frida').post(`${url}/new`, booking({ date: sunday, act: 'look' }))).text()
    expect(closed).toContain('The office is closed then')
    const same = await (await as('frida').post(`${url}/new`, booking({ time: '10:00', act: 'look' }))).text()
    expect(same).toContain('The patient has something else then')
    const room = await as('frida').post(
      '/admin/patients/ines-chart/appointments/new',
      booking({ time: '10:00', act: 'look' })
    )
    const html = await room.text()
    expect(html).toContain('The room is taken')
    expect(html).toContain('The clinician has something else then')
    expect(html).not.toContain('The patient has something else then')
  })

  test.each<[string, Record<string, string>, string]>([
    ['no date', { date: '' }, 'Enter a date.'],
    ['no such day', { date: '2031-02-30' }, 'Enter a date.'],
    ['the past', { date: '2020-01-01' }, 'This time is over.'],
    ['no time', { time: '25:00' }, 'Enter a time.'],
    ['the hour that spring skips', { date: '2031-03-09', time: '02:30' }, 'this time does not exist'],
    ['a link that is none', { videoUrl: 'javascript:alert(1)' }, 'begins with https://'],
    ['too many', { every: '7', times: '27' }, 'Enter a number up to 26.'],
    ['no kind', { kind: 'party' }, 'Choose a kind.'],
  ])('%s is refused at its field, and what was typed stays', async (_, wrong, words) => {
    const response = await as('frida').post(`${url}/new`, booking(wrong))
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain(words)
    expect(html).toContain('Bring a sweater.')
    expect(await booked()).toEqual([])
  })
})

describe('changing', () => {
  async function change(fields: Record<string, string>, seen = '0', who: 'frida' | 'okafor' = 'frida') {
    const [visit] = await booked()
    return as(who).post(`${url}/${visit?.id}`, { ...booking(), seen, ...fields })
  }
  beforeEach(async () => {
    await as('frida').post(`${url}/new`, booking())
    await env.DB.prepare('UPDATE outbox SET sent_at = 1').run()
  })

  test('moves it, keeps the old time beside the new, and tells', async () => {
    const [before] = await booked()
    expect((await change({ time: '13:00' })).status).toBe(303)
    const [after] = await booked()
    expect(after).toMatchObject({ sequence: 1, previous_starts_at: before?.starts_at })
    expect(await told()).toHaveLength(4)
    expect(await (await as('rosa').get(`/patients/rosa-chart/appointments/${after?.id}`)).text()).toContain(
      'It was'
    )
  })

  test.each([
    ['room', { room: 'Chair 9' }, 'It was at Main building, Chair 4.'],
    ['clinician', { clinician: 'Anita Rao, MD' }, 'It was with Dana Reyes, RN.'],
    ['preparation', { preparation: 'Eat first.' }, 'Eat first.'],
  ])('another %s is marked as changed, and tells', async (_, fields, words) => {
    expect((await change(fields)).status).toBe(303)
    expect(await told()).toHaveLength(4)
    const [after] = await booked()
    const html = await (await as('rosa').get(`/patients/rosa-chart/appointments/${after?.id}`)).text()
    for (const each of ['Changed', words]) expect(html).toContain(each)
  })

  test('into what is in the way is shown, on the day it went to, on its page and in the patient’s list', async () => {
    const ines = '/admin/patients/ines-chart/appointments/new'
    await as('frida').post(ines, booking({ date: inDays(12), place: 'North', room: '', minutes: '60' }))
    const [visit] = await booked()
    expect(await (await as('frida').get(`${url}/${visit?.id}`)).text()).not.toContain('something else then')
    const moved = await change({ date: inDays(12), time: '10:00', room: 'Chair 1' })
    expect(moved.headers.get('location')).toBe(`/admin/appointments?day=${inDays(12)}`)
    for (const page of [`/admin/appointments?day=${inDays(12)}`, `${url}/${visit?.id}`, url])
      expect(await (await as('frida').get(page)).text()).toContain('The clinician has something else then')
  })

  test('one form changes once, however often it is sent', async () => {
    const form = { time: '13:00', note: 'Mine' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => change(form)))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(303))
    expect((await booked())[0]).toMatchObject({ sequence: 1, note: 'Mine' })
    expect(await told()).toHaveLength(4)
  })

  test('nothing is no change: nobody is told, and nothing is marked', async () => {
    expect((await change({})).status).toBe(303)
    const [visit] = await booked()
    expect(visit).toMatchObject({ sequence: 0, changed_at: null })
    expect(await told()).toHaveLength(2)
    const entries = await rows(
      "SELECT seq FROM audit_entries WHERE action = 'appointments.changed' AND subject_id = ?",
      visit?.id
    )
    expect(entries).toEqual([])
  })

  test('of two who change it at once the second is told, and what they typed stays', async () => {
    await change({ time: '13:00' })
    const second = await change({ time: '14:00', note: 'Mine' }, '0', 'okafor')
    expect(second.status).toBe(422)
    const html = await second.text()
    expect(html).toContain('Someone changed this appointment meanwhile')
    expect(html).toContain('Mine')
    expect(clockOf(new Date((await booked())[0]?.starts_at ?? 0), 'America/Chicago')).toBe('13:00')
  })

  test('of one that a feed keeps: more can be told, but not its time', async () => {
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO feeds (id, name, scope, key_hash, created_at) VALUES ('lab', 'Scheduler', 'hl7', 'x', 1)"
      ),
      env.DB.prepare("UPDATE appointments SET source = 'lab', source_id = 'SIU|F1' WHERE id <> 'infusion'"),
    ])
    const [before] = await booked()
    const html = await (await as('frida').get(`${url}/${before?.id}`)).text()
    expect(html).toContain('Scheduler keeps the time')
    expect(html).not.toContain('name="date"')
    await change({ time: '13:00', note: 'Use the north door.' })
    expect((await booked())[0]).toMatchObject({ starts_at: before?.starts_at, note: 'Use the north door.' })
    expect(
      (await as('frida').post(`${url}/${before?.id}/cancellation`, { seen: '1', reason: 'No' })).status
    ).toBe(404)
  })
})

describe('cancelling', () => {
  const cancel = async (fields: Record<string, string> = {}) => {
    const [visit] = await booked()
    return as('frida').post(`${url}/${visit?.id}/cancellation`, {
      seen: '0',
      reason: 'Dr. Rao is away.',
      ...fields,
    })
  }

  test.each([
    ['cancel', 'Our office did what you asked'],
    ['reschedule', 'You asked for another time. This appointment was canceled.'],
  ])('says why, stays visible, is told, and answers who asked to %s', async (kind, answer) => {
    await as('frida').post(`${url}/new`, booking())
    const [visit] = await booked()
    await as('rosa').post(`/patients/rosa-chart/appointments/${visit?.id}/request`, {
      kind,
      body: 'Any Tuesday',
      submissionId: newId(),
    })
    await env.DB.prepare('UPDATE outbox SET sent_at = 1').run()
    expect((await cancel({ reason: '' })).status).toBe(422)
    expect((await cancel()).status).toBe(303)
    expect(await told()).toHaveLength(4)
    const html = await (await as('rosa').get(`/patients/rosa-chart/appointments/${visit?.id}`)).text()
    for (const words of ['This appointment is canceled', 'Dr. Rao is away.', answer])
      expect(html).toContain(words)
    expect((await cancel()).status).toBe(303)
    expect((await cancel({ reason: 'Something else.' })).status).toBe(422)
    expect(await told()).toHaveLength(4)
  })

  test('takes the later ones of a series along where that is wished', async () => {
    await as('frida').post(`${url}/new`, booking({ every: '21', times: '3' }))
    const [, second] = await booked()
    await as('frida').post(`${url}/${second?.id}/cancellation`, {
      seen: '0',
      reason: 'Plan changed.',
      series: 'yes',
    })
    expect((await booked()).map(({ status }) => status)).toEqual(['booked', 'cancelled', 'cancelled'])
  })
})

describe('the day', () => {
  test('shows every place or one, in order, with what is in the way', async () => {
    await as('frida').post(`${url}/new`, booking())
    await as('frida').post(
      '/admin/patients/ines-chart/appointments/new',
      booking({ time: '10:30', place: 'North', room: 'Chair 4' })
    )
    await as('frida').post('/admin/patients/ines-chart/appointments/new', booking({ time: '11:00' }))
    const html = await (await as('frida').get(`/admin/appointments?day=${inDays(10)}`)).text()
    expect(html).toContain('The room is taken')
    expect(html).toContain('The patient has something else then')
    const north = await (await as('frida').get(`/admin/appointments?day=${inDays(10)}&place=North`)).text()
    expect(north).toContain('10:30')
    expect(north).not.toContain('9:30 a.m.')
    const week = await (await as('frida').get(`/admin/appointments?day=${inDays(8)}&span=week`)).text()
    expect(week).toContain('Dana Reyes, RN')
  })

  test('leads past what is over, and what is off, to the next visit', async () => {
    const insert = (id: string, startsAt: number, status = 'booked') =>
      env.DB.prepare(
        "INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at) VALUES (?, 'rosa-chart', 'lab', ?, ?, 1)"
      ).bind(id, status, startsAt)
    const week = async () => (await as('frida').get('/admin/appointments?span=week')).text()
    const now = Date.now()
    await insert('coming', now + 30_000).run()
    expect(await week()).not.toContain('#visit-')
    await env.DB.batch([insert('over', now - 1), insert('off', now + 20_000, 'cancelled')])
    const html = await week()
    expect(html).toContain('href="#visit-coming">Next visit, ')
    expect(html).toContain('id="visit-coming"')
  })

  test('at one place is whole, with all places to choose from, however much there is elsewhere', async () => {
    const at = Date.parse(`${inDays(10)}T15:00:00Z`)
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO appointments (id, patient_id, kind, status, starts_at, place, created_at)
         SELECT 'm' || value, 'ines-chart', 'lab', 'booked', ?1, 'Main building', 1
         FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 401) SELECT value FROM n)`
      ).bind(at),
      env.DB.prepare(
        `INSERT INTO appointments (id, patient_id, kind, status, starts_at, place, clinician, created_at)
         VALUES ('late', 'rosa-chart', 'lab', 'booked', ?1, 'North', 'Lee Late', 1)`
      ).bind(at + 3_600_000),
    ])
    const page = (query: string) => as('frida').get(`/admin/appointments?day=${inDays(10)}${query}`)
    const all = await (await page('')).text()
    expect(all).toContain('more than fits')
    expect(all).toMatch(/>North<\/a>/)
    const north = await (await page('&place=North')).text()
    expect(north).toContain('Lee Late')
    expect(north).not.toContain('more than fits')
    expect(north).toMatch(/>Main building<\/a>/)
  })

  test('leaves a trace that someone looked', async () => {
    const mark = await auditMark()
    await as('frida').get('/admin/appointments')
    await as('frida').get('/admin/appointments/requests')
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual([
      'appointments.schedule-read',
      'appointments.requests-read',
    ])
  })

  test.each(['nonsense', '2026-13-40', ''])('the day "%s" is today', async (day) => {
    expect((await as('frida').get(`/admin/appointments?day=${day}`)).status).toBe(200)
  })

  test.each(['nadia', 'audra', 'rosa'] as const)('is not for %s', async (who) => {
    expect((await as(who).get('/admin/appointments')).status).toBe(404)
    expect((await as(who).post(`${url}/new`, booking())).status).toBe(404)
    expect(await booked()).toEqual([])
  })

  test('of ten thousand appointments is found by its index', async () => {
    const plan = await rows<{ detail: string }>(
      'EXPLAIN QUERY PLAN SELECT * FROM appointments JOIN patients ON patients.id = patient_id WHERE starts_at >= 1 AND starts_at < 2 ORDER BY starts_at, appointments.id LIMIT 400'
    )
    expect(plan.map(({ detail }) => detail).join('; ')).toMatch(
      /SEARCH appointments USING INDEX appointments_by_start/
    )
  })
})

describe('requests', () => {
  const ask = () =>
    as('rosa').post('/patients/rosa-chart/appointments/infusion/request', {
      kind: 'reschedule',
      body: 'Any <b>Tuesday</b>',
      submissionId: newId(),
    })
  const waiting = async () =>
    (await rows<{ id: string }>('SELECT id FROM appointment_requests WHERE done_at IS NULL'))[0]?.id

  test('wait on the dashboard and are answered; the patient reads the answer', async () => {
    await ask()
    expect(await (await as('frida').get('/admin')).text()).toContain('Requests to change an appointment')
    const html = await (await as('frida').get('/admin/appointments/requests')).text()
    expect(html).toContain('Any &lt;b&gt;Tuesday&lt;/b&gt;')
    const id = await waiting()
    const refused = await as('frida').post(`/admin/appointments/requests/${id}`, {
      outcome: 'declined',
      answer: '',
    })
    expect(refused.status).toBe(422)
    const refusal = await refused.text()
    expect(refusal).toContain('<a class="tap" href="#answer">')
    expect(refusal).toMatch(
      /<textarea id="answer" [^>]*aria-invalid="true" aria-describedby="answer-hint answer-error"/
    )
    expect(
      (
        await as('frida').post(`/admin/appointments/requests/${id}`, {
          outcome: 'declined',
          answer: 'We are full.',
        })
      ).status
    ).toBe(303)
    const again = { outcome: 'declined', answer: 'We are full.' }
    expect((await as('frida').post(`/admin/appointments/requests/${id}`, again)).status).toBe(303)
    const entries = await rows(
      "SELECT patient_id FROM audit_entries WHERE action = 'appointments.change-answered' AND subject_id = ?",
      id
    )
    expect(entries).toEqual([{ patient_id: 'rosa-chart' }])
    const page = await (await as('rosa').get('/patients/rosa-chart/appointments/infusion')).text()
    for (const words of ['could not do what you asked', 'We are full.']) expect(page).toContain(words)
    expect(await told()).toHaveLength(2)
  })

  test('answered by a colleague first, the words stay and say what happened', async () => {
    await ask()
    const answering = `/admin/appointments/requests/${await waiting()}`
    await as('okafor').post(answering, { outcome: 'done', answer: 'Tuesday at nine.' })
    const late = await as('frida').post(answering, { outcome: 'declined', answer: 'Only <b>later</b>.' })
    expect(late.status).toBe(422)
    const html = await late.text()
    for (const words of [
      'your answer was not sent',
      'Ada Okafor gave an answer first.',
      'Tuesday at nine.',
      'Only &lt;b&gt;later&lt;/b&gt;.',
    ])
      expect(html).toContain(words)
    const page = await (await as('rosa').get('/patients/rosa-chart/appointments/infusion')).text()
    expect(page).not.toContain('later')
    expect(await told()).toHaveLength(2)
  })

  test('taken back by the patient first, the words stay as well', async () => {
    await ask()
    const answering = `/admin/appointments/requests/${await waiting()}`
    await as('rosa').post('/patients/rosa-chart/appointments/infusion/request/withdrawal')
    const late = await as('frida').post(answering, { outcome: 'done', answer: 'Tuesday at nine.' })
    expect(late.status).toBe(422)
    const html = await late.text()
    for (const words of ['took it back', 'Tuesday at nine.']) expect(html).toContain(words)
    expect(await told()).toEqual([])
  })

  test('beyond a page are said to be there', async () => {
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at)
         SELECT 'm' || value, 'ines-chart', 'lab', 'booked', 4102444800000, 1
         FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 101) SELECT value FROM n)`
      ),
      env.DB.prepare(
        `INSERT INTO appointment_requests (id, appointment_id, patient_id, account_id, kind, words, submission_id, asked_at)
         SELECT id, id, patient_id, 'ines', 'cancel', '', id, 1 FROM appointments WHERE id LIKE 'm%'`
      ),
    ])
    expect(await (await as('frida').get('/admin/appointments/requests')).text()).toContain(
      'These are the 100 oldest'
    )
  })

  test('of none that there is finds nothing', async () => {
    const response = await as('frida').post('/admin/appointments/requests/none', {
      outcome: 'done',
      answer: '',
    })
    expect(response.status).toBe(404)
  })

  test.each(['nadia', 'audra', 'rosa'] as const)('%s answers none', async (who) => {
    await ask()
    expect((await as(who).get('/admin/appointments/requests')).status).toBe(404)
    expect(
      (await as(who).post(`/admin/appointments/requests/${await waiting()}`, { outcome: 'done', answer: '' }))
        .status
    ).toBe(404)
    expect(await waiting()).toBeTruthy()
  })
})

test('what the practice says about getting ready is read in both languages, or in neither', async () => {
  const half = await as('frida').post('/admin/appointments/preparation', { 'infusion-en': 'Eat first.' })
  expect(half.status).toBe(422)
  expect(await half.text()).toContain('Eat first.')
  await as('frida').post('/admin/appointments/preparation', {
    'infusion-en': 'Eat first.',
    'infusion-es': 'Coma antes.',
  })
  const page = (lang: string) => as('rosa').get(`/patients/rosa-chart/appointments/infusion?lang=${lang}`)
  expect(await (await page('en')).text()).toContain('Eat first.')
  expect(await (await page('es')).text()).toContain('Coma antes.')
  await as('frida').post('/admin/appointments/preparation', { seen: await seenOfPreparations() })
  expect(await (await page('en')).text()).not.toContain('Eat first.')
})

const seenOfPreparations = async () =>
  (await (await as('frida').get('/admin/appointments/preparation')).text()).match(
    /name="seen" value="(\d+)"/
  )?.[1] ?? ''

test('words about getting ready that a colleague changed meanwhile are shown before they are replaced', async () => {
  const url = '/admin/appointments/preparation'
  const seen = await seenOfPreparations()
  await as('okafor').post(url, {
    seen,
    'infusion-en': 'Bring a sweater.',
    'infusion-es': 'Traiga un suéter.',
  })
  const mine = {
    'infusion-en': 'Eat first.',
    'infusion-es': 'Coma antes.',
    'lab-en': 'Drink.',
    'lab-es': 'Beba.',
  }
  const late = await as('frida').post(url, { seen, ...mine })
  expect(late.status).toBe(422)
  const html = await late.text()
  for (const words of ['Bring a sweater.', 'Traiga un suéter.', 'Eat first.', 'Drink.'])
    expect(html).toContain(words)
  expect(await seenOfPreparations()).toBe(html.match(/name="seen" value="(\d+)"/)?.[1])
  const kept = () => env.DB.prepare('SELECT kind, en FROM preparation_texts ORDER BY kind').all()
  expect((await kept()).results).toEqual([{ kind: 'infusion', en: 'Bring a sweater.' }])
  expect((await as('frida').post(url, { seen: await seenOfPreparations(), ...mine })).status).toBe(303)
  expect((await kept()).results).toEqual([
    { kind: 'infusion', en: 'Eat first.' },
    { kind: 'lab', en: 'Drink.' },
  ])
  await as('frida').post(url, { seen: await seenOfPreparations() })
  expect((await kept()).results).toEqual([])
})

describe('rules', () => {
  const practice = { officeHours: [], holidays: [], timeZone: 'America/Chicago' }

  test('a cycle keeps its time of day over every change of clocks', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2026-01-01'), max: new Date('2029-01-01'), noInvalidDate: true }),
        fc.integer({ min: 3, max: 23 }),
        fc.constantFrom('7', '14', '21', '28'),
        fc.integer({ min: 1, max: 26 }),
        (day, hour, every, times) => {
          const time = `${String(hour).padStart(2, '0')}:30`
          const date = day.toISOString().slice(0, 10)
          const planned = planOf({ date, time, minutes: 60, arrive: 20, every, times }, practice) ?? []
          expect(planned).toHaveLength(times)
          for (const [index, { startsAt, endsAt, arriveAt }] of planned.entries()) {
            expect(clockOf(startsAt, 'America/Chicago')).toBe(time)
            const expected = new Date(Date.parse(`${date}T12:00:00Z`) + index * Number(every) * 86_400_000)
            expect(localDate(startsAt, 'America/Chicago')).toBe(expected.toISOString().slice(0, 10))
            expect(endsAt?.getTime()).toBe(startsAt.getTime() + 3_600_000)
            expect(arriveAt?.getTime()).toBe(startsAt.getTime() - 1_200_000)
          }
        }
      )
    )
  })

  test('two clash both ways or not at all, and never with what was cancelled', () => {
    const visit = fc.record({
      id: fc.uuid(),
      patientId: fc.constantFrom('a', 'b'),
      startsAt: fc.integer({ min: 0, max: 40 }).map((quarter) => new Date(quarter * 900_000)),
      endsAt: fc.constant(null),
      place: fc.constantFrom('x', 'y'),
      room: fc.constantFrom('1', null),
      clinician: fc.constantFrom('c', null),
      status: fc.constantFrom('booked' as const, 'cancelled' as const),
    })
    fc.assert(
      fc.property(visit, visit, (one, other) => {
        expect(clashesOf(one, [other])).toEqual(clashesOf(other, [one]))
        if (one.status === 'cancelled') expect(clashesOf(other, [one])).toEqual([])
      })
    )
  })
})
