import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { desktop, openTab, phone, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'carespace-record-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The record of the demo's patient, saved as a person would. */
async function save(page: Page) {
  await signIn(page, signInOf(stage, 'patient'))
  await page.locator('summary').filter({ hasText: 'Your menu' }).click()
  await page.getByRole('link', { name: 'Download the record' }).click()
  await page.getByRole('heading', { level: 1, name: 'Download the record' }).waitFor()
  const arrives = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download as a page (HTML)' }).click()
  const file = await arrives
  expect(file.suggestedFilename()).toBe('carespace-record.html')
  const path = join(folder, `${Date.now()}.html`)
  await file.saveAs(path)
  return path
}

test('without JavaScript, the saved page opens by itself, asks nothing of anyone, and can be used by everyone', async () => {
  const { page, context } = await openTab(stage, withoutJavaScript)
  const path = await save(page)
  await context.close()

  const alone = await openTab(stage, { offline: true })
  const asked: string[] = []
  alone.page.on('request', (request) => asked.push(request.url()))
  await alone.page.goto(`file://${path}`)
  expect(asked).toEqual([`file://${path}`])
  expect(await alone.page.locator('h1').textContent()).toMatch(/^Record of /)
  expect(await alone.page.locator('table caption').count()).toBeGreaterThan(3)
  // The file forbids scripts: the checker comes in from outside.
  const checked = await openTab(stage, { bypassCSP: true })
  await checked.page.goto(`file://${path}`)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const viewport of [phone, desktop]) {
      await checked.page.emulateMedia({ colorScheme })
      await checked.page.setViewportSize(viewport)
      await checked.page.evaluate(axe)
      const violations = await checked.page.evaluate<{ id: string }[]>(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, at: nodes.slice(0, 3).map(({ target }) => target.join(' ')) })))"
      )
      expect([colorScheme, viewport.width, violations]).toEqual([colorScheme, viewport.width, []])
      const sideways = await checked.page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      )
      expect(sideways).toBeLessThanOrEqual(0)
    }
  expect(alone.complaints).toEqual([])
  await alone.context.close()
  await checked.context.close()
}, 120_000)

test('a script that were in the saved page would not run', async () => {
  const { page, context } = await openTab(stage)
  const path = await save(page)
  const planted = join(folder, 'planted.html')
  const html = readFileSync(path, 'utf8').replace('</main>', '<script>document.title = "ran"</script></main>')
  writeFileSync(planted, html)
  await page.goto(`file://${planted}`)
  expect(await page.title()).toBe('CareSpace record')
  await context.close()
})

test('on paper every page of a record is dark on white, has what it is about, and none of what can only be pressed', async () => {
  const { page, context } = await openTab(stage, { colorScheme: 'dark', viewport: desktop })
  await signIn(page, signInOf(stage, 'patient'))
  await page.waitForURL(/patients/)
  const home = new URL(page.url()).pathname
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const first = async (list: string, links: string) => {
    await page.goto(home + list)
    return page.locator(`main li a[href*="${links}"]`).first().getAttribute('href')
  }
  const plain = await stage.portal.db
    .prepare(
      "SELECT id FROM reports WHERE patient_id = ? AND kind = 'lab' AND released_at IS NOT NULL LIMIT 1"
    )
    .bind(home.split('/').at(-1))
    .first<string>('id')
  const pages = [
    home,
    `${home}/messages`,
    (await first('/messages', '/messages/')) ?? '',
    `${home}/appointments`,
    (await first('/appointments', '/appointments/')) ?? '',
    `${home}/labs`,
    (await first('/labs', '/labs/reports/')) ?? '',
    `${home}/labs/reports/${plain}`,
    `${home}/labs/history`,
    (await first('/labs/history', '/labs/history/')) ?? '',
    `${home}/users`,
    `${home}/access-history`,
    `${home}/record`,
    '/help',
    '/privacy',
  ]
  for (const url of pages) {
    await page.goto(url)
    const shown = await page.evaluate<Record<string, unknown>>(`({
      ground: getComputedStyle(document.body).backgroundColor,
      ink: getComputedStyle(document.querySelector('h1')).color,
      pressed: [...document.querySelectorAll('button, .btn:not(.calls *), input:not([type=hidden]), textarea, nav, header.top, footer.foot')]
        .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 80)),
      pale: [...document.querySelectorAll('main *')].filter((each) => {
        if (!each.checkVisibility() || ![...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) return false
        const [r, g, b] = getComputedStyle(each).color.match(/[\\d.]+/g).map(Number)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b > 125
      }).map((each) => each.outerHTML.slice(0, 80)).slice(0, 3),
      words: document.querySelector('main').innerText.trim().length,
    })`)
    expect({ url, ...shown }).toEqual({
      url,
      ground: 'rgb(255, 255, 255)',
      ink: expect.stringMatching(/rgb\(\d\d?, \d\d?, \d\d?\)/),
      pressed: [],
      pale: [],
      words: expect.any(Number),
    })
    expect([url, Number(shown.words) > 60]).toEqual([url, true])
    const paper = await page.pdf({ format: 'Letter' })
    expect(paper.subarray(0, 4).toString()).toBe('%PDF')
  }
  await context.close()
}, 120_000)
