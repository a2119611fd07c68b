import { beforeEach, expect, test } from 'vitest'
import { bare } from '../support/bare.ts'
import { as, Browser } from '../support/browser.ts'
import { password, seed } from '../support/people.ts'

beforeEach(seed)

test('a patient signs in with e-mail and password and lands on the first page', async () => {
  const browser = new Browser()
  const page = await browser.get('/sign-in')
  expect(page.status).toBe(200)
  const response = await browser.submit('/sign-in', { email: ' Rosa@Example.test ', password })
  expect(response.status).toBe(303)
  expect(browser.jar.get('__Host-cs')).toMatch(/^[\w-]{43}$/)
  expect((await browser.get('/')).headers.get('Location')).toBe('/patients/rosa-chart')
})

test('a wrong password is answered like an unknown address', async () => {
  const wrong = await new Browser().submit('/sign-in', {
    email: 'rosa@example.test',
    password: 'Wrong-Horse-9',
  })
  const unknown = await new Browser().submit('/sign-in', {
    email: 'nora@example.test',
    password: 'Wrong-Horse-9',
  })
  expect(wrong.status).toBe(422)
  expect(unknown.status).toBe(422)
  const plain = (html: string) => bare(html).replaceAll('nora@', 'rosa@')
  expect(plain(await unknown.text())).toBe(plain(await wrong.text()))
})

test('signing out ends the session for good', async () => {
  const browser = as('rosa')
  const cookie = browser.jar.get('__Host-cs') ?? ''
  const response = await browser.post('/sign-out')
  expect(response.status).toBe(303)
  expect(response.headers.get('Clear-Site-Data')).toContain('cache')
  browser.jar.set('__Host-cs', cookie)
  expect((await browser.get('/')).headers.get('Location')).toBe('/sign-in')
})
