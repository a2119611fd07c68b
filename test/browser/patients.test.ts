import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { importForNode } from '../../src/commands/node-bundle.ts'
import { desktop, openTab, phone, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

/** A patient on Home, and the address of it. */
async function openHome(options: Parameters<typeof openTab>[1]) {
  const tab = await openTab(stage, options)
  await signIn(tab.page, signInOf(stage, 'patient'))
  await tab.page.getByRole('heading', { level: 1, name: /^Good/ }).waitFor()
  return { ...tab, home: new URL(tab.page.url()).pathname }
}

async function write(page: Page, subject: string) {
  await page.getByRole('radio', { name: /Medicine or refill/ }).check()
  await page.getByLabel('Subject').fill(subject)
  await page.getByLabel('Message', { exact: true }).fill(`${subject}, at length.\nThank you.`)
}

const countOf = (subject: string) =>
  stage.portal.db.prepare('SELECT count(*) AS n FROM threads WHERE subject = ?').bind(subject).first('n')

describe.each([
  ['with JavaScript', {}],
  ['without JavaScript', withoutJavaScript],
])('%s', (name, options) => {
  test('after signing out, Back shows nothing of the record', async () => {
    const { page, context, home } = await openHome(options)
    await page.goto(`${home}/messages`)
    await page.locator('summary').first().click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    for (const _ of [1, 2]) {
      await page.goBack()
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
      expect(await page.locator('a[href^="/patients/"]').count()).toBe(0)
    }
    await context.close()
  }, 60_000)

  test('two taps on “Send message” send one message', async () => {
    const { page, context, home } = await openHome(options)
    await page.goto(`${home}/messages/new`)
    await write(page, `Tapped twice ${name}`)
    await page.getByRole('button', { name: 'Send message' }).dblclick()
    await page.getByText('Message sent.').waitFor()
    expect(await countOf(`Tapped twice ${name}`)).toBe(1)
    await page.reload()
    expect(await countOf(`Tapped twice ${name}`)).toBe(1)
    await context.close()
  }, 60_000)

  test('the other language keeps where sign-in leads, also after a refused try', async () => {
    const { page, context, home } = await openHome(options)
    await context.clearCookies()
    await page.goto(`${home}/labs`)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('There is a problem').waitFor()
    await page.getByRole('link', { name: 'Español' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Iniciar sesión' }).waitFor()
    expect(new URL(page.url()).searchParams.get('next')).toBe(`${home}/labs`)
    await context.close()
  }, 60_000)
})

test.each([
  ['on a phone', phone],
  ['on a desktop', desktop],
])(
  '“New message” stands in the upper right corner %s',
  async (_, viewport) => {
    const { page, context, home } = await openHome({ viewport })
    await page.goto(`${home}/messages`)
    const button = await page.getByRole('link', { name: 'New message' }).boundingBox()
    const title = await page.getByRole('heading', { level: 1 }).boundingBox()
    const main = await page.locator('#messages').boundingBox()
    if (!button || !title || !main) throw new Error('Something is missing')
    expect(Math.abs(button.x + button.width - (main.x + main.width))).toBeLessThan(1)
    expect(Math.abs(button.y + button.height / 2 - (title.y + title.height / 2))).toBeLessThan(12)
    await context.close()
  },
  60_000
)

test.each(['en', 'es'])(
  'a narrow phone cuts off no tab and breaks no title (%s)',
  async (language) => {
    const { page, context, home } = await openHome({ viewport: { width: 320, height: 640 } })
    await page.goto(`${home}/messages?lang=${language}`)
    const last = await page.locator('.thumb li').last().boundingBox()
    expect((last?.x ?? 0) + (last?.width ?? 999)).toBeLessThanOrEqual(320)
    const lines = await page.evaluate<number>(
      "(() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('h1')); return r.getClientRects().length })()"
    )
    expect(lines).toBe(1)
    await context.close()
  },
  60_000
)

test('text at twice its size leaves an appointment room to be read', async () => {
  const { page, context, home } = await openHome({ viewport: { width: 180, height: 370 } })
  await page.goto(`${home}/appointments`)
  const name = await page.locator('.row .t').first().boundingBox()
  expect(name?.width).toBeGreaterThan(90)
  await context.close()
}, 60_000)

test('a printed page says whose record it is, and leaves the form out', async () => {
  const { page, context, home } = await openHome({ viewport: desktop })
  const thread = await stage.portal.db
    .prepare('SELECT id FROM threads WHERE patient_id = ? AND closed_at IS NULL LIMIT 1')
    .bind(home.split('/').pop())
    .first('id')
  await page.goto(`${home}/messages/${thread}`)
  expect(await page.locator('.paper').isVisible()).toBe(false)
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('.paper').textContent()).toMatch(
    /^Maria Alvarez · Born .+ · .+ · \(479\) 587-1700$/
  )
  expect(await page.getByRole('heading', { name: 'Reply' }).isVisible()).toBe(false)
  expect(await page.locator('.top').isVisible()).toBe(false)
  await context.close()
}, 60_000)

test('someone with two records stays in the one they chose, also on Resources', async () => {
  const { page, context } = await openTab(stage)
  await signIn(page, signInOf(stage, 'caregiver'))
  await page.getByRole('heading', { level: 1, name: 'Choose a record' }).waitFor()
  const main = page.getByRole('navigation', { name: 'Main' })
  expect(await main.getByRole('link', { name: 'Messages' }).count()).toBe(0)
  await page.locator('main .row').last().click()
  await page.getByText('You are viewing the account of').waitFor()
  const home = new URL(page.url()).pathname
  await main.getByRole('link', { name: 'Resources' }).click()
  await page.getByRole('heading', { level: 1, name: 'Helpful Resources' }).waitFor()
  await page.getByText('You are viewing the account of').waitFor()
  expect(await main.getByRole('link', { name: 'Messages' }).getAttribute('href')).toBe(`${home}/messages`)
  await context.close()
}, 60_000)

test('a mail with a long link fits a phone', async () => {
  const { writeLetter } =
    await importForNode<typeof import('../../src/outbox/letter.tsx')>('src/outbox/letter.tsx')
  const { page, context } = await openTab(stage)
  const practice = { name: 'Hillside Cancer Care', phone: '(479) 587-1700' }
  const { html } = writeLetter({
    language: 'en',
    practice: practice as Parameters<typeof writeLetter>[0]['practice'],
    subject: 'Register',
    passages: [
      { link: `https://portal.example/register/${'x'.repeat(43)}`, label: 'Register' },
      { copy: '123456' },
    ],
  })
  await page.setContent(html)
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width)
  await context.close()
}, 60_000)
