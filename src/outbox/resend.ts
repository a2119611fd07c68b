import { Resend } from 'resend'
import type { Bindings } from '../env.ts'
import type { Answer } from './deliver.ts'
import type { Mail } from './mail.ts'
import { senderOf } from './sender.ts'

/**
 * What became of a mail, by Resend's status. It never throws; an answer without a status is a connection that broke or
 * took longer than `timeLimit` (milliseconds).
 */
export async function sendByResend(
  env: Bindings,
  { to, subject, text, html, headers }: Mail,
  key: string,
  timeLimit: number
): Promise<Answer> {
  const resend = new Resend(
    env.RESEND_API_KEY,
    env.RESEND_BASE_URL ? { baseUrl: env.RESEND_BASE_URL } : undefined
  )
  // The client hands these on to fetch: what is in a mail goes to no address that an answer names.
  const request = {
    idempotencyKey: key,
    signal: AbortSignal.timeout(timeLimit),
    redirect: 'manual',
  } as const
  const answer = await resend.emails.send(
    { from: `CareSpace <${senderOf(env)}>`, to, subject, text, html, ...(headers && { headers }) },
    request
  )
  if (answer.data?.id) return { kind: 'accepted', id: answer.data.id }

  // Whatever stands between us and Resend may answer with any JSON at all.
  const status = answer.error?.statusCode ?? null
  const reason = answer.error?.name ?? 'unreadable answer'
  const wait = retryAfter(answer.headers)
  // 401 and 403 are about our key or our domain: right again once someone has put them right.
  if (status === 429 || status === 401 || status === 403) return { kind: 'not accepted', reason, ...wait }
  // So the client calls an answer it could not read, whose status alone says too little: 409 may be "busy with it".
  const isUnread = reason === 'application_error'
  if (
    isUnread ||
    reason === 'concurrent_idempotent_requests' ||
    status === null ||
    status >= 500 ||
    status === 408
  )
    return { kind: 'unknown', reason, ...wait }
  return { kind: 'refused', reason }
}

/** `Retry-After` in seconds, as milliseconds. */
function retryAfter(headers: Record<string, string> | null) {
  const seconds = Number(headers?.['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfter: seconds * 1000 } : {}
}
