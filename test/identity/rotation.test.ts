import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { Browser } from '../support/browser.ts'
import { password, seed } from '../support/people.ts'
import { codeAt, owingSecondStep } from '../support/second-step.ts'

beforeEach(seed)

const cookie = '__Host-cs'
const tokenOf = (browser: Browser) => browser.jar.get(cookie) ?? ''

/** A thief who holds a token and asks for every kind of page with it. */
async function opens(token: string) {
  const thief = new Browser()
  for (const page of ['/records', '/settings', '/sign-in/second-step', '/admin']) {
    thief.jar.set(cookie, token)
    const answer = await thief.get(page)
    if (!answer.headers.get('Location')?.startsWith('/sign-in')) return page
  }
  return 'nothing'
}

const openSessions = async () =>
  (
    await env.DB.prepare(
      "SELECT token_hash FROM sessions WHERE account_id = 'halfway' AND ended_at IS NULL"
    ).all()
  ).results.length

test('the token is a new one at each step, the one before is dead, and a planted one never lives', async () => {
  await owingSecondStep('halfway')
  await env.DB.prepare("DELETE FROM sessions WHERE account_id = 'halfway'").run()
  const browser = new Browser()
  browser.jar.set(cookie, 'planted')
  const seen = ['planted']
  const step = async (name: string, act: () => Promise<Response>) => {
    const answer = await act()
    expect([name, answer.status]).toEqual([name, 303])
    expect([name, seen.includes(tokenOf(browser))]).toEqual([name, false])
    for (const old of seen) expect([name, await opens(old)]).toEqual([name, 'nothing'])
    expect([name, await openSessions()]).toEqual([name, 1])
    seen.push(tokenOf(browser))
  }
  const newPassword = 'Violet-Harbor-31'
  await step('the password', () => browser.submit('/sign-in', { email: 'halfway@example.test', password }))
  await step('the second step', async () =>
    browser.submit('/sign-in/second-step', { code: await codeAt(new Date()) })
  )
  await step('the password once more', () => browser.submit('/confirm', { password }))
  await step('a new password', () =>
    browser.submit('/settings/credentials/password', { currentPassword: password, password: newPassword })
  )
  await step('signing in again over it', () =>
    browser.post('/sign-in', { email: 'halfway@example.test', password: newPassword })
  )
  const last = tokenOf(browser)
  await browser.post('/sign-out')
  expect(browser.jar.has(cookie)).toBe(false)
  expect(await opens(last)).toBe('nothing')
  expect(await openSessions()).toBe(0)
})

test('a token of another account planted before sign-in is not taken over, and ends', async () => {
  const browser = new Browser()
  browser.jar.set(cookie, 'ines-session')
  await browser.post('/sign-in', { email: 'rosa@example.test', password })
  const rows = await env.DB.prepare(
    "SELECT account_id FROM sessions WHERE ended_at IS NULL AND account_id IN ('rosa', 'ines') AND id NOT LIKE '%-browser'"
  ).all<{ account_id: string }>()
  expect(rows.results.map(({ account_id }) => account_id)).toEqual(['rosa'])
  expect(await opens('ines-session')).toBe('nothing')
  expect((await browser.get('/')).headers.get('Location')).toBe('/patients/rosa-chart')
})

test('a refused step leaves the token as it was', async () => {
  const browser = new Browser()
  browser.jar.set(cookie, 'rosa-session')
  await browser.submit('/confirm', { password: 'Wrong-Horse-9' })
  expect(tokenOf(browser)).toBe('rosa-session')
  expect((await browser.get('/records')).status).toBe(200)
})
