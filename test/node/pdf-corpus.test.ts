import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedIfEmpty } from '../../src/commands/demo.ts'
import { digest } from '../../src/commands/files.ts'
import { openPortal, type Portal } from '../../src/commands/portal.ts'

// Reports as laboratories and hospitals print them: kept beside the project, not in it.
const folder = '../shared/data/pdf'
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.pdf')) : []
const read = (name: string) => readFileSync(join(folder, name))

/** Where a line may drop: in the middle, just before the end, and after an end that another one follows. */
function cutOff(bytes: Buffer) {
  const earlierEnd = bytes.lastIndexOf('%%EOF', bytes.lastIndexOf('%%EOF') - 1)
  return [
    bytes.length >> 1,
    bytes.length - 10,
    ...(earlierEnd < 0 ? [] : [earlierEnd + 60, bytes.length - 20]),
  ].map((length) => bytes.subarray(0, length))
}

const patient = { id: 'paula', family: 'Printz', born: '1950-05-05', number: 'PDF-1' }
const fhirAuthority = 'http://hospital.smarthealthit.org'

describe.skipIf(files.length === 0)('documents of other systems', () => {
  let portal: Portal
  const state = mkdtempSync(join(tmpdir(), 'carespace-'))
  const now = Date.now()

  beforeAll(async () => {
    portal = await openPortal({ state, env: {}, quiet: true })
    await seedIfEmpty(portal)
    const { db } = portal
    const session = (token: string, accountId: string) =>
      db
        .prepare(
          'INSERT INTO sessions (token_hash, account_id, created_at, seen_at, completed_at) VALUES (?, ?, ?3, ?3, ?3)'
        )
        .bind(digest('sha256', 'hex', token), accountId, now)
    const nurse = await db
      .prepare("SELECT id FROM accounts WHERE staff_role = 'clinical'")
      .first<string>('id')
    await db.batch([
      db
        .prepare(
          `INSERT INTO accounts (id, email, given_name, family_name, password_hash, terms_version, created_at)
           SELECT ?1, 'paula@example.test', 'Paula', ?2, '', terms_version, 0 FROM practice`
        )
        .bind(patient.id, patient.family),
      db
        .prepare(
          `INSERT INTO patients (id, mrn, given_name, family_name, search_name, birth_date, account_id, created_at)
           VALUES (?1, ?2, 'Paula', ?3, lower(?3), ?4, ?1, 0)`
        )
        .bind(patient.id, patient.number, patient.family, patient.born),
      db
        .prepare(
          `INSERT INTO feeds (id, name, scope, key_hash, created_at, own_authorities)
           VALUES ('print', 'Print', 'hl7', ?, 0, '["HILLSIDE"]')`
        )
        .bind(digest('sha256', 'hex', 'key-of-print')),
      session('paula-session', patient.id),
      session('nurse-session', nurse ?? ''),
    ])
  })
  afterAll(async () => {
    await portal.close()
    rmSync(state, { recursive: true, force: true })
  })

  const as = (who: 'paula' | 'nurse', path: string, init: RequestInit = {}) =>
    fetch(`${portal.url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: { Cookie: `__Host-cs=${who}-session`, Origin: portal.url, 'Sec-Fetch-Site': 'same-origin' },
    })
  const kept = async (title: string) =>
    (
      await portal.db
        .prepare(
          `SELECT f.id AS fileId, f.report_id AS reportId, f.name FROM report_files f JOIN reports r ON r.id = f.report_id
           WHERE r.patient_id = ? AND r.title = ? AND f.removed_at IS NULL`
        )
        .bind(patient.id, title)
        .all<{ fileId: string; reportId: string; name: string }>()
    ).results

  async function byHl7(bytes: Buffer, title: string) {
    const response = await fetch(`${portal.url}/feeds/hl7`, {
      method: 'POST',
      headers: { Authorization: 'Bearer key-of-print', 'Content-Type': 'application/hl7-v2' },
      body: [
        `MSH|^~\\&|LIS|Valley|PORTAL|Hillside|20261001100000||ORU^R01|${title}|P|2.5.1`,
        `PID|1||${patient.number}^^^HILLSIDE^MR||${patient.family}^PAULA||${patient.born.replaceAll('-', '')}|F`,
        `OBR|1||${title}^LIS|X^${title}^L|||20261001083000||||||||||||||20261001095900||LAB|F`,
        'OBX|1|NM|718-7^Hemoglobin^LN||13|g/dL|||||F',
        `OBX|2|ED|PDF^${title}^L||^application^pdf^Base64^${bytes.toString('base64')}||||||F`,
        '',
      ].join('\r'),
    })
    expect(await response.text()).toContain('MSA|AA|')
    return portal.db
      .prepare("SELECT outcome FROM inbox_messages WHERE feed_id = 'print' ORDER BY rowid DESC")
      .first<string>('outcome')
  }

  async function byFhir(bytes: Buffer, title: string) {
    const response = await fetch(`${portal.url}/feeds/fhir`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${portal.secrets.FEED_KEY}` },
      body: JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            resourceType: 'Patient',
            id: 'paula',
            identifier: [{ system: fhirAuthority, value: patient.number }],
            name: [{ family: patient.family, given: ['Paula'] }],
            birthDate: patient.born,
          },
          {
            resourceType: 'DiagnosticReport',
            id: title,
            status: 'final',
            category: [{ coding: [{ code: 'LAB' }] }],
            code: { text: title },
            subject: { reference: 'Patient/paula' },
            effectiveDateTime: '2026-10-01T08:30:00-05:00',
            presentedForm: [{ contentType: 'application/pdf', data: bytes.toString('base64'), title }],
          },
        ].map((resource) => ({ resource, request: { method: 'PUT', url: `x/${resource.id}` } })),
      }),
    })
    expect(response.status).toBe(200)
    return response.text()
  }

  async function byStaff(bytes: Buffer<ArrayBuffer>, title: string) {
    const form = new FormData()
    form.set('submissionId', digest('sha256', 'hex', title + bytes.length).slice(0, 21))
    form.set('file', new File([bytes], `${title}.pdf`))
    const sent = await as('nurse', '/admin/uploads', { method: 'POST', body: form })
    const at = sent.headers.get('Location')
    if (!at) return `${sent.status} ${await sent.text()}`
    const header = {
      recordNumber: patient.number,
      familyName: patient.family,
      birthDate: '5/5/1950',
      title,
      kind: 'lab',
      collectedAt: '10/1/2026',
      laboratory: '',
      orderedBy: '',
    }
    await as('nurse', `${at}/header`, { method: 'POST', body: new URLSearchParams(header) })
    await as('nurse', at, { method: 'POST' })
    return at
  }

  const ways = { HL7: byHl7, FHIR: byFhir, 'the desk': byStaff }
  const each = Object.entries(ways).flatMap(([way, send]) =>
    files.map((name): [string, string, typeof send] => [name, way, send])
  )

  test.each(each)('%s by %s reaches patient and staff byte for byte', async (name, way, send) => {
    const bytes = read(name)
    const title = `${name.replace(/\W+/g, ' ')} by ${way}`
    await send(bytes, title)
    const [file, ...more] = await kept(title)
    expect(more).toEqual([])
    for (const [who, at] of [
      ['paula', `/patients/${patient.id}/labs`],
      ['nurse', `/admin/patients/${patient.id}/labs`],
    ] as const) {
      const reportAt = `${at}/${who === 'paula' ? 'reports/' : ''}${file?.reportId}`
      expect(await (await as(who, reportAt)).text()).toContain(`${reportAt}/files/${file?.fileId}`)
      for (const [path, how] of [
        ['', 'attachment'],
        ['/view', 'inline'],
      ] as const) {
        const response = await as(who, `${reportAt}/files/${file?.fileId}${path}`)
        expect(response.status).toBe(200)
        expect(response.headers.get('Content-Type')).toBe('application/pdf')
        expect(response.headers.get('Content-Disposition')).toBe(`${how}; filename="lab-results.pdf"`)
        expect(response.headers.get('Content-Length')).toBe(String(bytes.length))
        expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
      }
    }
  })

  test.each(each)('%s by %s is refused wherever it was cut off', async (name, way, send) => {
    for (const [i, part] of cutOff(read(name)).entries()) {
      const title = `${name.replace(/\W+/g, ' ')} cut ${i} by ${way}`
      const answer = await send(Buffer.from(part), title)
      expect(answer).toMatch(
        /holds a document that is no whole PDF|holds no results and no PDF|^422 .*This PDF is damaged or cut off\./s
      )
      expect(await kept(title)).toEqual([])
    }
  })
})
