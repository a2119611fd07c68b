import { mkdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { desktop, mailTo, openTab, phone, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

const modes = [
  { name: 'with JavaScript', options: {}, size: phone },
  { name: 'without JavaScript', options: withoutJavaScript, size: phone },
  { name: 'on a large screen', options: {}, size: desktop },
] as const

const shots = process.env.SHOTS
if (shots) mkdirSync(shots, { recursive: true })

/** A patient with a login and a birth date, and the address they sign in with. */
async function patientOf(address: string) {
  const found = await stage.portal.db
    .prepare('SELECT p.* FROM patients p JOIN accounts a ON a.id = p.account_id WHERE a.email = ?')
    .bind(address)
    .first<{ id: string; given_name: string; family_name: string; birth_date: string }>()
  if (!found) throw new Error('The demo practice has no such patient')
  return found
}

describe.each(modes)('$name', ({ name, options, size }) => {
  test('a patient lets someone in, who registers, writes, and is shut out again', async () => {
    const who = signInOf(stage, 'patient')
    const patient = await patientOf(who.address)
    const [year, month, day] = patient.birth_date.split('-').map(Number)
    const address = `paula.${name.replaceAll(' ', '-').toLowerCase()}@example.com`
    const shoot = async (page: typeof giver.page, what: string) => {
      if (shots) await page.screenshot({ path: `${shots}/${what} ${name}.png`, fullPage: true })
    }

    const giver = await openTab(stage, { ...options, viewport: size })
    await signIn(giver.page, who)
    await giver.page.getByRole('navigation', { name: 'Main' }).waitFor()
    await giver.page.locator('summary').filter({ hasText: patient.given_name }).click()
    await giver.page.getByRole('link', { name: 'Manage Users' }).click()
    await giver.page.getByRole('link', { name: 'Give access' }).click()
    await giver.page.getByLabel('Their email address').fill(address)
    await giver.page.getByLabel('Their first name').fill('Paula')
    await giver.page.getByLabel('Their last name').fill('Stone')
    await giver.page.getByLabel('Who they are to you').fill('Sister')
    await giver.page.getByRole('button', { name: 'Next' }).click()
    await giver.page.getByRole('heading', { name: 'Please check before you give access' }).waitFor()
    await shoot(giver.page, 'check')
    await giver.page.getByRole('button', { name: 'Give access' }).click()
    await giver.page.getByText('The invitation is on its way.').waitFor()
    await shoot(giver.page, 'invited')

    const mail = await mailTo(stage, address, 'invitation')
    expect(`${mail.subject} ${mail.text}`).not.toContain(patient.family_name)
    const link = mail.text.match(/http\S+\/register\/[\w-]+/)?.[0]
    if (!link) throw new Error('The invitation holds no link')
    const helper = await openTab(stage, { ...options, viewport: size })
    const { page } = helper
    await page.goto(link)
    await page.getByRole('button', { name: /code/i }).click()
    const code = (await mailTo(stage, address, 'registration-code')).text.match(/\b\d{6}\b/)?.[0]
    await page.getByLabel(/code/i).fill(code ?? '')
    await page.getByLabel('Month').fill(String(month))
    await page.getByLabel('Day').fill(String(day))
    await page.getByLabel('Year').fill(String(year))
    await page.getByLabel('Password', { exact: true }).fill('Willow-Kettle-47')
    await page.getByRole('checkbox').check()
    await shoot(page, 'register')
    await page.getByRole('button', { name: 'Create Password' }).click()
    await page.getByText('Your account is ready.').waitFor()

    const banner = page.getByRole('complementary', { name: new RegExp(patient.family_name) })
    for (const tab of ['Messages', 'Appointments', 'Labs', 'Home']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: tab }).click()
      await banner.waitFor()
    }
    await shoot(page, 'home of caregiver')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('link', { name: 'New message' }).click()
    await page.getByRole('radio').first().check()
    await page.getByLabel('Subject').fill('From her sister')
    await page.getByLabel('Message', { exact: true }).fill('She sleeps badly.')
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText(`Paula Stone (Sister) for ${patient.given_name}`).first().waitFor()

    await giver.page.reload()
    await shoot(giver.page, 'list')
    await giver.page.getByRole('link', { name: 'Revoke access Paula Stone' }).click()
    await giver.page.getByText('This is permanent').waitFor()
    await shoot(giver.page, 'revoke')
    await giver.page.getByRole('button', { name: 'Revoke access' }).dblclick()
    await giver.page.getByText('Access has ended, for good.').waitFor()
    await giver.page
      .getByText(/Revoked on/)
      .first()
      .waitFor()
    await shoot(giver.page, 'revoked')

    await page.reload()
    await page.getByRole('heading', { name: 'Page not found' }).waitFor()
    expect(await page.content()).not.toContain('She sleeps badly')
    await page.goBack()
    await page.waitForLoadState()
    expect(await page.content()).not.toContain(patient.family_name)
    expect([...giver.complaints, ...helper.complaints].filter((text) => !/status of 404/.test(text))).toEqual(
      []
    )
    for (const tab of [giver, helper]) await tab.context.close()
  }, 120_000)
})

test('a nurse looks at a record as its patient sees it, and can change nothing', async () => {
  const { id, given_name, family_name } = await patientOf(signInOf(stage, 'patient').address)
  const { page, context, complaints } = await openTab(stage, { viewport: desktop })
  await signIn(page, signInOf(stage, 'nurse'))
  await page.getByRole('navigation', { name: 'Staff' }).waitFor()
  await page.goto(`/admin/patients/${id}/view`)
  if (shots) await page.screenshot({ path: `${shots}/view form.png`, fullPage: true })
  await page.getByRole('button', { name: 'Look at the record' }).click()
  await page.getByText('Write why you need to look').first().waitFor()
  await page.getByLabel('Why do you need to look?').fill('She called.')
  await page.getByRole('button', { name: 'Look at the record' }).click()
  const bar = page.getByText(`As the patient sees it: the record of ${given_name} ${family_name}`)
  for (const tab of ['Messages', 'Appointments', 'Labs', 'Home']) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: tab }).click()
    await bar.waitFor()
    if (shots) await page.screenshot({ path: `${shots}/view ${tab}.png`, fullPage: true })
  }
  await page.setViewportSize(phone)
  await page.goto(`/patients/${id}/messages`)
  await page.locator('#main a.row').first().click()
  await bar.waitFor()
  if (shots) await page.screenshot({ path: `${shots}/view thread phone.png`, fullPage: true })
  for (const box of await page.locator('#main textarea, #main input:not([type=hidden]), #main button').all())
    expect(await box.isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Stop looking' }).click()
  await page.getByText('You no longer look at the record.').waitFor()
  expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
  await context.close()
})
