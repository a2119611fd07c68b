import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as, Browser } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, type Person, password, seed } from '../support/people.ts'

beforeEach(seed)

const guess = (who: string, typed: string, network: string) =>
  new Browser().post(
    '/sign-in',
    { email: `${who}@example.test`, password: typed },
    { 'CF-Connecting-IP': network }
  )
async function shutOut(who: string, tries = 5) {
  for (let i = 0; i < tries; i++) await guess(who, 'Wrong-Horse-9', `198.51.100.${i}`)
}
const isShutOut = async (who: string) => (await guess(who, password, '198.51.100.99')).status === 422
const text = async (browser: Browser, path: string) =>
  (await readPage(await (await browser.get(path)).text())).text.replaceAll(/\s+/g, ' ')
const liftAt = (whose: string, who: string) => `/admin/patients/${whose}/accounts/${who}/lock-removal`
const lifts = async (mark: number) =>
  (await auditSince(mark)).filter(({ action }) => action === 'account.lock-lifted')

describe('on a patient’s page', () => {
  const page = '/admin/patients/rosa-chart'

  test('staff see who has to wait, why, and until when', async () => {
    await shutOut('rosa')
    await shutOut('milo', 1)
    for (let i = 0; i < 6; i++) await as('rosa').post('/confirm', { password: 'Wrong-Horse-9' })
    const seen = await text(as('frida'), page)
    expect(seen).toMatch(/Password on a new device: 5 wrong tries Paused until \w+/)
    expect(seen).toMatch(/Password asked again while signed in: 5 wrong tries Paused until/)
    expect(seen).toContain('Milo Díaz Caregiver: Son')
    expect(seen).toContain('Password on a new device: 1 wrong try')
  })

  test('also a device of their own and a second step that wait, and tries that have run out', async () => {
    const own = new Browser()
    await own.post('/sign-in', { email: 'rosa@example.test', password })
    for (let i = 0; i < 5; i++)
      await own.post('/sign-in', { email: 'rosa@example.test', password: 'Wrong-Horse-9' })
    await env.DB.prepare(
      "INSERT INTO throttles (key, count, since, blocked_until, account_id, purpose) VALUES ('k', 100, ?, ?, 'rosa', 'second-step')"
    )
      .bind(Date.now(), Date.now() + 364 * 86_400_000)
      .run()
    const seen = await text(as('frida'), page)
    expect(seen).toContain('Password on a device used before: 5 wrong tries Paused until')
    expect(seen).toContain('Security code: 100 wrong tries Stopped until you clear it')
  })

  test('a pause that is over is not called one, and other people’s tries are not shown', async () => {
    await shutOut('rosa')
    await shutOut('ines')
    await shutOut('vera')
    await env.DB.prepare('UPDATE throttles SET blocked_until = ?')
      .bind(Date.now() - 1)
      .run()
    const seen = await text(as('frida'), page)
    expect(seen).toContain('5 wrong tries')
    expect(seen).not.toContain('Paused until')
    expect(seen).not.toMatch(/Ines|Vera Stone Caregiver/)
    await seed()
    expect(await text(as('frida'), page)).toContain('There are no wrong tries. Nothing is paused.')
  })

  test('staff clear them, and the person is in at once', async () => {
    await shutOut('rosa')
    expect(await isShutOut('rosa')).toBe(true)
    const mark = await auditMark()
    const frida = as('frida')
    const response = await frida.submit(page, {}, liftAt('rosa-chart', 'rosa'))
    expect([response.status, response.headers.get('Location')]).toEqual([303, page])
    expect(await lifts(mark)).toEqual([
      {
        actor: 'front-desk',
        account_id: 'frida',
        patient_id: 'rosa-chart',
        action: 'account.lock-lifted',
        subject_id: 'rosa',
      },
    ])
    expect(await text(frida, page)).toContain('The wrong tries are cleared.')
    expect(await isShutOut('rosa')).toBe(false)
  })

  test('a live caregiver’s as well', async () => {
    await shutOut('milo')
    expect((await as('okafor').post(liftAt('rosa-chart', 'milo'))).status).toBe(303)
    expect(await isShutOut('milo')).toBe(false)
  })

  test('clearing twice, or nothing, is written down once or not at all', async () => {
    await shutOut('rosa')
    const mark = await auditMark()
    const answers = await Promise.all([1, 2, 3].map(() => as('frida').post(liftAt('rosa-chart', 'rosa'))))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect((await lifts(mark)).length).toBe(1)
  })

  test.each<[string, Person, string, string]>([
    ['a former caregiver', 'frida', 'rosa-chart', 'vera'],
    ['another patient', 'frida', 'rosa-chart', 'ines'],
    ['the patient of another record', 'frida', 'ines-chart', 'rosa'],
    ['a member of staff', 'frida', 'rosa-chart', 'nadia'],
    ['somebody unknown', 'okafor', 'rosa-chart', 'nobody'],
    ['a record without an account', 'frida', 'otto-chart', 'rosa'],
    ['a record that does not exist', 'frida', 'no-such-chart', 'rosa'],
  ])('not the tries of %s', async (_, who, chart, account) => {
    await shutOut(account)
    const mark = await auditMark()
    expect((await as(who).post(liftAt(chart, account))).status).toBe(404)
    expect(await lifts(mark)).toEqual([])
    expect(await isShutOut(account)).toBe(true)
  })

  test('nor those of a member of staff who is a caregiver here: that takes an admin', async () => {
    await env.DB.prepare("UPDATE grants SET account_id = 'nadia' WHERE id = 'milo-grant'").run()
    await shutOut('nadia')
    expect(await text(as('frida'), page)).toContain('Only someone else with the admin role can clear these')
    expect((await as('frida').post(liftAt('rosa-chart', 'nadia'))).status).toBe(404)
    expect(await isShutOut('nadia')).toBe(true)
    expect((await as('okafor').post('/admin/staff/nadia/lock-removal')).status).toBe(303)
  })

  test.each(['rosa', 'milo', 'nadia', 'audra', 'nobody'] as const)('%s clears nothing', async (who) => {
    await shutOut('rosa')
    const response = await as(who).post(liftAt('rosa-chart', 'rosa'))
    expect(response.status).toBe(who === 'nobody' ? 303 : 404)
    expect(await isShutOut('rosa')).toBe(true)
  })

  test('opening the page or its address clears nothing', async () => {
    await shutOut('rosa')
    expect((await as('frida').get(liftAt('rosa-chart', 'rosa'))).status).toBe(405)
    await as('frida').get(page)
    expect(await isShutOut('rosa')).toBe(true)
  })
})

describe('on a staff member’s page', () => {
  const page = '/admin/staff/nadia'
  const lift = '/admin/staff/nadia/lock-removal'

  test('an admin sees and clears the tries of someone else', async () => {
    await shutOut('nadia')
    expect(await text(as('okafor'), page)).toMatch(/Password on a new device: 5 wrong tries Paused until/)
    const mark = await auditMark()
    const response = await as('okafor').submit(page, {}, lift)
    expect([response.status, response.headers.get('Location')]).toEqual([303, page])
    expect((await lifts(mark)).map((entry) => [entry.account_id, entry.actor, entry.subject_id])).toEqual([
      ['okafor', 'admin', 'nadia'],
    ])
    expect((await guess('nadia', password, '198.51.100.99')).status).toBe(303)
  })

  test('nobody clears their own', async () => {
    await shutOut('okafor')
    expect(await text(as('okafor'), '/admin/staff/okafor')).toContain('Only someone else with the admin role')
    expect((await as('okafor').post('/admin/staff/okafor/lock-removal')).status).toBe(404)
    expect(await isShutOut('okafor')).toBe(true)
  })

  test.each(['frida', 'nadia', 'audra', 'rosa'] as const)('%s does not', async (who) => {
    await shutOut('nadia')
    expect((await as(who).post(lift)).status).toBe(404)
    expect(await isShutOut('nadia')).toBe(true)
  })

  test('patients’ tries are not cleared here', async () => {
    await shutOut('rosa')
    expect((await as('okafor').post('/admin/staff/rosa/lock-removal')).status).toBe(404)
    expect(await isShutOut('rosa')).toBe(true)
  })
})
