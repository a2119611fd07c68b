import { Column, fillPlaceholders, getTableColumns, is, type Query, SQL, sql, Table } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle } from 'drizzle-orm/d1'
import type { RunnableQuery } from 'drizzle-orm/runnable-query'
import { SQLiteSelectBase } from 'drizzle-orm/sqlite-core'
import type { SQLiteRaw } from 'drizzle-orm/sqlite-core/query-builders/raw'
import { noteTrip } from './trips.ts'

export type Statement = BatchItem<'sqlite'>
/** Something that must hold, in SQL: what a statement depends on, or what depends on it. */
export type Condition = SQL
export type Drizzle = ReturnType<typeof drizzle>
/** Statements whose SQL is built once stand in for each value with its name. */
export const value = sql.placeholder
type Preparable = { prepare(): unknown }

/** What an isolate keeps for each binding: building a statement's SQL costs more than rendering the page it is for. */
const kept = new WeakMap<D1Database, { drizzle: Drizzle; prepared: Map<unknown, unknown> }>()

function keepFor(d1: D1Database) {
  // What is asked by itself goes by the logger, and a batch does not.
  const found = kept.get(d1) ?? {
    drizzle: drizzle(d1, { logger: { logQuery: noteTrip } }),
    prepared: new Map(),
  }
  kept.set(d1, found)
  return found
}

/**
 * One request's view of D1. A statement given to `alongside` rides with the next `batch`, atomically, or with `settle`
 * at the end of the request: the audit entry of a read costs no trip of its own and cannot be forgotten. `device` is what
 * kind of device asks, for the entries of what it does.
 */
export function connect(d1: D1Database, device: string | null = null) {
  const { drizzle: db, prepared } = keepFor(d1)
  const waiting: Statement[] = []
  // drizzle binds parameters in a batch through `stmt`, which its raw queries lack, and would build their SQL once more.
  const batchable = <T extends SQLiteRaw<unknown>>(raw: T) => {
    const query = raw.getQuery()
    return Object.assign(raw, { stmt: d1.prepare(query.sql), getQuery: () => query })
  }

  return {
    device,
    select: db.select.bind(db),
    insert: db.insert.bind(db),
    update: db.update.bind(db),
    delete: db.delete.bind(db),
    run: (query: SQL) => batchable(db.run(query)),
    all: <T>(query: SQL) => batchable(db.all<T>(query)),
    /** A statement with placeholders whose SQL is built once per isolate; `build` is a constant function. */
    prepared<Q extends Preparable>(build: (db: Drizzle) => Q): ReturnType<Q['prepare']> {
      const found = prepared.get(build) ?? build(db).prepare()
      prepared.set(build, found)
      return found as ReturnType<Q['prepare']>
    },
    /** The same with its values, to be batched. Times are bound as they are stored: in milliseconds. */
    bound<Q extends Statement & Preparable>(build: (db: Drizzle) => Q, values: Record<string, unknown>) {
      if (!prepared.has(build)) refuseSharedNames(build(db))
      const statement = this.prepared(build) as { getQuery(): Query }
      const { sql, params } = statement.getQuery()
      const filled = { sql, params: fillPlaceholders(params, values) }
      return {
        _prepare: () => Object.create(statement, { getQuery: { value: () => filled } }),
      } as unknown as RunnableQuery<Q['_']['result'], 'sqlite'>
    },
    alongside(...statements: Statement[]) {
      waiting.push(...statements)
    },
    /** All of it or none of it; results come back in the order asked. */
    async batch<T extends [Statement, ...Statement[]]>(statements: T) {
      statements.forEach(refuseSharedNames)
      const riders = waiting.splice(0)
      noteTrip()
      const results = await db.batch([...statements, ...riders] as unknown as T)
      return results.slice(0, statements.length) as unknown as typeof results
    },
    async settle() {
      const [first, ...rest] = waiting.splice(0)
      if (!first) return
      noteTrip()
      await db.batch([first, ...rest])
    },
  }
}
export type Db = ReturnType<typeof connect>

/**
 * A batch answers with rows by column name: of two columns of one name it keeps one, and every value after it lands in
 * the wrong field. Such a select must give one of them `sql`…`.as('another_name')`.
 */
function refuseSharedNames(statement: unknown) {
  if (!is(statement, SQLiteSelectBase)) return
  const names = new Set<string>()
  for (const name of namesOf(statement._.config.fields)) {
    if (names.has(name))
      throw new Error(`A batched select has two columns named "${name}": alias one of them`)
    names.add(name)
  }
}

/** An expression without an alias is named by its own text, which no column shares. */
function namesOf(selected: object): string[] {
  if (is(selected, Column)) return [selected.name]
  if (is(selected, SQL.Aliased)) return [selected.fieldAlias]
  if (is(selected, SQL)) return []
  return Object.values(is(selected, Table) ? getTableColumns(selected) : selected).flatMap(namesOf)
}

/**
 * Whether an error says that D1 is away for a moment, rather than that something is wrong with what it was asked: the
 * transient errors Cloudflare documents, and a local file that is locked. drizzle wraps the real error as its cause.
 */
export function isAway(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if (/D1.*(overloaded|reset|lost|timeout|transient|locked|SQLITE_BUSY)/i.test(each.message)) return true
  return false
}
