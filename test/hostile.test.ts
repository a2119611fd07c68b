import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../src/paths.ts'
import { seedAnnouncement } from './support/announcements.ts'
import { as, Browser } from './support/browser.ts'
import { emptyTrail, snapshot } from './support/database.ts'
import { seedDrafts } from './support/drafts.ts'
import { seedEmailChanges } from './support/email-change.ts'
import { seedFeeds } from './support/feeds.ts'
import { hostile } from './support/hostile.ts'
import { type Page, readPage, unescaped } from './support/html.ts'
import { seedInvitations, withCode } from './support/invitation.ts'
import { seedKept } from './support/kept.ts'
import { seedMail } from './support/mail.ts'
import { seedPasskey } from './support/passkeys.ts'
import { auditMark, type Person, seed } from './support/people.ts'
import { seedRosters } from './support/rosters.ts'
import { owingSecondStep } from './support/second-step.ts'
import { admitted, fill, machines, params, table } from './support/site.ts'

// Pages that show the whole trail are asked for often: it is short when they are.
beforeAll(emptyTrail)
beforeEach(async () => {
  await seed()
  await seedInvitations()
  await seedKept()
  await seedPasskey()
  await seedMail()
  await seedDrafts()
  await seedAnnouncement()
  await seedRosters()
  await seedEmailChanges()
  await seedFeeds()
})

const posts = table.filter(({ method, access }) => method === 'POST' && !machines.includes(access))
const gets = table.filter(({ method }) => method === 'GET')

/** Someone who passes the door, patients before staff. */
async function enter(access: string) {
  if (access === 'second step owed') return owingSecondStep('halfway')
  const person: Person = admitted[access]?.rosa.filter((name) => name !== 'nobody')[0] ?? 'nobody'
  return access === 'anyone' ? withCode(new Browser()) : as(person)
}

/** Decided by the first text that fits; who comes later is told so instead of being shown the form. */
const decisions: string[] = [paths.unmatchedSetAside]
/** Looking for a patient is a POST, so that no name stands in an address; its answer is a page. */
const searches: string[] = [paths.adminPatients, paths.unmatchedOne]
const expected = (path: string) => [
  303,
  403,
  404,
  409,
  410,
  413,
  422,
  429,
  ...(searches.includes(path) ? [200] : []),
  ...(path === paths.keep ? [204] : []),
]

type Field = Page['forms'][number]['fields'][number]

/** The forms of a page, as it shows them to who may post them. */
async function formsOn(page: string, access: string) {
  const response = await (await enter(access)).get(page)
  if (response.status !== 200) return []
  const { forms } = await readPage(await response.text())
  return forms
    .filter(({ method }) => method === 'post')
    .map(({ action, fields }) => ({ action: action.split('?')[0] ?? '', fields }))
}

const walked = new Map<string, Map<string, string>>()
/** The page behind a door that shows each form, by where the form goes. Each page is looked at once. */
async function pagesOfForms(access: string) {
  const found = walked.get(access) ?? new Map<string, string>()
  if (!walked.has(access))
    for (const page of gets.filter((route) => route.access === access).map(({ path }) => fill(path)))
      for (const { action } of await formsOn(page, access)) if (!found.has(action)) found.set(action, page)
  walked.set(access, found)
  return found
}

/** The fields of a form as a page shows it now, one of each name. */
async function fieldsOf(path: string, access: string): Promise<Field[] | undefined> {
  const action = fill(path)
  const own = gets.some((route) => route.path === path) ? action : undefined
  for (const page of [own, (await pagesOfForms(access)).get(action)]) {
    const form = page && (await formsOn(page, access)).find((form) => form.action === action)
    if (form) return [...new Map(form.fields.map((field) => [`${field.name} ${field.type}`, field])).values()]
  }
  return undefined
}

/** What is sent to an address whose form no page shows now: fields that forms have. */
const guessed = ['submissionId', 'body', 'email', 'reason']

const isText = ({ type }: Field) => ['text', 'email', 'tel', 'search', 'textarea'].includes(type)

const names = [
  'lang',
  'next',
  'page',
  'q',
  'filter',
  'queue',
  'code',
  'test',
  'to',
  'category',
  'sort',
  'about',
]
test.each(gets.map((route) => [route.path, route] as const))(
  'GET %s does not break on what stands in its query',
  async (_, { path, access }) => {
    const browser = await enter(access)
    for (const value of [
      ...Object.values(hostile).filter(({ length }) => length < 2000),
      '999999999999',
      '1e9',
      '0',
    ]) {
      const query = new URLSearchParams(names.map((name) => [name, value]))
      const response = await browser.get(`${fill(path)}?${query}`)
      expect([path, value, response.status < 500]).toEqual([path, value, true])
      const html = await response.text()
      if (/[<>"]/.test(value)) expect([path, html.includes(value)]).toEqual([path, false])
      const target = response.headers.get('Location')
      if (target) expect(new URL(target, env.APP_ORIGIN).origin).toBe(env.APP_ORIGIN)
    }
    for (const query of [
      '?%',
      '?lang=%zz',
      '?next=%ff',
      '?=',
      '?&&&',
      '?a[b]=c',
      `?q=${'x'.repeat(20_000)}`,
      // Of a name that comes twice the first is read (test/architecture.test.ts).
      `?${names.map((name) => `${name}=%3Cb&${name}=1&${name}[]=2`).join('&')}`,
    ])
      expect([path, query, (await browser.get(`${fill(path)}${query}`)).status < 500]).toEqual([
        path,
        query,
        true,
      ])
  }
)

test.each([
  ['a malformed session', '__Host-cs=%'],
  ['a session of spaces', '__Host-cs=   '],
  ['an empty session', '__Host-cs='],
  ['a session of ten thousand letters', `__Host-cs=${'a'.repeat(10_000)}`],
  ['two sessions', '__Host-cs=one; __Host-cs=two'],
  ['a session that is SQL', `__Host-cs=' OR 1=1 --`],
  ['a malformed language', '__Host-language=%E0%A4%A; __Host-flash=%'],
  ['an unknown flash', '__Host-flash=<script>; __Host-language=xx'],
  ['a flash from the prototype', '__Host-flash=constructor'],
  ['no pairs at all', ';;;==; =; a'],
])('%s is no session: records stay shut and pages stay whole', async (_, cookie) => {
  for (const { path, access } of gets) {
    const response = await new Browser().raw(fill(path), { headers: { Cookie: cookie } })
    expect([path, response.status < 500]).toEqual([path, true])
    if (/chart|staff|signed in/.test(access))
      expect([path, response.headers.get('Location')?.slice(0, 8)]).toEqual([path, '/sign-in'])
    expect(await response.text()).not.toContain('function Object')
  }
})

test('a malformed session cookie is taken back', async () => {
  const response = await new Browser().raw('/sign-in', { headers: { Cookie: '__Host-cs=nonsense' } })
  expect(response.headers.getSetCookie().find((cookie) => cookie.startsWith('__Host-cs=;'))).toContain(
    'Max-Age=0'
  )
})

test('headers that claim another host, address or method change nothing', async () => {
  for (const [name, value] of [
    ['X-Forwarded-Host', 'evil.test'],
    ['X-Forwarded-Proto', 'http'],
    ['Forwarded', 'host=evil.test'],
    ['X-Original-URL', '/admin'],
    ['X-Rewrite-URL', '/admin'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['HX-Current-URL', 'https://evil.test/'],
    ['HX-Target', '"><script>alert(1)</script>'],
    ['HX-Prompt', '<script>alert(1)</script>'],
    ['Accept-Language', `${'x-'.repeat(5000)};q=NaN`],
    ['User-Agent', '<script>alert(1)</script>'],
  ] as const) {
    const response = await new Browser().get('/sign-in', { [name]: value })
    const html = await response.text()
    expect([name, response.status]).toEqual([name, 200])
    expect([name, /evil\.test|<script>alert/.test(html)]).toEqual([name, false])
  }
})

const hostileSegments = [
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%5c..%5cwindows',
  'a%2Fb',
  '%00',
  'x%00y',
  '%0d%0aSet-Cookie:a=b',
  '%',
  '%zz',
  '%c0%af',
  '%ed%a0%80',
  '%F0%9F%91%A9%E2%80%8D%E2%9A%95',
  "'%20OR%20'1'='1",
  '%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  '*',
  '-1',
  '__proto__',
  'constructor',
  'undefined',
  '%20',
  'W'.repeat(10_000),
]

test.each(
  table
    .filter(({ path }) => params(path).length > 0)
    .map((route) => [`${route.method} ${route.path}`, route] as const)
)('%s does not break on what stands in its address', async (_, { method, path, access }) => {
  const person = admitted[access]?.rosa.find((name) => name !== 'nobody') ?? 'nobody'
  const before = await snapshot()
  for (const name of params(path))
    for (const segment of hostileSegments) {
      const url = fill(path.replace(`:${name}`, 'SEGMENT')).replace('SEGMENT', segment)
      const response = method === 'GET' ? await as(person).get(url) : await as(person).post(url)
      expect([segment.slice(0, 60), response.status < 500]).toEqual([segment.slice(0, 60), true])
      const isSigned = response.headers.get('Location')?.startsWith('/sign-in')
      expect([
        segment.slice(0, 60),
        response.status === 200 && !path.includes(':token') && !isSigned,
      ]).toEqual([segment.slice(0, 60), false])
      expect(await response.text()).not.toMatch(/<script>alert|root:x:/)
      expect(response.headers.has('a')).toBe(false)
    }
  expect(await snapshot()).toEqual(before)
})

const forged: Record<string, string>[] = [
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'cross-site', Origin: env.APP_ORIGIN },
  { 'Sec-Fetch-Site': 'same-site', Origin: 'https://other.portal.test' },
  { 'Sec-Fetch-Site': 'none', Origin: 'https://evil.test' },
  { 'Sec-Fetch-Site': 'none' },
  { 'Sec-Fetch-Site': '', Origin: 'https://evil.test' },
  { 'Sec-Fetch-Site': 'SAME-ORIGIN, cross-site' },
  { Origin: 'https://evil.test' },
  { Origin: 'null' },
  { Origin: `${env.APP_ORIGIN}.evil.test` },
  { Origin: env.APP_ORIGIN.replace('https', 'http') },
  { Referer: `${env.APP_ORIGIN}/` },
  {},
]
/** None of them is asked for before the door: the first address takes each with each, the others each with one. */
const types = [
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/json',
  'multipart/form-data; boundary=x',
  'application/vnd.strange',
]

describe.each(posts.map((route) => [route.path, route] as const))('POST %s', (path, { access, maxBody }) => {
  test('takes any text in any field without breaking, and gives back nothing as markup', async () => {
    const fields = await fieldsOf(path, access)
    const blank = Object.fromEntries((fields ?? []).map(({ name, value }) => [name, value]))
    const attempts = fields
      ? fields.map((field) => ({
          names: [field.name],
          isRead: isText(field) && field.name !== 'code' && !decisions.includes(path),
        }))
      : [{ names: guessed, isRead: false }]
    for (const { names, isRead } of attempts)
      for (const [kind, value] of Object.entries(hostile)) {
        const browser = await enter(access)
        const typed = Object.fromEntries(names.map((name) => [name, value]))
        const response = await browser.post(fill(path), { ...blank, ...typed })
        const said = `${names}: ${kind}`
        expect([said, response.status < 500]).toEqual([said, true])
        expect([said, expected(path).includes(response.status) || response.status]).toEqual([said, true])
        const html = await response.text()
        if (/[<>"]/.test(value) && value.length < 1000)
          expect([said, html.includes(value)]).toEqual([said, false])
        // What a person typed is still there when the form comes back; NUL cannot be shown and line ends become one.
        const kept = value.replaceAll('\0', '').replaceAll('\r\n', '\n').normalize('NFC')
        if (response.status === 422 && isRead && !/[\ud800-\udfff\r]/.test(kept))
          expect([said, unescaped(html).includes(kept)]).toEqual([said, true])
      }
  })

  test('takes missing, doubled and unknown fields without breaking', async () => {
    const names = (await fieldsOf(path, access))?.map(({ name }) => name) ?? guessed
    const bodies: [string, string | undefined][] = [
      ['application/x-www-form-urlencoded', undefined],
      ['application/x-www-form-urlencoded', ''],
      ['application/x-www-form-urlencoded', '&&&=&=='],
      ['application/x-www-form-urlencoded', '%'],
      ['application/x-www-form-urlencoded', names.map((name) => `${name}=%ED%A0%80%FF`).join('&')],
      ['application/x-www-form-urlencoded', names.map((name) => `${name}=a&${name}=b&${name}[]=c`).join('&')],
      ['application/x-www-form-urlencoded', names.map((name) => `${name}[x]=a&${name}.y=b`).join('&')],
      ['application/x-www-form-urlencoded', '__proto__=a&constructor=b&toString=c&hasOwnProperty=d'],
      ['application/x-www-form-urlencoded', Array.from({ length: 5000 }, (_, i) => `f${i}=1`).join('&')],
      ['application/json', JSON.stringify(Object.fromEntries(names.map((name) => [name, { $gt: '' }])))],
      ['application/json', '{"'],
      ['text/plain', names.map((name) => `${name}=x`).join('\r\n')],
      ['multipart/form-data; boundary=x', 'no boundary here'],
      ['multipart/form-data', '--x\r\n\r\n'],
      ['multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--`],
      [
        'multipart/form-data; boundary=x',
        `${names.map((name) => `--x\r\nContent-Disposition: form-data; name="${name}"; filename="a.html"\r\nContent-Type: text/html\r\n\r\n<script>\r\n`).join('')}--x--`,
      ],
      ['application/xml', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'],
      ['', 'no type'],
    ]
    for (const [type, body] of bodies) {
      const browser = await enter(access)
      const response = await browser.request(fill(path), {
        method: 'POST',
        headers: { ...(type ? { 'Content-Type': type } : {}), Origin: env.APP_ORIGIN },
        ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
      })
      const said = `${type}: ${body?.slice(0, 40)}`
      expect([said, [400, ...expected(path)].includes(response.status) || response.status]).toEqual([
        said,
        true,
      ])
    }
  })

  test('refuses more than a form can hold, with a page that says so', async () => {
    const browser = await enter(access)
    const before = await snapshot()
    // What says how long it is, is refused before any of it is read; the rest is counted, here for small forms alone.
    const isSmall = maxBody < 1024 * 1024
    const response = await browser.post(
      fill(path),
      { body: isSmall ? 'x'.repeat(maxBody + 1024) : 'x' },
      isSmall ? {} : { 'Content-Length': String(maxBody + 1) }
    )
    expect(response.status).toBe(413)
    expect((await readPage(await response.text())).headings).toEqual(['That is too large'])
    expect(await snapshot()).toEqual(before)
  })

  test('refuses what did not come from our own page, and changes nothing', async () => {
    const browser = await enter(access)
    // Entries never change and never go: the last tells whether there is a new one, and the trail is long by now.
    const everything = async () => ({ ...(await snapshot(['audit_entries'])), audit: await auditMark() })
    const before = await everything()
    for (const [i, headers] of forged.entries())
      for (const type of path === posts[0]?.path ? types : types.filter((_, k) => k === i % types.length)) {
        const response = await browser.raw(fill(path), {
          method: 'POST',
          headers: { ...headers, 'Content-Type': type },
          body: 'submissionId=aaaaaaaaaaaaaaaaaaaaa&subject=x&body=x&category=other',
        })
        expect([headers, type, response.status]).toEqual([headers, type, 403])
        expect(response.headers.get('Set-Cookie') ?? '').not.toContain('__Host-cs=')
      }
    expect(await everything()).toEqual(before)
  })
})
