import type { reports } from '../../db/schema.ts'
import { kindOf } from '../../labs/kind.ts'
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
  /** Names of the observations in it, in order. */
  results: string[]
  /** Sections it comes from, as release rules ask for them (src/labs/kind.ts). */
  categories: string[]
  /** What kind it is, where a person has said so. */
  kind?: ReportRow['kind']
  /** Documents that came with it. */
  files: SentFile[]
  /** Whether one that came before was taken back. */
  takesBackFiles?: boolean
  /** Whether words that came before were taken back. */
  takesBackWords?: boolean
}

/** A document, known by its content. */
export type SentFile = { name: string; type: 'application/pdf'; bytes: Uint8Array<ArrayBuffer> }

/** A result that came in no report is a report of one. */
export const reportOfOne = (result: SentObservation): SentReport => ({
  sourceId: result.sourceId,
  subject: result.subject,
  isLaboratory: true,
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
  categories: [],
  files: [],
})

const finished = new Set(['final', 'amended', 'corrected', 'appended'])

/** Whether it was given as what the laboratory had found: what came before that was no mistake to be told of. */
export const isFinished = ({ status }: Pick<ReportRow, 'status'>) => finished.has(status)

/** Its kind, once a person has said it or the patient may have read it as that. */
const settledKind = (onFile: ReportRow | undefined, now: Date) =>
  onFile && (onFile.kindSetAt || (onFile.releasedAt && onFile.releasedAt <= now)) ? onFile.kind : undefined

/** The row as it is to be kept; the care team's own words and what was released stay. */
export function reviseReport(
  {
    subject: _,
    isLaboratory: __,
    results: ___,
    categories,
    kind,
    files: ____,
    takesBackFiles: _____,
    takesBackWords: ______,
    ...sent
  }: SentReport,
  codes: string[],
  onFile: ReportRow | undefined,
  made: Pick<ReportRow, 'id' | 'patientId' | 'source' | 'collectedAt'>,
  now: Date
): ReportRow {
  const told = kindOf({ categories, codes, title: sent.title })
  // What a message leaves out takes nothing back: what was worth a calm page stays so.
  const kindSaid = told === 'lab' ? (onFile?.kind ?? told) : told
  return {
    comment: onFile?.comment ?? null,
    commentBy: onFile?.commentBy ?? null,
    commentedAt: onFile?.commentedAt ?? null,
    teamSeenAt: onFile?.teamSeenAt ?? null,
    teamSeenBy: onFile?.teamSeenBy ?? null,
    noticedAt: onFile?.noticedAt ?? null,
    kind: settledKind(onFile, now) ?? kind ?? kindSaid,
    kindSetAt: onFile?.kindSetAt ?? (kind ? now : null),
    askAt: onFile?.askAt ?? null,
    askedForAt: onFile?.askedForAt ?? null,
    releasedAt: onFile?.releasedAt ?? null,
    changedAt: onFile ? onFile.changedAt : now,
    ...sent,
    ...made,
    finalizedAt: onFile?.finalizedAt ?? (isFinished(sent) ? (sent.issuedAt ?? now) : null),
  }
}
