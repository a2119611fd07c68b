import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { jpeg, thumbnail } from '../support/files.ts'
import { auditMark, auditSince, type Member, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const inbox = '/patients/rosa-chart/messages'
const words = 'Zebra words nobody should read'

/** A new message with a file; its thread and its id. */
async function send(person: Member = 'rosa', submissionId = 'w'.repeat(21)) {
  const body = new FormData()
  for (const [name, value] of Object.entries({
    submissionId,
    category: 'medicine',
    subject: 'Giraffe subject',
    body: words,
  }))
    body.append(name, value)
  body.append('files', new File([new Uint8Array(jpeg(thumbnail))], 'rash.jpg'))
  const answer = await as(person).request(`${inbox}/new`, {
    method: 'POST',
    body,
    headers: { Origin: env.APP_ORIGIN },
  })
  const page = answer.headers.get('Location') ?? ''
  const [message] = await rows<{ id: string }>(
    'SELECT id FROM messages WHERE submission_id = ?',
    submissionId
  )
  const id = message?.id ?? ''
  return { page, id, url: `${page}/${id}/withdrawal`, threadId: page.split('/').at(-1) ?? '' }
}
const opened = (id: string) =>
  env.DB.prepare('UPDATE messages SET opened_at = 1 WHERE id = ? AND withdrawn_at IS NULL').bind(id).run()
const read = async (person: Member, url: string) => (await as(person).get(url)).text()
const work = async (threadId: string) =>
  (
    await rows<{ done_at: number | null; done_how: string | null }>(
      'SELECT * FROM work_items WHERE thread_id = ?',
      threadId
    )
  )[0]

describe('a message that nobody on the staff has opened', () => {
  test('is offered to be taken back, to its writer alone', async () => {
    const { page, url } = await send()
    expect(await read('rosa', page)).toContain(`action="${url}"`)
    expect(await read('milo', page)).not.toContain('withdrawal')
  })

  test('once taken back is gone for everyone, and its place stays', async () => {
    const { page, url, id, threadId } = await send()
    const mark = await auditMark()
    expect((await as('rosa').post(url)).headers.get('Location')).toBe(page)
    for (const [person, where] of [
      ['rosa', page],
      ['milo', page],
      ['rosa', inbox],
      ['rosa', '/patients/rosa-chart'],
      ['nadia', `/admin${page}`],
    ] as const) {
      const html = await read(person, where)
      expect([person, where, /Zebra|Giraffe|rash\.jpg/.test(html)]).toEqual([person, where, false])
    }
    expect(await read('milo', page)).toMatch(/Taken back by Rosa Díaz on \w+, \w+ \d+, /)
    expect(await read('milo', inbox)).toContain('Message taken back')
    expect(await rows("SELECT 1 FROM message_words WHERE message_words MATCH 'zebra OR giraffe'")).toEqual([])
    expect(await rows("SELECT 1 FROM messages WHERE body LIKE '%Zebra%'")).toEqual([])
    const [file] = await rows<{ id: string; removed_at: number }>('SELECT * FROM attachments')
    expect(file?.removed_at).toEqual(expect.any(Number))
    for (const person of ['rosa', 'milo'] as const)
      expect((await as(person).get(`${inbox}/files/${file?.id}`)).status).toBe(404)
    expect(await work(threadId)).toMatchObject({ done_how: 'withdrawn', done_at: expect.any(Number) })
    expect((await auditSince(mark)).filter(({ action }) => action === 'messages.withdrawn')).toMatchObject([
      { account_id: 'rosa', subject_id: id },
    ])
  })

  test('leaves work that others of the thread make', async () => {
    const { page, url, threadId } = await send()
    await as('milo').post(page, { submissionId: 'v'.repeat(21), body: 'And a question of mine' })
    await as('rosa').post(url)
    expect(await work(threadId)).toMatchObject({ done_at: null })
    const html = await read('milo', page)
    expect(html).toContain('And a question of mine')
    expect(html).toContain('Giraffe subject')
    expect(html).not.toContain('Zebra')
  })

  test('the last one after an answer leaves nothing to do', async () => {
    const page = `${inbox}/refill`
    await as('rosa').post(page, { submissionId: 'v'.repeat(21), body: 'Oh wait' })
    const [reply] = await rows<{ id: string }>("SELECT id FROM messages WHERE body = 'Oh wait'")
    await as('rosa').post(`${page}/${reply?.id}/withdrawal`)
    expect(await rows("SELECT 1 FROM work_items WHERE thread_id = 'refill' AND done_at IS NULL")).toEqual([])
    const html = await read('rosa', page)
    expect(html).toContain('Status: Answered')
    expect(html).toContain('We sent it to your pharmacy.')
  })

  test('taken back twice is taken back once', async () => {
    const { url } = await send()
    const mark = await auditMark()
    await Promise.all([1, 2, 3].map(() => as('rosa').post(url)))
    expect((await auditSince(mark)).filter(({ action }) => action === 'messages.withdrawn')).toHaveLength(1)
  })
})

describe('a message stays', () => {
  test('once staff have opened it, and the writer is told', async () => {
    const { page, url, id } = await send()
    await opened(id)
    const rosa = as('rosa')
    expect((await rosa.post(url)).headers.get('Location')).toBe(page)
    const html = await (await rosa.get(page)).text()
    expect(html).toContain('has opened this message already')
    expect(html).toContain('Zebra')
    expect(html).not.toContain('withdrawal')
    expect(html).toContain('rash.jpg')
  })

  test('once staff have read it as the patient sees it', async () => {
    const place = '/admin/patients/rosa-chart/view'
    const early = await send('milo', 'e'.repeat(21))
    await as('nadia').post(place, { submissionId: 'v'.repeat(21), reason: 'Rosa called.' })
    const { page, url } = await send()
    for (const other of [inbox, early.page])
      expect(await read('nadia', other)).toContain('As the patient sees it')
    expect(await read('rosa', page)).toContain(`action="${url}"`)
    expect(await read('nadia', page)).toContain('Zebra')
    const rosa = as('rosa')
    expect(await read('rosa', page)).not.toContain('withdrawal')
    expect((await rosa.post(url)).headers.get('Location')).toBe(page)
    const html = await (await rosa.get(page)).text()
    expect(html).toContain('has opened this message already')
    expect(html).toContain('Zebra')
    await as('rosa').post(early.page, { submissionId: 'l'.repeat(21), body: 'Later words' })
    const [later] = await rows<{ id: string }>("SELECT id FROM messages WHERE body = 'Later words'")
    await as('rosa').post(`${early.page}/${later?.id}/withdrawal`)
    expect(await read('rosa', early.page)).not.toContain('Later words')
  })

  test('once it was answered', async () => {
    await as('rosa').post(`${inbox}/refill/refill-1/withdrawal`)
    expect(await read('rosa', `${inbox}/refill`)).toContain('May I have more')
  })

  test.each(['milo', 'vera', 'ines', 'nadia'] as const)('whatever %s tries', async (person) => {
    const { page, url } = await send()
    expect((await as(person).post(url)).status).toBe(404)
    expect(await read('rosa', page)).toContain('Zebra')
  })

  test('when it is asked for by another thread or another record', async () => {
    const { page, id } = await send()
    for (const url of [
      `${inbox}/refill/${id}/withdrawal`,
      `/patients/ines-chart/messages/ines-thread/${id}/withdrawal`,
    ])
      expect((await as('rosa').post(url)).status).toBe(404)
    expect(await read('rosa', page)).toContain('Zebra')
  })

  test('where staff wrote it', async () => {
    expect((await as('nadia').post(`${inbox}/refill/refill-2/withdrawal`)).status).toBe(404)
    expect((await as('rosa').post(`${inbox}/refill/refill-2/withdrawal`)).status).toBe(404)
  })
})

test('taken back while staff open it: exactly one comes first', async () => {
  for (let round = 0; round < 20; round++) {
    await seed()
    const { page, url, id } = await send('rosa', `${round}`.padEnd(21, 'r'))
    const [seen] = await Promise.all(
      round % 2
        ? [read('nadia', `/admin${page}`), as('rosa').post(url)]
        : [
            as('rosa')
              .post(url)
              .then(() => read('nadia', `/admin${page}`)),
            read('nadia', `/admin${page}`),
          ]
    )
    const [message] = await rows<{ opened_at: number | null; withdrawn_at: number | null }>(
      'SELECT * FROM messages WHERE id = ?',
      id
    )
    expect([message?.opened_at !== null, message?.withdrawn_at !== null].filter(Boolean)).toHaveLength(1)
    expect(seen.includes('Zebra')).toBe(message?.opened_at !== null)
  }
})
