import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { pdf } from '../support/files.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { rows } from './rows.ts'

const queue = '/admin/messages'
const clinical = '/admin/patients/ines-chart/messages/ines-thread'
/** Rosa asks for another time, with a letter: that is for the front desk. */
let desk = ''
let thread = ''

beforeEach(async () => {
  await seed()
  const body = new FormData()
  for (const [name, value] of Object.entries({
    submissionId: 'd'.repeat(21),
    category: 'appointment',
    subject: 'Another day',
    body: 'May I come on Monday?',
  }))
    body.append(name, value)
  body.append('files', new File([new Uint8Array(pdf())], 'letter.pdf'))
  const sent = await as('rosa').request('/patients/rosa-chart/messages/new', {
    method: 'POST',
    body,
    headers: { Origin: env.APP_ORIGIN },
  })
  desk = `/admin${sent.headers.get('Location')}`
  thread = desk.split('/').at(-1) ?? ''
})

const html = async (url: string) => (await as('frida').get(url)).text()
const workOf = (threadId: string) =>
  rows<{ queue: string; assigned_to: string | null; done_how: string | null }>(
    'SELECT * FROM work_items WHERE thread_id = ? ORDER BY opened_at DESC',
    threadId
  )

describe('the front desk', () => {
  test('sees what waits in its queues, counted without the rest', async () => {
    const list = await html(queue)
    expect(list).toContain('Another day')
    expect(list).not.toMatch(/Night sweats|Ines|Nurses/)
    for (const said of ['All (1)', 'Not assigned (1)', 'All queues', 'Front desk (1)', 'Billing (0)'])
      expect(list).toContain(said)
    expect(await (await as('nadia').get(queue)).text()).toContain('All (2)')
    expect((await as('frida').get(`${queue}?queue=nurses`)).status).toBe(404)
    expect(await html(`${queue}?queue=front-desk`)).toContain('Another day')
    expect((await html('/admin')).replace(/<[^>]+>/g, ' ')).toMatch(/Open messages:?\s+1\s/)
  })

  test('hears news of its queues alone', async () => {
    const url = (await html(queue)).match(/hx-get="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''
    await as('nadia').post(`${clinical}/claim`)
    expect((await as('frida').get(url)).status).toBe(204)
    await as('okafor').post(`${desk}/claim`)
    expect(await html(url)).toContain('1 changed')
  })

  test('reads, takes, notes and answers, and the patient sees who did', async () => {
    const frida = as('frida')
    expect(await html(desk)).toContain('May I come on Monday?')
    expect((await frida.post(`${desk}/claim`)).status).toBe(303)
    expect((await frida.submit(`${desk}/notes`, { note: 'Monday is full' })).status).toBe(303)
    expect((await frida.submit(desk, { body: 'Tuesday at 9 is free.', act: 'save' })).status).toBe(303)
    expect((await frida.submit(desk, { body: 'Tuesday at 9 is free.' })).status).toBe(303)
    expect(await workOf(thread)).toMatchObject([{ assigned_to: 'frida', done_how: 'answered' }])
    const seen = await (await as('rosa').get(desk.replace('/admin', ''))).text()
    expect(seen).toContain('<b>Frida Bell</b> <small>Front desk</small>')
    expect(seen).not.toContain('Monday is full')
    // What has been answered stays in sight.
    expect(await html(desk)).toContain('Tuesday at 9 is free.')
  })

  test('writes down a call, closes and opens again', async () => {
    const frida = as('frida')
    expect((await frida.submit(`${desk}/call`, { spokeWith: 'Rosa', note: 'Comes on Friday' })).status).toBe(
      303
    )
    expect(await workOf(thread)).toMatchObject([{ done_how: 'phone' }])
    expect((await frida.submit(desk, {}, `${desk}/closure`)).status).toBe(303)
    expect((await frida.post(`${desk}/reopening`)).status).toBe(303)
    expect((await frida.post(`${desk}/replies`, { to: 'off' })).status).toBe(303)
  })

  test('has the files of its conversations, of a draft of its own too, and no others', async () => {
    const [letter] = await rows<{ id: string }>('SELECT id FROM attachments')
    const at = (id: string | undefined) => `/admin/patients/rosa-chart/messages/files/${id}`
    expect((await as('frida').get(at(letter?.id))).status).toBe(200)
    const body = new FormData()
    body.append('submissionId', 'e'.repeat(21))
    body.append('act', 'attach')
    body.append('files', new File([new Uint8Array(pdf('map'))], 'map.pdf'))
    await as('frida').request(desk, { method: 'POST', body, headers: { Origin: env.APP_ORIGIN } })
    const [map] = await rows<{ id: string }>("SELECT id FROM attachments WHERE name = 'map.pdf'")
    expect((await as('frida').get(at(map?.id))).status).toBe(200)
    await env.DB.prepare("UPDATE work_items SET queue = 'nurses' WHERE thread_id = ?").bind(thread).run()
    for (const id of [letter?.id, map?.id]) expect((await as('frida').get(at(id))).status).toBe(404)
  })

  test('does not find a conversation of the care team, and that it asked is written down', async () => {
    const mark = await auditMark()
    const answer = await as('frida').get(clinical)
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toContain('Night sweats')
    expect(await auditSince(mark)).toEqual([
      {
        actor: 'front-desk',
        account_id: 'frida',
        patient_id: 'ines-chart',
        action: 'messages.refused',
        subject_id: null,
      },
    ])
    // Nor by its own conversation's name in another record, nor by another's in the record of its own.
    expect((await as('frida').get(desk.replace('rosa-chart', 'ines-chart'))).status).toBe(404)
    expect((await as('frida').get('/admin/patients/rosa-chart/messages/ines-thread')).status).toBe(404)
  })

  test('hands on to the nurses, and it is out of its sight with all that was written', async () => {
    const frida = as('frida')
    const answer = await frida.submit(desk, { to: '', queue: 'nurses' }, `${desk}/assignment`)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, queue])
    expect(await (await frida.get(queue)).text()).toMatch(/Handed over[\s\S]*Nothing waits here/)
    for (const url of [desk, `${desk}/notes`, `${desk}/call`])
      expect([url, (await frida.get(url)).status]).toEqual([url, 404])
    const late = await frida.post(desk, { submissionId: 'f'.repeat(21), body: 'Too late', seen: '' })
    expect(late.status).toBe(404)
    expect(await late.text()).toContain('Too late')
    await as('nadia').submit(desk, { to: 'frida', queue: 'front-desk' }, `${desk}/assignment`)
    expect(await html(`${queue}?show=mine`)).toContain('Another day')
  })

  test('is not handed what the care team answers, also not by a queue that changes under a person', async () => {
    const nadia = as('nadia')
    const refused = await nadia.submit(clinical, { to: 'frida', queue: 'nurses' }, `${clinical}/assignment`)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('Choose a person from the list')
    await as('frida').post(`${desk}/claim`)
    const moved = await nadia.submit(
      desk,
      { to: 'frida', queue: 'nurses', was: 'frida', wasQueue: 'front-desk' },
      `${desk}/assignment`
    )
    expect(moved.status).toBe(422)
    expect(await workOf(thread)).toMatchObject([{ queue: 'front-desk', assigned_to: 'frida' }])
  })

  test('begins no conversation, makes no announcement and sees no figures, and no link to them', async () => {
    for (const page of [await html(queue), await html(desk)])
      expect(page).not.toMatch(/announcements|figures|quick-replies|messages\/new"/)
    for (const url of [
      '/admin/messages/new',
      '/admin/patients/rosa-chart/messages/new',
      '/admin/quick-replies',
    ])
      expect([url, (await as('frida').get(url)).status]).toEqual([url, 404])
  })

  test('finds again what it was writing when its session ran out, in its own conversations alone', async () => {
    const reply = { submissionId: 'f'.repeat(21), body: 'Tuesday?', seen: '' }
    const age = (by: number) =>
      env.DB.prepare("UPDATE sessions SET seen_at = seen_at + ? WHERE account_id = 'frida'").bind(by).run()
    await age(-3_600_000)
    expect((await as('frida').post(clinical, reply)).status).toBe(401)
    expect((await as('frida').post(desk, reply)).status).toBe(303)
    await age(3_600_000)
    expect(await rows('SELECT path FROM kept_forms')).toEqual([{ path: desk }])
  })

  test('costs two trips', async () => {
    for (const url of [queue, desk]) {
      const { database, asked } = watched(env.DB)
      expect((await as('frida', { ...env, DB: database }).get(url)).status).toBe(200)
      expect([url, asked.trips]).toEqual([url, 2])
    }
  })
})

test('the practice decides who answers a queue, and it counts at once', async () => {
  const admin = as('okafor')
  const page = '/admin/practice/queues/front-desk'
  expect(await (await admin.get(page)).text()).toMatch(/value="front-desk" checked/)
  const words = { nameEn: 'Front desk', nameEs: 'Recepción', signatureEn: '', signatureEs: '' }
  expect((await admin.submit(page, { ...words, answeredBy: 'clinical' })).status).toBe(303)
  expect(await html(queue)).not.toContain('Another day')
  expect((await as('frida').get(desk)).status).toBe(404)
  await admin.submit(page, { ...words, answeredBy: 'front-desk' })
  expect(await html(desk)).toContain('May I come on Monday?')
  // What does not say is nobody's but the care team's.
  await admin.submit(page, { ...words, answeredBy: 'everyone' })
  expect((await as('frida').get(desk)).status).toBe(404)
})
