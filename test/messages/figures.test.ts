import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { readFigures } from '../../src/messages/figures/store.ts'
import { as } from '../support/browser.ts'
import { db, minutesAgo, seed } from '../support/people.ts'

beforeEach(async () => {
  await seed()
  await env.DB.prepare('DELETE FROM work_items').run()
})

let count = 0
const work = (minutes: number | null, values: Record<string, string | number> = {}) => {
  const opened = minutesAgo(24 * 60).getTime()
  const row = {
    id: `w${++count}`,
    thread_id: 'refill',
    queue: 'nurses',
    opened_at: opened,
    due_at: opened + 3_600_000,
    ...(minutes === null ? {} : { done_at: opened + minutes * 60_000, done_how: 'answered' }),
    ...values,
  }
  const names = Object.keys(row)
  return env.DB.prepare(`INSERT INTO work_items (${names.join()}) VALUES (${names.map(() => '?').join()})`)
    .bind(...Object.values(row))
    .run()
}
const figures = async (queue = 'nurses') =>
  (await readFigures(db(), new Date())).find(({ id }) => id === queue)
const minutes = (value: number | undefined) => (value ?? Number.NaN) / 60_000

test('the middle and the longest of the times to first reply', async () => {
  for (const took of [10, 600, 20, 90, 40]) await work(took)
  const { replies } = (await figures()) ?? {}
  expect([replies?.answered, minutes(replies?.median), minutes(replies?.longest)]).toEqual([5, 40, 600])
})

test('of two, the sooner is the middle: at least half were answered within it', async () => {
  for (const took of [10, 30]) await work(took)
  expect(minutes((await figures())?.replies?.median)).toBe(10)
})

test('a call is a reply; closing, reading and what is older than 30 days are not', async () => {
  await work(30, { done_how: 'phone' })
  await work(1, { done_how: 'closed' })
  await work(1, { done_how: 'read', kind: 'unread' })
  await work(1, { done_how: 'answered', kind: 'unread' })
  await work(1, { opened_at: 1, done_at: minutesAgo(31 * 24 * 60).getTime() })
  const { replies } = (await figures()) ?? {}
  expect([replies?.answered, minutes(replies?.longest)]).toEqual([1, 30])
})

test('each queue for itself, with what waits in it and what is late', async () => {
  await work(10)
  await work(null, { thread_id: 'refill' })
  await work(null, { thread_id: 'ines-thread', queue: 'billing', due_at: Date.now() + 60_000 })
  expect(await figures()).toMatchObject({ open: 1, overdue: 1, replies: { answered: 1 } })
  expect(await figures('billing')).toMatchObject({ open: 1, overdue: 0, replies: undefined })
  const html = await (await as('nadia').get('/admin/messages/figures')).text()
  expect(html).toContain('Message figures')
  expect(html).toContain('10 m')
})

test('since when the one that has waited longest for an answer waits', async () => {
  await work(10, { opened_at: minutesAgo(3000).getTime() })
  await work(null)
  await work(null, { thread_id: 'old', opened_at: minutesAgo(90).getTime() })
  await work(null, { thread_id: 'ines-thread', opened_at: minutesAgo(9000).getTime(), kind: 'unread' })
  expect((await figures())?.oldest).toBeLessThanOrEqual(minutesAgo(24 * 60).getTime())
  expect((await figures())?.oldest).toBeGreaterThan(minutesAgo(24 * 60 + 2).getTime())
  expect((await figures('billing'))?.oldest).toBeNull()
  expect(await (await as('nadia').get('/admin/messages/figures')).text()).toContain('1 d 0 h')
})

test.each(['nobody', 'rosa', 'frida', 'audra'] as const)('%s does not see them', async (person) => {
  expect((await as(person).get('/admin/messages/figures')).status).toBe(person === 'nobody' ? 303 : 404)
})
