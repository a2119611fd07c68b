import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { invitations, passkeys } from '../../src/db/schema.ts'
import { sweepEmailChanges } from '../../src/identity/credentials/store.ts'
import { verifyPassword } from '../../src/identity/password.ts'
import { emailChangeDigits, emailUndoToken, sha256 } from '../../src/identity/secret.ts'
import { as, Browser } from '../support/browser.ts'
import { day, minute } from '../support/clock.ts'
import { snapshot, watched } from '../support/database.ts'
import { elsewhere } from '../support/elsewhere.ts'
import { hostile } from '../support/hostile.ts'
import { readPage, unescaped } from '../support/html.ts'
import { another, count, PostOffice, row } from '../support/invited.ts'
import { seedKept } from '../support/kept.ts'
import { auditMark, auditSince, db, minutesAgo, password, seed } from '../support/people.ts'

beforeEach(seed)

const page = '/settings/credentials/email'
const codePage = `${page}/code`
const fresh = 'rosa.new@example.test'
const typed = { email: fresh, currentPassword: password }
const run = (sql: string) => env.DB.prepare(sql).run()

const emailOf = async (id = 'rosa') =>
  (await row<{ email: string }>('SELECT email FROM accounts WHERE id = ?', id))?.email
const newest = async (accountId = 'rosa') => {
  const found = await row<{ id: string }>(
    'SELECT id FROM email_changes WHERE account_id = ? ORDER BY created_at DESC, rowid DESC LIMIT 1',
    accountId
  )
  if (!found) throw new Error('No change was asked for')
  return found.id
}
const digitsOf = async (accountId = 'rosa') => emailChangeDigits(env.TOKEN_KEY, await newest(accountId))
const opens = async (browser: Browser) => (await browser.get('/settings')).status === 200
const textOf = async (response: Response) => (await readPage(await response.text())).text

/** Asks, reads the code in the new mailbox, types it. */
async function change(browser = as('rosa'), office = new PostOffice(), email = fresh) {
  await browser.post(page, { ...typed, email })
  await office.deliver()
  const code = (await office.mails(email)).at(-1)?.text.match(/^ +(\d{6})$/m)?.[1] ?? ''
  const response = await browser.post(codePage, { code })
  if (response.status !== 303) throw new Error(`The code was refused with ${response.status}`)
  await office.deliver()
  return { browser, office, response }
}

/** The path in the mail to the old address. */
async function undoLink(office: PostOffice, to = 'rosa@example.test') {
  const mail = (await office.mails(to)).find(({ subject }) => /address was changed/.test(subject))
  const link = mail?.text.match(/https:\/\/portal\.test(\/email-undo\/[\w-]+)/)?.[1]
  if (!link) throw new Error('No mail with an undo link was sent')
  return link
}

describe('the new address counts', () => {
  test('once its mailbox has shown the code, and not before', async () => {
    const browser = as('rosa')
    const asked = await browser.post(page, typed)
    expect([asked.status, asked.headers.get('Location')]).toEqual([303, codePage])
    expect(await emailOf()).toBe('rosa@example.test')
    const response = await browser.post(codePage, { code: await digitsOf() })
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings'])
    expect(await emailOf()).toBe(fresh)
    expect(await textOf(await browser.get('/settings'))).toContain('Your email address is changed.')
  })

  test('for signing in, and the old one does not', async () => {
    await change()
    const signIn = (email: string) => new Browser().submit('/sign-in', { email, password })
    expect((await signIn('rosa@example.test')).status).toBe(422)
    expect((await signIn(fresh)).status).toBe(303)
  })

  test('as it is kept everywhere: lower case, without spaces', async () => {
    await as('rosa').post(page, { ...typed, email: '  Rosa.New@Example.TEST ' })
    await as('rosa').post(codePage, { code: await digitsOf() })
    expect(await emailOf()).toBe(fresh)
  })

  test('for caregivers and staff as well', async () => {
    for (const person of ['milo', 'nadia'] as const) {
      const email = `${person}.new@example.test`
      await as(person).post(page, { email, currentPassword: password })
      await as(person).post(codePage, { code: await digitsOf(person) })
      expect(await emailOf(person)).toBe(email)
    }
  })

  test('and this device is known under it: no notice of a new one at the next sign-in', async () => {
    const { browser, office } = await change()
    await browser.post('/sign-out')
    await browser.submit('/sign-in', { email: fresh, password })
    await office.deliver()
    expect((await office.mails(fresh)).map(({ subject }) => subject)).not.toContain(
      'New sign-in to your CareSpace account'
    )
  })
})

describe('with the old address end', () => {
  test('sessions elsewhere, on their next request; here it goes on under a new token', async () => {
    const held = await elsewhere('phone')
    expect(await opens(held)).toBe(true)
    const { browser } = await change()
    const response = await held.get('/patients/rosa-chart/labs')
    expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
    expect(await response.text()).not.toContain('Complete blood count')
    expect(await opens(browser)).toBe(true)
    expect(await opens(as('rosa'))).toBe(false)
  })

  test('open invitations to it, and nobody else’s', async () => {
    const invitation = {
      kind: 'patient' as const,
      patientId: 'otto-chart',
      language: 'en' as const,
      invitedBy: 'frida',
      createdAt: minutesAgo(30),
    }
    await db()
      .insert(invitations)
      .values([
        { ...invitation, id: 'hers', tokenHash: 'a', email: 'rosa@example.test' },
        { ...invitation, id: 'used', tokenHash: 'b', email: 'rosa@example.test', acceptedAt: minutesAgo(2) },
        { ...invitation, id: 'other', tokenHash: 'c', email: 'otto@example.test' },
      ])
    await change()
    const { results } = await env.DB.prepare(
      'SELECT id FROM invitations WHERE address_changed_at IS NOT NULL'
    ).all()
    expect(results).toEqual([{ id: 'hers' }])
  })

  test('links to a new password and trusted devices', async () => {
    const at = Date.now()
    await run(`INSERT INTO password_resets (id, account_id, address_key, network_key, token_hash, created_at)
      VALUES ('r', 'rosa', 'a', 'n', 'hash', ${at})`)
    await run(`INSERT INTO trusted_devices (account_id, id, trusted_at, trusted_until)
      VALUES ('rosa', 'tablet', ${at}, ${at + day})`)
    await change()
    expect(await count('password_resets', 'void_at IS NULL')).toBe(0)
    expect(await count('trusted_devices')).toBe(0)
  })
})

test('the chart keeps its address: staff decide', async () => {
  await change()
  expect(await row("SELECT email FROM patients WHERE id = 'rosa-chart'")).toEqual({
    email: 'rosa@example.test',
  })
})

describe('mail', () => {
  test('with the code goes to the new address alone, and says nothing of whose account it is', async () => {
    const office = new PostOffice()
    await as('rosa').post(page, typed)
    await office.deliver()
    const mails = await office.mails()
    expect(mails.map(({ to }) => to)).toEqual([fresh])
    expect(mails[0]?.text).toContain(await digitsOf())
    expect(`${mails[0]?.subject} ${mails[0]?.html}`).not.toMatch(/Rosa|Díaz|rosa@example|cancer treatment/)
  })

  test('of the change goes to both, with a way back for the old one only, and in the language of the account', async () => {
    await run("UPDATE accounts SET language = 'es' WHERE id = 'rosa'")
    const { office } = await change()
    const old = await office.mails('rosa@example.test')
    const now = await office.mails(fresh)
    expect(old.map(({ subject }) => subject)).toEqual(['Se cambió su correo de CareSpace'])
    expect(old[0]?.text).toMatch(/\/email-undo\/[\w-]{43}/)
    expect(old[0]?.text).toContain('r***@example.test')
    expect(old[0]?.text).not.toContain(fresh)
    expect(now.at(-1)?.subject).toBe('Este es ahora su correo de CareSpace')
    expect(now.map(({ text }) => text).join()).not.toContain('email-undo')
  })

  test('that waits for an address that was given up again is never sent', async () => {
    const office = new PostOffice()
    await as('rosa').post(page, typed)
    await as('rosa').post(page, { ...typed, email: 'second@example.test' })
    await office.deliver()
    expect((await office.mails()).map(({ to }) => to)).toEqual(['second@example.test'])
  })

  test('leaves nothing that opens anything in the database', async () => {
    const { office } = await change()
    const token = (await undoLink(office)).split('/').at(-1) ?? ''
    const rows = JSON.stringify(await snapshot([]))
    expect(rows).not.toContain(token)
    expect(rows).toContain(await sha256(token))
  })
})

describe('an address that has an account', () => {
  const plain = (html: string) => html.replaceAll(/nonce="[^"]*"|[A-Z2-9]{4}-[A-Z2-9]{4}/g, '')

  test('gets the same answer, page and statements as one nobody has', async () => {
    const seen = []
    for (const email of ['ines@example.test', 'isak@example.test']) {
      await seed()
      const { database, asked } = watched(env.DB)
      const browser = as('rosa', { ...env, DB: database })
      const answers = [
        await browser.post(page, { ...typed, email }),
        await browser.get(codePage),
        await browser.post(codePage, { code: '000000' }),
        await browser.get('/settings'),
        await browser.get(page),
      ]
      const told = await Promise.all(
        answers.map(async (answer) => [
          answer.status,
          answer.headers.get('Location'),
          plain(await answer.text()).replaceAll(email, 'ADDRESS'),
        ])
      )
      seen.push({ told, trips: asked.trips, sql: asked.statements.map(({ sql }) => sql) })
    }
    expect(seen[1]).toEqual(seen[0])
  })

  test('is told by mail that it has one, and gets no code', async () => {
    const office = new PostOffice()
    await run("UPDATE accounts SET language = 'es' WHERE id = 'ines'")
    await as('rosa').post(page, { ...typed, email: 'ines@example.test' })
    await office.deliver()
    const mails = await office.mails()
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      ['ines@example.test', 'Esta dirección de correo ya tiene una cuenta de CareSpace'],
    ])
    expect(mails[0]?.text).not.toMatch(/\b\d{6}\b|[Rr]osa/)
  })

  test('cannot be taken even with the digits its code would have had, which look like any wrong code', async () => {
    await as('rosa').post(page, { ...typed, email: 'ines@example.test' })
    const right = await as('rosa').post(codePage, { code: await digitsOf() })
    expect(right.status).toBe(422)
    expect(await textOf(right)).toContain('That code is not right. You have 4 tries left.')
    expect([await emailOf('rosa'), await emailOf('ines')]).toEqual(['rosa@example.test', 'ines@example.test'])
  })
})

describe('a code', () => {
  const wrong = async () => another(await digitsOf())

  test('is worth nothing after five wrong ones, and each says how many are left', async () => {
    const browser = as('rosa')
    await browser.post(page, typed)
    const said = []
    for (let i = 0; i < 5; i++) said.push(await textOf(await browser.post(codePage, { code: await wrong() })))
    expect(said.map((text) => text.match(/You have (\d) tr/)?.[1])).toEqual(['4', '3', '2', '1', undefined])
    const right = await browser.post(codePage, { code: await digitsOf() })
    expect([right.status, (await textOf(right)).includes('does not work any more')]).toEqual([422, true])
    expect(await emailOf()).toBe('rosa@example.test')
  })

  test('is answered five times when fifty come at once', async () => {
    await as('rosa').post(page, typed)
    const code = await digitsOf()
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, i) =>
        textOf(await as('rosa').post(codePage, { code: another(code, i + 1) }))
      )
    )
    expect(answers.filter((text) => /That code is not right/.test(text)).length).toBeLessThanOrEqual(5)
    expect(await row('SELECT tries FROM email_changes')).toEqual({ tries: 5 })
    expect((await as('rosa').post(codePage, { code })).status).toBe(422)
  }, 60_000)

  test('works for ten minutes', async () => {
    await as('rosa').post(page, typed)
    const shift = (by: number) => run(`UPDATE email_changes SET expires_at = ${Date.now() + by}`)
    await shift(-1)
    expect((await as('rosa').post(codePage, { code: await digitsOf() })).status).toBe(422)
    await shift(10_000)
    expect((await as('rosa').post(codePage, { code: await digitsOf() })).status).toBe(303)
    const { created_at, expires_at } = (await row<{ created_at: number; expires_at: number }>(
      'SELECT * FROM email_changes'
    )) ?? { created_at: 0, expires_at: 0 }
    expect(expires_at - created_at).toBeLessThanOrEqual(10 * minute + 10_000)
  })

  test('is charged nothing while it is incomplete', async () => {
    await as('rosa').post(page, typed)
    for (const code of ['', '123', 'abcdef', '1234567'])
      expect((await as('rosa').post(codePage, { code })).status).toBe(422)
    expect(await row('SELECT tries FROM email_changes')).toEqual({ tries: 0 })
  })

  test('of an older change is void as soon as there is a newer one', async () => {
    await as('rosa').post(page, typed)
    const old = await digitsOf()
    await as('rosa').post(page, { ...typed, email: 'second@example.test' })
    expect((await as('rosa').post(codePage, { code: old })).status).toBe(422)
    expect(await count('email_changes', 'void_at IS NULL')).toBe(1)
  })

  test('of another person is worth nothing', async () => {
    await as('rosa').post(page, typed)
    await as('ines').post(page, { ...typed, email: 'ines.new@example.test' })
    await as('ines').post(codePage, { code: await digitsOf('rosa') })
    expect(await emailOf('ines')).toBe('ines@example.test')
  })

  test('can be asked for again, and only the newest works', async () => {
    const browser = as('rosa')
    await browser.post(page, typed)
    const old = await digitsOf()
    const again = await browser.post(codePage, { again: 'yes' })
    expect(again.headers.get('Location')).toBe(codePage)
    expect((await browser.post(codePage, { code: old })).status).toBe(422)
    expect((await browser.post(codePage, { code: await digitsOf() })).status).toBe(303)
    expect(await emailOf()).toBe(fresh)
  })

  test('dies with the password', async () => {
    const browser = as('rosa')
    await browser.post(page, typed)
    const code = await digitsOf()
    await browser.post('/settings/credentials/password', {
      currentPassword: password,
      password: 'Blue-Kettle-42',
    })
    expect((await browser.post(codePage, { code })).headers.get('Location')).toBe(page)
    expect(await emailOf()).toBe('rosa@example.test')
  })
})

describe('asking is limited', () => {
  test('to three an hour for an account, in a page that keeps what was typed', async () => {
    for (let i = 0; i < 3; i++)
      expect((await as('rosa').post(page, { ...typed, email: `new${i}@example.test` })).status).toBe(303)
    const fourth = await as('rosa').post(page, { ...typed, email: 'fourth@example.test' })
    const html = await fourth.text()
    expect(fourth.status).toBe(422)
    expect(html).toContain('We sent several codes in the last hour')
    expect(html).toContain('value="fourth@example.test"')
    expect((await as('rosa').post(codePage, { again: 'yes' })).status).toBe(422)
    expect(await count('outbox')).toBe(3)
    await run(`UPDATE email_changes SET created_at = created_at - ${60 * minute}`)
    expect((await as('rosa').post(page, typed)).status).toBe(303)
  })

  test('to three an hour for an address, whoever asks, known or not', async () => {
    for (const email of ['target@example.test', 'vera@example.test']) {
      await seed()
      for (const person of ['rosa', 'milo', 'ines'] as const)
        expect((await as(person).post(page, { ...typed, email })).status).toBe(303)
      expect((await as('frida').post(page, { ...typed, email })).status).toBe(422)
      expect(await count('outbox')).toBe(3)
    }
  })

  test('also when all come at once', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => as('rosa').post(page, { ...typed, email: `n${i}@example.test` }))
    )
    expect(await count('email_changes')).toBeLessThanOrEqual(3)
    expect(await count('email_changes', 'void_at IS NULL')).toBe(1)
  })
})

describe('nothing is asked for', () => {
  test.each([
    ['without the current password', { ...typed, currentPassword: '' }, 'Enter your current password'],
    ['with a wrong one', { ...typed, currentPassword: 'Wrong-Horse-9' }, 'That is not your current password'],
    ['without an address', { ...typed, email: '' }, 'Enter the new email address'],
    ['with half an address', { ...typed, email: 'rosa@' }, 'Enter an email address like'],
    [
      'with the address there is',
      { ...typed, email: 'ROSA@example.test' },
      'That is the address you have now',
    ],
  ])('%s', async (_, fields, why) => {
    const response = await as('rosa').post(page, fields)
    expect([response.status, (await textOf(response)).includes(why)]).toEqual([422, true])
    expect(await count('email_changes')).toBe(0)
    expect(await count('outbox')).toBe(0)
  })

  test('whatever was typed is still there, as text, and the password is not', async () => {
    for (const [kind, value] of Object.entries(hostile).filter(([, value]) => value.length < 1000)) {
      const html = await (
        await as('rosa').post(page, { email: value, currentPassword: 'Wrong-Horse-9' })
      ).text()
      const kept = value.replaceAll('\0', '').replaceAll('\r\n', '\n').normalize('NFC')
      if (!/[\ud800-\udfff\r]/.test(kept))
        expect([kind, unescaped(html).includes(kept)]).toEqual([kind, true])
      if (/[<>"]/.test(value)) expect([kind, html.includes(value)]).toEqual([kind, false])
      expect(html).not.toContain('Wrong-Horse-9')
    }
  })
})

describe('two at once', () => {
  test('of two accounts that want one address exactly one gets it, and the other is told', async () => {
    const wanted = 'shared@example.test'
    for (let round = 0; round < 10; round++) {
      await seed()
      for (const person of ['rosa', 'ines'] as const) await as(person).post(page, { ...typed, email: wanted })
      const answers = await Promise.all(
        (['rosa', 'ines'] as const).map(async (person) =>
          as(person).post(codePage, { code: await digitsOf(person) })
        )
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
      const loser = answers.find(({ status }) => status === 422)
      expect(await textOf(loser as Response)).toContain('now belongs to another account')
      expect(await count('accounts', `email = '${wanted}'`)).toBe(1)
      expect(await count('outbox', "kind = 'email-changed'")).toBe(1)
    }
  }, 60_000)

  test('of twenty posts of the right code one changes the address', async () => {
    const other = await elsewhere('phone')
    await as('rosa').post(page, typed)
    const code = await digitsOf()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? as('rosa') : other).post(codePage, { code }))
    )
    expect(answers.filter(({ headers }) => headers.get('Location') === '/settings')).toHaveLength(1)
    expect(await count('outbox', "kind IN ('email-changed', 'email-change-done')")).toBe(2)
    expect(await count('sessions', "account_id = 'rosa' AND ended_at IS NULL")).toBe(1)
  })
})

test('each step is written down', async () => {
  const mark = await auditMark()
  const { office } = await change()
  await new Browser().post(await undoLink(office))
  const said = (await auditSince(mark)).filter(({ action }) => action.startsWith('settings.'))
  expect(said.map(({ action, account_id }) => [action, account_id])).toEqual([
    ['settings.email-change-asked', 'rosa'],
    ['settings.email-changed', 'rosa'],
    ['settings.email-change-undone', 'rosa'],
  ])
  expect(JSON.stringify(said)).not.toContain('@')
})

describe('the way back', () => {
  test('looking at the link changes nothing, however often a scanner does', async () => {
    const { office, browser } = await change()
    const link = await undoLink(office)
    const before = await snapshot()
    for (let i = 0; i < 20; i++) await new Browser().get(link)
    await new Browser().request(link, { method: 'HEAD' })
    expect(await snapshot()).toEqual(before)
    expect(await opens(browser)).toBe(true)
    const { headings, forms } = await readPage(await (await new Browser().get(link)).text())
    expect(headings).toEqual(['Undo the change of your email address'])
    expect(forms.map(({ action }) => action)).toContain(link)
  })

  test('gives the account back: the address, nobody signed in, no password anyone knows, a link to a new one', async () => {
    const { office, browser } = await change()
    const thief = await elsewhere('thief')
    const undone = await new Browser().post(await undoLink(office))
    expect(undone.status).toBe(303)
    expect(await emailOf()).toBe('rosa@example.test')
    for (const held of [browser, thief]) expect(await opens(held)).toBe(false)
    const account = await row<{ password_hash: string }>(
      "SELECT password_hash FROM accounts WHERE id = 'rosa'"
    )
    expect(await verifyPassword(account?.password_hash ?? '', password)).toBe(false)

    await office.deliver()
    const link = (await office.mails('rosa@example.test'))
      .at(-1)
      ?.text.match(/https:\/\/portal\.test(\/reset\/[\w-]{43})/)?.[1]
    const owner = new Browser()
    expect((await owner.post(link ?? '', { password: 'Blue-Kettle-42' })).status).toBe(303)
    const signedIn = await owner.submit('/sign-in', {
      email: 'rosa@example.test',
      password: 'Blue-Kettle-42',
    })
    expect(signedIn.status).toBe(303)
  })

  test('says so afterwards, and does nothing a second time', async () => {
    const { office } = await change()
    const link = await undoLink(office)
    await new Browser().post(link)
    const before = await snapshot()
    for (const response of [await new Browser().get(link), await new Browser().post(link)]) {
      expect(response.status).toBe(410)
      expect((await readPage(await response.text())).headings).toEqual(['The change was undone'])
    }
    expect(await snapshot()).toEqual(before)
  })

  test('of twenty at once happens once', async () => {
    const { office } = await change()
    const link = await undoLink(office)
    await Promise.all(Array.from({ length: 20 }, () => new Browser().post(link)))
    expect(await count('outbox', "kind = 'password-reset'")).toBe(1)
    expect(await count('password_resets', 'void_at IS NULL')).toBe(1)
  })

  test.each([
    ['a second before seven days are over', 1000, 200],
    ['after seven days', 0, 410],
  ])('%s', async (_, left, status) => {
    const { office } = await change()
    const link = await undoLink(office)
    const at = await row<{ undo_until: number; confirmed_at: number }>('SELECT * FROM email_changes')
    expect((at?.undo_until ?? 0) - (at?.confirmed_at ?? 0)).toBe(7 * day)
    await run(`UPDATE email_changes SET undo_until = ${Date.now() + left * 10}`)
    const response = await new Browser().get(link)
    expect(response.status).toBe(status)
    if (status === 200) return
    expect(await textOf(response)).toContain('This link has expired')
    expect((await new Browser().post(link)).status).toBe(410)
    expect(await emailOf()).toBe(fresh)
  })

  test.each([
    ['a link nobody sent', () => 'A'.repeat(43)],
    ['half a link', () => 'abc'],
    [
      'the link of a change that was never finished',
      async () => emailUndoToken(env.TOKEN_KEY, await newest()),
    ],
    ['the link of something else', async () => emailChangeDigits(env.TOKEN_KEY, await newest())],
  ])('%s is unknown', async (_, token) => {
    await as('rosa').post(page, typed)
    const before = await snapshot()
    const link = `/email-undo/${await token()}`
    for (const response of [await new Browser().get(link), await new Browser().post(link)]) {
      expect(response.status).toBe(404)
      expect(await textOf(response)).toContain('We do not know this link')
    }
    expect(await snapshot()).toEqual(before)
  })

  test('is closed where another account has the old address by now: the office helps', async () => {
    const { office } = await change()
    const link = await undoLink(office)
    await run("UPDATE accounts SET email = 'rosa@example.test' WHERE id = 'vera'")
    for (const response of [await new Browser().get(link), await new Browser().post(link)]) {
      expect(response.status).toBe(410)
      expect(await textOf(response)).toContain('now belongs to another account')
    }
    expect(await emailOf()).toBe(fresh)
  })

  test('leads past a thief who has moved on, and the thief cannot go back the same way', async () => {
    const { office, browser } = await change()
    const link = await undoLink(office)
    await change(browser, office, 'third@example.test')
    const thiefs = await undoLink(office, fresh)
    expect((await new Browser().post(link)).status).toBe(303)
    expect(await emailOf()).toBe('rosa@example.test')
    expect((await new Browser().post(thiefs)).status).toBe(410)
    expect(await emailOf()).toBe('rosa@example.test')
  })

  test('takes passkeys that came with the change, and leaves older ones and the second step', async () => {
    const passkey = (id: string, createdAt: Date) => ({
      id,
      accountId: 'rosa',
      credentialId: id,
      publicKey: 'key',
      algorithm: 'ES256' as const,
      counter: 0,
      transports: [],
      name: id,
      createdAt,
    })
    await run("UPDATE accounts SET second_step_at = 1 WHERE id = 'rosa'")
    const { office } = await change()
    await db()
      .insert(passkeys)
      .values([passkey('hers', minutesAgo(60 * 24)), passkey('thiefs', new Date())])
    await new Browser().post(await undoLink(office))
    const { results } = await env.DB.prepare('SELECT id FROM passkeys WHERE removed_at IS NULL').all()
    expect(results).toEqual([{ id: 'hers' }])
    expect(await row("SELECT second_step_at FROM accounts WHERE id = 'rosa'")).toEqual({ second_step_at: 1 })
  })

  test('holds the older passkeys until the owner has said that they are theirs', async () => {
    const { office } = await change()
    await run(`INSERT INTO passkeys (id, account_id, credential_id, public_key, algorithm, counter, transports, name, created_at)
      VALUES ('old', 'rosa', 'old', 'key', 'ES256', 0, '[]', 'old', 1)`)
    await new Browser().post(await undoLink(office))
    expect(await count('passkeys', 'held_at IS NOT NULL')).toBe(1)
  })

  test('takes the forms that were kept since, and leaves those the owner had waiting', async () => {
    const { office } = await change()
    await seedKept()
    await run(`INSERT INTO kept_forms (id, account_id, path, sealed_fields, kept_at, expires_at)
      SELECT 'thiefs', account_id, path, sealed_fields, ${Date.now()}, expires_at FROM kept_forms`)
    await new Browser().post(await undoLink(office))
    const { results } = await env.DB.prepare('SELECT id FROM kept_forms WHERE finished_at IS NULL').all()
    expect(results).toEqual([{ id: 'rosa-kept' }])
  })

  test('is told to the address that loses the account, wherever it had got to', async () => {
    const { office, browser } = await change()
    const link = await undoLink(office)
    await change(browser, office, 'third@example.test')
    await new Browser().post(link)
    await office.deliver()
    const said = (to: string) =>
      office
        .mails(to)
        .then((mails) =>
          mails.filter(({ subject }) => subject.includes('was undone')).map(({ text }) => text)
        )
    expect(await said(fresh)).toEqual([])
    const [text] = await said('third@example.test')
    expect(text).toContain('call us right away')
    expect(text).not.toContain('rosa@')
    expect(text).not.toMatch(/\/(reset|email-undo)\//)
  })

  test('is only taken by a post of our own page', async () => {
    const { office } = await change()
    const forged = { 'Sec-Fetch-Site': 'cross-site' }
    expect((await new Browser().post(await undoLink(office), {}, forged)).status).toBe(403)
    expect(await emailOf()).toBe(fresh)
  })
})

describe('the staff page of the patient', () => {
  const chart = '/admin/patients/rosa-chart'

  test('shows a clear sign when the account and the chart differ, and what to do', async () => {
    expect(await textOf(await as('frida').get(chart))).not.toContain('another address')
    await change()
    const html = await (await as('frida').get(chart)).text()
    const { text, links } = await readPage(html)
    expect(text).toContain('The patient signs in with another address')
    expect(text).toContain(`The account uses ${fresh}. The address on file is rosa@example.test.`)
    expect(text).toContain('Ask the patient which address is right.')
    expect(links.map(({ url }) => url)).toContain(`${chart}/address`)
  })

  test('shows it too where the chart has no address, and not for capital letters', async () => {
    await run("UPDATE patients SET email = ' Rosa@Example.test' WHERE id = 'rosa-chart'")
    expect(await textOf(await as('frida').get(chart))).not.toContain('another address')
    await run("UPDATE patients SET email = NULL WHERE id = 'rosa-chart'")
    expect(await textOf(await as('frida').get(chart))).toContain('There is no address on file.')
  })
})

test('a month later nothing is kept of the addresses, and what can still be undone stays', async () => {
  const { office } = await change()
  const link = await undoLink(office)
  const sweep = () => sweepEmailChanges(db(), new Date())
  await sweep()
  expect((await new Browser().get(link)).status).toBe(200)
  await run(`UPDATE email_changes SET created_at = created_at - ${31 * day}`)
  await sweep()
  expect(await count('email_changes')).toBe(0)
  expect((await new Browser().get(link)).status).toBe(404)
})
