import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { buildAssets, fingerprint } from './assets.ts'
import { claim, listFiles, readIfThere } from './files.ts'

export const bundle = 'dist/worker'
/** What the bundle is made of, as esbuild wrote it down. */
const metafile = `${bundle}/metafile.json`
const stamp = 'dist/built'
const lock = 'dist/building.json'

/** Bundles the Worker as `wrangler deploy` would, unless the last bundle was made of the same sources. */
export async function build({ force = false } = {}) {
  while (claim(lock, { pid: process.pid })) await sleep(200)
  try {
    const sources = fingerprint()
    if (!force && readIfThere(stamp) === sources) return
    await buildAssets()
    rmSync(bundle, { recursive: true, force: true })
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        'node_modules/wrangler/bin/wrangler.js',
        'deploy',
        '--dry-run',
        '--outdir',
        bundle,
        `--metafile=${metafile}`,
      ],
      {
        encoding: 'utf8',
        env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: 'dist/logs' },
      }
    )
    if (status !== 0) throw new Error(`The Worker could not be bundled.\n${stdout}${stderr}`)
    writeFileSync(stamp, sources)
  } finally {
    rmSync(lock, { force: true })
  }
}

/** The modules of the bundle: index.js first, then what it imports. */
export const bundledModules = () =>
  listFiles(bundle)
    .filter((path) => /\.(js|wasm)$/.test(path))
    .sort((a, b) => Number(b.endsWith('.js')) - Number(a.endsWith('.js')))

/** Bytes of the bundle, minified, that each source brings, by its path. */
export function bytesBySource(): Record<string, number> {
  const { outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as {
    outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>
  }
  return Object.fromEntries(
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput])
    )
  )
}

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
