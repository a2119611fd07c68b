import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launch } from '../../test/support/chromium.ts'
import { mailsOfPortal } from '../../test/support/mails-of-portal.ts'
import type { Route } from '../web/routes.ts'
import { run } from './cli.ts'
import { seedIfEmpty } from './demo.ts'
import { importForNode } from './node-bundle.ts'
import { openPortal, type Portal } from './portal.ts'

type Loading = typeof import('../parts/loading.ts')
type Picture = { name: string; look: BrowserContextOptions & { large?: boolean; query?: string } }

const folder = 'dist/screens'
const sizes = {
  360: { width: 360, height: 740 },
  768: { width: 768, height: 1024 },
  1280: { width: 1280, height: 800 },
}
const usual: Picture[] = Object.entries(sizes).flatMap(([width, viewport]) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    name: `${width}.${colorScheme}`,
    look: { viewport, colorScheme },
  }))
)
/** Only of a few pages, each of another make. */
const special: Picture[] = [
  { name: '360.forced-colors', look: { viewport: sizes[360], forcedColors: 'active' } },
  { name: '360.spanish', look: { viewport: sizes[360], query: '?lang=es' } },
  { name: '360.large-text', look: { viewport: sizes[360], large: true } },
]
const chosen =
  /^\/(sign-in|help|patients\/:patientId(\/messages(\/:threadId)?|\/record|\/labs(\/reports\/:reportId)?|\/appointments)?)$/

/** Pictures of every page of a seeded portal, at three widths, light and dark, and of every mail. Patterns choose among the paths. */
await run(async () => {
  const patterns = process.argv.slice(2)
  const state = mkdtempSync(join(tmpdir(), 'carespace-screens-'))
  const portal = await openPortal({ state, env: {}, quiet: true })
  const browsers = {
    usual: await launch(),
    // As someone sets it who needs large text everywhere: twice the usual 16 px.
    large: await launch({ args: ['--blink-settings=defaultFontSize=32'] }),
  }
  try {
    await seedIfEmpty(portal)
    const { allSlices } = await importForNode<Loading>('src/parts/loading.ts')
    const routes = (await allSlices())
      .flatMap(({ table }) => table)
      .filter(
        ({ method, path }) =>
          method === 'GET' &&
          (patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern).test(path)))
      )
    const ids = await examples(portal)
    mkdirSync(folder, { recursive: true })
    if (patterns.length === 0 || patterns.includes('mail')) await pictureMails(browsers.usual, portal)
    if (patterns.join() === 'mail') return
    for (const route of routes) {
      const missing = [...route.path.matchAll(/:(\w+)/g)].filter(([, name = '']) => !ids[name])
      const said =
        missing.length > 0
          ? `no ${missing.map(([name]) => name).join(', ')}`
          : await picture(browsers, portal, route, ids)
      console.log(`${route.path}  ${said}`)
    }
    console.log(`\nThe pictures are in ${folder}.`)
  } finally {
    await Promise.all(Object.values(browsers).map((each) => each.close()))
    await portal.close()
    rmSync(state, { recursive: true, force: true })
  }
})

async function picture(
  browsers: Record<'usual' | 'large', Browser>,
  portal: Portal,
  { path, access }: Route,
  ids: Record<string, string>
) {
  const who = /staff|own quick reply/.test(access)
    ? ids.admin
    : access === 'anyone'
      ? ''
      : access === 'caregiver chart'
        ? ids.caregiver
        : ids.accountId
  const name = path.replaceAll('/:', '/').slice(1).replaceAll('/', '-') || 'front'
  for (const {
    name: look,
    look: { large, query = '', ...options },
  } of [...usual, ...(chosen.test(path) ? special : [])]) {
    const context = await browsers[large ? 'large' : 'usual'].newContext({
      baseURL: portal.url,
      locale: 'en-US',
      reducedMotion: 'reduce',
      ...options,
    })
    const page = await context.newPage()
    try {
      if (who) await openSession(portal, page, who)
      const response = await page
        .goto(path.replace(/:(\w+)/g, (_, param: string) => ids[param] ?? '') + query)
        .catch(() => null)
      if (!response) return 'is no page'
      if (response.status() >= 400) return `answers ${response.status()}`
      if (!response.headers()['content-type']?.startsWith('text/html')) return 'is no page'
      // A page that is as tall as its window keeps what is fixed to the window at its end.
      const height = await page.evaluate<number>('document.documentElement.scrollHeight')
      await page.setViewportSize({ ...(page.viewportSize() ?? sizes[360]), height })
      await page.screenshot({ path: join(folder, `${name}.${look}.png`), fullPage: true })
    } finally {
      await context.close()
    }
  }
  return 'done'
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

async function openSession({ db, url }: Portal, page: Page, accountId: string) {
  const token = randomBytes(32).toString('base64url')
  await db
    .prepare(
      `INSERT INTO sessions (id, token_hash, account_id, created_at, seen_at, completed_at, confirmed_at, user_agent)
       VALUES (?1, ?2, ?3, ?4, ?4, ?4, ?4, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0')`
    )
    .bind(token.slice(0, 21), createHash('sha256').update(token).digest('hex'), accountId, Date.now())
    .run()
  await page
    .context()
    .addCookies([
      { name: '__Host-cs', value: token, url: url.replace('http:', 'https:'), secure: true, httpOnly: true },
    ])
}

/** One row of the demo for each parameter that a page may carry, all of its main patient. */
async function examples({ db }: Portal): Promise<Record<string, string>> {
  const one = async (sql: string, ...values: string[]) =>
    (await db
      .prepare(sql)
      .bind(...values)
      .first<string>('id')) ?? ''
  const patientId = await one(
    `SELECT patient_id AS id FROM observations o JOIN patients p ON p.id = o.patient_id
     WHERE p.account_id IS NOT NULL GROUP BY patient_id ORDER BY count(*) DESC LIMIT 1`
  )
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
    observationId: await one(
      'SELECT id FROM observations WHERE report_id = ? AND value_number IS NOT NULL LIMIT 1',
      reportId
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
    token: 'x'.repeat(43),
  }
}
