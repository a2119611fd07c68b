import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundledModules, fileOf, first } from '../../src/commands/build.ts'
import { median, printTable } from './visits.ts'

const isolates = 9

/** What is loaded, one after the other in one isolate, and in how many milliseconds it should be. */
const loads = [
  { what: 'before any request', source: first, limit: 25 },
  { what: 'a first page in Spanish', source: 'src/i18n/portal/es.ts' },
  { what: 'a first page of an account', source: 'src/parts/account.ts' },
  { what: 'a first page of staff', source: 'src/parts/staff.ts' },
  { what: 'a first run of cron', source: 'src/background.ts' },
]

/** Imports the module it is asked for, once the isolate is up: the clock inside stands still, so it is read outside. */
const loader = () => {
  const modules = ['floor.mjs', ...loads.map(({ source }) => basename(fileOf(source)))]
  return `const modules = { ${modules.map((file) => `'/${file}': () => import('./${file}')`).join(', ')} }
export default { async fetch(request) {
  await modules[new URL(request.url).pathname]?.()
  return new Response('ok')
} }`
}

/** Milliseconds in which workerd compiles and evaluates what is loaded, less those for an empty module. Of fresh isolates. */
export async function measureStartup() {
  const times = loads.map((): number[] => [])
  for (let i = 0; i < isolates; i++) {
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        host: '127.0.0.1',
        port: 0,
        cf: false,
        logRequests: false,
        compatibilityDate: '2026-08-01',
        compatibilityFlags: ['nodejs_compat'],
        modulesRoot: 'dist/worker',
        modules: [
          { type: 'ESModule', path: 'dist/worker/loader.mjs', contents: loader() },
          { type: 'ESModule', path: 'dist/worker/floor.mjs', contents: 'export default {}' },
          ...bundledModules().map((path) =>
            path.endsWith('.wasm')
              ? { type: 'CompiledWasm' as const, path, contents: new Uint8Array(readFileSync(path)) }
              : { type: 'ESModule' as const, path, contents: readFileSync(path, 'utf8') }
          ),
        ],
      })
    )
    try {
      const url = await miniflare.ready
      await timed(url, '/')
      const floor = await timed(url, '/floor.mjs')
      for (const [at, { source }] of loads.entries())
        times[at]?.push((await timed(url, `/${basename(fileOf(source))}`)) - floor)
    } finally {
      await miniflare.dispose()
    }
  }
  const rows = loads.map(({ what, limit }, at) => ({
    'loaded for': what,
    ms: median(times[at] ?? []).toFixed(1),
    least: Math.min(...(times[at] ?? [])).toFixed(1),
    limit: limit ?? '',
  }))
  printTable(rows)
  return rows
}

async function timed(url: URL, path: string) {
  const start = performance.now()
  const response = await fetch(new URL(path, url))
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  await response.text()
  return performance.now() - start
}
