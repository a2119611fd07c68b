import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { patients } from '../../src/db/schema.ts'
import { searchName } from '../../src/patients/name.ts'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { hostile } from '../support/hostile.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'

beforeEach(seed)

const page = '/admin/patients'
const search = async (q: string, more: Record<string, string> = {}) => {
  const frida = as('frida')
  const posted = await frida.post(page, { q })
  const found = posted.headers.get('Location')
  const url = found && (more.page ? `${found}&page=${more.page}` : found)
  const response = url ? await frida.get(url) : posted
  return { response, html: await response.text() }
}
/** The records a search led to, in the order shown. */
const found = async (q: string, more: Record<string, string> = {}) =>
  [...(await search(q, more)).html.matchAll(/<th scope="row"><a href="\/admin\/patients\/([\w-]+)"/g)].map(
    ([, id]) => id
  )

const add = (
  id: string,
  givenName: string,
  familyName: string,
  more: Partial<typeof patients.$inferInsert> = {}
) =>
  db()
    .insert(patients)
    .values({
      id,
      givenName,
      familyName,
      searchName: searchName(familyName, givenName),
      createdAt: minutesAgo(10),
      ...more,
    })

describe('a patient is found by', () => {
  test.each([
    ['family name', 'Díaz'],
    ['family name without its accent', 'diaz'],
    ['given name', 'rosa'],
    ['the beginning of a name', 'ros'],
    ['both names, in either order', 'ROSA díaz'],
    ['both names the other way round', 'Diaz, Rosa'],
    ['date of birth with slashes', '3/27/1952'],
    ['date of birth with zeros', '03/27/1952'],
    ['date of birth with dashes', '3-27-1952'],
    ['date of birth with dots', '3.27.1952'],
    ['date of birth with two digits of the year', '3/27/52'],
    ['date of birth, year first', '1952-03-27'],
    ['date of birth, day first', '27/3/1952'],
    ['date of birth in words', 'March 27, 1952'],
    ['date of birth in short words', 'mar 27 1952'],
    ['date of birth, the day before the month', '27 March 1952'],
    ['date of birth in Spanish', '27 de marzo de 1952'],
    ['date of birth in eight digits', '03271952'],
    ['record number', '10001'],
    ['the beginning of the record number with the name', '1000 diaz'],
    ['phone as it is written', '(479) 555-0101'],
    ['phone in digits', '4795550101'],
    ['phone with dots and the country', '+1 479.555.0101'],
    ['phone without its area', '555-0101'],
    ['the last four digits of the phone', '0101'],
    ['e-mail', 'rosa@example.test'],
    ['e-mail in capitals', 'ROSA@EXAMPLE.TEST'],
    ['the beginning of the e-mail', 'rosa@ex'],
    ['name and date of birth', 'diaz 3/27/1952'],
  ])('%s', async (_, q) => {
    expect(await found(q)).toEqual(['rosa-chart'])
  })

  test('any part of a name of several', async () => {
    await add('ana-chart', 'Ana María', 'de la Cruz-O’Brien')
    for (const q of ['cruz', 'obrien', "O'Brien", 'maria ana', 'de la cruz-o’brien', 'CRUZ-OBRIEN'])
      expect([q, await found(q)]).toEqual([q, ['ana-chart']])
  })

  test('the new name, address and phone once they have changed', async () => {
    await env.DB.prepare(
      "UPDATE patients SET search_name = 'vega rosa', email = 'new@example.test', phone = '479-555-7777' WHERE id = 'rosa-chart'"
    ).run()
    expect(await found('vega')).toEqual(['rosa-chart'])
    expect(await found('new@example.test')).toEqual(['rosa-chart'])
    expect(await found('7777')).toEqual(['rosa-chart'])
    expect(await found('diaz')).toEqual([])
    expect(await found('0101')).toEqual([])
  })
})

describe('a patient is not found by', () => {
  test.each([
    ['another date of birth', '3/28/1952'],
    ['a name and a date that do not belong together', 'diaz 6/14/1960'],
    ['the middle of a name', 'iaz'],
    ['a wildcard', '%'],
    ['a day that does not exist', '2/30/1952'],
  ])('%s', async (_, q) => {
    const { html } = await search(q)
    expect(html).toContain('No patient found.')
    expect(await found(q)).toEqual([])
  })
})

test('each row shows name, date of birth, record number and portal status', async () => {
  const { html } = await search('nguyen')
  const { text } = await readPage(html)
  expect(text).toMatch(/Otto Nguyen\s*09\/30\/1944\s*10003\s*Not invited/)
  expect(await readPage((await search('diaz')).html)).toMatchObject({
    text: expect.stringMatching(/Rosa Díaz\s*03\/27\/1952\s*10001\s*Registered/),
  })
})

describe('a slip of the finger', () => {
  test.each([
    ['nguyne', 'nguyen'],
    ['ngyuen', 'nguyen'],
    ['Nguyem', 'nguyen'],
    ['gnuyen', 'nguyen'],
    ['Otto Nguen', 'Otto nguyen'],
  ])('"%s" is asked about', async (q, meant) => {
    const { html } = await search(q)
    expect(html).toContain('No patient found.')
    expect(html).toContain('Did you mean:')
    expect(html).toContain(`<input type="hidden" name="q" value="${meant}"`)
    expect(await found(meant)).toEqual(['otto-chart'])
  })

  test.each(['diaz', 'xqzwvut', 'roz', '9/30/1994', '%%%%'])('"%s" is not', async (q) => {
    expect((await search(q)).html).not.toContain('Did you mean:')
  })

  test('among 50,000 it takes two trips and no time', async () => {
    for (let from = 0; from < 50_000; from += 5000)
      await env.DB.prepare(
        `INSERT INTO patients (id, given_name, family_name, search_name, birth_date, created_at)
          SELECT 'many-' || value, 'N', 'N', 'ngu' || char(97 + value % 26, 97 + value / 26 % 26) || 'x' || ' kim',
            date('1940-01-01', '+' || value || ' days'), 1 FROM json_each(?)`
      )
        .bind(JSON.stringify(Array.from({ length: 5000 }, (_, i) => from + i)))
        .run()
    const sealed = (await as('frida').post(page, { q: 'nguyne' })).headers.get('Location') ?? ''
    const { database, asked } = watched(env.DB)
    const began = Date.now()
    const html = await (await as('frida', { ...env, DB: database }).get(sealed)).text()
    expect(Date.now() - began).toBeLessThan(2000)
    expect(asked.trips).toBe(2)
    expect(html).toContain('value="nguyen"')
    const near = asked.statements.find(({ sql }) => sql.includes('DISTINCT word'))
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${near?.sql}`)
      .bind(...(near?.values ?? []))
      .all<{ detail: string }>()
    expect(plan.results.filter(({ detail }) => /^SCAN patient/.test(detail))).toEqual([])
    expect(await found('1/1/1950 kim')).toHaveLength(1)
    await seed()
  }, 60_000)
})

test('who has died or left is marked as such', async () => {
  await add('late-chart', 'Lee', 'Late', { deceasedAt: minutesAgo(1) })
  await add('left-chart', 'Lea', 'Left', { inactiveAt: minutesAgo(1) })
  expect((await search('late')).html).toContain('Deceased')
  expect((await search('left')).html).toContain('Not active')
})

test('twenty-five stand on a page, and the rest follow', async () => {
  for (let i = 0; i < 30; i++) await add(`many-${i}`, `Given${String(i).padStart(2, '0')}`, 'Many')
  expect(await found('many')).toHaveLength(25)
  const { html } = await search('many')
  expect(html).toContain('30 patients found')
  expect(html).toContain('Page 1 of 2')
  const rest = await found('many', { page: '2' })
  expect(rest).toEqual(['many-25', 'many-26', 'many-27', 'many-28', 'many-29'])
})

test('past a hundred it says so, and counts and lists no further', async () => {
  for (let i = 0; i < 103; i++) await add(`many-${i}`, `Given${i}`, 'Many')
  const { html } = await search('many')
  expect(html).toContain('More than 100 patients found.')
  expect(html).toContain('Page 1 of 4')
  expect(await found('many', { page: '4' })).toHaveLength(25)
  expect(await found('many', { page: '5' })).toEqual([])
})

test.each(['0', '-1', 'x', '99999999', '1e3', ''])('page "%s" breaks nothing', async (asked) => {
  expect((await search('diaz', { page: asked })).response.status).toBe(200)
})

test('without a search there is a hint and who was invited last', async () => {
  const html = await (await as('frida').get(page)).text()
  expect(html).toContain('Type to find a patient.')
  expect(html).not.toContain('Otto')
  await as('frida').submit('/admin/patients/otto-chart/invitation', {})
  expect(await (await as('frida').get(page)).text()).toContain('Otto Nguyen')
  expect((await search('   ')).html).toContain('Otto Nguyen')
})

test('what is looked for stays out of URLs, titles and the trail', async () => {
  const mark = await auditMark()
  const { response, html } = await search('nguyen')
  expect(response.status).toBe(200)
  expect((await readPage(html)).title).toBe('Patients – CareSpace')
  expect(html).not.toMatch(/(href|action)="[^"]*nguyen/i)
  expect(await auditSince(mark)).toMatchObject([
    {
      actor: 'front-desk',
      account_id: 'frida',
      action: 'patients.searched',
      patient_id: null,
      subject_id: null,
    },
  ])
})

test('Back and reload find the search again, by an address that says nothing of it', async () => {
  const frida = as('frida')
  const found = (await frida.post(page, { q: 'Nguyen' })).headers.get('Location') ?? ''
  expect(found).toMatch(/^\/admin\/patients\?find=[\w-]{38,}$/)
  for (let time = 0; time < 2; time++) {
    const html = await (await frida.get(found)).text()
    expect(html).toContain('Otto Nguyen')
    expect(html).toContain('value="Nguyen"')
  }
  expect((await frida.post(page, { q: 'Nguyen' })).headers.get('Location')).not.toBe(found)
})

test.each(['x', '../../etc', '%00', 'A'.repeat(5000)])(
  'a sealed search that was tampered with (%.10s) finds nothing',
  async (find) => {
    const response = await as('frida').get(`${page}?find=${find}`)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('Type to find a patient.')
  }
)

test('a sealed search opens nothing to those who may not search', async () => {
  const found = (await as('frida').post(page, { q: 'Nguyen' })).headers.get('Location') ?? ''
  expect((await as('nadia').get(found)).status).toBe(404)
})

test('a search in the address bar looks for nothing', async () => {
  expect(await (await as('frida').get(`${page}?q=nguyen`)).text()).not.toContain('Otto')
})

test.each(['nadia', 'audra', 'rosa', 'milo'] as const)('%s is refused', async (person) => {
  const mark = await auditMark()
  for (const response of [await as(person).get(page), await as(person).post(page, { q: 'nguyen' })]) {
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('Otto')
  }
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual([
    'staff.patients.refused',
    'staff.patients.refused',
  ])
})

test('nobody is sent to sign in', async () => {
  expect((await as('nobody').post(page, { q: 'nguyen' })).headers.get('Location')).toBe('/sign-in')
})

test.each(Object.entries(hostile))('%s finds no one, breaks nothing and is shown as typed', async (_, q) => {
  const { response, html } = await search(q)
  expect([200, 413, 422]).toContain(response.status)
  if (response.status === 413) return
  const read = await readPage(html)
  expect(read.unsafe.filter((where) => !where.startsWith('input value='))).toEqual([])
  expect(read.headings).toEqual(['Patients'])
})

test('10,000 characters are refused, and kept', async () => {
  const { response, html } = await search('ñ'.repeat(10_000))
  expect(response.status).toBe(422)
  expect((await readPage(html)).title).toBe('Error: Patients – CareSpace')
  expect(html).toContain('Use 100 characters or fewer.')
  expect(html).toContain('ñ'.repeat(10_000))
})

test('fifty words cost no more than eight', async () => {
  const { response } = await search('a '.repeat(50))
  expect(response.status).toBe(200)
})

test.each([
  'diaz',
  'rosa diaz',
  '3/27/1952',
  '10001',
  '0101',
  'rosa@example.test',
  'diaz 3/27/1952',
  '03271952',
])('a search for "%s" takes two trips and reads no table from end to end', async (q) => {
  const { database, asked } = watched(env.DB)
  const found = (await as('frida').post(page, { q })).headers.get('Location') ?? ''
  await as('frida', { ...env, DB: database }).get(found)
  expect(asked.trips).toBe(2)
  const statement = asked.statements.find(({ sql }) => sql.includes('LIMIT 101'))
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${statement?.sql}`)
    .bind(...(statement?.values ?? []))
    .all<{ detail: string }>()
  const details = plan.results.map(({ detail }) => detail)
  expect(details.filter((detail) => /^SCAN (?!\(subquery|found)/.test(detail))).toEqual([])
  expect(details.some((detail) => /^SEARCH patients USING/.test(detail))).toBe(true)
})
