import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as, type Browser } from '../support/browser.ts'
import { seed } from '../support/people.ts'

beforeEach(seed)

/** A post that stops after its first bytes, for long enough to have got as far as it can; what comes back sends the rest. */
async function begin(browser: Browser, path: string, text: string, headers: Record<string, string> = {}) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const write = (part: string) => writer.write(new TextEncoder().encode(part))
  const response = browser.request(path, {
    method: 'POST',
    body: readable,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  })
  await write(text.slice(0, 5))
  await new Promise((resolve) => setTimeout(resolve, 100))
  return async () => {
    await write(text.slice(5))
    await writer.close()
    return response
  }
}

const body = 'language=es'
const languageOf = () =>
  env.DB.prepare("SELECT language FROM accounts WHERE id = 'rosa'").first<string>('language')
const lastEntryAt = () =>
  env.DB.prepare('SELECT at FROM audit_entries ORDER BY seq DESC LIMIT 1').first<number>('at')

describe.each([
  ['that says how long it is', { 'Content-Length': String(body.length) }],
  ['that does not say how long it is', {}],
])('a slow post %s', (_, headers) => {
  test('is taken while its session is open, at the time it was there', async () => {
    const finish = await begin(as('rosa'), '/settings/language', body, headers)
    const before = Date.now()
    const response = await finish()
    expect(response.headers.get('Location')).toBe('/settings')
    expect(await languageOf()).toBe('es')
    expect(await lastEntryAt()).toBeGreaterThanOrEqual(before)
  })

  test('writes nothing once its session has ended, however early it began', async () => {
    const finish = await begin(as('rosa'), '/settings/language', body, headers)
    await as('rosa').post('/sign-out')
    const response = await finish()
    expect(response.headers.get('Location')).toContain('/sign-in')
    expect(await languageOf()).not.toBe('es')
  })
})

test('a large body is waited for at a closed door for some seconds, in case it can be given back, and no longer', async () => {
  const headers = { 'Content-Length': String(1_000_000), 'Content-Type': 'multipart/form-data; boundary=x' }
  const { readable } = new TransformStream<Uint8Array, Uint8Array>()
  const page = '/patients/rosa-chart/messages/new'
  const response = await as('ines').request(page, { method: 'POST', body: readable, headers })
  expect(response.status).toBe(404)
})

const part = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
/** Saved as a draft, with so much beside it that it is read after the door. */
const message = [
  part('submissionId', 'm'.repeat(21)),
  part('category', 'medicine'),
  part('subject', 'Tablets'),
  part('body', 'Two a day?'),
  part('act', 'save'),
  `--x\r\nContent-Disposition: form-data; name="padding"; filename="padding"\r\n\r\n${'a'.repeat(300_000)}\r\n`,
  '--x--\r\n',
].join('')
const beginMessage = () =>
  begin(as('rosa'), '/patients/rosa-chart/messages/new', message, {
    'Content-Length': String(message.length),
    'Content-Type': 'multipart/form-data; boundary=x',
  })
const drafts = () => env.DB.prepare('SELECT count(*) AS n FROM drafts').first<number>('n')

test('a large body that takes its time is taken from someone who is still signed in', async () => {
  const finish = await beginMessage()
  expect((await finish()).status).toBe(303)
  expect(await drafts()).toBe(1)
})

test('and from nobody whose session has ended meanwhile', async () => {
  const finish = await beginMessage()
  await as('rosa').post('/sign-out')
  await finish()
  expect(await drafts()).toBe(0)
})
