import { reportStatuses } from '../../db/schema.ts'
import type { SentReport } from '../filing/report.ts'
import type { Bundle, Resource } from './bundle.ts'
import { attachmentsOf, pdfsIn } from './document.ts'
import { nameOf } from './encounter.ts'
import { codeIn, codesOf, moment, nodes, text, wordsOf } from './json.ts'

/** LAB and the sections of a laboratory (HL7 table 0074). */
const laboratories = new Set([
  'LAB',
  'laboratory',
  'HM',
  'CH',
  'MB',
  'MCB',
  'MYC',
  'VR',
  'BLB',
  'SR',
  'IMM',
  'TX',
  'GE',
  'CG',
  'PAR',
  'PHR',
  'URN',
])

export function readReport(resource: Resource, bundle: Bundle): SentReport {
  const { id, body } = resource
  const categories = codesOf(nodes(body, 'category'))
  const issuedAt = moment(body, 'issued')
  const conclusion = text(body, 'conclusion')
  return {
    sourceId: id,
    subject: bundle.patient(body.subject, resource),
    isLaboratory: categories.length === 0 || categories.some((code) => laboratories.has(code)),
    results: nodes(body, 'result').flatMap(
      (result) => bundle.name(text(result, 'reference'), resource) ?? []
    ),
    title: wordsOf(body.code) ?? 'Report',
    code: codeIn(body.code, 'http://loinc.org'),
    status: reportStatuses.find((known) => known === text(body, 'status')) ?? 'unknown',
    collectedAt: moment(body, 'effectiveDateTime') ?? moment(body, 'effectivePeriod', 'start') ?? issuedAt,
    issuedAt,
    orderedBy: nameOf(nodes(body, 'resultsInterpreter')[0], resource, bundle),
    laboratory: nameOf(nodes(body, 'performer')[0], resource, bundle),
    conclusion,
    versionAt: moment(body, 'meta', 'lastUpdated') ?? issuedAt,
    categories,
    files: pdfsIn(attachmentsOf(resource), wordsOf(body.code) ?? ''),
  }
}
