import { expect, test } from 'vitest'
import { withKeys } from './keys.ts'
import { desktop, phone, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

test.each([
  ['on a phone', { viewport: phone }],
  ['on a large screen', { viewport: desktop }],
  ['without JavaScript', { viewport: phone, ...withoutJavaScript }],
])(
  '%s, everything a patient does is done by keys alone',
  (name, options) =>
    withKeys(null, options, async ({ page, key, focused, press, type, menu, arrives, said, pick }) => {
      const who = signInOf(stage, 'patient')
      await page.goto('/sign-in')
      await type('Email', who.address)
      await type('Password', who.password)
      await key('Enter')
      await arrives(/^Good /)

      // The first stop of every page leads past the tabs.
      await key('Tab')
      expect(await focused()).toBe('Skip to main content')
      await key('Enter')
      await press('See details')
      await page.getByText('Arrive by').first().waitFor()
      await press('ask for another time or to cancel')
      await arrives('Ask to change it')

      await press('Messages')
      await arrives('Messages')
      await press('New message')
      await arrives('New message')
      await pick('Medicine or refill')
      await type('Subject', `By keys ${name}`)
      await type('Message', 'May I take them with food?')
      await press('Send message')
      await said('Message sent.')
      expect(await page.getByText('Medicine or refill').first().isVisible()).toBe(true)

      await press('Labs')
      await arrives('Labs')
      await press(/^Complete blood count/)
      await arrives('Complete blood count')
      await press('Hemoglobin')
      await arrives('Hemoglobin')
      await press('All')
      await page.waitForURL(/time=all/)

      await menu('Manage Users')
      await arrives('Manage Users')
      await press('Give access')
      await arrives('Give someone access')
      await type('Their email address', `keys.${name.replaceAll(' ', '-').toLowerCase()}@example.com`)
      await type('Their first name', 'Kay')
      await type('Their last name', 'Bord')
      await type('Who they are to you', 'Friend')
      await press('Next')
      await arrives('Please check before you give access')
      await press('Give access')
      await said('The invitation is on its way.')
      await press(/^Take back keys/)
      await said('The invitation was taken back.')

      await menu('Sign out')
      await arrives('Sign in')
    }),
  120_000
)
