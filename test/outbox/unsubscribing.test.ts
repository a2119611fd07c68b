import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { mailWriters } from '../../src/mails.ts'
import { notificationKinds } from '../../src/outbox/notifications/notification.ts'
import { unsubscribeToken } from '../../src/outbox/unsubscribe/unsubscribing.ts'
import { as, Browser } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { everyMail } from '../support/every-mail.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

const kind = 'new-message' as const
const linkOf = async (accountId = 'rosa', which: (typeof notificationKinds)[number] = kind) =>
  `/unsubscribe/${await unsubscribeToken(env.TOKEN_KEY, { accountId, kind: which })}`
const off = async () =>
  (await env.DB.prepare('SELECT account_id, kind FROM notification_choices').all()).results

/** What a mail program posts by itself: from another site, with neither cookie nor origin of ours. */
const oneClick = (
  path: string,
  body = 'List-Unsubscribe=One-Click',
  type = 'application/x-www-form-urlencoded'
) =>
  new Browser().raw(path, {
    method: 'POST',
    headers: { 'Content-Type': type, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://mail.test' },
    body,
  })

test.each(['en', 'es'] as const)(
  'every mail one may do without says how to stop it, and programs can (%s)',
  async (language) => {
    const mails = await everyMail(language)
    for (const which of notificationKinds) {
      const mail = mails.get(which)
      const link = `${env.APP_ORIGIN}${await linkOf('rosa', which)}`
      expect(mail?.headers).toEqual({
        'List-Unsubscribe': `<${link}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      })
      expect(mail?.text).toContain(link)
      expect(mail?.html).toContain(`href="${link}"`)
      expect(mail?.text).toContain(
        language === 'en' ? 'Stop emails like this one' : 'Dejar de recibir correos como este'
      )
      expect(link).not.toMatch(/message|result|appointment|lab|rosa@|cita/i)
    }
  }
)

test('mail about one’s account cannot be stopped', async () => {
  for (const [which, mail] of await everyMail('en')) {
    const isChoice = notificationKinds.some((kind) => kind === which)
    expect([which, mail.headers !== undefined]).toEqual([which, isChoice])
    expect([which, mail.text.includes('/unsubscribe/')]).toEqual([which, isChoice])
  }
})

describe('a mail program', () => {
  test.each([
    ['as a form', 'List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
    [
      'in parts',
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      'multipart/form-data; boundary=x',
    ],
  ])('turns it off by one post %s, without a redirect', async (_, body, type) => {
    const mark = await auditMark()
    const response = await oneClick(await linkOf(), body, type)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/)
    expect(await off()).toEqual([{ account_id: 'rosa', kind }])
    expect(await auditSince(mark)).toMatchObject([
      { account_id: 'rosa', actor: 'account', action: 'settings.unsubscribed' },
    ])
  })

  test('that posts fifty times does it once', async () => {
    const mark = await auditMark()
    const path = await linkOf()
    for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: 10 }, () => oneClick(path)))
    expect(await off()).toHaveLength(1)
    expect(await auditSince(mark)).toHaveLength(1)
  })

  test('gets no more mail of that kind to send, and all of the others', async () => {
    await oneClick(await linkOf())
    const sent = [...(await everyMail('en')).keys()]
    expect(sent).not.toContain('new-message')
    expect(sent).toHaveLength(Object.keys(mailWriters).length - 1)
  })

  test('stops nothing of anyone else', async () => {
    await oneClick(await linkOf('milo', 'appointment-reminder'))
    expect(await off()).toEqual([{ account_id: 'milo', kind: 'appointment-reminder' }])
  })
})

describe('a person', () => {
  test('who opens the link, or whose scanner does, has turned nothing off', async () => {
    const path = await linkOf()
    const before = await snapshot([])
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await new Browser().request(path, { method })).status).toBe(200)
    expect(await snapshot([])).toEqual(before)
    const page = await readPage(await (await new Browser().get(path)).text())
    expect(page.headings).toEqual(['Stop these emails?'])
    expect(page.forms.filter(({ action }) => action === path)).toHaveLength(1)
  })

  test('presses one button, signed out, and reads how to turn it on again', async () => {
    const path = await linkOf()
    const browser = new Browser()
    const response = await browser.submit(path, {})
    expect([response.status, response.headers.get('Location')]).toEqual([303, path])
    const { text } = await readPage(await (await browser.get(path)).text())
    expect(text).toContain('These emails are turned off')
    expect(text).toContain('open Settings, “Email notices”')
    expect(await off()).toEqual([{ account_id: 'rosa', kind }])
  })

  test('finds the choice in their settings, and can take it back there', async () => {
    await oneClick(await linkOf())
    const rosa = as('rosa')
    const page = await readPage(await (await rosa.get('/settings/notifications')).text())
    expect(page.text).toContain('I have a new message')
    await rosa.submit('/settings/notifications', {
      'new-message': 'yes',
      'appointment-reminder': 'yes',
      'new-result': 'yes',
    })
    expect(await off()).toEqual([])
    expect((await new Browser().get(await linkOf())).status).toBe(200)
  })

  test('signed in as someone else turns off what the link says, not what is theirs', async () => {
    await as('ines').submit(await linkOf(), {})
    expect(await off()).toEqual([{ account_id: 'rosa', kind }])
  })

  test('reads it in Spanish', async () => {
    const html = await (await new Browser().get(`${await linkOf()}?lang=es`)).text()
    expect(html).toContain('¿Dejar de recibir estos correos?')
  })
})

describe('a link that is not ours', () => {
  const mutations: [string, (token: string) => string][] = [
    ['of another account', (token) => token.replace('rosa.', 'milo.')],
    ['of another kind', (token) => token.replace('.m.', '.r.')],
    ['of no kind', (token) => token.replace('.m.', '.x.')],
    ['of a prototype', (token) => token.replace('.m.', '.constructor.')],
    ['cut off', (token) => token.slice(0, -1)],
    ['drawn out', (token) => `${token}A`],
    ['without its proof', (token) => token.slice(0, token.lastIndexOf('.') + 1)],
    [
      'with a letter changed',
      (token) => token.slice(0, -5) + (token.at(-5) === 'A' ? 'B' : 'A') + token.slice(-4),
    ],
    ['in capitals', (token) => token.toUpperCase()],
    ['of nothing', () => '.m.'],
    ['that is a session', () => 'rosa-session'],
  ]
  test.each(mutations)('%s changes nothing', async (_, mutate) => {
    const token = mutate(await unsubscribeToken(env.TOKEN_KEY, { accountId: 'rosa', kind }))
    const path = `/unsubscribe/${encodeURIComponent(token)}`
    const before = await snapshot([])
    const looked = await new Browser().get(path)
    expect(looked.status).toBe(404)
    expect((await readPage(await looked.text())).headings).toEqual(['This link does not work'])
    expect((await oneClick(path)).status).toBe(404)
    expect((await new Browser().post(path)).status).toBe(404)
    expect(await snapshot([])).toEqual(before)
  })

  test('made with another key changes nothing', async () => {
    const token = await unsubscribeToken('x'.repeat(32), { accountId: 'rosa', kind })
    expect((await oneClick(`/unsubscribe/${token}`)).status).toBe(404)
    expect(await off()).toEqual([])
  })
})

test.each(['', '&&', '%', '{"a":1}', 'x'.repeat(9000)])(
  'a body of any kind breaks nothing (%#)',
  async (body) => {
    for (const type of [
      'application/json',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      'text/plain',
    ])
      expect((await oneClick(await linkOf(), body, type)).status).toBeLessThan(500)
  }
)

test('the link is kept nowhere', async () => {
  await everyMail('en')
  await oneClick(await linkOf())
  const proof = (await linkOf()).split('.').at(-1) ?? ''
  expect(JSON.stringify(await snapshot([]))).not.toContain(proof)
})
