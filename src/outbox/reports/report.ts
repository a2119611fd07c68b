import * as v from 'valibot'
import type { mailReports } from '../../db/schema.ts'
import type { Signed } from './provider.ts'

/** What the mail provider says became of a mail. Neither address nor subject nor a server's own words are in it. */
export type Report = Omit<typeof mailReports.$inferSelect, 'outboxId' | 'receivedAt'>

/** What a mail server says when it gives a mail back, by the name Resend has for it (`bounce.subType`). */
const bounceReasons: Record<string, string> = {
  NoEmail: 'no_mailbox',
  MailboxFull: 'mailbox_full',
  MessageTooLarge: 'too_large',
  ContentRejected: 'content_rejected',
  AttachmentRejected: 'content_rejected',
  Suppressed: 'suppressed',
  OnAccountSuppressionList: 'suppressed',
}

const word = v.fallback(v.optional(v.pipe(v.string(), v.maxLength(100)), ''), '')
const Payload = v.object({
  type: v.string(),
  created_at: word,
  data: v.fallback(
    v.optional(
      v.object({
        email_id: word,
        bounce: v.fallback(v.optional(v.object({ type: word, subType: word })), undefined),
        failed: v.fallback(v.optional(v.object({ reason: word })), undefined),
      })
    ),
    undefined
  ),
})

/** Reads what was signed; undefined when it is no report at all. A kind we do not know is one all the same. */
export function readReport({ id, sentAt, body }: Signed, now: Date): Report | undefined {
  const parsed = v.safeParse(Payload, jsonOf(body))
  if (!parsed.success) return undefined
  const { type, created_at, data } = parsed.output
  const said = new Date(created_at)
  const happenedAt = Number.isNaN(said.getTime()) ? sentAt : said
  return {
    id,
    type: /^[a-z_.]{1,60}$/.test(type) ? type : 'unknown',
    providerId: data?.email_id || null,
    happenedAt: happenedAt < now ? happenedAt : now,
    ...whatWentWrong(type, data),
  }
}

function whatWentWrong(
  type: string,
  data: v.InferOutput<typeof Payload>['data']
): Pick<Report, 'bounceKind' | 'reason'> {
  if (type === 'email.suppressed') return { bounceKind: 'hard', reason: 'suppressed' }
  if (type === 'email.bounced')
    return {
      bounceKind: data?.bounce?.type === 'Permanent' ? 'hard' : 'soft',
      reason: bounceReasons[data?.bounce?.subType ?? ''] ?? 'unknown',
    }
  if (type !== 'email.failed') return { bounceKind: null, reason: null }
  const reason = data?.failed?.reason ?? ''
  return { bounceKind: null, reason: /^[a-z_]{1,60}$/.test(reason) ? reason : 'unknown' }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
