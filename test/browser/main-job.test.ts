import { describe, expect, test } from 'vitest'
import { desktop, mailTo, openTab, signIn, signInOf, withoutJavaScript } from './portal.ts'
import { stage } from './stage.ts'

type Invitee = { id: string; given_name: string; family_name: string; birth_date: string; email: string }

/** Patients with an address whom nobody has invited yet. */
async function notInvited() {
  const { results } = await stage.portal.db
    .prepare(
      `SELECT id, given_name, family_name, birth_date, email FROM patients p
       WHERE account_id IS NULL AND email IS NOT NULL AND deceased_at IS NULL AND inactive_at IS NULL AND language = 'en'
         AND birth_date < '2000' AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.patient_id = p.id)
         AND (SELECT count(*) FROM patients q WHERE q.email = p.email) = 1
       ORDER BY id`
    )
    .all<Invitee>()
  return results
}

const modes = [
  { name: 'with JavaScript', options: {}, inviter: 'admin', nth: 0 },
  { name: 'without JavaScript', options: withoutJavaScript, inviter: 'front', nth: 1 },
] as const

describe.each(modes)('$name', ({ options, inviter, nth }) => {
  test('an invited patient registers, reads the record, writes and reads the answer', async () => {
    const patient = (await notInvited())[nth]
    if (!patient) throw new Error('The demo practice has nobody left to invite')
    const [year, month, day] = patient.birth_date.split('-').map(Number)

    const staff = await openTab(stage, { ...options, viewport: desktop })
    await signIn(staff.page, signInOf(stage, inviter))
    await staff.page.getByRole('link', { name: 'Patients' }).first().click()
    await staff.page.getByRole('searchbox').fill(`${patient.family_name}`)
    await staff.page.getByRole('button', { name: 'Search' }).click()
    await staff.page
      .getByRole('link', { name: new RegExp(patient.family_name) })
      .first()
      .click()
    await staff.page.getByRole('link', { name: 'Invite' }).click()
    await staff.page.getByText(patient.email).first().waitFor()
    await staff.page.getByRole('button', { name: 'Send invitation' }).click()

    const invitation = await mailTo(stage, patient.email, 'invitation')
    expect(invitation.subject).not.toMatch(/cancer treatment|oncolog/i)
    const link = invitation.text.match(/http\S+\/register\/[\w-]+/)?.[0]
    if (!link) throw new Error('The invitation holds no link')

    const phone = await openTab(stage, options)
    const { page } = phone
    await page.goto(link)
    await page.getByRole('button', { name: /code/i }).click()
    const code = (await mailTo(stage, patient.email, 'registration-code')).text.match(/\b\d{6}\b/)?.[0]
    await page.getByLabel(/code/i).fill(code ?? '')
    await page.getByLabel('Month').fill(String(month))
    await page.getByLabel('Day').fill(String(day))
    await page.getByLabel('Year').fill(String(year))
    await page.getByLabel('Password', { exact: true }).fill('Willow-Kettle-47')
    await page.getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Create Password' }).click()

    await expect
      .poll(() => page.getByRole('heading', { level: 1 }).textContent())
      .toContain(patient.given_name)
    expect(new URL(page.url()).pathname).toBe(`/patients/${patient.id}`)
    for (const tab of ['Messages', 'Appointments', 'Labs', 'Resources', 'Home', 'Messages']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: tab }).click()
      await page
        .getByRole('navigation', { name: 'Main' })
        .locator('[aria-current=page]', { hasText: tab })
        .waitFor()
    }

    await page.getByRole('link', { name: 'New message' }).click()
    await page.getByRole('radio', { name: /Medicine or refill/ }).check()
    await page.getByLabel('Subject').fill('My tablets')
    await page.getByLabel('Message', { exact: true }).fill('May I take them with food?\nThank you.')
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText('May I take them with food?').waitFor()

    const nurse = await openTab(stage, { ...options, viewport: desktop })
    await signIn(nurse.page, nth === 0 ? signInOf(stage, 'nurse') : signInOf(stage, 'oncologist'))
    await nurse.page.getByRole('link', { name: 'Messages' }).first().click()
    await nurse.page
      .getByRole('row', { name: new RegExp(`${patient.family_name}[\\s\\S]*My tablets`) })
      .getByRole('link')
      .first()
      .click()
    await nurse.page.getByLabel('Your answer', { exact: true }).fill('Yes, with a light meal.')
    await nurse.page.getByRole('button', { name: 'Send message' }).click()
    await nurse.page.getByText('Yes, with a light meal.').first().waitFor()

    const notice = await mailTo(stage, patient.email, 'new-message')
    expect(`${notice.subject} ${notice.text}`).not.toMatch(/tablets|meal|medicine/i)
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: /Messages/ })
      .click()
    await page.getByRole('link', { name: /My tablets/ }).click()
    await page.getByText('Yes, with a light meal.').waitFor()

    expect([...staff.complaints, ...phone.complaints, ...nurse.complaints]).toEqual([])
    expect(await page.evaluate(() => ({ ...localStorage, ...sessionStorage }))).toEqual({})
    for (const tab of [staff, phone, nurse]) await tab.context.close()
  }, 120_000)
})
