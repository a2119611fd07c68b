import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { digest } from '../../src/integrations/filing/message.ts'
import { as } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { hostile } from '../support/hostile.ts'
import { readPage } from '../support/html.ts'
import { seedInvitations } from '../support/invitation.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { bring, rosterHead } from '../support/rosters.ts'

beforeEach(seed)

const rosterId = 'r'.repeat(21)
const roster = `/admin/roster/${rosterId}`
const mapping = {
  mrn: '0',
  familyName: '1',
  givenName: '2',
  birthDate: '3',
  email: '4',
  phone: '5',
  language: '6',
}
const rows = async <T>(sql: string) => (await env.DB.prepare(sql).all<T>()).results
const count = async (sql: string) => (await rows<{ n: number }>(`SELECT count(*) AS n ${sql}`))[0]?.n

/** Brings lines, says what the columns hold, and reads what would become of them. */
async function review(...lines: string[]) {
  const browser = as('frida')
  expect((await bring(browser, [rosterHead, ...lines].join('\r\n'))).headers.get('Location')).toBe(roster)
  expect((await browser.post(`${roster}/columns`, mapping)).headers.get('Location')).toBe(roster)
  return { browser, ...(await readPage(await (await browser.get(roster)).text())) }
}
const file = async () => {
  for (let i = 0; i < 30; i++) {
    await as('frida').post(roster)
    if ((await rows(`SELECT 1 FROM rosters WHERE finished_at IS NOT NULL`)).length) return
  }
}
const patient = (mrn: string) =>
  env.DB.prepare('SELECT * FROM patients WHERE mrn = ?').bind(mrn).first<Record<string, unknown>>()

test('the columns are guessed by their names, and asked for', async () => {
  const browser = as('frida')
  await bring(browser, `${rosterHead}\n1,Doe,Jane,1/2/1950,j@example.test,4795550000,Spanish`)
  const page = await readPage(await (await browser.get(roster)).text())
  expect(page.headings).toEqual(['What is in each column?'])
  const html = await (await browser.get(roster)).text()
  for (const [index, name] of rosterHead.split(',').entries())
    expect(html).toMatch(new RegExp(`<option value="${index}" selected="?"?>${index + 1}. ${name}`))
})

test('nothing changes before someone has seen what would become of it', async () => {
  const before = await count('FROM patients')
  const { text } = await review('1,Doe,Jane,1/2/1950,j@example.test,4795550000,Spanish')
  expect(text).toContain('New: 1 patient')
  expect(await count('FROM patients')).toBe(before)
})

test('a new patient is made with what the row says', async () => {
  const mark = await auditMark()
  await review('0042,Núñez,José,1/2/1950,Jose@Example.test,479 555 0000,Spanish')
  await file()
  expect(await patient('0042')).toMatchObject({
    given_name: 'José',
    family_name: 'Núñez',
    search_name: 'nunez jose',
    birth_date: '1950-01-02',
    email: 'jose@example.test',
    phone: '479 555 0000',
    language: 'es',
  })
  const entry = (await auditSince(mark)).find(({ action }) => action === 'record.created')
  expect(entry).toMatchObject({ actor: 'front-desk', account_id: 'frida', subject_id: rosterId })
  expect(await (await as('frida').get('/admin/invitations?show=not-invited')).text()).toContain('José Núñez')
})

test('a patient on file is changed where the row says something else, and what stood there is kept', async () => {
  await seedInvitations()
  const { text } = await review('10003,Nguyen,Otto,9/30/1944,otto.new@example.test,,')
  expect(text).toContain('Changed: 1 patient')
  await file()
  expect(await patient('10003')).toMatchObject({ email: 'otto.new@example.test', phone: '(479) 555-0103' })
  expect(await rows('SELECT before, after, reason FROM patient_corrections')).toEqual([
    {
      before: '{"email":"otto@example.test"}',
      after: '{"email":"otto.new@example.test"}',
      reason: 'List of patients: patients.csv',
    },
  ])
  expect(await count('FROM invitations WHERE address_changed_at IS NOT NULL')).toBe(2)
})

test('a patient on file as they are is left alone', async () => {
  const { text } = await review('10003,Nguyen,Otto,09/30/1944,OTTO@example.test,(479) 555-0103,English')
  expect(text).toContain('No change: 1 patient')
  await file()
  expect(await rows('SELECT 1 FROM patient_corrections')).toEqual([])
})

test('who has registered keeps the name they have read on every page', async () => {
  await review('10001,Dias,Rosa,3/27/1952,,,')
  await file()
  expect(await patient('10001')).toMatchObject({ family_name: 'Díaz' })
})

describe('left out, with the row and the reason:', () => {
  test.each([
    [',Doe,Jane,1/2/1950,,,', 'there is no record number'],
    ['1,,Jane,1/2/1950,,,', 'a name is missing'],
    ['1,Doe,Jane,2/30/1950,,,', 'is no date'],
    ['1,Doe,Jane,,,,', 'is no date'],
    ['1,Doe,Jane,1/2/2999,,,', 'in the future'],
    ['1,Doe,Jane,1/2/2020,,,', 'under 18'],
    ['1,Doe,Jane,1/2/1950,jane at home,,', 'email address is not complete'],
    ['1,Doe,Jane,1/2/1950,,12,', 'too short'],
    ['10003,Someone,Else,1/2/1950,,,', 'belongs to someone with another name and date of birth'],
  ])('%s', async (line, why) => {
    const { text } = await review(line)
    expect(text).toContain('1 row left out')
    expect(text).toMatch(new RegExp(`Row 2.*${why}`))
    const before = await count('FROM patients')
    await file()
    expect(await count('FROM patients')).toBe(before)
  })

  test('a number or a person that stands in the file twice', async () => {
    const { text } = await review(
      '1,Doe,Jane,1/2/1950,,,',
      '1,Doe,John,1/2/1951,,,',
      '2,DOE,jane,1/2/1950,,,',
      '3,Doe,Jim,1/2/1950,,,'
    )
    expect(text).toContain('New: 2 patients')
    expect(text).toContain('Row 3 (John Doe): this record number stands in a row above')
    expect(text).toContain('Row 4 (jane DOE): this name and date of birth stand in a row above')
  })
})

describe('a row that looks like someone on file under another number', () => {
  const line = '777,Nguyen,Otto,9/30/1944,otto.new@example.test,,'

  test('waits until a person decides, and is not filed before', async () => {
    const { text } = await review(line)
    expect(text).toContain('1 row looks like someone on file')
    expect(text).toContain('On file with record number 10003')
    await file()
    expect(await patient('777')).toBeNull()
    expect(await patient('10003')).toMatchObject({ email: 'otto@example.test' })
  })

  test('is that patient, who keeps their number', async () => {
    const { browser } = await review(line)
    await browser.post(`${roster}/rows/2/decision`, { same: 'yes' })
    await file()
    expect(await patient('10003')).toMatchObject({ email: 'otto.new@example.test' })
    expect(await patient('777')).toBeNull()
  })

  test('is someone else, and is made', async () => {
    const { browser } = await review(line)
    await browser.post(`${roster}/rows/2/decision`, { same: 'no' })
    await browser.post(`${roster}/rows/2/decision`, { same: 'yes' })
    await file()
    expect(await patient('777')).toMatchObject({ email: 'otto.new@example.test' })
    expect(await patient('10003')).toMatchObject({ email: 'otto@example.test' })
  })

  test('may be decided once all the others are in', async () => {
    const { browser } = await review(line, '5,Doe,Jane,1/2/1950,,,')
    await file()
    await browser.post(`${roster}/rows/2/decision`, { same: 'no' })
    await file()
    expect(await patient('777')).not.toBeNull()
  })

  test.each(['', 'maybe'])('"%s" decides nothing', async (same) => {
    const { browser } = await review(line)
    await browser.post(`${roster}/rows/2/decision`, { same })
    expect(await rows("SELECT 1 FROM roster_rows WHERE plan = 'decide'")).toHaveLength(1)
  })
})

describe('what is no table is refused:', () => {
  test.each([
    ['', 'Choose a file.'],
    ['one column\nonly', 'no table with columns'],
    [rosterHead, 'nothing in this file'],
    [[rosterHead, ...Array(5001).fill('1,Doe,Jane,1/2/1950,,,')].join('\n'), 'more than 5,000 rows'],
  ])('%.20s', async (csv, words) => {
    const response = await bring(as('frida'), csv)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain(words)
    expect(await rows('SELECT 1 FROM rosters')).toEqual([])
  })
})

test('the same form sent twice brings one list', async () => {
  await Promise.all(
    Array.from({ length: 4 }, () => bring(as('frida'), `${rosterHead}\n1,Doe,Jane,1/2/1950,,,`))
  )
  expect([await count('FROM rosters'), await count('FROM roster_rows')]).toEqual([1, 1])
})

test('a list is kept as it came, with who brought it, when, and its hash', async () => {
  const csv = `${rosterHead}\r\n1,Doe,Jane,1/2/1950,,,`
  await bring(as('frida'), csv)
  const [kept] = await rows<Record<string, unknown>>(
    'SELECT raw_key, sha256, bytes, uploaded_by, uploaded_at FROM rosters'
  )
  expect(kept).toEqual({
    raw_key: expect.stringMatching(`^rosters/[\\d-]{10}/${rosterId}$`),
    sha256: await digest(new TextEncoder().encode(csv)),
    bytes: csv.length,
    uploaded_by: 'frida',
    uploaded_at: expect.any(Number),
  })
  expect(await (await env.FILES.get(String(kept?.raw_key)))?.text()).toBe(csv)
})

test('a list thrown away leaves nothing of what it said', async () => {
  await review('1,Doe,Jane,1/2/1950,,,')
  expect((await as('frida').post(`${roster}/removal`)).headers.get('Location')).toBe('/admin/roster')
  expect(await count('FROM roster_rows')).toBe(0)
  expect(await rows('SELECT columns FROM rosters')).toEqual([{ columns: '[]' }])
  expect((await as('frida').get(roster)).status).toBe(404)
  expect((await as('frida').post(roster)).status).toBe(404)
})

test.each(Object.entries(hostile).filter(([, value]) => value.length < 5000))(
  'a file with %s breaks nothing and is shown as text',
  async (_, value) => {
    const cell = `"${value.replaceAll('"', '""')}"`
    const { browser } = await review(`${cell},${cell},${cell},1/2/1950,${cell},${cell},${cell}`)
    const response = await browser.get(roster)
    expect(response.status).toBe(200)
    const html = await response.text()
    if (/[<>"]/.test(value)) expect(html.includes(value)).toBe(false)
    await file()
  }
)

const people = 2000
const many = Array.from(
  { length: people },
  (_, i) => `M${i},Family${i},Given,${1 + (i % 12)}/${1 + (i % 28)}/${1940 + (i % 50)},p${i}@example.test,,`
)

describe('2,000 patients', () => {
  test('come in once each, and get one invitation and one mail each, however the pages are pressed', async () => {
    await review(...many)
    const press = (url: string, times: number) =>
      Promise.all(Array.from({ length: times }, () => as('frida').post(url)))
    // Doubled, raced, and gone on with by somebody else.
    for (let i = 0; i < 4; i++) await press(roster, 3)
    await as('okafor').post(roster)
    await file()
    expect(await count("FROM patients WHERE mrn LIKE 'M%'")).toBe(people)
    expect(
      await count(
        "FROM audit_entries WHERE action = 'record.created' AND subject_id = 'rrrrrrrrrrrrrrrrrrrrr' AND patient_id IN (SELECT id FROM patients)"
      )
    ).toBe(people)

    const roundId = 's'.repeat(21)
    const round = `/admin/invitations/rounds/${roundId}`
    const wish = { submissionId: roundId, list: 'roster', rosterId }
    await Promise.all(Array.from({ length: 3 }, () => as('frida').post('/admin/invitations/rounds', wish)))
    expect((await readPage(await (await as('frida').get(round)).text())).text).toContain(
      '2000 patients can be invited.'
    )
    expect(await count('FROM invitations')).toBe(0)

    for (let i = 0; i < 4; i++) await press(round, 3)
    // Interrupted: nobody keeps the page open. Another round for the same people changes nothing.
    const other = { ...wish, submissionId: 't'.repeat(21) }
    await as('okafor').post('/admin/invitations/rounds', other)
    const otherRound = `/admin/invitations/rounds/${other.submissionId}`
    for (let i = 0; i < 40; i++) {
      await Promise.all([as('frida').post(round), as('okafor').post(otherRound)])
      if ((await rows('SELECT 1 FROM invitation_rounds WHERE finished_at IS NULL')).length === 0) break
    }
    await press(round, 2)
    const mine = "patient_id IN (SELECT id FROM patients WHERE mrn LIKE 'M%')"
    expect(await count(`FROM invitations WHERE ${mine}`)).toBe(people)
    expect(await count(`FROM (SELECT DISTINCT patient_id FROM invitations WHERE ${mine})`)).toBe(people)
    expect(await count(`FROM outbox WHERE kind = 'invitation' AND ${mine}`)).toBe(people)
    expect(await count(`FROM (SELECT DISTINCT subject_id FROM outbox WHERE kind = 'invitation')`)).toBe(
      people
    )
    expect(
      await count(
        `FROM audit_entries WHERE action = 'record.invited' AND subject_id IN (SELECT id FROM invitations)`
      )
    ).toBe(people)
    const { text } = await readPage(await (await as('frida').get(round)).text())
    expect(text).toMatch(/\d+ patients invited/)
  }, 120_000)
})

test.each(['nadia', 'audra', 'rosa'] as const)('%s brings nothing', async (person) => {
  await review('1,Doe,Jane,1/2/1950,,,')
  const before = await snapshot()
  for (const response of [
    await as(person).get('/admin/roster'),
    await as(person).get(roster),
    await as(person).post(roster),
    await as(person).post(`${roster}/columns`, mapping),
    await as(person).post('/admin/invitations/rounds', { submissionId: 's'.repeat(21), list: 'not-invited' }),
  ])
    expect(response.status).toBe(404)
  expect(await snapshot()).toEqual(before)
})
