import type { Page, Route } from 'playwright-core'
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
const isSending = (route: Route) => /name="act"\s+send/.test(route.request().postData() ?? '')
/** A patient's tab on Home. */
async function openHome() {
  const tab = await openTab(stage)
  await signIn(tab.page, signInOf(stage, 'patient'))
  await tab.page.getByRole('heading', { level: 1, name: /^Good/ }).waitFor()
  return tab
}
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
    await expect.poll(() => onScreen(page, moment)).toBe(true)
    expect(await page.locator('#live').getAttribute('role')).toBe('status')
    const after = await page.evaluate<number>('after')
    // The test begins to count a little after the page does.
    expect(after).toBeGreaterThanOrEqual(350)
    expect(after).toBeLessThan(1500)
  })

  test('stays where it is while there is no line, keeps what was typed, and goes with one more tap', async () => {
    const { page, context } = await openTab(stage)
    await page.goto('/forgot-password')
    await page.getByLabel('Email').fill('nobody@example.com')
    await context.setOffline(true)
    await page.getByRole('main').getByRole('button').click()
    await page.getByText(trouble).waitFor()
    await expect.poll(() => onScreen(page, trouble)).toBe(true)
    expect(await page.getByLabel('Email').inputValue()).toBe('nobody@example.com')
    await context.setOffline(false)
    await page.getByRole('main').getByRole('button').click()
    await page.waitForURL(/asked/)
  })

  test('that breaks off on its way keeps what was typed, says so, and goes once by one more tap', async () => {
    const { page } = await openHome()
    await page.getByRole('link', { name: /^Messages/ }).click()
    await page.getByRole('link', { name: 'New message' }).click()
    await page.getByLabel('Something else').check()
    await page.getByLabel('Subject').fill('Broken off')
    await page.getByLabel('Message', { exact: true }).fill('Where may I park?')
    const button = page.getByRole('button', { name: 'Send message' })
    // It arrived, and the answer was lost.
    await page.route('**/messages/**', async (route) => {
      if (isSending(route)) await route.fetch()
      await route.abort('connectionreset')
    })
    await button.click()
    await page.getByText(trouble).waitFor()
    await expect.poll(() => onScreen(page, trouble)).toBe(true)
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('Where may I park?')
    expect(await page.getByLabel('Something else').isChecked()).toBe(true)
    await page.unroute('**/messages/**')
    await button.click()
    await page.getByText('Message sent.').waitFor()
    const sent = await stage.portal.db
      .prepare("SELECT count(*) AS n FROM threads WHERE subject = 'Broken off'")
      .first('n')
    expect(sent).toBe(1)
  })

  test('that the portal could not take keeps what was typed too', async () => {
    const { page } = await openTab(stage)
    await page.goto('/forgot-password')
    await page.getByLabel('Email').fill('nobody@example.com')
    await page.route('**/forgot-password', (route) =>
      route.request().method() === 'POST' ? route.fulfill({ status: 503, body: 'Away' }) : route.continue()
    )
    await page.getByRole('main').getByRole('button').click()
    await page.getByText(trouble).waitFor()
    expect(await page.getByLabel('Email').inputValue()).toBe('nobody@example.com')
  })

  test('that takes ten seconds says so all the time, and is sent once however often the button is tapped', async () => {
    const { page } = await openTab(stage)
    await page.goto('/forgot-password')
    await page.getByLabel('Email').fill('nobody@example.com')
    let posts = 0
    page.on('request', (request) => (posts += Number(request.method() === 'POST')))
    await slowPosts(page, 10_000)
    const button = page.getByRole('main').getByRole('button')
    await button.dblclick()
    for (const at of [1000, 4000, 7000]) {
      await page.waitForTimeout(at === 1000 ? 1000 : 3000)
      await expect.poll(() => onScreen(page, moment)).toBe(true)
      if (at < 7000) await button.click()
    }
    await page.waitForURL(/asked/)
    expect(posts).toBe(1)
  }, 30_000)

  test('and is refused is shown with its faults, the focus on them, and can be sent again', async () => {
    const { page, complaints } = await openHome()
    await page.getByRole('link', { name: /^Messages/ }).click()
    await page.getByRole('link', { name: 'New message' }).click()
    await page.getByLabel('Something else').check()
    await page.getByLabel('Message', { exact: true }).fill('No subject')
    await page.evaluate('window.stayed = true')
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    expect(await page.evaluate('window.stayed')).toBe(true)
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.evaluate('document.activeElement.className')).toContain('errs')
    expect(await isSeen(page, moment)).toBe(false)
    // What was put into the page saves itself as the page did.
    await page.getByLabel('Subject').fill('Refused once')
    await page.getByText('Draft saved at').waitFor()
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText('Message sent.').waitFor()
    expect(complaints.filter((text) => !/status of 422/.test(text))).toEqual([])
  })
})

test.each([413, 429, 404])(
  'a form answered %i stays below the reason, with what was typed, and can be sent again',
  async (status) => {
    const { page, context } = await openHome()
    const home = new URL(page.url()).pathname
    await page.goto(`${home}/messages/new`)
    await page.getByLabel('Something else').check()
    await page.getByLabel('Subject').fill(`Answered ${status}`)
    await page.getByLabel('Message', { exact: true }).fill('Where may I park?')
    let refused = 0
    await page.route('**/messages/**', async (route) => {
      if (!isSending(route) || refused === 2) return route.continue()
      refused++
      // As the portal answers: the page of a dead end, in the frame of the same person.
      const deadEnd = await (await context.request.get('/no-such-page')).text()
      await route.fulfill({ status, contentType: 'text/html', body: deadEnd })
    })
    const button = page.getByRole('button', { name: 'Send message' })
    for (const _ of [1, 2]) {
      await button.click()
      await page.locator('main > #system').waitFor()
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('system')
      expect(await page.locator('#system').count()).toBe(1)
      await expect.poll(() => onScreen(page, trouble)).toBe(true)
      expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('Where may I park?')
      expect(await page.getByLabel('Something else').isChecked()).toBe(true)
    }
    await button.click()
    await page.getByText('Message sent.').waitFor()
  }
)

test('a form sent after signing out in another tab gives the words back, and nothing of the record around them', async () => {
  const { page, context } = await openHome()
  await page.getByRole('link', { name: /^Messages/ }).click()
  await page.getByRole('link', { name: 'New message' }).click()
  await page.getByLabel('Something else').check()
  await page.getByLabel('Subject').fill('Two tabs')
  await page.getByLabel('Message', { exact: true }).fill('Written in the first')
  const other = await context.newPage()
  await other.goto('/settings')
  await other.locator('summary').first().click()
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByText('You are signed out.').waitFor()
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.getByText('Written in the first').waitFor()
  expect(await page.locator('nav').count()).toBe(0)
  expect(await page.getByText('Your menu').count()).toBe(0)
})

test('a question for a visit is saved on its page, said there, and the page stays at the questions', async () => {
  const { page } = await openHome()
  const home = new URL(page.url()).pathname
  await page.goto(`${home}/appointments`)
  await page.getByRole('link', { name: 'Print this day' }).first().click()
  for (const question of ['May I drive?', 'May I swim?']) {
    await page.getByLabel('A question for your care team').fill(question)
    await page.getByRole('button', { name: 'Save question' }).click()
    await page.getByRole('listitem').filter({ hasText: question }).waitFor()
  }
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('questions')
})

describe('another page', () => {
  test('that is slow to come says so', async () => {
    const { page } = await openHome()
    // An answer without content leaves the page as it was while it waited, to be looked at.
    await page.route('**/labs', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await route.fulfill({ status: 204 })
    })
    await page.evaluate(`addEventListener('click', () => {
      const began = performance.now()
      new MutationObserver(() => { window.after = performance.now() - began })
        .observe(document.querySelector('#live'), { childList: true })
    })`)
    await page.getByRole('link', { name: 'Labs' }).click()
    await page.getByText(moment).waitFor()
    await expect.poll(() => onScreen(page, moment)).toBe(true)
    const after = await page.evaluate<number>('after')
    // The test begins to count a little after the page does.
    expect(after).toBeGreaterThanOrEqual(350)
    expect(after).toBeLessThan(1500)
  })

  test('does not take the place of this one while there is no line', async () => {
    const { page, context } = await openHome()
    await page.getByRole('link', { name: /^Messages/ }).click()
    await page.getByRole('link', { name: 'New message' }).click()
    await page.getByLabel('Subject').fill('Half a thought')
    await context.setOffline(true)
    await page.getByRole('link', { name: 'Labs' }).click()
    await page.getByText(trouble).waitFor()
    expect(await page.getByLabel('Subject').inputValue()).toBe('Half a thought')
    await context.setOffline(false)
    await page.getByRole('link', { name: 'Labs' }).click()
    await page.getByRole('heading', { level: 1, name: 'Labs' }).waitFor()
  })

  test('is not waited for where a file is saved, or a new tab opened', async () => {
    const { page } = await openHome()
    await page.goto(`${new URL(page.url()).pathname}/record`)
    const arrives = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download as a page (HTML)' }).click()
    await arrives
    await page.getByRole('link', { name: 'Labs' }).click({ modifiers: ['Control'] })
    await page.waitForTimeout(800)
    expect(await isSeen(page, moment)).toBe(false)
  })
})

test('a file asked for after the session has ended leads to sign-in, and nothing is saved', async () => {
  const { page, context } = await openHome()
  await page.goto(`${new URL(page.url()).pathname}/record`)
  const saved: string[] = []
  page.on('download', (file) => saved.push(file.suggestedFilename()))
  await context.clearCookies()
  await page.getByRole('link', { name: 'Download as a page (HTML)' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  expect(saved).toEqual([])
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

test('a page whose style sheet did not come through is plain and can be used', async () => {
  const { page } = await openHome()
  await page.route('**/*.css', (route) => route.abort())
  await page.reload()
  await page.getByRole('heading', { level: 1, name: /^Good/ }).waitFor()
  for (const drawing of await page.locator('svg').all())
    expect((await drawing.boundingBox())?.width ?? 0).toBeLessThanOrEqual(100)
  await page.getByRole('link', { name: /^Messages/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Messages' }).waitFor()
})
