import { beforeEach, describe, expect, test } from 'vitest'
import { sessions } from '../src/db/schema.ts'
import { sha256 } from '../src/identity/secret.ts'
import { paths } from '../src/paths.ts'
import type { Route } from '../src/web/routes.ts'
import { seedAnnouncement } from './support/announcements.ts'
import { as, Browser } from './support/browser.ts'
import { snapshot } from './support/database.ts'
import { seedDrafts } from './support/drafts.ts'
import { seedFeeds } from './support/feeds.ts'
import { seedInvitations } from './support/invitation.ts'
import { seedKept } from './support/kept.ts'
import { seedMail } from './support/mail.ts'
import { seedPasskey } from './support/passkeys.ts'
import { auditMark, auditSince, cast, db, minutesAgo, type Person, seed } from './support/people.ts'
import { seedRosters } from './support/rosters.ts'
import { admitted, fill, machines, params, table } from './support/site.ts'

const seedAll = async () => {
  await seed()
  await seedInvitations()
  await seedKept()
  await seedPasskey()
  await seedMail()
  await seedDrafts()
  await seedAnnouncement()
  await seedRosters()
  await seedFeeds()
}
beforeEach(seedAll)

const everyone: Person[] = ['nobody', ...cast]
const records = ['rosa', 'ines'] as const
const ask = (browser: Browser, { method }: Route, url: string) =>
  method === 'GET' ? browser.get(url) : browser.post(url)

/** What the door said. Behind it a page may still lack what the URL names, which looks like a closed door: 404. */
async function answerOf(person: Person, route: Route, url: string) {
  const mark = await auditMark()
  const response = await ask(as(person), route, url)
  const entries = await auditSince(mark)
  const refusals = entries.filter(({ action }) => action.endsWith('.refused'))
  if (response.headers.get('Location')?.startsWith('/sign-in')) return 'sign in'
  if (response.status === 404)
    return refusals.some(({ account_id }) => account_id === person) ? 'refused' : 'not there'
  return response.status < 500 ? 'in' : `broken ${response.status}`
}

const walk = table.filter(({ access }) => !machines.includes(access))

describe.each(walk.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const { access, path } = route

  test('each person meets the door that is written down for them', async () => {
    const rows = admitted[access]
    if (!rows) throw new Error(`Write down in test/support/site.ts who passes "${access}"`)
    for (const whose of records) {
      // What was done at the other record may have signed someone out.
      if (route.method === 'POST' && whose !== records[0]) await seedAll()
      for (const person of everyone.filter((person) => !rows[whose].includes(person))) {
        const before = await snapshot()
        const expected =
          access === 'development'
            ? 'not there'
            : access === 'second step owed' && person !== 'nobody'
              ? 'in'
              : person === 'nobody'
                ? 'sign in'
                : 'refused'
        expect([person, whose, await answerOf(person, route, fill(route.path, whose))]).toEqual([
          person,
          whose,
          expected,
        ])
        expect(await snapshot(), `${person} was turned away and changed something`).toEqual(before)
      }
      for (const person of rows[whose]) {
        if (route.method === 'POST') await seedAll()
        const answer = await answerOf(person, route, fill(route.path, whose))
        const possible = borrowed(route.path, whose) || access === 'anyone' ? ['in', 'not there'] : ['in']
        // Who is signed out is sent to sign in by the front page and by signing out, which is no refusal.
        if (access === 'anyone' || path === paths.deviceSignOut) possible.push('sign in')
        expect([person, whose, possible.includes(answer) ? 'in' : answer]).toEqual([person, whose, 'in'])
      }
    }
  })

  if (/:patientId.*:(threadId|reportId|appointmentId|grantId)/.test(route.path))
    test('what lies in another record is not there', async () => {
      const url = route.path.replace(':patientId', 'ines-chart').replaceAll(/:\w+/g, (name) => fill(name))
      for (const person of admitted[access]?.ines ?? []) {
        const before = await snapshot()
        const response = await ask(as(person), route, url)
        expect([person, response.status]).toEqual([person, 404])
        expect(await response.text()).not.toMatch(/Refill|Hemoglobin|Complete blood count|Infusion Center/)
        expect(await snapshot()).toEqual(before)
      }
    })

  if (params(route.path).includes('patientId'))
    test('a record that does not exist looks like one that is not theirs', async () => {
      const plain = (html: string) =>
        html.replaceAll(/nonce="[^"]*"|data-ends="[^"]*"|[A-Z2-9]{4}-[A-Z2-9]{4}/g, '')
      const unknown = fill(route.path).replace('rosa-chart', 'no-such-chart')
      for (const person of ['ines', 'vera', 'audra'] as const) {
        const hidden = await ask(as(person), route, fill(route.path))
        const missing = await ask(as(person), route, unknown)
        expect([hidden.status, missing.status]).toEqual([404, 404])
        expect(plain(await missing.text())).toBe(plain(await hidden.text()))
      }
    })
})

const statesOfSession = {
  ended: { endedAt: minutesAgo(1) },
  'idle for too long': { seenAt: minutesAgo(31) },
  'older than twelve hours': { createdAt: minutesAgo(12 * 60 + 1) },
  'without its second step': { completedAt: null },
}
test.each(Object.entries(statesOfSession))('a session that is %s opens no record', async (_, state) => {
  const browser = new Browser()
  for (const route of walk.filter(({ access }) => /chart|signed in|staff/.test(access))) {
    await db()
      .insert(sessions)
      .values({
        tokenHash: await sha256('worn'),
        accountId: 'rosa',
        createdAt: minutesAgo(2),
        seenAt: new Date(),
        completedAt: minutesAgo(2),
        ...state,
      })
    browser.jar.set('__Host-cs', 'worn')
    const response = await ask(browser, route, fill(route.path))
    expect([route.path, response.headers.get('Location')?.slice(0, 8)]).toEqual([route.path, '/sign-in'])
    await seed()
  }
})

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s is known nowhere', async (method) => {
  for (const [path, routes] of Map.groupBy(table, ({ path }) => path)) {
    if (routes.every(({ access }) => access === 'development')) continue
    for (const person of ['nobody', 'rosa', 'okafor'] as const) {
      const response = await as(person).request(fill(path), { method })
      const allowed = routes.flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : ['POST']))
      expect([path, response.status]).toEqual([path, 405])
      expect(response.headers.get('Allow')?.split(', ').sort()).toEqual(allowed.sort())
    }
  }
})

test('programs with no key, or with a person’s session, get nothing from a feed', async () => {
  for (const { method, path } of table.filter(({ access }) => machines.includes(access)))
    for (const person of everyone) {
      const before = await snapshot()
      const response = method === 'GET' ? await as(person).get(fill(path)) : await as(person).post(path)
      const unknown = method === 'GET' || path === paths.unsubscribe ? 404 : 401
      expect([path, person, response.status]).toEqual([path, person, unknown])
      expect(await snapshot()).toEqual(before)
    }
})

/** Whether a URL at Ines's record names something that she does not have. */
function borrowed(path: string, whose: 'rosa' | 'ines') {
  const own =
    whose === 'rosa' ? ['patientId', 'threadId', 'appointmentId', 'reportId'] : ['patientId', 'threadId']
  return params(path).some((name) => !own.includes(name))
}
