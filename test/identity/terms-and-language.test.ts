import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as, Browser } from '../support/browser.ts'
import { auditMark, auditSince, password, seed } from '../support/people.ts'

beforeEach(seed)

const outdate = (id: string) =>
  env.DB.prepare("UPDATE accounts SET terms_version = '2020-01' WHERE id = ?").bind(id).run()
const signIn = (browser: Browser, name = 'rosa') =>
  browser.submit('/sign-in', { email: `${name}@example.test`, password })

describe('new terms', () => {
  test('are asked about at the next sign-in, once', async () => {
    await outdate('rosa')
    const browser = new Browser()
    expect((await signIn(browser)).headers.get('Location')).toBe('/terms/update')
    const mark = await auditMark()
    const agreed = await browser.submit('/terms/update', { terms: 'yes' })
    expect([agreed.status, agreed.headers.get('Location')]).toEqual([303, '/'])
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('terms.accepted')
    expect((await signIn(new Browser())).headers.get('Location')).toBe('/')
    expect(
      await env.DB.prepare(
        "SELECT version, network_address FROM terms_acceptances WHERE account_id = 'rosa'"
      ).first()
    ).toEqual({ version: '2026-11', network_address: '203.0.113.7' })
  })

  test('need a tick, and say so', async () => {
    await outdate('rosa')
    const browser = new Browser()
    await signIn(browser)
    const response = await browser.submit('/terms/update', {})
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain('<title>Error: ')
    expect(html).toContain('href="#terms"')
    expect(await env.DB.prepare('SELECT count(*) AS n FROM terms_acceptances').first('n')).toBe(0)
  })

  test('agreed to twice at once are agreed to once', async () => {
    await outdate('rosa')
    const browser = as('rosa')
    await Promise.all([1, 2, 3].map(() => browser.post('/terms/update', { terms: 'yes' })))
    expect(await env.DB.prepare('SELECT count(*) AS n FROM terms_acceptances').first('n')).toBe(1)
  })

  test('are not asked of someone who agreed to them', async () => {
    expect((await signIn(new Browser())).headers.get('Location')).toBe('/')
  })
})

describe('the language', () => {
  const languageOf = async (response: Response) => {
    const html = await response.text()
    const marked = html.match(/<html lang="(\w+)"/)?.[1]
    expect(response.headers.get('Content-Language')).toBe(marked)
    return marked
  }

  test.each([
    ['es', 'es'],
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['fr-FR,fr;q=0.9,es;q=0.5,en;q=0.4', 'es'],
    ['fr', 'en'],
    ['en-GB,es;q=0.5', 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['es'.repeat(5000), 'es'],
    [';;;,,,q=', 'en'],
  ])('of a browser that prefers %s is %s', async (preferred, language) => {
    expect(await languageOf(await new Browser().get('/sign-in', { 'Accept-Language': preferred }))).toBe(
      language
    )
  })

  test('chosen in the page is kept, also against the browser’s', async () => {
    const browser = new Browser()
    expect(await languageOf(await browser.get('/sign-in?lang=es'))).toBe('es')
    expect(await languageOf(await browser.get('/sign-in', { 'Accept-Language': 'en' }))).toBe('es')
    expect(await languageOf(await browser.get('/sign-in?lang=en', { 'Accept-Language': 'es' }))).toBe('en')
    expect(await languageOf(await browser.get('/sign-in', { 'Accept-Language': 'es' }))).toBe('en')
  })

  test('that nobody speaks is ignored, and not kept', async () => {
    const browser = new Browser()
    expect(await languageOf(await browser.get('/sign-in?lang=xx'))).toBe('en')
    expect(browser.jar.size).toBe(0)
  })

  test('of the account is used where nothing was chosen on this device', async () => {
    await env.DB.prepare("UPDATE accounts SET language = 'es' WHERE id = 'rosa'").run()
    expect(await languageOf(await as('rosa').get('/records', { 'Accept-Language': 'en' }))).toBe('es')
  })

  test('of a form that is sent back is the one of the form', async () => {
    const browser = new Browser()
    await browser.get('/sign-in?lang=es')
    const response = await browser.post('/sign-in', { email: '', password: '' })
    expect(response.status).toBe(422)
    expect(await languageOf(response)).toBe('es')
  })
})
