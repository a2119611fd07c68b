import { env } from 'cloudflare:workers'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { beforeEach, describe, expect, test } from 'vitest'
import * as schema from '../../../src/db/schema.ts'
import { moves } from '../../../src/integrations/merging/store.ts'
import { as } from '../../support/browser.ts'
import { emptyTrail } from '../../support/database.ts'
import { message, msh, obr, obx, pid, post, rows, seedLab } from './feed.ts'

beforeEach(seedLab)

const mrg = (identifier: string) => `MRG|${identifier}`
const survivor = '10001^^^HILLSIDE^MR'
const retired = '7001^^^HILLSIDE^MR'
const merging = (...pairs: [survivor: string, retired: string][]) =>
  message(msh('ADT^A40'), ...pairs.flatMap(([one, other]) => [pid(one), mrg(other)]))
const patient = async (id: string) => (await rows('SELECT * FROM patients WHERE id = ?', id))[0]
const person = async (id: string) =>
  (
    await rows(
      'SELECT account_id, mrn, email, phone, merged_into, inactive_at FROM patients WHERE id = ?',
      id
    )
  )[0]
const ownerOf = async (table: string, id: string) =>
  (await rows<{ patient_id: string }>(`SELECT patient_id FROM ${table} WHERE id = ?`, id))[0]?.patient_id

/** A second record of Rosa's, from before the practice changed its numbers: with a result, a visit, a message and a caregiver. */
async function seedSecondRecord(born = '1952-03-27') {
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO patients (id, mrn, given_name, family_name, search_name, birth_date, email, phone, created_at)
       VALUES ('second', '7001', 'Rosa', 'Diaz', 'diaz rosa', ?, 'old@example.test', '479-555-0000', 1)`
    ).bind(born),
    env.DB.prepare(
      `INSERT INTO threads (id, patient_id, subject, category, opened_at, opened_by, last_message_at) VALUES ('old-thread', 'second', 'Old', 'symptom', 1, 'milo', 1)`
    ),
    env.DB.prepare(
      `INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id)
       VALUES ('old-message', 'old-thread', 'milo', 'caregiver', 'Zucchini all week', 'en', 1, 'old-message')`
    ),
    env.DB.prepare(
      `INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at) VALUES ('old-visit', 'second', 'lab', 'booked', 4102444800000, 1)`
    ),
    env.DB.prepare(
      `INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by)
       VALUES ('old-grant', 'second', 'ines', 'Friend', 1, 'rosa'), ('old-milo', 'second', 'milo', 'Son', 1, 'rosa')`
    ),
  ])
  await post(message(msh(), pid(retired, 'DIAZ^ROSA', born.replaceAll('-', '')), obr('OLD'), obx('50')))
}

describe('two records become one', () => {
  beforeEach(() => seedSecondRecord())

  test('results, visits, conversations and access follow the one that stays', async () => {
    expect((await post(merging([survivor, retired]))).verdicts).toEqual(['AA'])
    expect(await patient('second')).toMatchObject({ merged_into: 'rosa-chart', account_id: null })
    expect(await ownerOf('threads', 'old-thread')).toBe('rosa-chart')
    expect(await ownerOf('appointments', 'old-visit')).toBe('rosa-chart')
    expect(await ownerOf('grants', 'old-grant')).toBe('rosa-chart')
    // Milo has access already: he does not get it twice.
    expect(await ownerOf('grants', 'old-milo')).toBe('second')
    expect(await rows("SELECT DISTINCT patient_id FROM observations WHERE source = 'lab'")).toEqual([
      { patient_id: 'rosa-chart' },
    ])
    const thread = await as('rosa').get('/patients/rosa-chart/messages/old-thread')
    expect(await thread.text()).toContain('Zucchini all week')
    expect((await as('ines').get('/patients/rosa-chart/labs')).status).toBe(200)
    expect(
      await rows(
        "SELECT patient_id FROM audit_entries WHERE action = 'record.merged' ORDER BY seq DESC LIMIT 2"
      )
    ).toEqual(expect.arrayContaining([{ patient_id: 'second' }, { patient_id: 'rosa-chart' }]))
  })

  test('who looked at the record that goes is in the history of the one that stays, through a second merger too', async () => {
    const history = async (record = 'rosa-chart') =>
      (await as('rosa').get(`/patients/${record}/access-history?show=read`)).text()
    await emptyTrail()
    await as('ines').get('/patients/second/labs')
    expect(await history()).not.toContain('Ines Roy')
    await post(merging([survivor, retired]))
    expect(await history()).toContain('Ines Roy (Friend)')
    const csv = await (await as('rosa').get('/patients/rosa-chart/access-history/entries.csv')).text()
    expect(csv).toContain('"Ines Roy (Friend)","Looked at test results"')

    await env.DB.prepare(
      `INSERT INTO patients (id, mrn, given_name, family_name, search_name, birth_date, created_at)
       VALUES ('third', '8001', 'Rosa', 'Diaz', 'diaz rosa', '1952-03-27', 1)`
    ).run()
    await post(merging(['8001^^^HILLSIDE^MR', survivor]))
    expect(await patient('third')).toMatchObject({ account_id: 'rosa' })
    expect(await history('third')).toContain('Ines Roy (Friend)')
  })

  test('a message is found by its words in the record it moved to, and not in the other', async () => {
    await post(merging([survivor, retired]))
    const found = (record: string) =>
      rows(
        `SELECT message_id FROM message_words WHERE message_words MATCH ?`,
        `record:"${record}" AND zucchini`
      )
    expect(await found('rosa-chart')).toEqual([{ message_id: 'old-message' }])
    expect(await found('second')).toEqual([])
  })

  test('what still comes under the old number belongs to the one that stays, and corrects what came before', async () => {
    await post(merging([survivor, retired]))
    await post(message(msh(), pid(retired), obr('NEW'), obx('7')))
    for (const [identifier, value] of [
      [retired, '25'],
      [survivor, '26'],
    ] as const)
      await post(
        message(
          msh('ORU^R01', { at: `202610${value}` }),
          pid(identifier),
          obr('OLD', undefined, { status: 'C' }),
          obx(value, { status: 'C' })
        )
      )
    expect(
      await rows(
        "SELECT value, previous_value, patient_id FROM observations WHERE source = 'lab' ORDER BY value"
      )
    ).toEqual([
      { value: '26', previous_value: '25', patient_id: 'rosa-chart' },
      { value: '7', previous_value: null, patient_id: 'rosa-chart' },
    ])
  })

  test('the login of the record that goes opens the one that stays, where that has none', async () => {
    await env.DB.batch([
      env.DB.prepare("UPDATE patients SET account_id = NULL, email = NULL WHERE id = 'rosa-chart'"),
      env.DB.prepare("UPDATE patients SET account_id = 'rosa' WHERE id = 'second'"),
    ])
    await post(merging([survivor, retired]))
    expect(await patient('rosa-chart')).toMatchObject({ account_id: 'rosa', email: 'old@example.test' })
    expect((await as('rosa').get('/patients/rosa-chart')).status).toBe(200)
    expect((await as('rosa').get('/patients/second')).status).toBe(404)
  })

  test('saying it twice changes nothing', async () => {
    await post(merging([survivor, retired]))
    await post(merging([survivor, retired]))
    expect(await rows('SELECT survivor_id, retired_id FROM patient_merges')).toEqual([
      { survivor_id: 'rosa-chart', retired_id: 'second' },
    ])
    expect(await rows('SELECT id FROM unmatched')).toEqual([])
  })

  test('of two that say it at once, one does it', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => post(merging([survivor, retired]))))
    expect(answers.flatMap(({ verdicts }) => verdicts)).toEqual(['AA', 'AA', 'AA'])
    expect(await rows('SELECT id FROM patient_merges')).toHaveLength(1)
  })

  describe('and two again', () => {
    const separation = async () => {
      const [merge] = await rows<{ id: string }>('SELECT id FROM patient_merges')
      return `/admin/patients/rosa-chart/merges/${merge?.id}/separation`
    }

    test('everything that moved goes back, and what came since stays', async () => {
      const before = await Promise.all(['rosa-chart', 'second'].map(person))
      const reports = await rows("SELECT * FROM reports WHERE source = 'lab' ORDER BY id")
      await post(merging([survivor, retired]))
      await post(message(msh(), pid(retired), obr('NEW'), obx('7')))
      const desk = as('frida')
      const page = await desk.get('/admin/patients/rosa-chart')
      expect(await page.text()).toContain(await separation())
      expect(await (await desk.get(await separation())).text()).toContain('7001')
      expect((await desk.post(await separation(), {})).status).toBe(303)

      expect(await Promise.all(['rosa-chart', 'second'].map(person))).toEqual(before)
      expect(
        await rows(
          "SELECT * FROM reports WHERE source = 'lab' AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
          JSON.stringify(reports.map(({ id }) => id))
        )
      ).toEqual(reports)
      for (const [table, id] of [
        ['threads', 'old-thread'],
        ['appointments', 'old-visit'],
        ['grants', 'old-grant'],
        ['grants', 'old-milo'],
      ] as const)
        expect(await ownerOf(table, id)).toBe('second')
      expect((await as('ines').get('/patients/rosa-chart/labs')).status).toBe(404)
      expect((await as('rosa').get('/patients/rosa-chart/messages/old-thread')).status).toBe(404)
      expect(await rows("SELECT patient_id FROM observations WHERE value = '7'")).toEqual([
        { patient_id: 'rosa-chart' },
      ])
      // And the old number names the other record again.
      await post(message(msh('ORU^R01', { at: '20261030' }), pid(retired), obr('LATER'), obx('8')))
      expect(await rows("SELECT patient_id FROM observations WHERE value = '8'")).toEqual([
        { patient_id: 'second' },
      ])
    })

    test('access that was revoked since stays revoked', async () => {
      await post(merging([survivor, retired]))
      await env.DB.prepare(
        "UPDATE grants SET revoked_at = 5, revoked_by = 'rosa' WHERE id = 'old-grant'"
      ).run()
      expect((await as('frida').post(await separation(), {})).status).toBe(303)
      expect((await as('ines').get('/patients/second/labs')).status).toBe(404)
    })

    test('once, by those who know patients, and from the record that stayed', async () => {
      await post(merging([survivor, retired]))
      const at = await separation()
      for (const who of ['nadia', 'audra', 'rosa'] as const)
        expect((await as(who).post(at, {})).status).toBe(404)
      expect((await as('frida').post(at.replace('rosa-chart', 'ines-chart'), {})).status).toBe(404)
      expect(await ownerOf('threads', 'old-thread')).toBe('rosa-chart')
      expect((await as('frida').post(at, {})).status).toBe(303)
      expect((await as('frida').post(at, {})).status).toBe(404)
    })
  })
})

test('several pairs in one message', async () => {
  await seedSecondRecord()
  await env.DB.prepare(
    `INSERT INTO patients (id, mrn, given_name, family_name, search_name, birth_date, created_at) VALUES ('third', '7002', 'R', 'Diaz', 'diaz r', '1952-03-27', 1)`
  ).run()
  await post(merging([survivor, retired], [survivor, '7002^^^HILLSIDE^MR']))
  expect([(await patient('second'))?.merged_into, (await patient('third'))?.merged_into]).toEqual([
    'rosa-chart',
    'rosa-chart',
  ])
})

test('a number that nobody bore names the one that stays', async () => {
  await post(merging([survivor, retired]))
  await post(message(msh(), pid(retired), obr(), obx('5')))
  expect(await rows("SELECT patient_id FROM observations WHERE source = 'lab'")).toEqual([
    { patient_id: 'rosa-chart' },
  ])
})

describe('two people who would become one', () => {
  beforeEach(() => seedSecondRecord('1961-01-01'))

  test('wait for a person, who may say that they are one', async () => {
    expect((await post(merging([survivor, retired]))).verdicts).toEqual(['AA'])
    expect((await patient('second'))?.merged_into).toBe(null)
    const [waiting] = await rows<{ id: string; why: string }>('SELECT id, why FROM unmatched')
    expect(waiting?.why).toBe('two-people')
    await as('frida').post(`/admin/unmatched/${waiting?.id}/match`, { patientId: 'rosa-chart' })
    expect((await patient('second'))?.merged_into).toBe('rosa-chart')
  })

  test('are two again when that person was wrong', async () => {
    await post(merging([survivor, retired]))
    const [waiting] = await rows<{ id: string }>('SELECT id FROM unmatched')
    await as('frida').post(`/admin/unmatched/${waiting?.id}/match`, { patientId: 'rosa-chart' })
    const [merge] = await rows<{ id: string }>('SELECT id FROM patient_merges')
    await as('frida').post(`/admin/patients/rosa-chart/merges/${merge?.id}/separation`, {})
    await post(message(msh(), pid(retired, 'DIAZ^ROSA', '19610101'), obr('LATER'), obx('8')))
    expect(await rows("SELECT patient_id FROM observations WHERE value = '8'")).toEqual([
      { patient_id: 'second' },
    ])
  })
})

test('two records with two logins wait as well', async () => {
  await seedSecondRecord()
  await env.DB.prepare("UPDATE patients SET account_id = 'vera' WHERE id = 'second'").run()
  await post(merging([survivor, retired]))
  expect(await rows('SELECT why FROM unmatched')).toEqual([{ why: 'two-people' }])
})

test('whose records are one person’s is not for another system to say', async () => {
  await seedSecondRecord()
  await post(message(msh('ADT^A40'), pid('10001^^^ELSEWHERE^MR'), mrg('7001^^^ELSEWHERE^MR')))
  await post(message(msh('ADT^A40'), pid(survivor), mrg('7001^^^ELSEWHERE^MR')))
  expect(await rows('SELECT id FROM patient_merges')).toEqual([])
})

test.each([
  ['no MRG', message(msh('ADT^A40'), pid(survivor)), 'MRG^1'],
  ['an empty MRG', message(msh('ADT^A40'), pid(survivor), mrg('')), 'MRG^1^1'],
  ['no PID', message(msh('ADT^A40'), mrg(retired)), 'PID^1'],
])('%s is refused', async (_, body, at) => {
  expect((await post(body)).acks).toMatchObject([{ verdict: 'AE', error: '101', at }])
})

test('every table that names a patient moves with them, or stays for a reason', () => {
  const stays = [
    'audit_entries', // never change
    'patient_search_words', // kept by triggers
    'invitation_desk', // kept by triggers
    'patient_corrections', // never change
    'roster_rows', // what a file said
    'invitation_round_patients', // whom a round was for
    'patient_heard', // what a sender said of that record
    'record_views', // what someone looked at
    'unmatched', // what a person once decided
  ]
  const naming = Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .map(getTableConfig)
    .filter(({ columns }) => columns.some(({ name }) => name === 'patient_id'))
    .map(({ name }) => name)
  expect(naming.filter((name) => !stays.includes(name)).sort()).toEqual(Object.keys(moves).sort())
})
