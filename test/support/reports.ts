import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { paths } from '../../src/paths.ts'
import { Browser } from './browser.ts'

/** What Resend signs with, in tests. */
export const signingSecret = env.RESEND_WEBHOOK_SECRET ?? ''

type Sending = { id?: string; at?: Date; secret?: string }

/** The headers that Resend sends with a report. */
export function signedHeaders(
  body: string,
  { id = `msg_${crypto.randomUUID()}`, at = new Date(), secret = signingSecret }: Sending = {}
) {
  return {
    'Content-Type': 'application/json',
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': new Webhook(secret).sign(id, at, body),
  }
}

/** Posts bytes with headers as a machine would: no cookie, no origin. */
export const postReport = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
  bindings = env
) => new Browser(bindings).raw(paths.mailReports, { method: 'POST', headers, body })

/** A report as Resend documents it, signed. */
export function report(
  type: string,
  providerId: string,
  more: Record<string, unknown> = {},
  sending: Sending = {}
) {
  const { happened = new Date().toISOString(), ...data } = more
  const body = JSON.stringify({
    type,
    created_at: happened,
    data: {
      email_id: providerId,
      created_at: happened,
      from: 'CareSpace <noreply@carespaceportal.com>',
      to: ['kanarienvogel@example.test'],
      subject: 'Kanarienvogel',
      ...data,
    },
  })
  return postReport(body, signedHeaders(body, sending))
}
