import type { Context } from 'hono'
import type { SecureHeadersVariables } from 'hono/secure-headers'
import * as v from 'valibot'
import type { Db } from './db/client.ts'
import type { Dictionary, Language } from './i18n/text.ts'
import type { Visit } from './identity/visit.ts'

export type Bindings = {
  DB: D1Database
  INVITATIONS: KVNamespace
  FILES: R2Bucket
  OUTBOX: Queue<{ id: string }>
  SIGN_IN_SHIELD?: RateLimit
  APP_ORIGIN: string
  ENVIRONMENT: string
  /** The practice's number, for the one page that must be shown when the database does not answer. */
  OFFICE_PHONE: string
  TOKEN_KEY: string
  RESEND_API_KEY?: string
  RESEND_BASE_URL?: string
  RESEND_WEBHOOK_SECRET?: string
}
type Variables = SecureHeadersVariables & {
  db: Db
  now: Date
  requestId: string
  language: Language
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

const Settings = v.object({
  APP_ORIGIN: v.pipe(
    v.string('APP_ORIGIN is missing: the address people type, such as https://portal.example.com'),
    v.regex(/^https?:\/\/[^/]+$/, 'APP_ORIGIN must be a scheme and a host, without a path')
  ),
  ENVIRONMENT: v.picklist(
    ['development', 'test', 'production'],
    'ENVIRONMENT must be development, test or production'
  ),
  TOKEN_KEY: v.pipe(
    v.string('TOKEN_KEY is missing: 32 random bytes or more, as text'),
    v.minLength(32, 'TOKEN_KEY must be at least 32 characters')
  ),
})
const Production = v.object({
  APP_ORIGIN: v.pipe(v.string(), v.startsWith('https://', 'APP_ORIGIN must be https in production')),
  RESEND_API_KEY: v.pipe(
    v.string('RESEND_API_KEY is missing: production sends its mail through Resend'),
    v.minLength(1)
  ),
})

const checked = new WeakSet<Bindings>()

/** Throws one readable sentence per wrong setting; looks once per isolate. */
export function checkSettings(env: Bindings) {
  if (checked.has(env)) return
  const results = [
    v.safeParse(Settings, env),
    ...(env.ENVIRONMENT === 'production' ? [v.safeParse(Production, env)] : []),
  ]
  const problems = results.flatMap((result) => result.issues?.map((issue) => issue.message) ?? [])
  if (problems.length > 0) throw new Error(`CareSpace cannot start. ${problems.join('. ')}.`)
  checked.add(env)
}
