import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as, Browser } from '../support/browser.ts'
import { count, PostOffice, row } from '../support/invited.ts'
import { auditMark, auditSince, type Person, seed } from '../support/people.ts'
import { forget, newPassword, resetLink } from '../support/reset.ts'

beforeEach(seed)

const url = '/patients/rosa-chart/reset-mail'
const homeOf = async (person: Person, language = 'en') => {
  const browser = as(person)
  browser.jar.set('__Host-language', language)
  return (await browser.get('/patients/rosa-chart')).text()
}

test('a caregiver finds it on the record of the person they help; the person does not', async () => {
  expect(await homeOf('milo')).toContain('Did Rosa forget the password?')
  expect(await homeOf('milo')).toContain(`action="${url}"`)
  expect(await homeOf('milo', 'es')).toContain('¿Rosa olvidó su contraseña?')
  expect(await homeOf('rosa')).not.toContain(url)
})

test('it is not offered where the person has no account', async () => {
  await env.DB.prepare("UPDATE patients SET account_id = NULL WHERE id = 'rosa-chart'").run()
  expect(await homeOf('milo')).not.toContain(url)
})

test('the mail goes to the patient alone, and the caregiver sees no link', async () => {
  const office = new PostOffice()
  const milo = as('milo')
  const response = await milo.submit('/patients/rosa-chart', {}, url)
  expect([response.status, response.headers.get('Location')]).toEqual([303, '/patients/rosa-chart'])
  const page = await (await milo.get('/patients/rosa-chart')).text()
  expect(page).toContain('We sent the email with a link to set a new password')
  expect(page).not.toContain('/reset/')
  await office.deliver()
  expect((await office.mails()).map(({ to }) => to)).toEqual(['rosa@example.test'])
  const { text } = await office.newest()
  expect(text).toContain('Someone who helps you')
  expect(text).not.toMatch(/Milo|Rosa|Díaz/)
  const saved = await new Browser().post(await resetLink(office), { password: newPassword })
  expect(saved.status).toBe(303)
})

test('it goes to the address of the account, not to the one in the chart', async () => {
  await env.DB.prepare("UPDATE patients SET email = 'milo@example.test' WHERE id = 'rosa-chart'").run()
  const office = new PostOffice()
  await as('milo').post(url)
  await office.deliver()
  expect((await office.mails()).map(({ to }) => to)).toEqual(['rosa@example.test'])
})

test('who asked is written down', async () => {
  const mark = await auditMark()
  await as('milo').post(url)
  const reset = await row<{ id: string }>('SELECT id, account_id, requested_by FROM password_resets')
  expect(reset).toMatchObject({ account_id: 'rosa', requested_by: 'milo' })
  expect(await auditSince(mark)).toContainEqual({
    actor: 'caregiver',
    account_id: 'milo',
    patient_id: 'rosa-chart',
    action: 'record.reset-mail',
    subject_id: reset?.id,
  })
})

test.each<Person>(['rosa', 'vera', 'ines', 'frida', 'nadia', 'okafor', 'audra', 'nobody'])(
  '%s sends none: not oneself, not who was revoked, not strangers, not staff',
  async (person) => {
    await as(person).post(url)
    expect(await count('password_resets')).toBe(0)
    expect(await count('outbox')).toBe(0)
  }
)

test('a caregiver whose access is taken back can send none from the next request on', async () => {
  const milo = as('milo')
  await milo.get('/patients/rosa-chart')
  await env.DB.prepare("UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE id = 'milo-grant'").run()
  expect((await milo.post(url)).status).toBe(404)
  expect(await count('password_resets')).toBe(0)
})

test('it counts together with what the person asks for, and says so when it is enough', async () => {
  await forget('rosa@example.test', '198.51.100.1')
  const milo = as('milo')
  await milo.post(url)
  await milo.post(url)
  await milo.get('/patients/rosa-chart')
  await milo.post(url)
  const html = await (await milo.get('/patients/rosa-chart')).text()
  expect(html).toMatch(/note warn"[^>]*>We did not send another email[^<]*<a [^>]*href="tel:/)
  await forget('rosa@example.test', '198.51.100.1')
  expect(await count('password_resets')).toBe(3)
})

test('a closed account gets no mail', async () => {
  await env.DB.prepare("UPDATE accounts SET deactivated_at = 1 WHERE id = 'rosa'").run()
  const milo = as('milo')
  expect((await milo.post(url)).status).toBe(303)
  expect(await count('outbox')).toBe(0)
})
