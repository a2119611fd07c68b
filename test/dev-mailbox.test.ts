import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import type { Bindings } from '../src/env.ts'
import { deliverDue } from '../src/outbox/deliver.ts'
import type { KeptMail } from '../src/outbox/dev-mailbox.ts'
import type { MailWriters } from '../src/outbox/mail.ts'
import { queueEmail } from '../src/outbox/queue.ts'
import { Browser } from './support/browser.ts'
import { Clock, minute } from './support/clock.ts'
import { db, seed } from './support/people.ts'

const development: Bindings = { ...env, ENVIRONMENT: 'development' }
const writers: MailWriters = {
  note: async ({ row }) => ({
    to: `${row.subjectId}@example.test`,
    subject: `Hello <${row.subjectId}>`,
    text: 'Open this link:\nhttps://portal.test/register/abc.\n\n<b>Thank you</b>',
    html: '<p onclick="alert(1)">Hello</p><script>alert(1)</script>',
  }),
}

beforeEach(async () => {
  await seed()
  const { objects } = await env.FILES.list({ prefix: 'dev-mailbox/' })
  await env.FILES.delete(objects.map(({ key }) => key))
  const clock = new Clock()
  for (const subjectId of ['rosa', 'milo']) {
    const d = db()
    await d.batch([queueEmail(d, { kind: 'note', subjectId }, clock.now())])
    await deliverDue(development, writers, clock.now)
    clock.pass(minute)
  }
})

test('development shows the mail it kept, newest first, with links to follow', async () => {
  const html = await (await new Browser(development).get('/dev/mailbox')).text()
  expect(html.indexOf('Hello &lt;milo&gt;')).toBeGreaterThan(0)
  expect(html.indexOf('Hello &lt;rosa&gt;')).toBeGreaterThan(html.indexOf('Hello &lt;milo&gt;'))
  expect(html).toContain('<a href="https://portal.test/register/abc">https://portal.test/register/abc</a>.')
})

test('nothing in a mail becomes markup of the page', async () => {
  const html = await (await new Browser(development).get('/dev/mailbox')).text()
  expect(html).not.toMatch(/<script>|<p onclick|<b>Thank/)
  expect(html).toContain('&lt;script&gt;')
})

test('programs read the same as JSON, and ask for one address', async () => {
  const response = await new Browser(development).get('/dev/mailbox?to=Rosa@example.test', {
    Accept: 'application/json',
  })
  const mails = await response.json<KeptMail[]>()
  expect(mails.map(({ to }) => to)).toEqual(['rosa@example.test'])
  expect(mails[0]?.text).toContain('/register/abc')
})

test.each(['test', 'production'])('there is no trace of it in %s', async (ENVIRONMENT) => {
  const browser = new Browser({ ...env, ENVIRONMENT, RESEND_API_KEY: 're_test' })
  const plain = (html: string) => html.replaceAll(/nonce="[^"]*"|[A-Z2-9]{4}-[A-Z2-9]{4}/g, '')
  for (const path of [
    '/dev',
    '/dev/',
    '/dev/mailbox',
    '/dev/mailbox/',
    '/dev/mailbox?to=rosa@example.test',
  ]) {
    const nowhere = await browser.get(`/dev/nowhere${new URL(path, env.APP_ORIGIN).search}`)
    expect(nowhere.status).toBe(404)
    const expected = plain(await nowhere.text())
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']) {
      const response = await browser.request(path, { method, headers: { Accept: 'application/json' } })
      expect([method, path, response.status, response.headers.get('Allow')]).toEqual([
        method,
        path,
        404,
        null,
      ])
      if (method !== 'HEAD') expect(plain(await response.text())).toBe(expected)
    }
  }
})
