import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { desktop, openTab, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

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
  // What saves by itself has done so before time passes: else it may lead to the sign-in before the button is pressed.
  if (await page.evaluate('Boolean(window.htmx)')) await page.getByText(/^Draft saved/).waitFor()
}

/** Signs in on the page one is on, without going to it. */
async function signInHere(page: Page, role = 'patient') {
  const { address, password } = signInOf(stage, role)
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
    const words = page.getByLabel('Your words')
    expect(await words.inputValue()).toBe(body)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)

    await page.getByRole('button', { name: 'Send now' }).dblclick()
    await page.getByRole('heading', { name: 'Long story' }).waitFor()
    expect(await arrived(body)).toBe(1)

    await page.goBack()
    const again = page.getByRole('button', { name: 'Send now' })
    if (await again.isVisible()) await again.click()
    await page.waitForLoadState()
    expect(await arrived(body)).toBe(1)

    await context.clearCookies()
    await signIn(page, signInOf(stage, 'patient'))
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    expect(new URL(page.url()).pathname).not.toContain('kept')
    // What is typed is also saved as a draft by itself, which an ended session refuses.
    expect(complaints.filter((text) => !/status of 401/.test(text))).toEqual([])
    await context.close()
  })
})

test('someone else who signs in there sees nothing of it', async () => {
  const body = letter('private')
  const { page, context } = await openTab(stage)
  await signIn(page, signInOf(stage, 'patient'))
  await write(page, body)
  await passTime()
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.getByText('What you typed is kept').waitFor()

  await signInHere(page, 'caregiver')
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
  expect(new URL(page.url()).pathname).not.toContain('kept')
  const { id } = (await stage.portal.db
    .prepare('SELECT id FROM kept_forms WHERE finished_at IS NULL')
    .first<{ id: string }>()) ?? { id: '' }
  await page.goto(`/kept/${id}`)
  await page.getByRole('heading', { name: 'Page not found' }).waitFor()
  expect(await page.content()).not.toContain('private 0')
  await context.close()
})

test('the words of a session that was ended come back on the page, and are sent from it', async () => {
  const body = letter('ended')
  const { page, context } = await openTab(stage)
  await stage.portal.db.prepare('DELETE FROM kept_forms').run()
  await signIn(page, signInOf(stage, 'patient'))
  await write(page, body)
  await stage.portal.db.prepare(`UPDATE sessions SET ended_at = ${Date.now()} WHERE ended_at IS NULL`).run()
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.getByRole('heading', { name: 'This was not sent yet' }).waitFor()
  expect(await page.getByLabel('Your words').inputValue()).toBe(body)

  const tab = await context.newPage()
  await signIn(tab, signInOf(stage, 'patient'))
  await tab.getByRole('navigation', { name: 'Main' }).waitFor()
  await page.getByRole('button', { name: 'Send now' }).click()
  await page.getByRole('heading', { name: 'Long story' }).waitFor()
  expect(await arrived(body)).toBe(1)
  await context.close()
})
