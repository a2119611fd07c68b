import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'carespace-'))
const file = join(folder, 'a-file')
writeFileSync(file, 'not a folder')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a command says when it is refused. */
function refusal(command: string, ...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['src/commands/bootstrap.mjs', command, ...args], {
    encoding: 'utf8',
  })
  return { status, said: stderr.trim() }
}

test.each([
  ['start', ['--port', 'abc', '--state', join(folder, 'new')], 'A port is a number from 1 to 65535'],
  ['start', ['--port', '99999', '--state', join(folder, 'new')], 'A port is a number from 1 to 65535'],
  ['start', ['--state', file], `${file} is a file.`],
  ['start', ['--prot', '1'], "Unknown option '--prot'"],
  ['reset', ['--state', folder], `${folder} does not look like the state of a portal`],
  ['import', [], 'Name the files to import'],
  ['routes', ['--jsn'], "Unknown option '--jsn'"],
  ['admin', [], 'An address like name@practice.org is needed.'],
])('%s %j is refused in one line', (command, args, words) => {
  const { status, said } = refusal(command, ...args)
  expect(status).toBe(1)
  expect(said).toContain(words)
  expect(said.split('\n')).toHaveLength(1)
})
