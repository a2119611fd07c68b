import { type Invitation, invitationState } from '../../identity/invitation/invitation.ts'

export type PortalStatus =
  | Exclude<ReturnType<typeof invitationState>, 'accepted'>
  | 'mailFailed'
  | 'notInvited'
  | 'registered'

type Mailed = Invitation & { mailFailedAt?: Date | null }

/** What became of one invitation, in the words of the staff's screen. */
export function invitationStatus(invitation: Mailed, now: Date): PortalStatus {
  const state = invitationState(invitation, now)
  if (state === 'sending' && invitation.mailFailedAt) return 'mailFailed'
  return state === 'accepted' ? 'registered' : state
}

/** How far a patient has come with the portal, judged by the account and the newest invitation. */
export function portalStatus(
  patient: { accountId: string | null },
  newest: Mailed | null | undefined,
  now: Date
): PortalStatus {
  if (patient.accountId) return 'registered'
  return newest ? invitationStatus(newest, now) : 'notInvited'
}

/** An invitation that staff can still take back. */
export const canTakeBack = (invitation: Invitation, now: Date) =>
  ['sending', 'sent', 'locked'].includes(invitationState(invitation, now))
