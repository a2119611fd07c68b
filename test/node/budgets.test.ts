import { readFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  build,
  bundledModules,
  bytesBySource,
  fileOf,
  first,
  loadedLater,
  readWith,
  sourcesIn,
} from '../../src/commands/build.ts'
import { listFiles } from '../../src/commands/files.ts'

// What Cloudflare's edge compresses a cached file with.
const brotli = (path: string) =>
  brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length

beforeAll(() => build())

describe('what a first session downloads besides pages', () => {
  const file = (name: RegExp) => {
    const found = listFiles('dist/public').filter((path) => name.test(path))
    expect(found).toHaveLength(1)
    return found[0] ?? ''
  }

  test('style sheet: at most 6,144 bytes', () => {
    expect(brotli(file(/app\.\w+\.css$/))).toBeLessThanOrEqual(6144)
  })

  test('our own JavaScript on every page: at most 1,080 bytes, and 1,100 more for who is signed in', () => {
    expect(brotli(file(/app\.\w+\.js$/))).toBeLessThanOrEqual(1080)
    expect(brotli(file(/session\.\w+\.js$/))).toBeLessThanOrEqual(1100)
  })

  test('what goes with htmx, on the pages that fetch a part of themselves: at most 520 bytes', () => {
    expect(brotli(file(/island\.\w+\.js$/))).toBeLessThanOrEqual(520)
  })

  test('what asks for a passkey, on the pages that can: at most 600 bytes', () => {
    expect(brotli(file(/passkey\.\w+\.js$/))).toBeLessThanOrEqual(600)
  })

  test('all JavaScript: at most 15,360 bytes', () => {
    const scripts = listFiles('dist/public').filter((path) => path.endsWith('.js'))
    expect(scripts.reduce((sum, path) => sum + brotli(path), 0)).toBeLessThanOrEqual(15_360)
  })

  test('everything: at most 22,000 bytes', () => {
    const all = listFiles('dist/public').filter((path) => /\.(css|js|svg|woff2?|png|ico)$/.test(path))
    expect(all.reduce((sum, path) => sum + brotli(path), 0)).toBeLessThanOrEqual(22_000)
  })

  test('no file is taken for another kind than it says', () => {
    const headers = readFileSync('dist/public/_headers', 'utf8')
    for (const path of listFiles('dist/public').filter((path) => !path.endsWith('_headers')))
      expect(headers).toMatch(
        new RegExp(`/${path.split('/').at(-1)}\\n(  .+\\n)*  X-Content-Type-Options: nosniff`)
      )
  })

  test('each file says for two years that this host is asked over TLS alone', () => {
    const headers = readFileSync('dist/public/_headers', 'utf8')
    for (const path of listFiles('dist/public').filter((path) => !path.endsWith('_headers')))
      expect(headers).toMatch(
        new RegExp(
          `/${path.split('/').at(-1)}\\n(  .+\\n)*  Strict-Transport-Security: max-age=63072000; includeSubDomains`
        )
      )
  })

  test('files named by their contents are kept for a year', () => {
    const headers = readFileSync('dist/public/_headers', 'utf8')
    for (const path of listFiles('dist/public').filter((path) => /\.\w{10}\.(css|js)$/.test(path)))
      expect(headers).toMatch(
        new RegExp(
          `/${path.split('/').at(-1)}\\n(  .*\\n)*  Cache-Control: public, max-age=31536000, immutable`
        )
      )
  })

  test('no style or script asks another host for anything', () => {
    for (const path of listFiles('dist/public').filter((path) => /\/(?!htmx)\w+\.\w+\.(css|js)$/.test(path)))
      expect(readFileSync(path, 'utf8')).not.toMatch(/https?:\/\/|@import|url\(/)
  })
})

// What it is made of and why it may be that much: docs/decisions/0010 and 0022. A limit that is passed asks for a look, not for a larger number.
describe('the Worker', () => {
  /** Bytes of files compressed as one, as wrangler uploads them. */
  const gzip = (paths: string[]) =>
    gzipSync(Buffer.concat(paths.map((path) => readFileSync(path))), { level: 9 }).length
  const modules = (extension: string) => bundledModules().filter((path) => path.endsWith(extension))
  const begun = () => readWith(fileOf(first))
  const later = (source: string) => readWith(fileOf(source)).filter((path) => !begun().includes(path))
  const minified = (which: RegExp) =>
    Object.entries(bytesBySource())
      .filter(([path]) => which.test(path))
      .reduce((sum, [, bytes]) => sum + bytes, 0)

  test('all of it: at most 450,000 bytes of script and 12,000 of WebAssembly, gzip', () => {
    expect(gzip(modules('.mjs'))).toBeLessThanOrEqual(450_000)
    expect(gzip(modules('.wasm'))).toBeLessThanOrEqual(12_000)
  })

  test('what an isolate reads before it answers anyone: at most 130,000 bytes, gzip', () => {
    expect(gzip(begun())).toBeGreaterThan(50_000)
    expect(gzip(begun())).toBeLessThanOrEqual(130_000)
  })

  // Bytes of script, gzip, that the first request to each part, or the first run, reads besides.
  const limits = {
    'src/parts/account.ts': 54_000,
    'src/parts/record.ts': 25_000,
    'src/parts/info.ts': 9_000,
    'src/parts/appointments.ts': 8_000,
    'src/parts/labs.ts': 10_000,
    'src/parts/staff.ts': 185_000,
    'src/parts/feeds.ts': 38_000,
    'src/parts/reports.ts': 4_000,
    'src/parts/dev.ts': 2_000,
    'src/background.ts': 90_000,
    'src/outbox/resend.ts': 10_000,
    'src/i18n/portal/es.ts': 16_000,
    'src/i18n/account/es.ts': 12_000,
    'src/i18n/record/es.ts': 6_000,
    'src/i18n/info/es.ts': 5_000,
    'src/i18n/staff/es.ts': 32_000,
  }
  test.each(Object.entries(limits))('%s: at most %d bytes', (source, limit) => {
    expect(later(source)).not.toEqual([])
    expect(gzip(later(source))).toBeLessThanOrEqual(limit)
  })

  test('nothing else is loaded later', () => {
    expect(loadedLater().sort()).toEqual(Object.keys(limits).sort())
  })

  test('what is only for staff, machines, mail and Spanish is not read before', () => {
    const inputs = begun().flatMap(sourcesIn)
    expect(
      inputs.filter((path) => /^src\/(staff|integrations|record|info|dev|i18n\/es|mails|cron)\b/.test(path))
    ).toEqual([])
    expect(inputs.filter((path) => /\/emails\.tsx$/.test(path))).toEqual([])
  })

  test('packages: at most 195,000 bytes minified, so that none comes along whole for a part', () => {
    expect(minified(/(^|\/)node_modules\//)).toBeGreaterThan(100_000)
    expect(minified(/(^|\/)node_modules\//)).toBeLessThanOrEqual(195_000)
  })

  test('lists of passwords: at most 12,000 bytes', () => {
    expect(minified(/identity\/common-/)).toBeLessThanOrEqual(12_000)
  })
})

describe('contrast (WCAG 2.2, 1.4.3 and 1.4.11)', () => {
  const css = listFiles('static/css')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const tokens = (block: string) =>
    Object.fromEntries(
      [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})\b/gi)].map(([, name = '', value = '']) => [
        name,
        value,
      ])
    )
  const [light = '', dark = ''] = [...css.matchAll(/:root\s*\{([^}]*)\}/g)].map(([, block]) => block)
  const themes = { light: tokens(light), dark: { ...tokens(light), ...tokens(dark) } }

  const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  function luminance(colour: string) {
    const hex = colour.length === 4 ? colour.replace(/[^#]/g, '$&$&') : colour
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) =>
      channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  function contrast(one: string, other: string) {
    const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (lighter + 0.05) / (darker + 0.05)
  }

  const surfaces = ['paper', 'glow', 'card', 'sunk']
  const pairs: [text: string, ground: string, least: number][] = [
    ...['ink', 'soft', 'brand', 'brand2'].flatMap((text) =>
      surfaces.map((ground): [string, string, number] => [text, ground, 4.5])
    ),
    ['on', 'brand', 4.5],
    ['on', 'brand2', 4.5],
    ['brand', 'tint', 4.5],
    ['ink', 'tint', 4.5],
    ['soft', 'tint', 4.5],
    ['clay', 'clay-bg', 4.5],
    ['ink', 'clay-bg', 4.5],
    ['warn', 'warn-bg', 4.5],
    ['ink', 'warn-bg', 4.5],
    ['bad', 'bad-bg', 4.5],
    ['ink', 'bad-bg', 4.5],
    ['bad', 'card', 4.5],
    ['bad', 'paper', 4.5],
    ['good', 'good-bg', 4.5],
    ['ink', 'good-bg', 4.5],
    ...surfaces.flatMap((ground): [string, string, number][] => [
      ['edge', ground, 3],
      ['focus', ground, 3],
    ]),
    ['focus', 'halo', 3],
  ]

  describe.each(Object.entries(themes))('%s', (_, theme) => {
    test.each(pairs)('%s on %s is at least %d to 1', (text, ground, least) => {
      expect(theme).toHaveProperty(text)
      expect(theme).toHaveProperty(ground)
      expect(contrast(theme[text] ?? '', theme[ground] ?? '')).toBeGreaterThanOrEqual(least)
    })
  })
})
