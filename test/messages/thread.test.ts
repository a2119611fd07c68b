import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { isOverdue, minutesWaited, partFrom, shownFrom } from '../../src/messages/queue/work.ts'
import { categoryName, type Message, queueFor, Reply, stageOf } from '../../src/messages/thread.ts'

const message = (authorRole: Message['authorRole']) => ({ authorRole }) as Message
const categories = [
  { id: 'billing', queue: 'billing', en: ['Billing', ''], es: ['Pagos', ''] },
  { id: 'other', queue: 'front-desk', en: ['Something else', ''], es: ['Otra cosa', ''] },
] satisfies Parameters<typeof queueFor>[0]

test.each([
  ['received', { closedAt: null, taken: false, messages: [message('patient')] }],
  ['withTeam', { closedAt: null, taken: true, messages: [message('caregiver')] }],
  ['answered', { closedAt: null, taken: false, messages: [message('patient'), message('staff')] }],
  ['received', { closedAt: null, taken: false, messages: [message('staff'), message('patient')] }],
  ['closed', { closedAt: new Date(0), taken: true, messages: [message('staff')] }],
] as const)('a thread is %s', (stage, { messages, ...thread }) => {
  expect(stageOf({ called: false, ...thread, messages: [...messages] })).toBe(stage)
})

test('a category feeds its queue; one no longer offered goes where everything else goes', () => {
  expect(queueFor(categories, 'billing')).toBe('billing')
  expect(queueFor(categories, 'gone')).toBe('front-desk')
  expect(queueFor([], 'billing')).toBe('front-desk')
})

test('a category is called by its name, or as it was kept', () => {
  expect(categoryName(categories, 'billing', 'es')).toBe('Pagos')
  expect(categoryName(categories, 'gone', 'en')).toBe('gone')
})

test('any text that says something and fits is taken, and only its end is trimmed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
      const parsed = v.safeParse(Reply, { submissionId: '', body: `${text}.\n ` })
      expect(parsed.success && parsed.output.body).toBe(`${text}.`)
    })
  )
})

test('8,000 characters fit, one more does not, whatever their size in bytes', () => {
  for (const character of ['a', 'ñ', '水', '🌻']) {
    expect(v.safeParse(Reply, { submissionId: '', body: character.repeat(8000) }).success).toBe(true)
    expect(v.safeParse(Reply, { submissionId: '', body: character.repeat(8001) }).success).toBe(false)
  }
})

test('overdue begins after the due time', () => {
  const work = { dueAt: new Date(1000) }
  expect([999, 1000, 1001].map((at) => isOverdue(work, new Date(at)))).toEqual([false, false, true])
})

test('waiting is counted in whole minutes, never below none', () => {
  const work = { openedAt: new Date(60_000) }
  expect([0, 119_999, 120_000].map((at) => minutesWaited(work, new Date(at)))).toEqual([0, 0, 1])
})

test('a filter nobody knows is all', () => {
  const filters = [undefined, 'mine', 'x', 'constructor'].map((show) => partFrom(show, undefined).filter)
  expect(filters).toEqual(['all', 'mine', 'all', 'all'])
})

test('a queue is asked for by its id and by nothing else', () => {
  expect(['nurses', '', "'--", undefined, 'x'.repeat(41)].map((id) => partFrom('all', id).queue)).toEqual([
    'nurses',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('what a page has shown is two numbers, or nothing', () => {
  expect(shownFrom('12', '1000')).toEqual({ version: 12, at: new Date(1000) })
  for (const [version, at] of [
    ['', '1'],
    ['1', undefined],
    ['-1', '1'],
    ['1', '1e9'],
    ['9'.repeat(20), '1'],
  ])
    expect(shownFrom(version, at)).toBeUndefined()
})
