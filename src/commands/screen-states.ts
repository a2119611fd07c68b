import type { BrowserContextOptions, Page } from 'playwright-core'
import { crowd, giveLongNames, openNewPractice } from '../../test/support/practices.ts'
import { setTextWide } from '../../test/support/text-spacing.ts'
import { seedIfEmpty } from './demo.ts'
import type { Portal } from './portal.ts'

/** The practices that pages are looked at in, by what fills an empty portal. */
export const practices = {
  usual: async (portal: Portal) => {
    await seedIfEmpty(portal)
  },
  'long-names': async (portal: Portal) => {
    await seedIfEmpty(portal)
    await giveLongNames(portal.db)
  },
  full: async (portal: Portal) => {
    await seedIfEmpty(portal)
    await crowd(portal.db)
  },
  empty: ({ db }: Portal) => openNewPractice(db),
}

export type State = {
  name: string
  look: BrowserContextOptions
  practice?: keyof typeof practices
  query?: string
  /** With text twice as large in the browser. */
  large?: boolean
  /** The pages it is of, unless it is asked for by its name; otherwise it is of `chosen`. */
  pages?: RegExp
  /** As much as the window shows, instead of the whole page. */
  isWindow?: true
  /** Brings a page that has arrived into the state; says so where it has no such state. */
  act?: (page: Page, portal: Portal) => Promise<'has none' | undefined>
}

/** A few pages, each of another make. */
export const chosen =
  /^\/(sign-in|help|patients\/:patientId(\/messages(\/new|\/:threadId)?|\/record|\/users|\/labs(\/reports\/:reportId)?|\/appointments)?|admin(\/messages|\/invitations|\/patients\/:patientId(\/messages\/:threadId)?)?)$/
const forms = /^\/(sign-in|register\/:token|patients\/:patientId\/(messages\/new|users\/new))$/

const sizes = {
  360: { width: 360, height: 740 },
  768: { width: 768, height: 1024 },
  1280: { width: 1280, height: 800 },
}
const phone = { viewport: sizes[360] }
const desk = { viewport: sizes[1280] }
const onBoth = (name: string, { look, ...state }: Omit<State, 'name'>): State[] =>
  [phone, desk].map((size) => ({
    name: `${size.viewport.width}.${name}`,
    look: { ...size, ...look },
    ...state,
  }))

/** How every page is pictured, and how a few are: as they are seen, in which practice, and after what happened. */
export const states: State[] = [
  ...Object.entries(sizes).flatMap(([width, viewport]) =>
    (['light', 'dark'] as const).map((colorScheme) => ({
      name: `${width}.${colorScheme}`,
      look: { viewport, colorScheme },
      pages: /./,
    }))
  ),
  ...onBoth('forced-colors', { look: { forcedColors: 'active' } }),
  ...onBoth('spanish', { look: {}, query: '?lang=es' }),
  ...onBoth('large-text', { look: {}, large: true }),
  { name: 'zoom-400', look: { viewport: { width: 320, height: 256 } } },
  { name: '360.text-spacing', look: phone, act: setWide },
  ...onBoth('long-names', { look: {}, practice: 'long-names' }),
  ...onBoth('full', { look: {}, practice: 'full' }),
  ...onBoth('empty', { look: {}, practice: 'empty' }),
  ...onBoth('error', { look: {}, pages: forms, act: sendNothing }),
  { name: '360.slow', look: phone, isWindow: true, pages: forms, act: waitTenSeconds },
  { name: '360.offline', look: phone, isWindow: true, pages: forms, act: loseTheLine },
  { name: '360.not-found', look: phone, pages: /^\/(sign-in|patients\/:patientId|admin)$/, act: goNowhere },
  { name: '360.forbidden', look: phone, pages: /^\/patients\/:patientId$/, act: comeFromElsewhere },
  { name: '360.broken', look: phone, pages: /^\/patients\/:patientId\/messages$/, act: breakTheDatabase },
]

/** Sends the form that a page is there for, with these words in all of its fields; looking for something has no wrong answer. */
const sendForm = (page: Page, words: string) =>
  page.evaluate<boolean>(`(() => {
    const form = document.querySelector('main form[method="post"]:has(:is(input:not([type="hidden"]), textarea))')
    for (const field of form?.elements ?? []) {
      if (/^(radio|checkbox)$/.test(field.type)) field.checked = false
      if (/^(text|textarea)$/.test(field.type)) field.value = ${JSON.stringify(words)}
      if (/^(email|tel|password|number|date|time)$/.test(field.type)) field.value = ''
    }
    form?.requestSubmit(form.querySelector('button:not([type="button"])'))
    return Boolean(form)
  })()`)

async function setWide(page: Page) {
  await page.evaluate(setTextWide)
  return undefined
}

async function sendNothing(page: Page) {
  if (!(await sendForm(page, ''))) return 'has none'
  return await page.locator('.errs').first().waitFor({ timeout: 3000 }).then(nothing, hasNone)
}

const words = 'My feet tingle at night, and I have to hold on to the wall.'

async function waitTenSeconds(page: Page) {
  const isOver = page.waitForTimeout(10_000)
  await page.route('**/*', async (route) => {
    // A page that is left cannot be pictured. An answer without content leaves it as it was while it waited.
    if (route.request().isNavigationRequest()) return isOver.then(() => route.fulfill({ status: 204 }))
  })
  await setOff(page)
  await isOver
  await page.waitForTimeout(500)
  return undefined
}

async function loseTheLine(page: Page) {
  await page.context().setOffline(true)
  await setOff(page)
  return await page.locator('#live.afloat').waitFor({ timeout: 3000 }).then(nothing, hasNone)
}

/** Sends what was typed, or follows the first link. */
async function setOff(page: Page) {
  if (!(await sendForm(page, words)))
    await page.evaluate(`document.querySelector('main a[href^="/"]').click()`)
}

async function goNowhere(page: Page) {
  await page.goto('/somewhere-else')
  return undefined
}

/** A form of somebody else's page, which the portal does not take. */
async function comeFromElsewhere(page: Page, { url }: Portal) {
  const before = page.url()
  await page.goto(`data:text/html,<form method=post action="${url}/sign-out"><button>x</button></form>`)
  await page.locator('button').click()
  await page.waitForURL(`${url}/**`)
  return page.url() === before ? 'has none' : undefined
}

async function breakTheDatabase(page: Page, { db }: Portal) {
  await db.exec('ALTER TABLE threads RENAME TO threads_away')
  try {
    await page.reload()
  } finally {
    await db.exec('ALTER TABLE threads_away RENAME TO threads')
  }
  return undefined
}

const nothing = () => undefined
const hasNone = () => 'has none' as const
