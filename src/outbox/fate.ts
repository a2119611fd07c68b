import type { OutboxRow } from './mail.ts'

export type MailFacts = Pick<
  OutboxRow,
  | 'attempts'
  | 'sentAt'
  | 'cancelledAt'
  | 'failedAt'
  | 'deliveredAt'
  | 'delayedAt'
  | 'bouncedAt'
  | 'bounceKind'
  | 'complainedAt'
>
/** What may become of a mail, the furthest on its way first. */
export const fates = [
  'delivered',
  'sent',
  'delayed',
  'waiting',
  'retried',
  'bounced',
  'complained',
  'failed',
  'cancelled',
] as const
export type Fate = (typeof fates)[number]

/** A mail given back for now that arrived in the end was delivered; some mailboxes give back what they keep. */
export const isBounced = ({ bouncedAt, bounceKind, deliveredAt }: MailFacts) =>
  bouncedAt !== null && (bounceKind === 'hard' || deliveredAt === null)

/** What became of a mail, the gravest that is known of it. */
export function fateOf(mail: MailFacts): Fate {
  if (mail.complainedAt) return 'complained'
  if (isBounced(mail)) return 'bounced'
  if (mail.failedAt) return 'failed'
  if (mail.deliveredAt) return 'delivered'
  if (mail.sentAt) return mail.delayedAt ? 'delayed' : 'sent'
  if (mail.cancelledAt) return 'cancelled'
  return mail.attempts > 0 ? 'retried' : 'waiting'
}

type Tried = Pick<OutboxRow, 'sentAt' | 'renderedAt' | 'failedAt'>

/** Failed without anyone knowing whether it went out: words that may have been taken are never unwritten (0004). */
export const isDoubtful = ({ sentAt, renderedAt, failedAt }: Tried) =>
  failedAt !== null && sentAt === null && renderedAt !== null
