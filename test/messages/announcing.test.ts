import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { mailWriters } from '../../src/mails.ts'
import { readMrns } from '../../src/messages/announcements/announcement.ts'
import { sendAnnouncements } from '../../src/messages/announcements/store.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, db, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/admin/announcements/new'
const words = {
  submissionId: 'n'.repeat(21),
  subjectEn: 'Flu shots',
  bodyEn: 'Come on Friday.',
  subjectEs: 'Vacuna contra la gripe',
  bodyEs: 'Venga el viernes.',
  audience: 'all',
  mrns: '',
}
/** An announcement, saved and looked over. */
async function save(fields: Partial<typeof words> = {}) {
  const answer = await as('nadia').post(page, { ...words, ...fields })
  expect(answer.status).toBe(303)
  return answer.headers.get('Location') ?? ''
}
const send = async (url: string) => (await as('nadia').post(`${url}/sending`)).status
const read = async (person: 'rosa' | 'milo' | 'ines' | 'nadia', url: string) =>
  (await as(person).get(url)).text()
const threads = () =>
  rows<{ id: string; patient_id: string; subject: string }>(
    'SELECT * FROM threads WHERE announcement_id IS NOT NULL ORDER BY patient_id'
  )
const run = () => sendAnnouncements(db(), new Date())

/** So many patients with an account of their own. */
const invite = (count: number) =>
  env.DB.batch([
    env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO accounts (id, email, password_hash, created_at, given_name, family_name) SELECT 'many' || i, 'many' || i || '@example.test', 'x', 1, 'Many', 'People' FROM n`
    ).bind(count),
    env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO patients (id, mrn, given_name, family_name, search_name, account_id, created_at) SELECT 'many' || i || '-chart', 'M' || i, 'Many', 'People', 'people many', 'many' || i, 1 FROM n`
    ).bind(count),
  ])

describe('an announcement', () => {
  test('is looked over with its count before anything goes', async () => {
    const url = await save()
    const html = await read('nadia', url)
    for (const said of ['2 patients will get it.', 'Flu shots', 'Venga el viernes.', 'Send to 2 patients'])
      expect(html).toContain(said)
    await run()
    expect(await threads()).toEqual([])
  })

  test('goes to each patient in their language, to be read and not replied to, and is mailed once', async () => {
    await env.DB.prepare("UPDATE accounts SET language = 'es' WHERE id = 'ines'").run()
    const mark = await auditMark()
    const url = await save()
    expect(await send(url)).toBe(303)
    await run()
    const sent = await threads()
    expect(sent.map(({ patient_id, subject }) => [patient_id, subject])).toEqual([
      ['ines-chart', 'Vacuna contra la gripe'],
      ['rosa-chart', 'Flu shots'],
    ])
    const where = `/patients/rosa-chart/messages/${sent[1]?.id}`
    const html = await read('rosa', where)
    for (const said of [
      'Come on Friday.',
      'Announcement',
      'Nadia Reyes, RN',
      'This message is for you to read',
    ])
      expect(html).toContain(said)
    expect(html).not.toContain('<textarea')
    expect((await as('rosa').post(where, { submissionId: 'r'.repeat(21), body: 'Thanks' })).status).toBe(422)
    expect(
      (
        await rows<{ account_id: string }>(
          "SELECT account_id FROM outbox WHERE kind = 'new-message' ORDER BY 1"
        )
      ).map(({ account_id }) => account_id)
    ).toEqual(['ines', 'milo', 'rosa'])
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('announcements.sent')
    expect(await rows('SELECT 1 FROM work_items WHERE thread_id = ?', sent[1]?.id)).toEqual([])
  })

  test('goes to the list that was pasted, and says who cannot get it', async () => {
    const url = await save({ audience: 'list', mrns: '10001\n10003, 10001\n' })
    const html = await read('nadia', url)
    expect(html).toContain('1 patient will get it.')
    expect(html).toContain('No account')
    await send(url)
    await run()
    expect((await threads()).map(({ patient_id }) => patient_id)).toEqual(['rosa-chart'])
  })

  test('tells of each wrong number in which line it stands, and keeps what was typed', async () => {
    const answer = await as('nadia').post(page, { ...words, audience: 'list', mrns: '10001\n99999\n\nabc' })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('Line 2: no patient has the record number “99999”.')
    expect(html).toContain('Line 4: no patient has the record number “abc”.')
    expect(html).toContain('Come on Friday.')
    expect(await rows('SELECT 1 FROM announcements')).toEqual([])
  })

  test.each([
    [{ subjectEs: ' ' }, 'Enter a subject'],
    [{ bodyEn: '' }, 'Write your message'],
    [{ audience: 'everyone' }, 'Choose who gets it'],
    [{ audience: 'list', mrns: ' ,\n' }, 'Paste at least one record number'],
  ])('is refused with %j', async (fields, said) => {
    const answer = await as('nadia').post(page, { ...words, ...fields })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(said)
  })

  test('what is missing in both languages is named in both, in the order of the fields', async () => {
    const answer = await as('nadia').post(page, { ...words, subjectEn: '', subjectEs: ' ', bodyEs: '' })
    const html = await answer.text()
    const summary = html.slice(html.indexOf('class="errs"'), html.indexOf('<h1'))
    expect([...summary.matchAll(/<a [^>]*>([^<]+)<\/a>/g)].map(([, said]) => said)).toEqual([
      'English: Enter a subject',
      'Spanish: Enter a subject',
      'Write your message',
    ])
  })

  test('may be changed until it has gone, by its author', async () => {
    const url = await save({ audience: 'list', mrns: '10001' })
    const form = await read('nadia', `${page}?change=${url.split('/').at(-1)}`)
    expect(form).toContain('value="Flu shots"')
    expect(form).toContain('10001')
    expect(await save({ subjectEn: 'Flu shots again' })).toBe(url)
    expect(await read('nadia', url)).toContain('2 patients will get it.')
    await send(url)
    await save({ subjectEn: 'Too late' })
    expect(await read('nadia', url)).not.toContain('Too late')
    expect(await (await as('okafor').get(`${page}?change=${url.split('/').at(-1)}`)).text()).not.toContain(
      'Flu'
    )
    expect((await as('okafor').post(`${url}/sending`)).status).toBe(404)
  })

  test('is thrown away, and one that has gone is not', async () => {
    const url = await save()
    await as('okafor').post(`${url}/removal`)
    expect((await as('nadia').get(url)).status).toBe(200)
    await as('nadia').post(`${url}/removal`)
    expect((await as('nadia').get(url)).status).toBe(404)
    const other = await save()
    await send(other)
    await as('nadia').post(`${other}/removal`)
    expect((await as('nadia').get(other)).status).toBe(200)
  })

  test('shows for each how far it has come', async () => {
    const url = await save()
    await send(url)
    await run()
    const [ines, rosa] = await threads()
    await env.DB.prepare('UPDATE outbox SET failed_at = 1 WHERE subject_id = ?').bind(ines?.id).run()
    await as('rosa').get(`/patients/rosa-chart/messages/${rosa?.id}`)
    const html = await read('nadia', url)
    expect(html).toContain('Sent to 2 of 2.')
    expect(html).toContain('Read by 1.')
    expect(html).toMatch(/Ines Roy[\s\S]*?Sent, but the email failed/)
    expect(html).toMatch(/Rosa Díaz[\s\S]*?>Read<[\s\S]*?[ap]\.m\. C[SD]T/)
  })

  test.each(["bounced_at = 1, bounce_kind = 'hard'", 'bounced_at = 1', 'failed_at = 1'])(
    'tells of a mail with %s that it did not arrive',
    async (fate) => {
      const url = await save()
      await send(url)
      await run()
      const [ines] = await threads()
      await env.DB.prepare(`UPDATE outbox SET sent_at = 1, ${fate} WHERE subject_id = ?`).bind(ines?.id).run()
      const html = await read('nadia', url)
      expect(html).toMatch(/Ines Roy[\s\S]*?Sent, but the email failed[\s\S]*?Rosa Díaz/)
      expect(html.match(/Sent, but the email failed/g)).toHaveLength(1)
    }
  )

  test('passes over whoever moves up into a batch for someone who died', async () => {
    await invite(120)
    await send(await save())
    const [last] = await rows<{ id: string }>(
      'SELECT patient_id AS id FROM announcement_recipients ORDER BY patient_id LIMIT 1 OFFSET 100'
    )
    await env.DB.prepare("UPDATE patients SET deceased_at = 1 WHERE id IN ('ines-chart', ?)")
      .bind(last?.id)
      .run()
    await run()
    const got = (await threads()).map(({ patient_id }) => patient_id)
    expect(got).toHaveLength(120)
    expect(got).not.toContain(last?.id)
  })

  test('passes over whoever died or left since', async () => {
    const url = await save()
    await send(url)
    await env.DB.prepare("UPDATE patients SET deceased_at = 1 WHERE id = 'ines-chart'").run()
    await run()
    expect((await threads()).map(({ patient_id }) => patient_id)).toEqual(['rosa-chart'])
    expect(await read('nadia', url)).toContain('Deceased')
  })
})

describe('nobody gets it twice', () => {
  test('whoever taps twice, and however often the form comes', async () => {
    const urls = await Promise.all([save(), save(), save()])
    expect(new Set(urls).size).toBe(1)
    await Promise.all([1, 2, 3].map(() => send(urls[0] ?? '')))
    await Promise.all([run(), run(), run()])
    await run()
    expect(await threads()).toHaveLength(2)
    expect(await rows("SELECT 1 FROM outbox WHERE kind = 'new-message'")).toHaveLength(3)
  })

  test('among 2,000, through every interruption', async () => {
    await invite(1998)
    await send(await save())
    // Each run breaks off at another statement or batch.
    for (let round = 1; round <= 12; round++) {
      let batches = 0
      const broken = {
        prepare: (sql: string) => env.DB.prepare(sql),
        batch: (statements: D1PreparedStatement[]) =>
          ++batches > round ? Promise.reject(new Error('D1 is away')) : env.DB.batch(statements),
      } as unknown as D1Database
      const { connect } = await import('../../src/db/client.ts')
      await sendAnnouncements(connect(broken), new Date()).catch(() => {})
    }
    await Promise.all([run(), run()])
    await run()
    const count = async (sql: string) => (await rows<{ n: number }>(sql))[0]?.n
    expect(await count('SELECT count(*) AS n FROM threads WHERE announcement_id IS NOT NULL')).toBe(2000)
    expect(await count("SELECT count(*) AS n FROM messages WHERE body = 'Come on Friday.'")).toBe(2000)
    expect(await count("SELECT count(DISTINCT account_id) AS n FROM outbox WHERE kind = 'new-message'")).toBe(
      2001
    )
    expect(await count("SELECT count(*) AS n FROM outbox WHERE kind = 'new-message'")).toBe(2001)
    expect(await count('SELECT count(*) AS n FROM announcement_recipients WHERE sent_at IS NULL')).toBe(0)
    expect(await count('SELECT count(*) AS n FROM announcements WHERE finished_at IS NULL')).toBe(0)
  })
})

test('the mail of an announcement says no more than any other', async () => {
  const url = await save()
  await send(url)
  await run()
  for (const { key } of (await env.FILES.list({ prefix: 'dev-mailbox/' })).objects)
    await env.FILES.delete(key)
  await deliverDue({ ...env, ENVIRONMENT: 'development' }, mailWriters, () => new Date())
  const mails = await Promise.all(
    (await env.FILES.list({ prefix: 'dev-mailbox/' })).objects.map(async ({ key }) =>
      (await env.FILES.get(key))?.text()
    )
  )
  expect(mails).toHaveLength(3)
  expect(mails.join('')).not.toMatch(/Flu|gripe|Friday|Rosa/)
})

test.each(['rosa', 'frida', 'audra'] as const)('%s makes none', async (person) => {
  for (const url of ['/admin/announcements', page]) expect((await as(person).get(url)).status).toBe(404)
  expect((await as(person).post(page, words)).status).toBe(404)
  const url = await save()
  expect((await as(person).post(`${url}/sending`)).status).toBe(404)
})

test('record numbers are read as people paste them', () => {
  expect(readMrns(' 1\r\n2, 3;4\n\n1\t5 ')).toEqual([
    { mrn: '1', line: 1 },
    { mrn: '2', line: 2 },
    { mrn: '3', line: 2 },
    { mrn: '4', line: 2 },
    { mrn: '5', line: 4 },
  ])
})
