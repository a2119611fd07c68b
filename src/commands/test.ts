import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { buildAssets } from './assets.ts'
import { build } from './build.ts'
import { listFiles } from './files.ts'

type Tally = { passed: number; failed: number }

const filters = process.argv.slice(2)
const modules = 'node_modules'
const tally: Tally = { passed: 0, failed: 0 }
let runs = 0

if (filters.length === 0) {
  await step('Static files', () => one(buildAssets()))
  await step('Style (biome)', () =>
    command(`${modules}/@biomejs/biome/bin/biome`, 'ci', '--error-on-warnings', '--colors=off')
  )
  await step('Types of the Worker', () => command(`${modules}/typescript/bin/tsc`, '--noEmit'))
  await step('Types of the commands', () =>
    command(`${modules}/typescript/bin/tsc`, '--noEmit', '-p', 'tsconfig.node.json')
  )
  await step('Bundle', () => one(build({ force: true })))
} else await buildAssets()

// The two that walk the whole site leave so much behind that whatever runs after them is slow: a runtime of their own each.
const walks = ['test/hostile.test.ts', 'test/access.test.ts']
const apart = filters.length === 0
const inWorkerd = (name: string, ...which: string[]) => step(name, () => vitest('vitest.config.ts', ...which))
const parts = [
  () => inWorkerd('Tests in workerd', ...(apart ? walks.map((path) => `--exclude=${path}`) : filters)),
  async () => {
    if (listFiles('test/browser').length + listFiles('test/node').length > 0)
      await step('Tests in Node and the browser', () => vitest('vitest.node.config.ts', ...filters))
  },
  ...(apart ? walks.map((path) => () => inWorkerd(`Walk of the whole site, ${path}`, path)) : []),
]
// Each keeps one core busy, and most machines have more: two at once, the longest first, and who is done takes the next.
async function takeParts() {
  for (let part = parts.shift(); part; part = parts.shift()) await part()
}
await Promise.all([takeParts(), takeParts()])

process.exitCode = tally.failed > 0 ? 1 : 0
console.log(`${tally.passed} passed, ${tally.failed} failed`)

async function step(name: string, work: () => Promise<Tally>) {
  console.log(`\n${name} …`)
  const start = performance.now()
  const { passed, failed } = await work()
  tally.passed += passed
  tally.failed += failed
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${failed > 0 ? 'FAILED' : 'ok'}: ${name}, ${seconds} s`)
}

async function one(work: Promise<unknown>): Promise<Tally> {
  try {
    await work
    return { passed: 1, failed: 0 }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return { passed: 0, failed: 1 }
  }
}

async function command(script: string, ...args: string[]): Promise<Tally> {
  return (await execute(script, ...args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** Counts single tests; a run that fails without a failed test (a file that does not load) counts as one. */
async function vitest(config: string, ...args: string[]): Promise<Tally> {
  const report = `dist/test/${runs++}.json`
  mkdirSync('dist/test', { recursive: true })
  rmSync(report, { force: true })
  const code = await execute(
    `${modules}/vitest/vitest.mjs`,
    'run',
    `--config=${config}`,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args
  )
  const { passed, failed } = readReport(report)
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) }
}

function readReport(path: string): Tally {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'))
    return { passed: report.numPassedTests, failed: report.numFailedTests }
  } catch {
    return { passed: 0, failed: 0 }
  }
}

/** What it says is printed line by line: two that run at once do not speak into each other's lines. */
function execute(script: string, ...args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: 'dist/logs' },
    })
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => console.log(line))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
