import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { desktop, openStage, openTab, type Stage, signIn, signInOf, withoutJavaScript } from './portal.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

/** Five thousand characters as a worried person writes them: lines, quotes, signs, and a letter of more than one byte. */
const letter = (mark: string) =>
  Array.from({ length: 200 }, (_, i) => `${mark} ${i}: “¿Qué?” <b> & 5 > 3`)
    .join('\n')
    .slice(0, 5000)

/** Everyone has been away for longer than a session lasts. */
const passTime = () =>
  stage.portal.db
    .prepare('UPDATE sessions SET seen_at = ? WHERE ended_at IS NULL')
    .bind(Date.now() - 31 * 60_000)
    .run()

const arrived = async (body: string) =>
  (await stage.portal.db
    .prepare('SELECT count(*) AS n FROM messages WHERE body = ?')
    .bind(body)
    .first('n')) ?? 0

async function write(page: Page, body: string) {
  const nav = page.getByRole('navigation', { name: 'Main' })
  await nav.getByRole('link', { name: /Messages/ }).click()
  await page.getByRole('link', { name: 'New message' }).click()
  await page.getByRole('radio').first().check()
  await page.getByLabel('Subject').fill('Long story')
  await page.getByLabel('Message', { exact: true }).fill(body)
}

/** Signs in on the page one is on, without going to it. */
async function signInHere(page: Page) {
  const { address, password } = signInOf(stage, 'patient')
  await page.getByLabel('Email').fill(address)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const modes = [
  { name: 'with JavaScript', options: {} },
  { name: 'without JavaScript', options: withoutJavaScript },
  { name: 'on a large screen', options: { viewport: desktop } },
] as const

describe.each(modes)('$name', ({ name, options }) => {
  test('a long message outlives its session, and is sent once', async () => {
    const body = letter(name)
    const { page, context, complaints } = await openTab(stage, options)
    await signIn(page, signInOf(stage, 'patient'))
    await write(page, body)
    await passTime()
    await page.getByRole('button', { name: 'Send message' }).click()

    await page.getByText('What you typed is kept').waitFor()
    expect(await arrived(body)).toBe(0)
    await signInHere(page)
    await page.getByRole('heading', { name: 'You were writing this when we signed you out' }).waitFor()
