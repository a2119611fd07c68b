import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digest } from '../../src/commands/files.ts'
import type { Portal } from '../../src/commands/portal.ts'
import { openDemo } from '../support/demo.ts'

// Messages that others wrote, as systems really send them: kept beside the project, not in it.
const folder = '../shared/data/hl7'
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(hl7|bin)$/.test(name))
      .sort()
  : []

const read = (name: string) => readFileSync(join(folder, name))
/** Lines in the plainest way: no parser of ours. */
const linesOf = (text: string) =>
  text
    .replaceAll('\u000b', '')
    .replaceAll('\u001c', '')
    .split(/[\r\n]+/)
    .map((line) => line.replace(/^\uFEFF|^ï»¿/, '').trim())
    .filter(Boolean)
const headersIn = (text: string) => linesOf(text).filter((line) => /^MSH\W/.test(line))

/** Fields of a line, by the separators everybody writes. */
const cells = (line: string) => line.split('|')
/** Orders, and lines that hold a result: what is not a detail of the order, a document, or words without a test. */
function plainly(text: string) {
  const lines = linesOf(text).map(cells)
  const results = lines.filter(
    (cell) =>
      cell[0] === 'OBX' && cell[11] !== 'O' && !/^(ED|RP)$/.test(cell[2] ?? '') && /[^^]/.test(cell[3] ?? '')
  )
  return {
    reports: lines.filter(([name]) => name === 'OBR').length,
    results: results.length,
    numbers: results.flatMap((cell) => (cell[2] === 'NM' && cell[5] ? [cell[5].trim()] : [])).sort(),
  }
}

/** Whom the results are about: key, family name, birth date, and the number in PID-3 with its authority (or none). */
const people: [
  id: string,
  family: string,
  birthDate: string | null,
  authority: string | null,
  value: string,
][] = [
  ['minnie', 'Mouse', '1924-01-01', 'MIE', '12345'],
  ['male', 'Test', '1970-10-31', 'PROPHASE DIAGNOSTICS', '0008115-23-02'],
  ['william', 'Jones', '1961-06-15', 'NIST MPI', 'PATID1234'],
  ['john', 'Doe', '1980-01-15', 'HOSPITAL', 'PAT001'],
  ['robert', 'Johnson', '1985-11-20', 'HOSPITAL', 'PAT004'],
  ['auto', 'Patient', '1963-03-06', 'MRN', '0d70c6c8'],
  ['four', 'Test', '1994-07-28', 'Testing Lab', '2f5d5a55-11c5-4e9f-92b0-418a0eb1fe1e'],
  ['eve', 'Everywoman', '1962-03-20', null, '555-44-4444'],
  ['adam', 'Everyman', '1980-06-02', 'MPI', '36363636'],
  ['donald', 'Duck', '1924-10-10', '1', '10006579'],
  ['philip', 'Johnson', '2007-05-26', 'MPI', '9817566735'],
  ['baby', 'Smith', '2023-05-04', 'CRPMRN', '11102779'],
  ['jacqueline', 'Trivedi', '1937-12-27', 'SIMULATOR MRN', '1076943130'],
  ['alvar', 'Hanso', null, null, '4223161584'],
  ['susan', 'Douer', '1991-03-27', 'SIMULATOR MRN', '3912563243'],
  ['esterkin', 'Esterkin', '1989-01-18', 'SIMULATOR MRN', '2590157853'],
  ['jack', 'Moffatt', '1975-12-31', 'SIMULATOR MRN', '1664410194'],
  ['zaphod', 'Beeblebrox', '1978-10-12', null, '42'],
  ['bob', 'Johnson', '1970-08-01', 'MRN', '33445'],
  ['everyman', 'Everyman', '1988-08-18', 'test1', 'PATID1234'],
]
/** Without PID there is nobody to file them for. */
const nobodys = /^oru\/edge\/(ft|obx11|sn)/
const labs = files.filter((name) => /^(oru|derived|stream)/.test(name) && !nobodys.test(name))

const orders = [
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
]
const lead = { 1: 'lead_1_initial_F', 2: 'lead_2_resend_F', 3: 'lead_3_corrected_C' } as Record<
  number,
  string
>

describe.skipIf(files.length === 0)('messages of other systems', () => {
  let portal: Portal
  const state = mkdtempSync(join(tmpdir(), 'carespace-'))

  beforeAll(async () => {
    portal = await openDemo(state)
    const feeds = [
      ...files,
      ...orders.flatMap((order) => [
        `lead-${order.join('')}`,
        `mirth-${order.join('')}`,
        `v28-${order.join('')}`,
      ]),
    ]
    await portal.db.batch([
      ...feeds.map((feed) =>
        portal.db
          .prepare(
            `INSERT INTO feeds (id, name, scope, key_hash, created_at, own_authorities) VALUES (?1, ?1, 'hl7', ?2, 0, '[]')`
          )
          .bind(feed, digest('sha256', 'hex', `key-of-${feed}`))
      ),
      ...people.map(([id, family, birthDate]) =>
        portal.db
          .prepare(
            `INSERT INTO patients (id, given_name, family_name, search_name, birth_date, created_at) VALUES (?1, 'X', ?2, lower(?2), ?3, 0)`
          )
          .bind(id, family, birthDate)
      ),
      ...people.flatMap(([id, , , authority, value]) =>
        // A number without an authority means something to its sender alone.
        (authority === null ? feeds.map((feed) => `feed:${feed}`) : [authority]).map((each) =>
          portal.db
            .prepare(
              'INSERT INTO patient_identifiers (authority, value, patient_id, linked_at) VALUES (?1, ?2, ?3, 0)'
            )
            .bind(each, value, id)
        )
      ),
    ])
  })
  afterAll(async () => {
    await portal.close()
    rmSync(state, { recursive: true, force: true })
  })

  async function send(feed: string, body: Buffer<ArrayBuffer>) {
    const response = await fetch(`${portal.url}/feeds/hl7`, {
      method: 'POST',
      headers: { Authorization: `Bearer key-of-${feed}`, 'Content-Type': 'application/hl7-v2' },
      body,
    })
    return { status: response.status, answer: await response.text() }
  }
  const rows = async <T>(sql: string, ...bound: string[]) =>
    (
      await portal.db
        .prepare(sql)
        .bind(...bound)
        .all<T>()
    ).results
  const counts = () =>
    rows(
      `SELECT (SELECT count(*) FROM patients) AS patients, (SELECT count(*) FROM reports) AS reports,
        (SELECT count(*) FROM observations) AS observations, (SELECT count(*) FROM observation_versions) AS versions,
        (SELECT count(*) FROM report_files) AS files, (SELECT count(*) FROM appointments) AS appointments`
    )

  test.each(files)(
    '%s is kept, answered message by message, and changes nothing the second time',
    async (name) => {
      const body = read(name)
      const sent = headersIn(body.toString('latin1'))
      const { status, answer } = await send(name, body)
      expect(status).toBe(200)
      const said = linesOf(answer)
      const acks = said.filter((line) => line.startsWith('MSA|')).map((line) => line.split('|'))
      expect(said.filter((line) => line.startsWith('MSH|^~\\&|'))).toHaveLength(sent.length)
      expect(acks.map((ack) => ack[2])).toEqual(sent.map((line) => line.split(line[3] ?? '|')[9] ?? ''))
      for (const ack of acks) expect(ack[1]).toMatch(/^A[AER]$/)
      // A frame is answered with frames.
      expect(answer.startsWith('\u000b')).toBe(body[0] === 0x0b)

      const [kept] = await rows<{ key: string; sha256: string }>(
        `SELECT raw_key AS key, sha256 FROM inbox WHERE feed_id = ? ORDER BY rowid DESC LIMIT 1`,
        name
      )
      expect(kept?.sha256).toBe(digest('sha256', 'hex', body))
      const before = await counts()
      const again = await send(name, body)
      expect(linesOf(again.answer).filter((line) => line.startsWith('MSA|'))).toEqual(
        said.filter((line) => line.startsWith('MSA|'))
      )
      expect(await counts()).toEqual(before)
    }
  )

  test.each(labs)('%s is filed whole', async (name) => {
    const { reports, results, numbers } = plainly(read(name).toString('latin1'))
    const filed = await rows<{ value: string | null; type: string }>(
      'SELECT value FROM observations WHERE source = ?',
      name
    )
    expect(await rows('SELECT id FROM reports WHERE source = ?', name)).toHaveLength(reports)
    expect(filed).toHaveLength(results)
    const values = new Set(filed.map(({ value }) => value))
    expect(numbers.filter((number) => !values.has(number))).toEqual([])
  })

  test.each(orders)('lead, sent as %i, %i, %i: 25 (corrected) stands, 50 beside it', async (...order) => {
    const feed = `lead-${order.join('')}`
    for (const each of order) await send(feed, read(`oru/${lead[each]}.hl7`))
    const current = await rows(
      'SELECT value, unit, status, previous_value AS previous FROM observations WHERE source = ?',
      feed
    )
    expect(current).toEqual([{ value: '25', unit: 'ug/dl', status: 'corrected', previous: '50' }])
    const old = await rows(
      `SELECT v.value, v.status FROM observation_versions v JOIN observations o ON o.id = v.observation_id WHERE o.source = ?`,
      feed
    )
    expect(old).toEqual([{ value: '50', status: 'final' }])
    const ids = await rows<{ id: string }>('SELECT id FROM reports WHERE source = ?', feed)
    expect(ids).toHaveLength(1)
  })

  test('a document that came with its results is kept as it was sent', async () => {
    const [file] = await rows<{ key: string; size: number }>(
      `SELECT object_key AS key, size FROM report_files f JOIN reports r ON r.id = f.report_id WHERE r.source = ?`,
      'derived/oru_cbc_with_real_pdf.hl7'
    )
    const sent = /\^Base64\^([A-Za-z0-9+/=]+)/i.exec(
      read('derived/oru_cbc_with_real_pdf.hl7').toString('latin1')
    )?.[1]
    expect(file?.size).toBe(Buffer.from(sent ?? '', 'base64').length)
    expect(file?.size).toBeGreaterThan(50_000)
  })

  type Visit = {
    starts: number
    ends: number | null
    status: string
    place: string | null
    room: string | null
    clinician: string | null
    conflict: string | null
  }
  const visits = (source: string) =>
    rows<Visit>(
      'SELECT starts_at AS starts, ends_at AS ends, status, place, room, clinician, conflict FROM appointments WHERE source = ?',
      source
    )
  const at = (text: string) => Date.parse(text)
  const chains = {
    mirth: ['s12_new_mirth', 's14_modify_mirth', 's15_cancel_mirth'],
    v28: ['s12_v28_tq1', 's14_v28', 's15_v28'],
  }

  test('a small new appointment', async () => {
    expect(await visits('siu/s12_minimal.hl7')).toEqual([
      {
        starts: at('2026-03-25T14:00:00-05:00'),
        ends: at('2026-03-25T14:30:00-05:00'),
        status: 'booked',
        place: null,
        room: null,
        clinician: null,
        conflict: null,
      },
    ])
  })

  test.each(orders)(
    'one appointment’s life, sent as %i, %i, %i: it is cancelled, and its times disagree',
    async (...order) => {
      const feed = `mirth-${order.join('')}`
      for (const each of order) await send(feed, read(`siu/${chains.mirth[each - 1]}.hl7`))
      expect(await visits(feed)).toEqual([
        {
          starts: at('2011-06-17T08:45:00-05:00'),
          ends: at('2011-06-17T09:30:00-05:00'),
          status: 'cancelled',
          place: 'OFFICE',
          room: null,
          clinician: 'Douglas Adams',
          conflict: 'AIL 20110614084500, AIP 20110614084500',
        },
      ])
    }
  )

  test.each(orders)('and with TQ1, sent as %i, %i, %i', async (...order) => {
    const feed = `v28-${order.join('')}`
    for (const each of order) await send(feed, read(`siu/${chains.v28[each - 1]}.hl7`))
    expect(await visits(feed)).toMatchObject([
      {
        starts: at('2021-09-24T09:30:00+02:15'),
        ends: at('2021-09-24T10:20:00+02:15'),
        status: 'cancelled',
        room: 'Room01',
        conflict: null,
      },
    ])
  })
})
