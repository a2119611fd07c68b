import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

const otto = '/admin/patients/otto-chart'
const address = `${otto}/address`
const onFile = async () =>
  (await env.DB.prepare("SELECT email FROM patients WHERE id = 'otto-chart'").first<{ email: string }>())
    ?.email

test('the form shows what is on file and says that the open link dies', async () => {
  const html = await (await as('frida').get(address)).text()
  const { text, title } = await readPage(html)
  expect(text).toContain('otto@example.test')
  expect(text).toContain('stops working as soon as you save')
  expect(title).toBe('Correct the email address – CareSpace')
})

test('the new address is saved as it is kept everywhere, and written down', async () => {
  const mark = await auditMark()
  const browser = as('frida')
  const response = await browser.submit(address, { email: '  Otto.New@Example.TEST ' })
  expect(response.status).toBe(303)
  expect(response.headers.get('Location')).toBe(otto)
  expect(await onFile()).toBe('otto.new@example.test')
  expect((await auditSince(mark)).filter(({ action }) => action === 'record.address-changed')).toHaveLength(1)
  const html = await (await browser.get(otto)).text()
  expect(html).toContain('Address saved.')
  expect(html).toContain('otto.new@example.test')
})

test('the open link dies with the old address', async () => {
  await as('frida').submit(`${otto}/invitation`, {})
  await as('frida').submit(address, { email: 'otto.new@example.test' })
  const row = await env.DB.prepare(
    "SELECT address_changed_at FROM invitations WHERE patient_id = 'otto-chart'"
  ).first<{ address_changed_at: number | null }>()
  expect(row?.address_changed_at).not.toBeNull()
  expect(await (await as('frida').get(otto)).text()).toContain('Address changed')
})

test('saving the same address again lets the link live', async () => {
  await as('frida').submit(`${otto}/invitation`, {})
  await as('frida').submit(address, { email: 'OTTO@example.test' })
  const row = await env.DB.prepare(
    "SELECT address_changed_at FROM invitations WHERE patient_id = 'otto-chart'"
  ).first<{ address_changed_at: number | null }>()
  expect(row?.address_changed_at).toBeNull()
})

test('sent twice, it is one change', async () => {
  const mark = await auditMark()
  for (let i = 0; i < 2; i++)
    expect((await as('frida').post(address, { email: 'otto.new@example.test' })).status).toBe(303)
  expect((await auditSince(mark)).filter(({ action }) => action === 'record.address-changed')).toHaveLength(1)
})

test.each([
  ['', 'Enter an email address.'],
  ['   ', 'Enter an email address.'],
  ['otto', 'Enter an email address like name@example.com.'],
  ['otto@', 'Enter an email address like name@example.com.'],
  ['otto@example', 'Enter an email address like name@example.com.'],
  ['otto@@example.test', 'Enter an email address like name@example.com.'],
  ['a@example.test, b@example.test', 'Enter an email address like name@example.com.'],
  ['"><script>alert(1)</script>@example.test', 'Enter an email address like name@example.com.'],
  ['otto@example.test\r\nBcc: eve@example.test', 'Enter an email address like name@example.com.'],
  [`${'a'.repeat(10_000)}@example.test`, 'Enter an email address like name@example.com.'],
])('"%s" is refused and kept', async (email, message) => {
  const before = await snapshot()
  const response = await as('frida').post(address, { email })
  expect(response.status).toBe(422)
  const html = await response.text()
  const read = await readPage(html)
  expect(read.title).toBe('Error: Correct the email address – CareSpace')
  expect(read.unsafe).toEqual([])
  expect(html.split(message)).toHaveLength(3)
  expect(html).toContain('aria-invalid="true"')
  expect(await snapshot()).toEqual(before)
})

test.each(['nadia', 'audra', 'rosa', 'milo'] as const)('%s corrects no address', async (person) => {
  const before = await snapshot()
  expect((await as(person).get(address)).status).toBe(404)
  expect((await as(person).post(address, { email: 'eve@example.test' })).status).toBe(404)
  expect(await snapshot()).toEqual(before)
})

test('a patient’s own sign-in address stays, and the form says so', async () => {
  const rosa = '/admin/patients/rosa-chart'
  expect(await (await as('frida').get(`${rosa}/address`)).text()).toContain(
    'does not change the address the patient signs in with'
  )
  await as('frida').submit(`${rosa}/address`, { email: 'rosa.new@example.test' })
  const html = await (await as('frida').get(rosa)).text()
  expect(html).toContain('rosa.new@example.test')
  expect(html).toContain('rosa@example.test')
  expect(html).toContain('Not the address on file')
})
