import { env } from 'cloudflare:workers'
import { passwordResets } from '../../src/db/schema.ts'
import { resetToken, sha256 } from '../../src/identity/secret.ts'
import { Browser } from './browser.ts'
import { hour } from './clock.ts'
import type { PostOffice } from './invited.ts'
import { db, minutesAgo } from './people.ts'

const link = /https:\/\/portal\.test(\/reset\/[\w-]{43})\n/

/** A password that meets every rule, and is not the one people in the cast have. */
export const newPassword = 'Blue-Kettle-42'

/** Asks at the front door. */
export const forget = (email: string, network = '203.0.113.7', browser = new Browser()) =>
  browser.post('/forgot-password', { email }, { 'CF-Connecting-IP': network })

/** The mails with a link to a new password, oldest first. */
export const resetMails = async (office: PostOffice, to?: string) =>
  (await office.mails(to)).filter(({ text }) => link.test(text))

/** The path of the link in the newest of them. */
export async function resetLink(office: PostOffice, to?: string) {
  const found = (await resetMails(office, to)).at(-1)?.text.match(link)?.[1]
  if (!found) throw new Error('No mail with a link to a new password was sent')
  return found
}

/** Someone forgot their password and has the mail. */
export async function forgotten(office: PostOffice, email = 'rosa@example.test', at?: Date) {
  await forget(email)
  await office.deliver(at)
  return resetLink(office, email)
}

/** Moves the clock of every link: it was asked for, sent, and expires, that much earlier (ms). */
export const ageLinks = (milliseconds: number) =>
  env.DB.prepare(
    `UPDATE password_resets SET created_at = created_at - ?1, sent_at = sent_at - ?1, expires_at = expires_at - ?1`
  )
    .bind(milliseconds)
    .run()

const states = {
  open: {},
  expired: { expiresAt: minutesAgo(30) },
  used: { usedAt: minutesAgo(5) },
  void: { voidAt: minutesAgo(5) },
}

/** Rosa’s links in every state there is; their tokens come back. */
export async function seedResets() {
  const sentAt = minutesAgo(10)
  const rows = await Promise.all(
    Object.entries(states).map(async ([id, state]) => {
      const token = await resetToken(env.TOKEN_KEY, id)
      const times = { createdAt: sentAt, sentAt, expiresAt: new Date(sentAt.getTime() + hour), ...state }
      const keys = { addressKey: 'rosa', networkKey: 'home' }
      return { token, row: { id, accountId: 'rosa', tokenHash: await sha256(token), ...keys, ...times } }
    })
  )
  await db()
    .insert(passwordResets)
    .values(rows.map(({ row }) => row))
  return rows.map(({ token }) => token)
}
