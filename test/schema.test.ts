import { env } from 'cloudflare:workers'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { beforeEach, describe, expect, test } from 'vitest'
import * as schema from '../src/db/schema.ts'
import { seed } from './support/people.ts'

beforeEach(seed)

const declared = Object.values(schema)
  .filter((value) => is(value, SQLiteTable))
  .map(getTableConfig)
const rows = async <T>(sql: string) => (await env.DB.prepare(sql).all<T>()).results

type Listed = { name: string; type: string; strict: number }
const tables = async () =>
  (await rows<Listed>('PRAGMA table_list')).filter(
    ({ name, type }) => type === 'table' && !/^(sqlite_|_cf_|d1_)/.test(name)
  )

test('the database has the tables of schema.ts and no others, all of them strict', async () => {
  const found = await tables()
  expect(found.map(({ name }) => name).sort()).toEqual(declared.map(({ name }) => name).sort())
  expect(found.filter(({ strict }) => strict !== 1)).toEqual([])
})

describe.each(declared.map((config) => [config.name, config] as const))('%s', (name, config) => {
  test('has the columns that schema.ts says', async () => {
    const inDatabase = await rows<{
      name: string
      type: string
      notnull: number
      pk: number
      dflt_value: string | null
    }>(`PRAGMA table_info(${name})`)
    const composite = config.primaryKeys.flatMap((key) => key.columns.map((column) => column.name))
    const sort = <T extends { name: string }>(list: T[]) =>
      list.toSorted((a, b) => a.name.localeCompare(b.name))
    expect(
      sort(
        inDatabase.map((column) => ({
          name: column.name,
          type: column.type,
          required: column.notnull === 1 || (column.type === 'INTEGER' && column.pk === 1),
          key: column.pk > 0,
          default: column.dflt_value,
        }))
      )
    ).toEqual(
      sort(
        config.columns.map((column) => ({
          name: column.name,
          type: column.getSQLType().toUpperCase(),
          required: column.notNull,
          key: column.primary || composite.includes(column.name),
          default:
            column.default === undefined
              ? null
              : typeof column.default === 'number'
                ? String(column.default)
                : `'${column.mapToDriverValue(column.default)}'`,
        }))
      )
    )
  })

  test('has the indexes that schema.ts says', async () => {
    const inDatabase = await rows<{ name: string; unique: number; origin: string; partial: number }>(
      `PRAGMA index_list(${name})`
    )
    const found = await Promise.all(
      inDatabase
        .filter(({ origin }) => origin !== 'pk')
        .map(async (index) => ({
          name: index.origin === 'c' ? index.name : 'unique column',
          unique: index.unique === 1,
          partial: index.partial === 1,
          columns: (await rows<{ name: string }>(`PRAGMA index_info(${index.name})`)).map(({ name }) => name),
        }))
    )
    const expected = [
      ...config.indexes.map((index) => ({
        name: index.config.name,
        unique: index.config.unique,
        partial: index.config.where !== undefined,
        columns: index.config.columns.map((column) => ('name' in column ? column.name : '')),
      })),
      ...config.columns
        .filter((column) => column.isUnique)
        .map((column) => ({ name: 'unique column', unique: true, partial: false, columns: [column.name] })),
    ]
    const sort = (list: typeof expected) => list.toSorted((a, b) => a.name.localeCompare(b.name))
    expect(sort(found)).toEqual(sort(expected))
  })

  test('refers to the tables that schema.ts says', async () => {
    const found = await rows<{ table: string; from: string; to: string }>(`PRAGMA foreign_key_list(${name})`)
    const expected = config.foreignKeys.map((key) => {
      const { columns, foreignTable, foreignColumns } = key.reference()
      return `${columns[0]?.name} -> ${getTableConfig(foreignTable).name}.${foreignColumns[0]?.name}`
    })
    expect(found.map((key) => `${key.from} -> ${key.table}.${key.to}`).sort()).toEqual(expected.sort())
  })
})

describe('what the database itself refuses', () => {
  test.each([
    ['an audit entry that changes', "UPDATE audit_entries SET action = 'labs.read'"],
    ['an audit entry that goes', 'DELETE FROM audit_entries'],
    ['a revoked grant that comes back', "UPDATE grants SET revoked_at = NULL WHERE id = 'vera-grant'"],
    [
      'a revoked grant that is changed at all',
      "UPDATE grants SET account_id = 'milo' WHERE id = 'vera-grant'",
    ],
    [
      'two live grants of one record to one account',
      "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) VALUES ('second', 'rosa-chart', 'milo', 'Son', 1, 'rosa')",
    ],
    ['two accounts with one address', "UPDATE accounts SET email = 'rosa@example.test' WHERE id = 'ines'"],
    ['two patients with one record number', "UPDATE patients SET mrn = '10001' WHERE id = 'ines-chart'"],
    ['a message about no thread', "UPDATE messages SET thread_id = 'nothing' WHERE id = 'refill-1'"],
    ['a time that is no number', "UPDATE threads SET opened_at = 'yesterday' WHERE id = 'refill'"],
    [
      'one message sent twice',
      "INSERT INTO messages SELECT 'again', thread_id, author_id, author_role, relationship, body, language, sent_at, submission_id FROM messages WHERE id = 'refill-1'",
    ],
    [
      'a second practice',
      'INSERT INTO practice SELECT 2, name, phone, address, time_zone, office_hours, holidays, categories, reply_promise_hours, terms_version FROM practice',
    ],
  ])('%s', async (_, sql) => {
    // Something to change: an empty table has no row to fire the trigger.
    await env.DB.prepare("INSERT INTO audit_entries (at, actor, action) VALUES (1, 'test', 'test')").run()
    await expect(env.DB.prepare(sql).run()).rejects.toThrow(/D1_ERROR/)
  })

  test('giving access again after it was taken back is a new grant', async () => {
    await env.DB.prepare(
      "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) VALUES ('again', 'rosa-chart', 'vera', 'Friend', 1, 'rosa')"
    ).run()
    expect(await rows("SELECT 1 FROM grants WHERE account_id = 'vera'")).toHaveLength(2)
  })

  test('foreign keys hold over all that the cast has', async () => {
    expect(await rows('PRAGMA foreign_key_check')).toEqual([])
  })
})
