import type { inbox } from '../../db/schema.ts'
import { fields, type Mapping } from '../csv/columns.ts'
import { type FaultyRow, readResults } from '../csv/results.ts'
import { readTable, type Unreadable } from '../csv/table.ts'
import { isRefusal, readBundle } from '../fhir/bundle.ts'
import { draft } from '../fhir/draft.ts'
import { decodeFhir } from '../fhir/filing.ts'
import type { Draft } from '../filing/draft.ts'
import { readMessages } from '../hl7/message.ts'
import type { Sender } from '../hl7/oru.ts'
import { controlKeyOf, readMessage } from '../hl7/reading.ts'
import { unwrap } from '../hl7/text.ts'
import { type PdfHeader, readPdfReport } from '../pdf/report.ts'

export type Format = (typeof inbox.$inferSelect)['format']

/** One message of a file: what is to be filed, or why it cannot be. */
export type Item = {
  /** Its rows in a table; in other files it is counted. */
  rows: number[] | undefined
  kind: string
  controlKey: string | null
  /** What makes it the same message again. */
  source: string
  draft: Draft | undefined
  why: string | undefined
}
export type Reading = { items: Item[]; faulty: FaultyRow[] }
/** Nothing of it can be read. */
export type Unread = { unread: Unreadable | 'no-pdf' | 'no-message' | { why: string } }

/** What a file is, by its content and not by its name. */
export function formatOf(bytes: ArrayBuffer): Format {
  const head = new TextDecoder('latin1').decode(bytes.slice(0, 2000)).replace(/^ï»¿/, '').trimStart()
  if (head.startsWith('%PDF-')) return 'pdf'
  if (/^[[{]/.test(head)) return 'fhir'
  return /^(FHS|BHS|MSH)[^\w\s]/.test(head) ? 'hl7' : 'csv'
}

/** What a person said about the columns, as it is kept: column numbers by field. */
export const mappingIn = (told: Record<string, string>): Mapping =>
  Object.fromEntries(fields.flatMap((field) => (told[field] ? [[field, Number(told[field])] as const] : [])))

type File = { format: Format; bytes: ArrayBuffer; name: string; told: Record<string, string> }

/** A file as messages, each with what is to be filed. `told`: what a person said about its columns, or about a PDF. */
export function readUpload(
  { format, bytes, name, told }: File,
  sender: Sender,
  isProduction: boolean
): Reading | Unread {
  if (format === 'hl7') return readHl7(bytes, sender, isProduction)
  if (format === 'fhir') return readFhir(bytes, sender)
  if (format === 'csv') return readCsv(bytes, mappingIn(told), sender.zone)
  const report = readPdfReport(new Uint8Array(bytes), name, told as PdfHeader, sender.zone)
  return report
    ? {
        items: [
          {
            rows: undefined,
            kind: 'PDF',
            controlKey: null,
            source: JSON.stringify(told),
            draft: report,
            why: undefined,
          },
        ],
        faulty: [],
      }
    : { unread: 'no-pdf' }
}

function readHl7(bytes: ArrayBuffer, sender: Sender, isProduction: boolean): Reading | Unread {
  const messages = readMessages(unwrap(bytes).text)
  if (messages.length === 0) return { unread: 'no-message' }
  const items = messages.map((message): Item => {
    const read = readMessage(message, sender, isProduction)
    const isRefused = 'verdict' in read
    return {
      rows: undefined,
      kind: message.kind,
      controlKey: controlKeyOf(message),
      source: message.source,
      draft: isRefused ? undefined : read,
      why: isRefused ? read.why : undefined,
    }
  })
  return { items, faulty: [] }
}

function readFhir(bytes: ArrayBuffer, { ownAuthorities }: Sender): Reading | Unread {
  const text = decodeFhir(bytes)
  const bundle = isRefusal(text) ? text : readBundle(text.sent)
  if (isRefusal(bundle)) return { unread: { why: bundle.why } }
  const item = {
    rows: undefined,
    kind: bundle.kind,
    controlKey: null,
    source: '',
    draft: draft(bundle, ownAuthorities),
    why: undefined,
  }
  return { items: [item], faulty: [] }
}

function readCsv(bytes: ArrayBuffer, mapping: Mapping, zone: string): Reading | Unread {
  const table = readTable(bytes)
  if (typeof table === 'string') return { unread: table }
  const { reports, faulty } = readResults(table, mapping, zone)
  const items = reports.map(
    ({ rows, draft }): Item => ({
      rows,
      kind: 'CSV',
      controlKey: null,
      source: JSON.stringify(rows),
      draft,
      why: undefined,
    })
  )
  return { items, faulty }
}
