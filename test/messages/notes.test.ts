import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, minutesAgo, seed } from '../support/people.ts'
import { ResendAccount } from '../support/resend.ts'
import { admitted, fill, machines, table } from '../support/site.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/admin/patients/ines-chart/messages/ines-thread'
const note = { submissionId: 'n'.repeat(21), note: 'Sounds worried.\nAsk <Dr. Rao>.' }
const call = { submissionId: 'c'.repeat(21), spokeWith: 'Her sister', note: 'Comes at 9.', seen: 'ines-1' }
const notes = () =>
  rows<{ body: string; kind: string; spoke_with: string | null }>('SELECT * FROM staff_notes')

describe('an internal note', () => {
  test('stands on the case, with who wrote it, for everyone who answers', async () => {
    const mark = await auditMark()
    expect((await as('nadia').post(`${page}/notes`, note)).status).toBe(303)
    const html = await (await as('okafor').get(page)).text()
    expect(html).toContain('Ask &lt;Dr. Rao&gt;.')
    expect(html).toMatch(/<b>Nadia Reyes<\/b>/)
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('messages.noted')
  })

  test('twenty times the same form is one note; other words in it are refused and kept', async () => {
    await Promise.all(Array.from({ length: 20 }, () => as('nadia').post(`${page}/notes`, note)))
    expect(await notes()).toHaveLength(1)
    const answer = await as('nadia').post(`${page}/notes`, { ...note, note: 'Other words' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Other words')
    expect(await notes()).toHaveLength(1)
  })

  test('changes nothing for the patient: no work is done, nothing is unread, no mail goes', async () => {
    await as('nadia').post(`${page}/notes`, note)
    const [work] = await rows<{ done_at: number | null }>("SELECT * FROM work_items WHERE id = 'ines-work'")
    expect(work?.done_at).toBeNull()
    expect(await rows('SELECT 1 FROM outbox')).toEqual([])
    const [thread] = await rows<{ last_message_at: number }>("SELECT * FROM threads WHERE id = 'ines-thread'")
    expect(thread?.last_message_at).toBeLessThan(minutesAgo(39).getTime())
  })

  test.each(['', ' \n '])('of nothing (%j) is refused', async (empty) => {
    const answer = await as('nadia').post(`${page}/notes`, { ...note, note: empty })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('href="#note"')
    expect(await notes()).toEqual([])
  })

  test('sent to the address of an answer is no answer, and an answer sent to its address no note', async () => {
    expect((await as('nadia').post(page, { ...note, seen: 'ines-1' })).status).toBe(422)
    expect((await as('nadia').post(`${page}/notes`, { ...note, note: '', body: 'Dear Ines' })).status).toBe(
      422
    )
    expect(await notes()).toEqual([])
    expect(await rows("SELECT 1 FROM messages WHERE thread_id = 'ines-thread'")).toHaveLength(1)
  })

  test('in another record than the address says is not kept', async () => {
    const wrong = '/admin/patients/rosa-chart/messages/ines-thread/notes'
    expect((await as('nadia').post(wrong, note)).status).toBe(404)
    expect((await as('nadia').get(wrong)).status).toBe(404)
    expect(await notes()).toEqual([])
  })
})

describe('a call', () => {
  test('ends the work, and says how', async () => {
    const mark = await auditMark()
    expect((await as('nadia').submit(`${page}/call`, call)).status).toBe(303)
    const [work] = await rows("SELECT * FROM work_items WHERE id = 'ines-work'")
    expect(work).toMatchObject({ done_how: 'phone', done_by: 'nadia' })
    const html = await (await as('okafor').get(page)).text()
    for (const text of ['Spoke with Her sister', 'Comes at 9.', 'Nadia Reyes called'])
      expect(html).toContain(text)
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('messages.handled-by-phone')
  })

  test('is an answer to who waited, and says nothing of what was said', async () => {
    await as('nadia').post(`${page}/call`, call)
    const html = await (await as('ines').get('/patients/ines-chart/messages/ines-thread')).text()
    expect(html).toContain('<b>Answered</b>')
    expect(html).not.toMatch(/sister|Comes at 9/)
    await as('ines').post('/patients/ines-chart/messages/ines-thread', {
      submissionId: 'i'.repeat(21),
      body: 'She forgot to ask.',
    })
    expect(await (await as('ines').get('/patients/ines-chart/messages/ines-thread')).text()).toContain(
      '<b>Received</b>'
    )
  })

  test.each([
    ['spokeWith', 'Enter who you spoke with'],
    ['note', 'Write the note'],
  ])('without %s is refused, with the rest kept', async (field, said) => {
    const answer = await as('nadia').post(`${page}/call`, { ...call, [field]: '' })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain(said)
    expect(html).toContain(field === 'note' ? 'Her sister' : 'Comes at 9.')
    expect(await notes()).toEqual([])
  })

  test('what the patient wrote meanwhile must be read first; then the same words are saved', async () => {
    await as('ines').post('/patients/ines-chart/messages/ines-thread', {
      submissionId: 'i'.repeat(21),
      body: 'It is worse now.',
    })
    const answer = await as('nadia').post(`${page}/call`, call)
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('It is worse now.')
    expect(html).toContain('Comes at 9.')
    const seen = html.match(/name="seen" value="([^"]*)"/)?.[1] ?? ''
    expect((await as('nadia').post(`${page}/call`, { ...call, seen })).status).toBe(303)
  })

  test('twenty at once by two people: each call is written down, the work ends once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => as(i % 2 ? 'nadia' : 'okafor').post(`${page}/call`, call))
    )
    expect(await notes()).toHaveLength(2)
  })
})

/** Whatever staff keep to themselves, marked so that it is known wherever it turns up. */
const canary = 'KANARIENVOGEL'

test('nothing that staff keep to themselves reaches a page, a download, an export or a mail of anyone else', async () => {
  const account = new ResendAccount()
  const { bindings } = account
  const nadia = as('nadia', bindings)
  for (const [patient, thread, seen] of [
    ['rosa-chart', 'refill', 'refill-2'],
    ['ines-chart', 'ines-thread', 'ines-1'],
  ]) {
    const at = `/admin/patients/${patient}/messages/${thread}`
    await nadia.post(`${at}/notes`, { submissionId: `${patient}n`.padEnd(21, 'n'), note: `${canary} note` })
    await nadia.post(`${at}/call`, {
      submissionId: `${patient}c`.padEnd(21, 'c'),
      spokeWith: `${canary} name`,
      note: `${canary} call`,
      seen: seen ?? '',
    })
    await nadia.post(at, {
      submissionId: `${patient}d`.padEnd(21, 'd'),
      body: `${canary} draft`,
      act: 'save',
    })
  }
  await env.DB.batch([
    env.DB.prepare('UPDATE work_items SET done_reason = ?').bind(`other: ${canary} reason`),
    env.DB.prepare('UPDATE quick_replies SET title = ?, body_en = ?, body_es = ?').bind(
      ...Array<string>(3).fill(`${canary} quick`)
    ),
  ])
  expect(await rows('SELECT 1 FROM staff_notes')).toHaveLength(4)
  expect(await (await nadia.get('/admin/patients/rosa-chart/messages/refill')).text()).toContain(canary)

  const found: string[] = []
  let looked = 0
  const look = async (what: string, answer: Response) => {
    looked++
    const text = `${[...answer.headers].join()} ${await answer.text()}`
    if (text.includes(canary)) found.push(what)
  }
  const outside = ['rosa', 'milo', 'vera', 'ines', 'frida', 'audra', 'nobody'] as const
  for (const { method, path, access } of table.filter(({ access }) => !machines.includes(access)))
    for (const whose of ['rosa', 'ines'] as const)
      for (const person of outside) {
        const passes = admitted[access]?.[whose].includes(person)
        const url = fill(path, whose)
        if (method === 'GET') {
          await look(`${url} as ${person}`, await as(person, bindings).get(url))
          if (passes)
            for (const headers of [
              { 'HX-Request': 'true', 'HX-Request-Type': 'partial' },
              { Accept: 'application/json' },
            ])
              await look(`${url} as ${person}, part`, await as(person, bindings).get(url, headers))
        } else if (passes && !/sign-out|password|second-step|devices|passkey/.test(path))
          await look(
            `POST ${url} as ${person}`,
            await as(person, bindings).post(url, { q: canary.slice(0, 5) })
          )
      }
  expect(looked).toBeGreaterThan(500)
  expect(found).toEqual([])

  await nadia.submit('/admin/patients/rosa-chart/messages/refill', { body: 'All is ready.' })
  await deliverDue(bindings, mailWriters, () => new Date(Date.now() + 1000))
  const sent = await account.sent()
  expect(sent.length).toBeGreaterThan(0)
  expect(JSON.stringify(sent)).not.toContain(canary)
  // What staff say among themselves is not found by searching messages either.
  expect(await rows('SELECT 1 FROM message_words WHERE message_words MATCH ?', canary)).toEqual([])
}, 240_000)
