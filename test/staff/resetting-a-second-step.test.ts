import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, type Member, password, seed } from '../support/people.ts'
import { codeAt } from '../support/second-step.ts'
import { halfway, mailsFor, rows, withApp } from '../support/second-step-settings.ts'

beforeEach(seed)

const reason = 'Called her at home and asked what we agreed on.'
const ofStaff = (id: string) => `/admin/staff/${id}/second-step-reset`
const ofRecord = (patient: string, account: string) =>
  `/admin/patients/${patient}/accounts/${account}/second-step-reset`

const isOn = async (person: Member) =>
  (
    await rows<{ on: number }>('SELECT second_step_at IS NOT NULL AS "on" FROM accounts WHERE id = ?', person)
  )[0]?.on === 1

async function withEverything(person: Member) {
  const set = await withApp(person)
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO passkeys (id, account_id, credential_id, public_key, algorithm, counter, transports, name, created_at) VALUES ('key', ?, 'c', 'p', 'ES256', 0, '[]', 'Phone', 1)"
    ).bind(person),
    env.DB.prepare("INSERT INTO trusted_devices VALUES (?, 'device', 1, 9999999999999, NULL)").bind(person),
  ])
  return set
}

async function expectNothingLeft(person: Member) {
  expect(await isOn(person)).toBe(false)
  expect(await rows('SELECT totp_secret, totp_confirmed_at FROM accounts WHERE id = ?', person)).toEqual([
    { totp_secret: null, totp_confirmed_at: null },
  ])
  for (const sql of [
    'SELECT 1 FROM passkeys WHERE account_id = ? AND removed_at IS NULL',
    'SELECT 1 FROM recovery_sets WHERE account_id = ? AND replaced_at IS NULL',
    'SELECT 1 FROM trusted_devices WHERE account_id = ?',
    'SELECT 1 FROM sessions WHERE account_id = ? AND ended_at IS NULL',
  ])
    expect(await rows(sql, person)).toEqual([])
  expect(await mailsFor(person)).toEqual(['second-step-reset'])
  expect(await rows('SELECT account_id, reason, done_by FROM account_acts')).toEqual([
    { account_id: person, reason, done_by: expect.any(String) },
  ])
}

describe('of someone on the staff', () => {
  test('an admin resets it; the person is out at once and sets up anew', async () => {
    await withEverything('nadia')
    const mark = await auditMark()
    const response = await as('okafor').submit(ofStaff('nadia'), { reason, password })
    expect(response.headers.get('Location')).toBe('/admin/staff/nadia')
    await expectNothingLeft('nadia')
    expect(await auditSince(mark)).toContainEqual(
      expect.objectContaining({
        account_id: 'okafor',
        actor: 'admin',
        action: 'staff.second-step-reset',
        subject_id: 'nadia',
      })
    )
    expect((await as('nadia').get('/admin')).headers.get('Location')).toMatch(/^\/sign-in/)
    const owing = await halfway('nadia')
    expect((await owing.get('/sign-in/second-step')).headers.get('Location')).toBe(
      '/sign-in/second-step/set-up'
    )
    expect(await (await as('okafor').get('/admin/staff/nadia')).text()).toContain(reason)
  })

  test('is refused to oneself', async () => {
    await withApp('okafor')
    const response = await as('okafor').post(ofStaff('okafor'), { reason, password })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('Someone else with the admin role')
    expect(await isOn('okafor')).toBe(true)
  })

  test('a second admin can do it for the first', async () => {
    await withEverything('okafor')
    await env.DB.prepare("UPDATE accounts SET staff_role = 'admin' WHERE id = 'frida'").run()
    expect((await as('frida').post(ofStaff('okafor'), { reason, password })).status).toBe(303)
    await expectNothingLeft('okafor')
  })

  test.each(['frida', 'nadia', 'audra', 'rosa'] as const)('does not exist for %s', async (person) => {
    await withApp('nadia')
    for (const path of ['/admin/staff', '/admin/staff/nadia', ofStaff('nadia')])
      expect((await as(person).get(path)).status).toBe(404)
    expect((await as(person).post(ofStaff('nadia'), { reason, password })).status).toBe(404)
    expect(await isOn('nadia')).toBe(true)
  })

  test('never reaches a patient', async () => {
    await withApp('rosa')
    expect((await as('okafor').post(ofStaff('rosa'), { reason, password })).status).toBe(404)
    expect(await isOn('rosa')).toBe(true)
  })

  test('ten times at once is one', async () => {
    await withApp('nadia')
    await Promise.all(
      Array.from({ length: 4 }, () => as('okafor').post(ofStaff('nadia'), { reason, password }))
    )
    expect(await rows('SELECT 1 FROM account_acts')).toHaveLength(1)
    expect(await mailsFor('nadia')).toEqual(['second-step-reset'])
  })
})

describe('needs', () => {
  test.each([
    ['a reason', { reason: '  ', password }, 'Write how you made sure'],
    ['a reason that can be read', { reason: 'x'.repeat(501), password }, 'Use 500 characters or fewer'],
    ['the password of who does it', { reason, password: '' }, 'Enter your own password'],
    ['the right password', { reason, password: 'Wrong-Horse-9' }, 'That is not your password'],
  ])('%s', async (_, fields, sentence) => {
    await withApp('nadia')
    const response = await as('okafor').post(ofStaff('nadia'), fields)
    const html = await response.text()
    expect(response.status).toBe(422)
    expect(html).toContain(sentence)
    if (fields.reason.trim()) expect(html).toContain(fields.reason)
    expect(await isOn('nadia')).toBe(true)
  })
})

describe('of someone who may open a record', () => {
  test.each([
    ['the patient', 'rosa'],
    ['a caregiver', 'milo'],
  ] as const)('the front desk resets it for %s', async (_, person) => {
    await withEverything(person)
    const mark = await auditMark()
    const response = await as('frida').submit(ofRecord('rosa-chart', person), { reason, password })
    expect(response.headers.get('Location')).toBe('/admin/patients/rosa-chart')
    await expectNothingLeft(person)
    expect(await auditSince(mark)).toContainEqual(
      expect.objectContaining({
        account_id: 'frida',
        patient_id: 'rosa-chart',
        action: 'record.second-step-reset',
        subject_id: person,
      })
    )
    expect(await (await as('frida').get('/admin/patients/rosa-chart')).text()).toContain(reason)
    const plain = await halfway(person)
    expect((await plain.get('/settings')).status).toBe(200)
  })

  test.each([
    ['a caregiver whose access was taken away', 'rosa-chart', 'vera'],
    ['the patient of another record', 'ines-chart', 'rosa'],
    ['a member of staff without access to the record', 'rosa-chart', 'okafor'],
    ['nobody', 'rosa-chart', 'no-such-account'],
  ] as const)('not for %s', async (_, patient, person) => {
    if (person !== 'no-such-account') await withApp(person)
    const response = await as('frida').post(ofRecord(patient, person), { reason, password })
    expect(response.status).toBe(404)
    if (person !== 'no-such-account') expect(await isOn(person)).toBe(true)
  })

  test('not for staff who are also patients: that takes an admin', async () => {
    await withApp('nadia')
    await env.DB.prepare("UPDATE patients SET account_id = 'nadia' WHERE id = 'otto-chart'").run()
    const response = await as('frida').post(ofRecord('otto-chart', 'nadia'), { reason, password })
    expect(response.status).toBe(422)
    expect(await isOn('nadia')).toBe(true)
  })

  test.each(['nadia', 'audra', 'rosa', 'milo'] as const)('not by %s', async (person) => {
    await withApp('rosa')
    const response = await as(person).post(ofRecord('rosa-chart', 'rosa'), { reason, password })
    expect(response.status).toBe(404)
    expect(await isOn('rosa')).toBe(true)
  })
})

test('a code of the old app opens nothing after a reset', async () => {
  await withApp('rosa')
  const owing = await halfway('rosa')
  await as('frida').post(ofRecord('rosa-chart', 'rosa'), { reason, password })
  const response = await owing.post('/sign-in/second-step', { code: await codeAt(new Date()) })
  expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
})
