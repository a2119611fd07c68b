import * as v from 'valibot'
import type { passwordResets } from '../../db/schema.ts'
import { isEmail } from '../invitation/invitation.ts'
import type { Personal } from '../password-rule.ts'
import { normalizeEmail } from '../sign-in/credentials.ts'

type Row = typeof passwordResets.$inferSelect

/** A link to a new password as someone who opens it meets it, with the account it is for. */
export type Reset = Pick<Row, 'id' | 'createdAt' | 'expiresAt' | 'usedAt' | 'voidAt'> & {
  accountId: string
  email: string
  deactivatedAt: Date | null
  personal: Personal
}

const hour = 60 * 60 * 1000
/** A link works for an hour from the moment its mail was accepted for sending (ms). */
export const linkLife = hour
/** A link whose mail was perhaps sent, but never confirmed: delivery gives up within 23 hours, then an hour more (ms). */
export const unconfirmedLife = 24 * hour
/** How many mails go out within `window` (ms). */
export const mailLimits = { perAddress: 3, perNetwork: 10, window: hour }

/** The moment a mail accepted at `at` stops working: what the mail and the page both say. */
export const expiryOf = (at: Date) => new Date(at.getTime() + linkLife)

export type ResetState = 'valid' | 'expired' | 'used' | 'void'

/** What has become of a link. */
export function resetState(
  { usedAt, voidAt, deactivatedAt, expiresAt, createdAt }: Reset,
  now: Date
): ResetState {
  if (usedAt) return 'used'
  if (voidAt || deactivatedAt) return 'void'
  const end = expiresAt?.getTime() ?? createdAt.getTime() + unconfirmedLife
  return now.getTime() < end ? 'valid' : 'expired'
}

export const Address = v.object({
  email: v.pipe(
    v.string(),
    v.transform(normalizeEmail),
    v.minLength(1, 'emailMissing'),
    v.check(isEmail, 'emailWrong')
  ),
})
