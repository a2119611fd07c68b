import { env } from 'cloudflare:workers'
import { brotliCompressSync, constants } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { type Asked, watched } from '../support/database.ts'
import { type Member, seed } from '../support/people.ts'

const many = 10_000

/** A practice that has fallen behind: ten thousand conversations wait, and as many were answered. */
async function fill() {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})`
  const now = Date.now()
  await env.DB.batch([
    env.DB.prepare(`INSERT INTO patients (id, given_name, family_name, search_name, birth_date, account_id, created_at)
      ${numbers} SELECT 'p' || i, 'Given' || i, 'Family' || (i * 7919 % 1000), 'family given' || i, '1950-01-01',
        NULL, 1 FROM n WHERE i <= 2000`),
    env.DB.prepare(`INSERT INTO threads (id, patient_id, subject, category, opened_at, opened_by, last_message_at)
      ${numbers} SELECT 't' || i, 'p' || (i % 2000 + 1), 'Question ' || (i * 7919 % 10007) || ' about the treatment',
        CASE i % 3 WHEN 0 THEN 'symptom' WHEN 1 THEN 'billing' ELSE 'medicine' END, ${now} - i, 'rosa', ${now} - i FROM n`),
    env.DB.prepare(`INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id)
      ${numbers} SELECT 'm' || i, 't' || i, 'rosa', 'patient', 'b', 'en', ${now} - i, 'many' || i FROM n`),
    env.DB.prepare(`INSERT INTO work_items (id, thread_id, queue, opened_at, due_at, assigned_to, urgency, flagged_at)
      ${numbers} SELECT 'w' || i, 't' || i, CASE i % 3 WHEN 0 THEN 'nurses' WHEN 1 THEN 'billing' ELSE 'front-desk' END,
        ${now} - i * 60000, ${now} + (i % 4000 - 100) * 60000, CASE i % 5 WHEN 0 THEN 'okafor' WHEN 1 THEN 'nadia' END,
        iif(i % 500 = 0, 0, 1), iif(i % 500 = 0, 1, NULL) FROM n`),
    env.DB.prepare(`INSERT INTO work_items (id, thread_id, queue, opened_at, due_at, done_at, done_by, done_how)
      ${numbers} SELECT 'd' || i, 't' || i, CASE i % 3 WHEN 0 THEN 'nurses' WHEN 1 THEN 'billing' ELSE 'front-desk' END,
        ${now} - i * 300000 - 1000000, ${now}, ${now} - i * 300000, 'nadia', 'answered' FROM n`),
  ])
}

// The last is read only while a foreign key is broken, which a thread that is written never finds.
const small = ['practice', 'queues', 'quick_replies', 'json_each', 'announcement_recipients']

/** Partial indexes: of what is open, which no list reads further than it shows, and of the staff. */
const isOfFew =
  /INDEX (work_items_(in_order|by_queue|by_queue_assigned|opened)|accounts_staff|invitation_requests_open|unmatched_waiting|outbox_waiting|outbox_canary)$/

/** The steps of a statement that read a table that grows from end to end, rather than what is open by an index. */
async function scans({ sql, values }: Asked['statements'][number]) {
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>()
  const isGrowing = /^SCAN (?!CONSTANT|\()("?)(\w+)\1/
  const names = new Map(
    [...sql.matchAll(/(?:from|join)\s+"?(\w+)"?(?:\s+(?:as\s+)?"?(\w+)"?)?/gi)].map(
      ([, table = '', alias]) => [alias ?? table, table]
    )
  )
  const known = new Set(
    (
      await env.DB.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all<{ name: string }>()
    ).results.map(({ name }) => name)
  )
  return plan.results
    .map(({ detail }) => detail)
    .filter((detail) => {
      const [, , scanned = ''] = detail.match(isGrowing) ?? []
      const table = names.get(scanned) ?? scanned
      return known.has(table) && !small.includes(table) && !isOfFew.test(detail)
    })
}

const cost = async (
  path: string,
  ask: (browser: ReturnType<typeof as>) => Promise<Response>,
  person: Member = 'nadia'
) => {
  const { database, asked } = watched(env.DB)
  const response = await ask(as(person, { ...env, DB: database }))
  const html = await response.text()
  const bytes = brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length
  const found = (
    await Promise.all(asked.statements.map(async (one) => (await scans(one)).map((step) => [step, one.sql])))
  ).flat()
  return { path, status: response.status, trips: asked.trips, bytes, found, asked }
}

const thread = '/admin/patients/p4/messages/t3'
const pages = [
  ...['', '?show=mine', '?show=unassigned', '?show=overdue', '?show=flagged', '?page=5'].flatMap((query) => [
    `/admin/messages${query}`,
    `/admin/messages${query}${query ? '&' : '?'}queue=nurses`,
  ]),
  '/admin/messages/figures',
  '/admin/messages/new',
  '/admin/messages/news?show=all&version=19900&at=1',
  '/admin/messages/news?show=overdue&queue=nurses&version=19900&at=1',
  '/admin/patients/p4/messages/new',
  thread,
  `${thread}/call`,
  `${thread}/notes`,
  '/admin',
]
const id = 'k'.repeat(21)
const acts: [path: string, fields: Record<string, string>][] = [
  [`${thread}/claim`, {}],
  [`${thread}/assignment`, { to: 'nadia', queue: 'billing', was: 'nadia', wasQueue: 'nurses' }],
  [`${thread}/notes`, { submissionId: id, note: 'A note' }],
  [thread, { submissionId: id, body: 'Draft', seen: 'm3', act: 'save' }],
  [thread, { submissionId: id, body: 'Draft', seen: 'm3', act: 'insert', quick: 'nadia-reply' }],
  [thread, { submissionId: id, body: 'The answer', seen: 'm3' }],
  [`${thread}/replies`, { to: 'off' }],
  [`${thread}/reopening`, {}],
  [
    '/admin/patients/p7/messages/t6/call',
    { submissionId: 'c'.repeat(21), spokeWith: 'Him', note: 'All well', seen: 'm6' },
  ],
  ['/admin/patients/p8/messages/t7/closure', { seen: 'm7', reason: 'thanks' }],
  [
    '/admin/patients/rosa-chart/messages/new',
    { submissionId: 'l'.repeat(21), category: 'medicine', subject: 'S', body: 'B', tell: 'yes' },
  ],
  ['/admin/quick-replies/new', { submissionId: id, title: 'T', bodyEn: 'E', bodyEs: 'S' }],
]

describe('with ten thousand conversations in the queue', () => {
  beforeAll(async () => {
    await seed()
    await fill()
  }, 120_000)

  test.each(pages)('%s costs two trips, no scan and no more bytes than ever', async (path) => {
    const { status, trips, bytes, found } = await cost(path, (browser) => browser.get(path))
    expect([200, 204]).toContain(status)
    expect(trips).toBeLessThanOrEqual(2)
    expect(found).toEqual([])
    expect(bytes).toBeLessThanOrEqual(8192)
  })

  test.each([
    ...pages.filter((path) => /^\/admin\/messages(\?(?!.*nurses)|$|\/news\?show=all)/.test(path)),
    '/admin/messages?queue=billing',
    '/admin/patients/p3/messages/t2',
    '/admin',
  ])('%s costs the front desk no more', async (path) => {
    const { status, trips, found } = await cost(path, (browser) => browser.get(path), 'frida')
    expect([200, 204]).toContain(status)
    expect(trips).toBeLessThanOrEqual(2)
    expect(found).toEqual([])
  })

  test.each(['nadia', 'frida'] as const)(
    'the list of %s reads the rows it shows, and counts no further than it says',
    async (person) => {
      const { asked } = await cost('/admin/messages', (browser) => browser.get('/admin/messages'), person)
      const list = asked.statements.find(({ sql }) => /assignee_given_name/.test(sql))
      const { meta } = await env.DB.prepare(list?.sql ?? '')
        .bind(...(list?.values ?? []))
        .all()
      expect(meta.rows_read).toBeLessThanOrEqual(10 * 50)
    }
  )

  test('news of one change among ten thousand reads a handful of rows', async () => {
    const version = await env.DB.prepare('SELECT max(version) AS v FROM work_items').first<number>('v')
    await as('okafor').post('/admin/patients/p13/messages/t12/claim')
    const path = `/admin/messages/news?show=all&version=${version}&at=${Date.now()}`
    const { status, asked } = await cost(path, (browser) => browser.get(path))
    expect(status).toBe(200)
    const news = asked.statements.find(({ sql }) => sql.includes('fresh'))
    const { meta } = await env.DB.prepare(news?.sql ?? '')
      .bind(...(news?.values ?? []))
      .all()
    expect(meta.rows_read).toBeLessThanOrEqual(10)
  })

  test.each(acts)('POST %s scans nothing, with a trip before the write at most', async (path, fields) => {
    const { status, trips, found } = await cost(path, (browser) => browser.post(path, fields))
    expect(status).toBe(303)
    expect(found).toEqual([])
    expect(trips).toBeLessThanOrEqual(3)
  })
})
