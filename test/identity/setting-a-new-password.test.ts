import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/identity/throttle.ts'
import { as, Browser } from '../support/browser.ts'
import { hour, second } from '../support/clock.ts'
import { snapshot } from '../support/database.ts'
import { count, PostOffice, row } from '../support/invited.ts'
import { auditMark, auditSince, password, seed } from '../support/people.ts'
import { ageLinks, forget, forgotten, newPassword, resetLink } from '../support/reset.ts'
import { codeAt, owingSecondStep } from '../support/second-step.ts'

beforeEach(seed)

const plain = (html: string) => html.replaceAll(/nonce="[^"]*"/g, '')
const hashOf = (id: string) =>
  row<{ hash: string }>('SELECT password_hash AS hash FROM accounts WHERE id = ?', id).then(
    (found) => found?.hash
  )
const signIn = (
  typed: string,
  email = 'rosa@example.test',
  network = '203.0.113.7',
  browser = new Browser()
) => browser.post('/sign-in', { email, password: typed }, { 'CF-Connecting-IP': network })
const isIn = async (browser: Browser) => (await browser.get('/records')).status === 200
const tokenOf = (link: string) => link.split('/').at(-1) ?? ''

test('a link leads to a form that says the rules, and whose account it is only by half', async () => {
  const response = await new Browser().get(await forgotten(new PostOffice()))
  expect(response.status).toBe(200)
  const html = await response.text()
  for (const words of ['Set a new password', 'At least 8 characters', 'Save password', 'r***@example.test'])
    expect(html).toContain(words)
  expect(html).toContain('autocomplete="new-password"')
  expect(html).not.toMatch(/rosa@|Rosa|Díaz/)
})

test('saving ends in a sign-in with the new password, and the old one opens nothing', async () => {
  const link = await forgotten(new PostOffice())
  const browser = new Browser()
  const saved = await browser.submit(link, { password: newPassword })
  expect([saved.status, saved.headers.get('Location')]).toEqual([303, '/sign-in'])
  expect(browser.jar.has('__Host-cs')).toBe(false)
  expect(await isIn(browser)).toBe(false)
  expect(await (await browser.get('/sign-in')).text()).toContain('Your new password is saved')
  expect((await signIn(password)).status).toBe(422)
  expect((await signIn(newPassword, undefined, undefined, browser)).status).toBe(303)
  expect(await isIn(browser)).toBe(true)
})

test('a person is told of it by mail', async () => {
  const office = new PostOffice()
  await new Browser().post(await forgotten(office), { password: newPassword })
  await office.deliver()
  const { to, subject } = await office.newest()
  expect([to, subject]).toEqual(['rosa@example.test', 'Your CareSpace password was changed'])
})

test('whoever was signed in anywhere is out on their next request', async () => {
  const tabs = await Promise.all(
    [1, 2, 3, 4].map(async (i) => {
      const browser = new Browser()
      await signIn(password, undefined, `198.51.100.${i}`, browser)
      return browser
    })
  )
  const open = [as('rosa'), ...tabs]
  for (const browser of open) expect(await isIn(browser)).toBe(true)
  const link = await forgotten(new PostOffice())
  await new Browser().post(link, { password: newPassword })
  for (const browser of open) {
    expect((await browser.get('/patients/rosa-chart')).headers.get('Location')).toContain('/sign-in')
    expect((await browser.get('/patients/rosa-chart/labs', { 'HX-Request': 'true' })).status).toBe(401)
    expect((await browser.post('/patients/rosa-chart/messages/new', {})).status).not.toBe(200)
  }
  // Others stay.
  expect(await isIn(as('milo'))).toBe(true)
})

test('someone else signed in in that browser is signed out of it, and of nothing else', async () => {
  const link = await forgotten(new PostOffice())
  const shared = as('milo')
  const elsewhere = new Browser()
  await signIn(password, 'milo@example.test', undefined, elsewhere)
  const saved = await shared.post(link, { password: newPassword })
  expect(saved.headers.get('Location')).toBe('/sign-in')
  expect(shared.jar.has('__Host-cs')).toBe(false)
  expect(await isIn(as('milo'))).toBe(false)
  expect(await isIn(elsewhere)).toBe(true)
})

test('trusted devices are forgotten with the old password', async () => {
  await env.DB.prepare("INSERT INTO trusted_devices VALUES ('rosa', 'd', 1, 9999999999999, null)").run()
  await new Browser().post(await forgotten(new PostOffice()), { password: newPassword })
  expect(await count('trusted_devices')).toBe(0)
})

test('the second step is not taken away by it', async () => {
  const browser = await owingSecondStep('halfway')
  const link = await forgotten(new PostOffice(), 'halfway@example.test')
  await new Browser().post(link, { password: newPassword })
  expect((await browser.get('/sign-in/second-step')).headers.get('Location')).toContain('/sign-in')
  const first = await signIn(newPassword, 'halfway@example.test', undefined, browser)
  expect(first.headers.get('Location')).toBe('/sign-in/second-step')
  expect(await isIn(browser)).toBe(false)
  await browser.submit('/sign-in/second-step', { code: await codeAt(new Date()) })
  expect((await browser.get('/admin')).status).toBe(200)
})

test('an owner who was locked out of sign-in gets in at once', async () => {
  for (let i = 0; i < 30; i++) {
    await env.DB.prepare('UPDATE throttles SET blocked_until = 1').run()
    await signIn('Wrong-Horse-9', undefined, `198.51.100.${i}`)
  }
  expect((await signIn(password)).status).toBe(422)
  const link = await forgotten(new PostOffice())
  expect((await new Browser().post(link, { password: newPassword })).status).toBe(303)
  expect((await signIn(newPassword)).status).toBe(303)
})

test('the hash is of the new password alone, and when it was set is known', async () => {
  const before = await hashOf('rosa')
  await new Browser().post(await forgotten(new PostOffice()), { password: newPassword })
  expect(await hashOf('rosa')).not.toBe(before)
  const { at } = (await row<{ at: number }>(
    "SELECT password_changed_at AS at FROM accounts WHERE id = 'rosa'"
  )) ?? {
    at: 0,
  }
  expect(Math.abs(at - Date.now())).toBeLessThan(10 * second)
})

describe('a password that is refused leaves the link as it was', () => {
  test.each([
    ['nothing', '', 'Enter a password'],
    ['a short one', 'Aa1!', 'at least 8 characters'],
    ['one without a sign', 'Abcdefg12345', 'a special character'],
    ['a common one', 'Password1!', 'easy to guess'],
    ['one with her name', 'Rosa-Kettle-4!', 'Leave your name'],
    ['one with her year of birth', 'Blue-Kettle-1952', 'Leave your name'],
    ['one with our name', 'Hillside-Kettle-4', 'Leave your name'],
    ['one with her address', 'rosa@example.test-A1', 'Leave your name'],
    ['one of a thousand letters', 'Aa1!'.repeat(250), '256 characters'],
  ])('%s', async (_, typed, says) => {
    const link = await forgotten(new PostOffice())
    const before = await snapshot([])
    const response = await new Browser().submit(link, { password: typed })
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain(says)
    if (typed) expect(html).not.toContain(typed)
    expect(await snapshot([])).toEqual(before)
    expect((await new Browser().post(link, { password: newPassword })).status).toBe(303)
  })

  test('the field missing altogether', async () => {
    const link = await forgotten(new PostOffice())
    expect((await new Browser().post(link)).status).toBe(422)
    expect((await new Browser().get(link)).status).toBe(200)
  })
})

/** Every end a link can come to, and what its page says. */
const ends: [name: string, bring: (link: string, office: PostOffice) => Promise<unknown>, says: string][] = [
  ['expired', () => ageLinks(hour), 'This link has expired'],
  ['used', (link) => new Browser().post(link, { password: 'Green-Saucer-77' }), 'This link was already used'],
  ['replaced by a newer one', (_, office) => forgotten(office), 'This link no longer works'],
  [
    'of an account that was closed',
    () => env.DB.prepare("UPDATE accounts SET deactivated_at = 1 WHERE id = 'rosa'").run(),
    'This link no longer works',
  ],
  [
    'void because the password was changed in another way',
    () => env.DB.prepare('UPDATE password_resets SET void_at = 1').run(),
    'This link no longer works',
  ],
]

test.each(ends)(
  'a link that is %s says so, with a way to a new one and the phone',
  async (_, bring, says) => {
    const office = new PostOffice()
    const link = await forgotten(office)
    await bring(link, office)
    const response = await new Browser().get(link)
    expect(response.status).toBe(410)
    const html = await response.text()
    expect(html).toContain(says)
    expect(html).toContain('href="/forgot-password"')
    expect(html).toContain('href="tel:+14795871700"')
    expect(html).not.toMatch(/Rosa|Díaz|r\*\*\*|name="password"/)
  }
)

test.each(ends)('a link that is %s sets no password', async (_, bring) => {
  const office = new PostOffice()
  const link = await forgotten(office)
  await bring(link, office)
  const before = await snapshot()
  const response = await new Browser().post(link, { password: newPassword })
  expect(response.status).toBe(410)
  expect(await snapshot()).toEqual(before)
})

test('an expired link says when it ended, in the language asked for', async () => {
  const link = await forgotten(new PostOffice(), 'rosa@example.test', new Date('2026-11-20T22:05:00Z'))
  const browser = new Browser()
  expect(await (await browser.get(link)).text()).toContain(
    'It stopped working on Friday, November 20, 5:05 p.m. CST'
  )
  const spanish = await (await browser.get(`${link}?lang=es`)).text()
  expect(spanish).toContain('Este enlace caducó')
  expect(spanish).toContain('Dejó de funcionar el viernes, 20 de noviembre, 5:05 p.m. CST')
})

test('it lives to the last second of its hour', async () => {
  const link = await forgotten(new PostOffice())
  await ageLinks(hour - 5 * second)
  expect((await new Browser().get(link)).status).toBe(200)
  expect((await new Browser().post(link, { password: newPassword })).status).toBe(303)
})

test('one that was perhaps sent, though never confirmed, works for a day', async () => {
  const office = new PostOffice()
  const link = await forgotten(office)
  await env.DB.prepare('UPDATE password_resets SET sent_at = NULL, expires_at = NULL').run()
  await ageLinks(23 * hour)
  expect((await new Browser().get(link)).status).toBe(200)
  await ageLinks(hour)
  expect((await new Browser().get(link)).status).toBe(410)
})

test('two hundred scanners that open it change nothing, and the person still gets in', async () => {
  const link = await forgotten(new PostOffice())
  const before = await snapshot([])
  for (let i = 0; i < 200; i++) {
    const scanner = new Browser()
    const answer = await scanner.request(link, { method: i % 2 ? 'HEAD' : 'GET' })
    expect(answer.status).toBe(200)
    expect(scanner.jar.size).toBe(0)
  }
  expect(await snapshot([])).toEqual(before)
  expect((await new Browser().post(link, { password: newPassword })).status).toBe(303)
})

describe('what is not this link', () => {
  test('mutations of it are unknown, one like the other, and set no password', async () => {
    const link = await forgotten(new PostOffice())
    const token = tokenOf(link)
    const last = token.at(-1) === 'A' ? 'B' : 'A'
    const strangers = [
      ...Array.from(
        { length: 10 },
        (_, i) => token.slice(0, i * 4) + (token[i * 4] === 'x' ? 'y' : 'x') + token.slice(i * 4 + 1)
      ),
      token.slice(0, -1),
      token.slice(1),
      `${token}A`,
      token.slice(0, -1) + last,
      [...token].reverse().join(''),
      token.toUpperCase(),
      `${token}%00`,
      `${token}%0d%0aX: y`,
      `${token}=`,
      'x',
      'A'.repeat(43),
      "'OR'1'='1",
      encodeURIComponent('<script>'),
      'é'.repeat(43),
      'a'.repeat(4000),
    ]
    const before = await snapshot()
    const pages = new Set<string>()
    for (const [i, stranger] of strangers.entries()) {
      const page = await new Browser().get(`/reset/${stranger}`)
      expect([stranger, page.status]).toEqual([stranger, 404])
      pages.add(plain(await page.text()))
      const networks = { 'CF-Connecting-IP': `198.51.100.${i}` }
      const posted = await new Browser().post(`/reset/${stranger}`, { password: newPassword }, networks)
      expect([stranger, posted.status]).toEqual([stranger, 404])
    }
    expect(pages.size).toBe(1)
    expect([...pages][0]).toContain('We do not know this link')
    expect(await snapshot()).toEqual(before)
  })

  test('the token of an invitation, and this one in its place', async () => {
    const office = new PostOffice()
    const link = await forgotten(office)
    const invitation = await office.invite()
    const before = await snapshot()
    expect(
      (await new Browser().post(`/reset/${tokenOf(invitation)}`, { password: newPassword })).status
    ).toBe(404)
    expect((await new Browser().get(`/register/${tokenOf(link)}`)).status).toBe(404)
    expect((await new Browser().get(`/email-undo/${tokenOf(link)}`)).status).toBe(404)
    expect(await snapshot()).toEqual(before)
  })

  test('the id of its row and the hash that is kept', async () => {
    await forgotten(new PostOffice())
    const kept = await row<{ id: string; token_hash: string }>('SELECT id, token_hash FROM password_resets')
    for (const word of [kept?.id, kept?.token_hash])
      expect((await new Browser().get(`/reset/${word}`)).status).toBe(404)
  })

  test('the link of someone else: it sets theirs and nobody’s besides', async () => {
    const office = new PostOffice()
    const link = await forgotten(office, 'rosa@example.test')
    await forgotten(office, 'ines@example.test')
    const [rosa, ines, milo] = await Promise.all(['rosa', 'ines', 'milo'].map(hashOf))
    await as('ines').post(link, { password: newPassword, email: 'ines@example.test', accountId: 'ines' })
    expect(await hashOf('rosa')).not.toBe(rosa)
    expect([await hashOf('ines'), await hashOf('milo')]).toEqual([ines, milo])
    expect((await new Browser().get(await resetLink(office, 'ines@example.test'))).status).toBe(200)
  })

  test('one made for an address nobody has', async () => {
    await forget('nobody@example.test')
    expect(await count('password_resets', 'account_id IS NULL')).toBe(1)
    const { id } = (await row<{ id: string }>('SELECT id FROM password_resets')) ?? { id: '' }
    const { resetToken } = await import('../../src/identity/secret.ts')
    expect((await new Browser().get(`/reset/${await resetToken(env.TOKEN_KEY, id)}`)).status).toBe(404)
  })
})

test('a network that tries unknown links has to wait, and others do not', async () => {
  const link = await forgotten(new PostOffice())
  const attempt = (path: string, network: string) =>
    new Browser().post(path, { password: newPassword }, { 'CF-Connecting-IP': network })
  for (let i = 0; i < limits.resetGuessesByNetwork.free; i++)
    expect((await attempt(`/reset/${String(i).padStart(43, 'x')}`, '198.51.100.1')).status).toBe(404)
  expect((await attempt(link, '198.51.100.1')).status).toBe(429)
  expect((await attempt(link, '198.51.100.2')).status).toBe(303)
})

test('a flood at one link is turned away before anything is looked at', async () => {
  const link = await forgotten(new PostOffice())
  const browser = new Browser({ ...env, SIGN_IN_SHIELD: { limit: async () => ({ success: false }) } })
  expect((await browser.post(link, { password: newPassword })).status).toBe(429)
  expect((await new Browser().get(link)).status).toBe(200)
})

test('of a hundred that use one link at once with two passwords exactly one wins', async () => {
  const link = await forgotten(new PostOffice())
  const passwords = [newPassword, 'Green-Saucer-77']
  const mark = await auditMark()
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      new Browser().post(
        link,
        { password: passwords[i % 2] ?? '' },
        { 'CF-Connecting-IP': `198.51.100.${i}` }
      )
    )
  )
  expect(answers.filter(({ status }) => status === 303).length).toBe(1)
  expect(answers.filter(({ status }) => status === 410).length).toBe(99)
  const won = answers.findIndex(({ status }) => status === 303)
  expect((await signIn(passwords[won % 2] ?? '')).status).toBe(303)
  expect((await signIn(passwords[(won + 1) % 2] ?? '')).status).toBe(422)
  const entries = await auditSince(mark)
  expect(entries.filter(({ action }) => action === 'recovery.password').length).toBe(1)
  expect(await count('outbox', "kind = 'password-changed'")).toBe(1)
}, 120_000)

test('asking again while a password is being saved leaves either a new password or a dead link, never both', async () => {
  for (let round = 0; round < 10; round++) {
    await seed()
    const link = await forgotten(new PostOffice())
    const before = await hashOf('rosa')
    const [saved] = await Promise.all([
      new Browser().post(link, { password: newPassword }),
      forget('rosa@example.test', '198.51.100.1'),
    ])
    expect((await hashOf('rosa')) !== before).toBe(saved.status === 303)
    expect((await new Browser().get(link)).status).toBe(410)
  }
})

test('sessions opened with the old password while it is replaced do not outlive it', async () => {
  const link = await forgotten(new PostOffice())
  const browsers = Array.from({ length: 8 }, () => new Browser())
  await Promise.all([
    new Browser().post(link, { password: newPassword }),
    ...browsers.map((browser, i) => signIn(password, undefined, `198.51.100.${i}`, browser)),
  ])
  for (const browser of browsers) expect(await isIn(browser)).toBe(false)
})

test('what is done with a link is written down', async () => {
  const link = await forgotten(new PostOffice())
  const mark = await auditMark()
  const { id } = (await row<{ id: string }>('SELECT id FROM password_resets')) ?? { id: '' }
  await new Browser().post(link, { password: newPassword })
  await new Browser().post(link, { password: 'Green-Saucer-77' })
  await new Browser().post(`/reset/${'A'.repeat(43)}`, { password: newPassword })
  expect(
    (await auditSince(mark)).map(({ actor, account_id, action, subject_id }) => [
      actor,
      account_id,
      action,
      subject_id,
    ])
  ).toEqual([
    ['account', 'rosa', 'recovery.password', id],
    ['nobody', 'rosa', 'recovery.wrong-link', id],
    ['nobody', null, 'recovery.wrong-link', null],
  ])
})

test('no other site learns the address of the page, and nothing keeps it', async () => {
  const { headers } = await new Browser().get(await forgotten(new PostOffice()))
  expect(headers.get('Referrer-Policy')).toBe('same-origin')
  expect(headers.get('Cache-Control')).toBe('no-store')
})
