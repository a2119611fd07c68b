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
  if (!who.totpSecret) return
  await page.getByLabel('Security code').fill(await appCode(who.totpSecret))
  await page.getByRole('button', { name: 'Continue' }).click()
}

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
