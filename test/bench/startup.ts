import { readFileSync } from 'node:fs'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundledModules } from '../../src/commands/build.ts'
import { median, printTable } from './visits.ts'

const isolates = 9

/** Imports the module it is asked for, once the isolate is up: the clock inside stands still, so it is read outside. */
const loader = `const modules = { '/floor': () => import('./floor.mjs'), '/worker': () => import('./index.mjs') }
export default { async fetch(request) {
  await modules[new URL(request.url).pathname]?.()
  return new Response('ok')
} }`

/** Milliseconds in which workerd compiles and evaluates the bundle, less those for an empty module. Median of fresh isolates. */
export async function measureStartup() {
  const times: number[] = []
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
          { type: 'ESModule', path: 'dist/worker/loader.mjs', contents: loader },
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
      const floor = await timed(url, '/floor')
      times.push((await timed(url, '/worker')) - floor)
    } finally {
      await miniflare.dispose()
    }
  }
  const rows = [{ 'start-up ms': median(times).toFixed(1), least: Math.min(...times).toFixed(1), limit: 25 }]
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
