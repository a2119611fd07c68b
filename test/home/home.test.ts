import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { appointments } from '../../src/db/schema.ts'
import { dayPart, nextUp } from '../../src/home/today.ts'
import { formatFor } from '../../src/i18n/format.ts'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { db, minutesAgo, type Person, seed } from '../support/people.ts'

beforeEach(seed)

const url = '/patients/rosa-chart'
const read = async (path = url, person: Person = 'rosa') => (await as(person).get(path)).text()
const textOf = async (path = url, person: Person = 'rosa') => (await readPage(await read(path, person))).text

test('greets whoever is looking by name, with the day on the practice’s clock', async () => {
  const today = formatFor('en', 'America/Chicago').longDate(new Date())
  const text = await textOf()
  expect(text).toMatch(/Good (morning|afternoon|evening), Rosa/)
  expect(text).toContain(today)
  expect(await textOf(url, 'milo')).toMatch(/You are viewing the account of Rosa Díaz.*Good \w+, Milo/s)
})

test('shows the next appointment, the new messages, the new report and where to call', async () => {
  const html = await read()
  for (const link of [
    'appointments/infusion',
    'messages/refill',
    'labs/reports/cbc',
    'messages',
    'labs/history',
  ])
    expect(html).toContain(`href="${url}/${link}"`)
  const { text } = await readPage(html)
  for (const words of [
    'Your next appointment',
    'With Dr. Ada Okafor',
    'Nadia Reyes, RN',
    'We sent it to your pharmacy.',
    '1 of 1 outside the usual range',
    'Need help now?',
    'Call 9-1-1',
  ])
    expect(text).toContain(words)
})

test('says how to get ready in the practice’s words where the appointment has none of its own', async () => {
  await env.DB.batch([
    env.DB.prepare("UPDATE appointments SET preparation = NULL WHERE id = 'infusion'"),
    env.DB.prepare(
      "INSERT INTO preparation_texts (kind, en, es, changed_at, changed_by) VALUES ('infusion', 'Bring a warm sweater.', 'Traiga un suéter.', 1, 'okafor')"
    ),
  ])
  expect(await read()).toContain('Bring a warm sweater.')
  expect(await read(`${url}?lang=es`)).toContain('Traiga un suéter.')
})

test('says for whom a caregiver wrote, and that a message was taken back', async () => {
  const page = `${url}/messages/new`
  const message = { category: 'medicine', subject: 'About her tablets', body: 'She asks for more.' }
  const sent = await as('milo').post(page, { ...message, submissionId: 'c'.repeat(21) })
  const where = sent.headers.get('Location') ?? ''
  expect(await textOf()).toContain('Milo Díaz (Son) for Rosa Díaz')
  const [written] = (await env.DB.prepare("SELECT id FROM messages WHERE body = 'She asks for more.'").all())
    .results
  await as('milo').post(`${where}/${written?.id}/withdrawal`)
  const html = await read()
  expect(html).not.toContain('About her tablets')
  expect(html.match(/Message taken back/g)).toHaveLength(2)
})

test('shows all of today’s visits instead of the next one', async () => {
  const visit = {
    patientId: 'rosa-chart',
    createdAt: minutesAgo(9),
    startsAt: new Date(),
    status: 'booked',
  } as const
  await db()
    .insert(appointments)
    .values([
      { ...visit, id: 'blood', kind: 'lab' },
      { ...visit, id: 'talk', kind: 'office-visit' },
      { ...visit, id: 'off', kind: 'imaging', status: 'cancelled' },
    ])
  const text = await textOf()
  expect(text).toMatch(/Today.*Lab services.*Office visit/s)
  expect(text).not.toMatch(/Your next appointment|Imaging/)
})

test('says how many stops follow the next one on its day', async () => {
  const [infusion] = await db().select().from(appointments).where(eq(appointments.id, 'infusion'))
  if (!infusion) throw new Error('Rosa has an infusion ahead')
  expect(await textOf()).not.toContain('more appointment')
  await db()
    .insert(appointments)
    .values({ ...infusion, id: 'after', kind: 'injection' })
  expect(await textOf()).toContain('1 more appointment that day.')
})

test('says that nothing is new, and how to ask something', async () => {
  for (const page of ['messages/refill', 'messages/old', 'labs/reports/cbc'])
    await as('rosa').get(`${url}/${page}`)
  await db().delete(appointments)
  const text = await textOf()
  expect(text).toContain('No upcoming appointments. No new messages. No new lab reports.')
  expect(text).toContain('Need help now?')
  expect(text).not.toMatch(/See lab history|See all messages/)
  expect(text).toContain('Nothing new right now')
  expect(await (await as('rosa').get(url)).text()).toContain('href="/patients/rosa-chart/messages/new"')
})

test('new is new for each reader', async () => {
  await as('rosa').get(`${url}/labs/reports/cbc`)
  expect(await textOf()).not.toContain('New lab report')
  expect(await textOf(url, 'milo')).toContain('New lab report')
})

test('is two trips', async () => {
  const { database, asked } = watched(env.DB)
  await as('rosa', { ...env, DB: database }).get(url)
  expect(asked.trips).toBe(2)
})

test.each(['vera', 'ines', 'nadia', 'okafor'] as const)('%s does not find it', async (person) => {
  const response = await as(person).get(url)
  expect(response.status).toBe(404)
  expect(await response.text()).not.toMatch(/Infusion|Complete blood/)
})

test('nobody is sent to sign in', async () => {
  expect((await as('nobody').get(url)).headers.get('Location')).toMatch(/^\/sign-in/)
})

test('speaks Spanish', async () => {
  const html = await (await as('rosa').get(`${url}?lang=es`)).text()
  for (const words of ['Su próxima cita', 'Nuevo informe de laboratorio', 'Llame al 9-1-1'])
    expect(html).toContain(words)
})

describe('the rules', () => {
  test.each([
    [0, 'morning'],
    [11, 'morning'],
    [12, 'afternoon'],
    [17, 'afternoon'],
    [18, 'evening'],
    [23, 'evening'],
  ])('at %i it is %s', (hour, part) => expect(dayPart(hour)).toBe(part))

  test('the hour is the practice’s, in summer and winter', () => {
    const { hour } = formatFor('es', 'America/Chicago')
    expect(hour(new Date('2026-07-01T05:30:00Z'))).toBe('00')
    expect(hour(new Date('2026-12-01T05:30:00Z'))).toBe('23')
  })

  test('today is the practice’s day', () => {
    const now = new Date('2026-12-02T04:00:00Z')
    const late = { startsAt: new Date('2026-12-02T05:30:00Z') }
    const next = { startsAt: new Date('2026-12-02T06:30:00Z') }
    expect(nextUp([late, next], now, 'America/Chicago')).toEqual({ isToday: true, visits: [late], more: 0 })
    expect(nextUp([next, next], now, 'America/Chicago')).toEqual({ isToday: false, visits: [next], more: 1 })
    expect(nextUp([], now, 'America/Chicago')).toEqual({ isToday: false, visits: [], more: 0 })
  })
})
