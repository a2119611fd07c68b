import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const thread = '/patients/rosa-chart/messages/refill'
const reply = { submissionId: 'r'.repeat(21), body: 'It has not arrived.\nWhat now?' }
const sent = () =>
  rows<{ id: string; thread_id: string }>(
    'SELECT * FROM messages WHERE submission_id = ?',
    reply.submissionId
  )
const openWork = () =>
  rows<{ queue: string; due_at: number }>(
    "SELECT * FROM work_items WHERE thread_id = 'refill' AND done_at IS NULL"
  )

test('a patient replies and sees the reply last, under a line for emergencies', async () => {
  const rosa = as('rosa')
  const answer = await rosa.submit(thread, { body: reply.body })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('Location')).toBe(thread)
  const html = await (await rosa.get(thread)).text()
  expect(html.indexOf('We sent it to your pharmacy.')).toBeLessThan(html.indexOf(reply.body))
  expect(html).toContain('href="tel:911"')
  expect(html).toContain('Message sent.')
})

test('a reply reopens the work, once, in the queue of the category', async () => {
  expect(await openWork()).toHaveLength(0)
  await as('rosa').post(thread, reply)
  const [first] = await openWork()
  expect(first?.queue).toBe('nurses')
  await as('milo').post(thread, { submissionId: 's'.repeat(21), body: 'We still wait.' })
  const again = await openWork()
  expect(again).toHaveLength(1)
  expect(again[0]?.due_at).toBe(first?.due_at)
})

test('fifty replies from one form are one reply', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => as('rosa').post(thread, reply)))
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(303))
  expect(await sent()).toHaveLength(1)
  expect(await openWork()).toHaveLength(1)
})

test('replies of two people at once are both kept, one after the other', async () => {
  await Promise.all([
    as('rosa').post(thread, reply),
    as('milo').post(thread, { submissionId: 's'.repeat(21), body: 'Me too.' }),
  ])
  const times = await rows<{ sent_at: number }>(
    "SELECT sent_at FROM messages WHERE thread_id = 'refill' ORDER BY sent_at"
  )
  expect(times).toHaveLength(4)
  expect(new Set(times.map(({ sent_at }) => sent_at)).size).toBe(4)
  const [row] = await rows<{ last_message_at: number }>(
    "SELECT last_message_at FROM threads WHERE id = 'refill'"
  )
  expect(row?.last_message_at).toBe(times.at(-1)?.sent_at)
})

test('a reply is written down once', async () => {
  const mark = await auditMark()
  await as('rosa').post(thread, reply)
  await as('rosa').post(thread, reply)
  const entries = (await auditSince(mark)).filter(({ action }) => action === 'messages.replied')
  expect(entries).toEqual([
    {
      actor: 'patient',
      account_id: 'rosa',
      patient_id: 'rosa-chart',
      action: 'messages.replied',
      subject_id: 'refill',
    },
  ])
})

test.each([
  ['empty', '', 'Write your message'],
  ['too long', 'b'.repeat(8001), 'The message can have 8,000 characters at most'],
])('a reply that is %s is refused with what was typed', async (_, body, said) => {
  const answer = await as('rosa').post(thread, { ...reply, body })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain('<title>Error: Conversation – CareSpace</title>')
  expect(html).toContain(said)
  expect(html).toContain(body)
  expect(html).toContain('We sent it to your pharmacy.')
  expect(await sent()).toHaveLength(0)
})

test('a reply to a closed conversation is not sent and not lost', async () => {
  const answer = await as('rosa').post('/patients/rosa-chart/messages/old', reply)
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain('Your reply was not sent.')
  expect(html).toContain(reply.body)
  expect(html).toContain('href="/patients/rosa-chart/messages/new?after=old"')
  expect(html).not.toContain('<textarea')
  expect(await sent()).toHaveLength(0)
})

test('a reply that came in before the closing is not called unsent when it is repeated', async () => {
  await as('rosa').post(thread, reply)
  await env.DB.prepare("UPDATE threads SET closed_at = 1 WHERE id = 'refill'").run()
  expect((await as('rosa').post(thread, reply)).status).toBe(303)
})

test('a form used up in one conversation sends nothing into another', async () => {
  await as('rosa').post(thread, reply)
  const answer = await as('rosa').post('/patients/rosa-chart/messages/old', reply)
  expect(answer.status).toBe(422)
  expect((await sent()).map(({ thread_id }) => thread_id)).toEqual(['refill'])
})

test.each(['nobody', 'vera', 'ines', 'frida', 'nadia', 'okafor', 'audra'] as const)(
  '%s cannot reply on the patient’s side',
  async (person) => {
    const answer = await as(person).post(thread, reply)
    expect(answer.status).toBe(person === 'nobody' ? 401 : 404)
    expect(await sent()).toHaveLength(0)
  }
)

test('someone else’s conversation is not there, even under one’s own record', async () => {
  const answer = await as('rosa').post('/patients/rosa-chart/messages/ines-thread', reply)
  expect(answer.status).toBe(404)
  expect(await sent()).toHaveLength(0)
})
