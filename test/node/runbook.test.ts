import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { paths } from '../../src/paths.ts'
import { en } from '../support/words.ts'

const text = readFileSync('docs/runbook.md', 'utf8')
const code = [
  ...[...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n')),
  ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, inline = '']) => inline),
]
const list = <T>(values: Iterable<T>) => [...new Set(values)].sort()

describe('what the runbook names is there', () => {
  test('commands of ours', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = list([...text.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name))
    expect(named.length).toBeGreaterThan(3)
    const ofNpm = ['outdated', 'audit']
    expect(named.filter((name) => !scripts[name] && !ofNpm.includes(name))).toEqual([])
  })

  const wrangler = list(
    code
      .flatMap((line) => line.match(/(?:npx )?wrangler (.+)/)?.[1] ?? [])
      .map((line) => {
        const words = line.replace(/"[^"]*"/g, 'x').split(' ')
        const flags = words.filter((word) => word.startsWith('--'))
        const known = words.slice(0, words.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word)) >>> 0)
        return `${known.join(' ')} ${list(flags).join(' ')}`.trim()
      })
  )
  test.each(wrangler)('wrangler %s', (line) => {
    const [command = '', ...flags] = line.split(' --')
    const { status, stdout } = spawnSync(
      process.execPath,
      ['node_modules/wrangler/bin/wrangler.js', ...command.split(' '), '--help'],
      { encoding: 'utf8', env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } }
    )
    expect(status).toBe(0)
    expect(stdout.split('\n').slice(0, 3).join(' ')).toContain(`wrangler ${command}`)
    for (const flag of flags) expect(stdout).toContain(`--${flag}`)
  })

  test('pages', () => {
    const known = new Set<string>(Object.values(paths))
    const named = list(code.filter((word) => /^\/[\w/-]+$/.test(word)))
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((path) => !known.has(path))).toEqual([])
  })

  test('files of the project', () => {
    const named = list(code.filter((word) => /^(src|docs|test|migrations)\/[\w./-]+$/.test(word)))
    expect(named).toContain('src/cron.ts')
    expect(named.filter((path) => !existsSync(path))).toEqual([])
  })

  test('words on the pages', () => {
    const words = new Set<string>()
    const gather = (value: unknown) => {
      if (typeof value === 'string') words.add(value)
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(gather)
    }
    gather(en)
    const prose = text.replace(/```[\s\S]*?```|`[^`]*`|\*\*[^*]*\*\*/g, '')
    const named = list([...prose.matchAll(/(?<![*\w])\*([^*\n]+)\*(?!\*)/g)].map(([, word = '']) => word))
    // A kind of error, not a label.
    expect(named.filter((word) => !words.has(word) && word !== 'database away')).toEqual([])
    expect(named.length).toBeGreaterThan(8)
  })

  test('tables and columns', () => {
    const db = new DatabaseSync(':memory:')
    for (const name of readdirSync('migrations').sort()) db.exec(readFileSync(`migrations/${name}`, 'utf8'))
    const statements = [...text.matchAll(/--command "([^"]+)"/g)].map(([, sql = '']) => sql)
    expect(statements).toHaveLength(1)
    for (const sql of statements) expect(() => db.prepare(sql)).not.toThrow()
    // The portal's own button asks for a reason and writes down who pressed it.
    expect(statements.join()).not.toContain('deactivated_at')
  })
})
