import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launch } from '../../test/support/chromium.ts'
import { mailsOfPortal } from '../../test/support/mails-of-portal.ts'
import { mainPatient } from '../../test/support/practices.ts'
import type { Route } from '../web/routes.ts'
import { run } from './cli.ts'
import { importForNode } from './node-bundle.ts'
import { openPortal, type Portal } from './portal.ts'
import { chosen, practices, type State, states } from './screen-states.ts'

type Loading = typeof import('../parts/loading.ts')
type Ids = Record<string, string>

const folder = 'dist/screens'
/** Chromium paints no taller picture. */
const tallest = 16_000

/**
 * Pictures of the pages of a portal in every state of ./screen-states.ts, and of every mail. Patterns choose among the paths;
 * a state that is named, whole or in part, is pictured of every page that is left, and `all` names them all.
 */
await run(async () => {
  const asked = process.argv.slice(2)
  const isOf = (name: string, { name: state }: State) =>
    name === 'all' || [state, ...state.split('.')].includes(name)
  const named = states.filter((state) => asked.some((name) => isOf(name, state)))
  const patterns = asked.filter((each) => each !== 'mail' && !named.some((state) => isOf(each, state)))
  const withMails = asked.length === 0 || asked.includes('mail')
  const wanted = asked.join() === 'mail' ? [] : named.length > 0 ? named : states
  const isWanted = ({ pages = chosen }: State, { path }: Route) => named.length > 0 || pages.test(path)

  const browsers = {
    usual: await launch(),
    // As someone sets it who needs large text everywhere: twice the usual 16 px.
    large: await launch({ args: ['--blink-settings=defaultFontSize=32'] }),
  }
  mkdirSync(folder, { recursive: true })
  try {
    const { allSlices } = await importForNode<Loading>('src/parts/loading.ts')
    const routes = (await allSlices())
      .flatMap(({ table }) => table)
      .filter(
        ({ method, path }) =>
          method === 'GET' &&
          (patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern).test(path)))
      )
    for (const [practice, ofIt] of Map.groupBy(wanted, (state) => state.practice ?? 'usual'))
      await inPractice(practice, async (portal) => {
        const ids = await examples(portal)
        for (const route of routes) {
          const said = new Set<string>()
          for (const state of ofIt.filter((each) => isWanted(each, route)))
            said.add(await picture(browsers[state.large ? 'large' : 'usual'], portal, route, ids, state))
          if (said.size > 0) console.log(`${practice} ${route.path}  ${[...said].join(', ')}`)
        }
      })
    if (withMails) await inPractice('usual', (portal) => pictureMails(browsers.usual, portal))
    console.log(`\nThe pictures are in ${folder}.`)
  } finally {
    await Promise.all(Object.values(browsers).map((each) => each.close()))
  }
})

async function inPractice(name: keyof typeof practices, look: (portal: Portal) => Promise<void>) {
  const state = mkdtempSync(join(tmpdir(), 'carespace-screens-'))
  const portal = await openPortal({ state, env: {}, quiet: true })
  try {
    await practices[name](portal)
    await look(portal)
  } finally {
    await portal.close()
    rmSync(state, { recursive: true, force: true })
  }
}

async function picture(browser: Browser, portal: Portal, { path, access }: Route, ids: Ids, state: State) {
  const { look, query = '', act } = state
  const missing = [...path.matchAll(/:(\w+)/g)].filter(([, name = '']) => !ids[name])
  if (missing.length > 0) return `no ${missing.map(([name]) => name).join(', ')}`
  const context = await browser.newContext({
    baseURL: portal.url,
    locale: 'en-US',
    reducedMotion: 'reduce',
    ...look,
  })
  const page = await context.newPage()
  let answer = 0
  try {
    const isOwed = access === 'second step owed'
    const who = viewerOf(access, ids)
    if (who) await openSession(portal, page, who, !isOwed)
    const [, start = ''] = path.split('/')
    const url = path.replace(/:(\w+)/g, (_, name: string) => ids[`${start} ${name}`] ?? ids[name] ?? '')
    const response = await page.goto(url + query).catch(() => null)
    if (!response) return 'is no page'
    answer = response.status()
    if (!response.headers()['content-type']?.startsWith('text/html')) return 'is no page'
    if ((await act?.(page, portal)) === 'has none') return `is never ${state.name}`
    // A page that is as tall as its window keeps what is fixed to the window at its end. A low window is laid out in its own way.
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
    const whole = await page.evaluate<number>('document.documentElement.scrollHeight')
    const seen = Math.min(whole, tallest)
    if (height > 480 && !state.isWindow) await page.setViewportSize({ width, height: seen })
    const name = path.replaceAll('/:', '/').slice(1).replaceAll('/', '-') || 'front'
    await page.screenshot({
      path: join(folder, `${name}.${state.name}.png`),
      ...(state.isWindow ? {} : { fullPage: true, clip: { x: 0, y: 0, width, height: seen } }),
    })
  } finally {
    await context.close()
  }
  return answer < 400 ? 'done' : `answers ${answer}`
}

function viewerOf(access: string, { admin, caregiver, accountId }: Ids) {
  if (access === 'anyone') return ''
  if (access === 'caregiver chart') return caregiver
  return /staff|own quick reply|second step owed/.test(access) ? admin : accountId
}

/** Every kind of mail, in both languages, as a phone and a mail program on a desk show it. */
async function pictureMails(browser: Browser, portal: Portal) {
  for (const language of ['en', 'es'] as const)
    for (const [kind, html] of await mailsOfPortal(portal, language))
      for (const width of [320, 600])
        for (const colorScheme of ['light', 'dark'] as const) {
          const page = await browser.newPage({ viewport: { width, height: 480 }, colorScheme })
          await page.setContent(html)
          await page.screenshot({
            path: join(folder, `mail-${kind}.${language}.${width}.${colorScheme}.png`),
            fullPage: true,
          })
          await page.close()
        }
  console.log('mails  done')
}

async function openSession({ db, url }: Portal, page: Page, accountId: string, isWhole: boolean) {
  const token = randomBytes(32).toString('base64url')
  await db
    .prepare(
      `INSERT INTO sessions (id, token_hash, account_id, created_at, seen_at, completed_at, confirmed_at, user_agent)
       VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0')`
    )
    .bind(
      token.slice(0, 21),
      createHash('sha256').update(token).digest('hex'),
      accountId,
      Date.now(),
      isWhole ? Date.now() : null
    )
    .run()
  await page
    .context()
    .addCookies([
      { name: '__Host-cs', value: token, url: url.replace('http:', 'https:'), secure: true, httpOnly: true },
    ])
}

/** One row of the demo for each parameter that a page may carry, all of its main patient. */
async function examples({ db, secrets }: Portal): Promise<Ids> {
  const one = async (sql: string, ...values: string[]) =>
    (await db
      .prepare(sql)
      .bind(...values)
      .first<string>('id')) ?? ''
  const { invitationToken } =
    await importForNode<typeof import('../identity/secret.ts')>('src/identity/secret.ts')
  const patientId = await one(`SELECT ${mainPatient} AS id`)
  const ofPatient = (sql: string) => one(sql, patientId)
  const accountId = await ofPatient('SELECT account_id AS id FROM patients WHERE id = ?')
  const reportId = await ofPatient(
    "SELECT id FROM reports WHERE patient_id = ? AND released_at IS NOT NULL AND kind = 'lab' ORDER BY collected_at DESC LIMIT 1"
  )
  const day = await ofPatient(
    "SELECT date(starts_at / 1000, 'unixepoch') AS id FROM appointments WHERE patient_id = ? AND status = 'booked' ORDER BY starts_at LIMIT 1"
  )
  return {
    patientId,
    accountId,
    reportId,
    day,
    admin: await one(
      "SELECT id FROM accounts WHERE staff_role = 'admin' AND totp_confirmed_at IS NOT NULL LIMIT 1"
    ),
    caregiver: await ofPatient(
      'SELECT account_id AS id FROM grants WHERE patient_id = ? AND revoked_at IS NULL LIMIT 1'
    ),
    grantId: await ofPatient('SELECT id FROM grants WHERE patient_id = ? AND revoked_at IS NULL LIMIT 1'),
    threadId: await ofPatient(
      'SELECT id FROM threads WHERE patient_id = ? AND closed_at IS NULL ORDER BY last_message_at DESC LIMIT 1'
    ),
    appointmentId: await ofPatient(
      "SELECT id FROM appointments WHERE patient_id = ? AND status = 'booked' ORDER BY starts_at LIMIT 1"
    ),
    observationId: await ofPatient(
      'SELECT max(id) AS id FROM observations WHERE patient_id = ? AND value_number IS NOT NULL GROUP BY code ORDER BY count(*) DESC LIMIT 1'
    ),
    staffId: await one("SELECT id FROM accounts WHERE staff_role = 'clinical' LIMIT 1"),
    categoryId: 'medicine',
    queueId: 'billing',
    feedId: await one('SELECT id FROM feeds LIMIT 1'),
    inboxId: await one('SELECT id FROM inbox LIMIT 1'),
    unmatchedId: await one('SELECT id FROM unmatched WHERE resolved_at IS NULL LIMIT 1'),
    uploadId: await one('SELECT inbox_id AS id FROM uploads LIMIT 1'),
    announcementId: await one('SELECT id FROM announcements LIMIT 1'),
    replyId: await one('SELECT id FROM quick_replies LIMIT 1'),
    requestId: await one('SELECT id FROM appointment_requests LIMIT 1'),
    mailId: await one('SELECT id FROM outbox WHERE failed_at IS NOT NULL LIMIT 1'),
    // A good link opens its page; any other says what is wrong with it.
    'register token': await invitationToken(
      secrets.TOKEN_KEY,
      await one(
        `SELECT id FROM invitations WHERE kind = 'patient' AND expires_at > ${Date.now()} AND accepted_at IS NULL
          AND replaced_at IS NULL AND revoked_at IS NULL AND locked_at IS NULL LIMIT 1`
      )
    ),
    token: 'x'.repeat(43),
  }
}
