import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { feeds } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { bloodCount, key, send as sendFhir } from '../integrations/fhir/feed.ts'
import { message, msh, obr, obx, pid, post, rows, seedLab } from '../integrations/hl7/feed.ts'
import { as } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { db } from '../support/people.ts'
import { reportUrl } from './rows.ts'

beforeEach(seedLab)

type Told = { at: string; status?: string; words: string | string[]; order?: string; kind?: string }
/** A report in words; a line that begins with "W:" is taken back. */
const told = ({ at, status = 'F', words, order = 'T1', kind = 'X-1^Narrative^L' }: Told) =>
  message(
    msh('ORU^R01', { at: `2026100${at}00` }),
    pid(),
    obr(order, kind, { status }),
    ...[words].flat().map((line) => {
      const isTakenBack = line.startsWith('W:')
      return `OBX|1|TX|||${isTakenBack ? line.slice(2) : line}||||||${isTakenBack ? 'W' : status}`
    })
  )
const send = (...all: Told[]) => post(all.map(told).join(''))
const kept = () =>
  rows<{ conclusion: string; withdrawn_at: number | null }>(
    'SELECT conclusion, withdrawn_at FROM report_conclusions ORDER BY rowid'
  )
const idOf = async (order = 'T1') =>
  (await rows<{ id: string }>("SELECT id FROM reports WHERE source_id LIKE '%|F' || ?1 || '^%'", order))[0]
    ?.id ?? ''
const pageFor = async (who: 'rosa' | 'milo' | 'nadia', order = 'T1') => {
  const id = await idOf(order)
  const url = who === 'nadia' ? `/admin/patients/rosa-chart/labs/${id}` : reportUrl(id)
  return (await as(who).get(url)).text()
}
const saidBefore = (html: string) =>
  html.match(/<details class="more"><summary>What it said before[\s\S]*?<\/details>/)?.[0]

describe('a report in words that was corrected', () => {
  beforeEach(() => send({ at: '101', words: 'Left side.' }, { at: '201', status: 'C', words: 'Right side.' }))

  test.each(['rosa', 'milo', 'nadia'] as const)('says to %s what it says now, and before', async (who) => {
    const html = await pageFor(who)
    expect(html).toContain('Right side.')
    expect((await readPage(html)).text).toMatch(/Changed on \w+ \d+, \d{4}\./)
    expect(saidBefore(html)).toMatch(/Until \w+ \d+, \d{4}:/)
    expect(saidBefore(html)).toContain('Left side.')
    expect(html.replace(saidBefore(html) ?? '', '')).not.toContain('Left side.')
  })

  test('says so in Spanish', async () => {
    const html = await (await as('rosa').get(`${reportUrl(await idOf())}?lang=es`)).text()
    expect(html).toContain('Lo que decía antes')
  })

  test('goes into the record as it is now and as it was', async () => {
    const document = await (await as('rosa').get('/patients/rosa-chart/record/carespace-record.html')).text()
    expect(document).toContain('Right side.')
    expect(document).toMatch(/What it said before[\s\S]*Left side\./)
    const bundle = await (await as('rosa').get('/patients/rosa-chart/record/carespace-record.json')).json<{
      entry: {
        resource: { resourceType: string; status: string; conclusion?: string; [rest: string]: unknown }
      }[]
    }>()
    const id = await idOf()
    const found = bundle.entry.map(({ resource }) => resource)
    expect(found.find(({ conclusion }) => conclusion === 'Right side.')).toMatchObject({ id })
    expect(found.filter(({ status }) => status === 'superseded')).toMatchObject([
      {
        resourceType: 'DocumentReference',
        content: [{ attachment: { contentType: 'text/plain; charset=utf-8', data: btoa('Left side.') } }],
        context: { related: [{ reference: `DiagnosticReport/${id}` }] },
      },
    ])
  })

  test('is new to whoever read it, and keeps nothing when it says the same again', async () => {
    const stands = await kept()
    expect(stands).toEqual([{ conclusion: 'Left side.', withdrawn_at: null }])
    await send({ at: '301', status: 'C', words: 'Right side.' })
    await send({ at: '401', status: 'F', words: 'Left side.' })
    expect(await kept()).toEqual(stands)
  })

  test('names every version, newest first', async () => {
    await send({ at: '301', status: 'C', words: 'Both sides.' })
    expect(saidBefore(await pageFor('rosa'))).toMatch(/Right side\.[\s\S]*Left side\./)
  })

  test('does not show what it said before to whoever has not opened it', async () => {
    await send(
      { at: '101', words: 'No tumor.', order: 'T2', kind: '22637-3^Pathology^LN' },
      { at: '201', status: 'C', words: 'A tumor.', order: 'T2', kind: '22637-3^Pathology^LN' }
    )
    const html = await pageFor('rosa', 'T2')
    expect(html).toContain('Before you open this report')
    expect(html).not.toMatch(/A tumor|No tumor/)
    const document = await (await as('rosa').get('/patients/rosa-chart/record/carespace-record.html')).text()
    expect(document).not.toMatch(/A tumor|No tumor/)
    await as('rosa').post(`${reportUrl(await idOf('T2'))}/opening`)
    expect(saidBefore(await pageFor('rosa', 'T2'))).toContain('No tumor.')
  })
})

test('in whatever order its versions come, the correction stands and what it replaced is kept once', async () => {
  const [first, again, corrected] = [
    { at: '101', words: 'Left side.' },
    { at: '301', words: 'Left side.' },
    { at: '201', status: 'C', words: 'Right side.' },
  ]
  const orders = [
    [first, again, corrected],
    [first, corrected, again],
    [again, first, corrected],
    [again, corrected, first],
    [corrected, first, again],
    [corrected, again, first],
  ]
  for (const [i, order] of orders.entries()) {
    await send(...order.map((each) => ({ ...each, order: `O${i}` }) as Told))
    const html = await pageFor('rosa', `O${i}`)
    expect([i, saidBefore(html)?.match(/Left side\./g)?.length]).toEqual([i, 1])
    expect(html.replace(saidBefore(html) ?? '', '')).toContain('Right side.')
  }
  expect(await kept()).toHaveLength(6)
})

test('a correction that came without words has those of a later copy, in whatever order', async () => {
  const versions: Told[] = [
    { at: '101', words: 'Left side.' },
    { at: '201', status: 'C', words: [] },
    { at: '301', words: 'Left side.' },
  ]
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]
  for (const [i, order] of orders.entries())
    await send(...order.flatMap((at) => versions[at] ?? []).map((each) => ({ ...each, order: `O${i}` })))
  expect(await rows("SELECT DISTINCT conclusion, status FROM reports WHERE source = 'lab'")).toEqual([
    { conclusion: 'Left side.', status: 'corrected' },
  ])
})

test('what was early and is final now was no mistake: nothing is kept of it', async () => {
  await send({ at: '101', status: 'P', words: 'Looks fine.' }, { at: '201', words: 'Is fine.' })
  await send({ at: '102', status: 'P', words: 'Looks better.' })
  expect(await kept()).toEqual([])
  expect(saidBefore(await pageFor('rosa'))).toBeUndefined()
})

describe('words that were taken back', () => {
  test.each([
    ['after they came', ['first', 'back', 'copy']],
    ['before they came', ['back', 'first', 'copy']],
  ])('are for staff alone when that was said %s', async (_, order) => {
    const versions: Record<string, Told> = {
      first: { at: '101', words: ['Malignant cells', 'See comment'] },
      back: { at: '201', words: ['W:Malignant cells', 'See comment'] },
      copy: { at: '301', words: ['Malignant cells', 'See comment'] },
    }
    await send(...order.flatMap((name) => versions[name] ?? []))
    const html = await pageFor('rosa')
    expect(html).toContain('See comment')
    expect(html).not.toContain('Malignant')
    expect(
      await (await as('rosa').get('/patients/rosa-chart/record/carespace-record.html')).text()
    ).not.toContain('Malignant')
    expect(saidBefore(await pageFor('nadia'))).toContain('Malignant cells')
  })

  test('take with them what they had replaced', async () => {
    await send(
      { at: '101', words: 'Malignant' },
      { at: '201', status: 'C', words: 'Suspicious' },
      { at: '301', words: 'W:Suspicious' },
      { at: '401', status: 'C', words: 'Normal.' },
      { at: '501', status: 'C', words: 'Normal, seen twice.' }
    )
    const html = await pageFor('rosa')
    expect(html).not.toMatch(/Malignant|Suspicious/)
    expect(saidBefore(html)).toContain('Normal.')
    expect(saidBefore(await pageFor('nadia'))).toMatch(/Suspicious[\s\S]*Malignant/)
  })

  test('change nothing when that comes again', async () => {
    await send({ at: '101', words: 'Malignant' }, { at: '201', words: 'W:Malignant' })
    const stands = await kept()
    expect(stands).toMatchObject([{ conclusion: 'Malignant', withdrawn_at: expect.any(Number) }])
    await send({ at: '201', words: 'W:Malignant' })
    await send({ at: '301', words: 'W:Malignant' })
    expect(await kept()).toEqual(stands)
  })
})

test('a corrected conclusion in FHIR is told the same way', async () => {
  await db().batch([
    db()
      .insert(feeds)
      .values({
        id: 'hospital',
        name: 'Hospital',
        scope: 'fhir',
        keyHash: await sha256(key),
        ownAuthorities: [],
        createdAt: new Date(),
      }),
    db().run(
      sql`UPDATE patients SET source = 'hospital', source_id = 'Patient/mabel' WHERE id = 'rosa-chart'`
    ),
  ])
  for (const [lastUpdated, status, conclusion] of [
    ['2026-10-01T10:00:00Z', 'final', 'Left side.'],
    ['2026-10-02T10:00:00Z', 'amended', 'Right side.'],
  ])
    await sendFhir({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: bloodCount({ status, conclusion, result: [], meta: { lastUpdated } }) }],
    })
  const [report] = await rows<{ id: string }>("SELECT id FROM reports WHERE source = 'hospital'")
  const html = await (await as('rosa').get(reportUrl(report?.id ?? ''))).text()
  expect(saidBefore(html)).toContain('Left side.')
  expect(html.replace(saidBefore(html) ?? '', '')).toContain('Right side.')
})

test('results beside the words go on being told as they were', async () => {
  await post(message(msh(), pid(), obr('R1'), obx('5'), 'OBX|2|TX|||As expected.||||||F'))
  await post(
    message(
      msh('ORU^R01', { at: '20261002100000' }),
      pid(),
      obr('R1'),
      obx('6'),
      'OBX|2|TX|||As expected.||||||F'
    )
  )
  expect(await kept()).toEqual([])
  expect(saidBefore(await pageFor('rosa', 'R1'))).toBeUndefined()
})
