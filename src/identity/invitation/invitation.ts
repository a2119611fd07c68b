import * as v from 'valibot'
import type { invitations } from '../../db/schema.ts'
import { localDate } from '../../i18n/format.ts'
import { normalizeEmail } from '../sign-in/credentials.ts'
import type { Patient } from '../visit.ts'

export type Invitation = typeof invitations.$inferSelect

const day = 24 * 60 * 60 * 1000
/** A link works for 4 days from the moment its mail was accepted for sending (ms). */
export const linkLife = 4 * day
/** A link whose mail was perhaps sent, but never confirmed: delivery gives up within a day, then 4 days more (ms). */
export const unconfirmedLife = 5 * day
/** Those who have not registered are reminded this long after the mail went out (ms). */
export const remindAfter = 2 * day
/** Wrong dates of birth after which an invitation is locked, and wrong codes after which a code is. */
export const mostTries = 5
/** From this wrong code on the page says whom the link is for. */
export const doubtfulTries = 3
/** How long a mailed code works (ms). */
export const codeLife = 10 * 60 * 1000

/** The moment a mail accepted at `at` stops working: what the mail, the page and the staff screen all show. */
export const expiryOf = (at: Date) => new Date(at.getTime() + linkLife)

/** ASCII only: no mail provider we use delivers to anything else. */
export const isEmail = (address: string) =>
  address.length <= 254 &&
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(address) &&
  !/^\.|\.\.|\.@/.test(address)

/** An address on file, or none. Its message is `emailWrong`; an empty one means there is none. */
export const AddressOnFile = v.pipe(
  v.string(),
  v.transform(normalizeEmail),
  v.check((typed) => typed === '' || isEmail(typed), 'emailWrong')
)

export type InviteRefusal =
  | 'active'
  | 'deceased'
  | 'inactive'
  | 'noEmail'
  | 'badEmail'
  | 'noBirthDate'
  | 'minor'

const adult = 18

type Invitable = Pick<Patient, 'accountId' | 'deceasedAt' | 'inactiveAt' | 'email' | 'birthDate'>

/** Why a patient cannot be invited today; undefined when nothing stands in the way. */
export function inviteRefusal(patient: Invitable, now: Date, timeZone: string): InviteRefusal | undefined {
  if (patient.accountId) return 'active'
  if (patient.deceasedAt) return 'deceased'
  if (patient.inactiveAt) return 'inactive'
  if (!patient.email?.trim()) return 'noEmail'
  if (!isEmail(normalizeEmail(patient.email))) return 'badEmail'
  // Registration asks for it, so nobody could finish.
  if (!patient.birthDate) return 'noBirthDate'
  return ageOn(localDate(now, timeZone), patient.birthDate) < adult ? 'minor' : undefined
}

/** Whole years between two dates `YYYY-MM-DD`. Born on February 29, one turns a year older on March 1. */
const ageOn = (today: string, birthDate: string) =>
  Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (today.slice(5) < birthDate.slice(5) ? 1 : 0)

/** What became of the mails of an invitation; `bouncedAt` also when it was reported as spam. */
export type MailFate = {
  mailFailedAt?: Date | null
  deliveredAt?: Date | null
  bouncedAt?: Date | null
  bounceKind?: 'hard' | 'soft' | 'complaint' | null
}

/** Whether the last news is that a mail came back: a mailbox that took a later one is reached again. */
export const cameBack = ({ bouncedAt, deliveredAt }: MailFate) =>
  Boolean(bouncedAt && bouncedAt.getTime() >= (deliveredAt?.getTime() ?? 0))

/** Whether the mail provider, as far as we know, sends nothing more to an address: it took no mail, or called it spam. */
export const isHeldBack = (email: string, newest: (MailFate & { email: string }) | undefined) =>
  newest !== undefined &&
  newest.email === normalizeEmail(email) &&
  cameBack(newest) &&
  newest.bounceKind !== 'soft'

export type InvitationState =
  | 'sending'
  | 'sent'
  | 'expired'
  | 'locked'
  | 'replaced'
  | 'revoked'
  | 'addressChanged'
  | 'accepted'

/** What has become of an invitation; `expiresAt` tells until when a sent one works. */
export function invitationState(invitation: Invitation, now: Date): InvitationState {
  if (invitation.acceptedAt) return 'accepted'
  if (invitation.revokedAt) return 'revoked'
  if (invitation.addressChangedAt) return 'addressChanged'
  if (invitation.replacedAt) return 'replaced'
  if (invitation.lockedAt || invitation.birthDateTries >= mostTries) return 'locked'
  if (endOf(invitation) <= now.getTime()) return 'expired'
  return invitation.sentAt ? 'sent' : 'sending'
}

const endOf = ({ expiresAt, createdAt }: Invitation) =>
  expiresAt?.getTime() ?? createdAt.getTime() + unconfirmedLife

export type LinkState = 'valid' | Exclude<InvitationState, 'sending' | 'sent' | 'accepted'> | 'used'

/** What someone who opens the link meets: the invitation's own state, and whether the record still stands as it was. */
export function linkState(
  invitation: Invitation,
  patient: Pick<Patient, 'accountId' | 'email' | 'inactiveAt' | 'deceasedAt'>,
  now: Date
): LinkState {
  const state = invitationState(invitation, now)
  if (state === 'accepted') return 'used'
  if (state !== 'sending' && state !== 'sent') return state
  if (patient.inactiveAt || patient.deceasedAt) return 'revoked'
  if (invitation.kind === 'caregiver') return 'valid'
  if (patient.accountId) return 'used'
  return normalizeEmail(patient.email ?? '') === invitation.email ? 'valid' : 'addressChanged'
}

/** "m***@example.com": enough to know one's own, too little to learn another's. */
export const maskedAddress = (email: string) =>
  `${email.slice(0, 1)}***${email.slice(email.lastIndexOf('@'))}`

/** Where KV keeps the way from a link to its invitation. */
export const linkKey = (tokenHash: string) => `invitation:${tokenHash}`

/** 32 bytes in base64url; anything else was never a link of ours. */
export const looksLikeToken = (token: string) => /^[\w-]{43}$/.test(token)
