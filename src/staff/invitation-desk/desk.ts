import type { InviteRefusal } from '../../identity/invitation/invitation.ts'
import type { PortalStatus } from '../patient/status.ts'

/** The lists of the invite desk, in the order in which they need a person. */
export const lists = [
  'asked',
  'bounced',
  'mail-failed',
  'locked',
  'expired',
  'not-invited',
  'sent',
  'delivered',
  'registered',
] as const
export type List = (typeof lists)[number]

export const isList = (word: string | undefined): word is List => lists.some((list) => list === word)

/** Patients on one page of the desk. */
export const pageSizes = [25, 50] as const

/** Nobody reads further: more than these are neither listed nor counted, however many a practice has. */
export const mostListed = 1000

/** What brings a patient a step further; nothing where only time does, or where nothing can. */
export type Act = 'address' | 'repair' | 'birth-date' | 'invite' | 'again'

/** What staff can do for a patient now, the likeliest first. */
export function actsFor(status: PortalStatus, refusal: InviteRefusal | undefined): Act[] {
  if (refusal === 'noEmail' || refusal === 'badEmail') return ['address']
  if (refusal === 'noBirthDate') return ['birth-date']
  if (refusal) return []
  if (status === 'bounced' || status === 'mailFailed') return ['repair']
  if (status === 'locked') return ['birth-date', 'again']
  return status === 'notInvited' ? ['invite'] : ['again']
}
