import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { seedInvitations } from '../support/invitation.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(async () => {
  await seed()
  await seedInvitations()
  await env.DB.prepare(
    `INSERT INTO outbox (id, kind, subject_id, patient_id, created_at, due_at, sent_at, bounced_at, bounce_kind, bounce_reason)
      VALUES ('m', 'invitation', 'otto-invitation', 'otto-chart', 1, 1, 1, ${Date.now() - 1000}, 'hard', 'no_mailbox')`
  ).run()
})

const otto = '/admin/patients/otto-chart'
const repair = `${otto}/invitation/repair`
const rows = async <T>(sql: string) => (await env.DB.prepare(sql).all<T>()).results
const open = () =>
  rows<{ id: string; email: string }>(
    'SELECT id, email FROM invitations WHERE replaced_at IS NULL AND address_changed_at IS NULL AND revoked_at IS NULL'
  )
const address = async () =>
  (await rows<{ email: string }>("SELECT email FROM patients WHERE id = 'otto-chart'"))[0]?.email
const queued = () => rows<{ subject_id: string }>('SELECT subject_id FROM outbox WHERE sent_at IS NULL')

test.each(['frida', 'okafor'] as const)('%s sees on one page what a call needs', async (person) => {
  const html = await (await as(person).get(repair)).text()
  const { text, title } = await readPage(html)
  expect(html).toContain('href="tel:+14795550103"')
  expect(text).toContain('otto@example.test')
  expect(text).toMatch(/Came back.*Why: there is no such mailbox\./)
  expect(text).not.toContain('no_mailbox')
  expect(text).toContain('Resend, our mail service, remembers')
  expect(html).toContain('https://resend.com/emails/suppressions')
  expect(title).toBe('Call and fix – CareSpace')
})

test('the desk and the patient’s page lead to it', async () => {
  expect(await (await as('frida').get('/admin/invitations?show=bounced')).text()).toContain(
    `href="${repair}"`
  )
  expect(await (await as('frida').get(otto)).text()).toContain(`href="${repair}"`)
})

test('the corrected address and the new invitation are one', async () => {
  const mark = await auditMark()
  const browser = as('frida')
  const response = await browser.submit(repair, { email: ' Otto.N@Example.test ' })
  expect(response.status).toBe(303)
  expect(response.headers.get('Location')).toBe(otto)
  expect(await address()).toBe('otto.n@example.test')
  const [made, ...others] = await open()
  expect([made?.email, others]).toEqual(['otto.n@example.test', []])
  expect(await queued()).toEqual([{ subject_id: made?.id }])
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['record.address-changed', 'record.invited'])
  )
  expect(await (await as('frida').get('/admin/invitations?show=sent')).text()).toContain('Otto Nguyen')
})

describe('the same address', () => {
  test('is not tried again while Resend holds it back, and the page says where that is lifted', async () => {
    const before = await snapshot()
    const response = await as('frida').submit(repair, { email: 'OTTO@example.test' })
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain('Resend holds back all mail to it')
    expect(html).toContain('value="OTTO@example.test"')
    expect(await snapshot()).toEqual(before)
  })

  test('is tried once staff say that it was lifted', async () => {
    const mark = await auditMark()
    const response = await as('frida').submit(repair, { email: 'otto@example.test', lifted: 'yes' })
    expect(response.status).toBe(303)
    expect(await queued()).toHaveLength(1)
    expect((await auditSince(mark)).map(({ action }) => action)).not.toContain('record.address-changed')
  })

  test('is simply tried again after a bounce that passes', async () => {
    await env.DB.prepare("UPDATE outbox SET bounce_kind = 'soft' WHERE id = 'm'").run()
    expect(await (await as('frida').get(repair)).text()).not.toContain('Suppressions')
    expect((await as('frida').submit(repair, { email: 'otto@example.test' })).status).toBe(303)
  })

  test('is held back too where it was reported as spam', async () => {
    await env.DB.prepare(
      `UPDATE outbox SET bounced_at = NULL, complained_at = ${Date.now()} WHERE id = 'm'`
    ).run()
    expect((await as('frida').submit(repair, { email: 'otto@example.test' })).status).toBe(422)
  })
})

test.each([
  ['', 'Enter an email address.'],
  ['otto at example', 'Enter an email address like'],
])('"%s" is no address', async (email, words) => {
  const before = await snapshot()
  const response = await as('frida').submit(repair, { email })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain(words)
  expect(await snapshot()).toEqual(before)
})

test('saved twice, it is sent once', async () => {
  const browser = as('frida')
  const page = await (await browser.get(repair)).text()
  const field = (name: string) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? ''
  const fields = {
    submissionId: field('submissionId'),
    shown: field('shown'),
    was: field('was'),
    email: 'o@example.test',
  }
  const answers = await Promise.all(Array.from({ length: 8 }, () => browser.post(repair, fields)))
  expect(answers.filter(({ status }) => status === 303).length).toBeGreaterThan(0)
  expect(await queued()).toHaveLength(1)
  expect(await open()).toHaveLength(1)
})

test('two who fix it at once: the second is told, and nothing is sent twice', async () => {
  const [frida, okafor] = [as('frida'), as('okafor')]
  const fields = async (browser: typeof frida) => {
    const page = await (await browser.get(repair)).text()
    const field = (name: string) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? ''
    return { submissionId: field('submissionId'), shown: field('shown'), was: field('was') }
  }
  const [first, second] = [await fields(frida), await fields(okafor)]
  await new Promise((resolve) => setTimeout(resolve, 2))
  expect((await frida.post(repair, { ...first, email: 'right@example.test' })).status).toBe(303)
  const late = await okafor.post(repair, { ...second, email: 'wrong@example.test' })
  expect(late.status).toBe(422)
  const html = await late.text()
  expect(html).toContain('Someone changed the address')
  expect(html).toContain('right@example.test')
  expect(html).toContain('value="wrong@example.test"')
  expect(await address()).toBe('right@example.test')
  expect(await queued()).toHaveLength(1)
})

test.each([
  ["account_id = 'milo'", 'already has an account'],
  ['deceased_at = 1', 'recorded as deceased'],
])('with %s nothing is offered and nothing sent', async (set, words) => {
  await env.DB.prepare(`UPDATE patients SET ${set} WHERE id = 'otto-chart'`).run()
  const html = await (await as('frida').get(repair)).text()
  expect(html).toContain(words)
  expect(html).not.toContain('name="email"')
  const before = await snapshot()
  const post = await as('frida').post(repair, {
    submissionId: 'x'.repeat(21),
    email: 'o@example.test',
    was: 'otto@example.test',
  })
  expect(post.status).toBe(422)
  expect(await snapshot()).toEqual(before)
})

test.each(['nadia', 'audra', 'rosa', 'ines'] as const)('%s fixes nothing', async (person) => {
  const before = await snapshot()
  for (const response of [
    await as(person).get(repair),
    await as(person).post(repair, { email: 'x@example.test' }),
  ]) {
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('otto@')
  }
  expect(await snapshot()).toEqual(before)
})

test('the patient’s page tells what became of each mail', async () => {
  const said = async () => (await readPage(await (await as('frida').get(otto)).text())).text
  expect(await said()).toMatch(/came back .*there is no such mailbox/)
  await env.DB.prepare(
    `UPDATE outbox SET delivered_at = ${Date.now() + 1}, bounce_kind = 'soft' WHERE id = 'm'`
  ).run()
  expect(await said()).toMatch(/: delivered /)
  expect(await said()).toContain('Delivered')
})
