import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { bytesOf, jpeg, pdf, png, thumbnail } from '../support/files.ts'
import { seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const id = 'x'.repeat(21)
const page = '/patients/rosa-chart/messages/new'
const draft = `/patients/rosa-chart/messages/drafts/${id}`
const thread = '/patients/rosa-chart/messages/refill'
const message = { submissionId: id, category: 'medicine', subject: 'Pills', body: 'Two\nor three?' }
const drafts = () => rows<{ body: string; account_id: string }>('SELECT * FROM drafts')
const files = () =>
  rows<{ name: string; message_id: string | null; removed_at: number | null }>(
    'SELECT * FROM attachments ORDER BY position'
  )

/** A form with files, as a browser without scripts posts it. */
function post(
  person: Parameters<typeof as>[0],
  url: string,
  fields: Record<string, string>,
  ...attached: File[]
) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  for (const file of attached) body.append('files', file)
  return as(person).request(url, { method: 'POST', body, headers: { Origin: env.APP_ORIGIN } })
}
/** What a page with scripts sends by itself. */
function byItself(
  person: Parameters<typeof as>[0],
  url: string,
  fields: Record<string, string>,
  ...attached: File[]
) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  for (const file of attached) body.append('files', file)
  const headers = { Origin: env.APP_ORIGIN, 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
  return as(person).request(url, { method: 'POST', body, headers })
}
const file = (bytes: Uint8Array, name: string, type = '') => new File([new Uint8Array(bytes)], name, { type })
const photo = () => file(jpeg(thumbnail), 'rash.jpg')

describe('a message that is not sent yet', () => {
  test('is kept as it was typed, and is there on any device', async () => {
    const answer = await as('rosa').post(page, { ...message, act: 'save' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, draft])
    const html = await (await as('rosa').get(draft)).text()
    expect(html).toContain('value="Pills"')
    expect(html).toContain('Two\nor three?')
    expect(html).toMatch(/value="medicine"[^>]*checked/)
    expect(await (await as('rosa').get('/patients/rosa-chart/messages')).text()).toContain('Not sent yet')
  })

  test('may be empty, too long or of no category: it is only kept', async () => {
    const answer = await as('rosa').post(page, {
      ...message,
      category: 'nonsense',
      subject: '',
      body: 'b'.repeat(9000),
      act: 'save',
    })
    expect(answer.status).toBe(303)
    expect((await drafts())[0]?.body).toHaveLength(9000)
  })

  test('is nobody else’s: not the caregiver’s, not staff’s', async () => {
    await as('rosa').post(page, { ...message, act: 'save' })
    for (const person of ['milo', 'ines', 'vera', 'nadia'] as const)
      expect([person, (await as(person).get(draft)).status]).toEqual([person, 404])
    expect(await (await as('milo').get('/patients/rosa-chart/messages')).text()).not.toContain('Pills')
  })

  test('two people may use the same id without seeing or losing anything', async () => {
    await as('rosa').post(page, { ...message, act: 'save' })
    await as('milo').post(page, { ...message, body: 'Milo’s words', act: 'save' })
    expect((await drafts()).map(({ account_id, body }) => [account_id, body]).sort()).toEqual([
      ['milo', 'Milo’s words'],
      ['rosa', 'Two\nor three?'],
    ])
  })

  test('saves itself as one types, and says when', async () => {
    const answer = await byItself('rosa', page, { ...message, act: 'autosave' })
    expect(await answer.text()).toMatch(/Draft saved at \d/)
    expect(await drafts()).toHaveLength(1)
  })

  test('is gone once it is sent, and a saving that comes late does not bring it back', async () => {
    await as('rosa').post(page, { ...message, act: 'save' })
    expect((await as('rosa').post(draft, { ...message, act: 'send' })).status).toBe(303)
    await byItself('rosa', page, { ...message, act: 'autosave' })
    await byItself('rosa', page, { ...message, act: 'upload' }, photo())
    expect(await drafts()).toEqual([])
    expect(await files()).toEqual([])
    expect(await rows('SELECT 1 FROM messages WHERE submission_id = ?', id)).toHaveLength(1)
  })

  test('can be thrown away with its files', async () => {
    await post('rosa', page, { ...message, act: 'attach' }, photo())
    expect((await as('rosa').post(`${draft}/removal`)).status).toBe(303)
    expect(await drafts()).toEqual([])
    expect((await files())[0]?.removed_at).toEqual(expect.any(Number))
  })

  test('a reply begun in a thread waits there', async () => {
    const answer = await as('rosa').post(thread, { submissionId: id, body: 'And another', act: 'save' })
    expect(answer.headers.get('Location')).toBe(thread)
    const html = await (await as('rosa').get(thread)).text()
    expect(html).toContain('And another')
    expect(html).toContain(`value="${id}"`)
    expect(await (await as('milo').get(thread)).text()).not.toContain('And another')
  })

  test('going back to it once it is sent leads to where it went', async () => {
    const sent = await as('rosa').post(page, message)
    const back = await as('rosa').get(draft)
    expect([back.status, back.headers.get('Location')]).toEqual([303, sent.headers.get('Location')])
    expect((await as('milo').get(draft)).status).toBe(404)
  })

  test('a draft in a thread of another record is not kept there', async () => {
    const elsewhere = '/patients/rosa-chart/messages/ines-thread'
    expect((await byItself('rosa', elsewhere, { ...message, act: 'autosave' })).status).toBe(404)
    expect(await drafts()).toEqual([])
  })

  test('a caregiver whose access was revoked keeps nothing in the record', async () => {
    expect((await as('vera').post(page, { ...message, act: 'save' })).status).toBe(404)
    expect(await drafts()).toEqual([])
  })
})

describe('files', () => {
  test('wait with the draft, and go with the message', async () => {
    const attached = await post('rosa', page, { ...message, act: 'attach' }, photo())
    expect(attached.headers.get('Location')).toBe(`${draft}?attached=yes`)
    const html = await (await as('rosa').get(`${draft}?attached=yes`)).text()
    expect(html).toMatch(/<p role="status"[^>]*autofocus[^>]*>“rash.jpg” is attached.<\/p>/)
    expect(html).toContain('Two\nor three?')
    const sent = await post('rosa', draft, { ...message, act: 'send' }, file(pdf(), 'note.pdf'))
    expect(sent.status).toBe(303)
    const found = await files()
    expect(found.map(({ name }) => name)).toEqual(['rash.jpg', 'note.pdf'])
    expect(new Set(found.map(({ message_id }) => message_id)).size).toBe(1)
    const shown = await (await as('milo').get(sent.headers.get('Location') ?? '')).text()
    expect(shown).toContain('rash.jpg')
    expect(shown).toContain('note.pdf')
  })

  test('sent as they are chosen, leave alone what was typed since they set out', async () => {
    await byItself('rosa', page, { ...message, body: 'Newer words', act: 'autosave' })
    const answer = await byItself('rosa', page, { ...message, body: 'Older', act: 'upload' }, photo())
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).toContain('“rash.jpg” is attached.')
    expect(html).not.toContain('<textarea')
    expect((await drafts())[0]?.body).toBe('Newer words')
    const refused = await byItself(
      'rosa',
      page,
      { ...message, act: 'upload' },
      file(bytesOf('GIF89a'), 'a.jpg')
    )
    expect(refused.status).toBe(422)
    const said = await refused.text()
    expect(said).toContain('“a.jpg” is not a PDF')
    expect(said).toContain('rash.jpg')
    expect((await drafts())[0]?.body).toBe('Newer words')
  })

  test('sent as they are chosen before a word was saved, bring what was typed along', async () => {
    await byItself('rosa', thread, { submissionId: id, body: 'Look', act: 'upload' }, photo())
    expect((await drafts())[0]?.body).toBe('Look')
    expect(await (await as('rosa').get(thread)).text()).toContain('rash.jpg')
  })

  test('attached by the button without one chosen, ask for one', async () => {
    const answer = await as('rosa').post(page, { ...message, act: 'attach' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Choose a file first')
    expect(await drafts()).toHaveLength(1)
  })

  test('go with a reply', async () => {
    await post('rosa', thread, { submissionId: id, body: 'Here it is', act: 'send' }, photo())
    expect(await (await as('nadia').get('/admin/patients/rosa-chart/messages/refill')).text()).toContain(
      'rash.jpg'
    )
  })

  test('can be taken off again, with every word kept', async () => {
    await post('rosa', page, { ...message, act: 'attach' }, photo())
    const [kept] = await rows<{ id: string }>('SELECT id FROM attachments')
    await as('rosa').post(draft, { ...message, body: 'Changed', act: `remove-${kept?.id}` })
    const html = await (await as('rosa').get(draft)).text()
    expect(html).not.toContain('rash.jpg')
    expect(html).toContain('Changed')
  })

  test('nobody takes off another’s file', async () => {
    await post('rosa', page, { ...message, act: 'attach' }, photo())
    const [kept] = await rows<{ id: string }>('SELECT id FROM attachments')
    await as('milo').post(page, { ...message, act: `remove-${kept?.id}` })
    expect((await files())[0]?.removed_at).toBeNull()
  })

  test.each([
    [
      'a web page called a photo',
      file(new TextEncoder().encode('<script>'), 'rash.jpg', 'image/jpeg'),
      'not a PDF or a photo',
    ],
    ['a file of more than 6 MB', file(new Uint8Array(6 * 1024 * 1024 + 1), 'scan.pdf'), 'larger than 6 MB'],
  ])('%s is refused in words, and nothing typed is lost', async (_, bad, said) => {
    const answer = await post('rosa', page, { ...message, act: 'send' }, bad, photo())
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain(said)
    expect(html).toContain('href="#files"')
    expect(html).toContain('Two\nor three?')
    expect(html).toContain('rash.jpg')
    expect(await rows('SELECT 1 FROM messages WHERE submission_id = ?', id)).toEqual([])
    expect(await drafts()).toHaveLength(1)
  })

  test.each([
    [
      'an archive that would unpack to more than anyone has room for',
      bytesOf('PK\u0003\u0004', '\0'.repeat(4000)),
      'scan.pdf',
    ],
    [
      'a drawing that may hold scripts',
      bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'rash.png',
    ],
    [
      'a page with the mark of a PDF further in',
      bytesOf('<html><script>1</script>%PDF-1.7\n%%EOF'),
      'note.pdf',
    ],
    ['a program', bytesOf('MZ', '\0'.repeat(60), 'PE'), 'photo.jpg'],
    ['a PDF that breaks off', bytesOf('%PDF-1.7\n1 0 obj'), 'note.pdf'],
    ['a picture of more points than any screen opens', png(60_000, 60_000), 'rash.png'],
  ])('%s is not taken for what its name says', async (_, bytes, name) => {
    const answer = await post('rosa', page, { ...message, act: 'attach' }, file(bytes, name, 'image/jpeg'))
    expect(answer.status).toBe(422)
    expect(await files()).toEqual([])
    expect(await drafts()).toHaveLength(1)
  })

  test('what is two kinds at once is what it begins with, and runs as neither', async () => {
    const both = pdf('<html><script>alert(1)</script></html>PK\u0003\u0004')
    const sent = await post('rosa', page, { ...message, act: 'send' }, file(both, 'a.html', 'text/html'))
    expect(sent.status).toBe(303)
    const [kept] = await rows<{ id: string; name: string }>('SELECT id, name FROM attachments')
    expect(kept?.name).toBe('a.html.pdf')
    const served = await as('rosa').get(`/patients/rosa-chart/messages/files/${kept?.id}`)
    expect([
      served.headers.get('Content-Type'),
      served.headers.get('Content-Disposition')?.split(';')[0],
      served.headers.get('X-Content-Type-Options'),
      served.headers.get('Content-Security-Policy'),
    ]).toEqual(['application/pdf', 'attachment', 'nosniff', "default-src 'none'; sandbox"])
  })

  test('a fifth is one too many; the first four stay', async () => {
    const five = [1, 2, 3, 4, 5].map((n) => file(pdf(`${n}`), `${n}.pdf`))
    const answer = await post('rosa', page, { ...message, act: 'attach' }, ...five)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('“5.pdf” was not attached')
    expect(await files()).toHaveLength(4)
  })

  test('far more than may be sent at once is refused one by one, and nothing typed is lost', async () => {
    const six = (n: number) => file(pdf(`${n}${'x'.repeat(6_200_000)}`), `${n}.pdf`)
    const larger = file(pdf('x'.repeat(6.1 * 1024 * 1024)), 'scan.pdf')
    const answer = await post('rosa', page, { ...message, act: 'send' }, larger, ...[1, 2, 3, 4, 5].map(six))
    expect(answer.status).toBe(422)
    const html = await answer.text()
    for (const said of [
      '“scan.pdf” is larger than 6 MB',
      '“2.pdf” was not attached',
      '“5.pdf” was not attached',
    ])
      expect(html).toContain(said)
    expect(html).toContain('Two\nor three?')
    expect((await files()).map(({ name }) => name)).toEqual(['1.pdf'])
    expect(await drafts()).toHaveLength(1)
    expect(await rows('SELECT 1 FROM messages WHERE submission_id = ?', id)).toEqual([])
  })

  test('together they hold 10 MB', async () => {
    const large = (n: number) => file(pdf(`${n}${'x'.repeat(5.5 * 1024 * 1024)}`), `${n}.pdf`)
    const answer = await post('rosa', page, { ...message, act: 'attach' }, large(1), large(2))
    expect(await answer.text()).toContain('“2.pdf” was not attached')
    expect((await files()).map(({ name }) => name)).toEqual(['1.pdf'])
    expect(
      (await env.FILES.list({ prefix: 'attachments/' })).objects.map(({ size }) => size > 5e6)
    ).toContain(true)
  })

  test('the same file sent twice, or twenty times at once, is one', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => post('rosa', page, { ...message, act: 'attach' }, photo()))
    )
    expect(await files()).toHaveLength(1)
  })

  test('fifty at once are never more than four', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        post('rosa', page, { ...message, act: 'attach' }, file(pdf(`${n}`), `${n}.pdf`))
      )
    )
    expect(await files()).toHaveLength(4)
  })

  test('a store that is away keeps the words, and says to try again', async () => {
    const away = {
      ...env,
      FILES: { put: () => Promise.reject(new Error('R2 is away')) } as unknown as R2Bucket,
    }
    const body = new FormData()
    for (const [name, value] of Object.entries({ ...message, act: 'attach' })) body.append(name, value)
    body.append('files', photo())
    const answer = await as('rosa', away).request(page, {
      method: 'POST',
      body,
      headers: { Origin: env.APP_ORIGIN },
    })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('could not be saved. Try again.')
    expect(await drafts()).toHaveLength(1)
    expect(await files()).toEqual([])
  })
})

describe('words of danger', () => {
  const urgent = { ...message, subject: 'Chemo', body: 'I have a fever and chills' }

  test('ask for a call first; the message is saved, not sent', async () => {
    const answer = await as('rosa').post(page, urgent)
    expect(answer.headers.get('Location')).toBe(`${draft}/call-now`)
    const html = await (await as('rosa').get(`${draft}/call-now`)).text()
    expect(html).toContain('href="tel:911"')
    expect(html).toContain('href="tel:+14795871700"')
    expect(html).toContain('I have a fever and chills')
    expect(html).toContain('Send anyway')
    expect(await rows('SELECT 1 FROM messages WHERE submission_id = ?', id)).toEqual([])
  })

  test('sent anyway, it is flagged for staff and due first', async () => {
    const rosa = as('rosa')
    await rosa.post(page, urgent)
    const sent = await rosa.submit(`${draft}/call-now`, { act: 'anyway' }, draft)
    expect(sent.headers.get('Location')).toMatch(/^\/patients\/rosa-chart\/messages\/[a-z0-9]{21}$/)
    const [work] = await rows<{ urgency: number; flagged_at: number }>(
      'SELECT w.* FROM work_items w JOIN messages m ON m.thread_id = w.thread_id WHERE m.submission_id = ?',
      id
    )
    expect(work).toMatchObject({ urgency: 0, flagged_at: expect.any(Number) })
    expect(await drafts()).toEqual([])
  })

  test('in a reply as well, and an open piece of work becomes urgent', async () => {
    const ines = as('ines')
    const where = '/patients/ines-chart/messages/ines-thread'
    const held = await ines.post(where, { submissionId: id, body: 'Tengo fiebre' })
    expect(held.headers.get('Location')).toBe(`/patients/ines-chart/messages/drafts/${id}/call-now`)
    await ines.submit(`/patients/ines-chart/messages/drafts/${id}/call-now`, { act: 'anyway' }, where)
    expect(
      (await rows<{ urgency: number }>("SELECT urgency FROM work_items WHERE id = 'ines-work'"))[0]?.urgency
    ).toBe(0)
  })

  test('without them nothing says that all is well', async () => {
    const sent = await as('rosa').post(page, message)
    expect(await (await as('rosa').get(sent.headers.get('Location') ?? '')).text()).not.toMatch(
      /no danger|all is well|not urgent/i
    )
  })
})

test('a question about a result carries it along', async () => {
  const html = await (await as('rosa').get(`${page}?about=report:cbc`)).text()
  expect(html).toMatch(/value="result"[^>]*checked/)
  expect(html).toContain('About this lab report')
  const sent = await as('rosa').post(page, { ...message, about: 'report:cbc' })
  const shown = await (await as('rosa').get(sent.headers.get('Location') ?? '')).text()
  expect(shown).toContain('/patients/rosa-chart/labs/reports/cbc')
})

test.each([
  ['report:cbc', 'nadia', 'About this lab report', '/admin/patients/rosa-chart/labs/cbc'],
  ['report:cbc', 'frida', 'About this lab report', undefined],
  ['appointment:infusion', 'frida', 'About this visit', '/admin/patients/rosa-chart/appointments/infusion'],
  ['appointment:infusion', 'nadia', 'About this visit', undefined],
] as const)('what is asked about %s is told to %s', async (about, who, said, to) => {
  const sent = await as('rosa').post(page, { ...message, category: 'appointment', about })
  const asked = await (await as(who).get(`/admin${sent.headers.get('Location')}`)).text()
  expect(asked).toContain(said)
  expect(asked.includes(`href="${to}"`)).toBe(to !== undefined)
  if (to) expect((await as(who).get(to)).status).toBe(200)
  expect(await (await as(who).get('/admin/messages')).text()).toContain(said)
})

test.each(['report:held', 'report:no-such', 'appointment:ines', 'javascript:alert(1)', 'report:'])(
  'what is not in the record, or not released, is not carried along: %s',
  async (about) => {
    const sent = await as('rosa').post(page, { ...message, about })
    expect(sent.status).toBe(303)
    expect(await rows('SELECT 1 FROM threads WHERE about_id IS NOT NULL')).toEqual([])
  }
)

test.each([
  ['/patients/rosa-chart/labs/reports/cbc', 'about=report%3Acbc', 'Ask about this result'],
  ['/patients/rosa-chart/appointments/infusion', 'about=appointment%3Ainfusion', 'Ask about this visit'],
])('%s leads to a question about it', async (url, query, said) => {
  const html = await (await as('rosa').get(url)).text()
  expect(html).toContain(`href="${page}?${query}"`)
  expect(html).toContain(said)
})

describe('what comes after a closed conversation', () => {
  test('begins with its category and subject', async () => {
    await env.DB.prepare("UPDATE threads SET category = 'medicine' WHERE id = 'old'").run()
    const closed = await (await as('rosa').get('/patients/rosa-chart/messages/old')).text()
    expect(closed).toContain(`href="${page}?after=old"`)
    const html = await (await as('rosa').get(`${page}?after=old`)).text()
    expect(html).toContain('value="Re: Parking"')
    expect(html).toMatch(/value="medicine"[^>]*checked/)
  })

  test('never says what another record’s is about', async () => {
    expect(await (await as('rosa').get(`${page}?after=ines-thread`)).text()).not.toContain('Night sweats')
  })
})

test('a draft with its files outlives the session: signed in again, it is sent with them', async () => {
  await post('rosa', page, { ...message, act: 'attach' }, photo())
  await env.DB.prepare("UPDATE sessions SET seen_at = seen_at - 3600000 WHERE account_id = 'rosa'").run()
  const late = await post('rosa', draft, { ...message, body: 'Newer words', act: 'send' })
  expect(late.headers.get('Location')).toBe('/sign-in?said=kept')
  await env.DB.prepare("UPDATE sessions SET seen_at = seen_at + 3600000 WHERE account_id = 'rosa'").run()
  const [kept] = await rows<{ id: string }>('SELECT id FROM kept_forms')
  const sent = await as('rosa').submit(`/kept/${kept?.id}`, { body: 'Newer words' }, draft)
  const shown = await (await as('rosa').get(sent.headers.get('Location') ?? '')).text()
  expect(shown).toContain('Newer words')
  expect(shown).toContain('rash.jpg')
  expect(await drafts()).toEqual([])
})

test('a file that comes after the session has ended is named as not kept, and can be added to the words', async () => {
  await env.DB.prepare("UPDATE sessions SET seen_at = seen_at - 3600000 WHERE account_id = 'rosa'").run()
  const large = file(pdf('x'.repeat(1_000_000)), 'scan <1>.pdf')
  for (const one of [photo(), large]) await post('rosa', page, { ...message, act: 'send' }, one)
  await env.DB.prepare("UPDATE sessions SET seen_at = seen_at + 3600000 WHERE account_id = 'rosa'").run()
  const [kept] = await rows<{ id: string }>('SELECT id FROM kept_forms')
  const html = await (await as('rosa').get(`/kept/${kept?.id}`)).text()
  expect(html).toContain('Not kept: scan &lt;1&gt;.pdf.')
  expect(html).toContain('Add the files again')
  const saved = await as('rosa').submit(`/kept/${kept?.id}`, { body: message.body, act: 'save' }, page)
  expect(saved.headers.get('Location')).toBe(draft)
  expect((await drafts())[0]?.body).toBe(message.body)
  expect(await rows('SELECT 1 FROM kept_forms WHERE finished_at IS NULL')).toEqual([])
})

test('a file that someone signed out sends is named as not sent', async () => {
  const answer = await post('nobody', page, { ...message, act: 'send' }, photo())
  expect(answer.status).toBe(401)
  expect(await answer.text()).toContain('Not kept: rash.jpg.')
})

test('a draft with its files outlives signing out: it is there for its writer alone', async () => {
  await post('rosa', page, { ...message, act: 'attach' }, photo())
  const rosa = as('rosa')
  expect((await rosa.post('/sign-out')).status).toBe(303)
  expect((await rosa.get(draft)).headers.get('Location')).toMatch(/^\/sign-in/)
  await env.DB.prepare("UPDATE sessions SET ended_at = NULL WHERE account_id = 'rosa'").run()
  const sent = await as('rosa').submit(draft, { ...message, act: 'send' }, page)
  const shown = await (await as('rosa').get(sent.headers.get('Location') ?? '')).text()
  expect(shown).toContain('Two\nor three?')
  expect(shown).toContain('rash.jpg')
})

test('what a page saves by itself too late is kept like any form', async () => {
  await env.DB.prepare("UPDATE sessions SET seen_at = seen_at - 3600000 WHERE account_id = 'rosa'").run()
  const late = await byItself('rosa', thread, {
    submissionId: id,
    body: 'Typed for an hour',
    act: 'autosave',
  })
  expect([late.status, late.headers.get('HX-Redirect')]).toEqual([401, '/sign-in?said=kept'])
  await env.DB.prepare("UPDATE sessions SET seen_at = seen_at + 3600000 WHERE account_id = 'rosa'").run()
  const [kept] = await rows<{ id: string }>('SELECT id FROM kept_forms')
  const sent = await as('rosa').submit(`/kept/${kept?.id}`, { body: 'Typed for an hour' }, thread)
  expect(await (await as('rosa').get(sent.headers.get('Location') ?? '')).text()).toContain(
    'Typed for an hour</p>'
  )
})
