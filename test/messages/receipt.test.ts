import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { jpeg, pdf, thumbnail } from '../support/files.ts'
import { seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/patients/rosa-chart/messages/new'
const message = {
  submissionId: 'z'.repeat(21),
  category: 'medicine',
  subject: 'Pills',
  body: 'Two or three?',
}
const read = async (person: 'rosa' | 'milo' | 'nadia', url: string) => (await as(person).get(url)).text()
const reference = (html: string) => [...html.matchAll(/Reference ([A-Z0-9]{4}-[A-Z0-9]{4})/g)].at(-1)?.[1]

test('what was sent says when it came, under which reference, and by when to expect an answer', async () => {
  const rosa = as('rosa')
  const where = (await rosa.post(page, message)).headers.get('Location') ?? ''
  const html = await (await rosa.get(where)).text()
  expect(html).toContain('Message sent.')
  expect(html).toMatch(/<time[^>]*>\w+, \w+ \d+, \d{4}, \d+:\d\d [ap]\.m\. C[SD]T<\/time>/)
  expect(html).toMatch(/Expect a reply by \w+, \w+ \d+, \d+:\d\d [ap]\.m\. C[SD]T\./)
  expect(reference(html)).toBeDefined()
  expect(reference(await read('nadia', `/admin${where}`))).toBe(reference(html))
})

test('the same form again shows the same receipt', async () => {
  const first = (await as('rosa').post(page, message)).headers.get('Location') ?? ''
  const second = (await as('rosa').post(page, message)).headers.get('Location') ?? ''
  expect(second).toBe(first)
  expect(reference(await read('rosa', second))).toBe(reference(await read('rosa', first)))
})

test('no answer is promised where none is owed, and a promise that was broken is owned up to', async () => {
  expect(await read('rosa', '/patients/rosa-chart/messages/refill')).not.toContain('Expect a reply')
  const where = (await as('rosa').post(page, message)).headers.get('Location') ?? ''
  await env.DB.prepare('UPDATE work_items SET due_at = 1 WHERE done_at IS NULL').run()
  const html = await read('rosa', where)
  expect(html).not.toContain('Expect a reply')
  expect(html).toContain('We have not answered in time')
})

/** A form with its files, as the browser posts it. */
function withFiles(fields: Record<string, string>) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('files', new File([new Uint8Array(jpeg(thumbnail))], 'rash.jpg'))
  body.append('files', new File([new Uint8Array(pdf('one'))], 'one.pdf'))
  return { method: 'POST', body, headers: { Origin: env.APP_ORIGIN } }
}

test('one form sent fifty times at once, files and all, is one message with its files once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => as('rosa').request(page, withFiles(message)))
  )
  expect(new Set(answers.map(({ status, headers }) => `${status} ${headers.get('Location')}`)).size).toBe(1)
  expect(await rows('SELECT 1 FROM threads WHERE subject = ?', message.subject)).toHaveLength(1)
  expect(await rows('SELECT 1 FROM messages WHERE submission_id = ?', message.submissionId)).toHaveLength(1)
  const files = await rows<{ name: string; message_id: string | null; removed_at: number | null }>(
    'SELECT * FROM attachments ORDER BY name'
  )
  expect(files.map(({ name }) => name)).toEqual(['one.pdf', 'rash.jpg'])
  for (const file of files) expect(file).toMatchObject({ message_id: expect.any(String), removed_at: null })
  expect(await rows('SELECT 1 FROM work_items WHERE done_at IS NULL')).toHaveLength(2)
  expect(await rows('SELECT 1 FROM drafts')).toEqual([])
})

test('a response that was lost is asked for again and gives the same, files and all', async () => {
  const first = await as('rosa').request(page, withFiles(message))
  const again = await as('rosa').request(page, withFiles(message))
  expect(again.headers.get('Location')).toBe(first.headers.get('Location'))
  expect(await rows('SELECT 1 FROM attachments WHERE removed_at IS NULL')).toHaveLength(2)
})

const hard = [
  'שלום לכולם, יש לי שאלה על התרופות שלי. ',
  'مرحبا، لدي سؤال عن الدواء. ',
  '👩🏽‍⚕️👨‍👩‍👧‍👦🏳️‍🌈 ',
  `Z${'\u0335\u0321'.repeat(20)} `,
  '<script>alert(1)</script></p></article>&amp;<img src=x onerror=alert(1)> ',
  'abc\u202egpj.exe\u2066\n\n\ttab ',
].join('')

test('8,000 characters of every kind are shown as they were typed, and escaped', async () => {
  const body = [...hard.normalize('NFC').repeat(60)].slice(0, 8000).join('').trimEnd()
  const sent = await as('rosa').post(page, { ...message, body })
  expect(sent.status).toBe(303)
  const [kept] = await rows<{ body: string }>(
    'SELECT body FROM messages WHERE submission_id = ?',
    message.submissionId
  )
  expect(kept?.body).toBe(body)
  const escaped = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  for (const [person, url] of [
    ['rosa', sent.headers.get('Location')],
    ['nadia', `/admin${sent.headers.get('Location')}`],
  ] as const) {
    const html = (await read(person, url ?? '')).replaceAll('&quot;', '"').replaceAll('&#39;', "'")
    expect([person, html.includes(escaped)]).toEqual([person, true])
    expect([person, /<script>alert|<img src=x/.test(html)]).toEqual([person, false])
  }
})

test('a caregiver whose access ends while they write sends nothing and stores nothing, and gets the words back', async () => {
  await as('milo').get(page)
  await env.DB.prepare("UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE id = 'milo-grant'").run()
  const before = (await env.FILES.list()).objects.length
  for (const act of ['send', 'save', 'attach', 'upload', 'autosave']) {
    const answer = await as('milo').request(page, withFiles({ ...message, act }))
    const html = await answer.text()
    expect([act, answer.status, html.includes(message.body)]).toEqual([act, 404, true])
    expect([act, /Rosa/.test(html)]).toEqual([act, false])
  }
  expect(await (await as('milo').post('/patients/rosa-chart/messages/refill', message)).text()).toContain(
    message.body
  )
  expect(await rows("SELECT 1 FROM messages WHERE author_id = 'milo'")).toEqual([])
  expect(await rows('SELECT 1 FROM drafts')).toEqual([])
  expect(await rows('SELECT 1 FROM attachments')).toEqual([])
  expect((await env.FILES.list()).objects).toHaveLength(before)
})

test('words given back say nothing of whether there is such a record, and take the place of the page they came from', async () => {
  const plain = async (record: string) =>
    (await (await as('vera').post(`/patients/${record}/messages/new`, message)).text()).replace(
      /nonce="[^"]*"/g,
      ''
    )
  expect(await plain('rosa-chart')).toBe(await plain('no-such-chart'))
  const part = await as('vera').post(
    page,
    { ...message, act: 'autosave' },
    { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
  )
  expect([part.headers.get('HX-Retarget'), part.headers.get('HX-Reswap')]).toEqual(['main', 'innerMorph'])
})
