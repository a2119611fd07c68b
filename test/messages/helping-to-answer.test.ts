import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { joined, signed } from '../../src/messages/case/answer.ts'
import { filled } from '../../src/messages/quick-replies/quick-reply.ts'
import { as } from '../support/browser.ts'
import { pdf } from '../support/files.ts'
import { unescaped } from '../support/html.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/admin/patients/ines-chart/messages/ines-thread'
const list = '/admin/quick-replies'
const id = 'n'.repeat(21)
const answer = { submissionId: id, body: 'Dear Ines', seen: 'ines-1' }
const textOf = (html: string) =>
  unescaped(html.match(/<textarea id="body"[^>]*>\n([\s\S]*?)<\/textarea>/)?.[1] ?? '')
const sent = async () =>
  (await rows<{ body: string; language: string }>('SELECT * FROM messages WHERE submission_id = ?', id))[0]
const replies = () =>
  rows<{ id: string; owner_id: string | null; title: string; body_en: string; removed_at: number | null }>(
    'SELECT * FROM quick_replies ORDER BY changed_at'
  )
const words = {
  submissionId: 'q'.repeat(21),
  title: 'Pills',
  bodyEn: 'Hello {patient}',
  bodyEs: 'Hola {patient}',
}

describe('a quick reply in an answer', () => {
  test('comes after what was typed, filled in, and is sent only when someone sends it', async () => {
    const nadia = as('nadia')
    const inserted = await nadia.post(page, { ...answer, act: 'insert', quick: 'nadia-reply' })
    expect(inserted.status).toBe(303)
    expect(await sent()).toBeUndefined()
    const html = await (await nadia.get(inserted.headers.get('Location') ?? '')).text()
    expect(textOf(html)).toBe('Dear Ines\n\nPlease call Hillside Cancer Care at (479) 587-1700.')
    expect(html).toContain(`value="${id}"`)
  })

  test('is in the patient’s language, and the message says so', async () => {
    await env.DB.prepare("UPDATE patients SET language = 'es' WHERE id = 'ines-chart'").run()
    const nadia = as('nadia')
    const inserted = await nadia.post(page, { ...answer, body: '', act: 'insert', quick: 'nadia-reply' })
    const html = await (await nadia.get(inserted.headers.get('Location') ?? '')).text()
    expect(textOf(html)).toBe('Llame a Hillside Cancer Care al (479) 587-1700.')
    const language = html.match(/<option value="(\w+)" selected="">(?:Spanish|English)/)?.[1]
    expect(language).toBe('es')
    await nadia.post(page, { ...answer, body: textOf(html), language: 'es' })
    expect((await sent())?.language).toBe('es')
  })

  test('stands there once, however often the page is loaded or it is asked for', () => {
    expect(joined(joined('Hello', 'Call us'), 'Call us')).toBe('Hello\n\nCall us')
    expect(joined(' \n', 'Call us')).toBe('Call us')
  })

  test.each([undefined, 'okafor-reply', 'nothing'])(
    'that is none of hers (%s) is refused, with her words',
    async (quick) => {
      await env.DB.prepare(
        `INSERT INTO quick_replies (id, owner_id, title, body_en, body_es, changed_at, changed_by)
      VALUES ('okafor-reply', 'okafor', 'T', 'Okafor’s own', 'T', 1, 'okafor')`
      ).run()
      const refused = await as('nadia').post(page, { ...answer, act: 'insert', ...(quick && { quick }) })
      expect(refused.status).toBe(422)
      const html = await refused.text()
      expect(html).toContain('Choose a quick reply first')
      expect(textOf(html)).toBe('Dear Ines')
      expect(html).not.toContain('Okafor’s own')
    }
  )

  test('fills each place once: a name that looks like a place stays a name', () => {
    const places = { patient: 'Al {me}', me: 'Nadia', practice: 'P', phone: '1' }
    expect(filled('{patient} {me} {x}', places)).toBe('Al {me} Nadia {x}')
  })
})

describe('the signature of the queue', () => {
  const sign = () =>
    env.DB.prepare(
      "UPDATE queues SET signature_en = 'Your nurses', signature_es = 'Sus enfermeras' WHERE id = 'nurses'"
    ).run()
  beforeEach(sign)

  test('is shown before and stands at the end of what is sent', async () => {
    const html = await (await as('nadia').get(page)).text()
    for (const said of ['In English it is signed with', 'Your nurses', 'Sus enfermeras'])
      expect(html).toContain(said)
    await as('nadia').post(page, answer)
    expect((await sent())?.body).toBe('Dear Ines\n\nYour nurses')
  })

  test.each([
    ['en', 'Your nurses'],
    ['es', 'Sus enfermeras'],
  ])(
    'speaks the language that it is written in (%s), whatever the patient speaks',
    async (language, words) => {
      for (const spoken of ['en', 'es']) {
        await seed()
        await sign()
        await env.DB.prepare("UPDATE patients SET language = ? WHERE id = 'ines-chart'").bind(spoken).run()
        await as('nadia').post(page, { ...answer, language })
        expect((await sent())?.body).toBe(`Dear Ines\n\n${words}`)
      }
    }
  )

  test('never stands there twice, and a form sent twice is one answer', async () => {
    const signedBody = { ...answer, body: 'Dear Ines\n\nYour nurses \n' }
    for (let i = 0; i < 2; i++) expect((await as('nadia').post(page, signedBody)).status).toBe(303)
    expect((await sent())?.body).toBe('Dear Ines\n\nYour nurses')
    expect(signed('x', ' \n')).toBe('x')
  })

  test('that makes the message too long is refused, with every word kept', async () => {
    const refused = await as('nadia').post(page, { ...answer, body: 'b'.repeat(7995) })
    expect(refused.status).toBe(422)
    expect(textOf(await refused.text())).toHaveLength(7995)
    expect(await sent()).toBeUndefined()
  })

  test('a draft stays as it was typed', async () => {
    await as('nadia').post(page, { ...answer, act: 'save' })
    expect((await rows<{ body: string }>('SELECT body FROM drafts'))[0]?.body).toBe('Dear Ines')
  })
})

describe('an answer that is not sent yet', () => {
  test('waits in the case for who wrote it; the others see that they are writing, not what', async () => {
    const saved = await as('nadia').post(page, { ...answer, act: 'save' })
    expect(saved.headers.get('Location')).toBe(page)
    expect(textOf(await (await as('nadia').get(page)).text())).toBe('Dear Ines')
    const other = await (await as('okafor').get(page)).text()
    expect(other).toMatch(/Nadia Reyes began an answer at \d/)
    expect(other).not.toContain('Dear Ines')
    expect(await (await as('ines').get('/patients/ines-chart/messages/ines-thread')).text()).not.toMatch(
      /Dear Ines|began/
    )
  })

  test('of the patient is no business of the staff’s', async () => {
    await as('ines').post('/patients/ines-chart/messages/ines-thread', {
      ...answer,
      body: 'Perhaps',
      act: 'save',
    })
    const html = await (await as('nadia').get(page)).text()
    expect(html).not.toMatch(/Perhaps|began an answer/)
  })

  test('is listed on the queue until it is sent or thrown away', async () => {
    const nadia = as('nadia')
    await nadia.post(page, { ...answer, act: 'save' })
    expect(await (await nadia.get('/admin/messages')).text()).toContain('To Ines Roy')
    expect(await (await as('okafor').get('/admin/messages')).text()).not.toContain('To Ines Roy')
    await nadia.post(page, answer)
    expect(await (await nadia.get('/admin/messages')).text()).not.toContain('To Ines Roy')
    await nadia.post(page, { ...answer, submissionId: 'm'.repeat(21), act: 'save' })
    await nadia.post(`/admin/patients/ines-chart/messages/drafts/${'m'.repeat(21)}/removal`)
    expect(await rows('SELECT 1 FROM drafts')).toEqual([])
  })

  test('carries files, which the patient then has', async () => {
    const body = new FormData()
    for (const [name, value] of Object.entries({ ...answer, act: 'send' })) body.append(name, value)
    body.append('files', new File([new Uint8Array(pdf())], 'leaflet.pdf'))
    const response = await as('nadia').request(page, {
      method: 'POST',
      body,
      headers: { Origin: env.APP_ORIGIN },
    })
    expect(response.status).toBe(303)
    expect(await (await as('ines').get('/patients/ines-chart/messages/ines-thread')).text()).toContain(
      'leaflet.pdf'
    )
  })
})

describe('quick replies', () => {
  test('one’s own are for oneself', async () => {
    const mark = await auditMark()
    expect((await as('nadia').post(`${list}/new`, words)).status).toBe(303)
    expect(await replies()).toContainEqual(expect.objectContaining({ owner_id: 'nadia', title: 'Pills' }))
    expect(await (await as('nadia').get(list)).text()).toContain('Pills')
    expect(await (await as('okafor').get(list)).text()).not.toContain('Pills')
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('quick-replies.added')
  })

  test('twice the same form is one', async () => {
    for (let i = 0; i < 2; i++) await as('nadia').post(`${list}/new`, words)
    expect((await replies()).filter(({ title }) => title === 'Pills')).toHaveLength(1)
  })

  test('those of the practice are made by who may change its settings, for all who answer', async () => {
    await as('okafor').post(`${list}/new`, { ...words, owner: 'practice' })
    expect(await replies()).toContainEqual(expect.objectContaining({ owner_id: null, title: 'Pills' }))
    const html = await (await as('nadia').get(list)).text()
    expect(html).toContain('Pills')
    expect(html).not.toContain(`${list}/${words.submissionId}`)
    expect((await as('nadia').get(`${list}/${words.submissionId}`)).status).toBe(404)
    expect((await as('nadia').post(`${list}/${words.submissionId}`, words)).status).toBe(404)
    expect((await as('nadia').post(`${list}/${words.submissionId}/removal`)).status).toBe(404)
    expect((await replies()).every(({ removed_at }) => removed_at === null)).toBe(true)
  })

  test('a nurse who asks for one of the practice’s gets one of her own', async () => {
    await as('nadia').post(`${list}/new`, { ...words, owner: 'practice' })
    expect(await replies()).toContainEqual(expect.objectContaining({ owner_id: 'nadia', title: 'Pills' }))
  })

  test.each([
    ['{name}', 'can be filled in'],
    ['{Patient}', 'can be filled in'],
    ['{ me }', 'can be filled in'],
    ['', 'Enter the text in both languages'],
    ['b'.repeat(4001), '4,000 characters'],
  ])('a text of %s is refused, with what was typed', async (bodyEs, said) => {
    const refused = await as('nadia').post(`${list}/new`, { ...words, bodyEs })
    expect(refused.status).toBe(422)
    const html = unescaped(await refused.text())
    expect(html).toContain(said)
    expect(html).toContain('Hello {patient}')
    expect(await replies()).toHaveLength(1)
  })

  test('a preview shows both texts as a patient would read them, and saves nothing', async () => {
    const shown = await as('nadia').post(`${list}/new`, { ...words, bodyEn: 'From {me}', act: 'preview' })
    expect(shown.status).toBe(200)
    const html = await shown.text()
    expect(html).toContain('From Nadia Reyes, RN')
    expect(html).toContain('Hola Maria Alvarez')
    expect(html).toContain('From {me}</textarea>')
    expect(await replies()).toHaveLength(1)
  })

  test('what someone else changed meanwhile stands, and is shown below what was typed', async () => {
    const at = `${list}/nadia-reply`
    const form = { title: 'Call', bodyEn: 'First', bodyEs: 'Primero' }
    const html = await (await as('nadia').get(at)).text()
    const seen = html.match(/name="seen" value="([^"]*)"/)?.[1] ?? ''
    expect((await as('nadia').post(at, { ...form, seen })).status).toBe(303)
    const late = await as('nadia').post(at, { ...form, bodyEn: 'Second', seen })
    expect(late.status).toBe(422)
    const said = await late.text()
    expect(said).toContain('Second')
    expect(said).toContain('First')
    expect((await replies())[0]?.body_en).toBe('First')
    const fresh = said.match(/name="seen" value="([^"]*)"/)?.[1] ?? ''
    expect((await as('nadia').post(at, { ...form, bodyEn: 'Second', seen: fresh })).status).toBe(303)
  })

  test('removed, it is offered nowhere', async () => {
    await as('nadia').post(`${list}/nadia-reply/removal`)
    expect(await (await as('nadia').get(list)).text()).not.toContain('Call us')
    expect(await (await as('nadia').get(page)).text()).not.toContain('nadia-reply')
    expect((await as('nadia').get(`${list}/nadia-reply`)).status).toBe(404)
  })

  test('a hundred are enough, also when twenty are added at once', async () => {
    await env.DB.prepare(
      `INSERT INTO quick_replies (id, owner_id, title, body_en, body_es, changed_at, changed_by)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)
      SELECT 'many' || i, 'nadia', 'T' || i, 'b', 'b', i, 'nadia' FROM n`
    ).run()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        as('nadia').post(`${list}/new`, { ...words, submissionId: `${i}`.padEnd(21, 'w') })
      )
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(9)
    expect(await replies()).toHaveLength(100)
  })

  test.each(['nobody', 'rosa', 'frida', 'audra', 'okafor'] as const)(
    '%s changes none of Nadia’s',
    async (person) => {
      for (const act of ['', '/removal']) await as(person).post(`${list}/nadia-reply${act}`, words)
      expect(await replies()).toMatchObject([{ title: 'Call us', removed_at: null }])
    }
  )
})
