import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { base32 } from 'oslo/encoding'
import { generateHOTP } from 'oslo/otp'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { readSignIns, type SignIn } from '../../src/commands/demo.ts'
import type { Portal } from '../../src/commands/portal.ts'
import { launch } from '../support/chromium.ts'
import { openDemo } from '../support/demo.ts'

export const phone = { width: 360, height: 740 }
export const desktop = { width: 1280, height: 800 }

export type Stage = { portal: Portal; browser: Browser; signIns: SignIn[]; close: () => Promise<void> }

/** The built portal with the demo practice in a folder of its own, and a real browser. */
export async function openStage(): Promise<Stage> {
  const state = mkdtempSync(join(tmpdir(), 'carespace-'))
  const portal = await openDemo(state)
  const browser = await launch()
  return {
    portal,
    browser,
    signIns: readSignIns(state),
    async close() {
      await browser.close()
      await portal.close()
      rmSync(state, { recursive: true, force: true })
    },
  }
}

export const withoutJavaScript: BrowserContextOptions = { javaScriptEnabled: false }

/** A fresh browser profile with one tab; anything it writes to the console as an error is kept. */
export async function openTab({ browser, portal }: Stage, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({
    baseURL: portal.url,
    viewport: phone,
    locale: 'en-US',
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, context, complaints }
}

export const signInOf = ({ signIns }: Stage, role: string) => {
  const found = signIns.find((signIn) => signIn.role.toLowerCase().includes(role))
  if (!found) throw new Error(`The demo practice has no sign-in for ${role}`)
  return found
}

/** Signs an account in by a row, where signing in is not what is looked at; no account: stays signed out. */
export async function openSession({ portal }: Stage, page: Page, accountId: string, completed = true) {
  if (!accountId) return
  const token = randomBytes(32).toString('base64url')
  const now = Date.now()
  const session = {
    id: token.slice(0, 21),
    token_hash: createHash('sha256').update(token).digest('hex'),
    account_id: accountId,
    created_at: now,
    seen_at: now,
    completed_at: completed ? now : null,
    confirmed_at: completed ? now : null,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
    place: 'Fayetteville, Arkansas',
  }
  await portal.db
    .prepare(`INSERT INTO sessions (${Object.keys(session)}) VALUES (${Object.keys(session).map(() => '?')})`)
    .bind(...Object.values(session))
    .run()
  await page.context().addCookies([
    {
      name: '__Host-cs',
      value: token,
      url: portal.url.replace('http:', 'https:'),
      secure: true,
      httpOnly: true,
    },
  ])
}

/** Signs in through the form, second step included. */
export async function signIn(page: Page, who: SignIn) {
  await page.goto('/sign-in')
  await signInHere(page, who)
}

/** The same on the page one was led to, which knows where one was going. */
export async function signInHere(page: Page, who: SignIn) {
  await page.getByLabel('Email').fill(who.address)
  await page.getByLabel('Password', { exact: true }).fill(who.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await answered(page, '#sign-in')
  if (!who.totpSecret) return
  await page.getByLabel('Security code').fill(await appCode(who.totpSecret))
  await page.getByRole('button', { name: 'Continue' }).click()
  await answered(page, '#second-step')
}

/** A form is sent from its page, which stays until the answer is here: the faults of the form, or another page. */
const answered = (page: Page, form: string) =>
  page.locator(`.errs, body:not(:has(${form}))`).first().waitFor({ state: 'attached' })

const spent = new Map<string, number>()

/** A code this run has not used: each is good once, and the portal allows a clock that is one step ahead. */
export async function appCode(secret: string) {
  const step = Math.max(Math.floor(Date.now() / 30_000), (spent.get(secret) ?? 0) + 1)
  spent.set(secret, step)
  return generateHOTP(base32.decode(secret, { strict: false }), step)
}

type KeptMail = { to: string; kind: string; subject: string; text: string; sentAt: string }

/** The newest mail of a kind to an address, once it has arrived. */
export async function mailTo({ portal }: Stage, address: string, kind: string): Promise<KeptMail> {
  for (let tries = 0; tries < 100; tries++) {
    const response = await fetch(`${portal.url}/dev/mailbox?to=${encodeURIComponent(address)}`, {
      headers: { Accept: 'application/json' },
    })
    const mails = (await response.json()) as KeptMail[]
    const mail = mails.find((candidate) => candidate.kind === kind)
    if (mail) return mail
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No mail of the kind ${kind} came to ${address}`)
}

const read = new Set<string>()

/** The next mail of a kind that no test has read yet: what came before is still in the mailbox. */
export async function nextMailTo(stage: Stage, address: string, kind: string) {
  for (let tries = 0; tries < 100; tries++) {
    const { text } = await mailTo(stage, address, kind)
    if (!read.has(text)) {
      read.add(text)
      return text
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No new mail of the kind ${kind} came to ${address}`)
}
