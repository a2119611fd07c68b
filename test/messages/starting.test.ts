import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { pdf } from '../support/files.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const id = 's'.repeat(21)
const page = '/admin/patients/rosa-chart/messages/new'
const fields = {
  submissionId: id,
  category: 'medicine',
  subject: 'Your new pills',
  body: 'Take one in the morning.',
  tell: 'yes',
  mayReply: 'yes',
}
const threads = () =>
  rows<{ id: string; patient_id: string; reply_off_at: number | null; reply_off_by: string | null }>(
    "SELECT * FROM threads WHERE subject = 'Your new pills'"
  )
const told = async () =>
  (await rows<{ account_id: string }>('SELECT account_id FROM outbox ORDER BY account_id')).map(
    ({ account_id }) => account_id
  )

describe('a message that staff begin', () => {
  test('is new in the patient’s messages, and those who may read it are told', async () => {
    const mark = await auditMark()
    const answer = await as('nadia').post(page, fields)
    const [thread] = await threads()
    expect(answer.headers.get('Location')).toBe(`/admin/patients/rosa-chart/messages/${thread?.id}`)
    for (const person of ['rosa', 'milo'] as const) {
      const html = await (await as(person).get('/patients/rosa-chart/messages')).text()
      expect(html).toContain('Your new pills')
      expect(html).toMatch(/<li class="unread">[\s\S]*Your new pills/)
    }
    expect(await told()).toEqual(['milo', 'rosa'])
    expect((await auditSince(mark)).filter(({ action }) => action === 'messages.started')).toHaveLength(1)
  })

  test('makes no work until someone replies, and then in the queue of its category', async () => {
    await as('nadia').post(page, { ...fields, category: 'billing' })
    const [thread] = await threads()
    const work = () => rows('SELECT queue FROM work_items WHERE thread_id = ?', thread?.id)
    expect(await work()).toEqual([])
    await as('rosa').post(`/patients/rosa-chart/messages/${thread?.id}`, {
      submissionId: 'r'.repeat(21),
      body: 'Thank you.',
    })
    expect(await work()).toEqual([{ queue: 'billing' }])
  })

  test('tells caregivers by e-mail only where that is wished; they can read it all the same', async () => {
    const { tell: _, ...without } = fields
    await as('nadia').post(page, without)
    expect(await told()).toEqual(['rosa'])
    expect(await (await as('milo').get('/patients/rosa-chart/messages')).text()).toContain('Your new pills')
  })

  test('takes no reply where that is wished', async () => {
    const { mayReply: _, ...without } = fields
    await as('nadia').post(page, without)
    const [thread] = await threads()
    expect(thread).toMatchObject({ reply_off_at: expect.any(Number), reply_off_by: 'nadia' })
    const html = await (await as('rosa').get(`/patients/rosa-chart/messages/${thread?.id}`)).text()
    expect(html).toContain('This message is for you to read')
  })

  test('is signed by the queue that its category feeds, in its own language', async () => {
    await env.DB.prepare(
      "UPDATE queues SET signature_en = 'Your nurses', signature_es = 'Sus enfermeras' WHERE id = 'nurses'"
    ).run()
    await as('nadia').post(page, { ...fields, language: 'es' })
    const [message] = await rows<{ body: string }>('SELECT body FROM messages WHERE submission_id = ?', id)
    expect(message?.body).toBe('Take one in the morning.\n\nSus enfermeras')
  })

  test('fifty times the same form is one message and one mail to each', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => as('nadia').post(page, fields)))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(303))
    expect(await threads()).toHaveLength(1)
    expect(await told()).toEqual(['milo', 'rosa'])
  })

  test.each([
    ['category', '', 'Choose what your message is about'],
    ['category', 'nonsense', 'Choose what your message is about'],
    ['subject', ' ', 'Enter a subject'],
    ['body', '', 'Write your message'],
    ['body', 'b'.repeat(8001), '8,000 characters'],
  ])('with %s %j is refused, with what was typed', async (field, value, said) => {
    const answer = await as('nadia').post(page, { ...fields, [field]: value })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain(said)
    expect(html).toContain(field === 'body' ? 'Your new pills' : 'Take one in the morning.')
    expect(await threads()).toEqual([])
  })

  test('waits as a draft with its files, and goes with them', async () => {
    const body = new FormData()
    for (const [name, value] of Object.entries({ ...fields, act: 'attach' })) body.append(name, value)
    body.append('files', new File([new Uint8Array(pdf())], 'leaflet.pdf'))
    const kept = await as('nadia').request(page, {
      method: 'POST',
      body,
      headers: { Origin: env.APP_ORIGIN },
    })
    const draft = `/admin/patients/rosa-chart/messages/drafts/${id}`
    expect(kept.headers.get('Location')).toContain(draft)
    const html = await (await as('nadia').get(draft)).text()
    for (const text of ['leaflet.pdf', 'Take one in the morning.', 'Your new pills'])
      expect(html).toContain(text)
    for (const person of ['okafor', 'rosa', 'milo'] as const)
      expect([person, (await as(person).get(draft)).status]).toEqual([person, 404])
    expect((await as('nadia').post(draft, fields)).status).toBe(303)
    const [thread] = await threads()
    const shown = await (await as('rosa').get(`/patients/rosa-chart/messages/${thread?.id}`)).text()
    expect(shown).toContain('leaflet.pdf')
    expect(await rows('SELECT 1 FROM drafts')).toEqual([])
  })
})

describe('what was chosen in a draft', () => {
  const draft = `/admin/patients/rosa-chart/messages/drafts/${id}`
  const { tell: _, mayReply: __, ...unticked } = fields
  const ticked = (html: string) =>
    ['tell', 'mayReply'].filter((name) => new RegExp(`name="${name}"[^>]* checked`).test(html))

  test.each(['save', 'attach', 'autosave'])('is as it was when it is opened again (%s)', async (act) => {
    const body = new FormData()
    for (const [name, value] of Object.entries({ ...unticked, language: 'es', act })) body.append(name, value)
    if (act === 'attach') body.append('files', new File([new Uint8Array(pdf())], 'leaflet.pdf'))
    await as('nadia').request(page, { method: 'POST', body, headers: { Origin: env.APP_ORIGIN } })
    const html = await (await as('nadia').get(draft)).text()
    expect(ticked(html)).toEqual([])
    expect(html).toMatch(/<option value="es"[^>]* selected/)
  })

  test('is ticked where it was ticked', async () => {
    await as('nadia').post(page, { ...fields, language: 'en', act: 'save' })
    expect(ticked(await (await as('nadia').get(draft)).text())).toEqual(['tell', 'mayReply'])
  })

  test('of an answer is its language', async () => {
    const thread = '/admin/patients/rosa-chart/messages/refill'
    await as('nadia').post(thread, { submissionId: id, body: 'Sí.', language: 'es', act: 'save' })
    expect(await (await as('nadia').get(thread)).text()).toMatch(/<option value="es"[^>]* selected/)
  })
})

describe('where nobody could read it', () => {
  const otto = '/admin/patients/otto-chart/messages/new'

  test('the page says so and has no form', async () => {
    const html = await (await as('okafor').get(otto)).text()
    expect(html).toContain('Nobody could read it')
    expect(html).not.toContain('name="subject"')
  })

  test('nothing is stored and nobody told', async () => {
    const answer = await as('nadia').post(otto, fields)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Neither the patient nor a caregiver has an account yet.')
    expect(await threads()).toEqual([])
    expect(await told()).toEqual([])
  })

  test('a caregiver alone is enough, while their access lasts', async () => {
    await env.DB.prepare(
      `INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by)
      VALUES ('otto-grant', 'otto-chart', 'milo', 'Friend', 1, 'okafor')`
    ).run()
    expect((await as('nadia').post(otto, fields)).status).toBe(303)
    expect(await told()).toEqual(['milo'])
    await env.DB.prepare(
      "UPDATE grants SET revoked_at = 2, revoked_by = 'okafor' WHERE id = 'otto-grant'"
    ).run()
    const again = { ...fields, submissionId: 't'.repeat(21), body: 'Other words.' }
    expect((await as('nadia').post(otto, again)).status).toBe(422)
  })
})

describe('choosing whom to write to', () => {
  const choose = '/admin/messages/new'

  test('finds a patient by name or number, with the name in no address', async () => {
    const nadia = as('nadia')
    const mark = await auditMark()
    const answer = await nadia.post(choose, { q: 'diaz' })
    const to = answer.headers.get('Location') ?? ''
    expect(to.toLowerCase()).not.toContain('diaz')
    const html = await (await nadia.get(to)).text()
    expect(html).toContain('href="/admin/patients/rosa-chart/messages/new"')
    expect(html).toContain('DOB 03/27/1952')
    expect(html).not.toContain('Ines')
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('patients.searched')
  })

  test('what fits nobody, and what is too long, is said', async () => {
    const nadia = as('nadia')
    const none = await nadia.post(choose, { q: 'zzzz' })
    expect(await (await nadia.get(none.headers.get('Location') ?? '')).text()).toContain('No patient found.')
    expect((await nadia.post(choose, { q: 'q'.repeat(101) })).status).toBe(422)
    expect((await nadia.get(`${choose}?find=tampered`)).status).toBe(200)
  })
})

test.each(['nobody', 'rosa', 'milo', 'frida', 'audra'] as const)('%s begins nothing', async (person) => {
  for (const [url, sent] of [
    [page, fields],
    ['/admin/messages/new', { q: 'diaz' }],
  ] as const) {
    const answer = await as(person).post(url, sent)
    expect([url, person === 'nobody' ? [303, 401] : [404]]).toEqual([
      url,
      expect.arrayContaining([answer.status]),
    ])
  }
  expect(await threads()).toEqual([])
})
