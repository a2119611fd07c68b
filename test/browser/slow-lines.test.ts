import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openTab, signIn, signInOf } from './portal.ts'
import { stage } from './stage.ts'

const moment = 'One moment. This takes a little longer.'
const trouble = 'That did not work. What you typed is still here.'

/** Posts wait so long on their way, in milliseconds. */
const slowPosts = (page: Page, delay: number) =>
  page.route('**/*', async (route) => {
    if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, delay))
    await route.continue()
  })
const isSeen = (page: Page, text: string) => page.getByText(text).isVisible()
const onScreen = async (page: Page, text: string) => {
  const box = await page.getByText(text).boundingBox()
  const size = page.viewportSize()
  return box && size ? box.width > 100 && box.y > 0 && box.y + box.height <= size.height : false
}

describe('a form that is sent by the browser itself', () => {
  test('says after a moment that it is on its way, and not before', async () => {
    const { page } = await openTab(stage)
    await page.goto('/forgot-password')
    await page.getByLabel('Email').fill('nobody@example.com')
    // An answer without content leaves the page as it was while it waited, to be looked at.
    await page.route('**/forgot-password', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await route.fulfill({ status: 204 })
    })
    await page.evaluate(`addEventListener('submit', () => {
      const began = performance.now()
      new MutationObserver(() => { window.after = performance.now() - began })
        .observe(document.querySelector('#live'), { childList: true })
    })`)
    await page.getByRole('main').getByRole('button').click()
    await page.getByText(moment).waitFor()
    expect(await onScreen(page, moment)).toBe(true)
    expect(await page.locator('#live').getAttribute('role')).toBe('status')
    const after = await page.evaluate<number>('after')
    expect(after).toBeGreaterThanOrEqual(395)
    expect(after).toBeLessThan(1500)
  })

  test('stays where it is while there is no line, keeps what was typed, and goes with one more tap', async () => {
    const { page, context } = await openTab(stage)
    await page.goto('/forgot-password')
    await page.getByLabel('Email').fill('nobody@example.com')
    await context.setOffline(true)
    await page.getByRole('main').getByRole('button').click()
    await page.getByText(trouble).waitFor()
    expect(await onScreen(page, trouble)).toBe(true)
    expect(await page.getByLabel('Email').inputValue()).toBe('nobody@example.com')
    await context.setOffline(false)
    await page.getByRole('main').getByRole('button').click()
    await page.waitForURL(/asked/)
  })
})

describe('what a page fetches by itself', () => {
  const openWindow = async () => {
    const tab = await openTab(stage)
    await signIn(tab.page, signInOf(stage, 'patient'))
    await tab.page.goto('/settings/credentials/password')
    await tab.page.goto('/settings')
    return tab
  }

  test('says so in the window it was asked from, and is silent again when it has come', async () => {
    const { page } = await openWindow()
    await page.getByRole('link', { name: 'Change email address or password' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('New email address').fill('other@example.com')
    await slowPosts(page, 2500)
    await dialog.getByRole('button', { name: /code/i }).click()
    await dialog.getByText(moment).waitFor({ timeout: 2000 })
    await page.getByText(moment).waitFor({ state: 'hidden' })
  })

  test('that breaks off keeps what was typed, says so, and is tried again by the same button', async () => {
    const { page } = await openWindow()
    await page.getByRole('link', { name: 'Change email address or password' }).click()
    const dialog = page.getByRole('dialog')
    const field = dialog.getByLabel('New email address')
    await field.fill('not an address')
    await page.route('**/settings/credentials/**', (route) => route.abort())
    await dialog.getByRole('button', { name: /code/i }).click()
    await dialog.getByText(trouble).waitFor()
    expect(await field.inputValue()).toBe('not an address')
    await page.unroute('**/settings/credentials/**')
    await dialog.getByRole('button', { name: /code/i }).click()
    await dialog.getByText('There is a problem').waitFor()
    expect(await isSeen(page, trouble)).toBe(false)
  })
})
