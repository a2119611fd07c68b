import type { reports } from '../../db/schema.ts'
import type { SentObservation } from './observation.ts'

export type ReportRow = typeof reports.$inferSelect
type Told =
  | 'title'
  | 'code'
  | 'status'
  | 'issuedAt'
  | 'orderedBy'
  | 'laboratory'
  | 'conclusion'
  | 'versionAt'
  | 'sourceId'
export type SentReport = Pick<ReportRow, Told> & {
  subject: string | undefined
  collectedAt: Date | null
  isLaboratory: boolean
  /** There is a document, and nothing else we could show. */
  isDocument: boolean
  /** Names of the observations in it, in order. */
  results: string[]
}

/** A result that came in no report is a report of one. */
export const reportOfOne = (result: SentObservation): SentReport => ({
  sourceId: result.sourceId,
  subject: result.subject,
  isLaboratory: true,
  isDocument: false,
  results: [result.sourceId],
  title: result.name,
  code: result.code,
  status: result.status,
  collectedAt: result.collectedAt,
  issuedAt: result.issuedAt,
  orderedBy: null,
  laboratory: null,
  conclusion: null,
  versionAt: result.versionAt,
})

/** What a patient may see at once: results that are in, the early ones labelled. Holds are set by people, not by senders. */
const released = new Set(['partial', 'preliminary', 'final', 'amended', 'corrected', 'appended'])

const finished = new Set(['final', 'amended', 'corrected', 'appended'])

/** The row as it is to be kept; the care team's own words and releases stay. */
export function reviseReport(
  { subject: _, isLaboratory: __, isDocument: ___, results: ____, ...sent }: SentReport,
  onFile: ReportRow | undefined,
  made: Pick<ReportRow, 'id' | 'patientId' | 'source' | 'collectedAt'>,
  now: Date
): ReportRow {
  return {
    comment: onFile?.comment ?? null,
    commentBy: onFile?.commentBy ?? null,
    commentedAt: onFile?.commentedAt ?? null,
    teamSeenAt: onFile?.teamSeenAt ?? null,
    teamSeenBy: onFile?.teamSeenBy ?? null,
    noticedAt: onFile?.noticedAt ?? null,
    kind: onFile?.kind ?? 'lab',
    askAt: onFile?.askAt ?? null,
    askedForAt: onFile?.askedForAt ?? null,
    ...sent,
    ...made,
    finalizedAt: onFile?.finalizedAt ?? (finished.has(sent.status) ? (sent.issuedAt ?? now) : null),
    releasedAt: onFile?.releasedAt ?? (released.has(sent.status) ? now : null),
  }
}
