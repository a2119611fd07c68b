import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { actInWords } from '../../src/audit/telling.ts'
import { accessHistory } from '../../src/i18n/en/access-history.ts'

const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => readFileSync(join('src', path), 'utf8'))
  .join('\n')

test('every act that is written down by its name has words, and none is told as another', () => {
  const acts = [...source.matchAll(/\baction: '([a-z-]+\.[a-z-]+)'/g)].map(([, act = '']) => act)
  expect(acts.length).toBeGreaterThan(40)
  const { things, acts: words } = accessHistory
  const isTold = (act: string) =>
    Object.hasOwn(words, act) || act.startsWith('sign-in.') || Object.hasOwn(things, act.split('.')[0] ?? '')
  expect(acts.filter((act) => !isTold(act))).toEqual([])
})

test('what only reads is told as reading', () => {
  const reads = [...source.matchAll(/\bnoteRead\([^)]*?'([a-z-]+\.[a-z-]+)'(?: : '([a-z-]+\.[a-z-]+)')?/g)]
    .flatMap(([, one, other]) => [one, other])
    .filter((act) => act !== undefined)
  expect(reads.length).toBeGreaterThan(5)
  const told = reads.map((action) => actInWords({ action, reason: null }, accessHistory))
  expect(told.filter((words) => !/^(Looked at|Searched) /.test(words))).toEqual([])
})
