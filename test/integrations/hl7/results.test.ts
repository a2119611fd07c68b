import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { queueResultNotices } from '../../../src/labs/notices/store.ts'
import { mailWriters } from '../../../src/mails.ts'
import { deliverDue } from '../../../src/outbox/deliver.ts'
import { as } from '../../support/browser.ts'
import { auditMark, auditSince, db } from '../../support/people.ts'
import { ResendAccount } from '../../support/resend.ts'
import { message, msh, obr, obx, pid, post, rows, seedLab } from './feed.ts'

beforeEach(seedLab)

type Result = {
  name: string
  code: string | null
  value: string | null
  unit: string | null
  status: string
  flag: string | null
  range_low: string | null
  range_high: string | null
  range_text: string | null
  comment: string | null
  previous_value: string | null
  collected_at: number
}
const results = () =>
  rows<Result>("SELECT * FROM observations WHERE source = 'lab' ORDER BY report_id, position")
const reports = () =>
  rows<{
    id: string
    title: string
    status: string
    conclusion: string | null
    collected_at: number
    patient_id: string
    kind: string
  }>("SELECT * FROM reports WHERE source = 'lab' ORDER BY title")

test('a report is filed whole, and the patient reads it', async () => {
  const { status, verdicts } = await post(
    message(
      msh(),
      pid(),
      obr(),
      obx('9.80', { flag: 'L' }),
      'NTE|1||Repeated.',
      obx('4', { test: '6690-2^WBC^LN' })
    )
  )
  expect([status, verdicts]).toEqual([200, ['AA']])
  expect(await results()).toMatchObject([
    {
      name: 'Hemoglobin',
      code: '718-7',
      value: '9.80',
      unit: 'g/dL',
      flag: 'L',
      range_low: '12.0',
      range_high: '16.0',
      comment: 'Repeated.',
    },
    { name: 'WBC', value: '4', comment: null },
  ])
  const [report] = await reports()
  expect(report).toMatchObject({ title: 'CBC panel', status: 'final', patient_id: 'rosa-chart' })
  // A clock on the wall in Chicago, in daylight time.
  expect(new Date(report?.collected_at ?? 0).toISOString()).toBe('2026-10-01T13:30:00.000Z')
  const page = await as('rosa').get(`/patients/rosa-chart/labs/reports/${report?.id}`)
  expect(await page.text()).toContain('9.80')
})

test.each([
  ['NM', '<15', '<15'],
  ['NM', '## TEST CANCELLED ##', '## TEST CANCELLED ##'],
  ['SN', '<^0.1', '<0.1'],
  ['SN', '^182', '182'],
  ['SN', '=^1^:^640', '1:640'],
  ['SN', '5^-^10', '5-10'],
  ['ST', 'NOT DETECTED', 'NOT DETECTED'],
  ['TX', 'One~Two', 'One\nTwo'],
  ['FT', 'One\\.br\\Two \\T\\ \\H\\three\\N\\', 'One\nTwo & three'],
  ['CE', 'A^Positive^L', 'Positive'],
  ['CWE', '^^^^^^^^Written by hand', 'Written by hand'],
  ['DT', '20260901', '2026-09-01'],
  ['TS', '202609011430', '2026-09-01 14:30'],
  ['', '', null],
  ['NM', '""', null],
])('a value of type %s, sent as "%s"', async (type, sent, shown) => {
  await post(message(msh(), pid(), obr(), obx(sent, { type })))
  expect((await results())[0]?.value).toBe(shown)
})

test.each([
  ['3.8-11.0', '3.8', '11.0', null],
  ['4.3 to 6.2', '4.3', '6.2', null],
  ['(1.0 - 12.0)', '1.0', '12.0', null],
  ['<10', null, null, '<10'],
  ['70_105', null, null, '70_105'],
  ['[ ]', null, null, null],
  ['9-3', null, null, '9-3'],
])('the range "%s"', async (sent, low, high, text) => {
  await post(message(msh(), pid(), obr(), obx('5', { range: sent })))
  expect(await results()).toMatchObject([{ range_low: low, range_high: high, range_text: text }])
})

test.each([
  ['F', 'final'],
  ['P', 'preliminary'],
  ['C', 'corrected'],
  ['A', 'amended'],
  ['X', 'cancelled'],
  ['W', 'entered-in-error'],
  ['D', 'entered-in-error'],
  ['I', 'registered'],
])('a line with the status %s is %s', async (sent, filed) => {
  await post(message(msh(), pid(), obr(), obx('5', { status: sent })))
  expect((await results())[0]?.status).toBe(filed)
})

test('what belongs to the order is no result', async () => {
  await post(message(msh(), pid(), obr(), obx('1770', { status: 'O' }), obx('5')))
  expect((await results()).map(({ value }) => value)).toEqual(['5'])
})

describe('a correction', () => {
  const first = message(msh('ORU^R01', { at: '20261001100000' }), pid(), obr(), obx('50'))
  const again = message(msh('ORU^R01', { at: '20261002100000' }), pid(), obr(), obx('50'))
  const corrected = message(
    msh('ORU^R01', { at: '20261001120000' }),
    pid(),
    obr('A1', '58410-2^CBC panel^LN', { status: 'C' }),
    obx('25', { status: 'C' })
  )
  test.each([
    [first, again, corrected],
    [first, corrected, again],
    [again, first, corrected],
    [again, corrected, first],
    [corrected, first, again],
    [corrected, again, first],
  ])('holds, whatever comes in which order (%#)', async (...sent) => {
    for (const body of sent) expect((await post(body)).verdicts).toEqual(['AA'])
    expect(await results()).toMatchObject([{ value: '25', status: 'corrected', previous_value: '50' }])
    expect(await rows('SELECT value FROM observation_versions')).toEqual([{ value: '50' }])
    expect(await reports()).toMatchObject([{ status: 'corrected' }])
  })
})

describe('a correction under the time of the version it corrects', () => {
  // As the chain of ONC's lead results: OBR-22 is the same in every message.
  const lead = { test: '10368-9^Lead BldC-mCnc^LN', unit: 'ug/dL', range: '<9' }
  const send = (at: string, status: string, value: string) =>
    post(
      message(
        msh('ORU^R01', { at }),
        pid(),
        obr('9700123', '10368-9^Lead BldC-mCnc^LN', { status, taken: '20080815103000' }),
        obx(value, { ...lead, status })
      )
    )
  const reportOf = async () => (await reports())[0]?.id ?? ''
  const url = async () => `/patients/rosa-chart/labs/reports/${await reportOf()}`
  const list = async (who: 'rosa' | 'milo' = 'rosa') =>
    (await as(who).get('/patients/rosa-chart/labs')).text()
  const isNew = async (who?: 'rosa' | 'milo') =>
    /Lead BldC(?:(?!<\/li>).)*class="tag new"/s.test(await list(who))
  const team = async () =>
    (
      await rows<{ noticed_at: number | null; team_seen_at: number | null }>(
        "SELECT * FROM reports WHERE source = 'lab'"
      )
    )[0]

  beforeEach(async () => {
    await env.DB.prepare('UPDATE reports SET noticed_at = 1').run()
    await send('20100929110702', 'F', '50')
    await as('rosa').get(await url())
    await as('okafor').get(`/admin/patients/rosa-chart/labs/${await reportOf()}`)
    await env.DB.prepare("UPDATE reports SET noticed_at = 1 WHERE source = 'lab'").run()
    expect(await isNew()).toBe(false)
    expect((await team())?.team_seen_at).not.toBe(null)
  })

  test('said again, it is nothing new', async () => {
    await send('20100929110745', 'F', '50')
    expect(await isNew()).toBe(false)
    expect(await team()).toMatchObject({ noticed_at: 1, team_seen_at: expect.any(Number) })
  })

  test('is new again to whoever read the wrong value, and to the team', async () => {
    await send('20100929110828', 'C', '25')
    expect(await isNew()).toBe(true)
    expect((await team())?.team_seen_at).toBe(null)
    const page = await (await as('okafor').get(`/admin/patients/rosa-chart/labs/${await reportOf()}`)).text()
    expect(page).toContain('before the newest version')
    await as('rosa').get(await url())
    expect(await isNew()).toBe(false)
  })

  test('is told of by mail to whoever read the wrong value', async () => {
    await as('milo').get(await url())
    await send('20100929110828', 'C', '25')
    await queueResultNotices(db(), new Date())
    const resend = new ResendAccount()
    await deliverDue(resend.bindings, mailWriters, () => new Date())
    expect((await resend.sent()).flatMap(({ to }) => to).sort()).toEqual([
      'milo@example.test',
      'rosa@example.test',
    ])
    await send('20100929110900', 'C', '25')
    expect((await team())?.noticed_at).not.toBe(null)
  })

  test('leaves a note of the team marked as older than it', async () => {
    await as('okafor').post(`/admin/patients/rosa-chart/labs/${await reportOf()}/comments`, {
      submissionId: 'c'.repeat(21),
      comment: 'Much too high.',
    })
    await send('20100929110828', 'C', '25')
    const page = await (await as('rosa').get(await url())).text()
    expect(page).toContain('Much too high.')
    expect(page).toContain('This note was written before that.')
    expect(page).toContain('Your care team may not have seen the change yet.')
  })
})

describe('versions of a result in every order', () => {
  const hour = (at: number) => `202610011${at}0000`
  /** What was said, and when: the laboratory numbers its hours as it speaks. */
  const told = (letter: string, at: number, value: string) => ({ letter, at, value })
  const [begun, early, final, corrected, cancelled, withdrawn] = [
    told('S', 0, '10'),
    told('P', 1, '20'),
    told('F', 2, '30'),
    told('C', 3, '40'),
    told('X', 4, ''),
    told('W', 5, '60'),
  ] as const
  const orders = <T>(all: readonly T[]): T[][] =>
    all.length < 2
      ? [[...all]]
      : all.flatMap((one, i) => orders(all.toSpliced(i, 1)).map((rest) => [one, ...rest]))

  /** Every order of some versions, each under an order number of its own; what stands at the end. */
  async function fileInOrder(all: ReturnType<typeof told>[]) {
    const every = orders(all)
    for (let from = 0; from < every.length; from += 40)
      await post(
        every
          .slice(from, from + 40)
          .flatMap((order, i) =>
            order.map(({ letter, at, value }) =>
              message(
                msh('ORU^R01', { at: hour(at) }),
                pid(),
                obr(`N${from + i}`, undefined, { status: /[CFX]/.test(letter) ? letter : 'P' }),
                obx(value, { status: letter })
              )
            )
          )
          .join('')
      )
    return rows(
      "SELECT DISTINCT status, value, previous_value FROM observations WHERE source = 'lab' ORDER BY value"
    )
  }

  test('a later cancellation leaves no value, and what had been said beside it', async () => {
    expect(await fileInOrder([begun, early, final, cancelled])).toEqual([
      { status: 'cancelled', value: null, previous_value: '30' },
    ])
  })

  test('a cancellation made before the result came does not undo it', async () => {
    expect(await fileInOrder([begun, told('X', 1, ''), final])).toEqual([
      { status: 'final', value: '30', previous_value: null },
    ])
  })

  test('a correction stands, whether it was cancelled before or after', async () => {
    expect(await fileInOrder([final, cancelled, corrected])).toEqual([
      { status: 'corrected', value: '40', previous_value: '30' },
    ])
  })

  const copy = told('F', 6, '30')

  test('of two corrections the later stands, however late a copy of what they correct was made', async () => {
    const later = told('C', 4, '50')
    const ends = await fileInOrder([final, corrected, later, copy])
    expect(new Set(ends.map(({ status, value }) => `${status} ${value}`))).toEqual(new Set(['corrected 50']))
    expect(
      await rows('SELECT value, count(*) AS n FROM observation_versions GROUP BY value ORDER BY value')
    ).toEqual([
      { value: '30', n: 24 },
      { value: '40', n: 24 },
    ])
    expect(await rows("SELECT DISTINCT status FROM reports WHERE source = 'lab'")).toEqual([
      { status: 'corrected' },
    ])
  })

  test('a withdrawal after a correction stands, however late a copy of what they undo was made', async () => {
    const ends = await fileInOrder([corrected, withdrawn, copy])
    expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'entered-in-error'))
  })

  test('a correction after a withdrawal stands, however late a copy of what they undo was made', async () => {
    const ends = await fileInOrder([told('W', 3, '40'), told('C', 4, '50'), copy])
    expect(new Set(ends.map(({ status, value }) => `${status} ${value}`))).toEqual(new Set(['corrected 50']))
  })

  test('a withdrawal is the last word', async () => {
    const ends = await fileInOrder([early, final, corrected, cancelled, withdrawn])
    expect(new Set(ends.map(({ status, value }) => `${status} ${value}`))).toEqual(
      new Set(['entered-in-error 60'])
    )
  })
})

test('the same message again changes nothing, byte by byte or under a new id', async () => {
  const body = (id: string) => message(msh('ORU^R01', { id }), pid(), obr(), obx('5'))
  await post(body('1'))
  const before = await rows("SELECT * FROM observations WHERE source = 'lab'")
  expect((await post(body('1'))).verdicts).toEqual(['AA'])
  expect((await post(body('2'))).verdicts).toEqual(['AA'])
  expect(await rows("SELECT * FROM observations WHERE source = 'lab'")).toEqual(before)
  expect(await rows('SELECT repeats IS NOT NULL AS repeats FROM inbox_messages ORDER BY rowid')).toEqual([
    { repeats: 0 },
    { repeats: 1 },
    { repeats: 0 },
  ])
})

test('a control id that is used again for another message does not hide it', async () => {
  await post(message(msh('ORU^R01', { id: '1' }), pid(), obr('A1'), obx('5')))
  await post(message(msh('ORU^R01', { id: '1' }), pid(), obr('A2'), obx('6')))
  expect((await results()).map(({ value }) => value).sort()).toEqual(['5', '6'])
  const [, second] = await rows<{ outcome: string }>('SELECT outcome FROM inbox_messages ORDER BY rowid')
  expect(JSON.parse(second?.outcome ?? '')).toMatchObject({ reusesControlId: true })
})

test('several panels under one filler number stay apart; one code twice in a report is two results', async () => {
  await post(
    message(
      msh(),
      pid(),
      obr('A1', '58410-2^CBC panel^LN'),
      obx('5'),
      obx('6'),
      obr('A1', '24323-8^Metabolic panel^LN'),
      obx('7', { test: '2160-0^Creatinine^LN' })
    )
  )
  expect((await reports()).map(({ title }) => title)).toEqual(['CBC panel', 'Metabolic panel'])
  expect((await results()).map(({ value }) => value).sort()).toEqual(['5', '6', '7'])
})

test('a report in words, line by line, is one text', async () => {
  await post(
    message(
      msh(),
      pid(),
      obr('A1', '1487^ECHO CARDIOGRAM', { section: 'CT' }),
      'OBX|1|TX|||First line||||||F',
      'OBX|2|TX|||Second \\E\\ line||||||F'
    )
  )
  expect(await results()).toEqual([])
  expect(await reports()).toMatchObject([{ conclusion: 'First line\nSecond \\ line', kind: 'imaging' }])
})

test('a laboratory’s own code with LOINC beside it is grouped by LOINC and named by the laboratory', async () => {
  await post(message(msh(), pid(), obr(), obx('5', { test: 'HGB^Hgb (ours)^L^718-7^Hemoglobin^LN' })))
  expect(await results()).toMatchObject([{ code: '718-7', name: 'Hgb (ours)' }])
})

describe('what kind it is', () => {
  const cea = '2039-6^CEA^LN'
  const order = message(
    msh('ORU^R01', { at: '20261001100000' }),
    pid(),
    obr('A1', 'X^Blood^L', { status: 'S' })
  )
  const result = (at: string, value = '80') =>
    message(msh('ORU^R01', { at }), pid(), obr('A1', 'X^Blood^L'), obx(value, { test: cea }))
  const kind = async () => (await reports())[0]?.kind

  test('is known once its results are, before the patient may see it: here as one they want to be asked about', async () => {
    await env.DB.prepare(
      `INSERT INTO release_choices (patient_id, kind, timing, chosen_at, chosen_by)
       VALUES ('rosa-chart', 'tumor-marker', 'ask-first', 1, 'rosa')`
    ).run()
    await post(order)
    expect(await kind()).toBe('lab')
    await post(result('20261002100000'))
    expect(await kind()).toBe('tumor-marker')
    expect(await rows("SELECT released_at FROM reports WHERE source = 'lab'")).toEqual([
      { released_at: null },
    ])
    const [report] = await reports()
    const page = await as('rosa').get(`/patients/rosa-chart/labs/reports/${report?.id}`)
    const text = await page.text()
    expect(text).toContain('A result is ready')
    expect(text).not.toMatch(/CEA|>80\b/)
    await post(message(msh('ORU^R01', { at: '20261003100000' }), pid(), obr('A1', 'X^Blood^L'), obx('5')))
    expect(await kind()).toBe('tumor-marker')
  })

  test('stays as a person has said', async () => {
    await post(order)
    const [report] = await reports()
    const said = await as('okafor').post(`/admin/patients/rosa-chart/labs/${report?.id}/kind`, {
      kind: 'genetics',
    })
    expect(said.status).toBe(303)
    await post(result('20261002100000'))
    expect(await kind()).toBe('genetics')
  })

  test('stays once the patient may have read it', async () => {
    await post(message(msh('ORU^R01', { at: '20261001100000' }), pid(), obr('A1', 'X^Blood^L'), obx('5')))
    await post(result('20261002100000'))
    expect(await kind()).toBe('lab')
  })
})

describe('when the patient may see it is written down as it is filed', () => {
  let mark: number
  beforeEach(async () => {
    mark = await auditMark()
  })
  const decided = async () =>
    (await auditSince(mark)).flatMap(({ action, account_id }) =>
      String(action).startsWith('labs.release') ? [`${account_id}: ${action}`] : []
    )
  const biopsy = (status: string, at = '20261001100000') =>
    post(
      message(
        msh('ORU^R01', { at }),
        pid(),
        obr('A1', '22637-3^Pathology^LN', { status }),
        `OBX|1|TX|||Words||||||${status}`
      )
    )

  test('at once, and once', async () => {
    await post(message(msh(), pid(), obr(), obx('5')))
    expect(await decided()).toEqual(['lab: labs.released'])
    await post(message(msh('ORU^R01', { at: '20261003100000' }), pid(), obr(), obx('6')))
    expect(await decided()).toEqual(['lab: labs.released'])
  })

  test('not while there is nothing to see', async () => {
    await post(message(msh(), pid(), obr('A1', undefined, { status: 'S' })))
    expect(await decided()).toEqual([])
  })

  test('by the law: held from the early version on, and released when its hours since the final one are over', async () => {
    await env.DB.prepare(`UPDATE practice SET release_hours = '{"pathology":72}'`).run()
    await biopsy('P')
    expect(await decided()).toEqual(['lab: labs.release-set'])
    await biopsy('F', '20261002100000')
    expect(await decided()).toEqual(['lab: labs.release-set', 'lab: labs.released'])
  })

  test('by the patient’s own choice', async () => {
    await env.DB.prepare(
      `INSERT INTO release_choices (patient_id, kind, timing, days, chosen_at, chosen_by)
       VALUES ('rosa-chart', 'pathology', 'after-comment', 3, 1, 'rosa')`
    ).run()
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '')
    await post(
      message(
        msh(),
        pid(),
        obr('A1', '22637-3^Pathology^LN').replace('20261001095900-0500', today),
        'OBX|1|TX|||Words||||||F'
      )
    )
    expect(await decided()).toEqual(['lab: labs.release-set'])
  })
})

describe('documents', () => {
  const pdf = btoa('%PDF-1.4 a report %%EOF')
  const ed = (data: string) => `OBX|1|ED|PDF^Report^L||^application^pdf^Base64^${data}||||||F`

  test('a PDF is kept beside the results', async () => {
    await post(message(msh(), pid(), obr(), obx('5'), ed(pdf)))
    const [file] = await rows<{ object_key: string; size: number }>('SELECT * FROM report_files')
    expect((await env.FILES.head(file?.object_key ?? ''))?.size).toBe(file?.size)
    expect(await results()).toHaveLength(1)
  })

  test.each([
    ['that is none', ed(btoa('<html>'))],
    ['that lies elsewhere', 'OBX|1|RP|PDF^Report^L||https://elsewhere.test/x.pdf||||||F'],
  ])('one %s is left out, and the results are filed', async (_, line) => {
    expect((await post(message(msh(), pid(), obr(), obx('5'), line))).verdicts).toEqual(['AA'])
    expect(await rows('SELECT * FROM report_files')).toEqual([])
    expect(await results()).toHaveLength(1)
  })
})

describe('what is taken back', () => {
  const pdf = (text: string) => btoa(`%PDF-1.4 ${text} %%EOF`)
  const ed = (status: string, data = pdf('a report')) =>
    `OBX|2|ED|PDF^Report^L||^application^pdf^Base64^${data}||||||${status}`
  const words = (status: string, text = 'Malignant cells') => `OBX|3|TX|||${text}||||||${status}`
  const files = () =>
    rows<{ removed_at: number | null }>('SELECT removed_at FROM report_files ORDER BY added_at, rowid')
  const isThere = async () => (await files()).map(({ removed_at }) => removed_at === null)
  const send = (at: number, ...lines: string[]) =>
    post(message(msh('ORU^R01', { at: `2026100${at}100000` }), pid(), obr(), ...lines))

  test('a document goes, whether it comes with the word that takes it back or not', async () => {
    for (const [i, data] of [pdf('a report'), ''].entries()) {
      await send(1 + 2 * i, obx('5'), ed('F'))
      expect(await isThere()).toEqual([true])
      await send(2 + 2 * i, obx('5'), ed('W', data))
      expect(await isThere()).toEqual([false])
      await rows('DELETE FROM report_files')
    }
  })

  test('a document that is taken back at once, or not vouched for, is never filed', async () => {
    for (const status of ['W', 'D', 'X', 'R', 'I', 'N']) await send(1, obx('5'), ed(status))
    expect(await files()).toEqual([])
  })

  test('a report that was only a document is taken back with it', async () => {
    await send(1, ed('F'))
    await send(2, ed('W'))
    expect(await reports()).toMatchObject([{ status: 'entered-in-error' }])
  })

  test('words go, and an old copy does not bring them back', async () => {
    await send(1, obx('5'), words('F'), words('F', 'See comment'))
    expect(await reports()).toMatchObject([{ conclusion: 'Malignant cells\nSee comment' }])
    await send(2, obx('5'), words('W'), words('F', 'See comment'))
    expect(await reports()).toMatchObject([{ conclusion: 'See comment', status: 'corrected' }])
    await send(3, obx('5'), words('W'))
    await send(4, obx('5'), words('F'))
    const [report] = await reports()
    expect(report?.conclusion).toBe('')
    const page = await as('rosa').get(`/patients/rosa-chart/labs/reports/${report?.id}`)
    expect(await page.text()).not.toContain('Malignant')
  })

  test('words that are not vouched for are no conclusion', async () => {
    await send(1, obx('5'), words('R'), words('F', 'See comment'))
    expect(await reports()).toMatchObject([{ conclusion: 'See comment' }])
  })

  test('a value of a report whose document was taken back stays to be read', async () => {
    await send(1, obx('5'), ed('F'))
    await send(2, obx('5', { status: 'W' }), ed('F'))
    expect(await reports()).toMatchObject([{ status: 'corrected' }])
    expect(await isThere()).toEqual([true])
  })

  test('a document that comes again is there again', async () => {
    for (const [i, data] of [pdf('one'), pdf('two'), pdf('one')].entries())
      await send(i + 1, obx('5'), ed('F', data))
    expect(await isThere()).toEqual([true, false])
  })

  test('what a later final version brings is not lost because a correction came before it', async () => {
    await send(1, obx('5', { status: 'C' }))
    await send(2, obx('5'), ed('F'), words('F', 'See comment'))
    expect(await isThere()).toEqual([true])
    expect(await reports()).toMatchObject([{ conclusion: 'See comment', status: 'corrected' }])
    expect(await results()).toMatchObject([{ status: 'corrected' }])
  })
})

describe('a result that was read and then taken back', () => {
  const send = (at: number, ...lines: string[]) =>
    post(message(msh('ORU^R01', { at: `2026100${at}100000` }), pid(), obr(), ...lines))
  const list = async (who: 'rosa' | 'milo') => (await as(who).get('/patients/rosa-chart/labs')).text()
  const told = 'took back a result that you saw on'

  test('is told of to who had read it, and nobody else; staff see it struck through', async () => {
    await send(1, obx('91.7'))
    const [report] = await reports()
    await as('rosa').get(`/patients/rosa-chart/labs/reports/${report?.id}`)
    expect(await list('rosa')).not.toContain(told)
    await send(2, obx('91.7', { status: 'W' }))
    expect(await list('rosa')).toContain(told)
    expect(await list('rosa')).not.toContain('CBC panel')
    expect(await list('milo')).not.toContain(told)
    const desk = await (await as('nadia').get(`/admin/patients/rosa-chart/labs/${report?.id}`)).text()
    expect(desk).toContain('<s>91.7 g/dL</s>')
    await env.DB.prepare('UPDATE report_reads SET read_at = 1').run()
    await env.DB.prepare('UPDATE reports SET version_at = 1').run()
    expect(await list('rosa')).not.toContain(told)
  })

  test('among others of its report is told of there', async () => {
    await send(1, obx('91.7'), obx('4', { test: '6690-2^WBC^LN' }))
    await send(2, obx('91.7', { status: 'W' }), obx('4', { test: '6690-2^WBC^LN' }))
    const [report] = await reports()
    const page = await (await as('rosa').get(`/patients/rosa-chart/labs/reports/${report?.id}`)).text()
    expect(page).toContain('took back one result of this report')
    expect(page).not.toContain('91.7')
  })
})

describe('what its laboratory has not vouched for', () => {
  const shown = async (path: string) => (await as('rosa').get(`/patients/rosa-chart${path}`)).text()
  const line = async () =>
    (await rows<{ id: string }>("SELECT id FROM observations WHERE source = 'lab'"))[0]?.id

  test.each(['R', 'A', 'O', 'S'])('a report that is not done (OBR-25 %s) is held back', async (status) => {
    await post(message(msh(), pid(), obr('A1', undefined, { status }), obx('9.1', { status: 'R' })))
    expect(await rows('SELECT released_at FROM reports WHERE source = ?', 'lab')).toEqual([
      { released_at: null },
    ])
  })

  test.each(['I', 'R', 'N'])(
    'the value of a line that awaits its result (OBX-11 %s) is nowhere',
    async (status) => {
      const awaited = obx('91.7', { status, flag: 'LL' })
      await post(
        message(msh(), pid(), obr(), obx('4.2', { test: '6690-2^WBC^LN' }), awaited, 'NTE|1||Rerun.')
      )
      const [report] = await reports()
      const page = await shown(`/labs/reports/${report?.id}`)
      expect(page).toContain('Waiting for this result')
      expect(page).toContain('4.2')
      for (const text of [page, await shown('/labs'), await shown('/labs/history'), await shown('')])
        expect(text).not.toMatch(/91\.7|Critically low|Rerun/)
      expect(await shown('/labs')).toContain('1 of 1 outside the usual range</span>')
      expect((await as('rosa').get(`/patients/rosa-chart/labs/history/${await line()}`)).status).toBe(200)
      const desk = await as('nadia').get(`/admin/patients/rosa-chart/labs/${report?.id}`)
      expect(await desk.text()).not.toContain('91.7')
    }
  )

  test('an early result says that it is one, in its report and among the others of its test', async () => {
    await post(message(msh(), pid(), obr('A1', undefined, { status: 'P' }), obx('9.1', { status: 'P' })))
    const [report] = await reports()
    expect(await shown(`/labs/reports/${report?.id}`)).toContain('Early result')
    expect(await shown(`/labs/history/${await line()}`)).toContain('Early result')
  })
})

test('the gravest of several flags is kept', async () => {
  for (const [i, flag] of ['A~LL', 'LL~A', 'A~H', 'N~A', 'N~ZZ', 'N/A~HH'].entries())
    await post(message(msh(), pid(), obr(`G${i}`), obx('5', { flag })))
  expect(await rows("SELECT flag FROM observations WHERE source = 'lab' ORDER BY source_id")).toEqual(
    ['LL', 'LL', 'H', 'A', 'ZZ', 'HH'].map((flag) => ({ flag }))
  )
})

test('a note stands with what it follows: a patient, an order, a sample, a document', async () => {
  const document = 'OBX|2|RP|PDF^Report^L||https://elsewhere.test/x.pdf||||||F'
  await post(
    message(
      msh(),
      pid(),
      'NTE|1||Of the patient',
      'ORC|RE',
      'NTE|1||Of the order',
      obr(),
      'NTE|1||Of the report',
      obx('5'),
      'NTE|1||Of the result',
      document,
      'NTE|1||Of the document',
      'SPM|1',
      'NTE|1||Of the sample',
      'ORC|RE',
      'NTE|1||Of the next',
      obr('A2'),
      obx('6')
    )
  )
  const said = await rows('SELECT conclusion FROM reports WHERE source = ? ORDER BY source_id', 'lab')
  expect(said).toEqual([
    { conclusion: 'Of the patient\nOf the order\nOf the report\nOf the sample\nOf the document' },
    { conclusion: 'Of the next' },
  ])
  expect(await rows("SELECT value, comment FROM observations WHERE source = 'lab' ORDER BY value")).toEqual([
    { value: '5', comment: 'Of the result' },
    { value: '6', comment: null },
  ])
})

describe('whose it is', () => {
  const waiting = () => rows<{ why: string; subject: string }>('SELECT why, subject FROM unmatched')
  test.each([
    ['another birth date', pid('10001^^^HILLSIDE^MR', 'DIAZ^ROSA', '19520328'), 'contradicts'],
    ['another family name', pid('10001^^^HILLSIDE^MR', 'SMITH^ROSA'), 'contradicts'],
    ['a number nobody has', pid('99999^^^HILLSIDE^MR'), 'unknown'],
    ['the right number of another authority', pid('10001^^^ELSEWHERE^MR'), 'unknown'],
    ['the right number without an authority', pid('10001^^^^MR'), 'unknown'],
    ['an account number', pid('10001^^^HILLSIDE^AN'), 'no-identifier'],
    ['no number at all', pid(''), 'no-identifier'],
    ['nothing to hold a number against', pid('10001^^^HILLSIDE^MR', '', ''), 'ambiguous'],
  ])('%s: it waits for a person', async (_, who, why) => {
    expect((await post(message(msh(), who, obr(), obx('5')))).verdicts).toEqual(['AA'])
    expect(await results()).toEqual([])
    expect(await waiting()).toMatchObject([{ why }])
  })

  test.each([
    ['a stranger of the same birth date', pid('10001^^^HILLSIDE^MR', 'SMITH^JOHN')],
    ['a relative of the same surname', pid('10001^^^HILLSIDE^MR', 'DIAZ^ROBERTO', '19850611')],
  ])('%s under the number of a patient who has no account yet: it waits for a person', async (_, who) => {
    await env.DB.prepare("UPDATE patients SET account_id = NULL WHERE id = 'rosa-chart'").run()
    const visit = 'SCH|P7|F7|||||^Visit||||^^^20271001090000|||||||||||||Booked'
    const { verdicts } = await post(
      message(msh(), who, obr(), obx('5')) + message(msh('SIU^S12'), visit, who)
    )
    expect(verdicts).toEqual(['AA', 'AA'])
    expect(await results()).toEqual([])
    expect(await rows("SELECT id FROM appointments WHERE source = 'lab'")).toEqual([])
    expect(await waiting()).toMatchObject([{ why: 'contradicts' }, { why: 'contradicts' }])
  })

  test('accents and case make no difference', async () => {
    await post(message(msh(), pid('10001^^^HILLSIDE^MR', 'Díaz^Rosa'), obr(), obx('5')))
    expect(await waiting()).toEqual([])
  })
})

test('times without a zone are those of the sender’s own clocks', async () => {
  await env.DB.prepare("UPDATE feeds SET time_zone = 'America/New_York'").run()
  await post(message(msh(), pid(), obr(), obx('5')))
  expect(new Date((await reports())[0]?.collected_at ?? 0).toISOString()).toBe('2026-10-01T12:30:00.000Z')
})

test.each(['Y', 'Z'])(
  'a report whose sender doubts whose it is (OBR-25 %s) waits for a person',
  async (status) => {
    expect((await post(message(msh(), pid(), obr('A1', undefined, { status }), obx('5')))).verdicts).toEqual([
      'AA',
    ])
    expect(await results()).toEqual([])
    const [waiting] = await rows<{ id: string; why: string }>('SELECT id, why FROM unmatched')
    expect(waiting?.why).toBe('doubted')
    await as('frida').post(`/admin/unmatched/${waiting?.id}/match`, { patientId: 'rosa-chart' })
    expect(await results()).toHaveLength(1)
  }
)
