import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { hashPassword } from '../../src/identity/password.ts'
import { limits, takeTry } from '../../src/identity/throttle.ts'
import { paths } from '../../src/paths.ts'
import { Authenticator, askedOn } from '../support/authenticator.ts'
import { bare } from '../support/bare.ts'
import { as, Browser } from '../support/browser.ts'
import { Clock, day, minute } from '../support/clock.ts'
import { PostOffice } from '../support/invited.ts'
import { auditMark, auditSince, db, password, seed } from '../support/people.ts'
import { forgotten, newPassword } from '../support/reset.ts'

beforeEach(seed)

const email = 'rosa@example.test'
const from = (address: string) => ({ 'CF-Connecting-IP': address })
const address = (i: number) => `198.51.${Math.floor(i / 250)}.${i % 250}`
const guess = (who: string, typed: string, at: string, browser = new Browser()) =>
  browser.post('/sign-in', { email: who, password: typed }, from(at))
const passTime = (ms: number) =>
  env.DB.prepare('UPDATE throttles SET since = since - ?1, blocked_until = blocked_until - ?1').bind(ms).run()
const tried = async (mark: number) =>
  (await auditSince(mark)).filter(({ action }) => action === 'sign-in.wrong').length
const pauses = async (mark: number) =>
  (await auditSince(mark)).filter(({ action }) => action === 'sign-in.pause-began')

/** A browser the owner has signed in with before. */
async function ownDevice() {
  const own = new Browser()
  await guess(email, password, '203.0.113.50', own)
  await own.post('/sign-out')
  return own
}

describe('stuffing and spraying', () => {
  test('a hundred networks at one account are heard ten times in a quarter of an hour', async () => {
    const mark = await auditMark()
    for (let round = 0; round < 15; round++) {
      for (let i = 0; i < 7; i++) await guess(email, `Wrong-Horse-${i}`, address(round * 7 + i))
      await passTime(minute)
    }
    expect(await tried(mark)).toBeGreaterThanOrEqual(5)
    expect(await tried(mark)).toBeLessThanOrEqual(10)
  })

  test('a hundred networks at once are heard five times', async () => {
    const mark = await auditMark()
    await Promise.all(Array.from({ length: 100 }, (_, i) => guess(email, `Wrong-Horse-${i}`, address(i))))
    expect(await tried(mark)).toBeLessThanOrEqual(5)
  })

  test('one network at a hundred accounts is heard twenty times in a minute, and hardly more in an hour', async () => {
    const mark = await auditMark()
    const spray = async (round: number) => {
      for (let i = 0; i < 100; i++)
        await guess(`person-${round}-${i}@example.test`, 'Wrong-Horse-9', address(1))
    }
    await spray(0)
    expect(await tried(mark)).toBe(20)
    for (let round = 1; round < 4; round++) {
      await passTime(15 * minute)
      await spray(round)
    }
    expect(await tried(mark)).toBeLessThanOrEqual(24)
  })

  test('a network that waits uses up the tries of nobody', async () => {
    for (let i = 0; i < 20; i++) await guess(`person-${i}@example.test`, 'Wrong-Horse-9', address(1))
    for (let i = 0; i < 30; i++) await guess(email, 'Wrong-Horse-9', address(1))
    expect((await guess(email, password, address(2))).status).toBe(303)
  })

  test('an account hears a hundred strangers in a year and no more, and then its owner by another way alone', async () => {
    const clock = new Clock()
    const d = db()
    const attempt = async () =>
      (await d.batch([takeTry(d, 'k', limits.signInByAddress, clock.now())]))[0].length
    let heard = 0
    let ofADay = 0
    for (let tenMinutes = 0; tenMinutes < 6 * 24 * 14; tenMinutes++) {
      while (await attempt()) heard++
      clock.pass(10 * minute)
      if (tenMinutes === 6 * 24) ofADay = heard
    }
    expect(ofADay).toBeLessThanOrEqual(35)
    expect(heard).toBe(100)
    clock.pass(365 * day)
    expect(await attempt()).toBe(1)
  })

  test('the pauses grow to an hour, never beyond', async () => {
    const clock = new Clock()
    const d = db()
    const seen: number[] = []
    for (let i = 0; i < 20; i++) {
      const [[taken]] = await d.batch([takeTry(d, 'k', limits.signInByAddress, clock.now())])
      const pause = (taken?.blockedUntil ?? clock.now().getTime()) - clock.now().getTime()
      seen.push(pause / minute)
      clock.pass(pause)
    }
    expect(seen.slice(0, 11)).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60])
    expect(Math.max(...seen)).toBe(60)
  })
})

describe('lockout as a weapon', () => {
  test('after a thousand failures of strangers the owner is in at the first try on their own device', async () => {
    const own = await ownDevice()
    for (let i = 0; i < 1000; i += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, j) => guess(email, `Wrong-Horse-${j}`, address(i + j)))
      )
    const began = performance.now()
    expect((await guess(email, password, '203.0.113.50', own)).status).toBe(303)
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('even from the very network the strangers are on', async () => {
    const own = await ownDevice()
    for (let i = 0; i < 40; i++) await guess(`person-${i}@example.test`, 'Wrong-Horse-9', address(1))
    expect((await guess(email, password, address(1), own)).status).toBe(303)
  })

  test('and even when strangers have used up the last try of all', async () => {
    const own = await ownDevice()
    await guess(email, 'Wrong-Horse-9', address(1))
    await env.DB.prepare("UPDATE throttles SET count = 99 WHERE purpose = 'sign-in'").run()
    await guess(email, 'Wrong-Horse-9', address(2))
    await passTime(30 * day)
    expect((await guess(email, password, address(3))).status).toBe(422)
    expect((await guess(email, password, address(3), own)).status).toBe(303)
  })

  test('a passkey opens the door that strangers have shut', async () => {
    const key = await Authenticator.make({ counts: 1 })
    const asked = async (browser: Browser, page: string, action = page) =>
      askedOn(await (await browser.get(page)).text(), action)
    const answer = await key.register(await asked(as('rosa'), paths.passkeys))
    await as('rosa').post(paths.passkeys, { answer })
    for (let i = 0; i < 5; i++) await guess(email, 'Wrong-Horse-9', address(i))
    for (let i = 0; i < 40; i++) await guess(`person-${i}@example.test`, 'Wrong-Horse-9', address(9))
    expect((await guess(email, password, address(7))).status).toBe(422)
    const browser = new Browser()
    const signed = await key.sign(await asked(browser, paths.signIn, paths.passkeySignIn))
    const response = await browser.post(paths.passkeySignIn, { answer: signed }, from(address(9)))
    expect([response.status, (await browser.get('/settings')).status]).toEqual([303, 200])
  })

  test('a new password by mail opens the door that strangers have shut', async () => {
    for (let i = 0; i < 5; i++) await guess(email, 'Wrong-Horse-9', address(i))
    expect((await guess(email, password, address(7))).status).toBe(422)
    const link = await forgotten(new PostOffice(), email)
    await new Browser().post(link, { password: newPassword })
    expect((await guess(email, newPassword, address(7))).status).toBe(303)
  })

  test('also where the strangers came before there was an account', async () => {
    await env.DB.prepare("UPDATE accounts SET email = 'before@example.test' WHERE id = 'rosa'").run()
    for (let i = 0; i < 5; i++) await guess(email, 'Wrong-Horse-9', address(i))
    await env.DB.prepare('UPDATE accounts SET email = ? WHERE id = ?').bind(email, 'rosa').run()
    const counter = () =>
      env.DB.prepare("SELECT account_id FROM throttles WHERE purpose = 'sign-in'").first('account_id')
    expect(await counter()).toBeNull()
    await guess(email, password, address(7))
    expect(await counter()).toBe('rosa')
  })
})

test('an owner who has set a new password is heard in that browser, however strangers go on', async () => {
  const owner = new Browser()
  const link = await forgotten(new PostOffice())
  await owner.post(link, { password: newPassword })
  for (let i = 0; i < 20; i++) await guess(email, `Wrong-Horse-${i}`, address(i))
  expect((await guess(email, newPassword, address(200))).status).toBe(422)
  expect((await guess(email, newPassword, address(200), owner)).status).toBe(303)
})

describe('a device cookie in the wrong hands', () => {
  test('buys a budget of its own and no more, on whatever network it is used', async () => {
    const stolen = (await ownDevice()).jar.get('__Host-device') ?? ''
    const mark = await auditMark()
    for (let i = 0; i < 60; i++) {
      const thief = new Browser()
      thief.jar.set('__Host-device', stolen)
      await guess(email, `Wrong-Horse-${i}`, address(i), thief)
    }
    expect(await tried(mark)).toBe(5)
  })

  test('serves for the address it was signed for only', async () => {
    const stolen = (await ownDevice()).jar.get('__Host-device') ?? ''
    for (let i = 0; i < 5; i++) await guess('ines@example.test', 'Wrong-Horse-9', address(i))
    const thief = new Browser()
    thief.jar.set('__Host-device', stolen)
    expect((await guess('ines@example.test', password, address(9), thief)).status).toBe(422)
  })

  test.each([
    ['under another name', (cookie: string) => cookie.replace(/^./, (first) => (first === 'a' ? 'b' : 'a'))],
    ['cut short', (cookie: string) => cookie.slice(0, -2)],
    ['without its signature', (cookie: string) => cookie.split('.')[0] ?? ''],
  ])('%s buys nothing', async (_, change) => {
    const stolen = (await ownDevice()).jar.get('__Host-device') ?? ''
    for (let i = 0; i < 5; i++) await guess(email, 'Wrong-Horse-9', address(i))
    const thief = new Browser()
    thief.jar.set('__Host-device', change(stolen))
    expect((await guess(email, password, address(9), thief)).status).toBe(422)
  })

  test('does not pause the owner elsewhere', async () => {
    const stolen = (await ownDevice()).jar.get('__Host-device') ?? ''
    const other = await ownDevice()
    const thief = new Browser()
    thief.jar.set('__Host-device', stolen)
    for (let i = 0; i < 8; i++) await guess(email, 'Wrong-Horse-9', address(i), thief)
    expect((await guess(email, password, address(9), other)).status).toBe(303)
    expect((await guess(email, password, address(9))).status).toBe(303)
  })
})

test('a hundred and twenty addresses with and without an account are answered alike, to the byte', async () => {
  const answer = async (who: string, i: number) => {
    const response = await guess(who, 'Wrong-Horse-9', address(i))
    const headers = [...response.headers]
      .map(([name, value]) => `${name}: ${value.replaceAll(/nonce-[\w+/=-]+/gi, '')}`)
      .sort()
    return JSON.stringify([response.status, headers, bare(await response.text()).replaceAll(who, '')])
  }
  const known = ['rosa', 'milo', 'vera', 'ines', 'nadia', 'okafor']
  const answers = new Set<string>()
  for (let i = 0; i < 120; i++) {
    answers.add(await answer(`${known[i % 6]}@example.test`, i))
    answers.add(await answer(`nobody-${i % 6}@example.test`, 200 + i))
  }
  expect(answers.size).toBe(1)
})

describe('the audit trail', () => {
  test('names each pause once, however many tries it turns away', async () => {
    const mark = await auditMark()
    for (let i = 0; i < 30; i++) await guess(email, 'Wrong-Horse-9', address(i))
    expect(await pauses(mark)).toEqual([
      expect.objectContaining({ account_id: 'rosa', actor: 'account', subject_id: 'sign-in' }),
    ])
    await passTime(minute)
    for (let i = 0; i < 5; i++) await guess(email, 'Wrong-Horse-9', address(i))
    expect((await pauses(mark)).length).toBe(2)
  })

  test('names the pause of an address nobody has, of a network, and of a device', async () => {
    const own = await ownDevice()
    const mark = await auditMark()
    for (let i = 0; i < 6; i++) await guess('nobody@example.test', 'Wrong-Horse-9', address(i))
    for (let i = 0; i < 21; i++) await guess(`person-${i}@example.test`, 'Wrong-Horse-9', '203.0.113.99')
    for (let i = 0; i < 6; i++) await guess(email, 'Wrong-Horse-9', address(i), own)
    expect((await pauses(mark)).map((entry) => [entry.account_id, entry.subject_id])).toEqual([
      [null, 'sign-in'],
      [null, 'network'],
      ['rosa', 'device'],
    ])
  })

  test('names the pause of a password asked again, and none for a right one', async () => {
    const mark = await auditMark()
    for (let i = 0; i < 8; i++) await as('rosa').post('/confirm', { password: 'Wrong-Horse-9' })
    expect((await pauses(mark)).map((entry) => [entry.account_id, entry.subject_id])).toEqual([
      ['rosa', 'current-password'],
    ])
    for (let i = 0; i < 4; i++) await guess('ines@example.test', 'Wrong-Horse-9', address(i))
    await guess('ines@example.test', password, address(5))
    expect((await pauses(mark)).length).toBe(1)
  })
})

test('everyone who got it wrong reads the same: wait, Forgot Password, the phone', async () => {
  const html = await (await guess(email, 'Wrong-Horse-9', address(1))).text()
  expect(html).toContain('After several wrong tries, wait an hour, choose Forgot Password, or call us.')
  expect(html).toContain('href="/forgot-password"')
  expect(html).toContain('href="tel:')
})

describe('a hash made at a lower cost', () => {
  const hashOf = () =>
    env.DB.prepare("SELECT password_hash FROM accounts WHERE id = 'rosa'").first<string>('password_hash')

  test('is made anew at a right sign-in, and the password is the same', async () => {
    expect(await hashOf()).toContain('m=64,t=1')
    await guess(email, password, address(1))
    expect(await hashOf()).toContain('m=19456,t=2')
    expect((await guess(email, password, address(1))).status).toBe(303)
    expect((await guess(email, 'Wrong-Horse-9', address(1))).status).toBe(422)
  })

  test('is made anew before the second step too', async () => {
    await guess('nadia@example.test', password, address(1))
    expect(
      await env.DB.prepare("SELECT password_hash FROM accounts WHERE id = 'nadia'").first('password_hash')
    ).toContain('m=19456')
  })

  test('stays when the password was wrong or came during a pause', async () => {
    for (let i = 0; i < 5; i++) await guess(email, 'Wrong-Horse-9', address(1))
    await guess(email, password, address(1))
    expect(await hashOf()).toContain('m=64,t=1')
  })

  test('one of today’s cost is left alone', async () => {
    const hash = await hashPassword(password)
    await env.DB.prepare("UPDATE accounts SET password_hash = ? WHERE id = 'rosa'").bind(hash).run()
    await guess(email, password, address(1))
    expect(await hashOf()).toBe(hash)
  })

  test('four sign-ins at once all succeed and leave one hash that works', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => guess(email, password, address(i))))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303])
    expect((await guess(email, password, address(9))).status).toBe(303)
  })

  test('never brings a password back that was changed meanwhile', async () => {
    const changed = await hashPassword('Blue-Kettle-42')
    const signIn = guess(email, password, address(1))
    await env.DB.prepare("UPDATE accounts SET password_hash = ?, password_changed_at = ? WHERE id = 'rosa'")
      .bind(changed, Date.now())
      .run()
    await signIn
    expect(await hashOf()).toBe(changed)
  })
})
