import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { connect } from '../../src/db/client.ts'
import { accounts, patients } from '../../src/db/schema.ts'
import { seed } from '../support/people.ts'

const db = connect(env.DB)

describe('a batched select', () => {
  const joined = { id: patients.id, name: patients.givenName, account: accounts.id }

  test('of two columns with one name is refused, and the name is said', async () => {
    const select = db.select(joined).from(patients).innerJoin(accounts, eq(accounts.id, patients.accountId))
    await expect(db.batch([select])).rejects.toThrow('two columns named "id"')
  })

  test('of two whole tables is refused', async () => {
    const select = db.select().from(patients).innerJoin(accounts, eq(accounts.id, patients.accountId))
    await expect(db.batch([select])).rejects.toThrow('two columns named "id"')
  })

  test('of a table and an alias that repeats one of its columns is refused', async () => {
    const email = sql<string>`lower(${accounts.email})`.as('email')
    const select = db
      .select({ patient: patients, email })
      .from(patients)
      .innerJoin(accounts, eq(accounts.id, patients.accountId))
    await expect(db.batch([select])).rejects.toThrow('two columns named "email"')
  })

  test('wherever it stands in the batch, and then nothing of the batch happens', async () => {
    const select = db.select(joined).from(patients).innerJoin(accounts, eq(accounts.id, patients.accountId))
    const write = db.run(sql`CREATE TABLE never (id TEXT)`)
    await expect(db.batch([write, select])).rejects.toThrow()
    const tables = await db.all<{ name: string }>(sql`SELECT name FROM sqlite_master WHERE name = 'never'`)
    expect(tables).toEqual([])
  })

  test('whose names differ is answered field by field', async () => {
    await seed()
    const [rows] = await db.batch([
      db
        .select({ ...joined, account: sql<string>`${accounts.id}`.as('account_id') })
        .from(patients)
        .innerJoin(accounts, eq(accounts.id, patients.accountId))
        .where(eq(patients.id, 'rosa-chart')),
    ])
    expect(rows).toEqual([{ id: 'rosa-chart', name: 'Rosa', account: 'rosa' }])
  })
})
