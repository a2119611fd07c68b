import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { build as bundleWith, type Metafile, type Plugin } from 'esbuild'
import { buildAssets, fingerprint } from './assets.ts'
import { claim, listFiles, readIfThere } from './files.ts'

export const bundle = 'dist/worker'
/** What an isolate begins with. */
export const first = 'src/index.ts'
/** What the bundle is made of, as esbuild wrote it down. */
const metafile = 'dist/worker.json'
const stamp = 'dist/built'
const lock = 'dist/building.json'

/** Bundles the Worker that `wrangler deploy` uploads as it is, unless the last bundle was made of the same sources. */
export async function build({ force = false } = {}) {
  while (claim(lock, { pid: process.pid })) await sleep(200)
  try {
    const sources = fingerprint()
    if (!force && readIfThere(stamp) === sources) return
    await buildAssets()
    rmSync(bundle, { recursive: true, force: true })
    const made = await bundleWith({
      entryPoints: [first],
      plugins: [afterTheFirst],
      outdir: bundle,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      // What is imported by a call is a file of its own, which an isolate reads when it gets there (docs/decisions/0022).
      splitting: true,
      format: 'esm',
      target: 'es2024',
      conditions: ['workerd', 'worker', 'browser'],
      external: ['node:*', 'cloudflare:*'],
      loader: { '.wasm': 'copy' },
      define: { 'process.env.NODE_ENV': '"production"' },
      alias: neverCalled,
      minify: true,
      legalComments: 'none',
      metafile: true,
      logLevel: 'error',
    })
    writeFileSync(metafile, JSON.stringify(made.metafile))
    writeFileSync(stamp, sources)
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * Whatever is loaded later comes after what an isolate begins with, and says so: esbuild keeps that in one file then,
 * instead of one for every set of parts that share something.
 */
const afterTheFirst: Plugin = {
  name: 'after the first',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) =>
      kind === 'dynamic-import' ? { path: join(resolveDir, path), pluginData: 'later' } : undefined
    )
    onLoad({ filter: /\.tsx?$/ }, ({ path, pluginData }) =>
      pluginData === 'later'
        ? {
            contents: `import ${JSON.stringify(resolve(first))}\n${readFileSync(path, 'utf8')}`,
            loader: 'tsx',
          }
        : undefined
    )
  },
}

// The resend client's parser for inbound mail (postal-mime) is never called. The check of its webhooks
// (standardwebhooks) uses the runtime's own SHA-256 and base64 instead of bringing them along.
const neverCalled = {
  'postal-mime': './src/outbox/no-inbound-mail.ts',
  'fast-sha256': './src/outbox/reports/native-crypto.ts',
  '@stablelib/base64': './src/outbox/reports/native-crypto.ts',
}

/** The modules of the bundle: index.mjs first, then what it imports. */
export const bundledModules = () =>
  listFiles(bundle).sort((a, b) => Number(b === `${bundle}/index.mjs`) - Number(a === `${bundle}/index.mjs`))

/** Bytes of script, minified, that each source brings, by its path. */
export const bytesBySource = (): Record<string, number> =>
  Object.fromEntries(
    Object.entries(outputs())
      .filter(([file]) => file.endsWith('.mjs'))
      .flatMap(([, { inputs }]) =>
        Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput])
      )
  )

/** The file of the bundle that a source is loaded by. */
export const fileOf = (source: string) =>
  Object.entries(outputs()).find(([, { entryPoint }]) => entryPoint === source)?.[0] ?? ''

/** The files that are read with another, itself included: those it imports, and those that these import. */
export function readWith(file: string): string[] {
  const read = new Set([file])
  for (const each of read)
    for (const { path, kind } of outputs()[each]?.imports ?? [])
      if (kind === 'import-statement' && path.endsWith('.mjs')) read.add(path)
  return [...read]
}

/** The sources that are loaded by a file of their own. */
export const loadedLater = () =>
  Object.values(outputs()).flatMap(({ entryPoint }) =>
    entryPoint && entryPoint !== first ? [entryPoint] : []
  )

/** The sources in a file of the bundle. */
export const sourcesIn = (file: string) => Object.keys(outputs()[file]?.inputs ?? {})

const outputs = () => (JSON.parse(readFileSync(metafile, 'utf8')) as Metafile).outputs

if (import.meta.main) {
  console.log('Bundling the Worker …')
  await build({ force: true })
  for (const path of bundledModules()) {
    const contents = readFileSync(path)
    console.log(`${path}  ${kB(contents.length)}, ${kB(gzipSync(contents, { level: 9 }).length)} gzip`)
  }
}

function kB(bytes: number) {
  return `${(bytes / 1000).toFixed(1)} kB`
}
