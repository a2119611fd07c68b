import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { sweepOrphans } from '../../src/jobs/retention/store.ts'
import { as } from '../support/browser.ts'
import { strike } from '../support/cron.ts'
import { seedFeeds } from '../support/feeds.ts'
import { unescaped } from '../support/html.ts'
import { db, seed } from '../support/people.ts'

const day = 86_400_000

beforeEach(async () => {
  await seed()
  for (const { key } of (await env.FILES.list()).objects) await env.FILES.delete(key)
})

const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()
const all = async (sql: string) => (await env.DB.prepare(sql).all<Record<string, unknown>>()).results
const stored = async () => (await env.FILES.list()).objects.map(({ key }) => key)

/** A delivery of so many days ago that was filed, with its bytes. */
async function deliver(id: string, days: number, facts: Record<string, unknown> = {}) {
  const at = Date.now() - days * day
  await env.FILES.put(`inbox/${id}`, 'MSH|^~\\&|LIS||||||ORU^R01')
  const row: Record<string, unknown> = {
    id,
    feed_id: 'county-lab',
    received_at: at,
    raw_key: `inbox/${id}`,
    sha256: id,
    bytes: 3,
    filed_at: at,
    format: 'hl7',
    ...facts,
  }
  const names = Object.keys(row)
  await run(
    `INSERT INTO inbox (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(row)
  )
}
const removed = async () =>
  (await all('SELECT id FROM inbox WHERE body_removed_at IS NOT NULL ORDER BY id')).map(({ id }) => id)

describe('what a feed sent', () => {
  beforeEach(seedFeeds)

  test('goes once it is older than the practice keeps it, and what was filed stays', async () => {
    await deliver('old', 401)
    await deliver('young', 399)
    const filed = () =>
      Promise.all(
        ['inbox_messages', 'unmatched', 'reports', 'observations', 'patients'].map((table) =>
          all(`SELECT * FROM ${table}`)
        )
      )
    const before = await filed()
    await strike()
    expect(await removed()).toEqual(['old'])
    expect(await stored()).not.toContain('inbox/old')
    expect(await stored()).toContain('inbox/young')
    expect(await filed()).toEqual(before)
  })

  test('follows the setting', async () => {
    await deliver('old', 401)
    await deliver('older', 1001)
    await as('okafor').submit('/admin/practice/received', { days: '1000' })
    await strike()
    expect(await removed()).toEqual(['older'])
  })

  test('is kept while someone must say whose it is, and goes once they have', async () => {
    await run('UPDATE inbox SET received_at = ?', Date.now() - 500 * day)
    await env.FILES.put('inbox/parked', 'MSH|^~\\&|LIS')
    await strike()
    expect(await removed()).toEqual([])
    expect(await stored()).toContain('inbox/parked')
    await run("UPDATE unmatched SET resolved_at = 1, resolution = 'set-aside'")
    await strike()
    expect(await removed()).toEqual(['parked-body'])
    expect(await stored()).not.toContain('inbox/parked')
  })

  test('is kept while it is not finished', async () => {
    await deliver('begun', 500, { filed_at: null })
    await deliver('refused', 500, { filed_at: null, refused_at: 1 })
    await strike()
    expect(await removed()).toEqual(['refused'])
  })

  test('goes a portion at a time, oldest first', async () => {
    const at = Date.now() - 500 * day
    await env.DB.batch(
      Array.from({ length: 1001 }, (_, i) =>
        env.DB.prepare(
          `INSERT INTO inbox (id, feed_id, received_at, raw_key, sha256, bytes, filed_at, format)
           VALUES (?1, 'county-lab', ?2, ?1, 'x', 1, 1, 'hl7')`
        ).bind(`many-${i}`, at + i)
      )
    )
    await strike()
    expect(await removed()).toHaveLength(1000)
    expect(await removed()).not.toContain('many-1000')
    await strike()
    expect(await removed()).toHaveLength(1001)
  })

  test('is still said to be there while its store is away', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await deliver('old', 401)
    const FILES = {
      ...env.FILES,
      list: () => env.FILES.list(),
      delete: () => Promise.reject(new Error('R2 is away')),
    } as unknown as R2Bucket
    await expect(strike(undefined, { ...env, FILES })).rejects.toThrow('old-bodies')
    expect(await removed()).toEqual([])
    await strike()
    expect(await removed()).toEqual(['old'])
    vi.restoreAllMocks()
  })

  test('of an upload takes the names along that a look at it kept, and leaves its counts', async () => {
    const review = {
      messages: 3,
      waiting: [{ name: 'Rosa Diaz', number: '77', why: 'unknown' }],
      refused: [{ place: 1, kind: 'ORU', why: 'no such Rosa' }],
      faulty: [],
      counts: { waiting: 1, refused: 1, faulty: 0 },
      skipped: [],
      filed: {},
      changed: {},
      unchanged: {},
    }
    await run(
      "UPDATE inbox SET received_at = ?, filed_at = 1 WHERE id = 'county-upload'",
      Date.now() - 500 * day
    )
    await run(
      "UPDATE uploads SET review = ?, total = 3, done = 3, started_at = 1, finished_at = 1, told = '{}'",
      JSON.stringify(review)
    )
    await strike()
    const [upload] = await all('SELECT columns, told, review FROM uploads')
    expect(upload).toMatchObject({ columns: null, told: null })
    expect(JSON.parse(String(upload?.review))).toEqual({ ...review, waiting: [], refused: [] })
    const page = await as('okafor').get('/admin/uploads/county-upload')
    expect(page.status).toBe(200)
    expect(await page.text()).not.toMatch(/Rosa Diaz|no such Rosa/)
  })

  test('that is gone is said to be gone, and cannot be taken or filed again', async () => {
    await deliver('old', 401)
    const okafor = as('okafor')
    const url = '/admin/feeds/county-lab/received/old'
    expect(await (await okafor.get(url)).text()).toContain('Download as it came')
    await strike()
    const html = unescaped(await (await okafor.get(url)).text())
    expect(html).toMatch(/We kept this as it came until \w+/)
    expect(html).not.toContain('Download as it came')
    expect((await okafor.get(`${url}/raw`)).status).toBe(404)
    await okafor.post(`${url}/replay`)
    expect(await (await okafor.get(url)).text()).toContain('it cannot be filed again')
  })
})

describe('stored files that no row names', () => {
  const later = (days: number) => new Date(Date.now() + days * day)

  async function store() {
    await seedFeeds()
    for (const key of ['attachments/lost', 'previews/lost', 'reports/lost/x', 'inbox/lost', 'elsewhere/x'])
      await env.FILES.put(key, 'x')
    for (const key of ['attachments/named', 'previews/named', 'reports/named', 'inbox/parked'])
      await env.FILES.put(key, 'x')
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO attachments (id, patient_id, account_id, submission_id, position, name, type, size, sha256, object_key, preview_key, added_at)
         VALUES ('named', 'rosa-chart', 'rosa', 's', 1, 'a', 'image/png', 1, 'x', 'attachments/named', 'previews/named', 1)`
      ),
      env.DB.prepare(
        `INSERT INTO report_files (id, report_id, position, name, type, size, sha256, object_key, added_at)
         VALUES ('f', 'cbc', 1, 'a', 'application/pdf', 1, 'x', 'reports/named', 1)`
      ),
    ])
  }
  const lost = ['attachments/lost', 'previews/lost', 'reports/lost/x']
  const kept = ['attachments/named', 'previews/named', 'reports/named', 'inbox/parked', 'elsewhere/x']

  test('stay as long as the database can be put back to name them', async () => {
    await store()
    await sweepOrphans(db(), env.FILES, null, later(30))
    expect(await stored()).toEqual(expect.arrayContaining([...lost, ...kept]))
  })

  test('then go, and those that are named stay', async () => {
    await store()
    await sweepOrphans(db(), env.FILES, null, later(32))
    const left = await stored()
    expect(left.filter((key) => lost.includes(key))).toEqual([])
    expect(left).toEqual(expect.arrayContaining([...kept, 'inbox/lost']))
  })

  test('of a feed are kept as long as if they had a row', async () => {
    await store()
    await sweepOrphans(db(), env.FILES, null, later(401))
    expect(await stored()).not.toContain('inbox/lost')
    expect(await stored()).toContain('inbox/parked')
  })

  test('are looked for a portion a run, on from where the last one stopped', async () => {
    const asked: unknown[] = []
    const object = (key: string) => ({ key, uploaded: new Date() })
    const FILES = {
      list: async ({ startAfter }: R2ListOptions) => {
        asked.push(startAfter)
        return startAfter === 'attachments/m'
          ? { objects: [object('inbox/z')], truncated: false }
          : { objects: [object('attachments/a'), object('attachments/m')], truncated: true }
      },
      delete: async () => {},
      get: async () => null,
      put: async () => null,
    } as unknown as R2Bucket
    for (let i = 0; i < 3; i++) await strike(undefined, { ...env, FILES })
    expect(asked).toEqual([undefined, 'attachments/m', undefined])
  })
})

describe('a list of patients', () => {
  const list = async (id: string, days: number, facts: Record<string, unknown>) => {
    const at = Date.now() - days * day
    await env.FILES.put(`rosters/${id}`, 'MRN,Last Name')
    const row: Record<string, unknown> = {
      id,
      name: 'patients.csv',
      columns: '[{"name":"Last Name","sample":"Doe"}]',
      uploaded_at: at,
      uploaded_by: 'frida',
      raw_key: `rosters/${id}`,
      ...facts,
    }
    const names = Object.keys(row)
    await run(
      `INSERT INTO rosters (${names.join()}) VALUES (${names.map(() => '?').join()})`,
      ...Object.values(row)
    )
    for (const [position, plan] of ['create', 'same', 'decide', 'fault'].entries())
      await run(
        `INSERT INTO roster_rows (roster_id, position, cells, mrn, given_name, family_name, search_name, birth_date, email,
            phone, plan, patient_id, filed_at)
          VALUES (?, ?, '["Doe"]', '9', 'Jane', 'Doe', 'doe jane', '1950-01-02', 'j@example.test', '4', ?, 'otto-chart', ?)`,
        id,
        position,
        plan,
        plan === 'create' && facts.finished_at ? 1 : null
      )
  }
  const said = async (id: string) =>
    JSON.stringify([
      await all(`SELECT * FROM roster_rows WHERE roster_id = '${id}'`),
      await all(`SELECT columns FROM rosters WHERE id = '${id}'`),
    ])

  /** Striking the clock stores the head of the trail as well. */
  const storedLists = async () => (await stored()).filter((key) => key.startsWith('rosters/'))

  test('goes once it is as old as what feeds sent, and whom it made or changed stays', async () => {
    await list('old', 401, { reviewed_at: 1, started_at: 1, finished_at: 2 })
    await list('young', 399, { started_at: 1, finished_at: 2 })
    await strike()
    expect(await said('old')).not.toMatch(/Doe|Jane|1950|example|"9"/)
    expect(await said('young')).toMatch(/Doe/)
    expect(await storedLists()).toEqual(['rosters/young'])
    expect(
      await all("SELECT plan, patient_id FROM roster_rows WHERE roster_id = 'old' ORDER BY position")
    ).toEqual([
      { plan: 'create', patient_id: 'otto-chart' },
      { plan: 'same', patient_id: 'otto-chart' },
    ])
    const page = unescaped(await (await as('frida').get('/admin/roster/old')).text())
    expect(page).toContain('1 new, 0 changed, 1 were on file as they are.')
  })

  test('that nobody brought in or that was thrown away goes too, and one that is being brought in stays', async () => {
    await list('left', 401, { reviewed_at: 1 })
    await list('thrown', 401, { discarded_at: 5 })
    await list('begun', 401, { reviewed_at: 1, started_at: 1 })
    await strike()
    expect(await storedLists()).toEqual(['rosters/begun'])
    for (const id of ['left', 'thrown']) expect(await said(id)).not.toMatch(/Doe|Jane|1950|example/)
    expect(await said('begun')).toMatch(/Doe/)
    expect((await as('frida').get('/admin/roster/left')).status).toBe(404)
    expect(await all("SELECT discarded_at FROM rosters WHERE id = 'thrown'")).toEqual([{ discarded_at: 5 }])
  })

  test('whose row never came is an orphan like any other', async () => {
    await list('kept', 1, {})
    await env.FILES.put('rosters/lost', 'x')
    await sweepOrphans(db(), env.FILES, null, new Date(Date.now() + 32 * day))
    expect(await stored()).toEqual(['rosters/kept'])
  })
})

describe('notes that have served', () => {
  const ages = (table: string, column: string, days: number) =>
    run(`UPDATE ${table} SET ${column} = ?`, Date.now() - days * day)

  test('reports about mails stay for 90 days', async () => {
    await run(
      "INSERT INTO mail_reports (id, type, happened_at, received_at) VALUES ('r', 'email.delivered', 1, 1)"
    )
    await ages('mail_reports', 'received_at', 89)
    await strike()
    expect(await all('SELECT id FROM mail_reports')).toHaveLength(1)
    await ages('mail_reports', 'received_at', 91)
    await strike()
    expect(await all('SELECT id FROM mail_reports')).toEqual([])
  })

  test('runs of jobs stay for 30 days', async () => {
    const insert = (id: string, days: number) =>
      run(
        "INSERT INTO job_runs (id, job, started_at, ended_at) VALUES (?, 'mail', ?, 1)",
        id,
        Date.now() - days * day
      )
    await insert('young', 29)
    await insert('old', 31)
    await strike()
    const ids = (await all('SELECT id FROM job_runs')).map(({ id }) => id)
    expect(ids).toContain('young')
    expect(ids).not.toContain('old')
  })

  test('codes to register stay for 30 days after they ran out', async () => {
    await run(
      `INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, invited_by, created_at)
       VALUES ('i', 'patient', 'otto-chart', 'o@example.test', 'i', 'en', 'frida', 1)`
    )
    const insert = (id: string, days: number) =>
      run(
        "INSERT INTO registration_codes (id, invitation_id, browser_hash, created_at, expires_at) VALUES (?, 'i', 'b', 1, ?)",
        id,
        Date.now() - days * day
      )
    await insert('young', 29)
    await insert('old', 31)
    await strike()
    expect(await all('SELECT id FROM registration_codes')).toEqual([{ id: 'young' }])
  })
})

test('no sweep touches what was said, filed or written down about anyone', async () => {
  await seedFeeds()
  await deliver('old', 5000)
  await run('UPDATE messages SET sent_at = 1')
  const kept = [
    'messages',
    'threads',
    'reports',
    'observations',
    'appointments',
    'patients',
    'accounts',
    'grants',
  ]
  const rows = async () => Promise.all(kept.map((table) => all(`SELECT * FROM ${table}`)))
  const entries = async () => (await all('SELECT count(*) AS n FROM audit_entries'))[0]?.n
  const before = [await rows(), await entries()]
  await strike()
  expect([await rows(), await entries()]).toEqual(before)
})
