import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build, bundledModules, fileOf } from '../../src/commands/build.ts'
import { paths } from '../../src/paths.ts'

let miniflare: Miniflare
let url: URL
const logged: string[] = []

// The bundle as it is deployed, but for the staff's part, which cannot be evaluated.
beforeAll(async () => {
  await build()
  const broken = fileOf('src/parts/staff.ts')
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      logRequests: false,
      handleStructuredLogs: ({ message }) => logged.push(message),
      compatibilityDate: '2026-08-01',
      compatibilityFlags: ['nodejs_compat'],
      d1Databases: ['DB'],
      bindings: {
        ENVIRONMENT: 'test',
        APP_ORIGIN: 'http://localhost',
        TOKEN_KEY: 'x'.repeat(32),
        OFFICE_PHONE: '(479) 587-1700',
      },
      modulesRoot: 'dist/worker',
      modules: bundledModules().map((path) =>
        path.endsWith('.wasm')
          ? { type: 'CompiledWasm' as const, path, contents: new Uint8Array(readFileSync(path)) }
          : {
              type: 'ESModule' as const,
              path,
              contents:
                path === broken ? 'throw new TypeError("Rosa has secrets")' : readFileSync(path, 'utf8'),
            }
      ),
    })
  )
  url = await miniflare.ready
})
afterAll(() => miniflare.dispose())

test.each(['first', 'second'])(
  'a part that cannot be loaded is a fault like any other, the %s time',
  async () => {
    logged.length = 0
    const response = await fetch(new URL(paths.adminHealth, url))
    const html = await response.text()
    expect(response.status).toBe(500)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    const [reference = ''] = html.match(/[A-Z2-9]{4}-[A-Z2-9]{4}/) ?? []
    expect(html).toContain('(479) 587-1700')
    expect(
      logged.filter((line) => line.includes(reference) && line.includes('"error":"TypeError"'))
    ).toHaveLength(1)
    expect(logged.join()).not.toContain('secrets')
  }
)

test('and leaves the others alone, however many come at once', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(new URL(paths.health, url))))
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  const wrong = await fetch(new URL(paths.health, url), { method: 'PUT' })
  expect(wrong.status).toBe(405)
  expect(wrong.headers.get('Allow')).toBe('GET, HEAD')
})

test('wrangler uploads every file of the bundle as it is', () => {
  const uploaded = mkdtempSync(join(tmpdir(), 'carespace-'))
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        'node_modules/wrangler/bin/wrangler.js',
        'deploy',
        '--dry-run',
        '--env=production',
        '--outdir',
        uploaded,
      ],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${process.env.PATH}${delimiter}${join('node_modules', '.bin')}`,
          WRANGLER_SEND_METRICS: 'false',
          WRANGLER_LOG_PATH: 'dist/logs',
        },
      }
    )
    expect(status, stderr).toBe(0)
    const files = bundledModules()
    expect(files.length).toBeGreaterThan(10)
    expect(
      readdirSync(uploaded)
        .filter((name) => name !== 'README.md')
        .sort()
    ).toEqual(files.map((path) => basename(path)).sort())
    for (const path of files) expect(readFileSync(join(uploaded, basename(path)))).toEqual(readFileSync(path))
  } finally {
    rmSync(uploaded, { recursive: true, force: true })
  }
})
