import type { Bindings } from '../../env.ts'

const hour = 60 * 60_000
/** A mail an hour: when the last that arrived is older than this (milliseconds), two in a row are missing. */
const tooLong = 2 * hour

/** Milliseconds: when the first was queued, the last was taken by the mail service, and the last arrived. */
export type CanaryFacts = { firstAt: number | null; sentAt: number | null; deliveredAt: number | null }
export type CanaryState = 'none yet' | 'fine' | 'not sent' | 'not delivered'

/** Whether the hourly mail to ourselves goes out and arrives. Without reports nobody can say that it arrives. */
export function judgeCanary(
  { firstAt, sentAt, deliveredAt }: CanaryFacts,
  now: Date,
  { hasReports }: { hasReports: boolean }
): CanaryState {
  if (firstAt === null) return 'none yet'
  const isMissing = (last: number | null) => now.getTime() - (last ?? firstAt) > tooLong
  if (isMissing(sentAt)) return 'not sent'
  return hasReports && isMissing(deliveredAt) ? 'not delivered' : 'fine'
}

/** The same for this practice; undefined where no hourly mail is set up. */
export const canaryOf = (
  { CANARY_ADDRESS, RESEND_WEBHOOK_SECRET }: Bindings,
  facts: CanaryFacts | undefined,
  now: Date
) =>
  CANARY_ADDRESS && facts
    ? judgeCanary(facts, now, { hasReports: Boolean(RESEND_WEBHOOK_SECRET) })
    : undefined

/** Whether staff must be told: mail does not get through. */
export const isAlarming = (state: CanaryState | undefined) =>
  state === 'not sent' || state === 'not delivered'

/** One name for each hour: however often cron runs, one mail. */
export const canaryId = (now: Date) => `canary-${Math.floor(now.getTime() / hour)}`
