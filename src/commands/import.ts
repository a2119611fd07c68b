import { readFileSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { loadSettings, run } from './cli.ts'
import { seedIfEmpty } from './demo.ts'
import { defaultState, openPortal, readSecrets, runningUrl } from './portal.ts'
import { Refusal } from './refusal.ts'

type Counts = Record<string, number>
type Summary = {
  filed?: Counts
  changed?: Counts
  unchanged?: Counts
  skipped?: { what: string; why: string; count: number }[]
  waiting?: { why: string; count: number }[]
}
type Outcome = { issue?: { diagnostics?: string }[] }

await run(async () => {
  const { values: options, positionals: files } = parseArgs({
    allowPositionals: true,
    options: { state: { type: 'string', default: defaultState }, port: { type: 'string' } },
  })
  if (files.length === 0)
    throw new Refusal('Name the files to import: npm run import -- bundle.json patients.ndjson more.json.gz')
  loadSettings()
  const portal = await reach(options.state, options.port ? Number(options.port) : undefined)
  try {
    await importAll(files, portal.url, process.env.FEED_KEY || readSecrets(options.state).FEED_KEY)
  } finally {
    await portal.close()
  }
})

/** The portal that runs on this state, or one opened for the occasion. */
async function reach(state: string, port: number | undefined) {
  const url = runningUrl(state)
  if (url) return { url, close: async () => {} }
  console.log(`No portal runs on ${state}: opening it for the import …`)
  const portal = await openPortal({ state, port, quiet: true })
  await seedIfEmpty(portal)
  return portal
}

async function importAll(files: string[], url: string, key: string) {
  const total: Required<Summary> = { filed: {}, changed: {}, unchanged: {}, skipped: [], waiting: [] }
  let failed = 0
  for (const [index, file] of files.entries()) {
    process.stdout.write(`${index + 1} of ${files.length}  ${basename(file)}  `)
    try {
      const summary = await send(url, key, read(file))
      addTo(total.filed, summary.filed)
      addTo(total.changed, summary.changed)
      addTo(total.unchanged, summary.unchanged)
      total.skipped.push(...(summary.skipped ?? []))
      total.waiting.push(...(summary.waiting ?? []))
      const waiting = sum(summary.waiting)
      const left = sum(summary.skipped)
      console.log(
        [describe(summary), waiting && `waiting ${waiting}`, left && `skipped ${left}`]
          .filter(Boolean)
          .join('; ')
      )
    } catch (error) {
      failed++
      console.log(`failed: ${(error as Error).message}`)
    }
  }
  if (failed < files.length)
    console.log(`\nTotal of ${files.length - failed} files: ${describe(total) || 'nothing'}`)
  for (const line of explain(total.skipped)) console.log(line)
  if (total.waiting.length > 0)
    console.log(`${sum(total.waiting)} patients wait until someone says who they are: /admin/unmatched`)
  if (failed > 0) {
    console.log(`${failed} of ${files.length} files failed.`)
    process.exitCode = 1
  }
}

function read(file: string) {
  const path = resolve(process.env.INIT_CWD ?? '.', file)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new Error(`there is no file ${path}`)
  if (found.isDirectory()) throw new Error('this is a folder; name the files in it')
  const bytes = readFileSync(path)
  if (!file.endsWith('.gz')) return bytes
  try {
    return gunzipSync(bytes)
  } catch {
    throw new Error('this is not a whole gzip file')
  }
}

async function send(url: string, key: string, body: Buffer<ArrayBuffer>): Promise<Summary> {
  const answer = await fetch(`${url}/feeds/fhir`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/fhir+json' },
    body,
  })
  const text = await answer.text()
  if (answer.ok) return JSON.parse(text)
  throw new Error(`${answer.status} ${diagnostics(text)}`.trim())
}

function diagnostics(text: string) {
  try {
    const { issue = [] } = JSON.parse(text) as Outcome
    return issue.map(({ diagnostics }) => diagnostics).join('; ')
  } catch {
    return ''
  }
}

function sum(parts: { count: number }[] = []) {
  return parts.reduce((all, { count }) => all + count, 0)
}

function addTo(total: Counts, counts: Counts = {}) {
  for (const [what, count] of Object.entries(counts)) total[what] = (total[what] ?? 0) + count
}

function describe({ filed = {}, changed = {}, unchanged = {} }: Summary) {
  return (
    [
      ['filed', filed],
      ['changed', changed],
      ['unchanged', unchanged],
    ] as const
  )
    .filter(([, counts]) => Object.keys(counts).length > 0)
    .map(([word, counts]) => `${word} ${list(counts)}`)
    .join('; ')
}

/** One line for each reason, with what it was said of. */
function explain(skipped: Required<Summary>['skipped']) {
  return [...Map.groupBy(skipped, ({ why }) => why)].map(([why, parts]) => {
    const counts: Counts = {}
    for (const { what, count } of parts) addTo(counts, { [what]: count })
    return `Skipped, because it ${why}: ${list(counts)}`
  })
}

function list(counts: Counts) {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}
