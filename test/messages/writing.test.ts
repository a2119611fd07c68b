import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/patients/rosa-chart/messages/new'
const message = {
  submissionId: 'x'.repeat(21),
  category: 'medicine',
  subject: 'Allergy pill',
  body: 'May I take it\nbefore the infusion?',
}
const sent = () =>
  rows<{
    thread_id: string
    author_id: string
    author_role: string
    relationship: string | null
    body: string
  }>('SELECT m.* FROM messages m WHERE submission_id = ?', message.submissionId)

test('a patient sends a message and lands in its conversation', async () => {
  const rosa = as('rosa')
  const answer = await rosa.submit(page, { ...message })
  expect(answer.status).toBe(303)
  const [row] = await sent()
  expect(answer.headers.get('Location')).toBe(`/patients/rosa-chart/messages/${row?.thread_id}`)
  const thread = await (await rosa.get(answer.headers.get('Location') ?? '')).text()
  expect(thread).toContain('Message sent. We answer during normal business hours.')
  expect(thread).toContain('May I take it\nbefore the infusion?')
  expect(thread).toContain('Medicine or refill')
  expect(thread).toContain('<b>Received</b>')
})

test('a message makes one piece of work, due in office hours, in the queue of its category', async () => {
  await as('rosa').post(page, { ...message, category: 'billing' })
  const [row] = await sent()
  const work = await rows<{ queue: string; due_at: number; opened_at: number; assigned_to: null }>(
    'SELECT * FROM work_items WHERE thread_id = ?',
    row?.thread_id
  )
  expect(work).toHaveLength(1)
  expect(work[0]?.queue).toBe('billing')
  expect(work[0]?.due_at).toBeGreaterThanOrEqual((work[0]?.opened_at ?? 0) + 8 * 3_600_000)
})

test('sending is written down once, without a word of the message', async () => {
  const mark = await auditMark()
  await as('rosa').post(page, message)
  await as('rosa').post(page, message)
  const entries = await auditSince(mark)
  expect(entries.filter(({ action }) => action === 'messages.sent')).toHaveLength(1)
  expect(JSON.stringify(entries)).not.toContain('Allergy')
})

test('the same form sent fifty times at once is one message, one piece of work, and one answer', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => as('rosa').post(page, message)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
  expect(new Set(answers.map(({ headers }) => headers.get('Location'))).size).toBe(1)
  const found = await sent()
  expect(found).toHaveLength(1)
  expect(await rows('SELECT id FROM threads WHERE subject = ?', message.subject)).toHaveLength(1)
  expect(await rows('SELECT id FROM work_items WHERE thread_id = ?', found[0]?.thread_id)).toHaveLength(1)
})

test('other words under a spent form are neither lost nor sent unasked', async () => {
  const rosa = as('rosa')
  await rosa.post(page, message)
  const answer = await rosa.post(page, { ...message, body: 'Something else entirely' })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain('You sent this form before')
  expect(html).toContain('Something else entirely')
  expect(html).not.toContain(message.submissionId)
  expect(await sent()).toHaveLength(1)
})

test('two people may happen to use the same submission id', async () => {
  await as('rosa').post(page, message)
  await as('ines').post('/patients/ines-chart/messages/new', message)
  expect((await sent()).map(({ author_id }) => author_id).sort()).toEqual(['ines', 'rosa'])
})

test('a message sent without a form id is sent all the same', async () => {
  const answer = await as('rosa').post(page, { ...message, submissionId: '' })
  expect(answer.status).toBe(303)
})

test('a caregiver writes in their own name', async () => {
  await as('milo').post(page, message)
  const [row] = await sent()
  expect(row).toMatchObject({ author_id: 'milo', author_role: 'caregiver', relationship: 'Son' })
  const html = await (await as('rosa').get(`/patients/rosa-chart/messages/${row?.thread_id}`)).text()
  expect(html).toContain('Milo Díaz (Son) for Rosa Díaz')
})

test.each(['nobody', 'vera', 'ines', 'frida', 'nadia', 'okafor', 'audra'] as const)(
  '%s cannot write for Rosa',
  async (person) => {
    const answer = await as(person).post(page, message)
    expect(answer.status).toBe(person === 'nobody' ? 401 : 404)
    expect(await sent()).toHaveLength(0)
    expect(await rows('SELECT id FROM threads WHERE subject = ?', message.subject)).toHaveLength(0)
  }
)

test('the page says what is urgent, when an answer comes, and who can read it, before the button', async () => {
  const html = await (await as('milo').get(page)).text()
  const order = [
    '<h1>New message</h1>',
    'href="tel:911"',
    'href="tel:+14795871700"',
    'non-urgent secure messages to your doctor’s office at any time',
    'during normal business hours',
    'Our office is ',
    'Expect a reply by ',
    'Message category',
    'Subject',
    'Message',
    'Who can see this',
    'Rosa Díaz',
    'Milo Díaz',
    'Your care team',
    'Send message',
  ].map((text) => html.indexOf(text))
  expect(order).not.toContain(-1)
  expect(html.lastIndexOf('Send message')).toBeGreaterThan(html.indexOf('Your care team'))
  expect(html).not.toContain('Vera')
})

test('who can read a reply stands above its button as well', async () => {
  const thread = '/patients/rosa-chart/messages/refill'
  for (const html of [
    await (await as('rosa').get(thread)).text(),
    await (await as('rosa').post(thread, { body: '' })).text(),
  ]) {
    const form = html.slice(html.indexOf('id="reply"'))
    const order = [
      'Who can see this',
      'Rosa Díaz (you)',
      'Milo Díaz',
      'Your care team',
      '>Send message<',
    ].map((text) => form.indexOf(text))
    expect(order).not.toContain(-1)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(form).not.toContain('Vera')
  }
})

test('no line of text cuts off what is pasted into it: what is too long is said', async () => {
  for (const [person, url] of [
    ['rosa', page],
    ['nadia', '/admin/patients/rosa-chart/messages/new'],
    ['nadia', '/admin/patients/rosa-chart/messages/refill/call'],
    ['nadia', '/admin/announcements/new'],
    ['nadia', '/admin/quick-replies/new'],
  ] as const) {
    const answer = await as(person).get(url)
    expect([url, answer.status, (await answer.text()).includes('maxlength')]).toEqual([url, 200, false])
  }
})

test('someone whose account was ended is not named among those who can read', async () => {
  await env.DB.prepare("UPDATE accounts SET deactivated_at = 1 WHERE id = 'milo'").run()
  expect(await (await as('rosa').get(page)).text()).not.toContain('Milo')
})

test('every category has a name and a sentence, in both languages', async () => {
  const html = await (await as('rosa').get(page)).text()
  expect(html.match(/type="radio"/g)).toHaveLength(8)
  expect(html).toContain('Pain, fever, nausea, or how you feel')
  expect(await (await as('rosa').get(`${page}?lang=es`)).text()).toContain(
    'Dolor, fiebre, náuseas o cómo se siente'
  )
})

const refusals: [why: string, fields: Partial<typeof message>, said: string][] = [
  ['no category', { category: '' }, 'Choose what your message is about'],
  ['a category there is not', { category: "medicine' OR 1=1" }, 'Choose what your message is about'],
  ['no subject', { subject: '' }, 'Enter a subject'],
  ['a subject of blanks', { subject: ' \u00a0\t ' }, 'Enter a subject'],
  [
    'a subject of 121 characters',
    { subject: 's'.repeat(121) },
    'The subject can have 120 characters at most',
  ],
  ['no message', { body: '' }, 'Write your message'],
  ['a message of line breaks', { body: '\r\n\r\n \r\n' }, 'Write your message'],
  ['a message of marks nobody sees', { body: '\u200b\u200d\u202e\0' }, 'Write your message'],
  [
    'a message of 8,001 characters',
    { body: 'b'.repeat(8001) },
    'The message can have 8,000 characters at most',
  ],
  ['a message of 8,001 emoji', { body: '🌻'.repeat(8001) }, 'The message can have 8,000 characters at most'],
]
test.each(refusals)('%s is refused, and what was typed stays', async (_, fields, said) => {
  const typed = { ...message, ...fields }
  const answer = await as('rosa').post(page, typed)
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain('<title>Error: New message – CareSpace</title>')
  expect(html.split(said).length).toBeGreaterThanOrEqual(3)
  for (const kept of [typed.subject, typed.body])
    if (kept.trim() && !/[\u200b\u00a0]/.test(kept)) expect(html).toContain(kept)
  if (typed.category === 'medicine') expect(html).toMatch(/value="medicine" checked/)
  expect(await sent()).toHaveLength(0)
})

test('nothing at all is refused with a word for each field', async () => {
  const html = await (await as('rosa').post(page)).text()
  for (const field of ['category', 'subject', 'body']) expect(html).toContain(`href="#${field}"`)
})

const hostile = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `'); DROP TABLE messages;--`,
  `{{7*7}} \${7*7} <%= 7 %>`,
  `</textarea><h1>gone</h1>`,
  `\u202Eevil\u202C ltr`,
  `مرحبا بالعالم`,
  `👩🏽‍⚕️ 🇺🇸 e\u0301`,
  `a\0b`,
  `javascript:alert(1)`,
  `z\u0301\u0302\u0303\u0304`,
]
const escaped = (text: string) =>
  text
    .replaceAll('\0', '')
    .normalize('NFC')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

test.each(hostile)('%j is only text: sent, listed and shown as it was typed', async (text) => {
  const rosa = as('rosa')
  const answer = await rosa.post(page, { ...message, subject: text, body: text })
  expect(answer.status).toBe(303)
  for (const [person, url] of [
    ['rosa', answer.headers.get('Location') ?? ''],
    ['rosa', '/patients/rosa-chart/messages'],
    ['nadia', '/admin/messages'],
    ['nadia', `/admin${answer.headers.get('Location')}`],
  ] as const) {
    const html = await (await as(person).get(url)).text()
    expect(html).toContain(escaped(text))
    if (/[<>]/.test(text)) expect(html).not.toContain(text)
  }
})

test.each(hostile)('%j in a refused form comes back escaped', async (text) => {
  const html = await (
    await as('rosa').post(page, { ...message, category: text, subject: text, body: text })
  ).text()
  expect(html).toContain(escaped(text))
  if (/[<>]/.test(text)) expect(html).not.toContain(text)
})

test('a message of 8,000 characters and its line breaks arrive whole', async () => {
  const body = 'line of text\n'.repeat(615).slice(0, 7999).concat('.')
  const answer = await as('rosa').post(page, { ...message, body: body.replaceAll('\n', '\r\n') })
  expect(answer.status).toBe(303)
  expect((await sent())[0]?.body).toBe(body)
})
