import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/db/schema.ts'
import { Browser, hiddenFields } from '../support/browser.ts'
import { PostOffice, typed } from '../support/invited.ts'
import { db, password, seed } from '../support/people.ts'
import { codeAt, owingSecondStep } from '../support/second-step.ts'

beforeEach(seed)

const android =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36'

const signIn = (browser: Browser, person: string) =>
  browser.submit('/sign-in', { email: `${person}@example.test`, password })

/** Who has been told of a device, in order. */
const told = async () =>
  (
    await env.DB.prepare(
      "SELECT account_id FROM outbox WHERE kind = 'new-device' ORDER BY created_at, account_id"
    ).all<{ account_id: string }>()
  ).results.map(({ account_id }) => account_id)

test('the first sign-in from a browser is told, the next ones are not', async () => {
  const browser = new Browser()
  await signIn(browser, 'rosa')
  expect(await told()).toEqual(['rosa'])
  await browser.post('/sign-out')
  await signIn(browser, 'rosa')
  expect(await told()).toEqual(['rosa'])
  await signIn(new Browser(), 'rosa')
  expect(await told()).toEqual(['rosa', 'rosa'])
})

test('another account in the same browser is told once, and neither is told again', async () => {
  const browser = new Browser()
  for (const person of ['rosa', 'milo', 'rosa', 'milo']) await signIn(browser, person)
  expect((await told()).sort()).toEqual(['milo', 'rosa'])
})

test('a device somebody made up is a new one', async () => {
  const browser = new Browser()
  browser.jar.set('__Host-device', `${'a'.repeat(21)}.${'A'.repeat(22)}`)
  await signIn(browser, 'rosa')
  expect(await told()).toEqual(['rosa'])
})

test('one form sent twice at once, or again after its answer was lost, brings one mail', async () => {
  const browser = new Browser()
  const fields = {
    ...hiddenFields(await (await browser.get('/sign-in')).text(), '/sign-in'),
    email: 'rosa@example.test',
    password,
  }
  expect(fields).toHaveProperty('submissionId')
  // Each try starts without the cookies of an answer that never came.
  const tries = [1, 2, 3].map(() => new Browser().post('/sign-in', fields))
  for (const { status } of await Promise.all(tries)) expect(status).toBe(303)
  await new Browser().post('/sign-in', fields)
  expect(await told()).toEqual(['rosa'])
})

test('a form that was sent for one account does not keep another’s mail away', async () => {
  const { submissionId = '' } = hiddenFields(await (await new Browser().get('/sign-in')).text(), '/sign-in')
  for (const person of ['ines', 'rosa'])
    await new Browser().post('/sign-in', { email: `${person}@example.test`, password, submissionId })
  expect((await told()).sort()).toEqual(['ines', 'rosa'])
})

test('a wrong password tells nobody', async () => {
  await new Browser().submit('/sign-in', { email: 'rosa@example.test', password: 'Wrong-Horse-9' })
  expect(await told()).toEqual([])
})

test('staff are told when the second step is done, not before', async () => {
  await owingSecondStep('halfway')
  const browser = new Browser()
  await browser.submit('/sign-in', { email: 'halfway@example.test', password })
  expect(await told()).toEqual([])
  await browser.submit('/sign-in/second-step', { code: await codeAt(new Date()) })
  expect(await told()).toEqual(['halfway'])
})

test('the browser an account was registered in is known from then on', async () => {
  const office = new PostOffice()
  const link = await office.invite()
  const browser = new Browser()
  await browser.post(link, { ...typed, code: await office.code(browser, link) })
  await browser.post('/sign-out')
  await browser.submit('/sign-in', { email: 'otto@example.test', password: typed.password })
  expect(await db().select().from(accounts)).not.toHaveLength(0)
  expect(await told()).toEqual([])
})

test('the mail says when, what kind of device and roughly where, and nothing else about it', async () => {
  const office = new PostOffice()
  const browser = new Browser()
  await browser.post(
    '/sign-in',
    { email: 'rosa@example.test', password },
    { 'User-Agent': `${android} KANARIENVOGEL` }
  )
  await env.DB.prepare(
    "UPDATE sessions SET place = 'Fayetteville, Arkansas' WHERE user_agent IS NOT NULL"
  ).run()
  await office.deliver()
  const { to, subject, text, html } = await office.newest()
  expect(to).toBe('rosa@example.test')
  expect(subject).toBe('New sign-in to your CareSpace account')
  for (const part of [text, html.replaceAll(/<\/?b[^>]*>/g, '')]) {
    expect(part).toContain('Device: Chrome on Android')
    expect(part).toContain('Place, as far as we can tell: Fayetteville, Arkansas')
    expect(part).toContain('call us right away at (479) 587-1700')
    expect(part).not.toMatch(/KANARIENVOGEL|Mozilla|203\.0\.113|Díaz|Rosa/)
  }
})

test('where the network does not say, the mail says nothing of a place', async () => {
  const office = new PostOffice()
  await signIn(new Browser(), 'rosa')
  await office.deliver()
  const { text } = await office.newest()
  expect(text).toContain('Device: A web browser')
  expect(text).not.toContain('Place')
})
