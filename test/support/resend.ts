import { env } from 'cloudflare:workers'
import { inject } from 'vitest'
import type { Bindings } from '../../src/env.ts'
import type { Script, SentMail } from './resend-script.ts'

/** An account at Resend of a test's own. */
export class ResendAccount {
  readonly #key = `re_${crypto.randomUUID().replaceAll('-', '')}`
  readonly #url = inject('resendUrl')
  readonly bindings: Bindings = { ...env, RESEND_API_KEY: this.#key, RESEND_BASE_URL: this.#url }

  async willAnswer(...script: Script[]) {
    await fetch(`${this.#url}/test/${this.#key}`, { method: 'PUT', body: JSON.stringify(script) })
  }

  /** Every call that arrived, in order. */
  async calls(): Promise<SentMail[]> {
    return (await fetch(`${this.#url}/test/${this.#key}`)).json()
  }

  /** The mails Resend has sent. */
  async sent() {
    return (await this.calls()).filter(({ accepted }) => accepted).map(({ mail }) => mail)
  }
}
