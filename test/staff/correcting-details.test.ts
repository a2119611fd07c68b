import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as, hiddenFields } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { seedInvitations } from '../support/invitation.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

const otto = '/admin/patients/otto-chart'
const details = `${otto}/details`
const asFiled = {
  givenName: 'Otto',
  familyName: 'Nguyen',
  month: '9',
  day: '30',
  year: '1944',
  phone: '(479) 555-0103',
  language: 'en',
}
const reason = 'Patient showed a license.'
const onFile = () =>
  env.DB.prepare(
    "SELECT given_name, family_name, search_name, birth_date, phone, language FROM patients WHERE id = 'otto-chart'"
  ).first<Record<string, string | null>>()
const corrections = async () =>
  (
    await env.DB.prepare('SELECT * FROM patient_corrections ORDER BY changed_at').all<{
      before: string
      after: string
      reason: string
      changed_by: string
    }>()
  ).results
const save = (fields: Record<string, string>, person: 'frida' | 'okafor' = 'frida') =>
  as(person).submit(details, { ...asFiled, reason, ...fields })

test('the form holds what is on file, and no title says whose it is', async () => {
  const page = await readPage(await (await as('frida').get(details)).text())
  const values = Object.fromEntries(
    page.forms.flatMap(({ fields }) => fields.map(({ name, value }) => [name, value]))
  )
  expect(values).toMatchObject({
    givenName: 'Otto',
    familyName: 'Nguyen',
    month: '9',
    day: '30',
    year: '1944',
  })
  expect(page.title).toBe('Correct details – CareSpace')
})

test('a corrected date of birth is kept with what stood there, by whom and why', async () => {
  const mark = await auditMark()
  const response = await save({ year: '1945', month: 'Sept' })
  expect([response.status, response.headers.get('Location')]).toEqual([303, otto])
  expect((await onFile())?.birth_date).toBe('1945-09-30')
  expect(await corrections()).toMatchObject([
    {
      before: '{"birthDate":"1944-09-30"}',
      after: '{"birthDate":"1945-09-30"}',
      reason,
      changed_by: 'frida',
    },
  ])
  const written = (await auditSince(mark)).find(({ action }) => action === 'record.details-changed')
  expect(written).toMatchObject({ account_id: 'frida', patient_id: 'otto-chart' })
  expect(JSON.stringify(await auditSince(mark))).not.toMatch(/194[45]/)
  expect((await readPage(await (await as('okafor').get(details)).text())).text).toMatch(
    /Date of birth: 09\/30\/1944 → 09\/30\/1945\s*Patient showed a license\.\s*Frida Bell/
  )
})

test('name, phone and language are corrected, and the patient is found by the new ones', async () => {
  await save({ givenName: 'Ótto', familyName: 'Nguyễn-Tran', phone: '479 555 9999', language: 'es' })
  expect(await onFile()).toMatchObject({
    given_name: 'Ótto',
    family_name: 'Nguyễn-Tran',
    search_name: 'nguyen tran otto',
    phone: '479 555 9999',
    language: 'es',
  })
  const found = (await as('frida').post('/admin/patients', { q: 'tran 9999' })).headers.get('Location') ?? ''
  expect(await (await as('frida').get(found)).text()).toContain('Ótto Nguyễn-Tran')
})

test('saving what is there already writes nothing', async () => {
  const before = await snapshot()
  expect((await save({})).status).toBe(303)
  expect(await snapshot()).toEqual(before)
})

describe('refused, with what was typed:', () => {
  test.each([
    [{ givenName: ' ' }, 'Enter the first name.'],
    [{ familyName: 'x'.repeat(101) }, 'Use 100 characters or fewer.'],
    [{ month: '2', day: '30' }, 'day'],
    [{ year: '2099' }, 'must be in the past'],
    [{ year: '' }, ''],
    [{ phone: '12' }, 'Enter a phone number'],
    [{ language: 'fr' }, 'Choose a language.'],
    [{ reason: '' }, 'Write why it is changed.'],
    [{ reason: 'x'.repeat(501) }, 'Use 500 characters or fewer.'],
  ])('%o', async (fields, words) => {
    const before = await snapshot()
    const response = await save({ familyName: 'Typed', ...fields })
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain(words)
    expect((await readPage(html)).title).toMatch(/^Error: /)
    if (!('familyName' in fields)) expect(html).toContain('value="Typed"')
    expect(await snapshot()).toEqual(before)
  })
})

test('what is wrong stands below the way back, in the order of the fields', async () => {
  const html = await (await save({ givenName: '', year: '', reason: '' })).text()
  const summary = html.slice(html.indexOf('class="errs"'), html.indexOf('<h1'))
  expect(html.slice(0, html.indexOf('class="errs"'))).toContain('class="back"')
  expect([...summary.matchAll(/href="#(\w+)"/g)].map(([, field]) => field)).toEqual([
    'givenName',
    'year',
    'reason',
  ])
})

test('of two who correct at once the second is told, and loses nothing', async () => {
  const [frida, okafor] = [as('frida'), as('okafor')]
  const hidden = hiddenFields(await (await okafor.get(details)).text(), details)
  await frida.submit(details, { ...asFiled, reason, year: '1950' })
  const response = await okafor.post(details, { ...hidden, ...asFiled, reason, familyName: 'Mine' })
  expect(response.status).toBe(422)
  const html = await response.text()
  expect(html).toContain('Someone else changed these details')
  expect(html).toContain('On file: 09/30/1950')
  expect(html).toContain('value="Mine"')
  expect(await onFile()).toMatchObject({ family_name: 'Nguyen', birth_date: '1950-09-30' })
  const after = hiddenFields(html, details)
  expect(
    (await okafor.post(details, { ...after, ...asFiled, reason, year: '1950', familyName: 'Mine' })).status
  ).toBe(303)
  expect(await onFile()).toMatchObject({ family_name: 'Mine', birth_date: '1950-09-30' })
})

test('ten at once from one page: one is written', async () => {
  const browser = as('frida')
  const hidden = hiddenFields(await (await browser.get(details)).text(), details)
  await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      browser.post(details, { ...hidden, ...asFiled, reason, year: `195${i}` })
    )
  )
  expect(await corrections()).toHaveLength(1)
  expect(`${(await onFile())?.birth_date}`).toBe(
    JSON.parse((await corrections())[0]?.after ?? '{}').birthDate
  )
})

describe('a link that is locked by wrong dates of birth', () => {
  beforeEach(async () => {
    await seedInvitations()
    await env.DB.prepare(
      "UPDATE invitations SET locked_at = 5, birth_date_tries = 5 WHERE id = 'otto-invitation'"
    ).run()
  })

  test('leads from the desk to the date, and from the date to a new link that starts fresh', async () => {
    const desk = await (await as('frida').get('/admin/invitations?show=locked')).text()
    expect(desk).toContain(`href="${details}"`)
    expect(desk).toContain(`href="${otto}/invitation"`)
    expect(await (await as('frida').get(details)).text()).toContain('five wrong dates of birth')
    const browser = as('frida')
    const saved = await browser.submit(details, { ...asFiled, reason, year: '1945' })
    expect(saved.headers.get('Location')).toBe(`${otto}/invitation`)
    expect((await browser.submit(`${otto}/invitation`, {})).status).toBe(303)
    const row = await env.DB.prepare(
      "SELECT birth_date_tries AS tries, locked_at FROM invitations WHERE replaced_at IS NULL AND id <> 'otto-expired'"
    ).first()
    expect(row).toEqual({ tries: 0, locked_at: null })
    expect(await (await as('frida').get('/admin/invitations?show=sent')).text()).toContain('Otto Nguyen')
  })

  test('stays locked by a correction alone', async () => {
    await save({ year: '1945' })
    const row = await env.DB.prepare(
      "SELECT birth_date_tries AS tries FROM invitations WHERE id = 'otto-invitation'"
    ).first()
    expect(row).toEqual({ tries: 5 })
  })
})

test('what was corrected stays written', async () => {
  await save({ year: '1945' })
  await expect(env.DB.prepare("UPDATE patient_corrections SET reason = 'x'").run()).rejects.toThrow(
    /stays written/
  )
})

test.each(['nadia', 'audra', 'rosa', 'ines'] as const)('%s corrects nothing', async (person) => {
  const before = await snapshot()
  for (const response of [
    await as(person).get(details),
    await as(person).post(details, { ...asFiled, reason }),
  ]) {
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('Nguyen')
  }
  expect(await snapshot()).toEqual(before)
})
