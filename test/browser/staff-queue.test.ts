import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { desktop, openTab } from './portal.ts'
import { stage } from './stage.ts'

/** Someone writes: a question that would stand first in the queue. */
const arrive = async (name: string) => {
  const { db } = stage.portal
  const now = Date.now() + 40_000
  await db.batch([
    db
      .prepare(
        `INSERT INTO threads (id, patient_id, subject, category, opened_at, opened_by, last_message_at)
        SELECT ?, p.id, ?, 'symptom', ?, p.account_id, ? FROM patients p WHERE p.account_id IS NOT NULL LIMIT 1`
      )
      .bind(name, `About ${name}`, now, now),
    db
      .prepare(
        `INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id)
        SELECT ?, t.id, t.opened_by, 'patient', 'My hands tingle.', 'en', ?, ? FROM threads t WHERE t.id = ?`
      )
      .bind(`${name}-1`, now, name, name),
    db
      .prepare(
        "INSERT INTO work_items (id, thread_id, queue, opened_at, due_at, urgency) VALUES (?, ?, 'nurses', ?, 1, 0)"
      )
      .bind(`${name}-work`, name, now),
  ])
}

/** A nurse's tab, two minutes after she last did something. */
async function openQueue() {
  const { db, url } = stage.portal
  const nurse = await db
    .prepare(
      "SELECT id FROM accounts WHERE staff_role = 'clinical' AND totp_confirmed_at IS NOT NULL LIMIT 1"
    )
    .first<{ id: string }>()
  const token = randomBytes(32).toString('base64url')
  const hash = createHash('sha256').update(token).digest('hex')
  const now = Date.now()
  await db
    .prepare(
      'INSERT INTO sessions (token_hash, account_id, created_at, seen_at, completed_at) VALUES (?, ?, ?, ?, ?)'
    )
    .bind(hash, nurse?.id, now, now, now)
    .run()
  const tab = await openTab(stage, { viewport: desktop })
  await tab.page.clock.install()
  await tab.context.addCookies([
    { name: '__Host-cs', value: token, url: url.replace('http:', 'https:'), secure: true, httpOnly: true },
  ])
  await tab.page.goto('/admin/messages')
  const seenAt = async () =>
    (
      await db
        .prepare('SELECT seen_at FROM sessions WHERE token_hash = ?')
        .bind(hash)
        .first<{ seen_at: number }>()
    )?.seen_at
  await db
    .prepare('UPDATE sessions SET seen_at = ? WHERE token_hash = ?')
    .bind(now - 120_000, hash)
    .run()
  return { ...tab, hash, seenAt }
}

test('the queue says what is new and moves nothing: not the list, not the focus, not the end of the session', async () => {
  const { page, complaints, seenAt } = await openQueue()
  const before = await seenAt()
  const link = page.locator('tbody a').nth(1)
  await link.focus()
  const focused = await link.getAttribute('id')
  const places = () =>
    page
      .locator('tbody a')
      .evaluateAll((links) => links.map((link) => [link.id, link.getBoundingClientRect().top]))
  const stood = await places()
  await arrive('first')
  await page.clock.runFor(31_000)
  await page.getByText('1 new').waitFor()
  expect(await places()).toEqual(stood)
  expect(await page.evaluate('document.activeElement?.id')).toBe(focused)
  expect(await page.getByText('About first').count()).toBe(0)
  await arrive('second')
  await page.clock.runFor(31_000)
  await page.getByText('2 new').waitFor()
  expect(await places()).toEqual(stood)
  expect(await seenAt()).toBe(before)
  expect(await page.locator('h1').count()).toBe(1)

  await page.getByRole('link', { name: 'Show now' }).click()
  await page.getByText('About second').waitFor()
  expect(await page.locator('#news').textContent()).toMatch(/^\s*As of .+Refresh\s*$/s)
  expect(complaints).toEqual([])
}, 60_000)

test('news comes under a finger that rests on the link, and the link keeps the focus', async () => {
  const { page } = await openQueue()
  await page.locator('#refresh').focus()
  const box = await page.locator('#refresh').boundingBox()
  await arrive('third')
  await page.clock.runFor(31_000)
  await page.getByText('1 new').waitFor()
  expect(await page.evaluate('document.activeElement?.id')).toBe('refresh')
  expect((await page.locator('#refresh').boundingBox())?.y).toBe(box?.y)
}, 60_000)

test('from the queue to an answer and on to the next, by the keyboard alone', async () => {
  await arrive('fourth')
  await arrive('fifth')
  const { page, complaints } = await openQueue()
  const press = async (key: string, until: string, most = 60) => {
    for (let i = 0; i < most; i++) {
      await page.keyboard.press(key)
      const here = await page.evaluate(
        '[document.activeElement?.id, document.activeElement?.textContent?.trim()].join(" ")'
      )
      if (String(here).includes(until)) return
    }
    throw new Error(`${until} was not reached by ${key}`)
  }
  await press('Tab', 'work-')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#case')
  await press('Tab', 'Assign to me')
  await page.keyboard.press('Enter')
  await page.getByText('This is now yours to answer.').waitFor()
  await press('Tab', 'body')
  await page.keyboard.type('Please call us today.')
  await press('Tab', 'Send message')
  const ring = await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')
  expect(ring).toBe('3px')
  await page.keyboard.press('Enter')
  await page.getByText('Reply sent.').waitFor()
  const answered = new URL(page.url()).pathname
  await press('Tab', 'Next in this queue')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname !== answered)
  await page.getByText('My hands tingle.').waitFor()
  expect(complaints).toEqual([])
}, 60_000)

test('once the session has ended, the queue leaves the screen', async () => {
  const { page, hash } = await openQueue()
  await stage.portal.db.prepare('UPDATE sessions SET seen_at = 0 WHERE token_hash = ?').bind(hash).run()
  await page.clock.runFor(31_000)
  await page.waitForURL(/\/sign-in/)
  expect(await page.locator('tbody').count()).toBe(0)
}, 60_000)

test('by keys alone a nurse comes from the queue into the first answer past everything else', async () => {
  const { page, context } = await openQueue()
  const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()')
  const skip = async (words: string) => {
    await page.keyboard.press('Tab')
    if ((await focused()) === 'Skip to main content') {
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
    }
    expect(await focused()).toBe(words)
    await page.keyboard.press('Enter')
  }
  await skip('Skip to the list')
  expect(await page.evaluate('document.activeElement.id')).toBe(
    await page.locator('tbody a').first().getAttribute('id')
  )
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Answer' }).waitFor()
  await skip('Skip to your answer')
  await page.keyboard.type('Please come in.')
  expect(await page.getByLabel('Your answer', { exact: true }).inputValue()).toBe('Please come in.')

  // What was done is said at the top, where the focus is; the answer is one stop away from there.
  await page.getByRole('button', { name: 'Assign to me' }).press('Enter')
  await page.getByText('This is now yours to answer.').waitFor()
  expect(await page.evaluate('document.activeElement.className')).toBe('note good')
  await skip('Skip to your answer')
  expect(await page.evaluate('document.activeElement.id')).toBe('body')
  await context.close()
})
