import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { jpeg, pdf, thumbnail } from '../support/files.ts'
import { desktop, openTab, phone, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

const rash = { name: 'rash.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(jpeg(thumbnail)) }
const large = (n: number) => ({
  name: `scan ${n}.pdf`,
  mimeType: 'application/pdf',
  buffer: Buffer.from(pdf(`${n}${'x'.repeat(2_000_000)}`)),
})

/** A patient's tab on the page of a new message. */
async function openForm(options: Parameters<typeof openTab>[1] = {}) {
  const tab = await openTab(stage, options)
  await signIn(tab.page, signInOf(stage, 'patient'))
  await tab.page.getByRole('link', { name: /^Messages/ }).click()
  await tab.page.getByRole('link', { name: 'New message' }).click()
  await tab.page.getByRole('heading', { level: 1, name: 'New message' }).waitFor()
  return tab
}
/** The same with a message begun and kept, on a line that takes so many bytes a second up. */
async function begin(subject: string, body: string, uploadThroughput: number) {
  const tab = await openForm()
  await tab.page.getByLabel('Medicine or refill').check()
  await tab.page.locator('#subject').fill(subject)
  await tab.page.locator('#body').fill(body)
  await tab.page.getByText('Draft saved at').waitFor()
  const line = await tab.context.newCDPSession(tab.page)
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 200,
    downloadThroughput: 300_000,
    uploadThroughput,
  })
  return tab
}
const sends = (page: Page) => {
  const bodies: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') bodies.push(request.headers()['content-type'] ?? '')
  })
  return bodies
}
const attached = (page: Page) => page.locator('.files li').count()

describe('with JavaScript', () => {
  test('nothing asks for a file that has gone already', async () => {
    const { page } = await openForm()
    await page.setInputFiles('#files', rash)
    await page.getByText('“rash.jpg” is attached.').waitFor()
    expect(await page.getByRole('button', { name: 'Attach', exact: true }).count()).toBe(0)
  })

  test('typing is saved by itself, said politely, and there after a reload and after Back', async () => {
    const { page, complaints } = await openForm({ viewport: desktop })
    const posts = sends(page)
    const status = await page.locator('#saved').elementHandle()
    await page.locator('#body').pressSequentially('My tablets', { delay: 10 })
    await page.getByText('Draft saved at').waitFor()
    expect(await status?.evaluate((element) => element.isConnected)).toBe(true)
    expect(await page.evaluate('document.activeElement?.id')).toBe('body')
    expect(page.url()).toMatch(/\/drafts\/[a-z0-9]{21}$/)
    expect(posts.every((type) => type.startsWith('application/x-www-form-urlencoded'))).toBe(true)
    await page.locator('#body').pressSequentially(' are blue', { delay: 10 })
    const saved = page.waitForResponse((response) => response.request().method() === 'POST')
    await saved
    await page.reload()
    expect(await page.locator('#body').inputValue()).toBe('My tablets are blue')
    await page.getByRole('link', { name: 'Home' }).click()
    await page.goBack()
    expect(await page.locator('#body').inputValue()).toBe('My tablets are blue')
    expect(complaints).toEqual([])
  })

  test('a file goes as it is chosen, on a slow line, while one goes on writing; then all of it is sent', async () => {
    const { page, complaints } = await begin('Rash and scans', 'Here is what I mean.', 700_000)
    await page.setInputFiles('#files', [rash, large(1), large(2), large(3)])
    await page.getByText('Sending your file.').waitFor()
    await page.locator('#body').fill('Here is what I mean. And more.')
    await page.getByText('“scan 3.pdf” is attached.').waitFor({ timeout: 60_000 })
    expect(await attached(page)).toBe(4)
    expect(await page.locator('#files').inputValue()).toBe('')
    expect(await page.locator('#body').inputValue()).toBe('Here is what I mean. And more.')
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText('Message sent.').waitFor()
    expect(await page.getByText('Here is what I mean. And more.').count()).toBe(1)
    expect(await attached(page)).toBe(4)
    await page.getByText('Expect a reply by').waitFor()
    expect(complaints).toEqual([])
    await page.goBack()
    expect(page.url()).toMatch(/\/messages\/[a-z0-9]{21}$/)
  }, 120_000)

  test('four photos as large as four may be go on a slow line, and all of them arrive', async () => {
    const { page, complaints } = await begin('Four photos', 'All of my arm.', 1_500_000)
    // 6 MB is the limit for one, and 10 MB for all four.
    const photo = (n: number) => ({
      name: `arm ${n}.jpg`,
      mimeType: 'image/jpeg',
      buffer: Buffer.concat([rash.buffer, Buffer.alloc(2_600_000, n)]),
    })
    await page.setInputFiles('#files', [1, 2, 3, 4].map(photo))
    await page.getByText('Sending your file.').waitFor()
    await page.locator('#body').fill('All of my arm. And more.')
    await page.getByText('“arm 4.jpg” is attached.').waitFor({ timeout: 20_000 })
    expect(await attached(page)).toBe(4)
    expect(await page.locator('#body').inputValue()).toBe('All of my arm. And more.')
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText('Message sent.').waitFor()
    expect(await attached(page)).toBe(4)
    expect(await page.getByText('All of my arm. And more.').count()).toBe(1)
    expect(complaints).toEqual([])
  }, 60_000)

  test('a line that drops keeps the words and says so; the file goes when it is chosen again', async () => {
    const { page, context } = await openForm()
    await page.locator('#body').fill('Words that must stay')
    await page.getByText('Draft saved at').waitFor()
    await context.setOffline(true)
    await page.setInputFiles('#files', rash)
    await page.getByText('The file did not arrive.').waitFor()
    expect(await page.locator('#body').inputValue()).toBe('Words that must stay')
    await context.setOffline(false)
    await page.setInputFiles('#files', rash)
    await page.getByText('“rash.jpg” is attached.').waitFor()
  })

  test('a file of another kind is refused in words that are read out, and the others stay', async () => {
    const { page } = await openForm()
    // Whoever listens hears what changes in a region that was there before, whichever way it goes.
    const region = await page.locator('#files-field [role=status]').elementHandle()
    const said = () => region?.evaluate((element) => element.isConnected && element.textContent)
    await page.setInputFiles('#files', [
      rash,
      { name: 'x.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') },
    ])
    await page.getByText('“x.svg” is not a PDF').waitFor()
    expect(await attached(page)).toBe(1)
    expect(await said()).toMatch(/“x.svg” is not a PDF.*“rash.jpg” is attached\./)
    expect(await page.locator('#files').getAttribute('aria-describedby')).toContain('files-error')
    await page.setInputFiles('#files', large(9))
    await page.getByText('“scan 9.pdf” is attached.').waitFor()
    expect(await said()).toBe('“scan 9.pdf” is attached.')
    expect(await page.getByText('“x.svg” is not a PDF').count()).toBe(0)
  })
})

describe.each([
  ['with JavaScript', {}],
  ['without JavaScript', withoutJavaScript],
])('%s', (_, options) => {
  test('more at once than anyone may send is refused in words, and what was typed stays', async () => {
    const { page } = await openForm(options)
    await page.locator('#body').fill('Many large scans')
    const huge = (n: number) => ({
      ...large(n),
      buffer: Buffer.concat([Buffer.from(pdf(`${n}`)), Buffer.alloc(6_200_000), Buffer.from('%%EOF')]),
    })
    await page.setInputFiles('#files', [1, 2, 3, 4, 5].map(huge))
    if (options === withoutJavaScript) await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText('“scan 2.pdf” was not attached').first().waitFor()
    expect(await page.locator('#body').inputValue()).toBe('Many large scans')
    expect(await attached(page)).toBe(1)
  })
})

test('a draft is thrown away once that is said twice', async () => {
  const { page } = await openForm({ ...withoutJavaScript })
  await page.locator('#body').fill('Think twice')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('link', { name: 'Messages', exact: true }).first().click()
  const draft = page.getByRole('listitem').filter({ hasText: 'Think twice' })
  await draft.getByText('Throw away').first().click()
  expect(await draft.count()).toBe(1)
  await draft.getByRole('button', { name: 'Throw away' }).click()
  await page.getByText('Draft thrown away.').waitFor()
  expect(await draft.count()).toBe(0)
})

test('without JavaScript the same is done by buttons, and taken back again', async () => {
  const { page, complaints } = await openForm({ viewport: phone, ...withoutJavaScript })
  await page.locator('#body').fill('By buttons alone')
  await page.setInputFiles('#files', rash)
  await page.getByRole('button', { name: 'Attach', exact: true }).click()
  await page.getByText('“rash.jpg” is attached.').waitFor()
  expect(await page.locator('#body').inputValue()).toBe('By buttons alone')
  await page.getByRole('button', { name: 'Remove rash.jpg' }).click()
  await page.getByText('File removed.').waitFor()
  await page.setInputFiles('#files', rash)
  await page.getByLabel('Something else').check()
  await page.locator('#subject').fill('No scripts')
  await page.getByRole('button', { name: 'Save draft' }).click()
  expect(await attached(page)).toBe(1)
  await page.getByRole('button', { name: 'Send message' }).click()
  await page.getByText('Message sent.').waitFor()
  expect(await page.getByText('rash.jpg').count()).toBe(1)

  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0)
  expect(await page.getByText('By buttons alone').isVisible()).toBe(true)
  await page.emulateMedia({ media: 'screen' })

  await page.getByText('Take back', { exact: true }).click()
  await page.getByRole('button', { name: 'Take back this message' }).click()
  await page.getByText('Your message is taken back.').waitFor()
  expect(await page.getByText('By buttons alone').count()).toBe(0)
  expect(await page.getByText('rash.jpg').count()).toBe(0)
  expect(complaints).toEqual([])
})

test('words are searched for without standing in the address', async () => {
  const { page } = await openForm({ viewport: phone, ...withoutJavaScript })
  await page.getByRole('link', { name: 'Messages', exact: true }).first().click()
  await page.getByRole('link', { name: 'Search messages' }).click()
  await page.locator('#q').fill('blood')
  await page.locator('#q').press('Enter')
  await page.getByRole('heading', { name: /\d+ messages?$/ }).waitFor()
  expect(page.url()).not.toContain('blood')
  expect(await page.locator('mark').first().textContent()).toMatch(/^blood/i)
})

test('a caregiver whose access ends while they write is given their words, and the page is left behind', async () => {
  const tab = await openTab(stage, { viewport: phone })
  const { page } = tab
  const who = signInOf(stage, 'caregiver of')
  await signIn(page, who)
  const chart = await stage.portal.db
    .prepare(
      `SELECT g.id, g.patient_id FROM grants g JOIN accounts a ON a.id = g.account_id
      WHERE a.email = ? AND g.revoked_at IS NULL ORDER BY g.granted_at DESC LIMIT 1`
    )
    .bind(who.address)
    .first<{ id: string; patient_id: string }>()
  await page.goto(`/patients/${chart?.patient_id}/messages/new`)
  await page.locator('#body').fill('Words of an hour')
  await page.getByText('Draft saved at').waitFor()
  await stage.portal.db
    .prepare('UPDATE grants SET revoked_at = 1, revoked_by = account_id WHERE id = ?')
    .bind(chart?.id)
    .run()
  await page.locator('#body').fill('Words of an hour and more')
  await page.getByRole('heading', { level: 1, name: 'This was not sent' }).waitFor()
  expect(await page.locator('main').textContent()).toContain('Words of an hour and more')
  expect(await page.getByText('Who can see this').count()).toBe(0)
  expect(await page.evaluate('document.activeElement?.id')).toBe('refused')
})
