import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'

const admin = (...args: string[]) =>
  spawnSync(process.execPath, ['src/commands/admin.ts', ...args], { encoding: 'utf8' })
const made = () => {
  const said = execFileSync(
    process.execPath,
    ['src/commands/admin.ts', '--email', ' Ada@Example.test ', '--name', "Ada María O'Kafor"],
    { encoding: 'utf8' }
  )
  return { said, sql: readFileSync('dist/admin.sql', 'utf8') }
}
function emptyPractice() {
  const db = new DatabaseSync(':memory:')
  for (const name of readdirSync('migrations').sort()) db.exec(readFileSync(`migrations/${name}`, 'utf8'))
  return db
}

test('the command that is printed makes one admin, whose second step is still to be set up', () => {
  const { said, sql } = made()
  expect(said).toContain(sql)
  expect(said).toContain('npx wrangler d1 execute DB --env production --remote --file dist/admin.sql')
  const db = emptyPractice()
  db.exec(sql)
  const [account, ...others] = db.prepare('SELECT * FROM accounts').all()
  expect(others).toEqual([])
  expect(account).toMatchObject({
    email: 'ada@example.test',
    given_name: 'Ada',
    family_name: "María O'Kafor",
    staff_role: 'admin',
    totp_secret: null,
    totp_confirmed_at: null,
    password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
  })
  expect(db.prepare('SELECT action, actor, subject_id FROM audit_entries').all()).toEqual([
    { action: 'staff.admin-created', actor: 'command', subject_id: account?.id },
  ])
})

test('an address that is taken keeps its account, its password and its trail', () => {
  const db = emptyPractice()
  db.exec(made().sql)
  const before = [db.prepare('SELECT * FROM accounts').all(), db.prepare('SELECT * FROM audit_entries').all()]
  db.exec(made().sql)
  expect([
    db.prepare('SELECT * FROM accounts').all(),
    db.prepare('SELECT * FROM audit_entries').all(),
  ]).toEqual(before)
})

test('the password is new each time and not in the SQL', () => {
  const passwords = [made(), made()].map(({ said, sql }) => {
    const [, password = ''] = said.match(/\n {2}(\S{5}(?:-\S{5}){3})\n/) ?? []
    expect(password).toMatch(/^[A-Za-z2-9-]{23}$/)
    expect(sql).not.toContain(password)
    return password
  })
  expect(new Set(passwords).size).toBe(2)
})

describe('refused in one sentence:', () => {
  test.each([
    ['nothing said', []],
    ['no name', ['--email', 'ada@example.test']],
    ['one name', ['--email', 'ada@example.test', '--name', 'Ada']],
    ['no address', ['--name', 'Ada Okafor']],
    ['a malformed address', ['--email', "ada'); DROP TABLE accounts; --", '--name', 'Ada Okafor']],
    ['two places at once', ['--email', 'ada@example.test', '--name', 'Ada Okafor', '--remote', '--local']],
    ['an unknown flag', ['--role', 'admin']],
  ])('%s', (_, args) => {
    const { status, stderr, stdout } = admin(...args)
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).not.toContain('    at ')
  })
})
