import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { importForNode } from '../../src/commands/node-bundle.ts'
import type { Portal } from '../../src/commands/portal.ts'
import type { Bindings } from '../../src/env.ts'
import { median, printTable, type Visit } from './visits.ts'

type App = typeof import('../../src/app.tsx')
type Query = { sql: string; values: unknown[] }

const seconds = 3
const connections = 8

/**
 * Trips and CPU per page, and requests per second against a bare Worker that makes the same trips to D1 and answers a
 * constant. Both run as built bundles in workerd, one after the other, several rounds: the median ratio counts.
 */
export async function measureServer(portal: Portal, visits: Visit[]) {
  const { app } = await importForNode<App>('src/app.tsx')
  const rows: Record<string, string | number>[] = []
  for (const visit of visits.filter(({ entry }) => !entry)) {
    const { trips, results } = await recordTrips(app, portal, visit)
    const cpu = await renderingCpu(app, portal, visit, results)
    const bare = await openBare(portal, trips)
    const rounds: number[] = []
    let page = { perSecond: 0, p50: 0, p99: 0 }
    try {
      for (let round = 0; round < 3; round++) {
        const floor = await load(bare.url, undefined)
        page = await load(portal.url + visit.path, visit.cookie)
        rounds.push(page.perSecond / floor.perSecond)
      }
    } finally {
      await bare.close()
    }
    rows.push({
      page: visit.page,
      'D1 trips': trips.length,
      'CPU ms': cpu.toFixed(2),
      'req/s': Math.round(page.perSecond),
      'of bare': median(rounds).toFixed(2),
      'p99/p50': (page.p99 / page.p50).toFixed(1),
    })
  }
  printTable(rows)
  return rows
}

/** Runs a page in this process against the portal's own D1, writing down each trip and its answer. */
async function recordTrips(app: App['app'], portal: Portal, { path, cookie }: Visit) {
  const trips: Query[][] = []
  const results: unknown[] = []
  const db = recordingD1(portal.db, (queries, result) => {
    trips.push(queries)
    results.push(result)
  })
  const response = await answer(app, portal, db, path, cookie)
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`)
  return { trips, results }
}

/** Milliseconds of CPU to make the page when D1 answers at once: median of 200, after warming up. */
async function renderingCpu(app: App['app'], portal: Portal, { path, cookie }: Visit, results: unknown[]) {
  const times: number[] = []
  // One binding for all requests, as an isolate has it.
  let replies: unknown[] = []
  const db = replayingD1(() => structuredClone(replies.shift()))
  for (let i = 0; i < 400; i++) {
    replies = [...results]
    const before = process.cpuUsage()
    await answer(app, portal, db, path, cookie)
    const { user, system } = process.cpuUsage(before)
    if (i >= 200) times.push((user + system) / 1000)
  }
  return median(times)
}

async function answer(
  app: App['app'],
  portal: Portal,
  db: D1Database,
  path: string,
  cookie: string | undefined
) {
  const env = {
    DB: db,
    APP_ORIGIN: portal.url,
    ENVIRONMENT: 'test',
    TOKEN_KEY: portal.secrets.TOKEN_KEY,
    OFFICE_PHONE: '',
  } as unknown as Bindings
  const log = console.log
  console.log = () => {}
  try {
    const response = await app.fetch(
      new Request(portal.url + path, { headers: cookie ? { Cookie: cookie } : {} }),
      env
    )
    await response.text()
    return response
  } finally {
    console.log = log
  }
}

type Statement = { bind: (...values: unknown[]) => Statement; [method: string]: unknown }

function recordingD1(db: D1Database, trip: (queries: Query[], result: unknown) => void): D1Database {
  const real = new Map<Statement, { statement: D1PreparedStatement; query: Query }>()
  const wrap = (sql: string, values: unknown[]): Statement => {
    const statement = db.prepare(sql).bind(...values)
    const query = { sql, values }
    const call = (method: 'all' | 'raw' | 'run' | 'first') => async () => {
      const result = await (statement[method] as () => Promise<unknown>)()
      trip([query], result)
      return result
    }
    const wrapped: Statement = {
      bind: (...more) => wrap(sql, more),
      all: call('all'),
      raw: call('raw'),
      run: call('run'),
      first: call('first'),
    }
    real.set(wrapped, { statement, query })
    return wrapped
  }
  return {
    prepare: (sql: string) => wrap(sql, []),
    async batch(statements: Statement[]) {
      const known = statements.map((statement) => real.get(statement)).filter((found) => found !== undefined)
      const result = await db.batch(known.map(({ statement }) => statement))
      trip(
        known.map(({ query }) => query),
        result
      )
      return result
    },
  } as unknown as D1Database
}

function replayingD1(next: () => unknown): D1Database {
  const statement: Statement = {
    bind: () => statement,
    all: async () => next(),
    raw: async () => next(),
    run: async () => next(),
    first: async () => next(),
  }
  return { prepare: () => statement, batch: async () => next() } as unknown as D1Database
}

/** A Worker with no framework: the same statements in as many trips, and a fixed answer. */
async function openBare(portal: Portal, trips: Query[][]) {
  const state = mkdtempSync(join(tmpdir(), 'carespace-bare-'))
  cpSync(join(portal.state, 'data'), state, { recursive: true })
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      logRequests: false,
      modules: true,
      compatibilityDate: '2026-08-01',
      d1Databases: { DB: '00000000-0000-0000-0000-000000000000' },
      resourcePersistencePath: state,
      script: `const trips = ${JSON.stringify(trips)}
        export default { async fetch(request, env) {
          for (const queries of trips) {
            const statements = queries.map(({ sql, values }) => env.DB.prepare(sql).bind(...values))
            statements.length === 1 ? await statements[0].raw() : await env.DB.batch(statements)
          }
          return new Response('ok')
        } }`,
    })
  )
  const url = String(await miniflare.ready)
  const probe = await fetch(url)
  if (!probe.ok) throw new Error(`The bare Worker answered ${probe.status}: ${await probe.text()}`)
  return {
    url,
    async close() {
      await miniflare.dispose()
      rmSync(state, { recursive: true, force: true })
    },
  }
}

async function load(url: string, cookie: string | undefined) {
  const times: number[] = []
  const until = performance.now() + seconds * 1000
  const worker = async () => {
    while (performance.now() < until) {
      const start = performance.now()
      const response = await fetch(url, { headers: cookie ? { Cookie: cookie } : {} })
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`${url} answered ${response.status} under load`)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  times.sort((a, b) => a - b)
  return { perSecond: times.length / seconds, p50: at(times, 0.5), p99: at(times, 0.99) }
}

const at = (sorted: number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
