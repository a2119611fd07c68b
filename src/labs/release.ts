import type { practice, releaseChoices, releaseHolds, reports } from '../db/schema.ts'
import type { ReportStatus } from './report.ts'

type Row = typeof reports.$inferSelect
export type ReportKind = Row['kind']

/** What there is to know about a report when it is asked whether the patient may see it. */
export type ReportFacts = Pick<
  Row,
  | 'status'
  | 'kind'
  | 'collectedAt'
  | 'issuedAt'
  | 'finalizedAt'
  | 'commentedAt'
  | 'askedForAt'
  | 'askAt'
  | 'releasedAt'
>
/** How the patient wants reports of a kind; a kind without a choice comes at once. */
export type Choice = Pick<typeof releaseChoices.$inferSelect, 'kind' | 'timing' | 'days'>
/** Exceptions that staff made for this report. */
export type Hold = Pick<typeof releaseHolds.$inferSelect, 'heldUntil' | 'liftedAt'>
/** Hours by kind of report that the law of the state asks for, counted from when it is final. */
export type StateHours = Partial<Record<ReportKind, number>>
/** What holds for every report of the practice. */
export type ReleaseRules = { releaseHours: StateHours } & Pick<
  typeof practice.$inferSelect,
  'preliminaryResults'
>

/** Why a report is, or is not yet, to be seen. */
export type Because =
  /** Its sender took it back. */
  | 'taken-back'
  /** There is nothing in it to be seen: not begun, cancelled. */
  | 'no-result'
  /** It could be seen before, and nothing hides again what someone may have read. */
  | 'visible'
  | 'at-once'
  /** Staff made an exception. */
  | 'held'
  /** The law of the state says when. */
  | 'law'
  /** The law counts from the final version, which has not come. */
  | 'law-not-final'
  /** The practice shows a report once it is final, and this one is not. */
  | 'not-final'
  /** The patient wants the team to comment first; past the last day it comes without. */
  | 'waits-for-comment'
  /** The patient wants to be asked first, and has not said yes. */
  | 'asks-first'

/** `at`: from when the patient may see it, null for not as things stand. `askAt`: from when they are asked whether to. */
export type Release = { at: Date | null; askAt: Date | null; because: Because }

/** Whether something was decided, a release or a hold: there was a result, and it could not be seen before. */
export const isReleaseDecision = (because: Because) =>
  because !== 'taken-back' && because !== 'no-result' && because !== 'visible'

const hour = 3_600_000
const day = 24 * hour
/** "At most N days" after it was ready. */
export const mostDays = 30

const shown = new Set<ReportStatus>(['preliminary', 'final', 'amended', 'corrected', 'appended'])

/**
 * When a patient may see a report, and why: at once, unless the law of the state, an exception of the staff or the
 * patient's own choice says later, or the practice waits for its final version. There is no other reason, and none of them takes back what could be seen before.
 */
export function releaseOf(
  report: ReportFacts,
  choices: readonly Choice[],
  holds: readonly Hold[],
  { releaseHours, preliminaryResults }: ReleaseRules,
  now: Date
): Release {
  const { releasedAt, askAt, askedForAt, finalizedAt, commentedAt, kind, status } = report
  const past = releasedAt && releasedAt <= now ? releasedAt : null
  if (status === 'entered-in-error') return { at: past, askAt: null, because: 'taken-back' }
  if (past) return { at: past, askAt, because: 'visible' }
  if (!shown.has(status)) return { at: null, askAt: null, because: 'no-result' }

  const lawHours = releaseHours[kind] ?? 0
  if (lawHours > 0 && !finalizedAt) return { at: null, askAt: null, because: 'law-not-final' }
  if (status === 'preliminary' && preliminaryResults === 'once-final')
    return { at: null, askAt: null, because: 'not-final' }
  const choice = choices.find((each) => each.kind === kind)
  const readyAt = finalizedAt ?? report.issuedAt ?? report.collectedAt
  const delays: [Because, number][] = [
    ['law', finalizedAt && lawHours > 0 ? finalizedAt.getTime() + lawHours * hour : 0],
    ...holds.map((hold): [Because, number] => ['held', hold.liftedAt ? 0 : hold.heldUntil.getTime()]),
    [
      'waits-for-comment',
      choice?.timing === 'after-comment' && !commentedAt
        ? readyAt.getTime() + (choice.days ?? mostDays) * day
        : 0,
    ],
  ]
  const [because, until] = delays.reduce((latest, delay) => (delay[1] > latest[1] ? delay : latest))
  const isDelayed = until > now.getTime()
  const from = isDelayed ? new Date(until) : now
  if (choice?.timing !== 'ask-first' || askedForAt)
    return { at: from, askAt, because: isDelayed ? because : 'at-once' }
  const asked = !isDelayed && askAt && askAt <= now ? askAt : from
  return { at: null, askAt: asked, because: isDelayed ? because : 'asks-first' }
}
