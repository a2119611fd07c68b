import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { safeNext } from '../../src/identity/sign-in/credentials.ts'
import { paths, withQuery } from '../../src/paths.ts'
import { Browser } from '../support/browser.ts'
import { password, seed } from '../support/people.ts'

beforeEach(seed)

const nasty = [
  '//evil.test',
  '///evil.test',
  '////evil.test',
  '/\\evil.test',
  '\\/evil.test',
  '\\\\evil.test',
  '/\\/evil.test',
  'https:evil.test',
  'https://evil.test',
  'HTTPS://evil.test',
  'https:/evil.test',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  '/%2fevil.test',
  '/%2Fevil.test',
  '/%2f%2fevil.test',
  '/%5cevil.test',
  '/%5Cevil.test',
  '/%09/evil.test',
  '/%0d%0aSet-Cookie:a=b',
  '/%00',
  '/%7f',
  '/a%zz',
  '/a%',
  '/a%2',
  '/\t/evil.test',
  '/\n/evil.test',
  '/\r\n/evil.test',
  '\t//evil.test',
  ' //evil.test',
  '/ /evil.test',
  '\u0000//evil.test',
  '/\u2028/evil.test',
  '/\uff0fevil.test',
  '/．．/evil.test',
  '/.',
  '/..',
  '/./x',
  '/../x',
  '/a/../x',
  '/..//evil.test',
  '/.//evil.test',
  '/a//evil.test',
  '/@evil.test',
  '/user@evil.test',
  '/:80',
  '/a;b',
  '/a#b',
  '/a?b#c',
  '/a?next=//evil.test',
  '/a?next=https://evil.test',
  '/a?next=%2f%2fevil.test',
  '/a?x=<script>',
  "/a?x='",
  '/a?x=%00',
  '?a=b',
  'records',
  '.',
  '',
  '/sign-in',
  '/sign-in?next=/records',
  '/sign-in/second-step',
  `/${'a'.repeat(500)}`,
  `/a?b=${'c'.repeat(100_000)}`,
]

test.each(nasty.map((next) => [next.slice(0, 60), next]))('nobody is led to %j', async (_, next) => {
  expect(safeNext(next)).toBeUndefined()
  const page = `${paths.signIn}?next=${encodeURIComponent(next)}`
  const html = await (await new Browser().get(page)).text()
  expect(html).toContain(`<form method="post" action="${paths.signIn}"`)
  const answer = await new Browser().post(page, { email: 'rosa@example.test', password })
  expect(answer.headers.get('Location')).toBe('/')
})

test.each([
  '/',
  '/records',
  '/settings/credentials/email',
  '/patients/rosa-chart/labs?page=2',
  '/patients/rosa-chart/labs/history?code=718-7&from=2026-01',
  '/admin/messages?show=mine&page=3',
  '/resources?q=two+words',
  '/resources?q=D%C3%ADaz',
  '/records?',
])('to %s everyone is', async (next) => {
  expect(safeNext(next)).toBe(next)
  const answer = await new Browser().submit(withQuery(paths.signIn, { next }), {
    email: 'rosa@example.test',
    password,
  })
  expect(answer.headers.get('Location')).toBe(next)
})

/** As a careless reader of addresses takes it. */
function decoded(text: string) {
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}

test('whatever is asked for, it is a page of this site as it was written, or nothing', () => {
  const piece = fc.oneof(
    fc.constantFrom('/', '//', '\\', '.', '..', '@', ':', '?', '#', '&', '=', '%', '%2f', '%5C', '%0a', '%'),
    fc.constantFrom(
      'evil.test',
      'https:',
      'javascript:',
      'a',
      'records',
      '\t',
      '\n',
      ' ',
      '\0',
      '\u202e',
      '／'
    ),
    fc.string({ unit: 'binary', maxLength: 5 })
  )
  const asked = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''))
  let passed = 0
  fc.assert(
    fc.property(
      fc.oneof(
        asked,
        asked.map((text) => `/${text}`)
      ),
      (next) => {
        const safe = safeNext(next)
        if (safe === undefined) return
        passed++
        expect(safe).toBe(next)
        for (const seen of [safe, decoded(safe), safe.replaceAll('\\', '/'), safe.trim()]) {
          const url = new URL(seen, env.APP_ORIGIN)
          expect(url.origin).toBe(env.APP_ORIGIN)
          expect(url.pathname.startsWith('//')).toBe(false)
          expect(url.pathname.startsWith(paths.signIn)).toBe(false)
        }
        const url = new URL(safe, env.APP_ORIGIN)
        expect(`${url.pathname}${url.search}`).toBe(safe.replace(/\?$/, ''))
      }
    ),
    { numRuns: 20_000 }
  )
  expect(passed).toBeGreaterThan(500)
})

describe('a page that was asked for before signing in', () => {
  test('comes back with its query', async () => {
    const page = '/patients/rosa-chart/labs?page=2'
    const to = (await new Browser().get(page)).headers.get('Location') ?? ''
    expect(to).toBe(`/sign-in?next=${encodeURIComponent(page)}`)
    const answer = await new Browser().submit(to, { email: 'rosa@example.test', password })
    expect(answer.headers.get('Location')).toBe(page)
  })

  test('comes back without a query that is not a simple one', async () => {
    const answer = await new Browser().get('/records?to=https://evil.test')
    expect(answer.headers.get('Location')).toBe('/sign-in?next=%2Frecords')
  })

  test.each([
    ['http://localhost/settings/devices?x=1', '/settings/devices?x=1'],
    ['https://evil.test/records', undefined],
    ['http://localhost//evil.test', undefined],
    ['nonsense', undefined],
  ])('is the one a button stood on: %s', async (from, next) => {
    const referer = from.replace('http://localhost', env.APP_ORIGIN)
    const answer = await new Browser().post(paths.termsUpdate, { terms: 'yes' }, { Referer: referer })
    expect(answer.headers.get('Location')).toBe(withQuery(paths.signIn, { next }))
  })
})
