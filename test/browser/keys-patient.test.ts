import { describe, expect, test } from 'vitest'
import { importForNode } from '../../src/commands/node-bundle.ts'
import { jpeg, thumbnail } from '../support/files.ts'
import { accountOf, type Keys, withKeys } from './keys.ts'
import {
  appCode,
  desktop,
  mailTo,
  nextMailTo,
  openSession,
  openTab,
  phone,
  signInOf,
  withoutJavaScript,
} from './portal.ts'
import { stage } from './stage.ts'

type Secret = typeof import('../../src/identity/secret.ts')
type Unsubscribing = typeof import('../../src/outbox/unsubscribe/unsubscribing.ts')

const { emailUndoToken, invitationToken, sha256 } = await importForNode<Secret>('src/identity/secret.ts')
const { unsubscribeToken } = await importForNode<Unsubscribing>('src/outbox/unsubscribe/unsubscribing.ts')
const { db } = stage.portal
const lookup = async (sql: string, ...values: (string | number)[]) =>
  (await db
    .prepare(sql)
    .bind(...values)
    .first<string>('id')) ?? ''
const maria = signInOf(stage, 'patient')
const patientId = await lookup('SELECT id FROM patients WHERE account_id = ?', await accountOf('patient'))
const rash = { name: 'rash.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(jpeg(thumbnail)) }

const codeIn = (text: string) => text.match(/\b\d{6}\b/)?.[0] ?? ''
const linkIn = (text: string, path: string) => text.match(new RegExp(`http\\S+/${path}/[\\w-]+`))?.[0] ?? ''

async function enter({ type, key }: Keys, who = maria) {
  await type('Email', who.address)
  await type('Password', who.password)
  await key('Enter')
}

describe.each([
  ['with JavaScript', { viewport: phone }],
  ['without JavaScript', { viewport: phone, ...withoutJavaScript }],
])('by keys alone, %s,', (way, options) => {
  const address = (name: string) => `${name}.${way.replaceAll(' ', '-').toLowerCase()}@example.com`
  const asPatient = (errand: (keys: Keys) => Promise<unknown>) => withKeys('patient', options, errand)

  test('someone is let in, registers from the mailed link, and is shut out again', () =>
    asPatient(async ({ page, press, type, menu, arrives, said, refused }) => {
      await page.goto('/settings')
      await menu('Manage Users')
      await press('Give access')
      await press('Next')
      await refused('Enter an email address like name@example.com')
      await type('Their email address', address('paula'))
      await type('Their first name', 'Paula')
      await type('Their last name', 'Stone')
      await type('Who they are to you', 'Sister')
      await press('Next')
      await arrives('Please check before you give access')
      await press('Give access')
      await said('The invitation is on its way.')
      const { text } = await mailTo(stage, address('paula'), 'invitation')

      await withKeys(null, options, async (helper) => {
        await helper.page.goto(linkIn(text, 'register'))
        await helper.arrives('Register for CareSpace')
        await helper.press('Email me a code')
        await helper.arrives('Create your password')
        await nextMailTo(stage, address('paula'), 'registration-code')
        await helper.press('Send a new code')
        await helper.said('We sent a new code.')
        await helper.press('Create Password')
        await helper.refused('Enter the code from the email')
        const newest = await nextMailTo(stage, address('paula'), 'registration-code')
        await helper.type('Code from the email', codeIn(newest))
        await helper.type('Month', '3')
        await helper.type('Day', '27')
        await helper.type('Year', '1948')
        await helper.type('Password', 'Willow-Kettle-47')
        await helper.tick(/^I agree to the/)
        await helper.press('Create Password')
        await helper.said('Your account is ready.')
      })

      await page.reload()
      await press('Revoke access Paula Stone')
      await arrives('Revoke access?')
      await press('Revoke access')
      await said('Access has ended, for good.')
    }))

  test('who helps goes from record to record, has a password reset mailed, and stops helping', () =>
    withKeys('caregiver of', options, async ({ page, press, menu, arrives, said }) => {
      const whom = way === 'with JavaScript' ? 'Opal' : 'Edith'
      await db
        .prepare(
          "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) SELECT ?, id, ?, 'Friend', ?, ? FROM patients WHERE given_name = ?"
        )
        .bind(`leaving ${way}`, await accountOf('caregiver of'), Date.now(), await accountOf('patient'), whom)
        .run()
      await page.goto('/records')
      await press(/^Maria Alvarez/)
      await arrives(/^Good /)
      await db.prepare('DELETE FROM password_resets').run()
      await press('Send a reset e-mail')
      await said('We sent the email with a link')
      await nextMailTo(stage, maria.address, 'password-reset')
      await menu('Switch person')
      await arrives('Choose a record')
      await press(new RegExp(`^${whom}`))
      await menu('Manage Users')
      await press(new RegExp(`^Stop helping .*${whom}`))
      await arrives('Stop helping?')
      await press('Stop helping')
      await said('You no longer help with this record.')
    }))

  test('an app is set up, asked for, stood in for by a recovery code, and turned off', () =>
    withKeys(null, options, async (keys) => {
      const { page, press, type, menu, arrives, said, refused } = keys
      await page.goto('/sign-in')
      await press('Sign in')
      await refused('Enter your email address')
      await enter(keys)
      await arrives(/^Good /)
      await menu('Settings')
      await press('Change Second step')
      await arrives('Second step')
      await press('Set up an authenticator app')
      await arrives('Set up an authenticator app')
      const secret = (await page.locator('code').first().textContent())?.replace(/\s/g, '') ?? ''
      await type('Security code', await appCode(secret))
      await press('Continue')
      await arrives('Recovery codes')
      await press('I have saved them')
      await said('Done. Keep your recovery codes in a safe place.')
      await press('Change Recovery codes')
      await arrives('Recovery codes')
      await press('Make new codes')
      await said('Here are your new codes.')
      const [code = ''] = await page.locator('.codes li').allTextContents()
      await press('I have saved them')
      await said('Done. Keep your recovery codes in a safe place.')

      await menu('Sign out')
      await said('You are signed out.')
      await enter(keys)
      await arrives('Enter your security code')
      await press('Continue')
      await refused('Enter the 6 digits from your app')
      await type('Security code', await appCode(secret))
      await press('Continue')
      await arrives(/^Good /)

      await menu('Sign out')
      await enter(keys)
      await press('Use a recovery code')
      await arrives('Use a recovery code')
      await type('Recovery code', code)
      await press('Continue')
      await said('You used a recovery code.')
      await menu('Settings')
      await press('Change Second step')
      await press('Turn off the second step')
      await arrives('Turn off the second step?')
      await press('Turn it off')
      await said('The second step is off.')
    }))

  test('a forgotten password is asked for and set anew', () =>
    withKeys(null, options, async (keys) => {
      const { page, press, type, arrives, said, refused } = keys
      await db.prepare('DELETE FROM password_resets').run()
      await page.goto('/sign-in')
      await press('Forgot Password')
      await arrives('Forgot Password')
      await press('Email me a link')
      await refused('Enter your email address')
      await type('Email', maria.address)
      await press('Email me a link')
      await arrives('Check your email')
      await page.goto(linkIn(await nextMailTo(stage, maria.address, 'password-reset'), 'reset'))
      await arrives('Set a new password')
      await type('New password', 'short')
      await press('Save password')
      await refused(/at least 8 characters/)
      maria.password = `Blue-Kettle-${way.length}`
      await type('New password', maria.password)
      await press('Save password')
      await said('Your new password is saved.')
      await enter(keys)
      await arrives(/^Good /)
    }))

  test('language, notices, result timing and devices are set, and what one takes along is saved', () =>
    asPatient(async ({ page, press, tick, choose, arrives, said, menu, download }) => {
      const other = await openTab(stage, options)
      await openSession(stage, other.page, await accountOf('patient'))
      await page.goto('/settings')
      await press('Usar español')
      await said(/español/)
      await press('Use English')
      await said('CareSpace is now in English')
      await press('Change Email notices')
      await tick('I have a new message')
      await press('Save')
      await said('Saved.')
      await menu('Settings')
      await press('Change Result timing')
      await choose('Imaging', 'Ask me first')
      await press('Save')
      await said('Saved.')
      await menu('Settings')
      await press('Open Devices')
      await press(/^Sign out all other devices/)
      await said('All your other devices are signed out.')
      await menu('Settings')
      await press('Open Access history')
      await press('Downloaded')
      await arrives('Access history')
      expect(await download('Download as a table (CSV)')).toMatch(/csv$/)
      await menu('Settings')
      await press('Open Download the record')
      await arrives('Download the record')
      expect(await download('Download as a page (HTML)')).toMatch(/html$/)
      expect(await download('Download for another system (FHIR)')).toMatch(/json$/)
      await other.context.close()
    }))

  test('email address and password are changed, and the old address takes the change back', () =>
    withKeys('spanish', options, async (keys) => {
      const { page, press, type, arrives, said } = keys
      const inWindow = { isTitled: way !== 'with JavaScript' }
      const jorge = signInOf(stage, 'spanish')
      await page.goto('/settings?lang=en')
      await press('Change email address or password')
      await page.getByLabel('New email address').waitFor()
      await type('New email address', 'half@')
      await type('Current password', jorge.password)
      await press('Email me a code')
      await keys.refused('Enter an email address like name@example.com', inWindow)
      await type('New email address', address('jorge'))
      await type('Current password', jorge.password)
      await press('Email me a code')
      await arrives('Enter the code from the email')
      const { text } = await mailTo(stage, address('jorge'), 'email-change-code')
      await type('Code from the email', codeIn(text))
      await press('Change email address')
      await said('Your email address is changed.')
      jorge.address = address('jorge')

      await press('Change email address or password')
      await page.getByLabel('New email address').waitFor()
      await press('Password')
      await page.getByLabel('New password').waitFor()
      await type('Current password', jorge.password)
      await type('New password', 'short')
      await press('Save password')
      await keys.refused(/at least 8 characters/, inWindow)
      const password = `Green-Saucer-${way.length}`
      await type('New password', password)
      await keys.backTo('Current password')
      await page.keyboard.type(jorge.password)
      await keys.key('Enter')
      await said('Your password is changed.')
      jorge.password = password
    }))

  test('a message is begun, thrown away, written anew, sent past the warning, and taken back', () =>
    asPatient(async ({ page, at, press, type, pick, attach, arrives, said, leads, refused }) => {
      await page.goto(`/patients/${patientId}/messages`)
      await press('New message')
      await type('Message', 'Think twice')
      await press('Save draft')
      await said('Draft saved.')
      await press('Messages')
      await press(/^Throw away/)
      await press('Throw away')
      await said('Draft thrown away.')

      await press('New message')
      await press('Send message')
      await refused('Choose what your message is about')
      await pick('Symptom or side effect')
      await type('Subject', `Tonight ${way}`)
      await type('Message', 'I have chest pain.')
      await attach('Add photos or files', rash)
      if (way === 'without JavaScript') await press('Attach')
      await page.getByRole('status').filter({ hasText: '“rash.jpg” is attached.' }).waitFor()
      if (way === 'with JavaScript') expect(await at('id')).toBe('files')
      else await said('“rash.jpg” is attached.')
      await press('Remove rash.jpg')
      await said('File removed.')
      await press('Send message')
      await arrives('Please call us now')
      await press('Send anyway')
      await said('Message sent.')
      await press('Take back')
      await press('Take back this message')
      await said('Your message is taken back.')

      await press('Messages')
      await arrives('Messages')
      await press(/Tingling in my fingers/)
      await type('Message', 'It is better today.')
      await press('Send message')
      await said('Message sent.')
      await press('Messages')
      await press('Search messages')
      await type('Words to look for', 'better')
      await press('Search')
      await leads(/\d+ messages?$/)
      await press(/Tingling in my fingers/)
      await arrives('Tingling in my fingers')
    }))

  test('an appointment is asked to be moved and the wish taken back; questions and calendar are kept', () =>
    asPatient(async ({ page, press, type, pick, arrives, said, leads, refused, download }) => {
      await page.goto(`/patients/${patientId}/appointments`)
      await press(/^Mon ?14 ?Dec/)
      await arrives('CT scan')
      expect(await download('Add to calendar')).toMatch(/ics$/)
      await press('ask for another time or to cancel')
      await press('Send to the office')
      await refused('Choose what you need')
      await pick('Another time')
      await type(/^Which days and times/, 'Any morning.')
      await press('Send to the office')
      await said('Sent to the office.')
      await press('Take it back')
      await said('You took your request back.')
      await press('Appointments')
      await press('Print this day')
      await arrives(/, 2026$/)
      await type('A question for your care team', 'May I drive home?')
      await press('Save question')
      await leads('Questions to ask')
      expect(await page.getByRole('listitem').filter({ hasText: 'May I drive home?' }).count()).toBe(1)
      await press('Remove May I drive home?')
      await page.getByText('You have saved no questions for this day.').waitFor()
      await leads('Questions to ask')
      await press('Appointments')
      await press('Show appointments in your own calendar')
      await press('Make the address')
      await said('The address is ready.')
      await press('End the address')
      await said('The calendar address has ended.')
    }))

  test('a report behind its warning is opened, asked about, and a test looked at over time', () =>
    asPatient(async ({ page, press, arrives, download }) => {
      const ct = "SELECT id FROM reports WHERE title LIKE 'CT of the chest%'"
      await db.prepare(`DELETE FROM report_openings WHERE report_id IN (${ct})`).run()
      await page.goto(`/patients/${patientId}/labs`)
      await press(/^CT of the chest/)
      await arrives('Before you open this report')
      await press('Open this report')
      await arrives(/^CT of the chest/)
      await press(/^Ask about this/)
      await arrives('New message')
      await press('Labs')
      await press('Lab history')
      await press(/^CA 125/)
      await arrives('CA 125')
      expect(await download('Download all results of this test (CSV)')).toMatch(/csv$/)
    }))

  test('what was typed when the session ended is sent after signing in again', () =>
    asPatient(async (keys) => {
      const { page, press, type, pick, arrives, said } = keys
      await page.goto(`/patients/${patientId}/messages/new`)
      await pick('Medicine or refill')
      await type('Subject', `Kept ${way}`)
      await type('Message', 'Two a day?')
      if (way === 'with JavaScript') await page.getByText(/^Draft saved/).waitFor()
      await db.prepare(`UPDATE sessions SET seen_at = ${Date.now() - 31 * 60_000}`).run()
      await press('Send message')
      await said('What you typed is kept')
      await enter(keys)
      await arrives('You were writing this when we signed you out')
      await press('Send now')
      await arrives(`Kept ${way}`)
    }))

  test('new terms are agreed to', () =>
    asPatient(async ({ page, press, tick, arrives, refused }) => {
      await page.goto('/terms/update')
      await arrives('Our terms have changed')
      await press('Continue')
      await refused(/Check the box/)
      await tick(/^I agree to the/)
      await press('Continue')
      await arrives(/^Good /)
    }))
})

test('by keys alone a passkey is added, named, signed in with, and removed', () =>
  withKeys('patient', { viewport: phone }, async ({ page, press, type, menu, arrives, said }) => {
    const device = await page.context().newCDPSession(page)
    await device.send('WebAuthn.enable', {})
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    const isThere = (enabled: boolean) =>
      device.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    await page.goto('/settings')
    await press('Change Passkeys')
    await arrives('Passkeys')
    await press('Add a passkey')
    await said('Your passkey is ready.')
    await type('Name', 'My phone')
    await press('Save name')
    await said('Name saved.')

    await isThere(false)
    await menu('Sign out')
    await said('You are signed out.')
    await page.evaluate('PublicKeyCredential.isConditionalMediationAvailable()')
    await isThere(true)
    await press('Sign in with a passkey')
    await arrives(/^Good /)
    await menu('Settings')
    await press('Change Passkeys')
    await press('My phone')
    await press('Remove this passkey')
    await said('Passkey removed.')
  }))

test('by keys alone a link that ran out is asked for anew, and mails are stopped by theirs', () =>
  withKeys(null, { viewport: phone }, async ({ page, press, arrives, said }) => {
    const { TOKEN_KEY } = stage.portal.secrets
    const expired = await lookup(
      'SELECT id FROM invitations WHERE expires_at < ? AND accepted_at IS NULL',
      Date.now()
    )
    await db.prepare('DELETE FROM invitation_requests').run()
    await page.goto(`/register/${await invitationToken(TOKEN_KEY, expired)}`)
    await arrives('Your link has expired')
    await press('Ask for a new link')
    await said('The office has your request.')
    const kind = 'new-message'
    const accountId = await accountOf('patient')
    await page.goto(`/unsubscribe/${await unsubscribeToken(TOKEN_KEY, { accountId, kind })}`)
    await arrives('Stop these emails?')
    await press('Stop these emails')
    await arrives('These emails are turned off')
  }))

test('by keys alone a change of address is taken back from the old one', () =>
  withKeys(null, { viewport: phone }, async ({ page, press, arrives }) => {
    const now = Date.now()
    const undo = await emailUndoToken(stage.portal.secrets.TOKEN_KEY, 'a-change')
    await db
      .prepare(
        `INSERT INTO email_changes (id, account_id, old_email, new_email, created_at, expires_at, confirmed_at, undo_hash, undo_until)
        SELECT 'a-change', id, 'earl.old@example.com', email, ?1, ?1, ?1, ?2, ?1 + 86400000 FROM accounts WHERE given_name = 'Earl'`
      )
      .bind(now, await sha256(undo))
      .run()
    await page.goto(`/email-undo/${undo}`)
    await arrives('Undo the change of your email address')
    await press('Undo the change')
    await arrives('The change was undone')
  }))

test('by keys alone a nurse sets up her second step at her first sign-in', () =>
  withKeys(null, { viewport: desktop }, async (keys) => {
    const { page, type, press, arrives, said, refused } = keys
    await page.goto('/sign-in')
    await enter(keys, signInOf(stage, 'first sign-in'))
    await arrives('Set up your second step')
    await press('Continue')
    await refused('Enter the 6 digits')
    const secret = (await page.locator('code').first().textContent())?.replace(/\s/g, '') ?? ''
    await type('Security code', await appCode(secret))
    await press('Continue')
    await said('Your authenticator app is set up.')
    await press('I have saved them')
    await said('Done.')
  }))
