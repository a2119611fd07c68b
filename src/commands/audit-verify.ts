import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Entry, Seal } from '../audit/seal.ts'
import { loadSettings, run } from './cli.ts'
import { importForNode } from './node-bundle.ts'
import { defaultState, openPortal, readSecrets } from './portal.ts'
import { Refusal } from './refusal.ts'

type Sealing = typeof import('../audit/seal.ts')
type Query = <Row>(sql: string) => Promise<Row[]>

const says = {
  removed: 'REMOVED:',
  changed: 'CHANGED, within',
  'seal-removed': 'SEAL REMOVED OR PUT IN, which covered',
} as const

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
  const { verify } = await importForNode<Sealing>('src/audit/seal.ts')
  const { key, query, close } = options.remote ? remote(options.env) : await local(options.state)
  try {
    const seals = await query<Seal>('SELECT * FROM audit_seals ORDER BY id')
    const counted = await query<{ name: string; seq: number }>(
      "SELECT name, seq FROM sqlite_sequence WHERE name IN ('audit_entries', 'audit_seals')"
    )
    const counter = (name: string) => counted.find((row) => row.name === name)?.seq ?? 0
    const { findings, sealed, unsealed } = await verify(
      key,
      seals,
      (from, to) =>
        query<Entry>(`SELECT * FROM audit_entries WHERE seq BETWEEN ${from} AND ${to} ORDER BY seq`),
      { entries: counter('audit_entries'), seals: counter('audit_seals') }
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

async function local(state: string) {
  const portal = await openPortal({ state, quiet: true })
  const query: Query = async <Row>(sql: string) => (await portal.db.prepare(sql).all<Row>()).results
  return { key: readSecrets(state).TOKEN_KEY, query, close: () => portal.close() }
}

function remote(env: string) {
  const key = process.env.TOKEN_KEY
  if (!key) throw new Refusal('TOKEN_KEY of that environment is needed to check its seals.')
  const query: Query = async <Row>(sql: string) => {
    const { status, stdout, stderr } = spawnSync(
      'npx',
      ['wrangler', 'd1', 'execute', 'DB', '--env', env, '--remote', '--json', '--command', sql],
      { encoding: 'utf8', maxBuffer: 100_000_000 }
    )
    if (status !== 0) throw new Refusal(stderr || 'wrangler could not read the database.')
    return (JSON.parse(stdout) as { results: Row[] }[])[0]?.results ?? []
  }
  return { key, query, close: async () => {} }
}
