import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { agreement, likeness } from '../../src/integrations/filing/candidates.ts'
import { match } from '../../src/integrations/filing/matching.ts'
import type { PatientRow, SentPatient } from '../../src/integrations/filing/patient.ts'
import { message, msh, obr, obx, pid, post, rows, seedLab } from '../integrations/hl7/feed.ts'
import { as } from '../support/browser.ts'
import { strike } from '../support/cron.ts'
import { auditMark, auditSince } from '../support/people.ts'

beforeEach(seedLab)

const county = (name = 'DIAZ^ROSA', id = '77^^^COUNTY^MR') => pid(id, name)
const sendOne = (value = '5', who = county()) => post(message(msh(), who, obr(`A${value}`), obx(value)))
const waiting = () =>
  rows<{ id: string; why: string }>('SELECT id, why FROM unmatched WHERE resolved_at IS NULL')
const results = () =>
  rows<{ value: string; patient_id: string }>(
    "SELECT value, patient_id FROM observations WHERE source = 'lab'"
  )
const one = async () => (await waiting())[0]?.id ?? ''
const link = async (who: 'frida' | 'okafor', id: string, patientId = 'rosa-chart') =>
  as(who).post(`/admin/unmatched/${id}/match`, { patientId })

test('what nobody is known for waits, is shown with who it could be, and is filed once someone says so', async () => {
  await sendOne()
  expect(await (await as('rosa').get('/patients/rosa-chart/labs')).text()).not.toContain('CBC panel')
  const list = await (await as('frida').get('/admin/unmatched')).text()
  expect(list).toContain('ROSA DIAZ')
  expect(list).toContain('1 report, 1 result')
  const id = await one()
  const page = await (await as('frida').get(`/admin/unmatched/${id}`)).text()
  expect(page).toContain('Rosa Díaz')
  expect(page).toContain('date of birth, family name')
  expect(page).not.toContain('Hemoglobin')

  const mark = await auditMark()
  expect((await link('frida', id)).headers.get('Location')).toBe('/admin/unmatched')
  expect(await results()).toEqual([{ value: '5', patient_id: 'rosa-chart' }])
  expect(await waiting()).toEqual([])
  expect(await (await as('rosa').get('/patients/rosa-chart/labs')).text()).toContain('CBC panel')
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['record.matched', 'labs.filed'])
  )
})

test('from then on the number is known, and what waited with it is filed as well', async () => {
  await sendOne('5')
  await sendOne('6')
  expect(await waiting()).toHaveLength(2)
  await link('frida', await one())
  expect((await results()).map(({ value }) => value).sort()).toEqual(['5', '6'])
  await sendOne('7')
  expect(await waiting()).toEqual([])
  // A married name, with the birth date still right.
  await sendOne('8', county('STONE^ROSA'))
  expect(await waiting()).toEqual([])
  // Another birth date is another person.
  await sendOne('9', pid('77^^^COUNTY^MR', 'DIAZ^ROSA', '19520328'))
  expect(await waiting()).toMatchObject([{ why: 'contradicts' }])
})

test('what waits with it beyond what is filed at once is filed by the clock, and what still does not fit is tried once', async () => {
  for (let i = 0; i < 24; i++) expect((await sendOne(String(i))).verdicts).toEqual(['AA'])
  // The one decided on comes last by its number, and is filed at once all the same.
  const [last] = await rows<{ id: string }>(
    'SELECT u.id FROM unmatched u JOIN inbox_messages m ON m.id = u.message_id ORDER BY m.inbox_id DESC LIMIT 1'
  )
  const fitting = last?.id ?? ''
  const other = pid('77^^^COUNTY^MR', 'DIAZ^ROSA', '19520328')
  await sendOne('99', other)
  await link('frida', fitting)
  const first = (await results()).length
  expect(first).toBeLessThan(24)
  await strike(new Date().toISOString())
  expect((await results()).length).toBeGreaterThan(first)
  for (let i = 0; i < 3; i++) await strike(new Date().toISOString())
  expect(await results()).toHaveLength(24)
  expect(await waiting()).toMatchObject([{ why: 'contradicts' }])
  const tried = () => rows('SELECT retried_at FROM unmatched WHERE resolved_at IS NULL')
  const before = await tried()
  expect(before).not.toEqual([{ retried_at: null }])
  await strike(new Date().toISOString())
  expect(await tried()).toEqual(before)
})

test('of two people who decide at once, one does', async () => {
  await sendOne()
  const id = await one()
  await Promise.all([link('frida', id, 'rosa-chart'), link('okafor', id, 'ines-chart')])
  const filed = await results()
  expect(filed).toHaveLength(1)
  expect(await rows('SELECT patient_id FROM patient_identifiers')).toEqual([
    { patient_id: filed[0]?.patient_id },
  ])
})

test('one that is not for a patient of ours is set aside with a reason, and stays out of every record', async () => {
  await sendOne()
  const id = await one()
  const refused = await as('frida').post(`/admin/unmatched/${id}/setting-aside`, { reason: ' ' })
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('Write why you set it aside.')
  await as('frida').post(`/admin/unmatched/${id}/setting-aside`, { reason: 'Sent to us by mistake' })
  expect(await waiting()).toEqual([])
  await link('frida', id)
  expect(await results()).toEqual([])
})

test('another patient is found by record number, which stands in no address', async () => {
  await sendOne('5', county('SOMEONE^ELSE'))
  const response = await as('frida').post(`/admin/unmatched/${await one()}`, { find: '10002' })
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('Ines Roy')
})

test('a patient who is not there is nobody’s answer', async () => {
  await sendOne()
  const id = await one()
  await link('frida', id, 'no-such-chart')
  expect(await waiting()).toHaveLength(1)
  expect(await rows('SELECT * FROM patient_identifiers')).toEqual([])
})

test('when what was kept is gone, it says so nowhere but in what is missing', async () => {
  await sendOne()
  const [body] = await rows<{ raw_key: string }>('SELECT raw_key FROM inbox')
  await env.FILES.delete(body?.raw_key ?? '')
  expect((await link('frida', await one())).status).toBe(303)
  expect(await results()).toEqual([])
})

test.each(['nadia', 'audra', 'rosa', 'nobody'] as const)('%s decides nothing', async (who) => {
  await sendOne()
  const id = await one()
  await as(who).post(`/admin/unmatched/${id}/match`, { patientId: 'rosa-chart' })
  await as(who).post(`/admin/unmatched/${id}/setting-aside`, { reason: 'x' })
  expect(await waiting()).toHaveLength(1)
})

describe('the rule', () => {
  const row = (rest: Partial<PatientRow>) =>
    ({
      id: 'p',
      mrn: '1',
      familyName: 'Díaz',
      givenName: 'Rosa',
      birthDate: '1952-03-27',
      accountId: null,
      mergedInto: null,
      source: null,
      sourceId: null,
      ...rest,
    }) as PatientRow
  const sent = (rest: Partial<SentPatient>) =>
    ({
      sourceId: 's',
      mrn: null,
      familyName: 'Diaz',
      givenName: 'Rosa',
      birthDate: '1952-03-27',
      identifiers: [],
      isFromPractice: false,
      phone: '4795550101',
      ...rest,
    }) as SentPatient
  const none = { known: [], linked: undefined }

  test('name and birth date never join anyone, whatever else is the same', () => {
    const type = fc.constantFrom('AN', 'VN', 'SS', 'DL', 'PN', 'XX')
    fc.assert(
      fc.property(
        fc.array(fc.record({ authority: fc.option(fc.string()), value: fc.string(), type }), {
          maxLength: 4,
        }),
        (identifiers) => {
          const known = identifiers.map(({ authority, value }) => ({
            authority: authority || 'feed:f',
            value,
            patientId: 'p',
            byPerson: false,
          }))
          const found = match(
            sent({ identifiers }),
            { ...none, known, patients: [row({})] },
            { id: 'f' },
            false
          )
          expect(found).toMatchObject({ why: 'no-identifier' })
        }
      )
    )
  })

  test('a number that is known never joins someone with another birth date', () => {
    const date = fc
      .date({ min: new Date('1920-01-01'), max: new Date('2020-01-01'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10))
    fc.assert(
      fc.property(date, date, fc.boolean(), (theirs, ours, byPerson) => {
        fc.pre(theirs !== ours)
        const known = [{ authority: 'A', value: '7', patientId: 'p', byPerson }]
        const found = match(
          sent({ birthDate: theirs, identifiers: [{ authority: 'A', value: '7', type: 'MR' }] }),
          { ...none, known, patients: [row({ birthDate: ours })] },
          { id: 'f' },
          false
        )
        expect(found).toMatchObject({ why: 'contradicts' })
      })
    )
  })

  test('two patients under the numbers of one message are one question', () => {
    const identifiers = [
      { authority: 'A', value: '7', type: 'MR' },
      { authority: 'B', value: '8', type: 'MR' },
    ]
    const known = [
      { authority: 'A', value: '7', patientId: 'p', byPerson: false },
      { authority: 'B', value: '8', patientId: 'q', byPerson: false },
    ]
    const patients = [row({}), row({ id: 'q', mrn: '2' })]
    expect(match(sent({ identifiers }), { ...none, known, patients }, { id: 'f' }, false)).toMatchObject({
      why: 'ambiguous',
    })
  })

  test('who is merged into another record is found there', () => {
    const known = [{ authority: 'A', value: '7', patientId: 'old', byPerson: false }]
    const patients = [row({ id: 'old', mergedInto: 'p', mrn: null }), row({})]
    const identifiers = [{ authority: 'A', value: '7', type: 'MR' }]
    expect(match(sent({ identifiers }), { ...none, known, patients }, { id: 'f' }, false)).toMatchObject({
      row: { id: 'p' },
    })
  })

  test('likeness puts the same birth date before the same name', () => {
    const person = {
      familyName: 'Díaz',
      givenName: 'Rosa',
      birthDate: '1952-03-27',
      phone: null,
      identifier: null,
    }
    const byDate = agreement(person, {
      familyName: 'Stone',
      givenName: 'Ana',
      birthDate: '1952-03-27',
      phone: null,
      mrn: null,
    })
    const byName = agreement(person, {
      familyName: 'DIAZ',
      givenName: 'Ana',
      birthDate: null,
      phone: null,
      mrn: null,
    })
    expect(likeness(byDate)).toBeGreaterThan(likeness(byName))
  })
})
