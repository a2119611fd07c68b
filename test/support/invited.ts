import { env } from 'cloudflare:workers'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { as, type Browser } from './browser.ts'
import { ResendAccount } from './resend.ts'

export const row = <T>(query: string, ...values: unknown[]) =>
  env.DB.prepare(query)
    .bind(...values)
    .first<T>()
export const count = async (table: string, where = '1') =>
  (await row<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`))?.n

/** What Otto types: his own date of birth, a password that meets the rule, the terms. */
export const typed = {
  month: '9',
  day: '30',
  year: '1944',
  password: 'Blue-Kettle-42',
  terms: 'yes',
}
export const wrongDate = { month: '10', day: '1', year: '1944' }

const link = /https:\/\/portal\.test(\/register\/[\w-]+)/

/** The mail of one test: everything the portal sends, as Resend received it. */
export class PostOffice {
  readonly account = new ResendAccount()

  /** Sends what is due. The runtime's own queue may have taken up a mail before; it has no key here and sends nothing. */
  async deliver(at?: Date) {
    await env.DB.prepare(
      'UPDATE outbox SET leased_until = NULL, rendered_at = NULL, due_at = min(due_at, ?) WHERE sent_at IS NULL'
    )
      .bind(at?.getTime() ?? Date.now())
      .run()
    await deliverDue(this.account.bindings, mailWriters, () => at ?? new Date())
  }

  async mails(to?: string) {
    return (await this.account.sent()).filter((mail) => !to || mail.to === to)
  }

  async newest() {
    const mail = (await this.mails()).at(-1)
    if (!mail) throw new Error('No mail was sent')
    return mail
  }

  /** Staff invite a patient; the path of the link in the mail comes back. */
  async invite(patientId = 'otto-chart', at?: Date) {
    const response = await as('frida').submit(`/admin/patients/${patientId}/invitation`, {})
    if (response.status !== 303) throw new Error(`The invitation was refused with ${response.status}`)
    await this.deliver(at)
    return this.link()
  }

  /** The path of the link in the newest invitation. */
  async link() {
    const texts = (await this.mails()).map(({ text }) => text)
    const found = texts.findLast((text) => link.test(text))?.match(link)
    if (!found?.[1]) throw new Error('No mail with a link was sent')
    return found[1]
  }

  /** Asks for a code in this browser and reads it from the mailbox. */
  async code(browser: Browser, link: string) {
    const response = await browser.post(`${link}/code`)
    if (response.status !== 303) throw new Error(`The code was refused with ${response.status}`)
    await this.deliver()
    const code = /^ +(\d{6})$/m
    const texts = (await this.mails()).map(({ text }) => text)
    const digits = texts.findLast((text) => code.test(text))?.match(code)?.[1]
    if (!digits) throw new Error('No mail with a code was sent')
    return digits
  }
}

/** A code that is certainly not this one. */
export const another = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0')

/** Moves the newest invitation's clock: it was sent, and expires, that much earlier (ms). */
export const age = (milliseconds: number) =>
  env.DB.prepare(
    'UPDATE invitations SET sent_at = sent_at - ?1, expires_at = expires_at - ?1, created_at = created_at - ?1'
  )
    .bind(milliseconds)
    .run()
