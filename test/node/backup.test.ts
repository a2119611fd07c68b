import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unstable_splitSqlQuery } from 'wrangler'
import { openPortal, type Portal } from '../../src/commands/portal.ts'
import { openDemo } from '../support/demo.ts'

const folder = mkdtempSync(join(tmpdir(), 'carespace-'))
const [state, other, file] = [join(folder, 'one'), join(folder, 'two'), join(folder, 'backup.sql')]
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = async <Row = Record<string, unknown>>({ db }: Portal, sql: string) =>
  (await db.prepare(sql).all<Row>()).results

/** Everything a database holds, the full-text index by its words alone. */
async function contents(portal: Portal) {
  const tables = await rows<{ name: string }>(
    portal,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'message\\_words\\_%' ESCAPE '\\' AND name <> 'd1_migrations' ORDER BY name"
  )
  const triggers = await rows(
    portal,
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"
  )
  const held: Record<string, unknown[]> = { triggers }
  for (const { name } of tables)
    held[name] = (await rows(portal, `SELECT * FROM ${name}`)).map((row) => JSON.stringify(row)).sort()
  return held
}

const backUp = (...args: string[]) =>
  spawnSync(process.execPath, ['src/commands/bootstrap.mjs', 'backup', ...args], { encoding: 'utf8' })

let before: Record<string, unknown[]>
beforeAll(async () => {
  const portal = await openDemo(state)
  await portal.db
    .prepare('UPDATE practice SET address = ?')
    .bind("It's one line;\r\nand -- another; zwiebelkuchen\n")
    .run()
  await portal.db.prepare("INSERT INTO audit_entries (at, actor, action) VALUES (1, 'test', 'test')").run()
  before = await contents(portal)
  await portal.close()
}, 240_000)

test('a backup fills an empty database with all that the old one held', async () => {
  const { status, stdout, stderr } = backUp('--state', state, '--file', file)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain('about patients')
  expect(statSync(file).mode & 0o077).toBe(0)

  const portal = await openPortal({ state: other, env: {}, quiet: true })
  try {
    const statements = unstable_splitSqlQuery(readFileSync(file, 'utf8'))
    const prepared = statements.map((sql) => portal.db.prepare(sql))
    // That keeps Node so busy that it has not heard whether its idle line to the portal was closed.
    await sleep(100)
    await portal.db.batch(prepared)
    const after = await contents(portal)
    for (const [table, held] of Object.entries(before)) expect([table, after[table]]).toEqual([table, held])
    expect(Object.keys(after)).toEqual(Object.keys(before))
    expect(await rows(portal, 'PRAGMA foreign_key_check')).toEqual([])
    // What the database itself refuses, it still refuses.
    await expect(portal.db.prepare("UPDATE audit_entries SET action = 'x'").run()).rejects.toThrow(
      /never change/
    )
  } finally {
    await portal.close()
  }
}, 240_000)

test('nothing that is there is written over', () => {
  const there = join(folder, 'there.sql')
  writeFileSync(there, 'mine')
  const { status, stderr } = backUp('--state', state, '--file', there)
  expect([status, stderr.trim()]).toEqual([1, `${there} is there already; nothing was written.`])
  expect(readFileSync(there, 'utf8')).toBe('mine')
})
