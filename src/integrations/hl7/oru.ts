import { type Draft, emptyDraft } from '../filing/draft.ts'
import { numberOf, type SentObservation } from '../filing/observation.ts'
import { readRange } from '../filing/range.ts'
import type { SentFile, SentReport } from '../filing/report.ts'
import type { Problem } from './ack.ts'
import type { Message, Segment } from './message.ts'
import { personName, readPid } from './person.ts'
import {
  isDoubted,
  isGiven,
  lineStatus,
  loincOf,
  nameOf,
  readFlag,
  readValue,
  reportStatus,
} from './result.ts'
import { momentOf } from './time.ts'

/** What a message leaves unsaid. */
export type Sender = { ownAuthorities: readonly string[]; zone: string }

type Line = { obx: Segment; notes: string[] }
type Order = {
  obr: Segment
  orc: Segment | undefined
  subject: string | undefined
  notes: string[]
  lines: Line[]
}

const missing = (segment: string, at: string, why: string): Problem => ({
  verdict: 'AE',
  error: 'missing',
  at,
  why: `${segment}: ${why}`,
})

/** ORU^R01: every OBR is a report, every OBX one of its results. A Problem says why nothing of it can be filed. */
export function readOru(message: Message, sender: Sender): Draft | Problem {
  const { orders, draft } = walk(message, sender)
  if (draft.patients.length === 0) return missing('PID', 'PID^1', 'a result must say whose it is.')
  if (orders.length === 0) return missing('OBR', 'OBR^1', 'there is no order with results in it.')
  const sentAt = momentOf(message.header.text(7), sender.zone)
  for (const patient of draft.patients)
    patient.isDoubted = orders.some(({ obr, subject }) => subject === patient.sourceId && isDoubted(obr))
  const names = new Names()
  for (const order of orders) readOrder(order, { draft, sentAt, names, zone: sender.zone, message })
  return draft
}

/**
 * Puts each segment under what it belongs to. An NTE belongs to the segment it follows: what is said of a patient, an order
 * or a sample stands with the report.
 */
function walk(message: Message, sender: Sender) {
  const draft = emptyDraft({ mayRegister: false, newest: 'by-status' })
  const orders: Order[] = []
  let subject: string | undefined
  let orc: Segment | undefined
  let notes: string[] | undefined
  /** Said before the OBR that it belongs to. */
  let ahead: string[] = []
  for (const segment of message.segments) {
    const order = orders.at(-1)
    if (segment.name === 'PID') {
      const patient = readPid(segment, draft.patients.length, sender.ownAuthorities)
      if (!draft.patients.some(({ sourceId }) => sourceId === patient.sourceId)) draft.patients.push(patient)
      subject = patient.sourceId
      ahead = []
      notes = ahead
    } else if (segment.name === 'ORC') {
      orc = segment
      notes = ahead
    } else if (segment.name === 'OBR') {
      notes = ahead
      ahead = []
      orders.push({ obr: segment, orc, subject, notes, lines: [] })
      orc = undefined
    } else if (segment.name === 'OBX' && order) {
      notes = []
      order.lines.push({ obx: segment, notes })
    } else if (segment.name === 'NTE') {
      const words = segment.whole(3)
      if (words) notes?.push(words)
    } else if (segment.name === 'SPM') notes = order?.notes
    else if (segment.name !== 'TQ1') notes = undefined
  }
  return { orders, draft }
}

/** Two results of one code in one report are two: the second bears its ordinal. */
class Names {
  readonly #counts = new Map<string, number>()

  of(name: string) {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count === 1 ? name : `${name}#${count}`
  }
}

type Desk = { draft: Draft; sentAt: Date | null; names: Names; zone: string; message: Message }

function readOrder({ obr, orc, subject, notes, lines }: Order, desk: Desk) {
  const { draft, sentAt, names, zone, message } = desk
  const at = (segment: Segment, field: number) => momentOf(segment.text(field), zone)
  const sourceId = names.of(reportName(obr, orc, subject))
  const words = [...notes]
  const files: SentFile[] = []
  const results: SentObservation[] = []
  const statuses: SentObservation['status'][] = []
  let [takesBackFiles, takesBackWords] = [false, false]
  for (const { obx, notes: remarks } of lines) {
    const status = lineStatus(obx, obr)
    if (status === 'order') {
      draft.skipped.add('OBX', 'is a detail of the order, not a result')
      continue
    }
    statuses.push(status)
    const read = readValue(obx)
    const name = nameOf(obx)
    if ('value' in read && name !== null)
      results.push(
        readLine({ obx, remarks, name, status, value: read.value, reportId: sourceId, subject }, desk)
      )
    else if (!isGiven(status)) {
      if (status !== 'registered') {
        takesBackFiles ||= !('value' in read)
        takesBackWords ||= 'value' in read
      }
      draft.skipped.add('OBX', 'is not given, or no longer')
    } else {
      if ('file' in read) files.push(read.file)
      else if ('left' in read) draft.skipped.add('OBX', read.left)
      // A line of a report in words, which has no test to name.
      else if (read.value !== null) words.push(read.value)
      words.push(...remarks)
    }
  }
  const issuedAt = at(obr, 22) ?? sentAt
  const [first] = results
  const report: SentReport = {
    sourceId,
    subject,
    isLaboratory: true,
    results: results.map((result) => result.sourceId),
    title: nameOf(obr, 4) ?? first?.name ?? 'Report',
    code: loincOf(obr, 4),
    status: reportStatus(obr, statuses),
    collectedAt: at(obr, 7) ?? results.find((result) => result.collectedAt)?.collectedAt ?? issuedAt,
    issuedAt,
    orderedBy: personName(obr, 16) ?? personName(orc, 12),
    laboratory: lines.map(({ obx }) => obx.text(23)).find(Boolean) ?? message.header.text(4),
    // Empty where it was taken back, so that what comes late does not bring it again.
    conclusion: words.join('\n') || (takesBackWords ? '' : null),
    versionAt: sentAt,
    categories: [obr.text(24)].flatMap((section) => section ?? []),
    files,
    takesBackFiles,
    takesBackWords,
  }
  draft.reports.push(report)
  for (const result of results) draft.observations.set(result.sourceId, result)
}

type Reading = {
  obx: Segment
  remarks: string[]
  name: string
  status: SentObservation['status']
  value: string | null
  reportId: string
  subject: string | undefined
}

function readLine(
  { obx, remarks, name, status, value, reportId, subject }: Reading,
  { sentAt, names, zone }: Desk
): SentObservation {
  const code = [
    obx.text(3, { comp: 1 }) ?? obx.text(3, { comp: 4 }) ?? name,
    obx.text(3, { comp: 3 }) ?? '',
  ].join('^')
  const isRevised = status === 'corrected' || status === 'amended'
  return {
    sourceId: names.of(`${reportId}|${code}|${obx.sent(4)}`),
    subject,
    isLaboratory: true,
    isOther: false,
    members: [],
    code: loincOf(obx, 3),
    name,
    status,
    value,
    valueNumber: numberOf(value),
    unit: obx.text(6) ?? obx.text(6, { comp: 2 }) ?? obx.text(6, { comp: 9 }),
    ...readRange(obx.whole(7)),
    flag: readFlag(obx),
    absentReason: null,
    comment: remarks.join('\n') || null,
    collectedAt: momentOf(obx.text(14), zone),
    issuedAt: momentOf(obx.text(19), zone),
    correctedAt: isRevised ? sentAt : null,
    versionAt: sentAt,
    method: obx.text(17, { comp: 2 }) ?? obx.text(17),
    laboratory: obx.text(23),
  }
}

/**
 * Filler numbers are unique to one laboratory at best, so that patient and panel belong to the name of a report; where
 * there is none, the placer's number, and the time the sample was taken (interfaces.md, section 2).
 */
function reportName(obr: Segment, orc: Segment | undefined, subject = '') {
  const number = (segment: Segment | undefined, field: number) =>
    segment?.text(field) ? [1, 2, 3].map((comp) => segment.text(field, { comp }) ?? '').join('^') : undefined
  const filler = number(obr, 3) ?? number(orc, 3)
  const placer = number(obr, 2) ?? number(orc, 2)
  const panel = obr.text(4) ?? obr.text(4, { comp: 4 }) ?? nameOf(obr, 4) ?? ''
  const order = filler ? `F${filler}` : `P${placer ?? ''}|${obr.text(7) ?? ''}`
  return ['ORU', subject, order, panel].join('|').slice(0, 400)
}
