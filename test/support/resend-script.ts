/** How the server answers one call. Calls beyond the script are `ok`. */
export type Script =
  | 'ok'
  | 'limit'
  | 'quota'
  | 'bad key'
  | 'invalid'
  | 'broken'
  | 'proxy'
  | 'empty error'
  | 'busy'
  /** Points to where the mail would be taken. */
  | 'elsewhere'
  /** The same, but what it says is lost on the way. */
  | 'garbled'
  /** The connection breaks before the mail is taken, or after. */
  | 'reset before'
  | 'reset after'
  /** No answer at all; the mail is not taken, or is. */
  | 'never'
  | 'silent after'
  | { retryAfter: number }
  /** Taken, under an id that the test knows. */
  | { id: string }

export type SentMail = {
  idempotencyKey: string
  mail: {
    from: string
    to: string
    subject: string
    text: string
    html: string
    headers?: Record<string, string>
  }
  answer: Script
  /** Whether this very call made Resend send a mail. */
  accepted: boolean
}

declare module 'vitest' {
  interface ProvidedContext {
    resendUrl: string
  }
}
