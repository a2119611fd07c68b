import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, openStage, openTab, type Stage } from './portal.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

const next = 'SELECT thread_id FROM work_items WHERE done_at IS NULL ORDER BY due_at LIMIT 1'

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

test('the queue shows what is new by itself, and leaves focus and session alone', async () => {
  const { page, complaints, seenAt } = await openQueue()
  const before = await seenAt()
  await stage.portal.db.prepare(`UPDATE threads SET subject = 'Written just now' WHERE id = (${next})`).run()
  const link = page.locator('tbody a').nth(1)
  await link.focus()
  const focused = await link.getAttribute('id')
  await page.clock.runFor(31_000)
  await page.getByText('Written just now').waitFor()
  expect(await page.evaluate('document.activeElement?.id')).toBe(focused)
  expect(await page.locator('h1').count()).toBe(1)
  expect(await seenAt()).toBe(before)
  expect(complaints).toEqual([])
}, 60_000)

test('once the session has ended, the queue leaves the screen', async () => {
  const { page, hash } = await openQueue()
  await stage.portal.db.prepare('UPDATE sessions SET seen_at = 0 WHERE token_hash = ?').bind(hash).run()
  await page.clock.runFor(31_000)
  await page.waitForURL(/\/sign-in/)
  expect(await page.locator('tbody').count()).toBe(0)
}, 60_000)
