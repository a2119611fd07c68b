import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../src/db/id.ts'
import { feeds } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { bundle, hemoglobin, key, send } from '../integrations/fhir/feed.ts'
import { message, msh, obr, obx, pid, post, rows, seedLab } from '../integrations/hl7/feed.ts'
import { as } from '../support/browser.ts'
import { refusing, strike } from '../support/cron.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, minutesAgo, type Person } from '../support/people.ts'

beforeEach(async () => {
  await seedLab()
  await db()
    .insert(feeds)
    .values({
      id: 'hospital',
      name: 'Hospital',
      scope: 'fhir',
      keyHash: await sha256(key),
      createdAt: minutesAgo(10),
    })
})

const hl7 = (identifier = '77^^^COUNTY^MR', value = '5') =>
  post(message(msh(), pid(identifier), obr(`A${value}`), obx(value)))

async function upload() {
  const form = new FormData()
  const lines = ['MRN,Last,DOB,Collected,Test,Result', '99999,Díaz,3/27/1952,10/1/2026 8:30 AM,Hemoglobin,5']
  form.set('submissionId', newId())
  form.set('file', new File([lines.join('\n')], 'results.csv'))
  const response = await as('nadia').request('/admin/uploads', {
    method: 'POST',
    body: form,
    headers: { Origin: env.APP_ORIGIN },
  })
  const at = response.headers.get('Location') ?? ''
  const columns = {
    recordNumber: '0',
    familyName: '1',
    birthDate: '2',
    collectedAt: '3',
    test: '4',
    value: '5',
  }
  await as('nadia').post(`${at}/columns`, columns)
  await as('nadia').post(at)
}

const waiting = () =>
  rows<{ id: string }>('SELECT id FROM unmatched WHERE resolved_at IS NULL ORDER BY parked_at, id')
const link = (id = '', bindings = env, patientId = 'rosa-chart') =>
  as('frida', bindings).post(`/admin/unmatched/${id}/match`, { patientId })
const values = async () =>
  (
    await rows<{ value: string }>(
      "SELECT value FROM observations WHERE patient_id = 'rosa-chart' AND source IN ('lab', 'hospital', 'uploads') ORDER BY value"
    )
  ).map(({ value }) => value)
const owed = () => rows<{ id: string }>('SELECT id FROM unmatched WHERE owed_since IS NOT NULL')
const text = async (who: Person, path: string) =>
  (await readPage(await (await as(who).get(path)).text())).text
const now = () => new Date().toISOString()
const older = (column: 'owed_since' | 'retried_at', hours: number) =>
  env.DB.prepare(`UPDATE unmatched SET ${column} = ${column} - ${hours * 3_600_000}`).run()
/** The Worker ends as soon as it asks for what was kept. */
const cutOff = {
  ...env,
  FILES: { get: () => Promise.reject(new Error('cut off')), put: env.FILES.put.bind(env.FILES) },
} as unknown as typeof env

const senders: [string, () => Promise<unknown>][] = [
  ['HL7', () => hl7()],
  ['HL7 without a number', () => hl7('')],
  ['FHIR', () => send(bundle(hemoglobin({ valueQuantity: { value: 5, unit: 'g/dL' } })))],
  ['an upload', upload],
]
const faults: [string, (id: string) => Promise<Response>][] = [
  ['the database refuses results', (id) => refusing('INSERT', 'observations', () => link(id))],
  [
    'the database refuses audit entries of the feed',
    (id) => refusing('UPDATE', 'inbox_messages', () => link(id)),
  ],
  ['the Worker is cut off', (id) => link(id, cutOff)],
]

describe.each(senders)('%s', (_, arrive) => {
  test.each(faults)('%s: what was decided reaches the record all the same, once', async (_fault, decide) => {
    await arrive()
    const [one] = await waiting()
    const response = await decide(one?.id ?? '')
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/admin/unmatched'])
    expect(await values()).toEqual([])
    const list = await text('frida', '/admin/unmatched')
    expect(list).toContain('Decided, but not in the record yet')
    expect(list).toContain('Could not be filed')
    expect(list).not.toContain('Nothing waits.')
    expect(await text('frida', `/admin/unmatched/${one?.id}`)).toContain('We try again every ten minutes.')

    const mark = await auditMark()
    await strike(now())
    expect(await values()).toEqual(['5'])
    expect(await text('rosa', '/patients/rosa-chart/labs/history')).toContain('Hemoglobin')
    expect(await owed()).toEqual([])
    expect(await text('frida', '/admin/unmatched')).not.toContain('Decided, but not in the record yet')
    const filed = (await auditSince(mark)).filter(({ action }) => action === 'labs.filed')
    expect(filed).not.toEqual([])

    await older('retried_at', 1)
    const after = await auditMark()
    await strike(now())
    expect(await values()).toEqual(['5'])
    expect((await auditSince(after)).filter(({ action }) => action.startsWith('labs.'))).toEqual([])
  })

  test('the clock that strikes while it is filed files nothing twice', async () => {
    await arrive()
    const [one] = await waiting()
    const mark = await auditMark()
    await Promise.all([link(one?.id), strike(now()), strike(now())])
    await strike(now())
    expect(await values()).toEqual(['5'])
    const filed = (await auditSince(mark)).filter(({ action }) => action === 'labs.filed')
    expect(new Set(filed.map(({ subject_id }) => subject_id)).size).toBe(filed.length)
    expect(await owed()).toEqual([])
  })
})

test('while the database goes on to refuse, it is tried every ten minutes for a day, and then staff are told to act', async () => {
  await hl7()
  const [one] = await waiting()
  await link(one?.id, cutOff)
  const tried = async () =>
    (await rows<{ retried_at: number }>('SELECT retried_at FROM unmatched'))[0]?.retried_at ?? 0
  await refusing('INSERT', 'observations', async () => {
    await strike(now())
    const first = await tried()
    expect(first).toBeGreaterThan(0)
    await strike(now())
    expect(await tried()).toBe(first)
    await older('retried_at', 1)
    await strike(now())
    expect(await tried()).toBeGreaterThanOrEqual(first)
  })
  expect(await text('frida', '/admin')).not.toContain('Matched, but not in the record')
  await older('owed_since', 2)
  expect(await text('frida', '/admin')).toContain('Matched, but not in the record: 1')
  expect(await text('nadia', '/admin')).not.toContain('Matched, but not in the record')
  expect(await text('okafor', '/admin/health')).toContain(
    '1 thing that came in was matched, but could not be filed.'
  )

  await older('owed_since', 23)
  await older('retried_at', 24)
  await strike(now())
  expect(await values()).toEqual([])
  expect(await text('frida', `/admin/unmatched/${one?.id}`)).toContain('We do not try any more.')
  const mark = await auditMark()
  expect((await as('frida').post(`/admin/unmatched/${one?.id}/filing`)).status).toBe(303)
  expect(await values()).toEqual(['5'])
  expect((await auditSince(mark)).map(({ action }) => action)).toContain('record.match-tried')
  expect(await text('okafor', '/admin/health')).not.toContain('could not be filed')
  const again = await auditMark()
  await as('frida').post(`/admin/unmatched/${one?.id}/filing`)
  expect((await auditSince(again)).map(({ action }) => action)).not.toContain('record.match-tried')
})

test('what cannot be filed any more is left out with a reason, and nobody is told of it again', async () => {
  await hl7()
  const [one] = await waiting()
  const [body] = await rows<{ raw_key: string }>('SELECT raw_key FROM inbox')
  await env.FILES.delete(body?.raw_key ?? '')
  expect((await link(one?.id)).status).toBe(303)
  await older('owed_since', 25)
  await as('frida').post(`/admin/unmatched/${one?.id}/setting-aside`, {
    reason: 'The laboratory sent it again',
  })
  expect(await owed()).toEqual([])
  expect(await text('frida', '/admin')).not.toContain('Matched, but not in the record')
  await strike(now())
  expect(await values()).toEqual([])
})

test('one that fails keeps no other from its record', async () => {
  await send(bundle(hemoglobin({ valueQuantity: { value: 6, unit: 'g/dL' } })))
  await hl7()
  const [fhir, lab] = await waiting()
  await link(fhir?.id, cutOff)
  await link(lab?.id, cutOff)
  await env.DB.prepare(
    "CREATE TRIGGER failing BEFORE INSERT ON observations WHEN NEW.value = '6' BEGIN SELECT RAISE(ABORT, 'x'); END"
  ).run()
  try {
    await expect(strike(now())).rejects.toThrow('named-messages')
  } finally {
    await env.DB.prepare('DROP TRIGGER failing').run()
  }
  expect(await values()).toEqual(['5'])
  expect(await owed()).toEqual([{ id: fhir?.id }])
  await older('retried_at', 1)
  await strike(now())
  expect(await owed()).toEqual([])
})

test('in a body longer than what is filed at once, what was decided on comes first', async () => {
  await hl7()
  const [body] = await rows<{ id: string; raw_key: string }>('SELECT id, raw_key FROM inbox')
  const others = Array.from({ length: 300 }, () => message(msh('ORM^O01'), pid()))
  const last = message(msh(), pid('77^^^COUNTY^MR'), obr('A5'), obx('5'))
  await env.FILES.put(body?.raw_key ?? '', others.join('') + last)
  await env.DB.batch([
    env.DB.prepare('UPDATE inbox_messages SET position = 300'),
    env.DB.prepare(`INSERT INTO inbox_messages (id, inbox_id, feed_id, position, kind, sha256, received_at, refused_at)
      SELECT 'other-' || value, ?, 'lab', value, 'ORM^O01', value, 1, 1 FROM json_each(?)`).bind(
      body?.id,
      JSON.stringify(others.map((_, position) => position))
    ),
  ])
  await link((await waiting())[0]?.id)
  expect(await values()).toEqual(['5'])
  expect(await owed()).toEqual([])
})

test('what came is kept while what was decided about it is not filed', async () => {
  await hl7()
  const [one] = await waiting()
  await link(one?.id, cutOff)
  await env.DB.prepare('UPDATE inbox SET received_at = 1, filed_at = 1').run()
  await older('owed_since', 48)
  await strike()
  expect(await rows('SELECT body_removed_at FROM inbox')).toEqual([{ body_removed_at: null }])
  await as('frida').post(`/admin/unmatched/${one?.id}/filing`)
  await strike()
  expect(await rows('SELECT body_removed_at FROM inbox')).not.toEqual([{ body_removed_at: null }])
})

test.each(['nadia', 'audra', 'rosa', 'nobody'] as const)('%s has nothing tried again', async (who) => {
  await hl7()
  const [one] = await waiting()
  await link(one?.id, cutOff)
  const response = await as(who).post(`/admin/unmatched/${one?.id}/filing`)
  expect(response.status).toBe(who === 'nobody' ? 303 : 404)
  expect(await values()).toEqual([])
})
