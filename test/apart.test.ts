import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { accounts, grants, invitations, recordViews, sessions } from '../src/db/schema.ts'
import { sha256 } from '../src/identity/secret.ts'
import { paths } from '../src/paths.ts'
import { seedAnnouncement } from './support/announcements.ts'
import { Browser } from './support/browser.ts'
import { snapshot } from './support/database.ts'
import { seedDrafts } from './support/drafts.ts'
import { seedFeeds } from './support/feeds.ts'
import { db, minutesAgo, passwordHash, seed } from './support/people.ts'
import { fill, params, table } from './support/site.ts'
import { markOf, seedTwins } from './support/twin.ts'

/** Whose record each person may open. Staff meet both, but never on one page of one record. */
const readers = {
  nobody: [],
  rosa: ['rosa'],
  milo: ['rosa'],
  vera: [],
  ines: ['ines'],
  // Petra was invited to Rosa's record and has not accepted; Lena helped her and left.
  petra: [],
  lena: [],
  frida: ['rosa', 'ines'],
  nadia: ['rosa', 'ines'],
  okafor: ['rosa', 'ines'],
  audra: ['rosa', 'ines'],
  // The same nurse while she looks at Rosa's record as Rosa sees it.
  'nadia, looking': ['rosa', 'ines'],
} as const
type Reader = keyof typeof readers

let twins: Set<string>

async function seedAll() {
  await seed()
  await seedDrafts()
  await seedAnnouncement()
  await seedFeeds()
  const made = (id: string) => ({ id, email: `${id}@example.test`, givenName: id, familyName: 'Moss' })
  await db().batch([
    db()
      .insert(accounts)
      .values(
        ['petra', 'lena'].map((id) => ({
          ...made(id),
          passwordHash,
          createdAt: minutesAgo(900),
          termsVersion: '2026-11',
        }))
      ),
    db()
      .insert(sessions)
      .values(
        await Promise.all(
          ['petra', 'lena'].map(async (accountId) => ({
            id: `${accountId}-browser`,
            tokenHash: await sha256(`${accountId}-session`),
            accountId,
            createdAt: minutesAgo(5),
            seenAt: new Date(),
            completedAt: minutesAgo(5),
            confirmedAt: minutesAgo(5),
          }))
        )
      ),
    db()
      .insert(invitations)
      .values({
        id: 'petra-invitation',
        kind: 'caregiver',
        patientId: 'rosa-chart',
        email: 'petra@example.test',
        tokenHash: 'petra',
        language: 'en',
        relationship: 'Friend',
        invitedBy: 'rosa',
        createdAt: minutesAgo(60),
        sentAt: minutesAgo(60),
        expiresAt: minutesAgo(-900),
      }),
    db()
      .insert(grants)
      .values({
        id: 'lena-grant',
        patientId: 'rosa-chart',
        accountId: 'lena',
        relationship: 'Friend',
        grantedAt: minutesAgo(900),
        grantedBy: 'rosa',
        revokedAt: minutesAgo(30),
        revokedBy: 'lena',
      }),
  ])
  await env.DB.prepare('UPDATE sessions SET confirmed_at = ?').bind(Date.now()).run()
  twins = await seedTwins()
}
beforeEach(seedAll)

async function browserOf(reader: Reader) {
  const browser = new Browser()
  const [who = ''] = reader.split(',')
  if (who !== 'nobody') browser.jar.set('__Host-cs', `${who}-session`)
  if (reader === 'nadia, looking')
    await db()
      .insert(recordViews)
      .values({
        id: 'a-look',
        patientId: 'rosa-chart',
        accountId: 'nadia',
        sessionId: 'nadia-browser',
        reason: 'She called.',
        openedAt: minutesAgo(1),
        expiresAt: minutesAgo(-14),
      })
  return browser
}

const pages = table.filter(
  ({ method, access }) => method === 'GET' && access !== 'development' && access !== 'token'
)
const both = ['rosa', 'ines'] as const

/** The page of one record, with what it names taken from the same one or from the other. */
function addresses(path: string) {
  const names = params(path)
  if (!names.includes('patientId')) return [{ at: undefined, url: fill(path) }]
  return both.flatMap((at) =>
    both.map((from) => ({
      at,
      url: path.replace(/:(\w+)/g, (_, name: string) => {
        const value = fill(`:${name}`)
        if (name === 'patientId') return `${at}-chart`
        return from === 'ines' && twins.has(value) ? `i-${value}` : value
      }),
    }))
  )
}

test('both records hold one of everything', () => {
  for (const id of ['refill', 'refill-1', 'infusion', 'cbc', 'hgb']) expect([...twins]).toContain(id)
})

describe.each(Object.keys(readers) as Reader[])('to %s', (reader) => {
  test('every page shows the record in its address and no other, and only to whom it is open', async () => {
    const browser = await browserOf(reader)
    const own: readonly string[] = readers[reader]
    const seen = new Set<string>()
    for (const { path } of pages)
      for (const { at, url } of addresses(path)) {
        const response = await browser.get(url)
        const told = `${await response.text()} ${JSON.stringify([...response.headers])}`
        for (const whose of both) {
          const isTold = told.includes(markOf[whose])
          if (isTold) seen.add(whose)
          const may = own.includes(whose) && (at === undefined || at === whose)
          expect([url, whose, isTold && !may]).toEqual([url, whose, false])
        }
      }
    // What would never be shown to anyone would prove nothing.
    if (own.length > 0 && reader !== 'audra') expect([...seen].sort()).toEqual([...own].sort())
  })
})

test.each(['petra', 'lena'] as const)(
  '%s, who was invited or has left, writes nothing in it',
  async (reader) => {
    const browser = await browserOf(reader)
    const before = await snapshot()
    // Who left may press the button once more: it says again that they have.
    const again = reader === 'lena' ? [paths.leaving] : []
    for (const { method, path } of table)
      if (method === 'POST' && params(path).includes('patientId') && !again.some((each) => each === path))
        expect([path, (await browser.post(fill(path), { body: 'x' })).status]).toEqual([path, 404])
    expect(await snapshot()).toEqual(before)
  }
)

test('the key of a feed opens no page and writes in no record', async () => {
  const headers = { Authorization: 'Bearer county-key' }
  const known = await new Browser().request('/feeds/hl7', { method: 'POST', headers, body: 'MSH|' })
  expect(known.status).toBe(200)
  const before = await snapshot()
  for (const { method, path } of table.filter(({ path }) => params(path).includes('patientId'))) {
    const response = await new Browser().request(fill(path), { method, headers })
    expect([path, response.headers.get('Location')?.startsWith('/sign-in')]).toEqual([path, true])
  }
  expect(await snapshot()).toEqual(before)
})
