import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { appointmentKinds } from '../../src/db/schema.ts'
import { as, Browser } from '../support/browser.ts'
import { infusionDay, seed } from '../support/people.ts'
import { dictionaries } from '../support/words.ts'

beforeEach(seed)

const rows = async <T = Record<string, unknown>>(query: string, ...bound: unknown[]) =>
  (
    await env.DB.prepare(query)
      .bind(...bound)
      .all<T>()
  ).results
const run = (query: string) => env.DB.prepare(query).run()
const one = '/patients/rosa-chart/appointments/infusion/appointment.ics'

describe('a calendar file', () => {
  test('comes by a plain address, as a file, and says nothing of what it is for', async () => {
    const response = await as('rosa').get(one)
    expect(response.headers.get('Content-Type')).toBe('text/calendar; charset=utf-8')
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="appointment.ics"')
    expect(response.headers.get('Cache-Control')).toContain('no-store')
    const file = await response.text()
    expect(file).toContain('SUMMARY:Appointment')
    expect(file).toContain('UID:infusion@appointments.invalid')
    expect(file).not.toMatch(/infusion\b(?!@)|Okafor|Rosa|Díaz|Center/i)
  })

  test('of a cancelled one takes it out of the calendar', async () => {
    await run(
      "UPDATE appointments SET status = 'cancelled', sequence = 3, cancelled_at = 5 WHERE id = 'infusion'"
    )
    const file = await (await as('milo').get(one)).text()
    for (const line of [
      'METHOD:CANCEL',
      'STATUS:CANCELLED',
      'SEQUENCE:3',
      'UID:infusion@appointments.invalid',
    ])
      expect(file).toContain(line)
  })

  test('of a day holds all of its stops, and of a day without any there is none', async () => {
    await run(`INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at)
      SELECT 'labs', patient_id, 'lab', 'booked', starts_at + 60000, created_at FROM appointments WHERE id = 'infusion'`)
    const file = await (
      await as('rosa').get(`/patients/rosa-chart/days/${infusionDay}/appointments.ics`)
    ).text()
    expect(file.match(/BEGIN:VEVENT/g)).toHaveLength(2)
    for (const day of ['2001-01-01', 'someday', '2026-02-30'])
      expect((await as('rosa').get(`/patients/rosa-chart/days/${day}/appointments.ics`)).status).toBe(404)
  })

  test.each(['ines', 'vera', 'nadia', 'okafor'] as const)('is not for %s', async (who) => {
    expect((await as(who).get(one)).status).toBe(404)
  })
})

describe('a calendar that asks by itself', () => {
  const settings = '/patients/rosa-chart/calendar'
  /** Makes an address as a person does, and reads it off the page. */
  async function makeAddress(who: 'rosa' | 'milo' = 'rosa') {
    await as(who).post(settings)
    const page = await (await as(who).get(settings)).text()
    return new URL(page.match(/https:\/\/portal\.test\/calendars\/[\w-]{43}\/appointments\.ics/)?.[0] ?? '')
      .pathname
  }
  const ask = (address: string) => new Browser().raw(address)

  test('gets every appointment of the record, in the language of its owner, with no cookie', async () => {
    const response = await ask(await makeAddress())
    expect(response.status).toBe(200)
    const file = await response.text()
    expect(file.match(/BEGIN:VEVENT/g)?.length).toBeGreaterThan(1)
    expect(file).not.toMatch(/SUMMARY:(?!Appointment\r)/)
    expect(response.headers.get('Set-Cookie')).toBe(null)
    const [entry] = await rows(
      'SELECT action, account_id, patient_id, actor FROM audit_entries ORDER BY seq DESC LIMIT 1'
    )
    expect(entry).toEqual({
      action: 'appointments.calendar-read',
      account_id: 'rosa',
      patient_id: 'rosa-chart',
      actor: 'calendar',
    })
  })

  test.each(appointmentKinds)('says of no %s what it is, in a file or by itself', async (kind) => {
    await env.DB.prepare(
      `UPDATE appointments SET kind = ?1, title = 'Zucchini T', place = 'Zucchini P', room = 'Zucchini R', clinician = 'Zucchini C',
        preparation = 'Zucchini G', note = 'Zucchini N', cancel_reason = 'Zucchini W', previous_place = 'Zucchini B',
        status = 'cancelled', cancelled_at = 5 WHERE patient_id = 'rosa-chart' AND id = 'infusion'`
    )
      .bind(kind)
      .run()
    const files = [
      await (await as('rosa').get(one)).text(),
      await (await as('rosa').get(`/patients/rosa-chart/days/${infusionDay}/appointments.ics`)).text(),
      await (await ask(await makeAddress())).text(),
    ]
    for (const file of files) {
      expect(file).toContain('UID:infusion@appointments.invalid')
      const said = file.replaceAll('\r\n ', '').replaceAll(/^UID:.*$/gm, '')
      expect(said).not.toContain('Zucchini')
      if (kind !== 'other') expect(said.toLowerCase()).not.toContain(kind)
      const name = dictionaries.en.appointments.kind[kind]
      if (kind !== 'other') expect(said).not.toContain(name)
    }
  })

  test('the address is shown until it is used, and kept nowhere', async () => {
    const address = await makeAddress()
    const token = address.split('/')[2] ?? ''
    await ask(address)
    expect(await (await as('rosa').get(settings)).text()).not.toContain(token)
    expect(JSON.stringify(await rows('SELECT * FROM calendar_feeds'))).not.toContain(token)
  })

  test('a new address ends the old one, and ending it leaves none', async () => {
    const old = await makeAddress()
    const address = await makeAddress()
    expect([(await ask(old)).status, (await ask(address)).status]).toEqual([404, 200])
    await as('rosa').post(`${settings}/removal`)
    expect((await ask(address)).status).toBe(404)
  })

  test.each([
    [
      'access is revoked',
      "UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE account_id = 'milo' AND revoked_at IS NULL",
    ],
    ['the account is closed', "UPDATE accounts SET deactivated_at = 1 WHERE id = 'milo'"],
  ])('it gets nothing from the moment %s', async (_, how) => {
    const address = await makeAddress('milo')
    expect((await ask(address)).status).toBe(200)
    await run(how)
    expect((await ask(address)).status).toBe(404)
  })

  test.each(['x'.repeat(43), 'short', '%00', "' OR 1=1 --"])('the token %s opens nothing', async (token) => {
    await makeAddress()
    expect((await ask(`/calendars/${encodeURIComponent(token)}/appointments.ics`)).status).toBe(404)
  })

  test('nobody makes one for a record that is not theirs', async () => {
    for (const who of ['ines', 'vera', 'frida'] as const) {
      expect((await as(who).post(settings)).status).toBe(404)
      expect((await as(who).get(settings)).status).toBe(404)
    }
    expect(await rows('SELECT id FROM calendar_feeds')).toEqual([])
  })

  test('and nobody ends another’s: each reader has an address of their own', async () => {
    const address = await makeAddress('milo')
    await as('rosa').post(`${settings}/removal`)
    await as('rosa').post(settings)
    expect((await ask(address)).status).toBe(200)
  })
})
