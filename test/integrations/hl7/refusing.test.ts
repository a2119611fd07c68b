import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../../support/browser.ts'
import { readPage } from '../../support/html.ts'
import { message, msh, obr, obx, pid, post, rows, seedLab } from './feed.ts'

beforeEach(seedLab)

const whole = (...header: Parameters<typeof msh>) => message(msh(...header), pid(), obr(), obx('5'))
const nothingFiled = async () =>
  expect(await rows("SELECT id FROM observations WHERE source = 'lab'")).toEqual([])

test.each<[string, string, string, string, string]>([
  ['another type', whole('ORM^O01'), 'AR', '200', 'MSH^1^9'],
  ['another event', whole('ORU^R40'), 'AR', '201', 'MSH^1^9^1^2'],
  ['no type', whole(''), 'AR', '101', 'MSH^1^9'],
  ['another version', whole('ORU^R01', { version: '3.0' }), 'AR', '203', 'MSH^1^12'],
  ['a result of nobody', message(msh(), obr(), obx('5')), 'AE', '101', 'PID^1'],
  ['a result without an order', message(msh(), pid(), obx('5')), 'AE', '101', 'OBR^1'],
  ['a person without a number', message(msh('ADT^A08'), pid('')), 'AE', '101', 'PID^1^3'],
])('%s is refused with its code and place, and kept', async (_, body, verdict, error, at) => {
  const { status, acks } = await post(body)
  expect(status).toBe(200)
  expect(acks).toMatchObject([{ verdict, error, at, control: expect.stringMatching(/^C\d+$/) }])
  await nothingFiled()
  const [kept] = await rows<{ raw_key: string; bytes: number }>('SELECT * FROM inbox')
  expect((await env.FILES.head(kept?.raw_key ?? ''))?.size).toBe(kept?.bytes)
  expect(await rows('SELECT refused_at IS NOT NULL AS refused FROM inbox_messages')).toEqual([{ refused: 1 }])
})

test.each(['', 'Dear Sirs', '{"resourceType":"Bundle"}'])(
  'what is no message at all ("%s") gets an answer',
  async (body) => {
    const { status, acks } = await post(body)
    expect([status, acks[0]?.verdict, acks[0]?.error]).toEqual([200, 'AR', '100'])
    expect(await rows('SELECT refused_at IS NOT NULL AS refused FROM inbox')).toEqual([{ refused: 1 }])
  }
)

test('every message of a body has its own answer and its own fate', async () => {
  const { verdicts, acks } = await post(
    `${whole('ORU^R01', { id: 'one' })}${whole('ORM^O01', { id: 'two' })}${whole('ORU^R01', { id: 'three' })}`
  )
  expect(verdicts).toEqual(['AA', 'AR', 'AA'])
  expect(acks.map(({ control }) => control)).toEqual(['one', 'two', 'three'])
})

test('the answer names the sender as its receiver, and goes back in a frame', async () => {
  const { text, acks } = await post(`\u000b${whole()}\u001c\r`)
  expect(text.startsWith('\u000b')).toBe(true)
  expect(text.endsWith('\u001c\r')).toBe(true)
  const header = acks[0]?.message.header
  expect([3, 4, 5, 6].map((field) => header?.text(field))).toEqual([
    'PORTAL',
    'Hillside',
    'LIS',
    'Valley Lab',
  ])
  expect(acks[0]?.kind).toBe('ACK^R01')
})

test.each(['NE', 'ER', 'SU', 'AL', ''])('MSH-16 "%s": an answer comes back all the same', async (when) => {
  const asked = (kind: string) => whole(kind).replace(/(\|2\.5\.1)/, `$1|||NE|${when}`)
  expect((await post(asked('ORU^R01'))).verdicts).toEqual(['AA'])
  expect((await post(asked('ORM^O01'))).verdicts).toEqual(['AR'])
})

test.each(['wrong', ''])('the key "%s" opens nothing', async (key) => {
  const { status } = await post(whole(), { Authorization: `Bearer ${key}` })
  expect(status).toBe(401)
  expect(await rows('SELECT id FROM inbox')).toEqual([])
})

test('a FHIR key files no HL7', async () => {
  await env.DB.prepare("UPDATE feeds SET scope = 'fhir'").run()
  expect((await post(whole())).status).toBe(401)
})

test('a signed-in person is no feed', async () => {
  expect((await as('okafor').request('/feeds/hl7', { method: 'POST', body: whole() })).status).toBe(401)
})

test.each(['application/json', 'multipart/form-data; boundary=x'])('%s is not taken', async (type) => {
  expect((await post(whole(), { 'Content-Type': type })).status).toBe(415)
})

test('more than 20 MB is refused before it is read', async () => {
  expect((await post(new Uint8Array(20_000_001).fill(65))).status).toBe(413)
  expect(await rows('SELECT id FROM inbox')).toEqual([])
})

test('20 MB of one line are dealt with', async () => {
  const { verdicts } = await post(
    message(msh(), pid(), obr(), `OBX|1|ST|718-7^H^LN||${'x~'.repeat(9_900_000)}||||||F`)
  )
  expect(verdicts).toHaveLength(1)
})

test('hostile text is filed as the text it is, and shown as that', async () => {
  const hostile = '<script>alert(1)</script> \'"; DROP TABLE patients; -- \u202e'
  expect((await post(message(msh(), pid(), obr(), obx(hostile, { type: 'ST' })))).verdicts).toEqual(['AA'])
  const [row] = await rows<{ value: string; report_id: string }>(
    "SELECT * FROM observations WHERE source = 'lab'"
  )
  expect(row?.value).toContain('<script>')
  const page = await (await as('rosa').get(`/patients/rosa-chart/labs/reports/${row?.report_id}`)).text()
  expect(page).not.toContain('<script>alert')
})

describe('when the database fails', () => {
  test.each(['observations', 'inbox_messages', 'audit_entries'])(
    'at %s, nothing is filed, all is kept, and it may be sent again',
    async (table) => {
      const body = whole()
      await env.DB.prepare(
        `CREATE TRIGGER failing BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'x'); END`
      ).run()
      try {
        const { status, acks } = await post(body)
        expect([status, acks[0]?.verdict]).toEqual([200, 'AR'])
      } finally {
        await env.DB.prepare('DROP TRIGGER failing').run()
      }
      await nothingFiled()
      expect(await rows('SELECT id FROM inbox')).toHaveLength(1)
      expect((await post(body)).verdicts).toEqual(['AA'])
      expect(await rows("SELECT id FROM observations WHERE source = 'lab'")).toHaveLength(1)
    }
  )
})

const bodyPage = async () => {
  const [body] = await rows<{ id: string }>('SELECT id FROM inbox ORDER BY received_at, id LIMIT 1')
  const url = `/admin/feeds/lab/received/${body?.id}`
  return { url, text: (await readPage(await (await as('okafor').get(url)).text())).text }
}
const fates = () =>
  rows(
    `SELECT sum(filed_at IS NOT NULL) AS filed, sum(coalesce(filed_at, parked_at, refused_at) IS NULL) AS unfinished
      FROM inbox_messages`
  )

test('of more messages than are filed at once the rest may be sent again, and the body is not finished', async () => {
  const many = Array.from({ length: 303 }, (_, i) => whole('ORM^O01', { id: `m${i}` })).join('')
  const { verdicts, acks } = await post(many + whole('ORU^R01', { id: 'last' }))
  expect(verdicts).toEqual(Array(304).fill('AR'))
  expect(acks[299]?.error).toBe('200')
  expect(acks[300]?.error).toBe('207')
  expect(await fates()).toEqual([{ filed: 0, unfinished: 4 }])
  expect(await rows('SELECT filed_at, refused_at FROM inbox')).toEqual([{ filed_at: null, refused_at: null }])
  const { url, text } = await bodyPage()
  expect(text).toContain('301. ORM^O01Not finished')
  await as('okafor').post(`${url}/replay`)
  expect(await fates()).toEqual([{ filed: 1, unfinished: 0 }])
  expect(await rows('SELECT refused_at IS NOT NULL AS refused FROM inbox')).toEqual([{ refused: 1 }])
})

test('a message that failed leaves its body unfinished, though another was filed, until it is filed again', async () => {
  const good = message(msh('ORU^R01', { id: 'good' }), pid(), obr(), obx('5'))
  const bad = message(msh('ORU^R01', { id: 'bad' }), pid(), obr('B'), obx('6', { status: 'P' }))
  await env.DB.prepare(
    `CREATE TRIGGER failing BEFORE UPDATE ON inbox_messages WHEN NEW.position = 0
      BEGIN SELECT RAISE(ABORT, 'x'); END`
  ).run()
  try {
    expect((await post(bad + good)).verdicts).toEqual(['AR', 'AA'])
  } finally {
    await env.DB.prepare('DROP TRIGGER failing').run()
  }
  expect(await fates()).toEqual([{ filed: 1, unfinished: 1 }])
  const { url, text } = await bodyPage()
  expect(text).toMatch(/Not finished.*1\. ORU\^R01Not finished.*2\. ORU\^R01Filed/)
  expect((await readPage(await (await as('okafor').get('/admin/feeds')).text())).text).toContain(
    '1 not finished'
  )
  await as('okafor').post(`${url}/replay`)
  expect(await fates()).toEqual([{ filed: 2, unfinished: 0 }])
  expect((await bodyPage()).text).not.toContain('Not finished')
})

test('what was refused once and is filed on another try is refused no longer', async () => {
  await post(whole())
  await env.DB.prepare('UPDATE inbox_messages SET refused_at = 1, filed_at = NULL').run()
  await env.DB.prepare('UPDATE inbox SET refused_at = 1, filed_at = NULL').run()
  const { url } = await bodyPage()
  await as('okafor').post(`${url}/replay`)
  expect(await rows('SELECT filed_at IS NOT NULL AS filed, refused_at FROM inbox')).toEqual([
    { filed: 1, refused_at: null },
  ])
})

test('of several messages the body tells why one was refused, whichever came last', async () => {
  await post(whole('ORM^O01') + whole())
  const [{ outcome = '' } = {}] = await rows<{ outcome: string }>('SELECT outcome FROM inbox')
  expect(JSON.parse(outcome)).toEqual({ why: expect.stringContaining('ORM^O01') })
})

test('a body of more messages than anyone sends is refused with one answer', async () => {
  const { verdicts } = await post('MSH|^~\\&|A\r'.repeat(100_000))
  expect(verdicts).toEqual(['AR'])
  expect(await rows('SELECT 1 FROM inbox_messages')).toEqual([])
  expect(await rows("SELECT outcome ->> 'why' AS why FROM inbox")).toEqual([
    { why: 'It holds more than 5000 messages: send it in parts.' },
  ])
})

test('a body that waits for a person says so in the list, and a reused control number on its page', async () => {
  await post(message(msh('ORU^R01', { id: 'same' }), pid(), obr(), obx('5')))
  await post(message(msh('ORU^R01', { id: 'same' }), pid('99999^^^ELSEWHERE^MR'), obr('other'), obx('7')))
  const list = async (show = '') =>
    (await readPage(await (await as('okafor').get(`/admin/feeds/lab${show}`)).text())).text
  expect(await list()).toMatch(/bytesWaits for a person.*bytesFiled/)
  const [body] = await rows<{ inbox_id: string }>(
    'SELECT inbox_id FROM inbox_messages WHERE parked_at IS NOT NULL'
  )
  const page = await as('okafor').get(`/admin/feeds/lab/received/${body?.inbox_id}`)
  expect(await page.text()).toContain('Another message had this control number before.')
})
