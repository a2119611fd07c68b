import type { Bindings } from '../env.ts'
import type { Answer } from './deliver.ts'
import type { Mail, OutboxRow } from './mail.ts'

const folder = 'dev-mailbox/'
const newestFirst = (at: number) => String(9_999_999_999_999 - at)

export type KeptMail = {
  id: string
  kind: string
  to: string
  subject: string
  text: string
  html: string
  sentAt: string
}

/** Development's stand-in for Resend: keeps the mail for `/dev/mailbox` instead of sending it. */
export async function keepInMailbox(
  env: Bindings,
  { to, subject, text, html }: Mail,
  row: OutboxRow,
  at: Date
): Promise<Answer> {
  const kept: KeptMail = { id: row.id, kind: row.kind, to, subject, text, html, sentAt: at.toISOString() }
  await env.FILES.put(`${folder}${newestFirst(at.getTime())}-${row.id}`, JSON.stringify(kept))
  return { kind: 'accepted', id: `dev-${row.id}` }
}

/** The last mails kept, newest first. */
export async function listMailbox(env: Bindings, to: string | undefined): Promise<KeptMail[]> {
  const { objects } = await env.FILES.list({ prefix: folder, limit: 200 })
  const mails = await Promise.all(
    objects.map(async ({ key }) => (await env.FILES.get(key))?.json<KeptMail>())
  )
  return mails.filter((mail): mail is KeptMail => mail !== undefined && (!to || mail.to === to.toLowerCase()))
}
