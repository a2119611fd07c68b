import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { message, msh, obr, obx, pid, post, rows, seedLab } from '../integrations/hl7/feed.ts'
import { as } from '../support/browser.ts'
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
  for (const path of ['/admin/feeds', '/admin/feeds/new', '/admin/feeds/lab'])
    expect((await as(who).get(path)).status).toBe(404)
})
