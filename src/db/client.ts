import { Column, getTableColumns, is, SQL, Table } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle } from 'drizzle-orm/d1'
import { SQLiteSelectBase } from 'drizzle-orm/sqlite-core'
import type { SQLiteRaw } from 'drizzle-orm/sqlite-core/query-builders/raw'

export type Statement = BatchItem<'sqlite'>

/**
 * One request's view of D1. A statement given to `alongside` rides with the next `batch`, atomically, or with `settle`
 * at the end of the request: the audit entry of a read costs no trip of its own and cannot be forgotten.
 */
export function connect(d1: D1Database) {
  const db = drizzle(d1)
  const waiting: Statement[] = []
  // drizzle binds parameters in a batch through `stmt`, which its raw queries lack.
  const batchable = <T extends SQLiteRaw<unknown>>(raw: T) =>
    Object.assign(raw, { stmt: d1.prepare(raw.getQuery().sql) })

  return {
    select: db.select.bind(db),
    insert: db.insert.bind(db),
    update: db.update.bind(db),
    delete: db.delete.bind(db),
    run: (query: SQL) => batchable(db.run(query)),
    all: <T>(query: SQL) => batchable(db.all<T>(query)),
    alongside(...statements: Statement[]) {
      waiting.push(...statements)
    },
    /** All of it or none of it; results come back in the order asked. */
    async batch<T extends [Statement, ...Statement[]]>(statements: T) {
      statements.forEach(refuseSharedNames)
      const riders = waiting.splice(0)
      const results = await db.batch([...statements, ...riders] as unknown as T)
      return results.slice(0, statements.length) as unknown as typeof results
    },
    async settle() {
      const [first, ...rest] = waiting.splice(0)
      if (first) await db.batch([first, ...rest])
    },
  }
}
export type Db = ReturnType<typeof connect>

/**
 * A batch answers with rows by column name: of two columns of one name it keeps one, and every value after it lands in
 * the wrong field. Such a select must give one of them `sql`…`.as('another_name')`.
 */
function refuseSharedNames(statement: Statement) {
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
