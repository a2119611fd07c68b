import { env } from 'cloudflare:workers'
import { headKey } from '../../src/audit/seal.ts'

/** What a request may always do, whoever it comes from: be written down, and be seen to have come. */
const unwatched = ['audit_entries', 'throttles', 'sessions', 'd1_migrations']

/** Every row the portal keeps, to see that a request changed none; the words messages are found by follow the messages. */
export async function snapshot(except = unwatched) {
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'message\\_words%' ESCAPE '\\' ORDER BY name"
  ).all<{ name: string }>()
  const names = tables.map(({ name }) => name).filter((name) => !except.includes(name))
  const contents = await env.DB.batch(names.map((name) => env.DB.prepare(`SELECT * FROM ${name}`)))
  return Object.fromEntries(names.map((name, i) => [name, contents[i]?.results]))
}

/** What a request asked of D1. */
export type Asked = { trips: number; statements: { sql: string; values: unknown[] }[] }

/** The same database, counted: each `run`, `all`, `raw`, `first` and `batch` is one trip. */
export function watched(d1: D1Database) {
  const asked: Asked = { trips: 0, statements: [] }
  const real = new WeakMap<object, { statement: D1PreparedStatement; sql: string; values: unknown[] }>()
  const wrap = (statement: D1PreparedStatement, sql: string, values: unknown[]): D1PreparedStatement => {
    const count = () => {
      asked.trips++
      asked.statements.push({ sql, values })
      return statement
    }
    const wrapper = {
      bind: (...bound: unknown[]) => wrap(statement.bind(...bound), sql, bound),
      run: () => count().run(),
      all: () => count().all(),
      raw: (...options: []) => count().raw(...options),
      first: (...column: []) => count().first(...column),
    } as D1PreparedStatement
    real.set(wrapper, { statement, sql, values })
    return wrapper
  }
  const database = {
    prepare: (sql: string) => wrap(d1.prepare(sql), sql, []),
    batch: (wrapped: D1PreparedStatement[]) => {
      asked.trips++
      const inner = wrapped.map((one) => {
        const found = real.get(one)
        if (!found) throw new Error('A statement of another database')
        asked.statements.push({ sql: found.sql, values: found.values })
        return found.statement
      })
      return d1.batch(inner)
    },
  } as D1Database
  return { database, asked }
}

/** Does to the trail what the database refuses: what guards it is taken away, and put back at once. */
export async function withoutGuards(statements: D1PreparedStatement[]) {
  const { results: guards } = await env.DB.prepare(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit_entries', 'audit_seals')"
  ).all<{ name: string; sql: string }>()
  await env.DB.batch([
    ...guards.map(({ name }) => env.DB.prepare(`DROP TRIGGER ${name}`)),
    ...statements,
    ...guards.map(({ sql }) => env.DB.prepare(sql)),
  ])
}

/** A trail that begins anew, whatever the tests before wrote. */
export async function emptyTrail() {
  await withoutGuards([
    ...['audit_seals', 'audit_entries'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    env.DB.prepare("DELETE FROM sqlite_sequence WHERE name IN ('audit_seals', 'audit_entries')"),
  ])
  await env.FILES.delete(headKey)
}
