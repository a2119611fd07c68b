import { getTableColumns, getTableName, is, sql } from 'drizzle-orm'
import { type SQLiteTable, SQLiteTable as Table } from 'drizzle-orm/sqlite-core'
import { connect } from '../db/client.ts'
import * as schema from '../db/schema.ts'

type Tables = {
  [Name in keyof typeof schema as (typeof schema)[Name] extends SQLiteTable
    ? Name
    : never]: (typeof schema)[Name]
}
/** Rows by table, as the schema types them. */
export type Rows = { [Name in keyof Tables]?: Tables[Name]['$inferInsert'][] }

/** What the practice says about itself. */
export async function readPractice(d1: D1Database) {
  const [row] = await connect(d1).select().from(schema.practice)
  if (!row) throw new Error('The practice row is missing: run the migrations')
  return row
}

/** Inserts everything at once, one statement a table; who refers to whom is checked at the end. */
export async function insertAll(d1: D1Database, rows: Rows) {
  const db = connect(d1)
  const statements = Object.entries(schema).flatMap(([name, table]) => {
    const wanted = rows[name as keyof Rows]
    return is(table, Table) && wanted?.length ? [db.run(insertInto(table, wanted))] : []
  })
  await db.batch([db.run(sql`PRAGMA defer_foreign_keys = on`), ...statements])
}

function insertInto(table: SQLiteTable, rows: Record<string, unknown>[]) {
  const columns = Object.entries(getTableColumns(table))
  const values = rows.map((row) =>
    columns.map(([key, column]) => {
      const value = row[key] ?? column.default ?? null
      return value === null ? null : column.mapToDriverValue(value)
    })
  )
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `
  )
  const picks = sql.join(
    columns.map((_, index) => sql`value ->> ${sql.raw(String(index))}`),
    sql`, `
  )
  return sql`INSERT INTO ${sql.identifier(getTableName(table))} (${names}) SELECT ${picks} FROM json_each(${JSON.stringify(values)})`
}
