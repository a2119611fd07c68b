import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { mailTo, openTab, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

/** A tab on a device with an authenticator of its own, as a phone has one. Nobody touches it until `touch`, and then only for what is asked later. */
async function openPhone() {
  const tab = await openTab(stage)
  const cdp = await tab.context.newCDPSession(tab.page)
  await cdp.send('WebAuthn.enable', {})
  const add = async () =>
    (
      await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: false,
        },
      })
    ).authenticatorId
  const authenticatorId = await add()
  return {
    ...tab,
    /** From now on, whoever is asked is there and is recognised; or not any more. */
    touch: (enabled = true) =>
      cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    recognise: (isUserVerified: boolean) =>
      cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    passkeys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    /** Puts a passkey back as it was: what a copy of the authenticator would have. */
    async putBack(credential: Awaited<ReturnType<typeof keysOf>>[number]) {
      await cdp.send('WebAuthn.removeCredential', {
        authenticatorId,
        credentialId: credential.credentialId,
      })
      await cdp.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
    /** Another device in place of this one. */
    async change() {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
      const other = await add()
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: other, enabled: true })
    },
  }
  async function keysOf() {
    return (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
  }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function addPasskey(page: Page, name: string) {
  await page.goto('/settings/passkeys')
  await press(page, 'Add a passkey')
  await page.waitForURL(/\/settings\/passkeys\/\w{21}$/)
  await page.getByLabel('Name').fill(name)
  await press(page, 'Save name')
  await page.waitForURL(/\/settings\/passkeys$/)
  await page.getByRole('link', { name }).waitFor()
}

async function signOut(page: Page) {
  await page.locator('.menu summary').click()
  await press(page, 'Sign out')
  await page.waitForURL(/\/sign-in/)
}

/** The page has asked what it offers at the address field: a touch from now on is for what is pressed. */
const settled = (page: Page) => page.evaluate('PublicKeyCredential.isConditionalMediationAvailable()')

async function signInByButton(page: Page, touch: (enabled?: boolean) => Promise<unknown>) {
  await touch(false)
  await signOut(page)
  await settled(page)
  await touch()
  await press(page, 'Sign in with a passkey')
}

const isIn = (page: Page) => page.waitForURL(/\/(patients|records|admin)(\/|$)/)

test('a patient adds a passkey, signs in with it without typing, confirms with it, and removes it', async () => {
  const { page, complaints, touch, passkeys } = await openPhone()
  const maria = signInOf(stage, 'patient')
  await signIn(page, maria)
  await touch()
  await addPasskey(page, 'My phone')
  expect(await passkeys()).toMatchObject([{ rpId: 'localhost', userName: maria.address }])
  await mailTo(stage, maria.address, 'passkey-added')

  await signInByButton(page, touch)
  await isIn(page)
  await page.goto('/settings/passkeys')
  await page.getByText('last used on').waitFor()

  await page.goto('/confirm?next=/settings/passkeys')
  await press(page, 'Use a passkey')
  await page.waitForURL(/\/settings\/passkeys$/)

  await page.getByRole('link', { name: 'My phone' }).click()
  await press(page, 'Remove this passkey')
  await page.getByText('Passkey removed.').waitFor()
  await mailTo(stage, maria.address, 'passkey-removed')
  await signInByButton(page, touch)
  await page.getByText('We could not use that passkey. Try again, or use your password.').first().waitFor()
  expect(complaints.filter((each) => !each.includes('422'))).toEqual([])
})

test('the passkeys of a device are offered at the address field, with nothing pressed', async () => {
  const { page, touch } = await openPhone()
  await signIn(page, signInOf(stage, 'spanish'))
  await touch()
  await page.goto('/settings/passkeys?lang=en')
  await addPasskey(page, 'Tablet')
  await signOut(page)
  // A virtual authenticator picks what is offered by itself.
  await isIn(page)
})

test('two devices, two passkeys; the same device makes no second one', async () => {
  const { page, touch, change } = await openPhone()
  const caregiver = signInOf(stage, 'caregiver of')
  await signIn(page, caregiver)
  await touch()
  await addPasskey(page, 'Phone')
  await press(page, 'Add a passkey')
  await page.getByText('This device has a passkey for your account already.').waitFor()
  await change()
  await addPasskey(page, 'Laptop')
  expect(await page.locator('.rows .t').allInnerTexts()).toEqual(['Phone', 'Laptop'])
})

test('staff answer the second step with a passkey after the password, and skip both with it', async () => {
  const { page, touch } = await openPhone()
  const nurse = signInOf(stage, 'nurse')
  await signIn(page, nurse)
  await isIn(page)
  await touch()
  await addPasskey(page, 'Work laptop')
  await touch(false)
  await signOut(page)
  await page.getByLabel('Email').fill(nurse.address)
  await page.getByLabel('Password', { exact: true }).fill(nurse.password)
  await press(page, 'Sign in')
  await page.getByLabel('Security code').waitFor()
  await touch()
  await press(page, 'Use a passkey')
  await isIn(page)

  await signInByButton(page, touch)
  await isIn(page)
  expect(new URL(page.url()).pathname).toBe('/admin')
})

test('a copy of an authenticator is refused, and its owner told', async () => {
  const { page, touch, passkeys, putBack } = await openPhone()
  const patient = signInOf(stage, 'patient')
  await signIn(page, patient)
  await touch()
  await addPasskey(page, 'Old phone')
  const [copied] = await passkeys()
  if (!copied) throw new Error('The device has no passkey')
  await signInByButton(page, touch)
  await isIn(page)

  await putBack(copied)
  await signInByButton(page, touch)
  await page.getByText('We could not use that passkey.').first().waitFor()
  await mailTo(stage, patient.address, 'passkey-suspended')
})

test('someone the device does not recognise is told what else to do', async () => {
  const { page, touch, recognise } = await openPhone()
  await signIn(page, signInOf(stage, 'patient'))
  await recognise(false)
  await touch()
  await page.goto('/settings/passkeys')
  await press(page, 'Add a passkey')
  await page.getByText('That did not work. Try again, or use your password.').waitFor()
  expect(new URL(page.url()).pathname).toBe('/settings/passkeys')
})

test('without JavaScript there is no button that does nothing, and the page says what works', async () => {
  const { page } = await openTab(stage, withoutJavaScript)
  await page.goto('/sign-in')
  expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0)
  await signIn(page, signInOf(stage, 'patient'))
  await page.goto('/settings/passkeys')
  expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0)
  await page.getByText('You can still sign in with your password.').waitFor()
})
