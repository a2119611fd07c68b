import { brotliCompressSync, constants } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { appointments } from '../../src/db/schema.ts'
import { as } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'
import { fileReport, labsUrl, reportUrl } from './rows.ts'

beforeEach(seed)

const day = 24 * 60
const testUrl = (id: string) => `${labsUrl}/history/${id}`
const read = async (url: string, who: Parameters<typeof as>[0] = 'rosa') => (await as(who).get(url)).text()
const hemoglobin = { code: '718-7', name: 'Hemoglobin', unit: 'g/dL', rangeLow: '12.0', rangeHigh: '15.5' }

/** One value a report, so many days ago. */
const file = (id: string, value: string, daysAgo: number, rest: object = {}, report: object = {}) =>
  fileReport({ id, collectedAt: minutesAgo(daysAgo * day), ...report }, [
    { ...hemoglobin, value, valueNumber: Number.isFinite(Number(value)) ? Number(value) : null, ...rest },
  ])

test('a test has a page of its own, with a picture, sentences that say the same, and a table', async () => {
  await file('a', '9.1', 90)
  await file('b', '13.0', 30)
  const html = await read(testUrl('hgb'))
  const { text } = await readPage(html)
  expect(html.match(/<svg class="chart"[^>]*>/)?.[0]).toContain(
    'A chart of 3 results. The text before it says what it shows.'
  )
  for (const words of ['Hemoglobin', '9.1', '13.0', '11.60', 'The part of your blood that carries oxygen.'])
    expect(text).toContain(words)
  expect(html.match(/href="#m-out"/g)?.length).toBeGreaterThanOrEqual(2)
  expect(html).toContain('href="#m-in"')
})

test('its address, its title and its files say nothing about anyone’s health', async () => {
  const html = await read(`${labsUrl}/history`)
  const links = [...html.matchAll(/href="([^"]*history\/[^"]*)"/g)].map(([, url]) => url ?? '')
  expect(links.length).toBeGreaterThan(0)
  expect(links.join()).not.toMatch(/718-7|hemoglobin/i)
  const { title } = await readPage(await read(testUrl('hgb')))
  expect(title).toBe('One test over time – CareSpace')
})

test('the list draws a small line of numbers where there are some', async () => {
  await file('a', '9.1', 90)
  expect(await read(`${labsUrl}/history`)).toMatch(/<svg[^>]*class="spark/)
})

test('the days of treatment are marked below the picture', async () => {
  await file('a', '9.1', 60)
  const at = minutesAgo(40 * day)
  await db().batch([
    db()
      .insert(appointments)
      .values([
        {
          id: 'i1',
          patientId: 'rosa-chart',
          kind: 'infusion',
          status: 'fulfilled',
          startsAt: at,
          createdAt: at,
        },
        {
          id: 'i2',
          patientId: 'rosa-chart',
          kind: 'infusion',
          status: 'cancelled',
          startsAt: at,
          createdAt: at,
        },
        {
          id: 'i3',
          patientId: 'ines-chart',
          kind: 'infusion',
          status: 'fulfilled',
          startsAt: at,
          createdAt: at,
        },
      ]),
  ])
  const html = await read(testUrl('hgb'))
  // One under the picture, one in the key.
  expect(html.match(/href="#m-day"/g)).toHaveLength(2)
})

test('3 months, 1 year and all are links, and each shows its own time', async () => {
  await file('old', '9.1', 500)
  await file('mid', '10.1', 200)
  await file('new', '12.5', 10)
  const shown = async (time: string) => (await readPage(await read(`${testUrl('hgb')}?time=${time}`))).text
  expect(await shown('3-months')).not.toContain('10.1')
  expect(await shown('1-year')).toContain('10.1')
  expect(await shown('1-year')).not.toContain('9.1 g/dL')
  expect(await shown('all')).toContain('9.1')
})

test('what is no number is told and never drawn', async () => {
  await file('a', 'CLOTTED', 20)
  await file('b', '<0.5', 10)
  const html = await read(testUrl('hgb'))
  expect((await readPage(html)).text).toContain('CLOTTED')
  expect(html).toContain('href="#m-in-open"')
})

test('saved as a table it is exact, and the saving is written down', async () => {
  await file('a', '9.10', 20)
  const mark = await auditMark()
  const response = await as('rosa').get(`${testUrl('hgb')}/csv`)
  expect(response.headers.get('Content-Type')).toContain('text/csv')
  expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="lab-results.csv"')
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  expect(await response.text()).toContain('"9.10"')
  expect((await auditSince(mark)).map(({ action }) => action)).toContain('labs.downloaded')
})

test('a thousand values weigh less than 14 kB, and the table goes on on other pages', async () => {
  const results = Array.from({ length: 1000 }, (_, index) => ({
    ...hemoglobin,
    value: (9 + ((index * 37) % 80) / 10).toFixed(1),
    valueNumber: 9 + ((index * 37) % 80) / 10,
    collectedAt: minutesAgo((1 + index) * day),
  }))
  for (let at = 0; at < 1000; at += 100)
    await fileReport(
      { id: `many-${at}`, collectedAt: minutesAgo((1 + at) * day) },
      results.slice(at, at + 100)
    )
  const html = await read(`${testUrl('hgb')}?time=all`)
  const bytes = brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length
  expect(bytes).toBeLessThanOrEqual(14_000)
  expect(html).toContain('page=2')
}, 60_000)

describe('what may not be seen', () => {
  test.each([
    ['held back', { releasedAt: minutesAgo(-60) }],
    ['not released', { releasedAt: null }],
    ['taken back', { status: 'entered-in-error' as const }],
    ['behind its calm page', { kind: 'pathology' as const }],
  ])('a result that is %s is in no history, picture or file', async (_, report) => {
    await file('secret', '3.3', 10, {}, report)
    for (const url of [`${labsUrl}/history`, testUrl('hgb'), `${testUrl('hgb')}/csv`])
      expect(await read(url)).not.toContain('3.3')
    expect((await as('rosa').get(testUrl('secret-0'))).status).toBe(404)
    expect((await as('rosa').get(`${testUrl('secret-0')}/csv`)).status).toBe(404)
  })

  test('nobody reads it through another record', async () => {
    expect((await as('ines').get('/patients/ines-chart/labs/history/hgb')).status).toBe(404)
    expect((await as('vera').get(testUrl('hgb'))).status).toBe(404)
  })
})

test('a corrected value stands with what it was', async () => {
  await file('a', '25', 10, {
    status: 'corrected',
    previousValue: '50',
    previousUnit: 'g/dL',
    correctedAt: minutesAgo(60),
  })
  const { text } = await readPage(await read(reportUrl('a')))
  expect(text).toContain('It was 50 g/dL before.')
})
