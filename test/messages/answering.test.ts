import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/admin/patients/ines-chart/messages/ines-thread'
const answer = { submissionId: 'n'.repeat(21), body: 'Please call us\ntoday.', seen: 'ines-1' }
const closing = { seen: 'ines-1', reason: 'visit', words: '' }
const sent = (submissionId = answer.submissionId) =>
  rows<{ author_id: string; author_role: string; body: string }>(
    'SELECT * FROM messages WHERE submission_id = ?',
    submissionId
  )
const work = async () =>
  (
    await rows<{ assigned_to: string | null; done_at: number | null; done_by: string | null }>(
      "SELECT * FROM work_items WHERE id = 'ines-work'"
    )
  )[0]
const closedAt = async () =>
  (await rows<{ closed_at: number | null }>("SELECT closed_at FROM threads WHERE id = 'ines-thread'"))[0]
    ?.closed_at

test('staff see whose conversation it is, in three ways, and what the patient sees', async () => {
  const html = await (await as('nadia').get(page)).text()
  expect(html).toContain('Ines Roy · DOB 06/14/1960 · MRN 10002')
  expect(html).toContain('I wake up soaked.')
  expect(html).toContain('<b>Received</b>')
  expect(html).toContain('<title>Conversation – CareSpace</title>')
})

test('the name leads to the patient’s page, for those who may open it', async () => {
  const link = 'href="/admin/patients/ines-chart"'
  expect(await (await as('okafor').get(page)).text()).toContain(link)
  expect(await (await as('nadia').get(page)).text()).not.toContain(link)
})

test('an answer ends the work, is the patient’s to read, and says who wrote it', async () => {
  const nadia = as('nadia')
  const response = await nadia.submit(page, { body: answer.body })
  expect(response.status).toBe(303)
  expect(response.headers.get('Location')).toBe(page)
  expect(await (await nadia.get(page)).text()).toContain('Reply sent.')
  expect(await work()).toMatchObject({ done_by: 'nadia', done_at: expect.any(Number) })
  const html = await (await as('ines').get('/patients/ines-chart/messages/ines-thread')).text()
  expect(html).toContain('Nadia Reyes, RN')
  expect(html).toContain(answer.body)
  expect(html).toContain('<b>Answered</b>')
})

test('an answer is written down once, with the role', async () => {
  const mark = await auditMark()
  await as('nadia').post(page, answer)
  await as('nadia').post(page, answer)
  expect((await auditSince(mark)).filter(({ action }) => action === 'messages.answered')).toEqual([
    {
      actor: 'clinical',
      account_id: 'nadia',
      patient_id: 'ines-chart',
      action: 'messages.answered',
      subject_id: 'ines-thread',
    },
  ])
})

test('fifty answers from one form are one answer and one mail to each reader', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => as('nadia').post(page, answer)))
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(303))
  expect(await sent()).toHaveLength(1)
  expect(await rows("SELECT id FROM outbox WHERE kind = 'new-message'")).toHaveLength(1)
})

test('of two who answer at once one is told, with both texts before them, and can send then', async () => {
  const other = { submissionId: 'o'.repeat(21), body: 'Come in tomorrow.', seen: 'ines-1' }
  const responses = await Promise.all([as('nadia').post(page, answer), as('okafor').post(page, other)])
  expect(responses.map(({ status }) => status).sort()).toEqual([303, 422])
  const late = responses[0].status === 422 ? 0 : 1
  const html = await responses[late].text()
  expect(html).toContain('Someone wrote in this conversation after you opened it.')
  expect(html).toContain(answer.body)
  expect(html).toContain(other.body)
  expect(await rows("SELECT id FROM messages WHERE thread_id = 'ines-thread'")).toHaveLength(2)

  const seen = html.match(/name="seen" value="([^"]*)"/)?.[1] ?? ''
  expect(seen).not.toBe('ines-1')
  const again = await as(late === 0 ? 'nadia' : 'okafor').post(page, {
    ...(late === 0 ? answer : other),
    seen,
  })
  expect(again.status).toBe(303)
  expect(await rows("SELECT id FROM messages WHERE thread_id = 'ines-thread'")).toHaveLength(3)
})

test('twenty who answer at once make one answer', async () => {
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      as(i % 2 ? 'nadia' : 'okafor').post(page, {
        ...answer,
        submissionId: `${i}`.padEnd(21, 'z'),
        body: `Answer ${i}`,
      })
    )
  )
  expect(responses.filter(({ status }) => status === 303)).toHaveLength(1)
  expect(responses.filter(({ status }) => status === 422)).toHaveLength(19)
})

test('what the patient wrote meanwhile must be read before answering, so that it cannot vanish with the work', async () => {
  await as('ines').post('/patients/ines-chart/messages/ines-thread', {
    submissionId: 'i'.repeat(21),
    body: 'Now I have a fever.',
    act: 'anyway',
  })
  const response = await as('nadia').post(page, answer)
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('Now I have a fever.')
  expect((await work())?.done_at).toBeNull()
})

test.each(['', 'nothing', 'refill-2', "' OR 1=1"])('an answer that has seen %j is not sent', async (seen) => {
  expect((await as('nadia').post(page, { ...answer, seen })).status).toBe(422)
  expect(await sent()).toHaveLength(0)
})

test.each([
  ['empty', ' \n ', 'Write your message'],
  ['too long', 'b'.repeat(8001), 'The message can have 8,000 characters at most'],
])('an answer that is %s is refused with what was typed', async (_, body, said) => {
  const response = await as('nadia').post(page, { ...answer, body })
  expect(response.status).toBe(422)
  const html = await response.text()
  expect(html).toContain(said)
  expect(html).toContain(body)
  expect(await sent()).toHaveLength(0)
})

test('an answer to a conversation closed meanwhile is not sent and not lost', async () => {
  await env.DB.prepare("UPDATE threads SET closed_at = 1 WHERE id = 'ines-thread'").run()
  const response = await as('nadia').post(page, answer)
  expect(response.status).toBe(422)
  const html = await response.text()
  expect(html).toContain('Your answer was not sent.')
  expect(html).toContain(answer.body)
  expect(await sent()).toHaveLength(0)
})

test('one of many takes the work; the others are told', async () => {
  const responses = await Promise.all([as('nadia').post(`${page}/claim`), as('okafor').post(`${page}/claim`)])
  expect(responses.map(({ status }) => status).sort()).toEqual([303, 422])
  const late = responses.find(({ status }) => status === 422)
  expect(await late?.text()).toContain('Someone else took this first.')
  const owner = responses[0].status === 303 ? 'nadia' : 'okafor'
  expect((await work())?.assigned_to).toBe(owner)
  expect((await as(owner).post(`${page}/claim`)).status).toBe(303)
  expect(await (await as('ines').get('/patients/ines-chart/messages/ines-thread')).text()).toContain(
    '<b>With the team</b>'
  )
})

test('taking is written down once', async () => {
  const mark = await auditMark()
  await as('nadia').post(`${page}/claim`)
  await as('nadia').post(`${page}/claim`)
  expect((await auditSince(mark)).filter(({ action }) => action === 'messages.claimed')).toHaveLength(1)
})

test('there is nothing to take where nothing waits', async () => {
  const response = await as('nadia').post('/admin/patients/rosa-chart/messages/refill/claim')
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('Nothing in this conversation waits for an answer.')
})

test('closing ends the conversation and the work; the patient reads on but cannot reply', async () => {
  const mark = await auditMark()
  const nadia = as('nadia')
  const response = await nadia.submit(page, { reason: 'thanks' }, `${page}/closure`)
  expect(response.status).toBe(303)
  expect(await (await nadia.get(page)).text()).toContain('Conversation closed.')
  expect(await closedAt()).toEqual(expect.any(Number))
  expect((await work())?.done_by).toBe('nadia')
  expect(await (await as('ines').get('/patients/ines-chart/messages/ines-thread')).text()).toContain(
    '<b>Closed</b>'
  )
  expect((await auditSince(mark)).map(({ action }) => action)).toContain('messages.closed')
})

test('a conversation with something newer than the page showed stays open', async () => {
  await as('ines').post('/patients/ines-chart/messages/ines-thread', {
    submissionId: 'i'.repeat(21),
    body: 'One more thing.',
  })
  const response = await as('nadia').post(`${page}/closure`, closing)
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('One more thing.')
  expect(await closedAt()).toBeNull()
  expect((await work())?.done_at).toBeNull()
})

test('closing twice is closing once', async () => {
  const mark = await auditMark()
  await as('nadia').post(`${page}/closure`, closing)
  expect((await as('okafor').post(`${page}/closure`, closing)).status).toBe(303)
  expect((await auditSince(mark)).filter(({ action }) => action === 'messages.closed')).toHaveLength(1)
})

test.each(['nobody', 'rosa', 'milo', 'ines', 'vera', 'frida', 'audra'] as const)(
  '%s neither reads, answers, takes nor closes on the staff’s side',
  async (person) => {
    const browser = as(person)
    const responses = [
      await browser.get(page),
      await browser.post(page, answer),
      await browser.post(`${page}/claim`),
      await browser.post(`${page}/closure`, closing),
    ]
    expect(responses.map(({ status }) => status)).toEqual(
      person === 'nobody' ? [303, 401, 303, 303] : [404, 404, 404, 404]
    )
    expect(await sent()).toHaveLength(0)
    expect(await work()).toMatchObject({ assigned_to: null, done_at: null })
    expect(await closedAt()).toBeNull()
  }
)

test('a conversation under another patient’s record is not there', async () => {
  const wrong = '/admin/patients/rosa-chart/messages/ines-thread'
  const responses = [
    await as('nadia').get(wrong),
    await as('nadia').post(wrong, answer),
    await as('nadia').post(`${wrong}/claim`),
    await as('nadia').post(`${wrong}/closure`, closing),
  ]
  for (const response of responses) expect(response.status).toBe(404)
  expect(await work()).toMatchObject({ assigned_to: null, done_at: null })
  expect(await closedAt()).toBeNull()
})
