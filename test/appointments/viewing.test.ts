import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { startOfDay } from '../../src/appointments/appointment.ts'
import { appointments, encounters } from '../../src/db/schema.ts'
import { formatFor } from '../../src/i18n/format.ts'
import { as } from '../support/browser.ts'
import { day, hour } from '../support/clock.ts'
import { watched } from '../support/database.ts'
import { hostile } from '../support/hostile.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, minutesAgo, type Person, seed } from '../support/people.ts'

beforeEach(seed)

const url = '/patients/rosa-chart/appointments'
const read = async (path: string, person: Person = 'rosa') => (await as(person).get(path)).text()
const textOf = async (path: string, person: Person = 'rosa') =>
  (await readPage(await read(path, person))).text
const format = formatFor('en', 'America/Chicago')

/** A time of day, so many days from now, on the practice's clock. */
const inDays = (days: number, hours: number) => {
  const noon = new Date(Date.now() + days * day)
  return new Date(startOfDay(noon, 'America/Chicago').getTime() + hours * hour)
}

const book = (row: Partial<typeof appointments.$inferInsert> & { id: string }) =>
  db()
    .insert(appointments)
    .values({
      patientId: 'rosa-chart',
      kind: 'office-visit',
      status: 'booked',
      startsAt: inDays(7, 10),
      createdAt: minutesAgo(9000),
      ...row,
    })

const visited = (row: Partial<typeof encounters.$inferInsert> & { id: string }) =>
  db()
    .insert(encounters)
    .values({
      patientId: 'rosa-chart',
      title: 'Encounter for problem',
      status: 'finished',
      startedAt: minutesAgo(60 * 24 * 20),
      source: 'test',
      sourceId: row.id,
      ...row,
    })

/** The words in the order they stand on the page. */
const expectInOrder = (text: string, words: string[]) => {
  const at = words.map((word) => text.indexOf(word))
  expect(at.every((position) => position >= 0)).toBe(true)
  expect(at).toEqual(at.toSorted((a, b) => a - b))
}

describe('what is coming', () => {
  test('stands under its day, several stops in order of time', async () => {
    await book({ id: 'c', kind: 'infusion', startsAt: inDays(7, 13) })
    await book({ id: 'a', kind: 'lab', startsAt: inDays(7, 9), arriveAt: inDays(7, 8.75) })
    await book({ id: 'b', clinician: 'Dr. Ada Okafor', place: 'Clinic', room: 'Room 4' })
    const text = await textOf(url)
    expectInOrder(text, [
      format.fullDate(inDays(7, 10)),
      'Lab services',
      'Arrive by 8:45 a.m.',
      'Office visit',
      'With Dr. Ada Okafor · Clinic, Room 4',
      '1:00 p.m.',
    ])
    expect(text.split(format.fullDate(inDays(7, 10)))).toHaveLength(2)
  })

  test('that is cancelled stays and says so', async () => {
    await book({ id: 'gone', status: 'cancelled', cancelledAt: minutesAgo(10) })
    expect(await read(url)).toContain('<span class="tag crit">Canceled</span>')
    const text = await textOf(`${url}/gone`)
    expect(text).toContain('This appointment is canceled')
    expect(text).not.toContain('Need to change it?')
  })

  test('that has moved says the old time and the new', async () => {
    await book({ id: 'moved', previousStartsAt: inDays(6, 8), changedAt: minutesAgo(10) })
    for (const page of [url, `${url}/moved`]) {
      const text = await textOf(page)
      expect(text).toContain('Changed')
      expect(text).toContain(`It was ${format.moment(inDays(6, 8))}.`)
      expect(text).toContain('10:00 a.m.')
    }
  })

  test('today stays until the day is over, unless it has taken place', async () => {
    await book({ id: 'early', title: 'Early stop', startsAt: inDays(0, 0) })
    await book({ id: 'done', title: 'Done stop', startsAt: inDays(0, 0), status: 'fulfilled' })
    const text = await textOf(url)
    expectInOrder(text, ['Today:', 'Early stop', 'Past', 'Done stop'])
  })

  test('shows its time on the practice’s clock, with its date, on both sides of a change of clocks', async () => {
    await book({ id: 'summer', startsAt: new Date('2031-07-15T14:30:00Z') })
    await book({ id: 'winter', startsAt: new Date('2031-12-15T14:30:00Z') })
    expect(await textOf(`${url}/summer`)).toContain('Tuesday, July 15, 2031, 9:30 a.m. CDT')
    expect(await textOf(`${url}/winter`)).toContain('Monday, December 15, 2031, 8:30 a.m. CST')
  })

  test('is empty in words, with the phone', async () => {
    expect(await textOf('/patients/ines-chart/appointments', 'ines')).toMatch(
      /No upcoming appointments\..*\(479\) 587-1700.*No past appointments yet\./s
    )
  })
})

describe('what lies behind', () => {
  test('holds booked times and visits together, newest first', async () => {
    await visited({
      id: 'old',
      title: 'Old visit',
      clinician: 'Dr. Lee',
      startedAt: minutesAgo(60 * 24 * 20),
    })
    await visited({ id: 'new', title: 'New visit', startedAt: minutesAgo(60 * 24 * 2) })
    expectInOrder(await textOf(url), ['Past', 'New visit', 'Office visit', 'Old visit'])
  })

  test('leaves out visits that are planned, in the future or taken back', async () => {
    await visited({ id: 'a', title: 'Planned', status: 'planned' })
    await visited({ id: 'b', title: 'Ahead', startedAt: minutesAgo(-600) })
    await visited({ id: 'c', title: 'Mistake', status: 'entered-in-error' })
    expect(await textOf(url)).not.toMatch(/Planned|Ahead|Mistake/)
  })

  test('comes 25 a page, by links', async () => {
    for (let i = 0; i < 30; i++)
      await visited({ id: `v${i}`, title: `Visit ${i}.`, startedAt: minutesAgo(60 * 24 * (30 + i)) })
    const first = await textOf(url)
    expect(first).toContain('Visit 23.')
    expect(first).not.toContain('Visit 24.')
    expect(await read(url)).toContain(`href="${url}?page=2"`)
    const second = await textOf(`${url}?page=2`)
    expect(second).toContain('Visit 29.')
    expect(second).not.toContain('Upcoming')
    expect((await as('rosa').get(`${url}?page=3`)).status).toBe(404)
  })
})

describe('one appointment', () => {
  const whole = {
    id: 'whole',
    kind: 'infusion' as const,
    title: 'Carboplatin, cycle 2',
    endsAt: inDays(7, 14),
    arriveAt: inDays(7, 9.75),
    place: 'Infusion Center',
    room: '2nd floor',
    address: '7 River Rd, Rogers, AR',
    clinician: 'Dr. Ada Okafor',
    phone: '(479) 555-0170',
    preparation: 'Eat a light breakfast.\nBring a list of your medicines.',
    note: 'Please bring Milo.',
  }

  test('on a Spanish page, the place is marked as English wherever it stands', async () => {
    await book(whole)
    for (const path of ['/whole', ''])
      expect(await read(`${url}${path}?lang=es`)).toContain(
        '<span lang="en">Infusion Center, 2nd floor</span>'
      )
  })

  test('says everything there is to know', async () => {
    await book(whole)
    const html = await read(`${url}/whole`)
    const { text, title } = await readPage(html)
    for (const words of [
      'Carboplatin, cycle 2',
      `${format.fullDate(inDays(7, 10))}, 10:00 a.m. C`,
      'until 2:00 p.m.',
      '9:45 a.m.',
      'Infusion Center, 2nd floor',
      '7 River Rd, Rogers, AR',
      'Please bring Milo.',
      'Confirmed',
      'Need to change it? Call (479) 587-1700',
    ])
      expect(text).toContain(words)
    expect(html).toContain('<li>Eat a light breakfast.</li><li>Bring a list of your medicines.</li>')
    expect(html).toContain('href="tel:+14795550170"')
    expect(html).toContain('href="/patients/rosa-chart/appointments/whole/request"')
    expect(title).toBe('Appointment – CareSpace')
  })

  test('sends a map its address and nothing about the visit', async () => {
    await book(whole)
    const { links } = await readPage(await read(`${url}/whole`))
    const away = links.map((link) => link.url).filter((link) => link.startsWith('https:'))
    expect(away).toEqual([
      'https://www.google.com/maps/search/?api=1&query=7%20River%20Rd%2C%20Rogers%2C%20AR',
    ])
  })

  test('without an address of its own is at the office, and by video nowhere', async () => {
    await book({ id: 'here' })
    await book({ id: 'video', kind: 'telehealth' })
    expect(await textOf(`${url}/here`)).toContain('Our office')
    expect(await textOf(`${url}/here`)).toContain('100 Hillside Way')
    expect(await read(`${url}/video`)).not.toMatch(/100 Hillside Way|google/)
  })

  test('of someone else is not there under one’s own record', async () => {
    const response = await as('ines').get('/patients/ines-chart/appointments/infusion')
    expect(response.status).toBe(404)
  })

  test.each(['vera', 'ines', 'frida', 'okafor'] as const)('%s does not find it', async (person) => {
    for (const page of [url, `${url}/infusion`]) expect((await as(person).get(page)).status).toBe(404)
  })

  test('nobody is sent to sign in', async () => {
    const response = await as('nobody').get(`${url}/infusion`)
    expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
  })

  test('a caregiver sees it under the patient’s name, and it is written down', async () => {
    const mark = await auditMark()
    expect(await textOf(`${url}/infusion`, 'milo')).toContain('You are viewing the account of Rosa Díaz')
    expect(
      (await auditSince(mark)).map(({ actor, action, subject_id }) => [actor, action, subject_id])
    ).toEqual([['caregiver', 'appointments.read', 'infusion']])
  })
})

test('what was typed into an appointment stays text', async () => {
  const bad = hostile.markup ?? ''
  const row = { title: bad, place: bad, room: bad, clinician: bad }
  await book({
    id: 'bad',
    startsAt: inDays(1, 9),
    ...row,
    address: bad,
    phone: bad,
    preparation: bad,
    note: bad,
  })
  await visited({ id: 'bad', title: bad, place: bad, clinician: bad, status: bad })
  for (const page of [url, `${url}/bad`, '/patients/rosa-chart']) {
    const html = await read(page)
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(/<script>|<img/)
  }
})

test('each page is two trips', async () => {
  for (const page of [url, `${url}?page=1`, `${url}/infusion`]) {
    const { database, asked } = watched(env.DB)
    await as('rosa', { ...env, DB: database }).get(page)
    expect(asked.trips).toBe(2)
  }
})

test('speaks Spanish', async () => {
  const html = await (await as('rosa').get(`${url}?lang=es`)).text()
  for (const words of ['Próximas', 'Infusión', 'Confirmada', 'Consulta']) expect(html).toContain(words)
})
