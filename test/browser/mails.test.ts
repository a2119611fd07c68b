import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mailsOfPortal } from '../support/mails-of-portal.ts'
import { openStage, type Stage } from './portal.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 180_000)
afterAll(() => stage?.close())

/** What a mail looks like on a narrow phone: how far it reaches, how high its buttons are, and its weakest contrast. */
const measure = `(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor
      if (color !== 'rgba(0, 0, 0, 0)') return color
    }
    return 'rgb(255, 255, 255)'
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const contrasts = []
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim()) continue
    const [light, dark] = [getComputedStyle(element).color, behind(element)].map(luminance).sort((a, b) => b - a)
    contrasts.push((light + 0.05) / (dark + 0.05))
  }
  return {
    reach: document.documentElement.scrollWidth,
    buttons: [...document.querySelectorAll('p > a')].map((each) => each.getBoundingClientRect().height),
    isDark: luminance(getComputedStyle(document.body).backgroundColor) < 0.5,
    contrast: Math.min(...contrasts),
  }
})()`
type Measured = { reach: number; buttons: number[]; isDark: boolean; contrast: number }

/** Mails that hold only a code, or nothing to do. */
const withoutButton = [
  'registration-code',
  'joining-code',
  'email-change-code',
  'email-change-undone',
  'canary',
]

describe.each(['en', 'es'] as const)('every mail in %s', (language) => {
  test.each(['light', 'dark'] as const)(
    'is legible and can be pressed on a narrow phone, %s',
    async (colorScheme) => {
      const page = await stage.browser.newPage({ viewport: { width: 320, height: 640 }, colorScheme })
      for (const [kind, html] of await mailsOfPortal(stage.portal, language)) {
        await page.setContent(html)
        const { reach, buttons, isDark, contrast } = await page.evaluate<Measured>(measure)
        expect([kind, reach]).toEqual([kind, 320])
        expect([kind, isDark]).toEqual([kind, colorScheme === 'dark'])
        expect([kind, buttons.length > 0]).toEqual([kind, !withoutButton.includes(kind)])
        expect(Math.min(44, ...buttons), kind).toBeGreaterThanOrEqual(44)
        expect(contrast, kind).toBeGreaterThanOrEqual(4.5)
      }
      await page.close()
    }
  )
})
