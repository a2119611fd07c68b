import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openPortal } from '../../src/commands/portal.ts'
import { openDemo } from '../support/demo.ts'

const run = promisify(execFile)
const command = (state: string) =>
  run(process.execPath, ['src/commands/audit-verify.ts', '--state', state]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout })
  )

test('npm run audit:verify says that all is as it was written, and where it is not', async () => {
  const state = mkdtempSync(join(tmpdir(), 'carespace-'))
  try {
    let portal = await openDemo(state)
    for (let i = 0; i < 3; i++)
      await fetch(`${portal.url}/sign-in`, {
        method: 'POST',
        body: new URLSearchParams({ email: `x${i}@example.test`, password: 'Wrong-Horse-9' }),
        headers: { Origin: portal.url },
      })
    await portal.runCron(new Date('2026-11-22T15:00:12Z'))
    await portal.close()
    const whole = await command(state)
    expect(whole).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Every sealed entry is as it was written.'),
    })
    expect(whole.stdout).toMatch(/^[1-9]\d* entries under [1-9]/)

    // Someone who owns the file takes the triggers away first.
    portal = await openPortal({ state, env: {}, quiet: true })
    const last = await portal.db.prepare('SELECT max(seq) AS seq FROM audit_entries').first<number>('seq')
    expect(last).toBeGreaterThan(1)
    await portal.db.batch([
      portal.db.prepare('DROP TRIGGER audit_entries_never_go'),
      portal.db.prepare('DELETE FROM audit_entries WHERE seq = ?').bind((last ?? 1) - 1),
    ])
    await portal.close()
    const found = await command(state)
    expect(found.code).toBe(1)
    expect(found.stdout).toContain(`REMOVED: entry ${(last ?? 1) - 1}`)

    // The whole trail goes, and the counting begins anew: the seal that is kept apart tells.
    portal = await openPortal({ state, env: {}, quiet: true })
    await portal.db.batch([
      portal.db.prepare('DROP TRIGGER audit_seals_never_go'),
      portal.db.prepare('DELETE FROM audit_entries'),
      portal.db.prepare('DELETE FROM audit_seals'),
      portal.db.prepare("DELETE FROM sqlite_sequence WHERE name LIKE 'audit%'"),
    ])
    await portal.close()
    const cut = await command(state)
    expect(cut.code).toBe(1)
    expect(cut.stdout).toContain(
      `CUT OFF OR WRITTEN ANEW, by the seal that is kept apart: entries 1 to ${last}`
    )
  } finally {
    rmSync(state, { recursive: true, force: true })
  }
})
