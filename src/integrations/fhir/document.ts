import { readPdf } from '../filing/document.ts'
import type { SentFile, SentReport } from '../filing/report.ts'
import type { Bundle, Resource } from './bundle.ts'
import { nameOf } from './encounter.ts'
import { codeIn, codesOf, moment, type Node, nodes, text, wordsOf } from './json.ts'

/** PDFs that came inline. One that lies elsewhere is not fetched: its address could be anyone's. */
export const pdfsIn = (attachments: Node[], title: string): SentFile[] =>
  attachments.flatMap((attachment) => {
    const data = text(attachment, 'data')
    return (data && readPdf(data, text(attachment, 'title') ?? title)) || []
  })

/** The documents that a report or a reference names, whether or not they came with it. */
export const attachmentsOf = ({ type, body }: Resource): Node[] =>
  type === 'DiagnosticReport'
    ? nodes(body, 'presentedForm')
    : nodes(body, 'content').flatMap((content) => nodes(content, 'attachment'))

/** A document by itself is a report without results. A string instead says why it is skipped. */
export function readDocument(resource: Resource, bundle: Bundle): SentReport | string {
  const { id, body } = resource
  const title = wordsOf(body.type) ?? text(body, 'description') ?? 'Document'
  const files = pdfsIn(attachmentsOf(resource), title)
  const isCurrent = text(body, 'status') === 'current'
  if (files.length === 0 && isCurrent) return 'holds no PDF'
  const writtenAt = moment(body, 'date')
  return {
    sourceId: id,
    subject: bundle.patient(body.subject, resource),
    isLaboratory: true,
    results: [],
    title,
    code: codeIn(body.type, 'http://loinc.org'),
    status: isCurrent
      ? text(body, 'docStatus') === 'preliminary'
        ? 'preliminary'
        : 'final'
      : 'entered-in-error',
    collectedAt: moment(body, 'context', 'period', 'start') ?? writtenAt,
    issuedAt: writtenAt,
    orderedBy: null,
    laboratory: nameOf(nodes(body, 'author')[0], resource, bundle),
    conclusion: null,
    versionAt: moment(body, 'meta', 'lastUpdated') ?? writtenAt,
    categories: [...codesOf(nodes(body, 'category')), ...codesOf(nodes(body, 'type'))],
    files,
  }
}
