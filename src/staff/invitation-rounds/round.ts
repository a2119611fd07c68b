import * as v from 'valibot'
import { roundLists } from '../../db/schema.ts'
import { localDate } from '../../i18n/format.ts'
import { submissionId } from '../../web/form.ts'

export type RoundList = (typeof roundLists)[number]

/** Lists of the desk that may be sent to with one act. A lock needs a look at the chart. */
export const sendable = ['not-invited', 'expired', 'bounced', 'mail-failed'] as const

/** Failures that are the address's where they come at once: the same mail would fail again, so somebody must call. */
export const refusedAddress = ['validation_error', 'invalid_parameter', 'missing_required_field'] as const

/** Patients in one round: who has more sends another. */
export const mostInRound = 5000

/** Invitations that one request makes: a run of the Worker may only ask the database so often. */
export const perRequest = 100

export const NewRound = v.object({
  submissionId,
  list: v.picklist(roundLists),
  rosterId: v.fallback(v.string(), ''),
})

/**
 * Why a round passes somebody over. `open`: they have a link that works; `heldBack`: their mailbox takes nothing more;
 * `refused`: their address was not accepted; `since`: they were invited while it went on.
 */
export type Skipped =
  | 'open'
  | 'locked'
  | 'heldBack'
  | 'refused'
  | 'noEmail'
  | 'badEmail'
  | 'noBirthDate'
  | 'minor'
  | 'active'
  | 'deceased'
  | 'inactive'
  | 'since'

/** Who was born on this day, `YYYY-MM-DD`, or before is an adult today. */
export function bornBy(now: Date, timeZone: string) {
  const today = localDate(now, timeZone)
  return `${Number(today.slice(0, 4)) - 18}${today.slice(4)}`
}
