import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Entry, Head, Seal } from '../audit/seal.ts'
import { loadSettings, run } from './cli.ts'
import { importForNode } from './node-bundle.ts'
import { defaultState, openPortal, readSecrets } from './portal.ts'
import { Refusal } from './refusal.ts'
import { valueIn } from './settings-file.ts'

type Sealing = typeof import('../audit/seal.ts')
type Query = <Row>(sql: string) => Promise<Row[]>

const says = {
  removed: 'REMOVED:',
  changed: 'CHANGED, within',
  'seal-removed': 'SEAL REMOVED OR PUT IN, which covered',
  unnumbered: 'OUTSIDE THE NUMBERS OF THE TRAIL:',
  'cut-off': 'CUT OFF OR WRITTEN ANEW, by the seal that is kept apart:',
  'no-head': 'NO SEAL IS KEPT APART, to tell that nothing was cut off after',
} as const

/** Entries of one question: each costs a program of its own where the database is far away. */
const portion = 5000

/** Holds the audit trail against its seals, and says where they differ. */
await run(async () => {
  const { values: options } = parseArgs({
    options: {
      state: { type: 'string', default: defaultState },
      remote: { type: 'boolean', default: false },
      env: { type: 'string', default: 'production' },
    },
  })
  loadSettings()
  const { verify, headKey } = await importForNode<Sealing>('src/audit/seal.ts')
  const { key, query, head, close } = options.remote ? remote(options.env) : await local(options.state)
  try {
    const seals = await query<Seal>('SELECT * FROM audit_seals ORDER BY id')
    const counted = await query<{ name: string; seq: number }>(
      "SELECT name, seq FROM sqlite_sequence WHERE name IN ('audit_entries', 'audit_seals')"
    )
    const counter = (name: string) => counted.find((row) => row.name === name)?.seq ?? 0
    const { findings, sealed, unsealed } = await verify(
      key,
      seals,
      inPortions(query),
      { entries: counter('audit_entries'), seals: counter('audit_seals') },
      await head(headKey)
    )
    console.log(`${sealed} entries under ${seals.length} seals; ${unsealed} not sealed yet.`)
    for (const { what, day, from, to } of findings)
      console.log(
        `${says[what]} ${from === to ? `entry ${from}` : `entries ${from} to ${to}`}${day ? `, ${day}` : ''}`
      )
    if (findings.length === 0) console.log('Every sealed entry is as it was written.')
    else process.exitCode = 1
  } finally {
    await close()
  }
})

/** Entries between two numbers, asked for in portions and not one by one. */
function inPortions(query: Query) {
  let held = { first: 1, last: 0, entries: [] as Entry[] }
  return async (from: number, to: number) => {
    if (from < held.first || to > held.last) {
      const last = Math.max(to, from + portion - 1)
      const sql = `SELECT * FROM audit_entries WHERE seq BETWEEN ${from} AND ${last} ORDER BY seq`
      held = { first: from, last, entries: await query<Entry>(sql) }
    }
    return held.entries.filter(({ seq }) => seq >= from && seq <= to)
  }
}

async function local(state: string) {
  const portal = await openPortal({ state, quiet: true })
  const query: Query = async <Row>(sql: string) => (await portal.db.prepare(sql).all<Row>()).results
  const head = async (headKey: string) => (await (await portal.files.get(headKey))?.json<Head>()) ?? null
  return { key: readSecrets(state).TOKEN_KEY, query, head, close: () => portal.close() }
}

function remote(env: string) {
  const key = process.env.TOKEN_KEY
  if (!key) throw new Refusal('TOKEN_KEY of that environment is needed to check its seals.')
  const wrangler = (...words: string[]) =>
    spawnSync('npx', ['wrangler', ...words, '--env', env, '--remote'], {
      encoding: 'utf8',
      maxBuffer: 100_000_000,
    })
  const query: Query = async <Row>(sql: string) => {
    const { status, stdout, stderr } = wrangler('d1', 'execute', 'DB', '--json', '--command', sql)
    if (status !== 0) throw new Refusal(stderr || 'wrangler could not read the database.')
    return (JSON.parse(stdout) as { results: Row[] }[])[0]?.results ?? []
  }
  const bucket = valueIn(readFileSync('wrangler.toml', 'utf8'), `[[env.${env}.r2_buckets]]`, 'bucket_name')
  const head = async (headKey: string) => {
    const { status, stdout, stderr } = wrangler('r2', 'object', 'get', `${bucket}/${headKey}`, '--pipe')
    if (status === 0) return JSON.parse(stdout) as Head
    if (/does not exist/.test(stderr + stdout)) return null
    throw new Refusal(stderr || 'wrangler could not read the bucket.')
  }
  return { key, query, head, close: async () => {} }
}
