import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../src/db/id.ts'
import { as, Browser } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { type Person, seed } from '../support/people.ts'
import { fill, params, table } from '../support/site.ts'

beforeEach(seed)

const place = '/admin/patients/rosa-chart/view'
const home = '/patients/rosa-chart'
const reason = 'Rosa called and cannot find a result.'
const rows = async <T = Record<string, unknown>>(query: string) =>
  (await env.DB.prepare(query).all<T>()).results
const look = (who: Person = 'nadia', fields: Record<string, string> = {}) =>
  as(who).post(place, { submissionId: newId(), reason, ...fields })

test.each(['nadia', 'okafor'] as const)(
  '%s looks, with a reason, and is told where they are',
  async (who) => {
    expect((await as(who).get(home)).status).toBe(404)
    const form = await (await as(who).get(place)).text()
    expect(form).toContain('The patient sees in the access history that you looked')
    const response = await look(who)
    expect(response.headers.get('Location')).toBe(home)
    const page = await (await as(who).get(home)).text()
    expect(page).toContain('As the patient sees it: the record of Rosa Díaz')
    expect(page).toContain('<fieldset disabled')
    expect((await as(who).get('/patients/ines-chart')).status).toBe(404)
  }
)

test('needs a reason', async () => {
  const response = await look('nadia', { reason: '  ' })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('Write why you need to look')
  expect((await as('nadia').get(home)).status).toBe(404)
})

test.each(['rosa', 'milo', 'vera', 'ines', 'frida', 'audra', 'nobody'] as const)(
  'is not there for %s',
  async (who) => {
    const statuses = [await as(who).get(place), await look(who), await as(who).post(`${place}/end`)]
    for (const { status } of statuses) expect(status).toBe(who === 'nobody' ? 303 : 404)
    expect(await rows('SELECT id FROM record_views')).toEqual([])
  }
)

describe('it reads and never writes', () => {
  const patientSide = table.filter(
    ({ path, access }) =>
      params(path).includes('patientId') &&
      !path.startsWith('/admin') &&
      !/^(development|anyone)/.test(access)
  )
  const shown = patientSide.filter(({ access }) => access.startsWith('readable chart'))
  const others = patientSide.filter(({ access }) => !access.startsWith('readable chart'))

  test('the pages of the record are there', async () => {
    expect(shown.map(({ method }) => method)).not.toContain('POST')
    expect(shown.length).toBeGreaterThan(10)
    await look()
    const before = await snapshot()
    for (const { path } of shown) {
      const response = await as('nadia').get(fill(path))
      const named = params(path).every((name) => fill(`:${name}`) !== 'no-file')
      expect([path, response.status]).toEqual([path, named ? 200 : 404])
    }
    expect(await snapshot()).toEqual(before)
  })

  test('whatever changes something is refused, and changes nothing', async () => {
    await look()
    const before = await snapshot()
    for (const { method, path } of others) {
      const url = fill(path)
      const response =
        method === 'GET' ? await as('nadia').get(url) : await as('nadia').post(url, { body: 'x' })
      expect([method, path, response.status]).toEqual([method, path, method === 'GET' ? 303 : 404])
      if (method === 'GET') expect(response.headers.get('Location')).toBe(home)
    }
    expect(await snapshot()).toEqual(before)
  })

  test('a message that is new to the patient is shown as new, and stays so', async () => {
    await env.DB.prepare("DELETE FROM thread_reads WHERE account_id = 'rosa'").run()
    await look()
    const isNew = async () => (await (await as('nadia').get(`${home}/messages`)).text()).includes('New')
    expect(await isNew()).toBe(true)
    await as('nadia').get(`${home}/messages/refill`)
    expect(await isNew()).toBe(true)
    expect(
      await rows(
        "SELECT account_id FROM thread_reads WHERE account_id IN ('rosa', 'nadia') AND thread_id = 'refill'"
      )
    ).toEqual([])
  })

  test('words the patient has not sent are not shown', async () => {
    await as('rosa').post(`${home}/messages/refill`, {
      submissionId: newId(),
      body: 'Not sent yet at all',
      act: 'draft',
    })
    expect(await (await as('rosa').get(`${home}/messages/refill`)).text()).toContain('Not sent yet at all')
    await look()
    for (const path of ['/messages', '/messages/refill'])
      expect(await (await as('nadia').get(home + path)).text()).not.toContain('Not sent yet at all')
  })
})

describe('it ends', () => {
  test('after 15 minutes, and asks for a reason again', async () => {
    await look()
    await env.DB.prepare('UPDATE record_views SET expires_at = ?')
      .bind(Date.now() + 5000)
      .run()
    expect((await as('nadia').get(`${home}/labs`)).status).toBe(200)
    await env.DB.prepare('UPDATE record_views SET expires_at = ?')
      .bind(Date.now() - 1)
      .run()
    const late = await as('nadia').get(`${home}/labs`)
    expect(late.headers.get('Location')).toBe(place)
    expect(await (await as('nadia').get(place)).text()).toContain('Why do you need to look?')
    const [view] = await rows<{ life: number }>('SELECT expires_at - opened_at AS life FROM record_views')
    await look()
    const [, again] = await rows<{ life: number }>(
      'SELECT expires_at - opened_at AS life FROM record_views ORDER BY opened_at'
    )
    expect([view !== undefined, again?.life]).toEqual([true, 15 * 60_000])
  })

  test('by hand', async () => {
    await look()
    expect((await as('nadia').post(`${place}/end`)).headers.get('Location')).toBe('/admin')
    expect((await as('nadia').get(home)).headers.get('Location')).toBe(place)
    await look('okafor')
    expect((await as('okafor').post(`${place}/end`)).headers.get('Location')).toBe(
      '/admin/patients/rosa-chart'
    )
  })

  test('with the session, and is in no other one', async () => {
    await look()
    await env.DB.prepare("UPDATE record_views SET session_id = 'another'").run()
    expect((await as('nadia').get(home)).status).toBe(404)
  })

  test('at once for someone who may not look any more', async () => {
    await look()
    await env.DB.prepare("UPDATE accounts SET staff_role = 'front-desk' WHERE id = 'nadia'").run()
    expect((await as('nadia').get(home)).status).toBe(404)
    await env.DB.prepare(
      "UPDATE accounts SET staff_role = 'clinical', deactivated_at = 1 WHERE id = 'nadia'"
    ).run()
    expect((await as('nadia').get(home)).headers.get('Location')).toContain('/sign-in')
  })
})

test('the patient reads of it: who, and why', async () => {
  await look()
  await as('nadia').get(`${home}/labs/reports/cbc`)
  const history = await (await as('rosa').get(`${home}/access-history`)).text()
  expect(history).toContain('Looked at the record as the patient sees it')
  expect(history).toContain(reason)
  expect(history).toContain('Nadia Reyes')
  expect(history).toContain('Looked at test results')
})

test('one form sent twice is one look', async () => {
  const submissionId = newId()
  await Promise.all([look('nadia', { submissionId }), look('nadia', { submissionId })])
  expect(await rows('SELECT id FROM record_views')).toHaveLength(1)
  expect(await rows(`SELECT seq FROM audit_entries WHERE subject_id = '${submissionId}'`)).toHaveLength(1)
})

test('its admin pages are still those of staff', async () => {
  await look('okafor')
  expect((await as('okafor').get('/admin/patients/rosa-chart')).status).toBe(200)
  expect((await new Browser().get(home)).headers.get('Location')).toContain('/sign-in')
})
