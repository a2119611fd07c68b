import {
  cameBack,
  type Invitation,
  invitationState,
  type MailFate,
} from '../../identity/invitation/invitation.ts'
import { normalizeEmail } from '../../identity/sign-in/credentials.ts'

export type PortalStatus =
  | Exclude<ReturnType<typeof invitationState>, 'accepted'>
  | 'bounced'
  | 'delivered'
  | 'mailFailed'
  | 'notInvited'
  | 'registered'

type Mailed = Invitation & MailFate

const open: PortalStatus[] = ['sending', 'sent', 'expired']

/** What became of one invitation, in the words of the staff's screen. */
export function invitationStatus(invitation: Mailed, now: Date): PortalStatus {
  const state = invitationState(invitation, now)
  if (state === 'accepted') return 'registered'
  if (!open.includes(state)) return state
  if (cameBack(invitation)) return 'bounced'
  // A mail that never left has not expired: nobody had it.
  if (invitation.mailFailedAt) return 'mailFailed'
  return state === 'sent' && invitation.deliveredAt ? 'delivered' : state
}

/** How far a patient has come with the portal, judged by the account and the newest invitation. */
export function portalStatus(
  patient: { accountId: string | null; email: string | null },
  newest: Mailed | null | undefined,
  now: Date
): PortalStatus {
  if (patient.accountId) return 'registered'
  if (!newest) return 'notInvited'
  const status = invitationStatus(newest, now)
  const isClosed = status === 'replaced' || status === 'revoked'
  return !isClosed && normalizeEmail(patient.email ?? '') !== newest.email ? 'addressChanged' : status
}

/** An invitation that staff can still take back. */
export const canTakeBack = (invitation: Invitation, now: Date) =>
  ['sending', 'sent', 'locked'].includes(invitationState(invitation, now))
