import { outbox } from '../db/schema.ts'

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
