import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Bindings, checkSettings } from '../src/env.ts'
import { as, Browser } from './support/browser.ts'
import { readPage } from './support/html.ts'
import { auditMark, auditSince, seed } from './support/people.ts'

beforeEach(seed)
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a wrong setting is named in one sentence', () => {
  const production = {
    ...env,
    ENVIRONMENT: 'production',
    APP_ORIGIN: 'https://portal.example.com',
    RESEND_API_KEY: 're_key',
  }
  const without = (name: keyof Bindings, base: Bindings = env) => {
    const { [name]: _, ...rest } = base
    return rest as Bindings
  }
  test.each<[string, Bindings, RegExp]>([
    ['no key', without('TOKEN_KEY'), /TOKEN_KEY must be 32 characters or more/],
    ['a short key', { ...env, TOKEN_KEY: 'a'.repeat(31) }, /TOKEN_KEY must be 32 characters or more/],
    ['no address', without('APP_ORIGIN'), /APP_ORIGIN must be the address people type/],
    [
      'an address with a path',
      { ...env, APP_ORIGIN: 'https://a.test/portal' },
      /APP_ORIGIN .*without a path/,
    ],
    ['an address without a scheme', { ...env, APP_ORIGIN: 'portal.test' }, /APP_ORIGIN/],
    [
      'an unknown environment',
      { ...env, ENVIRONMENT: 'staging' },
      /ENVIRONMENT must be development, test or/,
    ],
    ['no environment', without('ENVIRONMENT'), /ENVIRONMENT must be/],
    ['production without a key for mail', without('RESEND_API_KEY', production), /RESEND_API_KEY is missing/],
    [
      'a range API with a slash too many',
      { ...env, BREACHED_PASSWORDS_URL: 'https://a.test/range/' },
      /BREACHED_PASSWORDS_URL/,
    ],
    ['a signing secret that is none', { ...env, RESEND_WEBHOOK_SECRET: 're_key' }, /RESEND_WEBHOOK_SECRET/],
    ['a sender that is no address', { ...env, MAIL_SENDER: 'CareSpace <a@b.test>' }, /MAIL_SENDER/],
    ['an address for the hourly mail that is none', { ...env, CANARY_ADDRESS: 'on' }, /CANARY_ADDRESS/],
    ['a range API that is no address', { ...env, BREACHED_PASSWORDS_URL: 'on' }, /BREACHED_PASSWORDS_URL/],
    [
      'production asking a range API over http',
      { ...production, BREACHED_PASSWORDS_URL: 'http://a.test/range' },
      /BREACHED_PASSWORDS_URL must begin with https/,
    ],
    [
      'production sending mail over http',
      { ...production, RESEND_BASE_URL: 'http://localhost.a.test' },
      /RESEND_BASE_URL must begin with https/,
    ],
    [
      'production over http',
      { ...production, APP_ORIGIN: 'http://a.test' },
      /APP_ORIGIN must begin with https/,
    ],
  ])('%s', (_, bindings, sentence) => {
    expect(() => checkSettings(bindings)).toThrow(/^CareSpace cannot start\. /)
    expect(() => checkSettings(bindings)).toThrow(sentence)
  })

  test('two of them in two sentences', () => {
    expect(() => checkSettings({ ...env, TOKEN_KEY: '', ENVIRONMENT: '' })).toThrow(/ENVIRONMENT.*TOKEN_KEY/)
  })

  test('and right ones pass', () => {
    checkSettings(env)
    checkSettings(production)
    checkSettings({ ...production, BREACHED_PASSWORDS_URL: '' })
    checkSettings({ ...production, RESEND_BASE_URL: 'http://127.0.0.1:8025' })
    checkSettings({ ...production, RESEND_BASE_URL: 'https://api.resend.com' })
    checkSettings({ ...production, BREACHED_PASSWORDS_URL: 'https://api.pwnedpasswords.com/range' })
  })

  test('the sentence reaches whoever reads the log, and nobody else', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const response = await new Browser({ ...env, TOKEN_KEY: 'short' }).get('/sign-in')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('TOKEN_KEY')
    expect(JSON.stringify(logged.mock.calls)).toContain('TOKEN_KEY must be 32 characters or more')
  })
})

/** A database that answers nothing, as D1 does when it is overloaded. */
const away = {
  prepare: () => {
    throw new Error('D1_ERROR: overloaded while running: SELECT Rosa Díaz')
  },
} as unknown as D1Database

describe('when the database is away', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/sign-in'],
    ['GET', '/patients/rosa-chart'],
    ['POST', '/sign-in'],
    ['POST', '/sign-out'],
  ])('%s %s says so, with the office’s number and a reference code', async (method, path) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const browser = as('rosa', { ...env, DB: away })
    const response =
      method === 'GET' ? await browser.get(path) : await browser.post(path, { email: 'a@b.test' })
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('60')
    const html = await response.text()
    const { headings, text, links } = await readPage(html)
    expect(headings).toEqual(['We cannot open your records right now'])
    expect(links.map(({ url }) => url)).toContain('tel:+14795871700')
    const [, code] = text.match(/Reference code: ([A-Z2-9]{4}-[A-Z2-9]{4})/) ?? []
    expect(code).toBeDefined()
    expect(JSON.stringify(logged.mock.calls)).toContain(code)
    expect(html).not.toMatch(/D1_ERROR|overloaded|SELECT|\.tsx?:/)
    expect(JSON.stringify(logged.mock.calls)).not.toMatch(/Rosa|Díaz|SELECT/)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  })

  test('a question D1 cannot answer at all is our mistake, and says so', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const wrong = { prepare: () => env.DB.prepare('SELEC 1') } as unknown as D1Database
    const response = await as('rosa', { ...env, DB: wrong }).get('/patients/rosa-chart')
    expect(response.status).toBe(500)
    expect((await readPage(await response.text())).headings).toEqual(['Something went wrong'])
  })

  test('the page speaks the language of the browser', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const browser = new Browser({ ...env, DB: away })
    const response = await browser.get('/sign-in', { 'Accept-Language': 'es-MX,es;q=0.9' })
    expect(response.headers.get('Content-Language')).toBe('es')
  })

  test('a database that fails in the middle of a page leaves no record half shown', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    let trips = 0
    const failing = {
      prepare: (sql: string) => env.DB.prepare(sql),
      batch: () => {
        trips++
        throw new Error('D1_ERROR: Network connection lost.')
      },
    } as unknown as D1Database
    const response = await as('rosa', { ...env, DB: failing }).get('/patients/rosa-chart/messages')
    expect(trips).toBeGreaterThan(0)
    expect(response.status).toBe(503)
    expect(await response.text()).not.toMatch(/Refill|Parking/)
  })
})

test('a reference code on a page finds the request in the audit trail', async () => {
  const mark = await auditMark()
  const response = await as('vera').get('/patients/rosa-chart')
  const code = (await response.text()).match(/[A-Z2-9]{4}-[A-Z2-9]{4}/)?.[0]
  expect(response.status).toBe(404)
  const row = await env.DB.prepare('SELECT account_id FROM audit_entries WHERE seq > ? AND request_id = ?')
    .bind(mark, code ?? '')
    .first()
  expect(row).toEqual({ account_id: 'vera' })
  expect(await auditSince(mark)).toHaveLength(1)
})
