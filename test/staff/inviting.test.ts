import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

const otto = '/admin/patients/otto-chart'
const invitation = `${otto}/invitation`
const submissionId = 'x'.repeat(21)

const change = (set: string) => env.DB.prepare(`UPDATE patients SET ${set} WHERE id = 'otto-chart'`).run()
const rows = async <T>(sql: string) => (await env.DB.prepare(sql).all<T>()).results
const invitations = () =>
  rows<{
    id: string
    email: string
    replaced_at: number | null
    revoked_at: number | null
    address_changed_at: number | null
  }>("SELECT * FROM invitations WHERE patient_id = 'otto-chart' ORDER BY created_at, replaced_at IS NULL")
const mails = () =>
  rows<{ kind: string; subject_id: string; patient_id: string }>(
    'SELECT kind, subject_id, patient_id FROM outbox ORDER BY created_at'
  )

describe('the confirmation', () => {
  test.each(['frida', 'okafor'] as const)(
    'shows %s the address on file and asks to check it',
    async (person) => {
      const html = await (await as(person).get(invitation)).text()
      const { text, title } = await readPage(html)
      expect(text).toContain('otto@example.test')
      expect(text).toContain('Check the address with the patient before you send')
      expect(html).toContain('Send invitation')
      expect(title).toBe('Send an invitation – CareSpace')
    }
  )

  test('reads the address live', async () => {
    await change("email = 'moved@example.test'")
    expect(await (await as('frida').get(invitation)).text()).toContain('moved@example.test')
  })

  test('changes nothing by being opened', async () => {
    const before = await snapshot()
    await as('frida').get(invitation)
    expect(await snapshot()).toEqual(before)
  })
})

test('an invitation and its mail are one, for this patient', async () => {
  const mark = await auditMark()
  const browser = as('frida')
  const response = await browser.submit(invitation, {})
  expect(response.status).toBe(303)
  expect(response.headers.get('Location')).toBe(otto)
  const [made] = await invitations()
  expect(made?.email).toBe('otto@example.test')
  expect(await mails()).toEqual([{ kind: 'invitation', subject_id: made?.id, patient_id: 'otto-chart' }])
  expect(await auditSince(mark)).toContainEqual({
    actor: 'front-desk',
    account_id: 'frida',
    patient_id: 'otto-chart',
    action: 'record.invited',
    subject_id: made?.id,
  })
  const html = await (await browser.get(otto)).text()
  expect(html).toContain('Invitation on its way.')
  expect(html).toContain('Sending')
})

test('a page opened before someone else invited sends nothing, and says so', async () => {
  const shown = String(Date.now() - 1000)
  await as('okafor').submit(invitation, {})
  const response = await as('frida').post(invitation, { submissionId, shown })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('perhaps someone else just sent an invitation')
  expect(await invitations()).toHaveLength(1)
  expect(await mails()).toHaveLength(1)
})

test.each([
  ['email = NULL', 'There is no email address on file.'],
  ["birth_date = '2020-01-01'", 'This patient is under 18.'],
  ['deceased_at = 1', 'This patient is recorded as deceased.'],
])('with %s the patient page says why instead of offering to invite', async (facts, why) => {
  expect(await (await as('frida').get(otto)).text()).toContain(`href="${invitation}"`)
  await change(facts)
  const html = await (await as('frida').get(otto)).text()
  expect(html).not.toContain(`href="${invitation}"`)
  expect(html).toContain(why)
})

test('pressed twice, it is sent once', async () => {
  const browser = as('frida')
  for (let i = 0; i < 2; i++) expect((await browser.post(invitation, { submissionId })).status).toBe(303)
  expect(await invitations()).toHaveLength(1)
  expect(await mails()).toHaveLength(1)
})

test('pressed ten times at once, it is sent once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => as('frida').post(invitation, { submissionId }))
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(303))
  expect(await invitations()).toHaveLength(1)
  expect(await mails()).toHaveLength(1)
})

test('a new invitation takes the place of the open one, and answers a request for it', async () => {
  await as('frida').submit(invitation, {})
  const [first] = await invitations()
  await env.DB.prepare(
    "INSERT INTO invitation_requests (id, invitation_id, patient_id, requested_at) VALUES ('r', ?, 'otto-chart', 1)"
  )
    .bind(first?.id)
    .run()
  expect(await (await as('frida').get(otto)).text()).toContain('Asked for a new link')
  await as('frida').submit(invitation, {})
  const both = await invitations()
  expect(both).toHaveLength(2)
  expect(both.filter(({ replaced_at }) => replaced_at === null)).toHaveLength(1)
  expect(both.find(({ id }) => id === first?.id)?.replaced_at).not.toBeNull()
  expect(await rows('SELECT 1 FROM invitation_requests WHERE resolved_at IS NULL')).toEqual([])
  const html = await (await as('frida').get(otto)).text()
  expect(html).toContain('Replaced')
  expect(html).not.toContain('Asked for a new link')
})

describe('refused with its reason, at the page and at the button:', () => {
  const thisYear = new Date().getUTCFullYear()
  test.each([
    ['no e-mail on file', 'email = NULL', 'There is no email address on file.'],
    ['an empty e-mail', "email = '  '", 'There is no email address on file.'],
    ['a malformed e-mail', "email = 'otto at example'", 'The email address on file is not complete.'],
    ['inactive', 'inactive_at = 1', 'no longer active'],
    ['deceased', 'deceased_at = 1', 'recorded as deceased'],
    ['under 18', `birth_date = '${thisYear - 17}-01-01'`, 'under 18'],
    ['no date of birth', 'birth_date = NULL', 'no date of birth on file'],
    ['registered', "account_id = 'milo'", 'already has an account'],
  ])('%s', async (_, set, reason) => {
    await change(set)
    const page = await (await as('frida').get(invitation)).text()
    expect(page).toContain(reason)
    expect(page).not.toContain('Send invitation')
    const before = await snapshot()
    const response = await as('frida').post(invitation, { submissionId })
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain(reason)
    expect((await readPage(html)).title).toMatch(/^Error: /)
    expect(await snapshot()).toEqual(before)
  })
})

test.each(['', 'short', "'; DROP TABLE invitations; --", 'y'.repeat(10_000)])(
  'a form without its own mark (%s) sends nothing and may be sent again',
  async (submissionId) => {
    const response = await as('frida').post(invitation, { submissionId })
    expect(response.status).toBe(422)
    expect(await response.text()).toMatch(/name="submissionId" value="[a-z0-9]{21}"/)
    expect(await invitations()).toEqual([])
  }
)

describe('an invitation taken back', () => {
  test('no longer stands open, and the page says so', async () => {
    const browser = as('frida')
    await browser.submit(invitation, {})
    const [made] = await invitations()
    const url = `${otto}/invitations/${made?.id}/revocation`
    const mark = await auditMark()
    expect(await (await browser.get(otto)).text()).toContain(`action="${url}"`)
    expect((await browser.post(url)).headers.get('Location')).toBe(otto)
    expect((await invitations())[0]?.revoked_at).not.toBeNull()
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('record.invitation-revoked')
    const html = await (await browser.get(otto)).text()
    expect(html).toContain('Invitation taken back.')
    expect(html).toContain('Revoked')
    expect(html).not.toContain(`action="${url}"`)
  })

  test('twice is the same as once', async () => {
    const browser = as('frida')
    await browser.submit(invitation, {})
    const [made] = await invitations()
    const url = `${otto}/invitations/${made?.id}/revocation`
    await browser.post(url)
    const first = await invitations()
    expect((await browser.post(url)).status).toBe(303)
    expect(await invitations()).toEqual(first)
  })

  test('of another patient stays as it is', async () => {
    await as('frida').submit(invitation, {})
    const [made] = await invitations()
    await as('frida').post(`/admin/patients/rosa-chart/invitations/${made?.id}/revocation`)
    expect((await invitations())[0]?.revoked_at).toBeNull()
  })
})

test.each(['nadia', 'audra', 'rosa', 'ines'] as const)('%s invites no one', async (person) => {
  await as('frida').submit(invitation, {})
  const [made] = await invitations()
  const before = await snapshot()
  const mark = await auditMark()
  const browser = as(person)
  const answers = [
    await browser.get(invitation),
    await browser.post(invitation, { submissionId }),
    await browser.post(`${otto}/invitations/${made?.id}/revocation`),
  ]
  for (const response of answers) {
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('otto@')
  }
  expect(await snapshot()).toEqual(before)
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(Array(3).fill('record.refused'))
})

test('nobody is sent to sign in and invites no one', async () => {
  expect((await as('nobody').post(invitation, { submissionId })).headers.get('Location')).toBe('/sign-in')
  expect(await invitations()).toEqual([])
})
