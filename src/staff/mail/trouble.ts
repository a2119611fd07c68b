import { fateOf, isDoubtful, type MailFacts } from '../../outbox/fate.ts'
import type { OutboxRow } from '../../outbox/mail.ts'

/** What staff should look after: it did not arrive, was not wanted, or has waited for too long. */
export const troubles = ['failed', 'bounced', 'complained', 'waiting'] as const
export type Trouble = (typeof troubles)[number]

/** Mail leaves within seconds: what waits longer than this (milliseconds) is held up by something. */
export const patience = 5 * 60_000

type Troubled = MailFacts & Pick<OutboxRow, 'renderedAt' | 'dueAt' | 'firstTriedAt' | 'givenUpAt'>

/** What is wrong with a mail, if staff can still do something about it. */
export function troubleOf(mail: Troubled, now: Date): Trouble | undefined {
  if (mail.givenUpAt) return undefined
  const fate = fateOf(mail)
  if (fate === 'complained' || fate === 'bounced' || fate === 'failed') return fate
  if (fate !== 'waiting' && fate !== 'retried') return undefined
  const since = mail.firstTriedAt ?? mail.dueAt
  return now.getTime() - since.getTime() > patience ? 'waiting' : undefined
}

/** Why it may be sent once more: it waits anyway, it certainly did not arrive, or perhaps it did. Else it may not. */
export function retryOf(mail: Troubled, now: Date): 'now' | 'again' | 'doubtful' | undefined {
  const trouble = troubleOf(mail, now)
  if (trouble === 'waiting') return 'now'
  if (trouble === 'failed' || trouble === 'bounced') return isDoubtful(mail) ? 'doubtful' : 'again'
  return undefined
}

/** The moment that staff ask about: when it went wrong, or since when it has waited. */
export const momentOf = (mail: Troubled, trouble: Trouble) =>
  ({
    complained: mail.complainedAt,
    bounced: mail.bouncedAt,
    failed: mail.failedAt,
    waiting: mail.firstTriedAt,
  })[trouble] ?? mail.dueAt
