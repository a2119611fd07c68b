import { sql } from 'drizzle-orm'
import { outbox } from '../db/schema.ts'
import type { Fate } from './fate.ts'

/** What `fateOf` and the staff's words for it are judged by. */
export const fateColumns = {
  id: outbox.id,
  kind: outbox.kind,
  attempts: outbox.attempts,
  dueAt: outbox.dueAt,
  sentAt: outbox.sentAt,
  cancelledAt: outbox.cancelledAt,
  failedAt: outbox.failedAt,
  failure: outbox.failure,
  deliveredAt: outbox.deliveredAt,
  delayedAt: outbox.delayedAt,
  bouncedAt: outbox.bouncedAt,
  bounceKind: outbox.bounceKind,
  bounceReason: outbox.bounceReason,
  complainedAt: outbox.complainedAt,
  givenUpAt: outbox.givenUpAt,
}

/** The same as `fateOf`, in SQL, of the mail that a query calls `o`. */
export const fateInSql = sql<Fate>`CASE
    WHEN o.complained_at IS NOT NULL THEN 'complained'
    WHEN o.bounced_at IS NOT NULL AND (o.bounce_kind = 'hard' OR o.delivered_at IS NULL) THEN 'bounced'
    WHEN o.failed_at IS NOT NULL THEN 'failed'
    WHEN o.delivered_at IS NOT NULL THEN 'delivered'
    WHEN o.sent_at IS NOT NULL THEN iif(o.delayed_at IS NULL, 'sent', 'delayed')
    WHEN o.cancelled_at IS NOT NULL THEN 'cancelled'
    WHEN o.attempts > 0 THEN 'retried'
    ELSE 'waiting' END`
