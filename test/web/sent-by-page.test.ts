import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { seed } from '../support/people.ts'

beforeEach(seed)

const url = '/patients/rosa-chart/messages/new'
const written = { submissionId: 'p'.repeat(21), category: 'medicine', subject: 'By the page', body: 'Hello.' }
const byPage = { 'Sent-By': 'page' }

test('a form that a page sends is told where to go, and what is said there waits for whoever goes', async () => {
  const browser = as('rosa')
  const sent = await browser.post(url, { ...written, act: 'send' }, byPage)
  expect([sent.status, await sent.text()]).toEqual([204, ''])
  const to = sent.headers.get('HX-Redirect') ?? ''
  expect(to).toMatch(/^\/patients\/rosa-chart\/messages\/\w+$/)
  const shown = await (await browser.get(to)).text()
  expect(shown).toContain('Message sent.')
  expect(shown).toContain('By the page')
  const again = await browser.post(url, { ...written, act: 'send' }, byPage)
  expect(again.headers.get('HX-Redirect')).toBe(to)
})

test('also where that is another state of the same page', async () => {
  const replied = await as('rosa').post(
    '/patients/rosa-chart/messages/refill',
    { submissionId: 'q'.repeat(21), body: 'One more thing.', act: 'send' },
    byPage
  )
  expect([replied.status, replied.headers.get('HX-Redirect')]).toEqual([
    204,
    '/patients/rosa-chart/messages/refill',
  ])
})

test('one that is refused comes back as the whole page that shows it', async () => {
  const refused = await as('rosa').post(url, { ...written, subject: '', act: 'send' }, byPage)
  const html = await refused.text()
  expect(refused.status).toBe(422)
  expect(html).toMatch(/^<!DOCTYPE html>/)
  expect(html).toContain('There is a problem')
})

test('one that was written for longer than the session lasted is kept, and leads to sign-in', async () => {
  await env.DB.prepare("UPDATE sessions SET seen_at = seen_at - 3600000 WHERE account_id = 'rosa'").run()
  const late = await as('rosa').post(url, { ...written, act: 'send' }, byPage)
  expect([late.status, late.headers.get('HX-Redirect')]).toEqual([204, '/sign-in?said=kept'])
  expect(
    await env.DB.prepare("SELECT count(*) AS n FROM kept_forms WHERE account_id = 'rosa' AND path = ?")
      .bind(url)
      .first('n')
  ).toBe(1)
})
