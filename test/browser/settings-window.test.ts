import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { desktop, mailTo, openTab, phone, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const opener = (page: Page) => page.getByRole('link', { name: 'Change email address or password' })
const box = (page: Page) => page.getByRole('dialog', { name: 'Change email address or password' })
const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent.trim()')
const focusedName = (page: Page) =>
  page.evaluate<string>('document.activeElement.name || document.activeElement.textContent.trim()')

async function openSettings(role: string, options = {}) {
  const tab = await openTab(stage, options)
  await signIn(tab.page, signInOf(stage, role))
  await tab.page.getByText('Sign out').first().waitFor({ state: 'attached' })
  await tab.page.goto('/settings')
  return tab
}

/** What a refused form writes to the console by itself. */
const withoutRefusals = (complaints: string[]) => complaints.filter((text) => !/status of 422/.test(text))

test('by name, Settings and the button, as the practice says; a tab, an error, and a new password', async () => {
  const { page, context, complaints } = await openTab(stage, { viewport: desktop })
  const who = signInOf(stage, 'patient')
  await signIn(page, who)
  await page.locator('summary').filter({ hasText: 'Your menu' }).click()
  await page.getByRole('link', { name: 'Settings' }).click()
  await opener(page).click()
  await box(page).waitFor()
  expect(await focused(page)).toBe('Change email address or password')
  expect(new URL(page.url()).pathname).toBe('/settings')
  expect(await page.title()).toBe('Settings – CareSpace')

  await box(page).getByRole('link', { name: 'Password' }).click()
  await box(page).getByLabel('New password').waitFor()
  expect(await focused(page)).toBe('Password')
  await box(page).getByLabel('Current password').fill('Not-Mine-42')
  await box(page).getByLabel('New password').fill('Blue-Kettle-42')
  await box(page).getByRole('button', { name: 'Show password' }).first().click()
  expect(await box(page).getByLabel('Current password').getAttribute('type')).toBe('text')
  await expect.poll(() => page.locator('#live').textContent()).toBe('Your password is visible')
  expect(await page.locator('dialog[open] #live').count()).toBe(1)
  await box(page).getByRole('button', { name: 'Save password' }).click()
  await box(page).getByText('There is a problem').waitFor()
  expect(await page.evaluate('document.activeElement.className')).toBe('errs')
  expect(await box(page).getByLabel('New password').inputValue()).toBe('')
  expect(await page.title()).toBe('Settings – CareSpace')

  await box(page)
    .getByRole('link', { name: /not your current password/ })
    .click()
  expect(await focusedName(page)).toBe('currentPassword')
  await box(page).getByLabel('Current password').fill(who.password)
  await box(page).getByLabel('New password').fill('Blue-Kettle-42')
  await page.keyboard.press('Enter')
  await page.getByText('Your password is changed.').waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(new URL(page.url()).pathname).toBe('/settings')
  expect(await page.getByText(/^Changed on/).count()).toBe(1)
  expect(withoutRefusals(complaints)).toEqual([])
  who.password = 'Blue-Kettle-42'
  await context.close()

  const elsewhere = await openTab(stage)
  await signIn(elsewhere.page, who)
  await elsewhere.page.waitForURL(/\/patients\//)
  await elsewhere.context.close()
})

test('by name, Settings and the button, as the practice says, without JavaScript', async () => {
  const who = signInOf(stage, 'spanish')
  const password = 'Green-Saucer-77'
  const { page, context, complaints } = await openTab(stage, withoutJavaScript)
  await signIn(page, who)
  await page.goto('/?lang=en')
  await page.locator('summary').filter({ hasText: 'Your menu' }).click()
  await page.getByRole('link', { name: 'Settings' }).click()
  await opener(page).click()
  await page.getByRole('link', { name: 'Password', exact: true }).click()
  await page.getByLabel('Current password').fill(who.password)
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.getByText('There is a problem').waitFor()
  expect(await page.locator(':focus').getAttribute('class')).toBe('errs')
  await page.getByLabel('Current password').fill(who.password)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.getByText('Your password is changed.').waitFor()
  await mailTo(stage, who.address, 'password-changed')
  expect(withoutRefusals(complaints)).toEqual([])
  await context.close()

  const elsewhere = await openTab(stage, withoutJavaScript)
  await signIn(elsewhere.page, who)
  await elsewhere.page.getByText('do not match').first().waitFor()
  await signIn(elsewhere.page, { ...who, password })
  await elsewhere.page.waitForURL(/\/patients\//)
  await elsewhere.context.close()
  who.password = password
})

describe('the window closes and gives the focus back', () => {
  const ways: [string, (page: Page) => Promise<void>][] = [
    ['by Esc', (page) => page.keyboard.press('Escape')],
    ['by its link', (page) => box(page).getByRole('link', { name: 'Close' }).click()],
    ['by a click beside it', (page) => page.mouse.click(10, 10)],
  ]
  test.each(ways)('%s, and forgets what was typed', async (_, close) => {
    const { page, context } = await openSettings('caregiver', { viewport: desktop })
    for (let round = 0; round < 2; round++) {
      await opener(page).click()
      await box(page).getByLabel('New email address').fill('someone@example.com')
      await close(page)
      await box(page).waitFor({ state: 'hidden' })
      expect(await focused(page)).toBe('Change email address or password')
      await expect.poll(() => page.locator('#window input').count()).toBe(0)
      expect(await page.title()).toBe('Settings – CareSpace')
      expect(new URL(page.url()).pathname).toBe('/settings')
    }
    await context.close()
  })

  test('but not by a drag that only ends beside it', async () => {
    const { page, context } = await openSettings('caregiver', { viewport: desktop })
    await opener(page).click()
    const field = await box(page).getByLabel('New email address').boundingBox()
    await page.mouse.move((field?.x ?? 0) + 20, (field?.y ?? 0) + 10)
    await page.mouse.down()
    await page.mouse.move(10, 10)
    await page.mouse.up()
    expect(await box(page).isVisible()).toBe(true)
    await context.close()
  })
})

test('the keyboard alone is enough, and stays in the window', async () => {
  const { page, context } = await openSettings('caregiver', { viewport: desktop })
  await opener(page).focus()
  await page.keyboard.press('Enter')
  await box(page).waitFor()
  const stops: string[] = []
  for (let i = 0; i < 7; i++) {
    await page.keyboard.press('Tab')
    stops.push(await focusedName(page))
    const inside = await page.evaluate<boolean>(
      'document.activeElement === document.body || document.activeElement.closest("#window") !== null'
    )
    expect(inside).toBe(true)
  }
  expect(stops.slice(0, 6)).toEqual([
    'Close',
    'Email address',
    'Password',
    'email',
    'currentPassword',
    'Show password',
  ])
  await page.keyboard.press('Escape')
  expect(await focused(page)).toBe('Change email address or password')
  await page.keyboard.press('Enter')
  for (let i = 0; i < 3; i++) {
    await box(page).waitFor()
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await box(page).getByLabel('New password').waitFor()
  expect(await focused(page)).toBe('Password')
  await context.close()
})

const modes = [
  { name: 'with JavaScript', options: { viewport: phone }, role: 'caregiver' },
  { name: 'without JavaScript', options: { viewport: phone, ...withoutJavaScript }, role: 'patient' },
] as const

test.each(['light', 'dark'] as const)(
  'the open window passes axe, %s, with an error in it',
  async (colorScheme) => {
    const { page, context } = await openSettings('caregiver', { viewport: phone, colorScheme })
    await opener(page).click()
    await box(page).getByRole('button', { name: 'Email me a code' }).click()
    await box(page).getByText('There is a problem').waitFor()
    const { violations } = await page.evaluate<AxeResults>(`${axe};axe.run(document)`)
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    await page.setViewportSize({ width: 320, height: 256 })
    const last = box(page).getByRole('button', { name: 'Email me a code' })
    await last.scrollIntoViewIfNeeded()
    expect((await last.boundingBox())?.y ?? 999).toBeLessThan(256)
    await context.close()
  }
)

describe.each(modes)('on a phone $name', ({ options, role }) => {
  const sideways = (page: Page) =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  test('address and password are changed, and the old address takes the change back', async () => {
    const who = signInOf(stage, role)
    const fresh = `${role}.new@carespace.example`
    const { page, context, complaints } = await openSettings(role, options)

    await opener(page).click()
    await page.getByLabel('New email address').fill('half@')
    await page.getByLabel('Current password').fill(who.password)
    await page.getByRole('button', { name: 'Email me a code' }).click()
    await page.getByText('There is a problem').waitFor()
    expect(await page.getByLabel('New email address').inputValue()).toBe('half@')
    expect(await sideways(page)).toBe(0)
    await page.getByLabel('New email address').fill(fresh)
    await page.getByLabel('Current password').fill(who.password)
    await page.getByRole('button', { name: 'Email me a code' }).click()
    await page.getByRole('heading', { name: 'Enter the code from the email' }).waitFor()
    expect(await sideways(page)).toBe(0)
    const code = (await mailTo(stage, fresh, 'email-change-code')).text.match(/\b\d{6}\b/)?.[0] ?? ''
    await page.getByLabel('Code from the email').fill(code)
    await page.getByRole('button', { name: 'Change email address' }).click()
    await page.getByText('Your email address is changed.').waitFor()
    expect(await page.getByText(fresh).count()).toBe(1)

    await page.goto('/settings/credentials/password')
    await page.getByLabel('Current password').fill(who.password)
    await page.getByLabel('New password').fill('Quiet-Harbor-58')
    await page.getByRole('button', { name: 'Save password' }).click()
    await page.getByText('Your password is changed.').waitFor()

    const notice = await mailTo(stage, who.address, 'email-changed')
    const link = notice.text.match(/http\S+\/email-undo\/[\w-]+/)?.[0] ?? ''
    const owner = await openTab(stage, options)
    await owner.page.goto(link)
    expect(await sideways(owner.page)).toBe(0)
    await owner.page.getByRole('button', { name: 'Undo the change' }).click()
    await owner.page.getByRole('heading', { name: 'The change was undone' }).waitFor()
    await mailTo(stage, who.address, 'password-reset')
    await page.goto('/settings')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()

    expect(complaints.filter((text) => !/status of 4(22|10)/.test(text))).toEqual([])
    await owner.context.close()
    await context.close()
  })
})
