import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { base32 } from 'oslo/encoding'
import { TOTPController } from 'oslo/otp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSignIns, seedIfEmpty } from '../../src/commands/demo.ts'
import { importForNode } from '../../src/commands/node-bundle.ts'
import { openPortal, type Portal } from '../../src/commands/portal.ts'
import { passwordFaults } from '../../src/identity/password-rule.ts'

let portal: Portal
let seconds: number
const state = mkdtempSync(join(tmpdir(), 'carespace-'))

beforeAll(async () => {
  portal = await openPortal({ state, env: {}, quiet: true })
  const began = performance.now()
  await seedIfEmpty(portal)
  seconds = (performance.now() - began) / 1000
})
afterAll(async () => {
  await portal.close()
  rmSync(state, { recursive: true, force: true })
})

const post = (path: string, fields: Record<string, string>, cookie = '') =>
  fetch(portal.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: portal.url, Cookie: cookie },
    body: new URLSearchParams(fields),
  })
const sessionOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
const count = async (query: string) =>
  Number(await portal.db.prepare(`SELECT count(*) AS n FROM ${query}`).first('n'))

test('it is made in a few seconds, and only once', async () => {
  expect(seconds).toBeLessThan(10)
  expect(await seedIfEmpty(portal)).toBe(false)
})

test('everyone it names can sign in with what it prints', async () => {
  const signIns = readSignIns(state)
  expect(new Set(signIns.map(({ role }) => role)).size).toBeGreaterThanOrEqual(9)
  for (const { name, address, password, totpSecret } of signIns) {
    expect(passwordFaults(password, { names: name.split(' '), email: address, birthDate: null })).toEqual([])
    const first = await post('/sign-in', { email: address, password })
    expect([name, first.status]).toEqual([name, 303])
    if (!totpSecret) continue
    expect(first.headers.get('Location')).toContain('/sign-in/second-step')
    const code = await new TOTPController().generate(base32.decode(totpSecret, { strict: false }))
    const second = await post('/sign-in/second-step', { code }, sessionOf(first))
    expect([name, second.status]).toEqual([name, 303])
  }
})

test('it holds every state that the pages can show', async () => {
  for (const query of [
    'invitations WHERE accepted_at IS NULL AND revoked_at IS NULL AND locked_at IS NULL AND expires_at > unixepoch() * 1000',
    'invitations WHERE expires_at < unixepoch() * 1000 AND accepted_at IS NULL',
    'invitations WHERE locked_at IS NOT NULL',
    'outbox WHERE failed_at IS NOT NULL',
    'invitations WHERE revoked_at IS NOT NULL',
    'invitation_requests WHERE resolved_at IS NULL',
    'patients WHERE email IS NULL',
    'patients WHERE deceased_at IS NOT NULL',
    "patients WHERE birth_date > date('now', '-18 years')",
    "patients WHERE language = 'es' AND account_id IS NOT NULL",
    'grants WHERE revoked_at IS NOT NULL',
    'threads WHERE closed_at IS NOT NULL',
    'work_items WHERE done_at IS NULL AND due_at < unixepoch() * 1000',
    'work_items WHERE done_at IS NULL AND assigned_to IS NOT NULL',
    "observations WHERE flag = 'LL'",
    'observations WHERE previous_value IS NOT NULL',
    "reports WHERE status = 'preliminary'",
    'reports WHERE length(conclusion) > 1000',
    'reports WHERE comment IS NOT NULL',
    "appointments WHERE status = 'cancelled'",
    'appointments WHERE previous_starts_at IS NOT NULL',
    'accounts WHERE staff_role IS NOT NULL AND totp_confirmed_at IS NULL',
  ])
    expect([query, await count(query)]).not.toEqual([query, 0])
  expect(await count('work_items WHERE done_at IS NULL')).toBeGreaterThanOrEqual(12)
  expect(
    await count('patients WHERE email IN (SELECT email FROM patients GROUP BY email HAVING count(*) > 1)')
  ).toBe(2)
  expect(
    await count(`(SELECT date(starts_at / 1000, 'unixepoch') FROM appointments WHERE starts_at > unixepoch() * 1000
      GROUP BY 1, patient_id HAVING count(DISTINCT kind) = 3)`)
  ).toBeGreaterThanOrEqual(2)
})

test('an answer is promised for office hours, and staff who may not answer are given nothing', async () => {
  const { results } = await portal.db.prepare('SELECT due_at AS at FROM work_items').all<{ at: number }>()
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Chicago',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const outside = results
    .map(({ at }) => clock.format(new Date(at)))
    .filter((text) => /^S/.test(text) || text.slice(-5) < '08:00' || text.slice(-5) > '17:00')
  expect(outside).toEqual([])
  expect(
    await count("work_items w JOIN accounts a ON a.id = w.assigned_to WHERE a.staff_role = 'front-desk'")
  ).toBe(0)
})

test('the link of an open invitation leads to its page', async () => {
  const { invitationToken } =
    await importForNode<typeof import('../../src/identity/secret.ts')>('src/identity/secret.ts')
  const id = await portal.db
    .prepare(
      'SELECT id FROM invitations WHERE accepted_at IS NULL AND revoked_at IS NULL AND locked_at IS NULL AND expires_at > ?'
    )
    .bind(Date.now())
    .first<string>('id')
  const token = await invitationToken(portal.secrets.TOKEN_KEY, id ?? '')
  expect((await fetch(`${portal.url}/register/${token}`)).status).toBe(200)
})

test('nothing in it happens on a day the office is closed', async () => {
  const holidays = await portal.db.prepare('SELECT holidays FROM practice').first<string>('holidays')
  const { results } = await portal.db
    .prepare("SELECT starts_at AS at FROM appointments WHERE status = 'booked'")
    .all<{ at: number }>()
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Chicago' })
  const weekday = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Chicago', weekday: 'short' })
  const closed = results
    .map(({ at }) => new Date(at))
    .filter((at) => /S/.test(weekday.format(at)[0] ?? '') || holidays?.includes(day.format(at)))
  expect(closed).toEqual([])
})
