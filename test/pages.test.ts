import { env } from 'cloudflare:workers'
import { brotliCompressSync, constants } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Bindings } from '../src/env.ts'
import { href, paths, withQuery } from '../src/paths.ts'
import { assets } from '../src/web/assets.generated.ts'
import { seedAnnouncement } from './support/announcements.ts'
import { as, Browser } from './support/browser.ts'
import { type Asked, watched } from './support/database.ts'
import { seedDrafts } from './support/drafts.ts'
import { seedEmailChanges } from './support/email-change.ts'
import { seedFeeds } from './support/feeds.ts'
import { type Page, readPage } from './support/html.ts'
import { expiredToken, seedInvitations, withCode } from './support/invitation.ts'
import { seedKept } from './support/kept.ts'
import { seedMail } from './support/mail.ts'
import { seedPasskey } from './support/passkeys.ts'
import { type Person, seed } from './support/people.ts'
import { seedResets } from './support/reset.ts'
import { seedRosters } from './support/rosters.ts'
import { owingSecondStep } from './support/second-step.ts'
import { admitted, fill, machines, table } from './support/site.ts'

type Visit = {
  name: string
  path: string
  url: string
  person: string
  language: 'en' | 'es'
  response: Response
  html: string
  page: Page
  asked: Asked
  browser: Browser
}

/** What is saved or shown as a picture, and is no page. */
const downloads: string[] = [
  paths.appointmentCalendar,
  paths.dayCalendar,
  paths.accessHistoryCsv,
  paths.recordDocument,
  paths.recordResults,
  paths.recordAppointments,
  paths.recordQuestions,
  paths.recordMessages,
  paths.recordBundle,
  paths.auditExport,
  paths.messageFile,
  paths.messageFilePreview,
  paths.adminMessageFile,
  paths.adminMessageFilePreview,
  paths.reportFile,
  paths.reportFileView,
  paths.adminReportFile,
  paths.adminReportFileView,
  paths.labTestCsv,
  paths.feedBodyRaw,
]

/** Every page, as everyone who may see it, in both languages. Seeded once: reading changes nothing another page shows. */
const visits: Visit[] = []
/** What people type about themselves, and how their browser knows it. All else is about others, or is asked once. */
const aboutOneself: Record<string, Record<string, string>> = {
  [paths.signIn]: { email: 'username webauthn' },
  [paths.forgotPassword]: { email: 'username' },
  [paths.emailSettings]: { email: 'email' },
  [paths.register]: { month: 'bday-month', day: 'bday-day', year: 'bday-year' },
}

/** Names of fields that take digits and nothing else. */
const digits = /^(code|day|year|minutes|arrive|times|days|hours)$/

const gets = table.filter(
  ({ method, access, path }) =>
    method === 'GET' && access !== 'development' && !machines.includes(access) && !downloads.includes(path)
)

beforeAll(async () => {
  await seed()
  await seedInvitations()
  const resets = await seedResets()
  const undos = await seedEmailChanges()
  await seedKept()
  await seedPasskey()
  await seedMail()
  await seedDrafts()
  await seedAnnouncement()
  await seedRosters()
  await seedFeeds()
  for (const { path, access } of gets)
    for (const person of [...(admitted[access]?.rosa ?? []), ...halfway(access)])
      for (const language of ['en', 'es'] as const) await look(path, person, language)

  // Otto, step by step on his way in, and with a link that ran out or that nobody sent.
  for (const language of ['en', 'es'] as const) {
    await look(paths.register, 'Otto', language)
    for (const token of [expiredToken, 'A'.repeat(43)])
      await look(paths.register, 'nobody', language, href(paths.register, { token }))
    for (const token of undos)
      await look(paths.emailUndo, 'nobody', language, href(paths.emailUndo, { token }))
    for (const token of resets) await look(paths.reset, 'nobody', language, href(paths.reset, { token }))
    await look(paths.forgotPassword, 'nobody', language, withQuery(paths.forgotPassword, { asked: 'yes' }))
  }
})

async function look(path: string, person: Looking, language: 'en' | 'es', url = fill(path)) {
  const { database, asked } = watched(env.DB)
  const browser = await browserOf(person, { ...env, DB: database })
  browser.jar.set('__Host-language', language)
  const response = await browser.get(url)
  // What only sends on to another page has nothing to look at.
  if (response.status === 303 || !response.headers.get('Content-Type')?.startsWith('text/html')) return
  const html = await response.text()
  const name = `${url === fill(path) ? path : url} as ${person} in ${language}`
  const page = await readPage(html)
  visits.push({ name, path, url, person, language, response, html, page, asked, browser })
}

type Looking = Person | 'newcomer' | 'halfway' | 'Otto'
function browserOf(person: Looking, bindings: Bindings) {
  if (person === 'newcomer' || person === 'halfway') return owingSecondStep(person, bindings)
  return person === 'Otto' ? withCode(new Browser(bindings)) : as(person, bindings)
}

const halfway = (access: string) => (access === 'second step owed' ? (['newcomer', 'halfway'] as const) : [])

/** What each page does wrong; a page that does nothing wrong is not listed. */
async function expectNone(find: (visit: Visit) => unknown) {
  const wrong: Record<string, unknown> = {}
  for (const visit of visits) {
    const found = await find(visit)
    if (found !== undefined && found !== false && !(Array.isArray(found) && found.length === 0))
      wrong[visit.name] = found
  }
  expect(Object.fromEntries(Object.entries(wrong).slice(0, 12))).toEqual({})
}

test('every page is seen by someone', () => {
  const seen = new Set(visits.map(({ path }) => path))
  const redirectsOnly: string[] = [
    paths.front,
    paths.credentials,
    paths.sessionExtension,
    paths.passkeySignIn,
    paths.secondStepPasskey,
    paths.confirmPasskey,
    paths.registerCode,
    paths.registerRequest,
    paths.joinCode,
    paths.adminQueueNews,
    paths.adminUserNew,
  ]
  const programs: string[] = [paths.health]
  expect(
    gets.map(({ path }) => path).filter((path) => ![...seen, ...redirectsOnly, ...programs].includes(path))
  ).toEqual([])
})

test('each answers 200, but for a link nobody sent', () =>
  expectNone(({ path, response }) => {
    const expected = path.includes(':token') ? [200, 403, 404, 410] : [200]
    return !expected.includes(response.status) && response.status
  }))

describe('what a person meets', () => {
  test('one heading of the first level, with words in it', () =>
    expectNone(({ page }) => (page.headings.length !== 1 || !page.headings[0]?.trim()) && page.headings))

  test('headings that skip no level', () =>
    expectNone(
      ({ page: { outline } }) =>
        (outline[0] !== 1 || outline.some((level, i) => level > (outline[i - 1] ?? 1) + 1)) && outline
    ))

  test('one main part, one header and one footer, and a name of its own for every other part one can go to', () =>
    expectNone(({ page: { landmarks } }) => {
      const names = landmarks.map(({ tag, name }) => `${tag} ${name}`)
      const once = ['main', 'header', 'footer'].filter(
        (tag) => landmarks.filter((each) => each.tag === tag).length !== 1
      )
      return [
        ...once,
        ...landmarks.filter(({ tag, name }) => /nav|aside/.test(tag) && !name).map(({ tag }) => tag),
        ...names.filter((name, i) => names.indexOf(name) !== i),
      ]
    }))

  test('a title that ends in the name of the portal', () =>
    expectNone(({ page }) => !/^\S.* – CareSpace$/.test(page.title) && page.title))

  test('a title with nothing of a record or a person in it', () =>
    expectNone(
      ({ page }) =>
        /Rosa|Milo|Vera|Ines|Díaz|Stone|Roy|Otto|Nguyen|Refill|Parking|Night sweats|Complete blood|Hemoglobin|Leukocytes|Okafor|Hillside|1000\d|1952/i.test(
          page.title
        ) && page.title
    ))

  test('the same page in the language asked for', () =>
    expectNone(({ response, html, language }) => {
      const said = response.headers.get('Content-Language')
      const marked = html.match(/<html lang="(\w+)"/)?.[1]
      return (said !== language || marked !== language) && { said, marked }
    }))

  test('other words in Spanish than in English', () => {
    const english = new Map(
      visits.filter(({ language }) => language === 'en').map(({ url, person, page }) => [url + person, page])
    )
    return expectNone(({ language, url, person, page }) => {
      const other = english.get(url + person)
      return language === 'es' && other?.title === page.title && page.title
    })
  })

  test('a label at every field', () =>
    expectNone(({ page }) =>
      page.fields.filter(({ labelled, type }) => !labelled && type !== 'submit').map(({ name }) => name)
    ))

  test('a way to sign out, for who is signed in', () =>
    expectNone(
      ({ page, html }) =>
        html.includes('data-ends="') && !page.forms.some(({ action }) => action === paths.signOut)
    ))

  test('a password field that managers fill, that can be shown and that says nothing by itself', () =>
    expectNone(({ html }) =>
      [...html.matchAll(/<input[^>]*type="password"[^>]*>/g)]
        .map(([field]) => field)
        .filter(
          (field) =>
            !/autocomplete="(current|new)-password"/.test(field) ||
            /\svalue=|maxlength=/.test(field) ||
            !html.includes(`data-show="${field.match(/\sname="(\w+)"/)?.[1]}"`)
        )
    ))

  test('fields about oneself that the browser fills in, and fields about others that it does not', () =>
    expectNone(({ page, path }) =>
      page.fields
        .filter(({ tag, type }) => tag === 'input' && !/^(password|radio|checkbox|submit|file)$/.test(type))
        .filter(({ name, inputmode, autocomplete }) => {
          const isCode = name === 'code' && inputmode === 'numeric'
          return autocomplete !== (aboutOneself[path]?.[name] ?? (isCode ? 'one-time-code' : 'off'))
        })
        .map(({ name, autocomplete }) => `${name}: ${autocomplete || 'not said'}`)
    ))

  test('a keyboard of digits where digits are typed', () =>
    expectNone(({ page, path }) =>
      page.fields
        .filter(({ name, type }) => type === 'text' && digits.test(name) && path !== paths.secondStepRecovery)
        .filter(({ inputmode }) => inputmode !== 'numeric')
        .map(({ name, inputmode }) => `${name}: ${inputmode || 'not said'}`)
    ))

  test('no state by color alone: whatever has a color of its own has words too', () =>
    expectNone(({ page }) => page.colored.filter((words) => !/\p{L}|\d/u.test(words))))

  test('ids that stand once', () =>
    expectNone(({ page }) => page.ids.filter((id, i) => page.ids.indexOf(id) !== i)))

  test('the office’s number, one tap away', () => expectNone(({ html }) => !html.includes('href="tel:+1')))

  test('forms that post where a route takes them', () =>
    expectNone(({ page, url }) =>
      page.forms
        .filter(
          ({ method, action }) =>
            !isRoute(method === 'post' ? 'POST' : 'GET', new URL(action || url, `${env.APP_ORIGIN}${url}`))
        )
        .map(({ method, action }) => `${method} ${action}`)
    ))

  test('links that lead somewhere', () =>
    expectNone(({ page, url }) =>
      page.links
        .filter(({ tag, url: to }) => tag !== 'form' && !leadsSomewhere(tag, to, url))
        .map(({ url }) => url)
    ))

  test('links within the page to something that is there', () =>
    expectNone(({ page }) =>
      page.links
        .filter(({ url }) => url.startsWith('#') && !page.ids.includes(url.slice(1)))
        .map(({ url }) => url)
    ))
})

describe('what keeps it safe', () => {
  const policyOf = (response: Response) =>
    new Map(
      (response.headers.get('Content-Security-Policy') ?? '').split(/;\s*/).map((directive) => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources.join(' ')]
      })
    )

  test('a policy that allows our own files and nothing else', () =>
    expectNone(({ response }) => {
      const policy = policyOf(response)
      const expected: Record<string, RegExp> = {
        'default-src': /^'none'$/,
        'script-src': /^'self' 'nonce-[\w+/=-]{20,}'$/,
        'style-src': /^'self' 'sha256-[\w+/=]{44}'$/,
        'img-src': /^'self'$/,
        'connect-src': /^'self'$/,
        'form-action': /^'self'$/,
        'base-uri': /^'none'$/,
        'object-src': /^'none'$/,
        'frame-ancestors': /^'none'$/,
      }
      return Object.entries(expected)
        .filter(([name, pattern]) => !pattern.test(policy.get(name) ?? ''))
        .map(([name]) => `${name} ${policy.get(name)}`)
        .concat([...policy.keys()].filter((name) => !(name in expected)))
    }))

  test('scripts by file, with the nonce of this answer and their digest', () =>
    expectNone(({ page, response }) => {
      const nonce = policyOf(response)
        .get('script-src')
        ?.match(/'nonce-([^']+)'/)?.[1]
      return page.scripts.filter(
        (script) => script.nonce !== nonce || script.inline || !script.src || !script.integrity
      )
    }))

  test('a nonce that is never used again', () => {
    const nonces = visits.map(({ response }) => policyOf(response).get('script-src'))
    expect(new Set(nonces).size).toBe(visits.length)
  })

  test('no handler, style or script in the markup', () => expectNone(({ page }) => page.unsafe))

  test('headers that keep it out of caches, frames and other sites', () =>
    expectNone(({ response }) => {
      const expected: Record<string, string> = {
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
        'Referrer-Policy': 'same-origin',
        'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Content-Type': 'text/html; charset=UTF-8',
      }
      return Object.entries(expected)
        .filter(([name, value]) => response.headers.get(name) !== value)
        .map(([name]) => `${name}: ${response.headers.get(name)}`)
        .concat(response.headers.has('X-Powered-By') ? ['X-Powered-By'] : [])
    }))

  test('links away that tell the other site nothing', () =>
    expectNone(({ html }) =>
      [...html.matchAll(/<a [^>]*href="https?:[^>]*>/g)]
        .map(([tag]) => tag)
        .filter((tag) => !/rel="[^"]*noopener/.test(tag))
    ))
})

describe('what it costs', () => {
  test('at most two trips to the database', () =>
    expectNone(
      ({ asked }) =>
        asked.trips > 2 && { trips: asked.trips, sql: asked.statements.map(({ sql }) => sql.slice(0, 60)) }
    ))

  test('at most 8,192 bytes, and an entry page with its headers and all it needs to paint', () =>
    expectNone(({ html, response, page }) => {
      const isEntry = page.styles > 0
      const body = brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length
      const headers = isEntry
        ? [...response.headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)
        : 0
      if (isEntry && page.stylesheets.length > 0) return 'waits for a style sheet'
      if (/<script(?![^>]*\bdefer)/.test(html)) return 'waits for a script'
      return body + headers > 8192 && body + headers
    }))

  test('every query on an index: no table that grows is read from end to end', async () => {
    const small = [
      'practice',
      'queues',
      'announcements',
      'resources',
      'json_each',
      'feeds',
      'preparation_texts',
    ]
    // A partial index holds what is open, never what piles up.
    const partial = await env.DB.prepare(
      "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE%INDEX%WHERE%'"
    ).all<{
      name: string
    }>()
    const tables = (
      await env.DB.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all<{ name: string }>()
    ).results
    // What a query makes on its way (a subquery, a CTE) is as large as what it read.
    const isTable = (name: string) => tables.some((table) => table.name === name)
    const isOpenWork = (detail: string) => partial.results.some(({ name }) => detail.endsWith(` ${name}`))
    const scans = new Map<string, string>()
    const known = new Set<string>()
    for (const { asked, name } of visits)
      for (const { sql, values } of asked.statements) {
        if (known.has(sql)) continue
        known.add(sql)
        const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .bind(...values)
          .all<{ detail: string }>()
        const names = new Map(
          [...sql.matchAll(/(?:from|join)\s+"?(\w+)"?(?:\s+(?:as\s+)?"?(\w+)"?)?/gi)].map(
            ([, table = '', alias]) => [alias ?? table, table]
          )
        )
        for (const { detail } of plan.results) {
          const [, scanned = ''] = detail.match(/^SCAN (\w+)/) ?? []
          const table = names.get(scanned) ?? scanned
          if (isTable(table) && !small.includes(table) && !isOpenWork(detail))
            scans.set(`${name}: ${detail}`, sql.replaceAll(/\s+/g, ' ').slice(0, 400))
        }
      }
    expect(Object.fromEntries(scans)).toEqual({})
  })
})

test('a part asked for by htmx is the same content without the document', async () => {
  const content = (html: string) =>
    (html.match(/<main[^>]*>([\s\S]*)<\/main>/)?.[1] ?? html.replace(/<title>[\s\S]*?<\/title>/, ''))
      .replaceAll(/name="submissionId" value="\w+"|drafts\/[a-z0-9]{21}|&amp;at=\d+/g, '')
      .replaceAll(/nonce="[^"]*"|challenge&quot;:&quot;[\w-]+|[A-Z2-9]{4}-[A-Z2-9]{4}/g, '')
      .replaceAll(/<textarea([^>]*)>/g, '<textarea$1>')
      .trim()
  await expectNone(async ({ browser, url, html, page, path }) => {
    // Reading these is in them the next time.
    if (path === paths.accessHistory || path === paths.auditLog) return undefined
    const part = await (await browser.get(url, { 'HX-Request-Type': 'partial', 'HX-Request': 'true' })).text()
    if (/<(html|body|head|main)[ >]|<!doctype/i.test(part)) return 'a whole document'
    if ((await readPage(part)).title !== page.title) return 'another title'
    // What a page says once (an unread mark) may be gone the second time.
    const again = await (await browser.get(url)).text()
    return content(part) !== content(again) && content(part) !== content(html) && 'other content'
  })
})

test('asked again in the other language, a page stays where it is', async () => {
  await expectNone(async ({ browser, url, language, path }) => {
    if (path.includes(':token')) return undefined
    const other = language === 'en' ? 'es' : 'en'
    const response = await browser.get(`${url}${url.includes('?') ? '&' : '?'}lang=${other}`)
    const kept = browser.jar.get('__Host-language')
    browser.jar.set('__Host-language', language)
    return (
      (response.headers.get('Content-Language') !== other || kept !== other) && [
        response.headers.get('Content-Language'),
        kept,
      ]
    )
  })
})

const isRoute = (method: string, url: URL) =>
  url.origin === env.APP_ORIGIN &&
  table.some(
    (route) =>
      route.method === method && new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(url.pathname)
  )

const files: string[] = [
  assets.css,
  assets.js,
  assets.island,
  assets.session,
  assets.passkey,
  assets.htmx,
  '/favicon.svg',
  '/icons.svg',
]

function leadsSomewhere(tag: string, to: string, from: string) {
  if (to.startsWith('#')) return to.length > 1
  if (/^tel:\+?\d{3,}$/.test(to)) return true
  if (/^mailto:[^@]+@[^@]+$/.test(to)) return true
  // Only the page that sets an authenticator app up may hand its secret on.
  if (to.startsWith('otpauth://totp/')) return from === paths.secondStepApp || from === paths.secondStepSetup
  const url = new URL(to, `${env.APP_ORIGIN}${from}`)
  if (url.origin !== env.APP_ORIGIN) return tag === 'a' && url.protocol === 'https:'
  if (tag !== 'a') return files.includes(url.pathname.replace(/#.*/, '')) || isRoute('GET', url)
  return isRoute('GET', url)
}
