import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadSettings, run } from './cli.ts'
import { defaultState, openPortal } from './portal.ts'
import { Refusal } from './refusal.ts'

type Value = string | number | null
type Row = Record<string, Value>
type Query = <Row>(sql: string) => Promise<Row[]>

/** Rows asked for at once: an answer of wrangler's must stay small enough to be read whole. */
const portion = 500

/**
 * Writes all that a portal's database holds into one file of SQL, which fills an empty database that has the same
 * migrations. `wrangler d1 export` refuses databases with a full-text index.
 */
await run(async () => {
  const { values: options } = parseArgs({
    options: {
      file: { type: 'string' },
      state: { type: 'string', default: defaultState },
      remote: { type: 'boolean', default: false },
      env: { type: 'string', default: 'production' },
    },
  })
  const { file } = options
  if (!file) throw new Refusal('Say where to: npm run backup -- --file backup.sql [--remote]')
  if (existsSync(file)) throw new Refusal(`${file} is there already; nothing was written.`)
  loadSettings()
  const { query, close } = options.remote ? remote(options.env) : await local(options.state)
  try {
    // It names patients: nobody else on this machine needs to read it.
    writeFileSync(file, '', { mode: 0o600 })
    const rows = await backUp(query, (line) => appendFileSync(file, `${line}\n`))
    console.log(
      `${rows} rows are in ${file}. They are about patients: encrypt it and keep it where records are kept.`
    )
  } finally {
    await close()
  }
})

async function backUp(query: Query, write: (line: string) => void) {
  const schema = await query<{ type: string; name: string; sql: string }>(
    `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('table', 'trigger') AND sql IS NOT NULL
      AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
      AND name NOT LIKE 'message\\_words%' ESCAPE '\\' AND name <> 'd1_migrations' ORDER BY name`
  )
  const triggers = schema.filter(({ type }) => type === 'trigger')
  const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => name)
  const [newest] = await query<{ name: string }>('SELECT max(name) AS name FROM d1_migrations')
  write(`-- For an empty database with the migrations up to ${newest?.name}.`)
  write('PRAGMA defer_foreign_keys = TRUE;')
  // They would write again what is in here, and refuse what never changes.
  for (const { name } of triggers) write(`DROP TRIGGER ${name};`)
  for (const table of tables) write(`DELETE FROM ${table};`)
  let count = 0
  for (const table of tables) {
    const key = await keyOf(query, table)
    const place = `(${key.join(', ')})`
    let after = ''
    for (;;) {
      const rows = await query<Row>(
        `SELECT * FROM ${table} ${after} ORDER BY ${key.join(', ')} LIMIT ${portion}`
      )
      for (const row of rows)
        write(
          `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`
        )
      count += rows.length
      const last = rows.at(-1)
      if (!last || rows.length < portion) break
      after = `WHERE ${place} > (${key.map((column) => literal(last[column] ?? null)).join(', ')})`
    }
  }
  // Numbers that were given out are never given out again.
  for (const { name, seq } of await query<{ name: string; seq: number }>(
    "SELECT name, seq FROM sqlite_sequence WHERE name <> 'd1_migrations'"
  )) {
    write(`DELETE FROM sqlite_sequence WHERE name = ${literal(name)};`)
    write(`INSERT INTO sqlite_sequence (name, seq) VALUES (${literal(name)}, ${seq});`)
  }
  write('DELETE FROM message_words;')
  write(`INSERT INTO message_words (record, subject, body, message_id)
SELECT threads.patient_id, threads.subject, messages.body, messages.id
FROM messages JOIN threads ON threads.id = messages.thread_id WHERE messages.withdrawn_at IS NULL;`)
  for (const { sql } of triggers) write(`${sql};`)
  return count
}

/** What orders the rows of a table, whatever is written meanwhile. */
async function keyOf(query: Query, table: string) {
  const columns = await query<{ name: string; pk: number }>(`PRAGMA table_info(${table})`)
  return columns
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => name)
}

function literal(value: Value) {
  return value === null || typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}

async function local(state: string) {
  const portal = await openPortal({ state, quiet: true })
  const query: Query = async <Row>(sql: string) => (await portal.db.prepare(sql).all<Row>()).results
  return { query, close: () => portal.close() }
}

function remote(env: string) {
  const query: Query = async <Row>(sql: string) => {
    const { status, stdout, stderr } = spawnSync(
      'npx',
      ['wrangler', 'd1', 'execute', 'DB', '--env', env, '--remote', '--json', '--command', sql],
      { encoding: 'utf8', maxBuffer: 500_000_000 }
    )
    if (status !== 0) throw new Refusal(stderr || 'wrangler could not read the database.')
    return (JSON.parse(stdout) as { results: Row[] }[])[0]?.results ?? []
  }
  return { query, close: async () => {} }
}
