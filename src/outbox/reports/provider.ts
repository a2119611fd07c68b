import { Webhook } from 'standardwebhooks'
import type { RequestContext } from '../../env.ts'
import type { Access } from '../../web/routes.ts'

/** What the mail provider sent and signed: its own id for it, when (by its clock) and the words. */
export type Signed = { id: string; sentAt: Date; body: string }

const maxBody = 256 * 1024

/**
 * The mail provider, which proves itself by a signature over the very bytes and a time within five minutes of ours
 * (Standard Webhooks). Why it was refused is not said: whoever signs knows.
 */
export const mailProvider: Access<{ signed: Signed }> = {
  label: 'mail provider',
  machine: {
    maxBody,
    tooLarge: (c) => c.text('The body is too large.', 413),
    failed: (c) => c.text('It could not be kept just now.', 503),
  },
  async enter(c, next) {
    if (!c.env.RESEND_WEBHOOK_SECRET)
      return c.text('Reports are not taken here: no signing secret is set.', 503)
    const signed = await readSigned(c, new Webhook(c.env.RESEND_WEBHOOK_SECRET))
    if (!signed) return c.text('The signature or its time is wrong.', 401)
    c.set('signed', signed)
    await next()
  },
}

async function readSigned(c: RequestContext, webhook: Webhook): Promise<Signed | undefined> {
  const id = c.req.header('svix-id') ?? ''
  const timestamp = c.req.header('svix-timestamp') ?? ''
  if (!/^[\w.-]{1,100}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return undefined
  const body = await c.req.text()
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': c.req.header('svix-signature') ?? '',
  }
  try {
    webhook.verify(body, headers, { jsonParse: false })
  } catch {
    return undefined
  }
  return { id, sentAt: new Date(Number(timestamp) * 1000), body }
}
