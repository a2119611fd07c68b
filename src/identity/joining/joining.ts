import * as v from 'valibot'
import type { staffInvitations } from '../../db/schema.ts'
import { unconfirmedLife } from '../invitation/invitation.ts'
import { sixDigits } from '../six-digits.ts'

export type StaffInvitation = typeof staffInvitations.$inferSelect
export type DeadState = 'expired' | 'replaced' | 'used' | 'revoked'

/** Why a link to join opens nothing; undefined while it works. */
export function deadState(invitation: StaffInvitation, now: Date): DeadState | undefined {
  if (invitation.acceptedAt) return 'used'
  if (invitation.revokedAt) return 'revoked'
  if (invitation.replacedAt) return 'replaced'
  const ends = invitation.expiresAt?.getTime() ?? invitation.createdAt.getTime() + unconfirmedLife
  return ends <= now.getTime() ? 'expired' : undefined
}

export const Joining = v.object({
  code: sixDigits('codeMissing', 'codeMalformed'),
  password: v.string(),
  terms: v.literal('yes', 'termsMissing'),
})
