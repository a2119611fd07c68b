import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { paths } from '../src/paths.ts'
import { seedAnnouncement } from './support/announcements.ts'
import { as } from './support/browser.ts'
import { seedDrafts } from './support/drafts.ts'
import { seedFeeds } from './support/feeds.ts'
import { readPage } from './support/html.ts'
import { seedMail } from './support/mail.ts'
import { type Person, seed } from './support/people.ts'
import { seedRosters } from './support/rosters.ts'
import { admitted, table } from './support/site.ts'

beforeEach(async () => {
  await seed()
  await seedMail()
  await seedDrafts()
  await seedAnnouncement()
  await seedRosters()
  await seedFeeds()
})

const pages = table.filter(({ method }) => method === 'GET')
const routeOf = (pathname: string) =>
  pages.find(({ path }) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(pathname))

/** So many pages of each kind are enough to find the way on. */
const enough = 6

/** Every kind of page that someone comes to by links alone, from where they begin. */
async function walk(person: Person, from: string[]) {
  const seen = new Map<string, Set<string>>()
  const waiting = [...from]
  for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
    const { pathname, search } = new URL(url, env.APP_ORIGIN)
    const route = routeOf(pathname)
    const known = seen.get(route?.path ?? '') ?? new Set()
    if (!route || known.has(pathname) || known.size >= enough) continue
    seen.set(route.path, known.add(pathname))
    const response = await as(person).get(`${pathname}${search}`)
    const moved = response.headers.get('Location')
    if (moved) waiting.push(moved)
    if (response.status !== 200 || !response.headers.get('Content-Type')?.includes('html')) continue
    const { links } = await readPage(await response.text())
    waiting.push(
      ...links
        .filter(({ tag, url }) => tag === 'a' && (url.startsWith('/') || url.startsWith('?')))
        .map(({ url }) => new URL(url, new URL(pathname, env.APP_ORIGIN)).href.slice(env.APP_ORIGIN.length))
    )
  }
  return seen
}

/** What no link of the cast leads to, and how someone comes there. */
const otherWays: Record<string, string> = {
  [paths.records]: 'leads on at once for who has one record',
  [paths.termsUpdate]: 'stands in the way while new terms are not accepted',
  [paths.confirm]: 'stands in the way of what asks for the password again',
  [paths.confirmPasskey]: 'a script asks for it',
  [paths.credentials]: 'from the page about a device that is not theirs',
  [paths.emailCode]: 'the next step of a form',
  [paths.passkey]: 'from a passkey, which none of them has',
  [paths.recoveryCodes]: 'from a second step, which none of them has chosen',
  [paths.secondStepAppRemoval]: 'from a second step, which none of them has chosen',
  [paths.secondStepRemoval]: 'from a second step, which none of them has chosen',
  [paths.messageFile]: 'from a file, which no message has',
  [paths.messageFilePreview]: 'from a file, which no message has',
  [paths.adminMessageFile]: 'from a file, which no message has',
  [paths.adminMessageFilePreview]: 'from a file, which no message has',
  [paths.draftWarning]: 'the next step of a form',
  [paths.dayCalendar]: 'from a day of several appointments',
  [paths.reportFile]: 'from a document, which no report has',
  [paths.reportFileView]: 'from a document, which no report has',
  [paths.adminReportFile]: 'from a document, which no report has',
  [paths.adminReportFileView]: 'from a document, which no report has',
  [paths.adminQueueNews]: 'the queue fetches it',
  [paths.adminThreadNotes]: 'where a note that was refused comes back',
  [paths.invitationRound]: 'the next step of a form',
  [paths.adminInvitationRepair]: 'from an invitation that came back',
  [paths.adminAccountSecondStepReset]: 'from a second step, which no patient has chosen',
  [paths.adminStaffReactivation]: 'from someone who has left',
}

const walks: [Person, RegExp, ...string[]][] = [
  ['rosa', /chart|^signed in/, '/'],
  // Looking for someone is a form.
  ['okafor', /^staff/, '/admin', '/admin/patients/rosa-chart'],
  ['frida', /^staff/, '/admin', '/admin/patients/rosa-chart'],
  ['nadia', /^staff/, '/admin'],
]

test('whoever may open a page comes there by links', async () => {
  const lost = new Map<string, string[]>()
  for (const [person, theirs, ...from] of walks) {
    const seen = await walk(person, from)
    const mayOpen = (access: string) =>
      (admitted[access]?.rosa as readonly Person[] | undefined)?.includes(person)
    for (const { path, access } of pages)
      if (theirs.test(access) && mayOpen(access) && !seen.has(path))
        lost.set(path, [...(lost.get(path) ?? []), person])
  }
  expect(Object.fromEntries([...lost].filter(([path]) => !(path in otherWays)))).toEqual({})
  expect(Object.keys(otherWays).filter((path) => !lost.has(path))).toEqual([])
})
