import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { hostile } from '../support/hostile.ts'
import { type Member, seed } from '../support/people.ts'

beforeEach(seed)

const page = '/patients/rosa-chart/message-search'
const plain = (html: string) => html.replaceAll(/<\/?mark>/g, '')

async function search(q: string, person: Member = 'rosa', url = page) {
  const answer = await as(person).post(url, { q })
  expect(answer.status).toBe(303)
  const to = answer.headers.get('Location') ?? ''
  return { to, html: await (await as(person).get(to)).text() }
}
async function write(body: string, subject = 'Hola', at = 1) {
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO threads (id, patient_id, subject, category, opened_at, opened_by, last_message_at)
        VALUES (?, 'rosa-chart', ?, 'other', ?, 'rosa', ?)`
    ).bind(`t${at}`, subject, at, at),
    env.DB.prepare(
      `INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id)
        VALUES (?, ?, 'rosa', 'patient', ?, 'es', ?, ?)`
    ).bind(`m${at}`, `t${at}`, body, at, `s${at}`),
  ])
}

describe('words in one’s own messages', () => {
  test('are found with what stands around them, and marked', async () => {
    const { to, html } = await search('pharma')
    expect(html).toContain('1 message')
    expect(html).toMatch(/sent it to your <mark>pharmacy<\/mark>/)
    expect(html).toContain('href="/patients/rosa-chart/messages/refill#m-refill-2"')
    expect(to).not.toContain('pharma')
    expect(await (await as('milo').get(page)).text()).not.toContain('pharma')
  })

  test('are found in the subject', async () => {
    expect((await search('parking')).html).toContain('<mark>Parking</mark>')
  })

  test.each([
    ['nauseas', 'Tengo NÁUSEAS por la mañana'],
    ['náuseas', 'Tengo nauseas por la manana'],
    ['MANANA nau', 'Tengo náuseas por la mañana'],
    ['cancion', 'Otra canción'],
    ['seguim', 'Follow-up / seguimiento'],
    ['follow-up', 'Follow-up / seguimiento'],
    ['Ärztin', 'Meine Arztin'],
  ])('%s is found in: %s', async (q, body) => {
    await write(body)
    expect((await search(q)).html).toContain('1 message')
  })

  test('must all be there', async () => {
    expect((await search('pharmacy zebra')).html).toContain('No message has these words')
  })

  test('a caregiver finds them too, and everyone stays in the record', async () => {
    expect((await search('pharmacy', 'milo')).html).toContain('1 message')
    expect((await search('soaked')).html).toContain('No message')
    expect((await search('soaked', 'ines', '/patients/ines-chart/message-search')).html).toContain(
      '1 message'
    )
    expect((await as('vera').post(page, { q: 'pharmacy' })).status).toBe(404)
    expect((await as('ines').post(page, { q: 'pharmacy' })).status).toBe(404)
  })

  test('the record’s own name finds nothing', async () => {
    for (const q of ['rosa', 'chart', 'rosa-chart', 'record'])
      expect((await search(q)).html).toContain('No message')
  })

  test('a search of someone else’s, or a changed one, is none', async () => {
    const { to } = await search('pharmacy')
    expect(await (await as('milo').get(to)).text()).not.toContain('pharmacy')
    expect((await as('rosa').get(`${page}?find=nonsense`)).status).toBe(200)
    const elsewhere = to.replace('rosa-chart', 'ines-chart')
    expect(await (await as('ines').get(elsewhere)).text()).not.toContain('pharmacy')
  })

  test('of a message that was taken back are not found', async () => {
    await write('Zebra', 'Giraffe')
    await env.DB.prepare("UPDATE messages SET withdrawn_at = 1, body = '' WHERE id = 'm1'").run()
    for (const q of ['zebra', 'giraffe']) expect((await search(q)).html).toContain('No message')
  })

  test('come in pages, the newest first', async () => {
    for (let n = 1; n <= 27; n++) await write(`Zebra number ${n}`, 'Zoo', n * 1000)
    const { to, html } = await search('zebra')
    expect(html).toContain('27 messages')
    expect(plain(html).indexOf('number 27')).toBeLessThan(plain(html).indexOf('number 26'))
    const second = await as('rosa').get(`${to}&page=2`)
    expect(plain(await second.text())).toContain('Zebra number 2<')
    expect((await as('rosa').get(`${to}&page=3`)).status).toBe(404)
  })

  test('are looked up by index in two trips', async () => {
    const { database, asked } = watched(env.DB)
    const { to } = await search('pharmacy')
    await as('rosa', { ...env, DB: database }).get(to)
    expect(asked.trips).toBe(2)
    for (const { sql, values } of asked.statements.filter(({ sql }) => sql.includes('MATCH'))) {
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...values)
        .all<{ detail: string }>()
      expect(
        plan.results
          .map(({ detail }) => detail)
          .filter((detail) => /^SCAN (?!message_words VIRTUAL)/.test(detail))
      ).toEqual([])
    }
  })
})

test.each(
  Object.entries({
    ...hostile,
    'another record': '" OR record:"ines-chart',
    'a column': 'record:ines',
    'a near': 'NEAR(pharmacy parking)',
    'a not': 'NOT pharmacy',
    'an unclosed quote': 'pharmacy "',
    'a prefix alone': '*',
    'a column filter': '- {body} : pharmacy',
    'marks of ours': '\u{e000}pharmacy\u{e001}',
  })
)('%s harms nothing and finds nothing of others', async (_, q) => {
  const answer = await as('rosa').post(page, { q })
  expect([303, 413, 422]).toContain(answer.status)
  if (answer.status !== 303) return
  const shown = await as('rosa').get(answer.headers.get('Location') ?? '')
  expect(shown.status).toBe(200)
  expect(plain(await shown.text())).not.toContain('soaked')
})

test('messages brought in before their threads are found as well', async () => {
  await env.DB.batch([
    env.DB.prepare('PRAGMA defer_foreign_keys = on'),
    env.DB.prepare(
      `INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id)
        VALUES ('early', 'later', 'rosa', 'patient', 'Okapi', 'en', 1, 'early')`
    ),
    env.DB.prepare(
      `INSERT INTO threads (id, patient_id, subject, category, opened_at, opened_by, last_message_at)
        VALUES ('later', 'rosa-chart', 'Zoo', 'other', 1, 'rosa', 1)`
    ),
  ])
  expect((await search('okapi')).html).toContain('1 message')
})
