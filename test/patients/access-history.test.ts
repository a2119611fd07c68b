import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { attachments, sessions } from '../../src/db/schema.ts'
import { localDate } from '../../src/i18n/format.ts'
import { as, Browser } from '../support/browser.ts'
import { strike } from '../support/cron.ts'
import { emptyTrail, snapshot, watched } from '../support/database.ts'
import { pdf, thumbnail } from '../support/files.ts'
import { auditMark, auditSince, db, type Member, password, seed } from '../support/people.ts'

beforeEach(seed)

const url = '/patients/rosa-chart/access-history'
const page = async (query = '') => (await as('rosa').get(`${url}${query}`)).text()
/** What stands in each row: when, who, what, on which device. */
const entries = async (query = '') =>
  [...(await page(query)).matchAll(/<tr>(<td[\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<td[^>]*>([^<]*)/g)].map(([, cell]) => cell)
  )

describe('the patient’s access history', () => {
  test('names who did what, with their role, staff included', async () => {
    await as('milo').get('/patients/rosa-chart/labs')
    await as('nadia').get('/admin/patients/rosa-chart/messages/refill')
    expect((await as('milo').get('/patients/rosa-chart/labs/history/hgb/csv')).status).toBe(200)
    const html = await page()
    expect(html).toContain('Milo Díaz (Son)')
    expect(html).toMatch(/Nadia \w+ \(care team\)/)
    expect(html).toContain('Looked at test results')
    expect(html).toContain('Looked at messages')
    expect((await entries('?show=download'))[0]?.slice(1, 3)).toEqual([
      'Milo Díaz (Son)',
      'Downloaded test results',
    ])
  })

  test('tells who saved a file of a conversation from who saw the small picture of it', async () => {
    await env.FILES.put('attachments/letter', pdf('letter'))
    await env.FILES.put('previews/letter', thumbnail)
    await db()
      .insert(attachments)
      .values({
        id: 'letter',
        patientId: 'rosa-chart',
        accountId: 'rosa',
        messageId: 'refill-1',
        submissionId: 'a'.repeat(21),
        position: 1,
        name: 'letter.pdf',
        type: 'application/pdf',
        size: 1,
        sha256: 'letter',
        objectKey: 'attachments/letter',
        previewKey: 'previews/letter',
        addedAt: new Date(),
      })
    const file = '/patients/rosa-chart/messages/files/letter'
    const mark = await auditMark()
    expect((await as('milo').get(`${file}/preview`)).status).toBe(200)
    expect((await as('milo').get(`${file}no`)).status).toBe(404)
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['messages.read', 'messages.read'])
    for (const [who, where] of [
      ['milo', file],
      ['nadia', `/admin${file}`],
    ] as const) {
      expect((await as(who).get(where)).status).toBe(200)
      expect(await auditSince(mark)).toContainEqual(
        expect.objectContaining({ account_id: who, action: 'messages.downloaded', subject_id: 'letter' })
      )
    }
    expect((await entries('?show=download')).slice(0, 2).map(([, who, what]) => [who, what])).toEqual([
      [expect.stringMatching(/Nadia \w+ \(care team\)/), 'Downloaded messages'],
      ['Milo Díaz (Son)', 'Downloaded messages'],
    ])
  })

  test('shows only one kind where that is asked', async () => {
    await as('rosa').get('/patients/rosa-chart/labs')
    const reads = await page('?show=read')
    expect(reads).toContain('Looked at test results')
    expect(await page('?show=download')).not.toContain('Looked at test results')
  })

  test('shows how its owner and its caregivers signed in, these while they had access, and nobody else', async () => {
    await emptyTrail()
    const signIn = (who: Member) =>
      new Browser().submit('/sign-in', { email: `${who}@example.test`, password })
    for (const who of ['rosa', 'milo', 'vera', 'ines', 'nadia'] as const) await signIn(who)
    await new Browser().submit('/sign-in', { email: 'milo@example.test', password: 'Wrong-Horse-9' })
    const told = async () => (await entries('?show=sign-in')).map(([, who, what]) => [who, what])
    expect(await told()).toEqual([
      ['Milo Díaz (Son)', 'Signed in with a password'],
      ['Rosa Díaz', 'Signed in with a password'],
    ])
    expect((await entries()).filter(([, , what]) => what === 'Signed in with a password')).toHaveLength(2)
    await as('rosa').post('/patients/rosa-chart/users/milo-grant/revocation')
    await signIn('milo')
    expect((await told()).filter(([who]) => who === 'Milo Díaz (Son)')).toHaveLength(1)
    expect(await (await as('rosa').get(`${url}/entries.csv?show=sign-in`)).text()).toContain(
      '"Milo Díaz (Son)"'
    )
  })

  test('names the device that each thing was done on, for as long as the history lasts', async () => {
    const device = (userAgent: string) => {
      const milo = as('milo')
      return (path: string) => milo.get(path, { 'User-Agent': userAgent })
    }
    const phone = device(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1'
    )
    const laptop = device(
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0 (of Milo)'
    )
    await phone('/patients/rosa-chart/labs')
    await laptop('/patients/rosa-chart/messages')
    await phone('/patients/rosa-chart/appointments')
    await device('curl/8')('/patients/rosa-chart/record')
    // Someone who knows the password alone, on a device of their own.
    const half = { tokenHash: 'half', accountId: 'milo', createdAt: new Date(), seenAt: new Date() }
    await db()
      .insert(sessions)
      .values({ ...half, userAgent: 'Mozilla/5.0 (X11; CrOS x86_64) Chrome/143.0.0.0' })
    await env.DB.prepare("UPDATE sessions SET seen_at = 1 WHERE account_id = 'milo'").run()
    await strike()
    const told = (await entries()).filter(([, who]) => who === 'Milo Díaz (Son)').slice(0, 4)
    expect(told.map(([, , what, device]) => [what, device])).toEqual([
      ['Looked at the record', ''],
      ['Looked at appointments', 'Safari on iPhone'],
      ['Looked at messages', 'Firefox on Windows'],
      ['Looked at test results', 'Safari on iPhone'],
    ])
    const csv = await (await as('rosa').get(`${url}/entries.csv?show=read`)).text()
    expect(csv).toContain('"Looked at messages","Firefox on Windows"')
    expect(await page('?lang=es')).toContain('Firefox en Windows')
    expect(JSON.stringify(await snapshot([]))).not.toContain('(of Milo)')
  })

  test('turns the page to what is older', async () => {
    const at = Date.now()
    await env.DB.prepare(
      "INSERT INTO audit_entries (at, account_id, actor, patient_id, action) SELECT ?, 'milo', 'caregiver', 'rosa-chart', 'labs.read' FROM json_each(?)"
    )
      .bind(at, JSON.stringify([...Array(120).keys()]))
      .run()
    // The trail is never emptied: other tests, whose clocks run ahead, left entries newer than these.
    const first = await page(`?before=${at + 1}-0`)
    const next = first.match(/href="[^"]*(\?before=[\d-]+)"/)?.[1] ?? ''
    expect(next).not.toBe('')
    expect((await page(next)).match(/Milo/g)?.length).toBe(50)
  })

  test('is taken along as a table that runs nothing, which is written down', async () => {
    await env.DB.prepare("UPDATE accounts SET given_name = '=HYPERLINK(1)' WHERE id = 'milo'").run()
    await as('milo').get('/patients/rosa-chart/labs')
    const response = await as('rosa').get(`${url}/entries.csv`)
    const csv = await response.text()
    expect(csv).toContain(`"'=HYPERLINK(1) Díaz (Son)"`)
    expect(csv.startsWith('"When","Who","What","Device"\r\n')).toBe(true)
    expect((await entries('?show=download'))[0]?.slice(1, 3)).toEqual([
      'Rosa Díaz (patient)',
      'Downloaded the access history',
    ])
  })

  test('is taken along to its end, however long it is', async () => {
    await emptyTrail()
    await env.DB.prepare(
      "INSERT INTO audit_entries (at, account_id, actor, patient_id, action) SELECT 1000 + value / 7, 'milo', 'caregiver', 'rosa-chart', 'labs.read' FROM json_each(?)"
    )
      .bind(JSON.stringify([...Array(10_500).keys()]))
      .run()
    const csv = await (await as('rosa').get(`${url}/entries.csv?show=read`)).text()
    expect(csv.match(/"Looked at test results"/g)).toHaveLength(10_500)
    await emptyTrail()
  })

  test.each(['milo', 'vera', 'ines', 'frida', 'nadia', 'okafor'] as const)('is not for %s', async (who) => {
    for (const path of [url, `${url}/entries.csv`]) expect((await as(who).get(path)).status).toBe(404)
  })
})

describe('the audit log', () => {
  const search = async (fields: Record<string, string>) => {
    const response = await as('audra').post('/admin/audit', {
      from: '',
      to: '',
      email: '',
      mrn: '',
      action: '',
      ...fields,
    })
    const at = response.headers.get('Location') ?? ''
    return { at, html: await (await as('audra').get(at)).text() }
  }

  test('is found by who, whose, what and when, with nothing of it in the address', async () => {
    await as('milo').get('/patients/rosa-chart/labs')
    await as('ines').get('/patients/ines-chart/messages')
    const { at, html } = await search({ email: 'milo@example.test', mrn: '10001', action: 'labs' })
    expect(at).not.toMatch(/milo|10001|labs/)
    expect(html).toContain('labs.read')
    expect(html).toContain('Milo')
    expect(html.replace(/<form[\s\S]*?<\/form>/g, '')).not.toContain('messages.read')
    const today = localDate(new Date(), 'America/Chicago')
    expect((await search({ email: 'milo@example.test', from: today, to: today })).html).toContain('labs.read')
    expect((await search({ email: 'milo@example.test', to: '2020-01-01' })).html).toContain('Nothing here.')
  })

  test('is found by the day that the practice’s clock showed, also where that changes', async () => {
    const wrote = (action: string, at: string) =>
      env.DB.prepare("INSERT INTO audit_entries (at, actor, action) VALUES (?, 'nobody', ?)")
        .bind(Date.parse(at), `zone.${action}`)
        .run()
    // Midnight to midnight in Chicago: of the day on which clocks go forward, and of one like any other.
    await wrote('before', '2025-03-09T05:59:59Z')
    await wrote('first', '2025-03-09T06:00:00Z')
    await wrote('last', '2025-03-10T04:59:59Z')
    await wrote('after', '2025-03-10T05:00:00Z')
    await wrote('evening', '2025-11-20T03:00:00Z')
    const found = async (from: string, to: string) =>
      [...(await search({ from, to, action: 'zone.' })).html.matchAll(/<small>zone\.(\w+)/g)].map(
        ([, one]) => one
      )
    expect(await found('2025-03-09', '2025-03-09')).toEqual(['last', 'first'])
    expect(await found('2025-11-19', '2025-11-19')).toEqual(['evening'])
    expect(await found('2025-11-20', '')).toEqual([])
    expect(await found('', '2025-03-09')).toEqual(['last', 'first', 'before'])
  })

  test('turns the page to what is older, and reads no more of it than it shows', async () => {
    await env.DB.prepare(
      "INSERT INTO audit_entries (at, account_id, actor, action) SELECT 1700000000000 + value / 3, 'milo', 'caregiver', 'paged.' || value FROM json_each(?)"
    )
      .bind(JSON.stringify([...Array(120).keys()]))
      .run()
    const { at, html } = await search({ action: 'paged.' })
    const seen = [html]
    for (;;) {
      const older = seen
        .at(-1)
        ?.match(/href="([^"]*before=[\d-]+)"/)?.[1]
        ?.replaceAll('&amp;', '&')
      if (!older) break
      expect(older).toContain(at.split('?')[1])
      seen.push(await (await as('audra').get(older)).text())
    }
    const told = seen.flatMap((page) => [...page.matchAll(/<small>paged\.(\d+)/g)].map(([, n]) => Number(n)))
    expect(told).toEqual([...Array(120).keys()].reverse())

    const { database, asked } = watched(env.DB)
    const by = { from: '2023-11-14', to: '2023-11-14' }
    const { at: byDay } = await search(by)
    await as('audra', { ...env, DB: database }).get(byDay)
    const { sql, values } = asked.statements.find(({ sql }) => sql.includes('ORDER BY e.at')) ?? {
      sql: '',
      values: [],
    }
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all<{ detail: string }>()
    const steps = plan.results.map(({ detail }) => detail)
    expect(steps).toContainEqual(expect.stringMatching(/SEARCH e USING INDEX audit_entries_by_time/))
  })

  test('is exported in full, streamed, and both are in the log themselves', async () => {
    await as('milo').get('/patients/rosa-chart/labs')
    const csv = await (await as('audra').get('/admin/audit/entries.csv')).text()
    const count = await env.DB.prepare('SELECT count(*) AS n FROM audit_entries').first<number>('n')
    // A name may hold a line break: entries are told by their number.
    expect(csv.match(/^"\d+","\d{4}-/gm)).toHaveLength(count ?? 0)
    const last = await env.DB.prepare(
      "SELECT account_id, action FROM audit_entries WHERE action LIKE 'audit.%' ORDER BY seq DESC LIMIT 1"
    ).first()
    expect(last).toEqual({ account_id: 'audra', action: 'audit.exported' })
  })

  test('is exported to its end, however long it is', async () => {
    await emptyTrail()
    const line = 'INSERT INTO audit_entries (at, account_id, actor, patient_id, action) SELECT'
    await env.DB.prepare(
      `${line} 1000, 'milo', 'caregiver', 'rosa-chart', 'labs.read' FROM json_each(?1) a, json_each(?1) b`
    )
      .bind(JSON.stringify([...Array(317).keys()]))
      .run()
    const csv = await (await as('audra').get('/admin/audit/entries.csv')).text()
    expect(csv.match(/"labs\.read"/g)).toHaveLength(317 * 317)
    await emptyTrail()
  })

  test.each(['frida', 'nadia', 'rosa', 'milo'] as const)('is not for %s', async (who) => {
    for (const path of ['/admin/audit', '/admin/audit/entries.csv'])
      expect((await as(who).get(path)).status).toBe(404)
    expect((await as(who).post('/admin/audit', {})).status).toBe(404)
  })

  test.each(['soon', '2026-13-01', '9999-12-31', '2026-1-1'])(
    'a wrong day is told at its field: %s',
    async (from) => {
      const response = await as('audra').post('/admin/audit', {
        from,
        to: '',
        email: '',
        mrn: '',
        action: '',
      })
      expect(response.status).toBe(422)
      expect(await response.text()).toContain('Enter a day.')
    }
  )
})
