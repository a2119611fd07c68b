import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { passkeys } from '../../src/db/schema.ts'
import { paths } from '../../src/paths.ts'
import { Authenticator, askedOn } from '../support/authenticator.ts'
import { as, Browser } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { PostOffice } from '../support/invited.ts'
import { auditMark, auditSince, db, password, seed } from '../support/people.ts'
import { forgotten, newPassword } from '../support/reset.ts'

beforeEach(seed)

const email = 'rosa@example.test'
const asked = async (browser: Browser, page: string, action = page) =>
  askedOn(await (await browser.get(page)).text(), action)
const textOf = async (response: Response) => (await readPage(await response.text())).text
const isIn = async (browser: Browser) => (await browser.get(paths.settings)).status === 200
const held = async () =>
  (await db().select().from(passkeys))
    .filter(({ heldAt, removedAt }) => heldAt && !removedAt)
    .map(({ id }) => id)

async function added(browser = as('rosa')) {
  const key = await Authenticator.make()
  const answer = await key.register(await asked(browser, paths.passkeys))
  const response = await browser.post(paths.passkeys, { answer })
  return { key, browser, id: response.headers.get('Location')?.split('/').at(-1) ?? '' }
}

async function signInWith(key: Authenticator, browser = new Browser()) {
  const answer = await key.sign(await asked(browser, paths.signIn, paths.passkeySignIn))
  return { browser, response: await browser.post(paths.passkeySignIn, { answer }) }
}

/** The owner sets a new password with a link, in a browser of their own. */
async function resetPassword(office = new PostOffice()) {
  const owner = new Browser()
  await owner.post(await forgotten(office), { password: newPassword })
  return { owner, office }
}

const signIn = (browser: Browser, next = '') =>
  browser.post(`/sign-in${next}`, { email, password: newPassword })

describe('a passkey that is older than the password', () => {
  test('opens nothing by itself after a reset, so that a thief’s is left outside', async () => {
    const { key } = await added()
    await resetPassword()
    const mark = await auditMark()
    const { browser, response } = await signInWith(key)
    expect(response.status).toBe(422)
    expect(await textOf(response)).toContain('this passkey is on hold')
    expect(await isIn(browser)).toBe(false)
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['sign-in.passkey-held'])
  })

  test('opens the account again once the owner has said that it is theirs', async () => {
    const { key } = await added()
    const { owner } = await resetPassword()
    const arrived = await signIn(owner)
    expect(arrived.headers.get('Location')).toBe(paths.passkeys)
    const page = await owner.get(paths.passkeys)
    expect(await textOf(page)).toContain('Are these passkeys yours?')
    const before = owner.jar.get('__Host-cs')
    const mark = await auditMark()
    const kept = await owner.submit(paths.passkeys, {}, paths.passkeysKept)
    expect(kept.headers.get('Location')).toBe(paths.passkeys)
    expect(owner.jar.get('__Host-cs')).not.toBe(before)
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['settings.passkeys-kept'])
    expect(await textOf(await owner.get(paths.passkeys))).not.toContain('Are these passkeys yours?')
    expect((await signInWith(key)).response.status).toBe(303)
  })

  test('can be removed instead, and stays out', async () => {
    const { key, id } = await added()
    const { owner } = await resetPassword()
    await signIn(owner)
    await owner.post(`/settings/passkeys/${id}/removal`)
    expect(await held()).toEqual([])
    expect((await signInWith(key)).response.status).toBe(422)
  })

  test('is asked about after a change in Settings too', async () => {
    const { key, browser } = await added()
    const changed = await browser.post(paths.passwordSettings, {
      currentPassword: password,
      password: newPassword,
    })
    expect(changed.headers.get('Location')).toBe(paths.passkeys)
    expect((await signInWith(key)).response.status).toBe(422)
    await browser.submit(paths.passkeys, {}, paths.passkeysKept)
    expect((await signInWith(key)).response.status).toBe(303)
  })

  test('does not stand between a person and the page they were going to', async () => {
    await added()
    const { owner } = await resetPassword()
    const arrived = await signIn(owner, '?next=%2Fpatients%2Frosa-chart%2Flabs')
    expect(arrived.headers.get('Location')).toBe('/patients/rosa-chart/labs')
  })

  test('is a second step still, and its owner’s once it was given after the new password', async () => {
    const { key } = await added()
    await env.DB.prepare("UPDATE accounts SET second_step_at = 1 WHERE id = 'rosa'").run()
    const { owner } = await resetPassword()
    expect((await signIn(owner)).headers.get('Location')).toBe(paths.secondStep)
    const answer = await key.sign(await asked(owner, paths.secondStep, paths.secondStepPasskey))
    expect((await owner.post(paths.secondStepPasskey, { answer })).status).toBe(303)
    expect(await isIn(owner)).toBe(true)
    expect(await held()).toEqual([])
  })

  test('confirms nothing in a session that is open', async () => {
    const { key } = await added()
    const { owner } = await resetPassword()
    await signIn(owner)
    const before = await asked(owner, paths.confirm, paths.confirmPasskey).catch(() => undefined)
    expect(before).toBeUndefined()
    await owner.submit(paths.passkeys, {}, paths.passkeysKept)
    const options = await asked(owner, paths.confirm, paths.confirmPasskey)
    await env.DB.prepare('UPDATE passkeys SET held_at = 1').run()
    const answer = await key.sign(options)
    expect((await owner.post(paths.confirmPasskey, { answer })).status).toBe(422)
  })

  test('is spoken of in the notice, by number and day and never by a name someone chose', async () => {
    const { browser, id } = await added()
    await browser.post(`/settings/passkeys/${id}`, { name: 'Call 555-0199 now' })
    const { office } = await resetPassword()
    await office.deliver()
    const notice = (await office.mails(email)).find(({ subject }) => subject.includes('was changed'))
    expect(notice?.text.replace(/\s+/g, ' ')).toContain('Your account has a passkey, added on')
    expect(notice?.text).not.toContain('555-0199')
  })

  test('is not spoken of where there is none', async () => {
    const { office } = await resetPassword()
    await office.deliver()
    const notice = (await office.mails(email)).find(({ subject }) => subject.includes('was changed'))
    expect(notice?.text).not.toContain('passkey')
  })
})

describe('the word that a passkey is one’s own', () => {
  test('is good for one’s own alone', async () => {
    const { id } = await added()
    await resetPassword()
    for (const who of ['ines', 'milo', 'okafor'] as const)
      await as(who).post(paths.passkeysKept, { shown: id })
    expect(await held()).toEqual([id])
  })

  test('is good for those that were shown', async () => {
    const { id, browser } = await added()
    const other = await added(browser)
    const { owner } = await resetPassword()
    await signIn(owner)
    await owner.post(paths.passkeysKept, { shown: id })
    expect(await held()).toEqual([other.id])
  })

  test.each(['', ',', "' OR 1=1", 'a'.repeat(600)])('says nothing as "%s"', async (shown) => {
    const { id } = await added()
    const { owner } = await resetPassword()
    await signIn(owner)
    expect((await owner.post(paths.passkeysKept, { shown })).status).toBe(303)
    expect(await held()).toEqual([id])
  })

  test('takes the password of a moment ago: an open session is not enough', async () => {
    const { id } = await added()
    const { owner } = await resetPassword()
    await signIn(owner)
    await env.DB.prepare('UPDATE sessions SET confirmed_at = 1').run()
    const response = await owner.post(paths.passkeysKept, { shown: id })
    expect(response.headers.get('Location')).toBe('/confirm?next=%2Fsettings%2Fpasskeys')
    expect(await held()).toEqual([id])
  })
})
