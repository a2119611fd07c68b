import type { Context } from 'hono'
import type { SecureHeadersVariables } from 'hono/secure-headers'
import * as v from 'valibot'
import type { Db } from './db/client.ts'
import type { Dictionary, Language, Words } from './i18n/text.ts'
import type { Visit } from './identity/visit.ts'

export type Bindings = {
  DB: D1Database
  INVITATIONS: KVNamespace
  FILES: R2Bucket
  OUTBOX: Queue<{ id: string }>
  SIGN_IN_SHIELD?: RateLimit
  /** Figures by route pattern; off where it is not bound. */
  METRICS?: AnalyticsEngineDataset
  VERSION?: WorkerVersionMetadata
  APP_ORIGIN: string
  ENVIRONMENT: string
  /** The practice's number, for the one page that must be shown when the database does not answer. */
  OFFICE_PHONE: string
  TOKEN_KEY: string
  RESEND_API_KEY?: string
  RESEND_BASE_URL?: string
  RESEND_WEBHOOK_SECRET?: string
  /** Where mail comes from; noreply@carespaceportal.com while it is empty. */
  MAIL_SENDER?: string
  /** Where a mail goes each hour, to show that mail leaves; off while it is empty. */
  CANARY_ADDRESS?: string
  /** A range API that new passwords are also held against; off while it is empty. */
  BREACHED_PASSWORDS_URL?: string
}
type Variables = SecureHeadersVariables & {
  db: Db
  now: Date
  requestId: string
  language: Language
  words: Words
  t: Dictionary
  visit: Visit
}
export type Env = { Bindings: Bindings; Variables: object }

/** The context as helpers see it: whatever a gate granted is its handler's business. */
// biome-ignore lint/suspicious/noExplicitAny: the only way to say "any variables" that hono's context types accept
export type RequestContext = Context<{ Bindings: Bindings; Variables: any }>

// Known on every context; what a gate grants comes on top, by the type of its route alone.
declare module 'hono' {
  interface ContextVariableMap extends Variables {}
}

const text = v.optional(v.string(), '')

const Settings = v.object({
  APP_ORIGIN: v.pipe(
    text,
    v.regex(
      /^https?:\/\/[^/]+$/,
      'APP_ORIGIN must be the address people type, without a path: https://portal.example.com'
    )
  ),
  ENVIRONMENT: v.pipe(
    text,
    v.picklist(['development', 'test', 'production'], 'ENVIRONMENT must be development, test or production')
  ),
  TOKEN_KEY: v.pipe(
    text,
    v.minLength(32, 'TOKEN_KEY must be 32 characters or more: openssl rand -base64 32')
  ),
  RESEND_WEBHOOK_SECRET: v.pipe(
    text,
    v.regex(
      /^(whsec_[A-Za-z0-9+/]{16,}={0,2})?$/,
      'RESEND_WEBHOOK_SECRET must be empty or the signing secret that Resend shows for its webhook: whsec_…'
    )
  ),
  MAIL_SENDER: v.pipe(
    text,
    v.regex(
      /^([^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)?$/,
      'MAIL_SENDER must be empty or one email address at the domain that Resend has verified'
    )
  ),
  CANARY_ADDRESS: v.pipe(
    text,
    v.regex(/^([^\s@]+@[^\s@]+\.[^\s@]+)?$/, 'CANARY_ADDRESS must be empty or one email address of your own')
  ),
  BREACHED_PASSWORDS_URL: v.pipe(
    text,
    v.regex(
      /^(https?:\/\/[^?#]*[^/?#])?$/,
      'BREACHED_PASSWORDS_URL must be empty or an address without a slash at its end: https://api.pwnedpasswords.com/range'
    )
  ),
})
const Production = v.object({
  APP_ORIGIN: v.pipe(text, v.startsWith('https://', 'APP_ORIGIN must begin with https:// in production')),
  BREACHED_PASSWORDS_URL: v.pipe(
    text,
    v.regex(/^(https:|$)/, 'BREACHED_PASSWORDS_URL must begin with https:// in production')
  ),
  // Mail holds tokens. A stand-in on the same machine is no way through a network.
  RESEND_BASE_URL: v.pipe(
    text,
    v.regex(
      /^(https:.*|http:\/\/(127\.0\.0\.1|localhost)([:/].*)?)?$/,
      'RESEND_BASE_URL must begin with https:// in production'
    )
  ),
  RESEND_API_KEY: v.pipe(
    text,
    v.minLength(1, 'RESEND_API_KEY is missing: production sends its mail through Resend')
  ),
})

/** One readable sentence for each setting that is missing or wrong. */
export function settingsProblems(env: Partial<Bindings>): string[] {
  const results = [
    v.safeParse(Settings, env),
    ...(env.ENVIRONMENT === 'production' ? [v.safeParse(Production, env)] : []),
  ]
  return results.flatMap(({ issues }) => issues?.map(({ message }) => message) ?? [])
}

const checked = new WeakSet<Bindings>()

/** What is wrong with the settings, in words that hold none of their values. */
export class WrongSettings extends Error {}

/** Refuses to work with wrong settings; looks once per isolate. */
export function checkSettings(env: Bindings) {
  if (checked.has(env)) return
  const problems = settingsProblems(env)
  if (problems.length > 0) throw new WrongSettings(`CareSpace cannot start. ${problems.join('. ')}.`)
  checked.add(env)
}
