import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unstable_splitSqlQuery } from 'wrangler'

/** Applies what is new in a folder of SQL files, each whole or not at all, in the books that `wrangler d1 migrations` keeps. */
export async function migrate(db: Pick<D1Database, 'prepare' | 'batch'>, folder: string) {
  await db
    .prepare(
      `create table if not exists d1_migrations (
         id integer primary key autoincrement,
         name text unique,
         applied_at timestamp default current_timestamp not null
       )`
    )
    .run()
  const applied = await db.prepare('select name from d1_migrations').all<{ name: string }>()
  const known = new Set(applied.results.map(({ name }) => name))
  const fresh = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !known.has(name))
    .sort()
  for (const name of fresh) {
    const statements = unstable_splitSqlQuery(readFileSync(join(folder, name), 'utf8'))
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare('insert into d1_migrations (name) values (?)').bind(name),
    ])
  }
  return fresh
}
