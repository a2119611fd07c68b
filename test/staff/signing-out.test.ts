import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as, Browser } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, type Person, password, seed } from '../support/people.ts'

beforeEach(seed)

const page = '/admin/patients/rosa-chart'
const signOutAt = (who: string, whose = 'rosa-chart') => `/admin/patients/${whose}/accounts/${who}/sign-out`
const opens = async (browser: Browser) => (await browser.get('/settings')).status === 200
const text = async (browser: Browser, path = page) =>
  (await readPage(await (await browser.get(path)).text())).text.replaceAll(/\s+/g, ' ')
async function anotherBrowser(who: string) {
  const browser = new Browser()
  await browser.post('/sign-in', { email: `${who}@example.test`, password })
  return browser
}
const signOuts = async (mark: number) =>
  (await auditSince(mark)).filter(({ action }) => action === 'account.signed-out-everywhere')

test('staff sign a patient out of every device, and of no second step is spared any more', async () => {
  const [first, other] = [as('rosa'), await anotherBrowser('rosa')]
  await env.DB.prepare(
    "INSERT INTO trusted_devices (account_id, id, trusted_at, trusted_until) VALUES ('rosa', 'phone', 0, 9e15)"
  ).run()
  expect([await opens(first), await opens(other), await opens(as('milo'))]).toEqual([true, true, true])
  const mark = await auditMark()
  const frida = as('frida')
  const response = await frida.submit(page, {}, signOutAt('rosa'))
  expect([response.status, response.headers.get('Location')]).toEqual([303, page])
  expect([await opens(first), await opens(other), await opens(as('milo'))]).toEqual([false, false, true])
  expect(await env.DB.prepare("SELECT id FROM trusted_devices WHERE account_id = 'rosa'").first()).toBeNull()
  expect(await signOuts(mark)).toEqual([
    {
      actor: 'front-desk',
      account_id: 'frida',
      patient_id: 'rosa-chart',
      action: 'account.signed-out-everywhere',
      subject_id: 'rosa',
    },
  ])
  expect(await text(frida)).toContain('The person is signed out of every device.')
  expect(await opens(await anotherBrowser('rosa'))).toBe(true)
})

test('a caregiver too, while they may open the record', async () => {
  expect(await text(as('frida'))).toMatch(/Milo Díaz Caregiver: Son.*Sign out everywhere/)
  expect((await as('frida').post(signOutAt('milo'))).status).toBe(303)
  expect(await opens(as('milo'))).toBe(false)
})

test('who is signed in nowhere is not in the list, and a device that skips the code is told of', async () => {
  await env.DB.prepare("UPDATE sessions SET ended_at = 0 WHERE account_id IN ('rosa', 'milo')").run()
  const seen = await text(as('frida'))
  expect(seen).not.toContain('Sign out everywhere')
  await env.DB.prepare(
    "INSERT INTO trusted_devices (account_id, id, trusted_at, trusted_until) VALUES ('rosa', 'phone', 0, 9e15)"
  ).run()
  expect(await text(as('frida'))).toContain('a device may skip the security code')
})

test.each([
  ['someone of another record', 'ines'],
  ['a caregiver whose access has ended', 'vera'],
  ['a member of staff', 'nadia'],
  ['nobody we know', 'nobody'],
])('%s is signed out of nothing', async (_, who) => {
  const mark = await auditMark()
  expect((await as('frida').post(signOutAt(who))).status).toBe(404)
  expect(await signOuts(mark)).toEqual([])
  if (who !== 'nobody' && who !== 'nadia') expect(await opens(as(who as Person))).toBe(true)
})

test('a patient who is on the staff is signed out by an admin alone, and the page says so', async () => {
  await env.DB.prepare("UPDATE accounts SET staff_role = 'billing' WHERE id = 'rosa'").run()
  expect(await text(as('frida'))).toContain('This is a staff account.')
  expect((await as('frida').post(signOutAt('rosa'))).status).toBe(404)
})
