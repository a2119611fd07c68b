import { env } from 'cloudflare:workers'
import { brotliCompressSync } from 'node:zlib'
import { beforeEach, expect, test } from 'vitest'
import * as schema from '../../src/db/schema.ts'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const list = '/patients/rosa-chart/messages'
const thread = `${list}/refill`
const html = async (answer: Response | Promise<Response>) => (await answer).text()
const readsOf = (accountId: string) =>
  rows<{ thread_id: string }>('SELECT * FROM thread_reads WHERE account_id = ?', accountId)

test('the list shows who wrote last, about what, how it begins, and what is new in words', async () => {
  const page = await html(as('rosa').get(list))
  expect(page).toContain('Nadia Reyes, RN')
  expect(page).toContain('Refill &lt;question&gt;')
  expect(page).toContain('We sent it to your pharmacy.')
  expect(page).toContain('<li class="unread">')
  expect(page).toContain('<span class="tag new">New</span>')
  expect(page).toContain('If you have an urgent request, please call the office directly')
  expect(page).toContain('<a class="nw" href="tel:911">9-1-1</a> immediately')
  expect(page.indexOf('<h1>Messages</h1>')).toBeLessThan(page.indexOf('>New message</a>'))
})

test('an excerpt is the beginning of a message, not all of it', async () => {
  await env.DB.prepare("UPDATE messages SET body = ? WHERE id = 'refill-2'").bind('word '.repeat(100)).run()
  expect((await html(as('rosa').get(list))).split('word ').length).toBeLessThan(40)
})

test('an empty list says so and offers a first message', async () => {
  await env.DB.batch(
    ['work_items', 'messages', 'threads'].map((table) => env.DB.prepare(`DELETE FROM ${table}`))
  )
  const page = await html(as('rosa').get(list))
  expect(page).toContain('No messages yet.')
  expect(page).toContain('href="/patients/rosa-chart/messages/new"')
})

async function fillThreads(count: number) {
  const numbers = Array.from({ length: count }, (_, i) => i)
  for (let from = 0; from < count; from += 10) {
    const some = numbers.slice(from, from + 10)
    await db().batch([
      db()
        .insert(schema.threads)
        .values(
          some.map((i) => ({
            id: `t${i}`,
            patientId: 'rosa-chart',
            subject: `Subject ${i}`,
            category: 'other',
            openedAt: minutesAgo(1000 + i),
            openedBy: 'rosa',
            lastMessageAt: minutesAgo(1000 + i),
          }))
        ),
      db()
        .insert(schema.messages)
        .values(
          some.map((i) => ({
            id: `m${i}`,
            threadId: `t${i}`,
            authorId: 'rosa',
            authorRole: 'patient' as const,
            body: `Body ${i}. `.repeat(30),
            language: 'en' as const,
            sentAt: minutesAgo(1000 + i),
            submissionId: `s${i}`.padEnd(21, 'x'),
          }))
        ),
    ])
  }
}

test('25 to a page, with the page in the title, and nothing past the end', async () => {
  await fillThreads(50)
  const first = await html(as('rosa').get(list))
  expect(first.match(/class="row"/g)).toHaveLength(25)
  expect(first).toContain('Showing 1 to 25 of 52')
  expect(first).toContain('Page 1 of 3')
  const last = await html(as('rosa').get(`${list}?page=3`))
  expect(last.match(/class="row"/g)).toHaveLength(2)
  expect(last).toContain('<title>Messages – Page 3 of 3 – CareSpace</title>')
  expect((await as('rosa').get(`${list}?page=4`)).status).toBe(404)
  for (const odd of ['0', '-1', 'x', '1e3', '9'.repeat(30), "1'"])
    expect(await html(as('rosa').get(`${list}?page=${odd}`))).toContain('Page 1 of 3')
})

test('a thread shows each message with author, role, full time, language and line breaks', async () => {
  const page = await html(as('milo').get(thread))
  expect(page).toContain('<title>Conversation – CareSpace</title>')
  expect(page).toContain('<b>Rosa Díaz</b> <small>Patient</small>')
  expect(page).toContain('<b>Nadia Reyes, RN</b> <small>Care team</small>')
  expect(page).toMatch(/day, \w+ \d+, \d{4}, \d+:\d\d [ap]\.m\. C[SD]T/)
  expect(page).toContain('May I have more &lt;b&gt;tablets&lt;/b&gt;?\nThank you.')
  expect(page).toContain('lang="en"')
  expect(page).toContain('<b>Answered</b>')
  expect(page).not.toContain('msg mine')
  expect(await html(as('rosa').get(thread))).toContain('msg mine')
})

test('a closed thread offers a new message in place of the reply', async () => {
  const page = await html(as('rosa').get(`${list}/old`))
  expect(page).toContain('This conversation is closed')
  expect(page).toContain('href="/patients/rosa-chart/messages/new?after=old"')
  expect(page).not.toContain('<textarea')
  expect(page).toContain('9-1-1')
})

test('reading clears the mark for the reader and for nobody else', async () => {
  const opened = await html(as('rosa').get(thread))
  // "old" alone is left in the count of the tab.
  expect(opened).toMatch(/class="count">1</)
  expect(await html(as('rosa').get(list))).toMatch(/<li><a class="row" href="[^"]*refill"/)
  expect(await html(as('milo').get(list))).toMatch(/<li class="unread"><a class="row" href="[^"]*refill"/)
})

test('an answer that comes after the reading is new again', async () => {
  await as('rosa').get(thread)
  await as('nadia').post('/admin/patients/rosa-chart/messages/refill', {
    submissionId: 'n'.repeat(21),
    body: 'One more thing.',
    seen: 'refill-2',
  })
  expect(await html(as('rosa').get(list))).toMatch(/<li class="unread"><a class="row" href="[^"]*refill"/)
})

test('reading it again clears the mark again', async () => {
  await as('rosa').get(thread)
  await as('nadia').post('/admin/patients/rosa-chart/messages/refill', {
    submissionId: 'n'.repeat(21),
    body: 'One more thing.',
    seen: 'refill-2',
  })
  await as('rosa').get(thread)
  expect(await html(as('rosa').get(list))).toMatch(/<li><a class="row" href="[^"]*refill"/)
})

test('one’s own message is never new to oneself, but to the others', async () => {
  await as('rosa').post(thread, { submissionId: 'r'.repeat(21), body: 'Thank you.' })
  expect(await html(as('rosa').get(list))).toMatch(/<li><a class="row" href="[^"]*refill"/)
  expect(await html(as('milo').get(list))).toMatch(/<li class="unread"><a class="row" href="[^"]*refill"/)
})

test.each([
  ['prefetch', { 'Sec-Purpose': 'prefetch' }],
  ['prerender', { 'Sec-Purpose': 'prefetch;prerender' }],
  ['older prefetch', { Purpose: 'prefetch' }],
])('a %s of a thread does not count as reading', async (_, headers) => {
  expect((await as('rosa').get(thread, headers as Record<string, string>)).status).toBe(200)
  expect(await readsOf('rosa')).toHaveLength(0)
})

test('asking for the head of a thread does not count as reading', async () => {
  expect((await as('rosa').request(thread, { method: 'HEAD' })).status).toBe(200)
  expect(await readsOf('rosa')).toHaveLength(0)
})

test('opening a thread is written down with its id', async () => {
  const mark = await auditMark()
  await as('milo').get(thread)
  expect(await auditSince(mark)).toContainEqual({
    actor: 'caregiver',
    account_id: 'milo',
    patient_id: 'rosa-chart',
    action: 'messages.read',
    subject_id: 'refill',
  })
})

test.each(['vera', 'ines', 'frida', 'nadia', 'okafor', 'audra', 'nobody'] as const)(
  '%s reads nothing on Rosa’s side',
  async (person) => {
    for (const path of [list, thread, `${list}/new`]) {
      const answer = await as(person).get(path)
      expect(answer.status).toBe(person === 'nobody' ? 303 : 404)
      expect(await answer.text()).not.toMatch(/Refill|pharmacy|Díaz/)
    }
  }
)

test('someone else’s thread, and one there is not, are not there under one’s own record', async () => {
  for (const id of ['ines-thread', 'nothing', "' OR 1=1 --", '%00'])
    expect((await as('rosa').get(`${list}/${encodeURIComponent(id)}`)).status).toBe(404)
  expect(await readsOf('rosa')).toHaveLength(0)
})

test.each([
  ['rosa', list],
  ['rosa', thread],
  ['rosa', `${list}/new`],
  ['nadia', '/admin/messages'],
  ['nadia', '/admin/patients/rosa-chart/messages/refill'],
] as const)('for %s, %s costs two trips to the database and scans no table', async (person, path) => {
  const { database, asked } = watched(env.DB)
  await as(person, { ...env, DB: database }).get(path)
  expect(asked.trips).toBe(2)
  for (const { sql, values } of asked.statements.slice(1)) {
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all<{ detail: string }>()
    for (const { detail } of plan.results)
      expect(detail).not.toMatch(/^SCAN (?!.*INDEX|queues|next$|CONSTANT ROW|\(subquery)/)
  }
})

test('a long thread leads to its newest message, on both sides, and a short one does not', async () => {
  const desk = '/admin/patients/rosa-chart/messages/refill'
  for (const page of [await html(as('rosa').get(thread)), await html(as('nadia').get(desk))])
    expect(page).not.toContain('Go to the newest')
  await db()
    .insert(schema.messages)
    .values(
      [40, 30, 20, 10].map((ago) => ({
        id: `ago-${ago}`,
        threadId: 'refill',
        authorId: 'nadia',
        authorRole: 'staff' as const,
        body: `This is ${ago} minutes old.`,
        language: 'en' as const,
        sentAt: minutesAgo(ago),
        submissionId: `ago-${ago}`.padEnd(21, 'x'),
      }))
    )
  for (const page of [await html(as('rosa').get(thread)), await html(as('nadia').get(desk))]) {
    expect(page).toContain('href="#m-ago-10">Go to the newest message</a>')
    expect(page).toContain('id="m-ago-10"')
  }
})

test('a list of 25 and a thread of 200 messages stay light', async () => {
  await fillThreads(40)
  const messages = Array.from({ length: 198 }, (_, i) => i)
  for (let from = 0; from < messages.length; from += 10)
    await db()
      .insert(schema.messages)
      .values(
        messages.slice(from, from + 10).map((i) => ({
          id: `long${i}${crypto.randomUUID().slice(0, 12)}`,
          threadId: 'refill',
          authorId: i % 2 ? 'nadia' : 'rosa',
          authorRole: i % 2 ? ('staff' as const) : ('patient' as const),
          body: `Message ${i}: I took the ${i} mg tablet at ${i % 12} o’clock and felt ${i % 7} of 10 after ${i * 3} minutes.`,
          language: 'en' as const,
          sentAt: minutesAgo(99 - i / 3),
          submissionId: `l${i}`.padEnd(21, 'x'),
        }))
      )
  expect(brotliCompressSync(await html(as('rosa').get(list))).length).toBeLessThan(8192)
  const page = await html(as('rosa').get(thread))
  expect(page.match(/<article/g)).toHaveLength(200)
  expect(brotliCompressSync(page).length).toBeLessThan(14_336)
})
