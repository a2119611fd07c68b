import { Resend } from 'resend'
import type { Bindings } from '../env.ts'
import type { Answer } from './deliver.ts'
import type { Mail } from './mail.ts'

const sender = 'CareSpace <noreply@carespaceportal.com>'
const timeLimit = 15_000

/**
 * Resend says what became of a mail by status and error name: 409 for a key in use, 429 for rate and quota, 422 and the
 * like for what will never be right. It never throws; a null answer with a message is a connection that broke.
 */
export async function sendByResend(env: Bindings, mail: Mail, key: string): Promise<Answer> {
  const resend = new Resend(
    env.RESEND_API_KEY,
    env.RESEND_BASE_URL ? { baseUrl: env.RESEND_BASE_URL } : undefined
  )
  const { to, subject, text, html } = mail
  const answer = await Promise.race([
    resend.emails.send({ from: sender, to, subject, text, html }, { idempotencyKey: key }),
    new Promise<null>((resolve) => setTimeout(resolve, timeLimit, null)),
  ])
  if (!answer) return { kind: 'unknown', reason: 'no answer in time' }
  if (answer.data) return { kind: 'accepted', id: answer.data.id }

  const { name, statusCode } = answer.error
  const wait = retryAfter(answer.headers)
  if (statusCode === 429 || name === 'rate_limit_exceeded' || name === 'daily_quota_exceeded')
    return { kind: 'not accepted', reason: name, ...wait }
  if (name === 'concurrent_idempotent_requests' || statusCode === null || statusCode >= 500)
    return { kind: 'unknown', reason: name, ...wait }
  return { kind: 'refused', reason: name }
}

/** `Retry-After` in seconds, as milliseconds. */
function retryAfter(headers: Record<string, string> | null) {
  const seconds = Number(headers?.['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfter: seconds * 1000 } : {}
}
