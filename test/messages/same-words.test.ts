import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/patients/rosa-chart/messages/new'
const thread = '/patients/rosa-chart/messages/refill'
const words = { category: 'medicine', subject: 'My tablets', body: 'May I take them with food?' }
const withBody = (body: string) => rows<{ id: string }>('SELECT id FROM messages WHERE body = ?', body)
/** Everything sent so far was sent eleven minutes earlier. */
const elevenMinutesPass = () =>
  env.DB.batch([
    env.DB.prepare('UPDATE messages SET sent_at = sent_at - 660000'),
    env.DB.prepare('UPDATE threads SET last_message_at = last_message_at - 660000'),
  ])

test('going back and sending the same words again is the message that was sent', async () => {
  const rosa = as('rosa')
  const first = await rosa.submit(page, words)
  const again = await rosa.submit(page, words)
  expect([again.status, again.headers.get('Location')]).toEqual([303, first.headers.get('Location')])
  expect(await withBody(words.body)).toHaveLength(1)
})

test('other words, another subject or another category are another message', async () => {
  const rosa = as('rosa')
  for (const other of [{}, { body: 'And with milk?' }, { subject: 'Tablets' }, { category: 'other' }])
    await rosa.submit(page, { ...words, ...other })
  expect(
    await rows("SELECT id FROM threads WHERE opened_by = 'rosa' AND subject LIKE '%ablets'")
  ).toHaveLength(4)
})

test('the same words from someone else are theirs', async () => {
  await as('rosa').submit(page, words)
  await as('milo').submit(page, words)
  expect(await withBody(words.body)).toHaveLength(2)
})

test('ten minutes later they are meant again', async () => {
  const rosa = as('rosa')
  await rosa.submit(page, words)
  await elevenMinutesPass()
  await rosa.submit(page, words)
  expect(await withBody(words.body)).toHaveLength(2)
})

test.each(['rosa', 'nadia'] as const)('a reply sent again by %s is one reply', async (person) => {
  const url = person === 'nadia' ? `/admin${thread}` : thread
  for (let time = 0; time < 2; time++) {
    const answer = await as(person).submit(url, { body: 'Thank you.' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, url])
  }
  expect(await withBody('Thank you.')).toHaveLength(1)
})

test('"Yes." twice with an answer in between is two replies', async () => {
  await as('rosa').submit(thread, { body: 'Yes.' })
  await as('nadia').submit(`/admin${thread}`, { body: 'And at night?' })
  await as('rosa').submit(thread, { body: 'Yes.' })
  expect(await withBody('Yes.')).toHaveLength(2)
})
