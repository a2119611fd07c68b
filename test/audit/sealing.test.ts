import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  type Counters,
  digestOf,
  type Entry,
  type Head,
  headKey,
  pieces,
  type Seal,
  verify,
} from '../../src/audit/seal.ts'
import { keepHead, sealAudit } from '../../src/audit/sealing.ts'
import { as } from '../support/browser.ts'
import { emptyTrail, withoutGuards } from '../support/database.ts'
import { db, seed } from '../support/people.ts'

beforeEach(async () => {
  await seed()
  await emptyTrail()
})

const key = 'a key'
const rows = async <T>(query: string) => (await env.DB.prepare(query).all<T>()).results
type Trail = { entries: Entry[]; seals: Seal[]; counters: Counters; head: Head | null }

const headKept = async () => (await (await env.FILES.get(headKey))?.json<Head>()) ?? null

/** A trail of some days, sealed as cron seals it, to be tampered with: what the database refuses, a thief of it may do. */
async function trail(): Promise<Trail> {
  for (let i = 0; i < 5; i++) await as('rosa').get('/patients/rosa-chart/labs')
  const at = Date.parse('2026-11-20T08:00:00Z')
  for (let day = 0; day < 3; day++)
    await env.DB.prepare(
      `INSERT INTO audit_entries (at, account_id, actor, patient_id, action) SELECT ? + value, 'rosa', 'patient', 'rosa-chart', 'labs.read' FROM json_each(?)`
    )
      .bind(at + day * 86_400_000, JSON.stringify([...Array(150).keys()]))
      .run()
  await sealAudit(db(), key, new Date())
  await keepHead(db(), env.FILES)
  return asItStands()
}
async function asItStands(): Promise<Trail> {
  const [entries, seals, counted] = await Promise.all([
    rows<Entry>('SELECT * FROM audit_entries ORDER BY seq'),
    rows<Seal>('SELECT * FROM audit_seals ORDER BY id'),
    rows<{ name: keyof Counters; seq: number }>(
      "SELECT name, seq FROM sqlite_sequence WHERE name LIKE 'audit%'"
    ),
  ])
  const counter = (name: string) => counted.find((row) => String(row.name) === name)?.seq ?? 0
  const counters = { entries: counter('audit_entries'), seals: counter('audit_seals') }
  return { entries, seals, counters, head: await headKept() }
}
const check = ({ entries, seals, counters, head }: Trail, with_ = key) =>
  verify(
    with_,
    seals,
    async (from, to) => entries.filter(({ seq }) => seq >= from && seq <= to),
    counters,
    head
  )

/** What someone does who owns the database: the last seals go with their entries, and nothing counts past what is left. */
async function cutOff({ seals, entries }: Trail, count: number) {
  const from = seals.at(-count)?.first_seq ?? 0
  const left = { seals: seals.slice(0, -count), entries: entries.filter(({ seq }) => seq < from) }
  const counters = { entries: from - 1, seals: left.seals.length }
  await withoutGuards([
    env.DB.prepare('DELETE FROM audit_seals WHERE first_seq >= ?').bind(from),
    env.DB.prepare('DELETE FROM audit_entries WHERE seq >= ?').bind(from),
    ...Object.entries(counters).map(([name, seq]) =>
      env.DB.prepare('UPDATE sqlite_sequence SET seq = ? WHERE name = ?').bind(seq, `audit_${name}`)
    ),
  ])
  return { ...left, counters }
}

describe('the trail', () => {
  test('as it was written holds, whatever comes after the last seal', async () => {
    const written = await trail()
    expect(await check(written)).toMatchObject({ findings: [], sealed: written.entries.length, unsealed: 0 })
    await as('rosa').get('/patients/rosa-chart/labs')
    const entries = await rows<Entry>('SELECT * FROM audit_entries ORDER BY seq')
    const counters = { ...written.counters, entries: entries.at(-1)?.seq ?? 0 }
    expect(await check({ ...written, entries, counters })).toMatchObject({ findings: [], unsealed: 1 })
  })

  test('is sealed once, however many runs there are at once', async () => {
    await trail()
    for (let i = 0; i < 3; i++) await as('rosa').get('/patients/rosa-chart/labs')
    await Promise.all(Array.from({ length: 5 }, () => sealAudit(db(), key, new Date())))
    const seals = await rows<Seal>('SELECT * FROM audit_seals ORDER BY id')
    for (const [index, seal] of seals.entries())
      if (index > 0) expect(seal.first_seq).toBe((seals[index - 1]?.last_seq ?? 0) + 1)
    expect((await check({ ...(await trail()) })).findings).toEqual([])
  })

  test('holds what devices were used, and is as it was where none was kept', async () => {
    const bare = { seq: 1, at: 5, account_id: 'rosa', actor: 'patient', patient_id: null, action: 'a.read' }
    const entry: Entry = { ...bare, subject_id: null, request_id: null, device: null }
    // As it was sealed before there were devices.
    expect(await digestOf(key, '', [entry])).toBe(
      'fc4dd5fc030b25aca2c9fdaa7692dd53ccbd75c4a868f1a5d62a940b483c9105'
    )
    const digests = ['Safari/iPhone', 'Firefox/Windows', '', null].map((device) =>
      digestOf(key, '', [{ ...entry, device }])
    )
    expect(new Set(await Promise.all(digests)).size).toBe(4)
  })

  test('proves nothing without the key', async () => {
    expect((await check(await trail(), 'another key')).findings.length).toBeGreaterThan(0)
  })

  const entry = (seq: string) =>
    `INTO audit_entries (seq, at, actor, action) VALUES (${seq}, 1, 'patient', 'labs.read')`
  const seal = (id: number, first: number) =>
    `INTO audit_seals (id, day, first_seq, last_seq, digest, sealed_at) VALUES (${id}, '2026-11-20', ${first}, 9999, 'x', 1)`
  test.each([
    'UPDATE audit_seals SET digest = 1',
    'DELETE FROM audit_seals',
    "UPDATE audit_entries SET action = 'x'",
    'DELETE FROM audit_entries',
    `INSERT ${entry('-5')}`,
    `INSERT ${entry('-1')}`,
    `INSERT ${entry('0')}`,
    `INSERT OR IGNORE ${entry('0')}`,
    `INSERT OR REPLACE ${entry('3')}`,
    `REPLACE ${entry('(SELECT max(seq) FROM audit_entries)')}`,
    `INSERT ${seal(-1, 99_999)}`,
    `INSERT OR REPLACE ${seal(2, 99_999)}`,
    `INSERT OR REPLACE ${seal(99, 1)}`,
  ])('the database refuses: %s', async (statement) => {
    const before = await trail()
    await expect(env.DB.prepare(statement).run()).rejects.toThrow(/audit (seals|entries)/)
    expect(await asItStands()).toEqual(before)
  })

  test('keeps its newest seal apart, and takes no other while that is missing from it', async () => {
    const before = await trail()
    const last = before.seals.at(-1)
    expect(before.head).toEqual({ id: last?.id, last_seq: last?.last_seq, digest: last?.digest })
    await cutOff(before, 2)
    // Work goes on: as many entries and seals as there were, and more.
    for (let i = 0; i < 5; i++) {
      await as('rosa').get('/patients/rosa-chart/labs')
      await sealAudit(db(), key, new Date())
      await expect(keepHead(db(), env.FILES)).rejects.toThrow('not in the trail')
    }
    expect(await headKept()).toEqual(before.head)
    const { findings } = await check(await asItStands())
    expect(findings.map(({ what }) => what)).toContain('cut-off')
  })
})

describe('tampering is found, and where', () => {
  const middle = ({ entries }: Trail) => entries[Math.floor(entries.length / 2)] as Entry
  const covers = (findings: { from: number; to: number }[], seq: number) =>
    findings.some(({ from, to }) => from <= seq && seq <= to && to - from < 100)

  test.each<[string, (entry: Entry) => Partial<Entry>]>([
    ['who did it', () => ({ account_id: 'milo' })],
    ['what was done', () => ({ action: 'labs.none' })],
    ['whose record', () => ({ patient_id: 'ines-chart' })],
    ['when', ({ at }) => ({ at: at + 1 })],
    ['in which role', () => ({ actor: 'caregiver' })],
    ['to what', () => ({ subject_id: 'else' })],
    ['on which device', () => ({ device: 'Safari/iPhone' })],
  ])('%s was changed', async (_, change) => {
    const written = await trail()
    const target = middle(written)
    const entries = written.entries.map((entry) =>
      entry === target ? { ...entry, ...change(entry) } : entry
    )
    const { findings } = await check({ ...written, entries })
    expect(findings.map(({ what }) => what)).toEqual(['changed'])
    expect(covers(findings, target.seq)).toBe(true)
  })

  test.each([
    ['the first', () => 0],
    ['one in the middle', (count: number) => Math.floor(count / 2)],
    ['the last', (count: number) => count - 1],
  ])('%s entry was removed', async (_, pick) => {
    const written = await trail()
    const target = written.entries[pick(written.entries.length)] as Entry
    const { findings } = await check({
      ...written,
      entries: written.entries.filter((entry) => entry !== target),
    })
    expect(findings).toEqual([{ what: 'removed', day: expect.any(String), from: target.seq, to: target.seq }])
  })

  test('a whole day was removed, with its seals', async () => {
    const written = await trail()
    const gone = written.seals.filter(({ day }) => day === '2026-11-21').slice(-2)
    const [from, to] = [gone[0]?.first_seq ?? 0, gone.at(-1)?.last_seq ?? 0]
    const { findings } = await check({
      ...written,
      entries: written.entries.filter(({ seq }) => seq < from || seq > to),
      seals: written.seals.filter((seal) => !gone.includes(seal)),
    })
    expect(findings).toContainEqual({ what: 'seal-removed', day: '2026-11-22', from, to })
  })

  test('the last seal was removed, and the entries under it', async () => {
    const written = await trail()
    const last = written.seals.at(-1) as Seal
    const { findings } = await check({
      ...written,
      entries: written.entries.filter(({ seq }) => seq < last.first_seq),
      seals: written.seals.slice(0, -1),
    })
    expect(findings.map(({ what }) => what).sort()).toEqual(['cut-off', 'removed', 'seal-removed'])
  })

  test.each([1, 2, 3])('the last %i seals were cut off whole, and the counting put back', async (count) => {
    const written = await trail()
    const { seals, entries, counters } = await cutOff(written, count)
    const from = written.seals.at(-count)?.first_seq
    expect((await check({ ...written, seals, entries, counters })).findings).toEqual([
      { what: 'cut-off', day: null, from, to: written.head?.last_seq },
    ])
    expect((await check({ ...written, seals, entries, counters, head: null })).findings).toMatchObject([
      { what: 'no-head' },
    ])
  })

  test('an entry was put before the first', async () => {
    const written = await trail()
    for (const seq of [-5, 0]) {
      const entries = [{ ...middle(written), seq }, ...written.entries]
      expect((await check({ ...written, entries })).findings).toEqual([
        { what: 'unnumbered', day: null, from: seq, to: seq },
      ])
    }
  })

  test('two entries were swapped', async () => {
    const written = await trail()
    const [one, other] = [middle(written), written.entries.at(-1) as Entry]
    const entries = written.entries.map((entry) =>
      entry === one ? { ...other, seq: one.seq } : entry === other ? { ...one, seq: other.seq } : entry
    )
    const { findings } = await check({ ...written, entries })
    expect(covers(findings, one.seq) && covers(findings, other.seq)).toBe(true)
  })

  test('an entry was put in the place of one that was removed', async () => {
    const written = await trail()
    const target = middle(written)
    const entries = written.entries.map((entry) =>
      entry === target ? { ...target, action: 'made.up' } : entry
    )
    expect((await check({ ...written, entries })).findings).toHaveLength(1)
  })

  test('whatever one byte of whatever entry', async () => {
    const written = await trail()
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: written.entries.length - 1 }),
        fc.constantFrom('actor' as const, 'action' as const, 'account_id' as const),
        fc.string({ minLength: 1, maxLength: 5 }),
        async (index, field, text) => {
          const target = written.entries[index] as Entry
          const entries = written.entries.map((entry) =>
            entry === target ? { ...entry, [field]: `${entry[field]}${text}` } : entry
          )
          expect(covers((await check({ ...written, entries })).findings, target.seq)).toBe(true)
        }
      ),
      { numRuns: 30 }
    )
  })
})

test('a piece holds entries of one day, in order, and loses none', () => {
  const entry = fc.record({ seq: fc.nat(), at: fc.integer({ min: 0, max: 4 * 86_400_000 }) })
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 400 }), (list) => {
      const entries = list.sort((a, b) => a.at - b.at) as Entry[]
      const found = pieces(entries)
      expect(found.flat()).toEqual(entries)
      for (const piece of found) {
        expect(piece.length).toBeLessThanOrEqual(100)
        expect(new Set(piece.map(({ at }) => Math.floor(at / 86_400_000))).size).toBe(1)
      }
    })
  )
})

describe('when the database fails', () => {
  /** A database that refuses whatever writes the trail, as one that dies between two writes would. */
  const refuseTrail = () =>
    env.DB.prepare(
      "CREATE TRIGGER no_trail BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    ).run()
  const allowTrail = () => env.DB.prepare('DROP TRIGGER no_trail').run()

  test('what cannot be written down is not read, and not written', async () => {
    await refuseTrail()
    try {
      for (const path of ['', '/labs', '/labs/reports/cbc', '/messages/refill', '/appointments']) {
        const response = await as('rosa').get(`/patients/rosa-chart${path}`)
        expect(response.status).toBe(500)
        expect(await response.text()).not.toMatch(/Hemoglobin|Refill|Infusion/)
      }
      const before = await rows('SELECT id FROM messages')
      await as('rosa').post('/patients/rosa-chart/messages/new', {
        submissionId: 'f'.repeat(21),
        category: 'medicine',
        subject: 'S',
        body: 'B',
      })
      expect(await rows('SELECT id FROM messages')).toEqual(before)
      expect((await as('rosa').post('/patients/rosa-chart/users/milo-grant/revocation')).status).toBe(500)
      expect(await rows("SELECT revoked_at FROM grants WHERE id = 'milo-grant'")).toEqual([
        { revoked_at: null },
      ])
    } finally {
      await allowTrail()
    }
    expect((await as('rosa').get('/patients/rosa-chart/labs')).status).toBe(200)
  })
})
