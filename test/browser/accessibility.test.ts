import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importForNode } from '../../src/commands/node-bundle.ts'
import { setTextWide } from '../support/text-spacing.ts'
import { desktop, openTab as openBareTab, openSession, phone } from './portal.ts'
import { stage } from './stage.ts'

type Loading = typeof import('../../src/parts/loading.ts')
type Secret = typeof import('../../src/identity/secret.ts')
type Keeping = typeof import('../../src/identity/kept/keeping.ts')
type Unsubscribing = typeof import('../../src/outbox/unsubscribe/unsubscribing.ts')

const { emailUndoToken, resetToken, seal, sha256 } = await importForNode<Secret>('src/identity/secret.ts')
const { unsubscribeToken } = await importForNode<Unsubscribing>('src/outbox/unsubscribe/unsubscribing.ts')
const { sealedTo } = await importForNode<Keeping>('src/identity/kept/keeping.ts')
const minute = 60_000
const day = 24 * 60 * minute
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let ids: Record<string, string>
beforeAll(async () => {
  ids = await examples()
  await liveALittle(ids.patient ?? '', ids.admin ?? '')
})

/** One real row for every parameter a page may carry, all of the demo's main patient. */
async function examples(): Promise<Record<string, string>> {
  const { db } = stage.portal
  const one = async (sql: string, ...values: string[]) => {
    const row = await db
      .prepare(sql)
      .bind(...values)
      .first<{ id: string }>()
    if (!row) throw new Error(`The demo practice has nothing for: ${sql}`)
    return row.id
  }
  const patientId =
    await one(`SELECT patient_id AS id FROM observations o JOIN patients p ON p.id = o.patient_id
    WHERE p.account_id IS NOT NULL GROUP BY patient_id ORDER BY count(*) DESC LIMIT 1`)
  const patient = await one('SELECT account_id AS id FROM patients WHERE id = ?', patientId)
  return {
    patientId,
    accountId: patient,
    passkeyId: 'a-passkey',
    keptId: 'a-kept-form',
    categoryId: 'medicine',
    queueId: 'billing',
    staffId: await one("SELECT id FROM accounts WHERE staff_role = 'clinical' LIMIT 1"),
    threadId: await one(
      'SELECT id FROM threads WHERE patient_id = ? AND closed_at IS NULL ORDER BY last_message_at DESC LIMIT 1',
      patientId
    ),
    appointmentId: await one(
      'SELECT id FROM appointments WHERE patient_id = ? ORDER BY starts_at DESC LIMIT 1',
      patientId
    ),
    reportId: await one(
      'SELECT id FROM reports WHERE patient_id = ? AND released_at IS NOT NULL ORDER BY collected_at DESC LIMIT 1',
      patientId
    ),
    mailId: await one('SELECT id FROM outbox WHERE failed_at IS NOT NULL LIMIT 1'),
    token: 'x'.repeat(43),
    nobody: '',
    patient,
    caregiver: await one(
      'SELECT account_id AS id FROM grants WHERE patient_id = ? AND revoked_at IS NULL LIMIT 1',
      patientId
    ),
    admin: await one(
      "SELECT id FROM accounts WHERE staff_role = 'admin' AND totp_confirmed_at IS NOT NULL LIMIT 1"
    ),
  }
}

const insert = (table: string, row: Record<string, string | number | null>) =>
  stage.portal.db
    .prepare(`INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => '?')})`)
    .bind(...Object.values(row))
    .run()

/** What years with an account leave behind, so that the pages about it have something to show. */
async function liveALittle(patient: string, admin: string) {
  const now = Date.now()
  const { db, secrets } = stage.portal
  await insert('passkeys', {
    id: 'a-passkey',
    account_id: patient,
    credential_id: 'a-credential',
    public_key: 'x',
    algorithm: 'ES256',
    counter: 0,
    transports: '[]',
    name: 'My phone',
    created_at: now - day,
    suspended_at: now - minute,
  })
  for (const [id, undo] of [
    ['a-waiting-change', null],
    ['a-change', now + day],
  ] as const)
    await insert('email_changes', {
      id,
      account_id: patient,
      old_email: 'old@carespace.example',
      new_email: 'a-rather-long-address.of-somebody@an-even-longer-domain.example',
      created_at: undo ? now - day : now,
      expires_at: undo ? now - day : now + 10 * minute,
      confirmed_at: undo && now - day,
      undo_hash: await sha256(await emailUndoToken(secrets.TOKEN_KEY, id)),
      undo_until: undo,
    })
  for (const [id, facts] of Object.entries({
    'a-reset': {},
    'a-used-reset': { used_at: now },
    'an-old-reset': { expires_at: now - minute },
  }))
    await insert('password_resets', {
      id,
      account_id: patient,
      address_key: id,
      network_key: id,
      token_hash: await sha256(await resetToken(secrets.TOKEN_KEY, id)),
      created_at: now,
      sent_at: now,
      expires_at: now + 60 * minute,
      ...facts,
    })
  const kept = { accountId: patient, id: 'a-kept-form', path: `/patients/${ids.patientId}/messages/new` }
  const typed = { submissionId: 'k'.repeat(21), category: 'medicine', subject: 'Tablets', body: 'Two a day?' }
  await insert('kept_forms', {
    id: kept.id,
    account_id: patient,
    path: kept.path,
    sealed_fields: await seal(
      secrets.TOKEN_KEY,
      new TextEncoder().encode(JSON.stringify(typed)),
      sealedTo(kept)
    ),
    kept_at: now,
    expires_at: now + day,
  })
  await insert('trusted_devices', {
    account_id: patient,
    id: 'a-tablet',
    trusted_at: now,
    trusted_until: now + 30 * day,
    user_agent:
      'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1',
  })
  await insert('throttles', {
    key: 'a-throttle',
    count: 7,
    since: now,
    blocked_until: now + 4 * minute,
    account_id: patient,
    purpose: 'sign-in',
  })
  await db.prepare('UPDATE recovery_sets SET replaced_at = ? WHERE account_id = ?').bind(now, admin).run()
  await insert('recovery_sets', { id: 'a-set', account_id: admin, created_at: now })
}

/** A tab whose pages have axe at hand: evaluated where it is asked for, and handed over once instead of for each page. */
async function openTab(options: Parameters<typeof openBareTab>[1] = {}) {
  const tab = await openBareTab(stage, options)
  await tab.context.addInitScript({ content: `window.bringAxe = () => { ${axe} }` })
  return tab
}

type Violation = { id: string; at: string[] }

/** All of axe in light; in dark what it says of colors, as long as nothing but colors differs (`shape`). */
const themes = [
  ['light', { type: 'tag', values: standards }],
  ['dark', { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }],
] as const

/** Where everything on a page lies and whether it is seen. */
const shape = `[...document.querySelectorAll('body, body *')].map((each) => {
  const { display, visibility, opacity, fontSize, textDecorationLine } = getComputedStyle(each)
  const { x, y, width, height } = each.getBoundingClientRect()
  return [each.tagName, x, y, width, height, display, visibility, opacity, fontSize, textDecorationLine].join(' ')
}).join('\\n')`

/** What axe finds at both widths in both themes, and pages that scroll sideways, down to 320 px. */
async function faults(page: Page) {
  const found: string[] = []
  await page.setViewportSize(phone)
  const small = await page.evaluate<string[]>(missed)
  found.push(...small.map((each) => `smaller than a fingertip: ${each}`))
  await page.evaluate('bringAxe()')
  for (const viewport of [phone, desktop]) {
    await page.setViewportSize(viewport)
    const shapes = new Set<string>()
    for (const [colorScheme, runOnly] of themes) {
      await page.emulateMedia({ colorScheme })
      const violations = await page.evaluate<Violation[]>(
        `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] })
          .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) })))`
      )
      shapes.add(await page.evaluate<string>(shape))
      const where = `${colorScheme} ${viewport.width}`
      found.push(...violations.map(({ id, at }) => `${where}: ${id} at ${at.join(' | ')}`))
    }
    if (shapes.size > 1) found.push(`in dark more than colors differs at ${viewport.width}`)
  }
  await page.setViewportSize({ width: 320, height: 256 })
  const sideways = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  )
  if (sideways > 0) found.push(`scrolls sideways by ${sideways} px at 320 px`)
  // Only the tabs and what is said of the line stay where they are; the page itself lies below them.
  const stuck = await page.evaluate<number>(
    "[...document.querySelectorAll('main :not(dialog)')].filter((each) => getComputedStyle(each).position === 'fixed').length"
  )
  if (stuck > 0) found.push(`has ${stuck} parts that lie over the page`)
  // Tabs ask for little movement (openTab).
  const moving = await page.evaluate<string[]>(movement)
  found.push(...moving.map((each) => `moves although that was asked not to be: ${each}`))
  await page.evaluate(setTextWide)
  const spaced = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  )
  await page.evaluate('document.adoptedStyleSheets.pop()')
  if (spaced > 0) found.push(`scrolls sideways by ${spaced} px where text is set wide (WCAG 1.4.12)`)
  return found
}

/** What a finger misses on a phone: smaller than 44 px and no word of a sentence. Staff sit at desks. */
const missed = `[...document.querySelectorAll('.entry, .patient')].flatMap((body) =>
  [...body.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea')].flatMap((each) => {
    if (!each.checkVisibility({ visibilityProperty: true }) || each.tabIndex < 0 || each.closest('.skip')) return []
    const hit = each.type === 'radio' || each.type === 'checkbox' ? each.closest('label') ?? each : each
    const { width, height } = hit.getBoundingClientRect()
    const words = (element) => element.textContent.replace(/\\s+/g, ' ').trim().length
    const isInSentence = getComputedStyle(hit).display === 'inline' && words(hit.parentElement) > words(hit) + 8
    return width >= 44 && height >= 44 || isInSentence ? [] : [hit.outerHTML.replace(/\\s+/g, ' ').slice(0, 120)]
  })
)`

/** What would move on a page: by an animation, by a change that takes its time, by scrolling smoothly. */
const movement = `[...document.querySelectorAll('*')].flatMap((each) => {
  const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(each)
  const moves = animationName !== 'none' || /[1-9]/.test(transitionDuration) || scrollBehavior === 'smooth'
  return moves ? [each.tagName + '.' + each.className] : []
})`

/** The most stops of one page that are walked: a long list is the same row again and again. */
const mostStops = 90

/** Goes through the page by Tab alone: what cannot be reached, what has no ring when it is, and what lies under something. */
async function lostToKeys(page: Page) {
  await page.setViewportSize(phone)
  await page.evaluate(`(() => {
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
    const isStop = (each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true }) && !each.closest('[inert]')
    const stops = [...document.querySelectorAll(all)].filter(isStop)
    const seen = new Set()
    const say = (each) => each.outerHTML.replace(/\\s+/g, ' ').slice(0, 90)
    const group = (each) => (each.type === 'radio' ? stops.filter(({ type, name }) => type === 'radio' && name === each.name) : [each])
    const found = []
    const look = () => {
      const at = document.activeElement
      if (!at || at === document.body || seen.has(at)) return
      for (const each of group(at)) seen.add(each)
      const { outlineStyle, outlineWidth } = getComputedStyle(at)
      const shown = at.type === 'radio' || at.type === 'checkbox' ? at.closest('label') ?? at : at
      const { left, top, width, height } = shown.getBoundingClientRect()
      const hit = document.elementFromPoint(left + Math.min(width / 2, 20), top + height / 2)
      if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return found.push('no ring: ' + say(at))
      if (!hit || !(shown.contains(hit) || hit.contains(shown))) found.push('covered: ' + say(at))
    }
    // Each press finds what the one before it led to, where it stays.
    addEventListener('keydown', look, true)
    window.keys = {
      found() {
        look()
        removeEventListener('keydown', look, true)
        return found
      },
      left: () => stops.filter((each) => !seen.has(each)).map(say),
      // A date and a time have a stop for each of their parts.
      presses: stops.length + 5 + 4 * stops.filter(({ type }) => type === 'date' || type === 'time').length,
    }
  })()`)
  const presses = await page.evaluate<number>('keys.presses')
  const keyboard = await page.context().newCDPSession(page)
  const tab = { type: 'rawKeyDown', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 } as const
  await Promise.all(
    Array.from({ length: Math.min(presses, mostStops) }, () => keyboard.send('Input.dispatchKeyEvent', tab))
  )
  await keyboard.detach()
  const found = await page.evaluate<string[]>('keys.found()')
  if (presses < mostStops)
    found.push(...(await page.evaluate<string[]>('keys.left()')).map((each) => `never reached: ${each}`))
  return found
}

const { allSlices } = await importForNode<Loading>('src/parts/loading.ts')
const pages = (await allSlices())
  .flatMap(({ table }) => table)
  .filter(({ method, access }) => method === 'GET' && access !== 'health' && access !== 'token')
  .map(({ path }) => path)
const redirects = new Set<string>()

describe.each(['nobody', 'patient', 'caregiver', 'admin'])('as %s', (who) => {
  // One tab for all of them: a profile for each page would take longer than the page.
  let tab: Awaited<ReturnType<typeof openTab>>
  beforeAll(async () => {
    tab = await openTab()
    await openSession(stage, tab.page, ids[who] ?? '')
  })
  afterAll(() => tab.context.close())

  test.each(pages)('%s', async (path) => {
    const { page, complaints } = tab
    complaints.length = 0
    await page.setViewportSize(phone)
    await page.emulateMedia({ colorScheme: 'light' })
    const url = path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? 'unknown')
    const response = await page.goto(url).catch((error: Error) => {
      if (!error.message.includes('Download is starting')) throw error
    })
    const { pathname } = new URL(page.url(), stage.portal.url)
    const landed = `${who} ${response?.status() === 404 ? 'nowhere' : pathname}`
    // A page that many addresses lead to is looked at once; what is saved is no page.
    if (response && !redirects.has(landed)) {
      expect(await faults(page)).toEqual([])
      // A caregiver's pages have the stops of the patient's.
      if (who !== 'caregiver') expect(await lostToKeys(page)).toEqual([])
    }
    redirects.add(landed)
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
  })
})

test('a form that was refused says why at the top, takes the focus there, and passes axe', async () => {
  const { page, context } = await openTab()
  await openSession(stage, page, ids.patient ?? '')
  await page.goto(`/patients/${ids.patientId}/messages/new`)
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  expect(await page.evaluate('document.activeElement.className')).toContain('errs')
  expect(await page.title()).toMatch(/^Error: /)
  expect(await faults(page)).toEqual([])
  await context.close()
})

const stopping = (key: string, accountId: string) => unsubscribeToken(key, { accountId, kind: 'new-message' })

test.each([
  ['that sets a new password', 'reset', resetToken, 'a-reset', 'Set a new password'],
  ['that was used', 'reset', resetToken, 'a-used-reset', 'This link was already used'],
  ['that ran out', 'reset', resetToken, 'an-old-reset', 'This link has expired'],
  ['that stops reminders', 'unsubscribe', stopping, 'anyone', 'Stop these emails?'],
  ['that takes a new address back', 'email-undo', emailUndoToken, 'a-change', 'Undo the change'],
] as const)('a link %s', async (_, path, token, id, heading) => {
  const { page, context } = await openTab()
  await page.goto(`/${path}/${await token(stage.portal.secrets.TOKEN_KEY, id)}`)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  expect(await faults(page)).toEqual([])
  await context.close()
})

test.each([
  ['code', "totp_confirmed_at IS NOT NULL AND staff_role = 'admin'", '', 'Enter your security code'],
  [
    'recovery code',
    "totp_confirmed_at IS NOT NULL AND staff_role = 'admin'",
    '/recovery-code',
    'Use a recovery code',
  ],
  ['new app', 'totp_confirmed_at IS NULL AND staff_role IS NOT NULL', '/set-up', 'Set up your second step'],
])('half signed in, a %s is asked for, and refused', async (_, who, path, heading) => {
  const { page, context } = await openTab()
  const account = await stage.portal.db
    .prepare(`SELECT id FROM accounts WHERE ${who} LIMIT 1`)
    .first<string>('id')
  await openSession(stage, page, account ?? '', false)
  await page.goto(`/sign-in/second-step${path}`)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  expect(await faults(page)).toEqual([])
  await page.setViewportSize(phone)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  expect(await faults(page)).toEqual([])
  await context.close()
})

describe('an open window', () => {
  const quiet = (assignment: string, accountId = '') =>
    stage.portal.db.prepare(`UPDATE sessions SET ${assignment} WHERE account_id = ?`).bind(accountId).run()
  const windows: [string, (page: Page) => Promise<unknown>][] = [
    [
      'Change email address or password',
      (page) => page.getByRole('link', { name: 'Change email address or password' }).click(),
    ],
    [
      'Change email address or password',
      async (page) => {
        await page.getByRole('link', { name: 'Change email address or password' }).click()
        await page.getByRole('dialog').getByRole('link', { name: 'Password' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Save password' }).click()
        await page.getByText('There is a problem').waitFor()
      },
    ],
    [
      'Are you still there?',
      async (page) => {
        await quiet(`seen_at = ${Date.now() - 28 * minute}`, ids.patient)
        await page.clock.fastForward(28 * minute)
      },
    ],
    [
      'Your time is almost up',
      async (page) => {
        await quiet(`created_at = ${Date.now() - 12 * 60 * minute + 9 * minute}`, ids.patient)
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
      },
    ],
  ]
  test.each(windows)('%s', async (name, open) => {
    const { page, context } = await openTab()
    await page.clock.install()
    await openSession(stage, page, ids.patient ?? '')
    await page.goto('/settings')
    await open(page)
    await page.getByRole('dialog', { name }).waitFor()
    expect(await faults(page)).toEqual([])
    const dialog = await page.evaluate<number>(
      "Math.max(...[...document.querySelectorAll('dialog[open]')].map((each) => each.scrollWidth - each.clientWidth))"
    )
    expect(dialog).toBeLessThanOrEqual(0)
    await context.close()
  })
})

test('on paper recovery codes are dark on light, whatever the theme of the screen', async () => {
  const { page, context } = await openTab({ colorScheme: 'dark' })
  await openSession(stage, page, ids.admin ?? '')
  await page.goto('/settings/second-step/recovery-codes')
  expect(await page.locator('.codes li').count()).toBe(10)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const [ink, ground] = await page.evaluate<string[]>(
    "[getComputedStyle(document.querySelector('.codes li')).color, getComputedStyle(document.querySelector('.codes')).backgroundColor]"
  )
  expect([ink, ground]).toEqual(['rgb(0, 0, 0)', 'rgb(255, 253, 250)'])
  await context.close()
})
