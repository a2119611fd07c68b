import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { seal } from '../../src/identity/secret.ts'
import { as, Browser } from '../support/browser.ts'
import { seedKept } from '../support/kept.ts'
import { auditMark, auditSince, password, seed } from '../support/people.ts'
import { codeAt, totpSecret } from '../support/second-step.ts'

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

  test('keep the page someone came for, through the second step', async () => {
    await outdate('rosa')
    await env.DB.prepare(
      "UPDATE accounts SET second_step_at = 1, totp_confirmed_at = 1, totp_secret = ? WHERE id = 'rosa'"
    )
      .bind(await seal(env.TOKEN_KEY, totpSecret))
      .run()
    const browser = new Browser()
    const page = '/patients/rosa-chart/labs?page=2'
    const asked = (await browser.get(page)).headers.get('Location') ?? ''
    const step =
      (await browser.submit(asked, { email: 'rosa@example.test', password })).headers.get('Location') ?? ''
    expect(step).toMatch(/^\/sign-in\/second-step\?next=/)
    const terms =
      (await browser.submit(step, { code: await codeAt(new Date()) })).headers.get('Location') ?? ''
    expect(terms).toBe(`/terms/update?next=${encodeURIComponent(page)}`)
    const refused = await browser.submit(terms, {})
    expect(await refused.text()).toContain(`action="${terms}"`)
    expect((await browser.submit(terms, { terms: 'yes' })).headers.get('Location')).toBe(page)
  })

  test('come before what was being written, and lead to it', async () => {
    await outdate('rosa')
    await seedKept()
    const browser = new Browser()
    const terms = (await signIn(browser)).headers.get('Location') ?? ''
    expect(terms).toBe('/terms/update?next=%2Fkept%2Frosa-kept')
    const to = (await browser.submit(terms, { terms: 'yes' })).headers.get('Location') ?? ''
    expect(await (await browser.get(to)).text()).toContain('You were writing this')
  })

  test('may be declined: by a call, or by leaving', async () => {
    await outdate('rosa')
    const browser = new Browser()
    const html = await (await browser.get((await signIn(browser)).headers.get('Location') ?? '')).text()
    expect(html).toMatch(/I do not agree[\s\S]*href="tel:\+1[\s\S]*action="\/sign-out"/)
    await browser.post('/sign-out')
    expect((await browser.get('/records')).headers.get('Location')).toContain('/sign-in')
    expect(await env.DB.prepare('SELECT count(*) AS n FROM terms_acceptances').first('n')).toBe(0)
    expect((await signIn(browser)).headers.get('Location')).toBe('/terms/update')
  })

  test.each(['//evil.test', 'https://evil.test', '/\\\\evil.test', '/%2fevil.test'])(
    'lead nobody to %s',
    async (next) => {
      const terms = `/terms/update?next=${encodeURIComponent(next)}`
      expect((await as('rosa').submit(terms, { terms: 'yes' }, terms)).headers.get('Location')).toBe('/')
    }
  )

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
