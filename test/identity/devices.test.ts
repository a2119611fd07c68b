import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { sessions, trustedDevices } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { as, Browser } from '../support/browser.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'

beforeEach(seed)

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1'
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'
const deviceId = (letter: string) => letter.repeat(21)

/** Another browser somebody is signed in with. */
async function elsewhere(accountId: string, name: string, state: Partial<typeof sessions.$inferInsert> = {}) {
  await db()
    .insert(sessions)
    .values({
      id: name,
      tokenHash: await sha256(name),
      accountId,
      createdAt: minutesAgo(9),
      seenAt: minutesAgo(8),
      completedAt: minutesAgo(9),
      ...state,
    })
  const browser = new Browser()
  browser.jar.set('__Host-cs', name)
  return browser
}

const trust = (accountId: string, letter: string, until = minutesAgo(-600)) =>
  db()
    .insert(trustedDevices)
    .values({
      accountId,
      id: deviceId(letter),
      trustedAt: minutesAgo(60),
      trustedUntil: until,
      userAgent: windows,
    })
const trusted = async () =>
  (await db().select().from(trustedDevices)).map(({ accountId, id }) => `${accountId} ${id[0]}`).sort()

const isIn = async (browser: Browser) => (await browser.get('/records')).status === 200
const rows = async (browser: Browser) => {
  const html = await (await browser.get('/settings/devices')).text()
  return [...html.matchAll(/<li class="row still">([\s\S]*?)<\/li>/g)].map(([, row = '']) =>
    row
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
  )
}

describe('the list', () => {
  test('names each device, where it is and which one is in use', async () => {
    await elsewhere('rosa', 'phone', { userAgent: iphone, place: 'Fayetteville, Arkansas' })
    await env.DB.prepare('UPDATE sessions SET seen_at = ? WHERE id = ?')
      .bind(Date.now() - 9 * 60_000, 'rosa-browser')
      .run()
    const [here, phone] = await rows(as('rosa'))
    expect(here).toMatch(/^A web browser This device Signed in \w+ \d+, 20\d\d, .*In use now/)
    expect(phone).toMatch(/^Safari on iPhone Near Fayetteville, Arkansas Signed in .* Last seen /)
    expect(phone).not.toContain('This device')
  })

  test('holds nobody else’s sessions, and none that has not passed its second step', async () => {
    await elsewhere('ines', 'strangers', { userAgent: iphone })
    await elsewhere('rosa', 'half', { userAgent: iphone, completedAt: null })
    expect(await rows(as('rosa'))).toHaveLength(1)
  })

  test.each([
    ['ended', { endedAt: minutesAgo(1) }],
    ['idle for too long', { seenAt: minutesAgo(31) }],
    ['older than twelve hours', { createdAt: minutesAgo(12 * 60 + 1) }],
  ])('shows a session that is %s among the earlier sign-ins, with nothing to sign out', async (_, state) => {
    await elsewhere('rosa', 'old', { userAgent: windows, place: 'Tulsa, Oklahoma', ...state })
    const html = await (await as('rosa').get('/settings/devices')).text()
    const [live = '', past = ''] = html.split('Earlier sign-ins')
    expect(live).not.toContain('Firefox on Windows')
    expect(past).toContain('Firefox on Windows')
    expect(past).toContain('Near Tulsa, Oklahoma')
    expect(html).not.toContain('/settings/devices/old/sign-out')
  })

  test('goes fifteen idle minutes back for staff', async () => {
    await elsewhere('nadia', 'desk', { userAgent: windows, seenAt: minutesAgo(16) })
    const html = await (await as('nadia').get('/settings/devices')).text()
    expect(html).not.toContain('/settings/devices/desk/sign-out')
  })

  test('shows the last ten earlier sign-ins', async () => {
    for (let i = 1; i <= 12; i++)
      await elsewhere('rosa', `old ${i}`, { createdAt: minutesAgo(i * 1000), endedAt: minutesAgo(5) })
    expect(await rows(as('rosa'))).toHaveLength(11)
  })
})

describe('signing out one device', () => {
  test('closes it at once and leaves the others', async () => {
    const phone = await elsewhere('rosa', 'phone', { userAgent: iphone })
    const tablet = await elsewhere('rosa', 'tablet')
    const mark = await auditMark()
    const rosa = as('rosa')
    const response = await rosa.submit('/settings/devices', {}, '/settings/devices/phone/sign-out')
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings/devices'])
    expect(await (await rosa.get('/settings/devices')).text()).toContain('That device is signed out.')
    expect([await isIn(phone), await isIn(tablet), await isIn(rosa)]).toEqual([false, true, true])
    expect((await auditSince(mark)).map(({ action, subject_id }) => [action, subject_id])).toEqual([
      ['settings.device-signed-out', 'phone'],
    ])
  })

  test('twice is the same as once', async () => {
    await elsewhere('rosa', 'phone')
    const mark = await auditMark()
    const answers = [1, 2].map(() => as('rosa').post('/settings/devices/phone/sign-out'))
    for (const { status } of await Promise.all(answers)) expect(status).toBe(303)
    expect(await auditSince(mark)).toHaveLength(1)
  })

  test('asks there for the second step again', async () => {
    await elsewhere('rosa', 'phone', { deviceId: deviceId('p') })
    for (const letter of ['p', 'q']) await trust('rosa', letter)
    await trust('milo', 'p')
    await as('rosa').post('/settings/devices/phone/sign-out')
    expect(await trusted()).toEqual(['milo p', 'rosa q'])
  })

  test('does not touch the trust in the device in use, where an older session of it is signed out', async () => {
    await env.DB.prepare('UPDATE sessions SET device_id = ? WHERE id = ?')
      .bind(deviceId('h'), 'rosa-browser')
      .run()
    await elsewhere('rosa', 'before', { deviceId: deviceId('h') })
    await trust('rosa', 'h')
    await as('rosa').post('/settings/devices/before/sign-out')
    expect(await trusted()).toEqual(['rosa h'])
  })

  test('that is the one in use leads to sign-in, and its cookie is gone', async () => {
    const rosa = as('rosa')
    const response = await rosa.post('/settings/devices/rosa-browser/sign-out')
    expect(response.headers.get('Location')).toBe('/sign-in')
    expect(response.headers.get('Clear-Site-Data')).toBe('"cache", "storage"')
    expect(rosa.jar.has('__Host-cs')).toBe(false)
    expect(await isIn(as('rosa'))).toBe(false)
    expect(await (await rosa.get('/sign-in')).text()).toContain('You are signed out.')
  })

  test.each(['phone', 'no-such-session'])('of somebody else is not there: %s', async (id) => {
    const phone = await elsewhere('rosa', 'phone', { deviceId: deviceId('p') })
    await trust('rosa', 'p')
    const mark = await auditMark()
    const response = await as('ines').post(`/settings/devices/${id}/sign-out`)
    expect(response.status).toBe(404)
    expect(await isIn(phone)).toBe(true)
    expect(await trusted()).toEqual(['rosa p'])
    expect((await auditSince(mark)).map(({ action, account_id }) => [action, account_id])).toEqual([
      ['settings.device-signed-out.refused', 'ines'],
    ])
  })
})

describe('signing out all other devices', () => {
  test('closes every one but this, also one that owes its second step', async () => {
    await env.DB.prepare('UPDATE sessions SET device_id = ? WHERE id = ?')
      .bind(deviceId('h'), 'rosa-browser')
      .run()
    const others = [await elsewhere('rosa', 'phone'), await elsewhere('rosa', 'tablet')]
    await elsewhere('rosa', 'half', { completedAt: null })
    const strangers = await elsewhere('ines', 'strangers')
    for (const letter of ['h', 'p']) await trust('rosa', letter)
    await trust('ines', 'p')
    const mark = await auditMark()
    const rosa = as('rosa')
    const response = await rosa.submit('/settings/devices', {}, '/settings/devices/sign-out')
    expect(response.headers.get('Location')).toBe('/settings/devices')
    expect(await (await rosa.get('/settings/devices')).text()).toContain(
      'All your other devices are signed out.'
    )
    expect(await Promise.all([...others, rosa, strangers].map(isIn))).toEqual([false, false, true, true])
    const half = await env.DB.prepare("SELECT ended_at FROM sessions WHERE id = 'half'").first('ended_at')
    expect(half).not.toBeNull()
    expect(await trusted()).toEqual(['ines p', 'rosa h'])
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['settings.devices-signed-out'])
  })

  test('is not offered where there is no other', async () => {
    expect(await (await as('rosa').get('/settings/devices')).text()).not.toContain(
      'Sign out all other devices'
    )
  })
})

describe('devices that are spared the second step', () => {
  test('are listed until they run out', async () => {
    await trust('rosa', 'p')
    await trust('rosa', 'q', minutesAgo(1))
    await trust('ines', 'r')
    const list = (await rows(as('rosa'))).filter((row) => row.includes('Ask again'))
    expect(list).toHaveLength(1)
    expect(list[0]).toMatch(/^Firefox on Windows Until \w+ \d+, 20\d\d/)
  })

  test('are asked again, one at a time', async () => {
    for (const letter of ['p', 'q']) await trust('rosa', letter)
    const mark = await auditMark()
    const rosa = as('rosa')
    const response = await rosa.post('/settings/devices/trust-removal', { id: deviceId('p') })
    expect(response.headers.get('Location')).toBe('/settings/devices')
    expect(await trusted()).toEqual(['rosa q'])
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['settings.trust-removed'])
    expect(await isIn(rosa)).toBe(true)
  })

  test('are all asked again at once', async () => {
    for (const letter of ['p', 'q']) await trust('rosa', letter)
    await trust('ines', 'p')
    await as('rosa').post('/settings/devices/trust-removal', { id: 'all' })
    expect(await trusted()).toEqual(['ines p'])
  })

  test.each([
    ['', 'all '],
    [deviceId('p'), undefined],
  ] as const)('of somebody else stay as they are, and nothing is written down: %s', async (id, other) => {
    await trust('rosa', 'p')
    const mark = await auditMark()
    for (const given of [id, other ?? id])
      expect((await as('ines').post('/settings/devices/trust-removal', { id: given })).status).toBe(303)
    expect(await trusted()).toEqual(['rosa p'])
    expect(await auditSince(mark)).toEqual([])
  })
})

test('without a session nothing is listed or signed out', async () => {
  const nobody = new Browser()
  for (const action of ['rosa-browser/sign-out', 'sign-out', 'trust-removal'])
    expect((await nobody.post(`/settings/devices/${action}`)).headers.get('Location')).toMatch(/^\/sign-in/)
  expect((await nobody.get('/settings/devices')).headers.get('Location')).toMatch(/^\/sign-in/)
  expect(await isIn(as('rosa'))).toBe(true)
})
