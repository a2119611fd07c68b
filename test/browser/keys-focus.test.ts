import { expect, test } from 'vitest'
import { accountOf, withKeys } from './keys.ts'
import { desktop, phone } from './portal.ts'
import { stage } from './stage.ts'

const { db } = stage.portal
const minute = 60_000

test('the button that goes on has the focus, is gone with the last portion, and how it ended is read out in its place', () =>
  withKeys(
    'oncologist, admin',
    { viewport: desktop },
    async ({ page, press, attach, tabTo, arrives, said }) => {
      const rows = Array.from(
        { length: 150 },
        (_, i) => `8${i},Quill${i},Ada,1950-02-01,quill${i}@example.com`
      )
      const list = ['Record number,Last name,First name,Birth date,Email', ...rows].join('\n')
      await page.goto('/admin/roster')
      await attach('File', { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(list) })
      await press('Next')
      await press('Look it over')
      await arrives('This is what would become of it')
      let goOn = () => {}
      const held = new Promise<void>((resolve) => {
        goOn = resolve
      })
      await page.route('**/admin/roster/*', async (route) => {
        if (route.request().headers()['hx-request']) await held
        await route.continue()
      })
      await press('Bring them in')
      await arrives('The list is being brought in')
      await tabTo('Go on')
      goOn()
      await page.getByRole('heading', { level: 1, name: 'The list is in' }).waitFor()
      await said('150 new')
    }
  ))

test('who is asked whether they are still there stays by one key, and is back where they were', () =>
  withKeys('patient', { viewport: phone }, async ({ page, key, focused, tabTo }) => {
    await page.clock.install()
    await page.goto('/settings/notifications')
    await tabTo('I have a new message')
    const account = await accountOf('patient')
    await db
      .prepare(`UPDATE sessions SET seen_at = ${Date.now() - 28 * minute} WHERE account_id = ?`)
      .bind(account)
      .run()
    await page.clock.fastForward(28 * minute)
    await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor()
    expect(await focused()).toBe('Stay signed in')
    await key('Tab')
    expect(await focused()).toBe('Sign out now')
    await key('Shift+Tab')
    await key('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await focused()).toBe('I have a new message')
  }))

test('the menu under one’s name opens by a key, and Esc closes it and gives the focus back', () =>
  withKeys('patient', { viewport: phone }, async ({ page, key, focused, press, tabTo }) => {
    await page.goto('/settings')
    await press(/^Your menu/)
    await tabTo('Manage Users')
    await key('Escape')
    expect(await page.getByRole('link', { name: 'Manage Users' }).isVisible()).toBe(false)
    expect(await focused()).toMatch(/^Your menu/)
  }))
