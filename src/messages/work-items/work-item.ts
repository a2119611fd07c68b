import * as v from 'valibot'
import { type queues, staffRoles } from '../../db/schema.ts'
import { may, type StaffRole } from '../../identity/permissions.ts'
import { atMost, saysSomething } from '../thread.ts'

type Queue = typeof queues.$inferSelect

/** Those whose role lets them answer patients, in every queue or in those of the front desk. */
export const answeringRoles: Record<Queue['answeredBy'], StaffRole[]> = {
  clinical: staffRoles.filter((role) => may(role, 'messages')),
  'front-desk': staffRoles.filter((role) => may(role, 'desk-messages')),
}

export const reasons = ['thanks', 'elsewhere', 'visit', 'duplicate', 'mistake', 'other'] as const
export type Reason = (typeof reasons)[number]

const longestWords = 500

/** Someone asked and nobody has answered: closing that needs a reason. */
export const owesReply = ({ work }: { work: { kind: 'answer' | 'unread' } | undefined }) =>
  work?.kind === 'answer'

/** Why nobody wrote back: one of the list, and words where the list has none. */
export const ClosingReason = v.pipe(
  v.object({
    reason: v.picklist(reasons, 'reasonMissing'),
    words: v.pipe(v.string(), v.trim(), v.check(atMost(longestWords), 'wordsTooLong')),
  }),
  v.forward(
    v.partialCheck(
      [['reason'], ['words']],
      ({ reason, words }) => reason !== 'other' || saysSomething(words),
      'wordsMissing'
    ),
    ['words']
  )
)

/** As it is kept: the key of the list, and the words after it. */
export const reasonText = ({ reason, words }: v.InferOutput<typeof ClosingReason>) =>
  words ? `${reason}: ${words}` : reason

/** The reverse of `reasonText`. */
export function readReason(text: string): { reason: Reason | undefined; words: string } {
  const [key = '', ...words] = text.split(': ')
  const reason = reasons.find((known) => known === key)
  return { reason, words: reason ? words.join(': ') : text }
}
