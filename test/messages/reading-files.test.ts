import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { attachments } from '../../src/db/schema.ts'
import { as } from '../support/browser.ts'
import { pdf, thumbnail } from '../support/files.ts'
import { db, minutesAgo, seed } from '../support/people.ts'

const sent = { messageId: 'refill-1', submissionId: 'a'.repeat(21) }

async function keepFile(id: string, facts: Partial<typeof attachments.$inferInsert> = {}) {
  const bytes = pdf(id)
  await env.FILES.put(`attachments/${id}`, bytes)
  await env.FILES.put(`previews/${id}`, thumbnail)
  await db()
    .insert(attachments)
    .values({
      id,
      patientId: 'rosa-chart',
      accountId: 'rosa',
      ...sent,
      position: 1,
      name: 'letter “ñ”.pdf',
      type: 'application/pdf',
      size: bytes.length,
      sha256: id,
      objectKey: `attachments/${id}`,
      previewKey: `previews/${id}`,
      addedAt: minutesAgo(300),
      ...facts,
    })
}
const url = (id: string, record = 'rosa-chart') => `/patients/${record}/messages/files/${id}`
const staffUrl = (id: string) => `/admin${url(id)}`

beforeEach(seed)

test('a file comes as it was sent, to be saved and never to be opened here', async () => {
  await keepFile('letter')
  const response = await as('rosa').get(url('letter'))
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(pdf('letter'))
  const headers = Object.fromEntries(response.headers)
  expect(headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': `attachment; filename="letter ___.pdf"; filename*=UTF-8''letter%20%E2%80%9C%C3%B1%E2%80%9D.pdf`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
})

test('the thread names its files, with kind and size', async () => {
  await keepFile('letter')
  const html = await (await as('milo').get('/patients/rosa-chart/messages/refill')).text()
  expect(html).toContain('letter “ñ”.pdf')
  expect(html).toContain('(PDF, 1 KB)')
  expect(html).toContain(url('letter'))
  expect(await (await as('nadia').get('/admin/patients/rosa-chart/messages/refill')).text()).toContain(
    staffUrl('letter')
  )
})

test('a photo shows the small picture inside it', async () => {
  await keepFile('letter')
  const response = await as('rosa').get(`${url('letter')}/preview`)
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'image/jpeg'])
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(thumbnail)
})

describe('who may have a file that was sent', () => {
  test.each(['rosa', 'milo'] as const)('%s may', async (person) => {
    await keepFile('letter')
    expect((await as(person).get(url('letter'))).status).toBe(200)
  })
  test('a nurse may, by the staff’s door', async () => {
    await keepFile('letter')
    expect((await as('nadia').get(staffUrl('letter'))).status).toBe(200)
  })
  test.each(['vera', 'ines', 'frida', 'nadia', 'audra'] as const)('%s may not', async (person) => {
    await keepFile('letter')
    for (const path of [url('letter'), `${url('letter')}/preview`])
      expect((await as(person).get(path)).status).toBe(404)
  })
  test.each(['rosa', 'milo', 'frida', 'audra'] as const)('%s has no staff door', async (person) => {
    await keepFile('letter')
    expect((await as(person).get(staffUrl('letter'))).status).toBe(404)
  })
  test('not under another record', async () => {
    await keepFile('letter')
    expect((await as('ines').get(url('letter', 'ines-chart'))).status).toBe(404)
  })
  test('nobody is asked to sign in', async () => {
    await keepFile('letter')
    expect((await as('nobody').get(url('letter'))).headers.get('Location')).toMatch(/^\/sign-in/)
  })
})

describe('a file that is not sent yet', () => {
  beforeEach(() => keepFile('waiting', { messageId: null, submissionId: 'w'.repeat(21) }))
  test('is seen by who added it', async () => expect((await as('rosa').get(url('waiting'))).status).toBe(200))
  test('not by the caregiver', async () => expect((await as('milo').get(url('waiting'))).status).toBe(404))
  test('nor by staff', async () => expect((await as('nadia').get(staffUrl('waiting'))).status).toBe(404))
})

test('a file taken off, withdrawn with its message, or lost from the store is not there', async () => {
  await keepFile('off', { removedAt: minutesAgo(1) })
  expect((await as('rosa').get(url('off'))).status).toBe(404)
  await keepFile('letter')
  await env.DB.prepare("UPDATE messages SET withdrawn_at = 1 WHERE id = 'refill-1'").run()
  expect((await as('rosa').get(url('letter'))).status).toBe(404)
  await env.DB.prepare("UPDATE messages SET withdrawn_at = NULL WHERE id = 'refill-1'").run()
  await env.FILES.delete('attachments/letter')
  expect((await as('rosa').get(url('letter'))).status).toBe(404)
})
