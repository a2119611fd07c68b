import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { message, msh, obr, obx, pid, post, rows, seedLab } from '../integrations/hl7/feed.ts'
import { as, hiddenFields } from '../support/browser.ts'
import { auditMark, auditSince, minutesAgo } from '../support/people.ts'

beforeEach(seedLab)

const fields = {
  name: 'County Lab',
  scope: 'hl7',
  ownAuthorities: 'HILLSIDE\n HILLSIDE \n\n1.2.3',
  timeZone: '',
}
const made = async (rest: Partial<typeof fields> = {}) => {
  const response = await as('okafor').submit('/admin/feeds/new', { ...fields, ...rest })
  return { response, url: response.headers.get('Location') ?? '' }
}
const keyOn = (html: string) => html.match(/<code class="body">([\w-]{43})<\/code>/)?.[1]
const whole = () => message(msh(), pid(), obr(), obx('5'))

describe('a new feed', () => {
  test('has a key that opens its door, shown to whoever made it until it is used', async () => {
    const { url } = await made()
    const key = keyOn(await (await as('okafor').get(url)).text())
    expect(await rows('SELECT count(*) AS n FROM feeds WHERE key_hash LIKE ?', `%${key}%`)).toEqual([
      { n: 0 },
    ])
    expect((await post(whole(), { Authorization: `Bearer ${key}` })).verdicts).toEqual(['AA'])
    expect(keyOn(await (await as('okafor').get(url)).text())).toBeUndefined()
    expect(await rows('SELECT own_authorities, time_zone FROM feeds WHERE name = ?', 'County Lab')).toEqual([
      { own_authorities: '["HILLSIDE","1.2.3"]', time_zone: null },
    ])
  })

  test('shows its key to nobody else, and not for long', async () => {
    const { url } = await made()
    await env.DB.prepare("UPDATE feeds SET created_by = 'nadia' WHERE name = 'County Lab'").run()
    expect(keyOn(await (await as('okafor').get(url)).text())).toBeUndefined()
    await env.DB.prepare("UPDATE feeds SET created_by = 'okafor', created_at = ? WHERE name = 'County Lab'")
      .bind(minutesAgo(16).getTime())
      .run()
    expect(keyOn(await (await as('okafor').get(url)).text())).toBeUndefined()
  })

  test('sent twice is made once', async () => {
    const page = await (await as('okafor').get('/admin/feeds/new')).text()
    const submissionId = page.match(/name="submissionId" value="(\w{21})"/)?.[1] ?? ''
    for (const _ of [1, 2]) await as('okafor').post('/admin/feeds/new', { ...fields, submissionId })
    expect(await rows("SELECT count(*) AS n FROM feeds WHERE name = 'County Lab'")).toEqual([{ n: 1 }])
  })

  test.each([
    [{ name: ' ' }, 'Write a name.'],
    [{ scope: 'fax' }, 'Choose a kind.'],
    [{ timeZone: 'Mars/Olympus' }, 'We do not know this time zone.'],
    [
      { ownAuthorities: Array.from({ length: 11 }, (_, i) => `A${i}`).join('\n') },
      'Use at most 10 short lines.',
    ],
  ])('is refused with %o, with all that was typed', async (rest, why) => {
    const { response } = await made(rest)
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain(why)
    if (!('name' in rest)) expect(html).toContain('value="County Lab"')
    expect(await rows("SELECT id FROM feeds WHERE name = 'County Lab'")).toEqual([])
  })
})

describe('a feed that is changed', () => {
  const page = '/admin/feeds/lab/settings'
  const settings = { name: 'Laboratory', scope: 'hl7', ownAuthorities: 'HILLSIDE', timeZone: '' }
  const change = (rest: Record<string, string>) => as('okafor').submit(page, { ...settings, ...rest })
  const feed = async () =>
    (await rows("SELECT name, scope, own_authorities, time_zone FROM feeds WHERE id = 'lab'"))[0]

  test('reads what comes from then on by what it says now, and says who changed what', async () => {
    await env.DB.prepare("UPDATE feeds SET own_authorities = '[]' WHERE id = 'lab'").run()
    await post(whole())
    expect(await rows("SELECT id FROM reports WHERE source = 'lab'")).toEqual([])
    const shown = await (await as('okafor').get(page)).text()
    expect(shown).toContain('1 waits for a person')
    expect(shown).toContain('href="/admin/feeds/lab?show=waiting"')

    const mark = await auditMark()
    const saved = await change({
      name: 'Valley Lab',
      ownAuthorities: 'HILLSIDE\n1.2.3',
      timeZone: 'America/Denver',
    })
    expect([saved.status, saved.headers.get('Location')]).toEqual([303, '/admin/feeds/lab'])
    expect(await auditSince(mark)).toMatchObject([
      { action: 'practice.feed-changed', account_id: 'okafor', subject_id: 'lab' },
    ])
    expect(await rows("SELECT before, after FROM practice_changes WHERE act = 'feed-changed'")).toEqual([
      {
        before: JSON.stringify({ name: 'Laboratory', scope: 'hl7', ownAuthorities: [], timeZone: '' }),
        after: JSON.stringify({
          name: 'Valley Lab',
          scope: 'hl7',
          ownAuthorities: ['HILLSIDE', '1.2.3'],
          timeZone: 'America/Denver',
        }),
      },
    ])
    expect(await (await as('okafor').get('/admin/practice')).text()).toContain('Ada Okafor changed a feed')

    // What waited is read by the new settings when it is filed again.
    expect(await rows("SELECT id FROM reports WHERE source = 'lab'")).toEqual([])
    const [body] = await rows<{ id: string }>('SELECT id FROM inbox')
    await as('okafor').post(`/admin/feeds/lab/received/${body?.id}/replay`)
    expect(await rows("SELECT patient_id, collected_at FROM reports WHERE source = 'lab'")).toEqual([
      { patient_id: 'rosa-chart', collected_at: Date.parse('2026-10-01T08:30:00-06:00') },
    ])
  })

  test('keeps its key', async () => {
    await change({ name: 'Valley Lab' })
    expect((await post(whole())).verdicts).toEqual(['AA'])
  })

  test('can be of another kind until something has come by its key', async () => {
    await change({ scope: 'fhir' })
    expect(await feed()).toMatchObject({ scope: 'fhir' })
    expect((await post(whole())).status).toBe(401)
    await change({ scope: 'hl7' })
    expect((await post(whole())).status).toBe(200)
    const used = await (await as('okafor').get(page)).text()
    expect(used).not.toContain('name="scope"')
    expect(used).toContain('Its kind stays HL7 v2')
    await change({ name: 'Valley Lab', scope: 'fhir' })
    expect(await feed()).toMatchObject({ name: 'Valley Lab', scope: 'hl7' })
  })

  test('is not of another kind when something came by its key while the form lay open', async () => {
    const stale = hiddenFields(await (await as('okafor').get(page)).text(), page)
    await post(whole())
    const refused = await as('okafor').post(page, { ...settings, ...stale, scope: 'fhir', name: 'Mine' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('value="Mine"')
    expect(await feed()).toMatchObject({ name: 'Laboratory', scope: 'hl7' })
  })

  test('shows what a colleague changed meanwhile before it is changed again', async () => {
    const stale = hiddenFields(await (await as('okafor').get(page)).text(), page)
    await change({ ownAuthorities: 'HILLSIDE\nEPIC' })
    const refused = await as('okafor').post(page, { ...settings, ...stale, name: 'Mine' })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(html).toContain('What stands now')
    expect(html).toContain('HILLSIDE, EPIC')
    expect(html).toContain('value="Mine"')
    const again = await as('okafor').post(page, { ...settings, ...hiddenFields(html, page), name: 'Mine' })
    expect(again.status).toBe(303)
    expect(await feed()).toMatchObject({ name: 'Mine', own_authorities: '["HILLSIDE"]' })
  })

  test('stays as it is when nothing was typed over, and nobody is said to have changed it', async () => {
    const mark = await auditMark()
    expect((await change({})).status).toBe(303)
    expect(await auditSince(mark)).toEqual([])
  })

  test.each([
    [{ name: ' ' }, 'name', 'Write a name.'],
    [{ name: 'x'.repeat(61) }, 'name', 'Use 60 characters or fewer.'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone', 'We do not know this time zone.'],
    [{ scope: 'upload' }, 'scope', 'Choose a kind.'],
    [
      { ownAuthorities: Array.from({ length: 11 }, (_, i) => `A${i}`).join('\n') },
      'ownAuthorities',
      'Use at most 10 short lines.',
    ],
  ])('is refused with %o, with all that was typed', async (rest, field, why) => {
    const before = await feed()
    const refused = await change({ name: 'Valley Lab', ...rest })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(html.split(why)).toHaveLength(3)
    expect(html).toMatch(new RegExp(`id="${field}-error"`))
    if (!('name' in rest)) expect(html).toContain('value="Valley Lab"')
    expect(await feed()).toEqual(before)
  })

  test('is not changed once its key is taken back', async () => {
    const stale = hiddenFields(await (await as('okafor').get(page)).text(), page)
    await as('okafor').post('/admin/feeds/lab/revocation')
    expect((await as('okafor').get(page)).status).toBe(404)
    const mark = await auditMark()
    const refused = await as('okafor').post(page, { ...settings, ...stale, name: 'Mine' })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(html).toContain('The key of this feed was taken back.')
    const again = await as('okafor').post(page, { ...settings, ...hiddenFields(html, page), name: 'Mine' })
    expect(again.status).toBe(422)
    expect(await feed()).toMatchObject({ name: 'Laboratory' })
    expect(await auditSince(mark)).toEqual([])
    expect(await (await as('okafor').get('/admin/feeds/lab')).text()).not.toContain(page)
  })

  test('is no file that staff bring', async () => {
    await env.DB.prepare(
      "INSERT INTO feeds (id, name, scope, key_hash, created_at) VALUES ('uploads', 'Uploads', 'upload', '', 1)"
    ).run()
    for (const response of [
      await as('okafor').get('/admin/feeds/uploads/settings'),
      await as('okafor').post('/admin/feeds/uploads/settings', settings),
    ])
      expect(response.status).toBe(404)
  })
})

test('a key that is taken back opens nothing from the next request on, for good', async () => {
  const mark = await auditMark()
  expect((await post(whole())).status).toBe(200)
  await as('okafor').post('/admin/feeds/lab/revocation')
  expect((await post(whole())).status).toBe(401)
  expect((await as('okafor').post('/admin/feeds/lab/revocation')).status).toBe(404)
  expect((await auditSince(mark)).filter(({ action }) => action === 'feeds.revoked')).toHaveLength(1)
})

describe('what came in', () => {
  test('is listed with what became of it', async () => {
    await post(whole())
    await post(whole().replace('ORU^R01', 'ORM^O01'))
    await post(message(msh(), pid('77^^^COUNTY^MR'), obr(), obx('6')))
    const list = await (await as('okafor').get('/admin/feeds')).text()
    expect(list).toContain('3 came, 1 refused. 1 waits.')
    const shown = async (state: string) =>
      (await (await as('okafor').get(`/admin/feeds/lab?show=${state}`)).text()).match(/\/received\//g)?.length
    expect(await shown('refused')).toBe(1)
    expect(await shown('waiting')).toBe(1)
    expect(await shown('unfinished')).toBe(undefined)
  })

  test('is kept as it came, for admins to take, which is written down', async () => {
    await post(whole())
    const [body] = await rows<{ id: string; bytes: number }>('SELECT id, bytes FROM inbox')
    const mark = await auditMark()
    const raw = await as('okafor').get(`/admin/feeds/lab/received/${body?.id}/raw`)
    expect((await raw.arrayBuffer()).byteLength).toBe(body?.bytes)
    expect(raw.headers.get('Content-Disposition')).toContain('attachment')
    expect(raw.headers.get('Content-Security-Policy')).toContain('sandbox')
    expect(raw.headers.get('Cache-Control')).toBe('no-store')
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('inbox.downloaded')
    expect((await as('okafor').get(`/admin/feeds/other/received/${body?.id}`)).status).toBe(404)
  })

  test('is filed again without changing what is there, and finishes what broke', async () => {
    await env.DB.prepare(
      'CREATE TRIGGER failing BEFORE INSERT ON observations BEGIN SELECT RAISE(ABORT, 1); END'
    ).run()
    await post(whole())
    await env.DB.prepare('DROP TRIGGER failing').run()
    const [body] = await rows<{ id: string }>('SELECT id FROM inbox')
    const page = `/admin/feeds/lab/received/${body?.id}`
    expect(await (await as('okafor').get(page)).text()).toContain('Not finished')
    await as('okafor').post(`${page}/replay`)
    const filed = await rows("SELECT * FROM observations WHERE source = 'lab'")
    expect(filed).toHaveLength(1)
    await as('okafor').post(`${page}/replay`)
    expect(await rows("SELECT * FROM observations WHERE source = 'lab'")).toEqual(filed)
    expect(await rows('SELECT count(*) AS n FROM inbox_messages')).toEqual([{ n: 1 }])
    expect(await (await as('okafor').get(page)).text()).toContain('Filed')
  })
})

test.each(['frida', 'nadia', 'audra', 'rosa'] as const)('%s sees no feeds', async (who) => {
  for (const path of ['/admin/feeds', '/admin/feeds/new', '/admin/feeds/lab', '/admin/feeds/lab/settings'])
    expect((await as(who).get(path)).status).toBe(404)
  expect((await as(who).post('/admin/feeds/lab/settings', fields)).status).toBe(404)
})
