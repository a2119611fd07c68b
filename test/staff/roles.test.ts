import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, password, seed } from '../support/people.ts'

beforeEach(seed)

const rows = async <T>(sql: string) => (await env.DB.prepare(sql).all<T>()).results
const roleOf = async (id: string) =>
  (await rows<{ staff_role: string }>(`SELECT staff_role FROM accounts WHERE id = '${id}'`))[0]?.staff_role
const reason = 'She moved to the nurses.'
const page = (id: string, act: string) => `/admin/staff/${id}/${act}`

/** Another admin, signed in. */
async function secondAdmin() {
  await env.DB.batch([env.DB.prepare("UPDATE accounts SET staff_role = 'admin' WHERE id = 'nadia'")])
}

describe('a role', () => {
  test('changes at once: every session ends, and the next one has the new role', async () => {
    const frida = as('frida')
    expect((await frida.get('/admin/patients')).status).toBe(200)
    const mark = await auditMark()
    const response = await as('okafor').submit(page('frida', 'role'), { role: 'clinical', reason, password })
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/admin/staff/frida'])
    expect(await roleOf('frida')).toBe('clinical')
    expect((await frida.get('/admin/patients')).headers.get('Location')).toMatch(/^\/sign-in/)
    expect(await auditSince(mark)).toContainEqual(
      expect.objectContaining({ account_id: 'okafor', action: 'staff.role-changed', subject_id: 'frida' })
    )
    const text = (await readPage(await (await as('okafor').get('/admin/staff/frida')).text())).text
    expect(text).toMatch(/Role changed\s*Front desk → Clinical\s*She moved to the nurses\.\s*Ada Okafor/)
  })

  test.each([
    [{ role: '' }, 'Choose a role'],
    [{ role: 'owner' }, 'Choose a role'],
    [{ reason: ' ' }, 'Write'],
    [{ password: '' }, 'Enter your own password'],
    [{ password: 'Wrong-Horse-9' }, 'That is not your password'],
  ])('does not change with %o', async (odd, words) => {
    const before = await snapshot()
    const response = await as('okafor').submit(page('frida', 'role'), {
      role: 'clinical',
      reason,
      password,
      ...odd,
    })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain(words)
    expect(await snapshot()).toEqual(before)
  })

  test('that is the same already is no change', async () => {
    const response = await as('okafor').submit(page('frida', 'role'), {
      role: 'front-desk',
      reason,
      password,
    })
    expect(response.status).toBe(422)
    expect(await rows('SELECT 1 FROM account_acts')).toEqual([])
  })

  test('of one’s own is for someone else to change', async () => {
    expect((await as('okafor').get(page('okafor', 'role'))).headers.get('Location')).toBe(
      '/admin/staff/okafor'
    )
    const response = await as('okafor').post(page('okafor', 'role'), { role: 'auditor', reason, password })
    expect(response.status).toBe(422)
    expect(await roleOf('okafor')).toBe('admin')
  })
})

describe('an account turned off', () => {
  test('opens nothing from the next request on, and opens again when it is turned on', async () => {
    const nadia = as('nadia')
    expect((await nadia.get('/admin/messages')).status).toBe(200)
    await as('okafor').submit(page('nadia', 'deactivation'), { reason, password })
    expect((await nadia.get('/admin/messages')).headers.get('Location')).toMatch(/^\/sign-in/)
    expect((await nadia.post('/admin/patients/rosa-chart/messages/refill/notes', { body: 'x' })).status).toBe(
      303
    )
    expect(await rows("SELECT 1 FROM sessions WHERE account_id = 'nadia' AND ended_at IS NULL")).toEqual([])
    const signIn = await as('nobody').post('/sign-in', { email: 'nadia@example.test', password })
    expect(signIn.status).not.toBe(303)

    await as('okafor').submit(page('nadia', 'reactivation'), { reason, password })
    expect(await rows("SELECT 1 FROM accounts WHERE id = 'nadia' AND deactivated_at IS NULL")).toHaveLength(1)
    const again = await as('nobody').post('/sign-in', { email: 'nadia@example.test', password })
    expect(again.headers.get('Location')).toMatch(/second-step/)
  })

  test('is never one’s own: nobody locks themselves out, last admin or not', async () => {
    await secondAdmin()
    for (const act of ['deactivation', 'reactivation']) {
      expect((await as('okafor').get(page('okafor', act))).headers.get('Location')).toBe(
        '/admin/staff/okafor'
      )
      const response = await as('okafor').post(page('okafor', act), { reason, password })
      expect(response.status).toBe(422)
    }
    expect(await rows("SELECT 1 FROM accounts WHERE id = 'okafor' AND deactivated_at IS NULL")).toHaveLength(
      1
    )
    expect(await rows('SELECT 1 FROM account_acts')).toEqual([])
    expect((await as('okafor').get('/admin/staff')).status).toBe(200)
  })

  test('is not turned off without the admin’s own password', async () => {
    const response = await as('okafor').submit(page('nadia', 'deactivation'), {
      reason,
      password: 'Wrong-Horse-9',
    })
    expect(response.status).toBe(422)
    expect(await rows("SELECT 1 FROM accounts WHERE id = 'nadia' AND deactivated_at IS NULL")).toHaveLength(1)
  })
})

test.each(['deactivation', 'role'])(
  'of two admins who take the other’s place at once (%s) one remains',
  async (act) => {
    for (let round = 0; round < 5; round++) {
      await seed()
      await secondAdmin()
      const wish = { role: 'auditor', reason, password }
      await Promise.all([
        as('okafor').post(page('nadia', act), wish),
        as('nadia').post(page('okafor', act), wish),
      ])
      const left = await rows("SELECT id FROM accounts WHERE staff_role = 'admin' AND deactivated_at IS NULL")
      expect(left).toHaveLength(1)
    }
  },
  30_000
)

test('the page of staff says which role may do what', async () => {
  const { text } = await readPage(await (await as('okafor').get('/admin/staff')).text())
  expect(text).toMatch(/Who may do what.*Front desk.*Clinical.*Admin.*Auditor/)
  expect(text).toMatch(/Read the audit log\s*No\s*No\s*Yes\s*Yes/)
  expect(text).toMatch(/Invite patients, correct addresses, bring lists\s*Yes\s*No\s*Yes\s*No/)
})

test.each(['frida', 'nadia', 'audra', 'rosa'] as const)('%s changes no one’s account', async (person) => {
  const before = await snapshot()
  for (const act of ['role', 'deactivation', 'reactivation'])
    for (const response of [
      await as(person).get(page('nadia', act)),
      await as(person).post(page('nadia', act), { role: 'admin', reason, password }),
    ])
      expect(response.status).toBe(404)
  expect(await snapshot()).toEqual(before)
})

test('a patient’s account is none of the staff’s', async () => {
  for (const act of ['role', 'deactivation', 'reactivation']) {
    expect((await as('okafor').get(page('rosa', act))).status).toBe(404)
    expect((await as('okafor').post(page('rosa', act), { role: 'admin', reason, password })).status).toBe(404)
  }
  expect(await roleOf('rosa')).toBeNull()
})
