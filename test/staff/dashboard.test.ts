import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { appointments } from '../../src/db/schema.ts'
import { as } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, minutesAgo, type Person, seed } from '../support/people.ts'

beforeEach(seed)

const dashboard = async (person: Person) => {
  const html = await (await as(person).get('/admin')).text()
  return { html, ...(await readPage(html)) }
}
const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()

const hour = 60 * 60 * 1000
const invitation = (id: string, patientId: string, facts: Record<string, number | null>) => {
  const row: Record<string, unknown> = {
    id,
    kind: 'patient',
    patient_id: patientId,
    email: `${patientId.replace('-chart', '')}@example.test`,
    token_hash: id,
    language: 'en',
    invited_by: 'frida',
    created_at: Date.now() - hour,
    sent_at: Date.now() - hour,
    expires_at: Date.now() + hour,
    ...facts,
  }
  const names = Object.keys(row)
  return run(
    `INSERT INTO invitations (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(row)
  )
}

describe('messages', () => {
  test('are counted, with the one that waits longest', async () => {
    const { text, html } = await dashboard('nadia')
    expect(text).toMatch(/Open messages: 1\s*Oldest waits 40 m/)
    expect(text).toContain('Past the promised time: 0')
    expect(text).toContain('Not assigned: 1')
    expect(html).toContain('href="/admin/messages?show=overdue"')
  })

  test('that are late are counted apart', async () => {
    await run(
      "UPDATE work_items SET due_at = ?, opened_at = ? WHERE id = 'ines-work'",
      1,
      Date.now() - 26.5 * hour
    )
    const { text } = await dashboard('nadia')
    expect(text).toContain('Past the promised time: 1')
    expect(text).toContain('Oldest waits 26 h 30 m')
  })

  test('that nobody waits for leave no oldest', async () => {
    await run('UPDATE work_items SET done_at = 1')
    expect((await dashboard('nadia')).text).not.toContain('Oldest')
  })

  test('of the care team are no business of the front desk, those of its own queues are', async () => {
    const { text } = await dashboard('frida')
    expect(text).toContain('Open messages: 0')
    expect(text).not.toContain('Oldest')
    await run("UPDATE work_items SET queue = 'billing'")
    expect((await dashboard('frida')).text).toMatch(/Open messages: 1\s*Oldest waits 40 m/)
  })
})

describe('invitations', () => {
  const past = Date.now() - hour
  test.each([
    ['expired', 'Expired', { expires_at: past }],
    ['locked', 'Locked: date of birth', { locked_at: past, birth_date_tries: 5 }],
  ])('%s are counted and lead to the invite desk', async (show, label, facts) => {
    expect((await dashboard('frida')).text).toContain(`${label}: 0`)
    await invitation('i', 'otto-chart', facts)
    const { text, html } = await dashboard('frida')
    expect(text).toContain(`${label}: 1`)
    const url = `/admin/invitations?show=${show}`
    expect(html).toContain(`href="${url}"`)
    expect(await (await as('frida').get(url)).text()).toContain('Otto Nguyen')
  })

  test.each([
    ['used', { accepted_at: past }],
    ['replaced', { replaced_at: past }],
    ['taken back', { revoked_at: past }],
    ['outdated by a new address', { address_changed_at: past }],
  ])('that were %s wait for nobody', async (_, facts) => {
    await invitation('i', 'otto-chart', facts)
    const { text } = await dashboard('frida')
    for (const label of ['Expired', 'Locked: date of birth']) expect(text).toContain(`${label}: 0`)
  })

  test('of someone who registered in another way are done', async () => {
    await invitation('i', 'rosa-chart', { expires_at: past })
    expect((await dashboard('frida')).text).toContain('Expired: 0')
  })

  test('asked for again are counted and listed', async () => {
    await invitation('i', 'otto-chart', { expires_at: past })
    await run(
      "INSERT INTO invitation_requests (id, invitation_id, patient_id, requested_at) VALUES ('r', 'i', 'otto-chart', 1)"
    )
    expect((await dashboard('frida')).text).toContain('Asked for a new link: 1')
    expect(await (await as('frida').get('/admin/invitations?show=asked')).text()).toContain('Otto Nguyen')
  })

  test('whose mail failed are counted until another is made', async () => {
    await invitation('i', 'otto-chart', { sent_at: null, expires_at: null })
    await run(
      "INSERT INTO outbox (id, kind, subject_id, patient_id, created_at, due_at, failed_at, failure) VALUES ('m', 'invitation', 'i', 'otto-chart', 1, 1, 2, 'x')"
    )
    expect((await dashboard('frida')).text).toContain('Mail failed: 1')
    expect(await (await as('frida').get('/admin/invitations?show=mail-failed')).text()).toContain(
      'Otto Nguyen'
    )
    await as('frida').submit('/admin/patients/otto-chart/invitation', {})
    expect((await dashboard('frida')).text).toContain('Mail failed: 0')
  })

  test('are no business of a nurse', async () => {
    const { html } = await dashboard('nadia')
    expect(html).not.toContain('/admin/patients')
    expect(html).not.toContain('/admin/invitations')
  })
})

describe('visits of today', () => {
  const visit = (id: string, startsAt: Date, status: 'booked' | 'cancelled' = 'booked') =>
    db()
      .insert(appointments)
      .values({ id, patientId: 'rosa-chart', kind: 'lab', status, startsAt, createdAt: minutesAgo(1) })

  test('are those of the practice’s own day that still stand', async () => {
    await visit('now', new Date())
    await visit('off', new Date(), 'cancelled')
    await visit('yesterday', minutesAgo(24 * 60))
    await visit('tomorrow', minutesAgo(-24 * 60))
    expect((await dashboard('frida')).text).toContain('Visits today: 1')
  })
})

test('an administrator sees everything', async () => {
  const { text } = await dashboard('okafor')
  for (const label of ['Open messages', 'Asked for a new link', 'Visits today']) expect(text).toContain(label)
})

test('an auditor is led to the audit log, and shown no number', async () => {
  const { text, html } = await dashboard('audra')
  expect(text).toContain('Audit log')
  expect(html).not.toMatch(/Open messages|Sent, not used yet|Visits today/)
})

test.each(['rosa', 'milo', 'vera', 'ines'] as const)('%s is refused', async (person) => {
  const mark = await auditMark()
  expect((await as(person).get('/admin')).status).toBe(404)
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['staff.any.refused'])
})

test('nobody is sent to sign in', async () => {
  expect((await as('nobody').get('/admin')).headers.get('Location')).toBe('/sign-in?next=%2Fadmin')
})
