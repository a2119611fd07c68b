import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { paths } from '../../src/paths.ts'
import { as, Browser } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { openToken } from '../support/invitation.ts'
import { seed } from '../support/people.ts'
import { fill, table } from '../support/site.ts'

beforeEach(seed)
afterEach(() => {
  vi.restoreAllMocks()
})

/** The lines that are written while something is done, and the points that go to the figures. */
async function during(act: (bindings: typeof env) => Promise<unknown>) {
  const lines: Record<string, unknown>[] = []
  const points: AnalyticsEngineDataPoint[] = []
  for (const method of ['log', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(JSON.parse(String(line))))
  const METRICS = { writeDataPoint: (point) => void points.push(point ?? {}) } as AnalyticsEngineDataset
  await act({ ...env, METRICS })
  vi.restoreAllMocks()
  return { lines, points }
}

test('one line for each request, with its pattern, its status and what it cost', async () => {
  const { lines } = await during((bindings) =>
    as('rosa', bindings).get('/patients/rosa-chart/messages/refill?q=secret')
  )
  expect(lines).toEqual([
    {
      level: 'info',
      requestId: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/),
      method: 'GET',
      route: paths.thread,
      status: 200,
      ms: expect.any(Number),
      trips: 2,
    },
  ])
})

test('one point for each request, by its pattern', async () => {
  const { points } = await during((bindings) => as('rosa', bindings).get(`${fill(paths.report)}?x=1`))
  expect(points).toEqual([
    { indexes: [paths.report], blobs: ['GET', paths.report], doubles: [200, expect.any(Number), 2] },
  ])
})

test('no identity, token or query stands in any of them, whatever the request', async () => {
  const { lines, points } = await during(async (bindings) => {
    for (const { method, path } of table) {
      const url = `${fill(path)}?q=SECRET`
      await (method === 'GET' ? as('okafor', bindings).get(url) : as('okafor', bindings).post(url))
    }
    await new Browser(bindings).get(`/register/${openToken}?q=SECRET`)
    await new Browser(bindings).get('/SECRET/nowhere')
  })
  expect(lines.length).toBeGreaterThan(table.length)
  const patterns = new Set([...table.map(({ path }) => path), 'none'])
  expect(lines.filter(({ level, route }) => level === 'info' && !patterns.has(String(route)))).toEqual([])
  const said = JSON.stringify([lines, points])
  expect(said).not.toMatch(/SECRET|rosa|okafor|refill-|portal\.test/)
  expect(said).not.toContain(openToken)
})

test('every trip to the database is counted', async () => {
  for (const path of [paths.health, paths.signIn, paths.admin, paths.adminQueue, paths.auditLog]) {
    const { database, asked } = watched(env.DB)
    const { lines } = await during((bindings) => as('okafor', { ...bindings, DB: database }).get(path))
    expect([path, lines[0]?.trips]).toEqual([path, asked.trips])
  }
})

test('two requests at once are counted apart', async () => {
  const { lines } = await during((bindings) =>
    Promise.all([
      as('okafor', bindings).get(paths.admin),
      as('okafor', bindings).get(paths.health),
      as('okafor', bindings).get(paths.admin),
    ])
  )
  expect(lines.map(({ route, trips }) => [route, trips]).sort()).toEqual([
    [paths.admin, 2],
    [paths.admin, 2],
    [paths.health, 0],
  ])
})

test('figures that cannot be written break nothing', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const METRICS = {
    writeDataPoint: () => {
      throw new Error('away')
    },
  } as unknown as AnalyticsEngineDataset
  expect((await as('rosa', { ...env, METRICS }).get(paths.help)).status).toBe(200)
})

test('an error is in the log under the code that its page shows', async () => {
  const DB = {
    prepare: (sql: string) => env.DB.prepare(sql),
    batch: () => Promise.reject(new Error('D1_ERROR: Rosa took SECRET: SQLITE_CONSTRAINT')),
  } as unknown as D1Database
  let html = ''
  const { lines } = await during(async (bindings) => {
    html = await (await as('okafor', { ...bindings, DB }).get('/admin?q=SECRET')).text()
  })
  const code = html.match(/[A-Z2-9]{4}-[A-Z2-9]{4}/)?.[0]
  expect(lines).toMatchObject([
    { level: 'error', requestId: code, route: paths.admin, error: 'SQLITE_CONSTRAINT' },
    { level: 'info', requestId: code, route: paths.admin, status: 500 },
  ])
  expect(JSON.stringify(lines)).not.toMatch(/SECRET|Rosa/)
})
