import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../src/db/id.ts'
import { momentIn } from '../../src/integrations/csv/time.ts'
import { message, msh, obr, obx, pid, rows, seedLab } from '../integrations/hl7/feed.ts'
import { as } from '../support/browser.ts'
import { pdf } from '../support/files.ts'
import type { Person } from '../support/people.ts'

beforeEach(seedLab)

type Content = string | Uint8Array<ArrayBuffer>

/** Sends a file as the form does; says where its page is. */
async function upload(
  content: Content,
  { name = 'results.csv', who = 'nadia' as Person, submissionId = newId() } = {}
) {
  const form = new FormData()
  form.set('submissionId', submissionId)
  form.set('file', new File([content], name))
  const response = await as(who).request('/admin/uploads', {
    method: 'POST',
    body: form,
    headers: { Origin: env.APP_ORIGIN },
  })
  return { status: response.status, at: response.headers.get('Location') ?? '', html: await response.text() }
}
const pageAt = async (at: string, who: Person = 'nadia') => (await as(who).get(at)).text()
const results = () =>
  rows("SELECT name, value, unit, patient_id FROM observations WHERE source = 'uploads' ORDER BY name, value")
const filedNothing = async () =>
  expect(await rows("SELECT id FROM reports WHERE source = 'uploads'")).toEqual([])

const head = 'MRN,Last Name,DOB,Collected,Test,Result,Units,Reference Range,Flag,Comment'
const row = (mrn = '10001', value = '9.80', test = 'Hemoglobin', rest: { born?: string; at?: string } = {}) =>
  `${mrn},Díaz,${rest.born ?? '3/27/1952'},${rest.at ?? '10/1/2026 8:30 AM'},${test},${value},g/dL,12.0-16.0,L,"Drawn late, ""again"""`
const csv = (...lines: string[]) => [head, ...lines].join('\r\n')
const columns = {
  recordNumber: '0',
  familyName: '1',
  birthDate: '2',
  collectedAt: '3',
  test: '4',
  value: '5',
  unit: '6',
  range: '7',
  flag: '8',
  comment: '9',
}

/** Uploads a table and says what its columns are. */
async function looked(content: Content) {
  const { at } = await upload(content)
  expect((await as('nadia').post(`${at}/columns`, columns)).status).toBe(303)
  return at
}

describe('a table', () => {
  test('is asked about, looked over, filed, and read by its patient', async () => {
    const { status, at } = await upload(csv(row(), row('10001', '4.5', 'WBC')))
    expect(status).toBe(303)
    const asked = await pageAt(at)
    // What the names suggest is chosen already.
    for (const [field, column] of Object.entries(columns))
      expect(asked).toMatch(new RegExp(`<select id="${field}"[\\s\\S]*?<option value="${column}" selected`))

    await as('nadia').post(`${at}/columns`, columns)
    const review = await pageAt(at)
    expect(review).toContain('New: 1 report, 2 results')
    await filedNothing()

    expect((await as('nadia').post(at)).status).toBe(303)
    expect(await pageAt(at)).toContain('1 filed, 0 waiting for a person, 0 refused.')
    const [report] = await rows<{ id: string; collected_at: number }>(
      "SELECT * FROM reports WHERE source = 'uploads'"
    )
    expect(new Date(report?.collected_at ?? 0).toISOString()).toBe('2026-10-01T13:30:00.000Z')
    const seen = await (await as('rosa').get(`/patients/rosa-chart/labs/reports/${report?.id}`)).text()
    for (const words of ['Hemoglobin', '9.80', '12.0', 'Drawn late, &quot;again&quot;', 'WBC', '4.5'])
      expect(seen).toContain(words)
  })

  test('with a byte order mark, and record numbers that begin with zeros', async () => {
    await env.DB.prepare("UPDATE patients SET mrn = '0010001' WHERE id = 'rosa-chart'").run()
    const at = await looked(`\uFEFF${csv(row('0010001'))}`)
    await as('nadia').post(at)
    expect(await results()).toMatchObject([{ patient_id: 'rosa-chart' }])
  })

  test('in Windows-1252 and in UTF-16, as spreadsheets write them', async () => {
    const text = csv(row())
    const western = Uint8Array.from(text, (character) => character.charCodeAt(0))
    const wide = new Uint8Array([
      0xff,
      0xfe,
      ...[...text].flatMap((character) => [character.charCodeAt(0) & 255, character.charCodeAt(0) >> 8]),
    ])
    for (const bytes of [western, wide]) await as('nadia').post(await looked(bytes))
    expect(await results()).toMatchObject([{ value: '9.80', patient_id: 'rosa-chart' }])
  })

  test('a row that cannot be filed is named with its number, and the rest is filed', async () => {
    const at = await looked(
      csv(
        row(),
        row(''),
        row('10001', ''),
        row('10001', '5', ''),
        row('10001', '5', 'A', { at: 'yesterday' }),
        row('10001', '5', 'A', { born: '13/45/1952' }),
        '10001,,,10/1/2026,A,5',
        '',
        row('10001', '6', 'Last')
      )
    )
    const review = await pageAt(at)
    for (const words of [
      'Row 3: there is no record number.',
      'Row 4: there is no result.',
      'Row 5: there is no name of a test.',
      'Row 6: it does not say when the sample was taken',
      'Row 7: the date of birth is not a date.',
      'Row 8: there is neither a family name nor a date of birth',
    ])
      expect(review).toContain(words)
    await as('nadia').post(at)
    expect((await results()).map(({ value }) => value)).toEqual(['9.80', '6'])
  })

  test.each([
    ['Withdrawn', null],
    ['W', null],
    ['entered in error', null],
    ['In process', null],
    ['', 'final'],
    ['F', 'final'],
    ['Final result', 'final'],
    ['Completed', 'final'],
    ['Prelim', 'preliminary'],
    ['C', 'corrected'],
    ['Amended', 'amended'],
    ['Cancelled', 'cancelled'],
  ])('a row whose status is "%s" is filed as %s, or left out by name', async (said, filed) => {
    const { at } = await upload(`${head},Status\r\n${row()},${said}`)
    await as('nadia').post(`${at}/columns`, { ...columns, status: '10' })
    if (filed === null) expect(await pageAt(at)).toContain('Row 2: its status is not')
    await as('nadia').post(at)
    expect(await rows("SELECT status FROM observations WHERE source = 'uploads'")).toEqual(
      filed === null ? [] : [{ status: filed }]
    )
  })

  test('uploaded again changes nothing, and a corrected one keeps the old value', async () => {
    for (let i = 0; i < 2; i++) await as('nadia').post(await looked(csv(row())))
    expect(await results()).toHaveLength(1)
    await as('nadia').post(await looked(csv(row('10001', '8.1'))))
    expect(await rows("SELECT value, previous_value FROM observations WHERE source = 'uploads'")).toEqual([
      { value: '8.1', previous_value: '9.80' },
    ])
  })

  test('the same test twice in one report keeps both', async () => {
    await as('nadia').post(await looked(csv(row('10001', '1'), row('10001', '2'))))
    expect((await results()).map(({ value }) => value)).toEqual(['1', '2'])
  })

  test('a patient whose number does not fit waits, and is filed once someone says whose it is', async () => {
    const at = await looked(
      csv(row('10001', '7', 'A', { born: '1/1/1990' }), row('99999', '8', 'B'), row('10001', '9', 'C'))
    )
    expect(await pageAt(at)).toContain('2 wait for a person')
    await as('nadia').post(at)
    expect((await results()).map(({ value }) => value)).toEqual(['9'])
    const [unknown] = await rows<{ id: string }>("SELECT id FROM unmatched WHERE identifier = '99999'")
    await as('frida').post(`/admin/unmatched/${unknown?.id}/match`, { patientId: 'ines-chart' })
    expect(await results()).toMatchObject([
      { value: '8', patient_id: 'ines-chart' },
      { value: '9', patient_id: 'rosa-chart' },
    ])
  })

  test('without a column that it needs is not looked over, and keeps what was chosen', async () => {
    const { at } = await upload(csv(row()))
    const response = await as('nadia').post(`${at}/columns`, {
      ...columns,
      test: '',
      familyName: '',
      birthDate: '',
    })
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain('Choose a column.')
    expect(html).toMatch(/<select id="value"[\s\S]*?<option value="5" selected/)
    expect(
      (await as('nadia').post(`${at}/columns`, { ...columns, familyName: '', birthDate: '' })).status
    ).toBe(422)
    expect((await as('nadia').post(at)).status).toBe(404)
    await filedNothing()
  })

  test('a formula is text, and markup is shown as it stands', async () => {
    await as('nadia').post(
      await looked(csv(row('10001', '=HYPERLINK("x")'.replaceAll('"', "'"), '<b>Bold</b>')))
    )
    const [report] = await rows<{ id: string }>("SELECT id FROM reports WHERE source = 'uploads'")
    const html = await (await as('rosa').get(`/patients/rosa-chart/labs/reports/${report?.id}`)).text()
    expect(html).toContain('&lt;b&gt;Bold&lt;/b&gt;')
    expect(html).not.toContain('<b>Bold</b>')
  })
})

describe('other files', () => {
  test('HL7: every message, what is refused by its place', async () => {
    const { at } = await upload(
      [
        message(msh(), pid(), obr(), obx('5')),
        message(msh('ORM^O01'), pid()),
        message(msh(), pid('999^^^ELSEWHERE^MR'), obr('B'), obx('6')),
      ].join('')
    )
    const review = await pageAt(at)
    expect(review).toContain('New: 1 report, 1 result')
    expect(review).toContain('2. ORM^O01: MSH-9')
    expect(review).toContain('1 waits for a person')
    await filedNothing()
    await as('nadia').post(at)
    expect(await pageAt(at)).toContain('1 filed, 1 waiting for a person, 1 refused.')
    expect(await results()).toMatchObject([{ value: '5', patient_id: 'rosa-chart' }])
  })

  test('a long one is filed in several goes, goes on where it stopped, and doubles nothing', async () => {
    const { at } = await upload(
      Array.from({ length: 250 }, (_, index) =>
        message(msh(), pid(), obr(`N${index}`), obx(String(index)))
      ).join('')
    )
    const desk = as('nadia')
    await desk.post(at)
    expect(await pageAt(at)).toContain('100 of 250 filed')
    // Two people who press at once, and one who went back.
    await Promise.all([desk.post(at), desk.post(at)])
    for (let i = 0; i < 3; i++) await desk.post(at)
    expect(await pageAt(at)).toContain('250 filed, 0 waiting for a person, 0 refused.')
    expect(await results()).toHaveLength(250)
    const begun = await rows(
      "SELECT seq FROM audit_entries WHERE action = 'uploads.filed' AND subject_id = ?",
      at.split('/').at(-1)
    )
    expect(begun).toHaveLength(1)
  })

  test('FHIR', async () => {
    const { at } = await upload(
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'collection',
        entry: [
          {
            resource: {
              resourceType: 'Patient',
              id: 'p',
              identifier: [{ system: 'HILLSIDE', value: '10001', type: { coding: [{ code: 'MR' }] } }],
              name: [{ family: 'Díaz', given: ['Rosa'] }],
              birthDate: '1952-03-27',
            },
          },
          {
            resource: {
              resourceType: 'Observation',
              id: 'o',
              status: 'final',
              category: [{ coding: [{ code: 'laboratory' }] }],
              code: { text: 'Hemoglobin' },
              subject: { reference: 'Patient/p' },
              effectiveDateTime: '2026-10-01T08:30:00-05:00',
              valueQuantity: { value: 9.8, unit: 'g/dL' },
            },
          },
        ],
      }),
      { name: 'bundle.json' }
    )
    expect(await pageAt(at)).toContain('1 report, 1 result')
    await as('nadia').post(at)
    expect(await results()).toMatchObject([{ value: '9.8', patient_id: 'rosa-chart' }])
  })

  const header = {
    recordNumber: '10001',
    familyName: 'diaz',
    birthDate: '',
    title: 'Biopsy report',
    kind: 'pathology',
    collectedAt: '10/1/2026',
    laboratory: 'Valley Lab',
    orderedBy: '',
  }

  test('a PDF, once a person has said whose it is', async () => {
    const { at } = await upload(pdf('words'), { name: 'scan 12.pdf' })
    expect(await pageAt(at)).toContain('What is this PDF?')
    const wrong = await as('nadia').post(`${at}/header`, {
      ...header,
      familyName: '',
      collectedAt: 'soon',
      title: '',
    })
    expect(wrong.status).toBe(422)
    const html = await wrong.text()
    for (const words of [
      'Write the family name or the date of birth',
      'Write the date like 11/20/2026',
      'value="Valley Lab"',
    ])
      expect(html).toContain(words)
    await as('nadia').post(`${at}/header`, header)
    expect(await pageAt(at)).toContain('New: 1 report')
    await as('nadia').post(at)
    const [report] = await rows<{ id: string; kind: string; patient_id: string }>(
      "SELECT * FROM reports WHERE source = 'uploads'"
    )
    expect(report).toMatchObject({ kind: 'pathology', patient_id: 'rosa-chart' })
    const [file] = await rows<{ object_key: string; name: string }>('SELECT * FROM report_files')
    expect((await env.FILES.head(file?.object_key ?? ''))?.size).toBe(pdf('words').length)
  })

  test('a PDF of someone with another name waits', async () => {
    const { at } = await upload(pdf())
    await as('nadia').post(`${at}/header`, { ...header, familyName: 'Roy' })
    await as('nadia').post(at)
    await filedNothing()
    expect(await rows('SELECT why FROM unmatched')).toEqual([{ why: 'contradicts' }])
  })
})

describe('a file that is not taken', () => {
  test.each<[string, Content, string]>([
    ['empty', '', 'Choose a file.'],
    ['only a heading', head, 'There is nothing in this file.'],
    ['a letter', 'Dear Sirs\nI enclose nothing.', 'We cannot tell what this file is.'],
    ['half a PDF', '%PDF-1.7 and then the line dropped', 'This PDF is damaged or cut off.'],
    ['half a bundle', '{"resourceType":"Bundle","type":"coll', 'This is not JSON'],
  ])('%s: says why at the field', async (_, content, words) => {
    const { status, html } = await upload(content)
    expect(status).toBe(422)
    expect(html).toContain(words)
    await filedNothing()
  })

  test('too large: says so, and is not held', async () => {
    const { status, html } = await upload(new Uint8Array(20_500_000))
    expect(status).toBe(422)
    expect(html).toContain('This file is larger than 20 MB.')
  })

  test('what could not be read is kept all the same', async () => {
    await upload('%PDF-1.7 and then the line dropped')
    const [kept] = await rows<{ raw_key: string; refused_at: number; sent_by: string }>('SELECT * FROM inbox')
    expect(kept).toMatchObject({ sent_by: 'nadia', refused_at: expect.any(Number) })
    expect(await env.FILES.head(kept?.raw_key ?? '')).not.toBe(null)
  })
})

test('the form sent twice brings one file', async () => {
  const submissionId = newId()
  const [one, two] = [await upload(csv(row()), { submissionId }), await upload(csv(row()), { submissionId })]
  expect(one.at).toBe(two.at)
  expect(await rows('SELECT inbox_id FROM uploads')).toHaveLength(1)
})

test('thrown away before it is filed, it is gone', async () => {
  const at = await looked(csv(row()))
  expect((await as('nadia').post(`${at}/removal`)).status).toBe(303)
  expect((await as('nadia').get(at)).status).toBe(404)
  expect((await as('nadia').post(at)).status).toBe(404)
  await filedNothing()
})

test('what is filed is not thrown away, and its columns do not change', async () => {
  const at = await looked(csv(row()))
  await as('nadia').post(at)
  expect((await as('nadia').post(`${at}/removal`)).status).toBe(404)
  expect((await as('nadia').post(`${at}/columns`, columns)).status).toBe(404)
})

test.each(['frida', 'audra', 'rosa', 'nobody'] as const)(
  '%s uploads nothing, and sees nothing of it',
  async (who) => {
    const at = await looked(csv(row()))
    const closed = who === 'nobody' ? 303 : 404
    expect((await upload(csv(row()), { who })).status).toBe(closed)
    expect((await as(who).get(at)).status).toBe(closed)
    expect((await as(who).post(at)).status).toBe(closed)
    await filedNothing()
  }
)

test('no key opens the sender of uploads', async () => {
  await looked(csv(row()))
  for (const key of ['', 'uploads']) {
    const response = await as('nobody').request('/feeds/hl7', {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}` },
      body: 'MSH|',
    })
    expect(response.status).toBe(401)
  }
})

describe('times of a table', () => {
  test.each([
    ['10/1/2026', '2026-10-01T18:00:00.000Z'],
    ['2026-10-01', '2026-10-01T18:00:00.000Z'],
    ['10/1/2026 8:30 AM', '2026-10-01T13:30:00.000Z'],
    ['10/1/2026 12:05 am', '2026-10-01T05:05:00.000Z'],
    ['10/1/26 14:00', '2026-10-01T19:00:00.000Z'],
    ['2026-10-01T08:30:15', '2026-10-01T13:30:15.000Z'],
    ['2026-10-01T08:30:00+02:00', '2026-10-01T06:30:00.000Z'],
    ['2026-10-01 08:30Z', '2026-10-01T08:30:00.000Z'],
    ['202610010830', '2026-10-01T13:30:00.000Z'],
    ['202202201809-0500', '2022-02-20T23:09:00.000Z'],
    ['13/1/2026', null],
    ['2/30/2026', null],
    ['10/1/2026 25:00', null],
    ['10/1/2026 13:00 PM', null],
    ['soon', null],
    ['', null],
  ])('"%s"', (sent, expected) => {
    expect(momentIn(sent, 'America/Chicago')?.toISOString() ?? null).toBe(expected)
  })

  test('a day and a minute of the wall come back the same', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true }),
        (at) => {
          const wall = new Intl.DateTimeFormat('en-US', {
            timeZone: 'America/Chicago',
            dateStyle: 'short',
            timeStyle: 'short',
          })
          const read = momentIn(wall.format(at).replace(',', '').replace('\u202f', ' '), 'America/Chicago')
          expect(read && wall.format(read)).toBe(wall.format(at))
        }
      )
    )
  })
})
