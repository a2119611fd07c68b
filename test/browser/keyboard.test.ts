import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { desktop, openTab, phone, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

/** The words of what has the focus: its label, or its text. */
const focused = (page: Page) =>
  page.evaluate<string>(
    `(() => {
      const at = document.activeElement
      const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent
      return label.replace(/\\s+/g, ' ').trim()
    })()`
  )

/** Presses Tab until the focus stands on what carries these words. */
async function tabTo(page: Page, words: string | RegExp) {
  const met: string[] = []
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const here = await focused(page)
    if (typeof words === 'string' ? here === words || here.startsWith(`${words} `) : words.test(here)) return
    met.push(here)
  }
  throw new Error(`Tab never came to ${words}; it came to ${met.join(' | ')}`)
}
const press = async (page: Page, words: string | RegExp, key = 'Enter') => {
  await tabTo(page, words)
  await page.keyboard.press(key)
}
const type = async (page: Page, words: string | RegExp, text: string) => {
  await tabTo(page, words)
  await page.keyboard.type(text)
}
const arrives = (page: Page, heading: string | RegExp) =>
  page.getByRole('heading', { level: 1, name: heading }).waitFor()

test.each([
  ['on a phone', { viewport: phone }],
  ['on a large screen', { viewport: desktop }],
  ['without JavaScript', { viewport: phone, ...withoutJavaScript }],
])(
  '%s, everything a patient does is done by keys alone',
  async (name, options) => {
    const { page, context } = await openTab(stage, options)
    const who = signInOf(stage, 'patient')
    await page.goto('/sign-in')
    await type(page, 'Email', who.address)
    await type(page, 'Password', who.password)
    await page.keyboard.press('Enter')
    await arrives(page, /^Good /)

    // The first stop of every page leads past the tabs.
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to main content')
    await page.keyboard.press('Enter')
    await press(page, 'See details')
    await page.getByText('Arrive by').first().waitFor()
    await press(page, 'ask for another time or to cancel')
    await arrives(page, 'Ask to change it')

    await press(page, 'Messages')
    await arrives(page, 'Messages')
    await press(page, 'New message')
    await arrives(page, 'New message')
    await press(page, /^Symptom or side effect/, 'ArrowDown')
    await type(page, 'Subject', `By keys ${name}`)
    await type(page, 'Message', 'May I take them with food?')
    await press(page, 'Send message')
    await page.getByText('Message sent.').waitFor()
    expect(await page.getByText('Medicine or refill').first().isVisible()).toBe(true)

    await press(page, 'Labs')
    await arrives(page, 'Labs')
    await press(page, /^Complete blood count/)
    await arrives(page, 'Complete blood count')
    await press(page, 'Hemoglobin')
    await arrives(page, 'Hemoglobin')
    await press(page, 'All')
    await page.waitForURL(/time=all/)

    await press(page, /^Your menu/)
    await press(page, 'Manage Users')
    await arrives(page, 'Manage Users')
    await press(page, 'Give access')
    await arrives(page, 'Give someone access')
    await type(page, 'Their email address', `keys.${name.replaceAll(' ', '-').toLowerCase()}@example.com`)
    await type(page, 'Their first name', 'Kay')
    await type(page, 'Their last name', 'Bord')
    await type(page, 'Who they are to you', 'Friend')
    await press(page, 'Next')
    await arrives(page, 'Please check before you give access')
    await press(page, 'Give access')
    await page.getByText('The invitation is on its way.').waitFor()
    await press(page, /^Take back keys/)
    await page.getByText('The invitation is on its way.').waitFor({ state: 'detached' })

    await press(page, /^Your menu/)
    await press(page, 'Sign out')
    await arrives(page, 'Sign in')
    await context.close()
  },
  120_000
)
