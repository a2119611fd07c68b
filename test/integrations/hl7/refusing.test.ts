import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../../support/browser.ts'
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
