import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { auditMark, auditSince, minutesAgo, type Person, seed } from '../support/people.ts'

beforeEach(seed)

const poll = { 'HX-Request': 'true', 'HX-Request-Type': 'partial', 'HX-Poll': 'yes' }
/** What a page asks for by itself, as the page says. */
const newsOf = async (path = '/admin/messages', person: Person = 'nadia') => {
  const html = await (await as(person).get(path)).text()
  const url = html.match(/hx-get="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''
  return async () => as(person).get(url, poll)
}
const write = (submissionId: string, body = 'Another question') =>
  as('rosa').post('/patients/rosa-chart/messages/new', {
    submissionId: submissionId.padEnd(21, 'x'),
    category: 'billing',
    subject: `About ${submissionId}`,
    body,
  })
const said = async (answer: Response) =>
  (await answer.text())
    .replace(/<title>.*<\/title>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
const page = '/admin/patients/ines-chart/messages/ines-thread'

describe('a queue that asks for news', () => {
  test('gets nothing while nothing has happened, and writes nothing down', async () => {
    const news = await newsOf()
    const mark = await auditMark()
    const answer = await news()
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    expect(await auditSince(mark)).toEqual([])
  })

  test('hears how much came, and nothing about whom', async () => {
    const news = await newsOf()
    await write('a')
    await write('b', 'More words')
    const answer = await news()
    expect(answer.status).toBe(200)
    const html = await answer.clone().text()
    expect(html).not.toMatch(/Rosa|Díaz|About|rosa-chart/)
    expect(await said(answer)).toBe('2 new Show now')
  })

  test('hears what others did to what it shows', async () => {
    const news = await newsOf()
    await as('okafor').post(`${page}/claim`)
    expect(await said(await news())).toBe('1 changed Show now')
    await write('a')
    expect(await said(await news())).toBe('1 new, 1 changed Show now')
  })

  test('hears of what was answered, but not of what came and went unseen', async () => {
    const news = await newsOf()
    await as('okafor').submit(page, { body: 'Please call.' })
    expect(await said(await news())).toBe('1 changed Show now')
    const later = await newsOf()
    await write('a')
    await env.DB.prepare(
      "UPDATE work_items SET done_at = 1 WHERE queue = 'front-desk' OR queue = 'billing'"
    ).run()
    expect((await later()).status).toBe(204)
  })

  test('hears of what became late by itself', async () => {
    const news = await newsOf()
    await env.DB.prepare('UPDATE work_items SET due_at = ? WHERE id = ?')
      .bind(minutesAgo(-400).getTime(), 'ines-work')
      .run()
    const quiet = await newsOf()
    expect((await news()).status).toBe(200)
    expect((await quiet()).status).toBe(204)
    // As if the page had been open for a day.
    const html = await (await as('nadia').get('/admin/messages')).text()
    const url = html.match(/hx-get="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''
    await env.DB.prepare('UPDATE work_items SET due_at = ? WHERE id = ?')
      .bind(minutesAgo(1).getTime(), 'ines-work')
      .run()
    const version = await env.DB.prepare('SELECT max(version) AS v FROM work_items').first<number>('v')
    const old = url
      .replace(/version=\d+/, `version=${version}`)
      .replace(/at=\d+/, `at=${Date.now() - 86_400_000}`)
    expect(await said(await as('nadia').get(old, poll))).toBe('1 changed Show now')
  })

  test('hears only of its own part', async () => {
    const mine = await newsOf('/admin/messages?show=mine')
    const flagged = await newsOf('/admin/messages?show=flagged')
    const nurses = await newsOf('/admin/messages?queue=nurses')
    const billing = await newsOf('/admin/messages?queue=billing')
    await write('a')
    expect([(await mine()).status, (await flagged()).status, (await nurses()).status]).toEqual([
      204, 204, 204,
    ])
    expect(await said(await billing())).toBe('1 new Show now')
    await as('nadia').post(`${page}/claim`)
    expect(await said(await mine())).toBe('1 changed Show now')
  })

  test('misses nothing that was written while its page was read, whatever the clocks said', async () => {
    const news = await newsOf()
    await write('a')
    await env.DB.prepare("UPDATE work_items SET opened_at = ?, due_at = due_at WHERE queue = 'billing'")
      .bind(minutesAgo(5).getTime())
      .run()
    expect((await news()).status).toBe(200)
  })

  test('costs two trips, and reads no more than what changed', async () => {
    const { database, asked } = watched(env.DB)
    const html = await (await as('nadia').get('/admin/messages')).text()
    const url = html.match(/hx-get="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''
    await as('nadia', { ...env, DB: database }).get(url, poll)
    expect(asked.trips).toBe(2)
    expect(asked.statements.filter(({ sql }) => /insert|update/i.test(sql))).toEqual([])
    const last = asked.statements.at(-1)
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${last?.sql}`)
      .bind(...(last?.values ?? []))
      .all<{ detail: string }>()
    expect(plan.results.map(({ detail }) => detail).filter((detail) => /SCAN (?!\()/.test(detail))).toEqual(
      []
    )
    expect(JSON.stringify(plan.results)).toContain('work_items_by_version (version>?)')
  })

  test('leads to the queue when it does not say what it has shown', async () => {
    for (const query of ['', '?show=mine&version=x&at=1', '?show=mine&version=1'])
      expect((await as('nadia').get(`/admin/messages/news${query}`)).headers.get('Location')).toMatch(
        /^\/admin\/messages(\?show=mine)?$/
      )
  })

  test.each(['audra', 'rosa', 'milo', 'ines'] as const)('%s hears nothing', async (person) => {
    expect((await as(person).get('/admin/messages/news?version=0&at=0', poll)).status).toBe(404)
  })
})

test('what is flagged stands first, in words and with a shape', async () => {
  await write('a', 'I have a fever')
  await as('rosa').post('/patients/rosa-chart/messages/new', {
    submissionId: 'f'.repeat(21),
    category: 'symptom',
    subject: 'Chemo',
    body: 'I have a fever',
    act: 'anyway',
  })
  const html = await (await as('nadia').get('/admin/messages')).text()
  expect(html).toContain('<span aria-hidden="true">▲</span> Flagged: call first')
  expect(html.indexOf('Chemo')).toBeLessThan(html.indexOf('Night sweats'))
  const flagged = await (await as('nadia').get('/admin/messages?show=flagged')).text()
  expect(flagged).toContain('Chemo')
  expect(flagged).not.toContain('Night sweats')
})

test('a queue shows its own work, and counts what waits in each', async () => {
  await write('a')
  const html = await (await as('nadia').get('/admin/messages?queue=billing')).text()
  expect(html).toContain('About a')
  expect(html).not.toContain('Night sweats')
  expect(html).toContain('Billing (1)')
  expect(html).toContain('Nurses (1)')
  expect((await as('nadia').get('/admin/messages?queue=nowhere')).status).toBe(404)
  const spanish = await (await as('nadia').get('/admin/messages?lang=es')).text()
  expect(spanish).toContain('Enfermería (1)')
})

test('from an answered case it is one link to the next in its queue, never to what others have', async () => {
  const next = async () =>
    (await (await as('nadia').get(page)).text()).match(/href="([^"]+)">Next in this queue/)?.[1]
  expect(await next()).toBeUndefined()
  await as('rosa').post('/patients/rosa-chart/messages/new', {
    submissionId: 'n'.repeat(21),
    category: 'symptom',
    subject: 'Itching',
    body: 'My arm itches.',
  })
  await write('a')
  await as('nadia').submit(page, { body: 'Please call.' })
  const to = (await next()) ?? ''
  expect(await (await as('nadia').get(to)).text()).toContain('Itching')
  await as('okafor').post(`${to}/claim`)
  expect(await next()).toBeUndefined()
})
