import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { base64url } from 'oslo/encoding'
import { beforeEach, describe, expect, test } from 'vitest'
import { accounts, passkeys, sessions, spentChallenges } from '../../src/db/schema.ts'
import { newChallenge, type Purpose } from '../../src/identity/passkeys/challenge.ts'
import { sha256 } from '../../src/identity/secret.ts'
import worker from '../../src/index.ts'
import { paths } from '../../src/paths.ts'
import { type Asked, Authenticator, askedOn, flag, type Lie } from '../support/authenticator.ts'
import { as, Browser } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, type Member, minutesAgo, password, seed } from '../support/people.ts'

let household = 0
beforeEach(async () => {
  household++
  await seed()
})

/** Posts from a network of this test's own: tries are counted by network, for a minute and not for a test. */
const send = (browser: Browser, path: string, answer: string, network = `203.0.${household % 256}.7`) =>
  browser.post(path, { answer }, { 'CF-Connecting-IP': network })

const on = async (browser: Browser, page: string, action = page) =>
  askedOn(await (await browser.get(page)).text(), action)
const askedAtSignIn = (browser = new Browser()) => on(browser, paths.signIn, paths.passkeySignIn)
const rows = () => db().select().from(passkeys)
const rowOf = async ({ credentialId }: Authenticator) =>
  (await rows()).find((row) => row.credentialId === credentialId)
const mails = async (kind: string) =>
  (await env.DB.prepare('SELECT account_id AS account FROM outbox WHERE kind = ?').bind(kind).all()).results
const liveSessions = async (accountId: string) =>
  (await db().select().from(sessions).where(eq(sessions.accountId, accountId))).filter(
    ({ endedAt }) => endedAt === null
  ).length
const actionsSince = async (mark: number) => (await auditSince(mark)).map(({ action }) => action)

/** A passkey of someone's, added as they would. */
async function addedBy(who: Member, { counts = 1 } = {}, browser = as(who)) {
  const key = await Authenticator.make({ counts })
  const answer = await key.register(await on(browser, paths.passkeys))
  const response = await browser.post(paths.passkeys, { answer })
  expect([response.status, response.headers.get('Location')]).toEqual([
    303,
    expect.stringMatching(/^\/settings\/passkeys\/\w{21}$/),
  ])
  return { key, browser, page: response.headers.get('Location') ?? '' }
}

async function signInWith(key: Authenticator, lie: Lie = {}, browser = new Browser()) {
  const answer = await key.sign(await askedAtSignIn(browser), lie)
  return { browser, answer, response: await send(browser, paths.passkeySignIn, answer) }
}

const isIn = async (browser: Browser) => (await browser.get(paths.settings)).status === 200

describe('adding one', () => {
  test('asks for a passkey that is found without an address, by someone who proves who they are', async () => {
    const asked = await on(as('rosa'), paths.passkeys)
    expect(asked).toMatchObject({
      rp: { id: 'portal.test', name: 'CareSpace' },
      user: {
        id: base64url.encode(new TextEncoder().encode('rosa'), { includePadding: false }),
        name: 'rosa@example.test',
        displayName: 'Rosa Díaz',
      },
      pubKeyCredParams: [{ alg: -7 }, { alg: -257 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    })
  })

  test('keeps it, tells the owner and goes on in a new session', async () => {
    const mark = await auditMark()
    const { key, browser, page } = await addedBy('milo')
    expect(await rowOf(key)).toMatchObject({
      accountId: 'milo',
      algorithm: 'ES256',
      counter: 1,
      transports: ['internal', 'hybrid'],
      suspendedAt: null,
    })
    expect(browser.jar.get('__Host-cs')).not.toBe('milo-session')
    expect(await isIn(as('milo'))).toBe(false)
    expect((await browser.get(page)).status).toBe(200)
    expect(await mails('passkey-added')).toEqual([{ account: 'milo' }])
    expect(await actionsSince(mark)).toContain('settings.passkey-added')
  })

  test('asks the device not to make a second one for the same person', async () => {
    const { key, browser } = await addedBy('milo')
    const { excludeCredentials } = await on(browser, paths.passkeys)
    expect(excludeCredentials?.map(({ id }) => id)).toEqual([key.credentialId])
  })

  test('is not possible where the password was not given lately', async () => {
    const browser = as('milo')
    const asked = await on(browser, paths.passkeys)
    await db()
      .update(sessions)
      .set({ confirmedAt: minutesAgo(11) })
      .where(eq(sessions.id, 'milo-browser'))
    const html = await (await browser.get(paths.passkeys)).text()
    expect(html).not.toContain('data-passkey')
    expect(html).toContain('/confirm?next=%2Fsettings%2Fpasskeys')
    const answer = await (await Authenticator.make()).register(asked)
    const response = await browser.post(paths.passkeys, { answer })
    expect(response.headers.get('Location')).toBe('/confirm?next=%2Fsettings%2Fpasskeys')
    expect(await rows()).toEqual([])
  })

  const other = async () =>
    base64url.encode(
      new Uint8Array(
        (await crypto.subtle.exportKey('spki', (await Authenticator.make()).keys.publicKey)) as ArrayBuffer
      ),
      { includePadding: false }
    )
  const rsa = async (modulusLength: number) => {
    const keys = (await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: 'SHA-256',
      },
      true,
      ['sign', 'verify']
    )) as CryptoKeyPair
    return base64url.encode(
      new Uint8Array((await crypto.subtle.exportKey('spki', keys.publicKey)) as ArrayBuffer),
      { includePadding: false }
    )
  }
  const challengeFor = (purpose: Purpose, boundTo: string, at = new Date()) =>
    newChallenge(env.TOKEN_KEY, purpose, boundTo, at)

  const lies: Record<string, () => Lie | Promise<Lie>> = {
    'a challenge of our own making': () => ({ challenge: 'A'.repeat(54) }),
    'no challenge': () => ({ challenge: '' }),
    'a challenge for signing in': async () => ({ challenge: await challengeFor('sign-in', '') }),
    'a challenge of another session': async () => ({
      challenge: await challengeFor('add', await sha256('ines-session')),
    }),
    'a challenge that ran out': async () => ({
      challenge: await challengeFor('add', await sha256('milo-session'), minutesAgo(16)),
    }),
    'another origin': () => ({ origin: 'https://portal.test.evil.test' }),
    'another port': () => ({ origin: 'https://portal.test:8443' }),
    'no encryption': () => ({ origin: 'http://portal.test' }),
    'another site’s passkey': () => ({ rpId: 'evil.test' }),
    'a frame of another site': () => ({ crossOrigin: true }),
    'what is said when one is used': () => ({ type: 'webauthn.get' }),
    'nobody there': () => ({ flags: flag.verified | flag.attested }),
    'nobody recognised': () => ({ flags: flag.present | flag.attested }),
    'a copy that may not be one': () => ({
      flags: flag.present | flag.verified | flag.attested | flag.isCopied,
    }),
    'no passkey in it': () => ({ flags: flag.present | flag.verified }),
    'an id the authenticator did not give': () => ({ attestedId: new Uint8Array(16) }),
    'two ids': () => ({ rawId: 'AAAA' }),
    'an algorithm nobody asked for': () => ({ algorithm: -8 }),
    'another algorithm than its key': () => ({ algorithm: -257 }),
    'a key that is none': () => ({ publicKey: 'AAAA' }),
    'an RSA key that is too short': async () => ({ algorithm: -257, publicKey: await rsa(1024) }),
    'client data that is no JSON': () => ({ clientData: () => '{' }),
  }
  test.each(Object.entries(lies))('refuses %s', async (_, lie) => {
    const browser = as('milo')
    const key = await Authenticator.make()
    const answer = await key.register(await on(browser, paths.passkeys), await lie())
    const response = await browser.post(paths.passkeys, { answer })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('We could not add that passkey.')
    expect(await rows()).toEqual([])
    expect(await mails('passkey-added')).toEqual([])
    expect(browser.jar.get('__Host-cs')).toBe('milo-session')
  })

  test('takes what was refused for nothing but that', async () => {
    const browser = as('milo')
    const key = await Authenticator.make()
    const publicKey = await rsa(2048)
    const answer = await key.register(await on(browser, paths.passkeys), { algorithm: -257, publicKey })
    expect((await browser.post(paths.passkeys, { answer })).status).toBe(303)
    expect(await rowOf(key)).toMatchObject({ algorithm: 'RS256', publicKey })
    expect(await other()).not.toBe(publicKey)
  })

  test('refuses a passkey that belongs to someone else', async () => {
    const { key } = await addedBy('milo')
    const browser = as('ines')
    const answer = await key.register(await on(browser, paths.passkeys))
    expect((await browser.post(paths.passkeys, { answer })).status).toBe(422)
    expect(await rows()).toHaveLength(1)
  })

  test('takes one answer once, however often it is sent at the same time', async () => {
    const browser = as('milo')
    const answer = await (await Authenticator.make()).register(await on(browser, paths.passkeys))
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => as('milo').post(paths.passkeys, { answer }))
    )
    expect(
      answers.filter(
        ({ status, headers }) => status === 303 && headers.get('Location')?.startsWith('/settings/')
      ).length
    ).toBe(1)
    expect(await rows()).toHaveLength(1)
    expect(await mails('passkey-added')).toHaveLength(1)
  })

  test('stops at ten', async () => {
    const browser = as('milo')
    const asked = await on(browser, paths.passkeys)
    await db()
      .insert(passkeys)
      .values(Array.from({ length: 10 }, (_, i) => row(`k${i}`, 'milo')))
    const page = await (await browser.get(paths.passkeys)).text()
    expect(page).not.toContain('data-passkey')
    expect(page).toContain('You have 10 passkeys')
    const answer = await (await Authenticator.make()).register(asked)
    expect((await browser.post(paths.passkeys, { answer })).status).toBe(422)
    expect(await rows()).toHaveLength(10)
  })
})

const row = (id: string, accountId: string) => ({
  id,
  accountId,
  credentialId: `credential-${id}`,
  publicKey: 'AAAA',
  algorithm: 'ES256' as const,
  counter: 0,
  transports: [],
  name: id,
  createdAt: new Date(),
})

describe('signing in without typing anything', () => {
  test('opens the portal, with where the person was going', async () => {
    const { key } = await addedBy('rosa')
    const mark = await auditMark()
    const browser = new Browser()
    const answer = await key.sign(await askedAtSignIn(browser))
    const response = await send(browser, `${paths.passkeySignIn}?next=/settings`, answer)
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings'])
    expect(await isIn(browser)).toBe(true)
    expect((await auditSince(mark)).find(({ action }) => action === 'sign-in.passkey')).toMatchObject({
      account_id: 'rosa',
    })
    expect(await rowOf(key)).toMatchObject({ counter: 2, lastUsedAt: expect.any(Date) })
  })

  test('is both steps in one, for staff too', async () => {
    const { key } = await addedBy('nadia')
    const { browser } = await signInWith(key)
    expect((await browser.get(paths.admin)).status).toBe(200)
  })

  test('names no passkey, so that nobody learns who has one', async () => {
    await addedBy('rosa')
    expect((await askedAtSignIn()).allowCredentials).toEqual([])
  })

  test('never sends anyone to another site', async () => {
    const { key } = await addedBy('rosa')
    for (const next of ['https://evil.test/', '//evil.test', '/\\evil.test']) {
      const answer = await key.sign(await askedAtSignIn())
      const response = await new Browser().post(`${paths.passkeySignIn}?next=${encodeURIComponent(next)}`, {
        answer,
      })
      expect([next, response.status, response.headers.get('Location')]).toEqual([next, 303, '/'])
    }
  })

  test('works with a passkey that never counts, again and again', async () => {
    const { key } = await addedBy('rosa', { counts: 0 })
    for (let i = 0; i < 3; i++) expect((await signInWith(key)).response.status).toBe(303)
  })

  test('works however short the numbers of a signature are', async () => {
    const { key } = await addedBy('rosa', { counts: 0 })
    const lengths = new Set<number>()
    for (let tries = 0; tries < 3000 && !(lengths.has(31) && lengths.has(32) && lengths.has(33)); tries++) {
      let length = 0
      const answer = await key.sign(
        { challenge: await newChallenge(env.TOKEN_KEY, 'sign-in', '', new Date()), rpId: 'portal.test' },
        {
          signature: (der) => {
            length = Math.min(der[3] ?? 0, der[5 + (der[3] ?? 0)] ?? 0)
            return der
          },
        }
      )
      if (lengths.has(length)) continue
      lengths.add(length)
      const response = await send(new Browser(), paths.passkeySignIn, answer)
      expect([length, response.status]).toEqual([length, 303])
    }
    expect(lengths).toContain(31)
  })

  const after = {
    'a removed passkey': () =>
      env.DB.prepare("UPDATE passkeys SET removed_at = 1 WHERE account_id = 'rosa'").run(),
    'a stopped passkey': () =>
      env.DB.prepare("UPDATE passkeys SET suspended_at = 1 WHERE account_id = 'rosa'").run(),
    'an unknown passkey': () => env.DB.prepare("DELETE FROM passkeys WHERE account_id = 'rosa'").run(),
    'a closed account': () =>
      env.DB.prepare("UPDATE accounts SET deactivated_at = 1 WHERE id = 'rosa'").run(),
  }
  const ines = base64url.encode(new TextEncoder().encode('ines'), { includePadding: false })
  const lies: Record<string, Lie | (() => Promise<unknown>)> = {
    ...after,
    'a wrong signature': { signature: (der) => der.with(40, (der[40] ?? 0) ^ 1) },
    'a signature that is none': { signature: () => new Uint8Array([0x30, 2, 2, 0]) },
    'a signature with more behind it': { signature: (der) => new Uint8Array([...der, 0]) },
    'an empty signature': { signature: () => new Uint8Array(1) },
    'a challenge of its own': { challenge: 'A'.repeat(54) },
    'a challenge with one bit changed': {
      clientData: (json) => json.replace(/("challenge":".)(.)/, (_, a, b) => `${a}${b === 'A' ? 'B' : 'A'}`),
    },
    'another origin': { origin: 'https://evil.test' },
    'a longer origin': { origin: 'https://portal.test.evil.test' },
    'no encryption': { origin: 'http://portal.test' },
    'another site’s passkey': { rpId: 'evil.test' },
    'a frame of another site': { crossOrigin: true },
    'what is said when one is made': { type: 'webauthn.create' },
    'nobody there': { flags: flag.verified },
    'nobody recognised': { flags: flag.present },
    'a copy that may not be one': { flags: flag.present | flag.verified | flag.isCopied },
    'another credential': { id: 'AAAAAAAAAAAAAAAAAAAAAA' },
    'two ids': { rawId: 'AAAAAAAAAAAAAAAAAAAAAA' },
    'the handle of another account': { userHandle: ines },
    'no handle': { userHandle: null },
    'client data that is no JSON': { clientData: () => 'x' },
  }
  test.each(Object.entries(lies))('refuses %s', async (_, lie) => {
    const { key } = await addedBy('rosa')
    const mark = await auditMark()
    if (typeof lie === 'function') await lie()
    const before = await liveSessions('rosa')
    const { response, browser } = await signInWith(key, typeof lie === 'function' ? {} : lie)
    expect(response.status).toBe(422)
    const html = await response.text()
    const { headings, title } = await readPage(html)
    expect([headings, title]).toEqual([['Sign in'], 'Error: Sign in – CareSpace'])
    expect(html).toContain('We could not use that passkey.')
    expect(askedOn(html, paths.passkeySignIn).challenge).toHaveLength(54)
    // A device that answers by itself would be asked, and refused, without end.
    expect(html).not.toContain('data-autofill')
    expect(await isIn(browser)).toBe(false)
    expect(await liveSessions('rosa')).toBe(before)
    expect(await actionsSince(mark)).toEqual(['sign-in.passkey-wrong'])
    // Nothing but a counter that runs backwards says that there are two.
    expect(await mails('passkey-suspended')).toEqual([])
  })

  test('refuses a challenge that ran out, or was meant for something else', async () => {
    const { key } = await addedBy('rosa')
    const hash = await sha256('rosa-browser')
    for (const challenge of [
      await newChallenge(env.TOKEN_KEY, 'sign-in', '', minutesAgo(16)),
      await newChallenge(env.TOKEN_KEY, 'confirm', hash, new Date()),
      await newChallenge(env.TOKEN_KEY, 'sign-in', hash, new Date()),
      await newChallenge('another key of thirty-two characters', 'sign-in', '', new Date()),
    ]) {
      const { response } = await signInWith(key, { challenge })
      expect(response.status).toBe(422)
    }
    const challenge = await newChallenge(env.TOKEN_KEY, 'sign-in', '', minutesAgo(14))
    expect((await signInWith(key, { challenge })).response.status).toBe(303)
  })

  test('refuses the same answer a second time, and takes it for nothing worse', async () => {
    const { key } = await addedBy('rosa')
    const { answer } = await signInWith(key)
    const thief = new Browser()
    expect((await send(thief, paths.passkeySignIn, answer)).status).toBe(422)
    expect(await isIn(thief)).toBe(false)
    expect(await rowOf(key)).toMatchObject({ suspendedAt: null })
    expect((await signInWith(key)).response.status).toBe(303)
  })

  test.each([0, 1])(
    'opens one session for one answer sent twenty times at once (counting by %d)',
    async (counts) => {
      const { key } = await addedBy('rosa', { counts })
      const before = await liveSessions('rosa')
      const answer = await key.sign(await askedAtSignIn())
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send(new Browser(), paths.passkeySignIn, answer))
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(422)])
      expect(await liveSessions('rosa')).toBe(before + 1)
      expect(await rowOf(key)).toMatchObject({ suspendedAt: null })
    }
  )

  test('takes only so many tries from one network', async () => {
    const { key } = await addedBy('rosa', { counts: 0 })
    const asked = await askedAtSignIn()
    const wrong = await key.sign(asked, { origin: 'https://evil.test' })
    for (let i = 0; i < 31; i++) await send(new Browser(), paths.passkeySignIn, wrong)
    expect((await signInWith(key)).response.status).toBe(422)
    const browser = new Browser()
    const answer = await key.sign(await askedAtSignIn(browser))
    const elsewhere = await send(browser, paths.passkeySignIn, answer, '198.51.100.4')
    expect(elsewhere.status).toBe(303)
  })

  test.each(['sessions', 'passkeys', 'spent_challenges', 'audit_entries'])(
    'opens nothing while %s cannot be written',
    async (table) => {
      const { key } = await addedBy('rosa')
      const answer = await key.sign(await askedAtSignIn())
      const before = await liveSessions('rosa')
      for (const act of ['INSERT', 'UPDATE'])
        await env.DB.prepare(
          `CREATE TRIGGER broken_${act} BEFORE ${act} ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`
        ).run()
      try {
        expect((await send(new Browser(), paths.passkeySignIn, answer)).status).toBe(500)
      } finally {
        for (const act of ['INSERT', 'UPDATE']) await env.DB.prepare(`DROP TRIGGER broken_${act}`).run()
      }
      expect(await liveSessions('rosa')).toBe(before)
      expect((await send(new Browser(), paths.passkeySignIn, answer)).status).toBe(303)
    }
  )
})

describe('a copy of an authenticator', () => {
  test.each([
    ['the counter of the last use', 2],
    ['a lower counter', 1],
    ['no counter any more', 0],
  ])('is noticed by %s, and stops the passkey for both', async (_, counter) => {
    const { key } = await addedBy('rosa')
    expect((await signInWith(key)).response.status).toBe(303)
    const mark = await auditMark()
    const { response, browser } = await signInWith(key, { counter })
    expect(response.status).toBe(422)
    expect(await isIn(browser)).toBe(false)
    expect(await rowOf(key)).toMatchObject({ suspendedAt: expect.any(Date), counter: 2 })
    expect(await mails('passkey-suspended')).toEqual([{ account: 'rosa' }])
    expect(await actionsSince(mark)).toEqual(['sign-in.passkey-suspended', 'sign-in.passkey-wrong'])
    expect((await signInWith(key, { counter: 99 })).response.status).toBe(422)
    expect(await mails('passkey-suspended')).toHaveLength(1)
  })

  test('leaves the owner’s other passkeys alone, and is said on their page', async () => {
    const { key, browser, page } = await addedBy('rosa')
    const { key: other } = await addedBy('rosa', {}, browser)
    await signInWith(key, { counter: 1 })
    expect((await signInWith(other)).response.status).toBe(303)
    expect(await (await browser.get(paths.passkeys)).text()).toContain('Stopped')
    expect(await (await browser.get(page)).text()).toContain('seemed to be a copy')
  })

  test('is told of once when both come at the same moment', async () => {
    const { key } = await addedBy('rosa')
    const asked: Asked[] = []
    for (let i = 0; i < 10; i++) asked.push(await askedAtSignIn())
    await Promise.all(
      asked.map(async (each) =>
        send(new Browser(), paths.passkeySignIn, await key.sign(each, { counter: 1 }))
      )
    )
    expect(await mails('passkey-suspended')).toHaveLength(1)
  })
})

describe('as the second step', () => {
  /** Someone whose password was right. */
  async function halfway(who: Member) {
    const browser = new Browser()
    const response = await browser.submit(paths.signIn, { email: `${who}@example.test`, password })
    expect(response.headers.get('Location')).toBe(paths.secondStep)
    return browser
  }
  const withoutApp = (who: Member) =>
    db()
      .update(accounts)
      .set({ totpSecret: null, totpConfirmedAt: null, secondStepAt: new Date() })
      .where(eq(accounts.id, who))

  test.each(['nadia', 'rosa'] as const)('lets %s in, who has no app', async (who) => {
    const { key } = await addedBy(who)
    await withoutApp(who)
    const browser = await halfway(who)
    const asked = await on(browser, paths.secondStep, paths.secondStepPasskey)
    expect(asked.allowCredentials?.map(({ id }) => id)).toEqual([key.credentialId])
    const held = browser.jar.get('__Host-cs')
    const answer = await key.sign(asked)
    const response = await browser.post(paths.secondStepPasskey, { answer })
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/'])
    expect(browser.jar.get('__Host-cs')).not.toBe(held)
    expect(await isIn(browser)).toBe(true)
  })

  test('may leave the handle out, because we said which passkey', async () => {
    const { key } = await addedBy('nadia')
    const browser = await halfway('nadia')
    const answer = await key.sign(await on(browser, paths.secondStep, paths.secondStepPasskey), {
      userHandle: null,
    })
    expect((await browser.post(paths.secondStepPasskey, { answer })).status).toBe(303)
  })

  test('is no one else’s passkey', async () => {
    await addedBy('nadia')
    const { key: frida } = await addedBy('frida')
    const browser = await halfway('nadia')
    const mark = await auditMark()
    const asked = await on(browser, paths.secondStep, paths.secondStepPasskey)
    for (const lie of [{}, { userHandle: null }]) {
      const response = await browser.post(paths.secondStepPasskey, { answer: await frida.sign(asked, lie) })
      expect(response.status).toBe(422)
    }
    expect(await isIn(browser)).toBe(false)
    expect(await actionsSince(mark)).toEqual(['sign-in.passkey-wrong', 'sign-in.passkey-wrong'])
  })

  test('is no answer to the sign-in page, nor to another session', async () => {
    const { key } = await addedBy('nadia')
    const [browser, elsewhere] = [await halfway('nadia'), await halfway('nadia')]
    const answer = await key.sign(await on(elsewhere, paths.secondStep, paths.secondStepPasskey))
    expect((await browser.post(paths.secondStepPasskey, { answer })).status).toBe(422)
    expect((await send(new Browser(), paths.passkeySignIn, answer)).status).toBe(422)
    expect((await elsewhere.post(paths.secondStepPasskey, { answer })).status).toBe(303)
  })

  test('is not offered to those who have none', async () => {
    const html = await (await (await halfway('nadia')).get(paths.secondStep)).text()
    expect(html).not.toContain('data-passkey')
  })
})

describe('confirming that it is you', () => {
  const longAgo = () =>
    db()
      .update(sessions)
      .set({ confirmedAt: minutesAgo(30) })
      .where(eq(sessions.accountId, 'rosa'))

  test('takes a passkey instead of the password', async () => {
    const { key, browser } = await addedBy('rosa')
    await longAgo()
    const held = browser.jar.get('__Host-cs')
    const mark = await auditMark()
    const answer = await key.sign(await on(browser, paths.confirm, paths.confirmPasskey))
    const response = await browser.post(`${paths.confirmPasskey}?next=/settings/passkeys`, { answer })
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings/passkeys'])
    expect(browser.jar.get('__Host-cs')).not.toBe(held)
    expect(await (await browser.get(paths.passkeys)).text()).toContain('data-passkey')
    expect(await actionsSince(mark)).toEqual(['confirm.passkey'])
    expect(await rowOf(key)).toMatchObject({ counter: 2 })
  })

  test('refuses the same answer again, and twenty of it at once but one', async () => {
    const { key, browser } = await addedBy('rosa')
    const answer = await key.sign(await on(browser, paths.confirm, paths.confirmPasskey))
    const cookie = browser.jar.get('__Host-cs') ?? ''
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => {
        const same = new Browser()
        same.jar.set('__Host-cs', cookie)
        return same.post(paths.confirmPasskey, { answer })
      })
    )
    const through = answers.filter(({ headers }) => headers.get('Location') === paths.settings)
    expect(through).toHaveLength(1)
    expect(await rowOf(key)).toMatchObject({ suspendedAt: null, counter: 2 })
  })

  test('refuses the passkey of another account', async () => {
    const { browser } = await addedBy('rosa')
    const { key: ines } = await addedBy('ines')
    await longAgo()
    const mark = await auditMark()
    const asked = await on(browser, paths.confirm, paths.confirmPasskey)
    const response = await browser.post(paths.confirmPasskey, { answer: await ines.sign(asked) })
    expect(response.status).toBe(422)
    expect(await actionsSince(mark)).toEqual(['confirm.passkey-wrong'])
    expect(await (await browser.get(paths.passkeys)).text()).not.toContain('data-passkey')
  })
})

describe('the list', () => {
  test('calls a new one what its maker calls it, where we know the maker', async () => {
    const browser = as('rosa')
    const samsung = { aaguid: new TextEncoder().encode('SAMSUNG\0'.padEnd(16, '\0')) }
    for (const lie of [samsung, {}]) {
      const answer = await (await Authenticator.make()).register(await on(browser, paths.passkeys), lie)
      await browser.post(paths.passkeys, { answer })
    }
    expect((await rows()).map(({ name }) => name).sort()).toEqual(['Passkey', 'Samsung Pass'])
  })

  test('names each, and takes a new name', async () => {
    const { browser, page } = await addedBy('rosa', {}, as('rosa'))
    const response = await browser.submit(page, { name: '  My <phone>  ' })
    expect(response.headers.get('Location')).toBe(paths.passkeys)
    expect(await (await browser.get(paths.passkeys)).text()).toContain('My &lt;phone&gt;')
  })

  test.each(['', '   ', 'x'.repeat(61)])('refuses the name “%s”', async (name) => {
    const { browser, page } = await addedBy('rosa')
    expect((await browser.submit(page, { name })).status).toBe(422)
  })

  test('shows nobody else’s, and changes nobody else’s', async () => {
    const { key, page } = await addedBy('rosa')
    const ines = as('ines')
    expect(await (await ines.get(paths.passkeys)).text()).not.toContain('class="rows"')
    expect((await ines.get(page)).status).toBe(404)
    expect((await ines.post(page, { name: 'mine' })).status).toBe(404)
    expect((await ines.post(`${page}/removal`)).status).toBe(404)
    expect(await rowOf(key)).toMatchObject({ removedAt: null, name: 'Passkey' })
  })

  test('loses one that is removed: it opens nothing any more', async () => {
    const { key, browser, page } = await addedBy('rosa')
    const { key: other } = await addedBy('rosa', {}, browser)
    const held = browser.jar.get('__Host-cs')
    const mark = await auditMark()
    const response = await browser.post(`${page}/removal`)
    expect(response.headers.get('Location')).toBe(paths.passkeys)
    expect(browser.jar.get('__Host-cs')).not.toBe(held)
    expect(await mails('passkey-removed')).toEqual([{ account: 'rosa' }])
    expect(await actionsSince(mark)).toEqual(['settings.passkey-removed'])
    expect((await signInWith(key)).response.status).toBe(422)
    expect((await signInWith(other)).response.status).toBe(303)
    expect((await browser.post(`${page}/removal`)).status).toBe(404)
    expect(await mails('passkey-removed')).toHaveLength(1)
  })

  test('removes nothing where the password was not given lately', async () => {
    const { key, browser, page } = await addedBy('rosa')
    await db()
      .update(sessions)
      .set({ confirmedAt: minutesAgo(11) })
      .where(eq(sessions.accountId, 'rosa'))
    expect((await browser.post(`${page}/removal`)).headers.get('Location')).toMatch(/^\/confirm\?/)
    expect(await rowOf(key)).toMatchObject({ removedAt: null })
  })

  test('keeps the last second step of someone who must have one, and says why', async () => {
    const { key, browser, page } = await addedBy('nadia')
    await db().update(accounts).set({ totpConfirmedAt: null }).where(eq(accounts.id, 'nadia'))
    expect(await (await browser.get(page)).text()).toContain('your only second step')
    const response = await browser.post(`${page}/removal`)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('your only second step')
    expect(await rowOf(key)).toMatchObject({ removedAt: null })

    const { page: second } = await addedBy('nadia', {}, browser)
    const both = await Promise.all(
      [page, second].map((each) => {
        const same = new Browser()
        same.jar.set('__Host-cs', browser.jar.get('__Host-cs') ?? '')
        return same.post(`${each}/removal`)
      })
    )
    expect(both.filter(({ headers }) => headers.get('Location') === paths.passkeys)).toHaveLength(1)
    expect((await rows()).filter(({ removedAt }) => removedAt === null)).toHaveLength(1)
  })

  test('lets go of the last one where an app is left', async () => {
    const { key, browser, page } = await addedBy('nadia')
    expect((await browser.post(`${page}/removal`)).status).toBe(303)
    expect(await rowOf(key)).toMatchObject({ removedAt: expect.any(Date) })
  })
})

test('a first passkey turns the second step on for staff, and asks nothing more of a patient', async () => {
  await db().update(accounts).set({ secondStepAt: null })
  await addedBy('nadia')
  await addedBy('rosa')
  const after = await db().select().from(accounts)
  const of = (id: string) => after.find((account) => account.id === id)?.secondStepAt
  expect([of('nadia'), of('rosa')]).toEqual([expect.any(Date), null])
})

test('spent challenges go with the full hour once they could not be used any more', async () => {
  const at = (hash: string, minutes: number) => ({ hash, expiresAt: minutesAgo(minutes) })
  await db()
    .insert(spentChallenges)
    .values([at('over', 1), at('open', -10)])
  const scheduledTime = new Date('2026-11-20T15:00:00Z')
  await worker.scheduled(createScheduledController({ scheduledTime, cron: '* * * * *' }), env)
  expect((await db().select().from(spentChallenges)).map(({ hash }) => hash)).toEqual(['open'])
})
