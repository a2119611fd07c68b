import { fold } from '../../patients/name.ts'
import { type Draft, emptyDraft } from '../filing/draft.ts'
import { numberOf, type SentObservation } from '../filing/observation.ts'
import { personByNumber } from '../filing/patient.ts'
import { flagOf, readRange } from '../filing/range.ts'
import { type CsvField, fields, type Mapping } from './columns.ts'
import type { Table } from './table.ts'
import { dateIn, momentIn } from './time.ts'

/** Why a row is left out. */
export type RowFault = 'number' | 'person' | 'birth-date' | 'collected' | 'test' | 'value' | 'status' | 'long'
export type FaultyRow = { row: number; why: RowFault }
/** Rows of one report: the same patient, order and panel, taken at the same time. */
export type ReportRows = { rows: number[]; draft: Draft }

const longest = 20_000

/** What laboratories write into the column of the status. Of anything else it is not for us to say that it is final. */
const statuses: [RegExp, SentObservation['status']][] = [
  [/^($|f$|final|complete|verified$|resulted$|reported$|done$)/i, 'final'],
  [/^(p$|prelim)/i, 'preliminary'],
  [/^(c$|corr)/i, 'corrected'],
  [/^(a$|amend)/i, 'amended'],
  [/^(x$|cancel|not performed)/i, 'cancelled'],
]

type Cells = Record<CsvField, string>
type Line = { row: number; cells: Cells; collectedAt: Date }

const statusOf = ({ status }: Cells) => statuses.find(([said]) => said.test(status))?.[1]

/** Every report in a table, and the rows that cannot be filed. A row is one result; the order of the file is kept. */
export function readResults({ rows }: Table, mapping: Mapping, zone: string) {
  const faulty: FaultyRow[] = []
  const groups = new Map<string, Line[]>()
  for (const { number, cells: sent } of rows) {
    const cells = Object.fromEntries(
      fields.map((field) => [field, sent[mapping[field] ?? -1] ?? ''])
    ) as Cells
    const collectedAt = momentIn(cells.collectedAt, zone)
    const why = faultOf(cells, sent, collectedAt)
    if (why || !collectedAt) {
      faulty.push({ row: number, why: why ?? 'collected' })
      continue
    }
    const person = [cells.recordNumber, fold(cells.familyName), cells.birthDate]
    const key = [...person, cells.order, cells.panel, collectedAt.getTime()].join('\u0000')
    const group = groups.get(key) ?? []
    group.push({ row: number, cells, collectedAt })
    groups.set(key, group)
  }
  const reports = [...groups.values()].map(
    (lines): ReportRows => ({ rows: lines.map(({ row }) => row), draft: draftOf(lines) })
  )
  return { reports, faulty }
}

function faultOf(cells: Cells, sent: string[], collectedAt: Date | null): RowFault | undefined {
  if (sent.some((cell) => cell.length > longest)) return 'long'
  if (cells.recordNumber === '') return 'number'
  if (cells.birthDate !== '' && !dateIn(cells.birthDate)) return 'birth-date'
  // A number alone could be anyone's: there must be something to hold it against.
  if (cells.familyName === '' && cells.birthDate === '') return 'person'
  if (!collectedAt) return 'collected'
  if (cells.test === '') return 'test'
  const status = statusOf(cells)
  if (!status) return 'status'
  return cells.value === '' && status !== 'cancelled' ? 'value' : undefined
}

function draftOf(lines: Line[]): Draft {
  const draft = emptyDraft({ mayRegister: false, newest: 'by-status' })
  const [first] = lines
  if (!first) return draft
  const { cells, collectedAt } = first
  const patient = personByNumber({ ...cells, birthDate: dateIn(cells.birthDate) })
  draft.patients.push(patient)
  const subject = patient.sourceId
  const number = `PID||${cells.recordNumber}`
  const sourceId = ['CSV', number, cells.order || collectedAt.toISOString(), cells.panel]
    .join('|')
    .slice(0, 400)
  const counts = new Map<string, number>()
  for (const { cells: line } of lines) {
    const name = `${sourceId}|${line.code || line.test}`.slice(0, 500)
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    const result = resultOf(line, count === 1 ? name : `${name}#${count}`, subject, collectedAt)
    draft.observations.set(result.sourceId, result)
  }
  const results = [...draft.observations.values()]
  const isRevised = results.some(({ status }) => status === 'corrected' || status === 'amended')
  const isEarly = results.some(({ status }) => status === 'preliminary')
  draft.reports.push({
    sourceId,
    subject,
    isLaboratory: true,
    results: results.map((result) => result.sourceId),
    title: cells.panel || (results.length === 1 ? cells.test : 'Laboratory results'),
    code: null,
    status: isRevised ? 'corrected' : isEarly ? 'preliminary' : 'final',
    collectedAt,
    issuedAt: null,
    orderedBy: cells.orderedBy || null,
    laboratory: cells.laboratory || null,
    conclusion: null,
    versionAt: null,
    categories: [],
    files: [],
  })
  return draft
}

function resultOf(line: Cells, sourceId: string, subject: string, collectedAt: Date): SentObservation {
  const status = statusOf(line) ?? 'unknown'
  const value = status === 'cancelled' ? null : line.value
  return {
    sourceId,
    subject,
    isLaboratory: true,
    isOther: false,
    members: [],
    // LOINC codes look like 718-7; what looks otherwise is a laboratory's own and groups nothing.
    code: /^\d{1,7}-\d$/.test(line.code) ? line.code : null,
    name: line.test,
    status,
    value,
    valueNumber: numberOf(value),
    unit: line.unit || null,
    ...readRange(line.range || null),
    flag: flagOf(line.flag || null),
    absentReason: null,
    comment: line.comment || null,
    collectedAt,
    issuedAt: null,
    correctedAt: null,
    versionAt: null,
    method: null,
    laboratory: line.laboratory || null,
  }
}
