import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { Browser } from '../support/browser.ts'
import { type Member, password, seed } from '../support/people.ts'
import { codeAt } from '../support/second-step.ts'
import { halfway, rows, withApp } from '../support/second-step-settings.ts'

beforeEach(seed)

/** Signs in with the box checked. */
async function trusted(person: Member, browser = new Browser()) {
  await halfway(person, browser)
  await browser.post('/sign-in/second-step', { code: await codeAt(new Date()), trust: 'yes' })
  return browser
}
const signOut = async (browser: Browser) => {
  await browser.post('/sign-out')
  return browser
}
/** Whether the password alone opens the portal here. */
async function isSpared(browser: Browser, person: Member = 'rosa') {
  await browser.submit('/sign-in', { email: `${person}@example.test`, password })
  return (await browser.get('/settings')).status === 200
}

test('a device with the box checked is not asked again, and without it is', async () => {
  await withApp('rosa')
  expect(await isSpared(await signOut(await trusted('rosa')))).toBe(true)
  await seed()
  await withApp('rosa')
  const plain = await halfway('rosa')
  await plain.post('/sign-in/second-step', { code: await codeAt(new Date()) })
  expect(await isSpared(await signOut(plain))).toBe(false)
})

test('another device is asked', async () => {
  await withApp('rosa')
  await trusted('rosa')
  expect(await isSpared(new Browser())).toBe(false)
})

test('another account on the same device is asked', async () => {
  await withApp('rosa')
  await withApp('milo')
  expect(await isSpared(await signOut(await trusted('rosa')), 'milo')).toBe(false)
})

test('a device that took the other’s name is asked: the name is signed for each address', async () => {
  await withApp('rosa')
  const own = await trusted('rosa')
  const [id] = (own.jar.get('__Host-device') ?? '').split('.')
  const thief = new Browser()
  thief.jar.set('__Host-device', `${id}.${'A'.repeat(22)}`)
  expect(await isSpared(thief)).toBe(false)
})

test('staff are asked every time, box or no box', async () => {
  await withApp('nadia')
  const page = await (await halfway('nadia')).get('/sign-in/second-step')
  expect(await page.text()).not.toContain('name="trust"')
  const browser = await trusted('nadia')
  expect((await browser.get('/admin')).status).toBe(200)
  expect(await rows('SELECT 1 FROM trusted_devices')).toEqual([])
  expect(await isSpared(await signOut(browser), 'nadia')).toBe(false)
})

describe('trust ends', () => {
  test.each([
    ['a second before', 1000, true],
    ['a second after', -1000, false],
  ])('after 30 days: %s', async (_, left, spared) => {
    await withApp('rosa')
    const browser = await signOut(await trusted('rosa'))
    await env.DB.prepare('UPDATE trusted_devices SET trusted_until = ?')
      .bind(Date.now() + left * 5)
      .run()
    expect(await isSpared(browser)).toBe(spared)
  })

  test('when the second step is turned off and on again', async () => {
    await withApp('rosa')
    const browser = await trusted('rosa')
    await browser.post('/settings/second-step/removal')
    await env.DB.prepare('DELETE FROM recovery_sets').run()
    await withApp('rosa')
    expect(await isSpared(await signOut(browser))).toBe(false)
  })

  test('when the password changes', async () => {
    await withApp('rosa')
    const browser = await trusted('rosa')
    const other = 'Copper-Ladder-31x'
    const changed = await browser.submit('/settings/credentials/password', {
      current: password,
      currentPassword: password,
      password: other,
      newPassword: other,
    })
    expect(changed.status).toBe(303)
    expect(await rows('SELECT 1 FROM trusted_devices')).toEqual([])
  })
})
