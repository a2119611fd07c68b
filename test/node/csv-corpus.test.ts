import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { suggestMapping } from '../../src/integrations/csv/columns.ts'
import { readResults } from '../../src/integrations/csv/results.ts'
import { readTable } from '../../src/integrations/csv/table.ts'

// Tables of others: kept beside the project, not in it.
const folder = '../shared/data/csv'
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv'))
  : []
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name))).buffer
/** Rows in the plainest way: none of these files has a line break inside quotes. */
const linesOf = (name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.replaceAll(',', '').trim() !== '')

describe.skipIf(files.length === 0)('tables of others', () => {
  test.each(files)('%s: every row is there, filed or named', (name) => {
    const table = readTable(bytesOf(name))
    if (typeof table === 'string') {
      expect(linesOf(name)[0]?.includes(',')).toBe(false)
      return
    }
    expect(table.names[0]).not.toContain('\uFEFF')
    expect(table.rows).toHaveLength(linesOf(name).length - 1)
    const { reports, faulty } = readResults(table, suggestMapping(table.names), 'America/Chicago')
    const filed = reports.flatMap(({ rows }) => rows)
    expect([...filed, ...faulty.map(({ row }) => row)].sort((a, b) => a - b)).toEqual(
      table.rows.map(({ number }) => number)
    )
  })

  test('a laboratory’s own table needs nothing but its test’s name to be filed', () => {
    const table = readTable(bytesOf('cdc/ReportStream-StandardCSV-ExampleData-20220509.csv'))
    if (typeof table === 'string') throw new Error(table)
    const column = (name: string) => table.names.indexOf(name)
    const mapping = {
      ...suggestMapping(table.names),
      collectedAt: column('order_test_date'),
      test: column('test_performed_code'),
    }
    expect(mapping).toMatchObject({
      recordNumber: column('patient_id'),
      familyName: column('patient_last_name'),
      birthDate: column('patient_dob'),
      value: column('test_result'),
    })
    const { reports } = readResults(table, mapping, 'America/Chicago')
    const [first] = [...(reports[0]?.draft.observations.values() ?? [])]
    expect(first).toMatchObject({ value: 'Detected', name: '94534-5', code: '94534-5' })
    expect(first?.collectedAt?.toISOString()).toBe('2021-12-20T15:00:00.000Z')
    expect(reports[0]?.draft.patients[0]).toMatchObject({
      mrn: '1234',
      familyName: 'Doe',
      birthDate: '1962-01-20',
    })
  })
})
