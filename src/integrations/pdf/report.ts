import type { ReportKind } from '../../labs/release.ts'
import { dateIn, momentIn } from '../csv/time.ts'
import { pdfOf } from '../filing/document.ts'
import { type Draft, emptyDraft } from '../filing/draft.ts'
import { personByNumber } from '../filing/patient.ts'

/** What a person writes about a PDF, because nobody reads it by machine. */
export type PdfHeader = {
  recordNumber: string
  familyName: string
  birthDate: string
  title: string
  kind: ReportKind
  collectedAt: string
  laboratory: string
  orderedBy: string
}

/** A report that is a document. Undefined when it is no whole PDF. Taken again with the same header it is the same report. */
export function readPdfReport(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  header: PdfHeader,
  zone: string
): Draft | undefined {
  const file = pdfOf(bytes, name)
  const collectedAt = momentIn(header.collectedAt, zone)
  if (!file || !collectedAt) return undefined
  const draft = emptyDraft({ mayRegister: false, newest: 'by-status' })
  const patient = personByNumber({ ...header, birthDate: dateIn(header.birthDate) })
  draft.patients.push(patient)
  draft.reports.push({
    sourceId: ['PDF', `PID||${header.recordNumber}`, collectedAt.toISOString(), header.title]
      .join('|')
      .slice(0, 400),
    subject: patient.sourceId,
    isLaboratory: true,
    results: [],
    title: header.title,
    code: null,
    status: 'final',
    collectedAt,
    issuedAt: null,
    orderedBy: header.orderedBy || null,
    laboratory: header.laboratory || null,
    conclusion: null,
    versionAt: null,
    categories: [],
    kind: header.kind,
    files: [file],
  })
  return draft
}
