import type { RequestContext } from '../../env.ts'
import { seal, totpSetUpSecret } from '../secret.ts'
import type { Account } from '../store.ts'
import { totpStep, totpUri, typedSecret } from '../totp.ts'
import type { Session } from '../visit.ts'
import type { ConfirmedApp } from './store.ts'

/** What a person scans or types into their app: the same on every visit of a session until a code confirms it. */
export async function newApp(c: RequestContext, session: Session, account: Account) {
  const secret = await totpSetUpSecret(c.env.TOKEN_KEY, session.id, account)
  return { uri: totpUri(secret, account.email), secret: typedSecret(secret) }
}
export type NewApp = Awaited<ReturnType<typeof newApp>>

/** The app, ready to be kept, if it shows this code. */
export async function confirmApp(
  c: RequestContext,
  session: Session,
  account: Account,
  code: string
): Promise<ConfirmedApp | undefined> {
  const secret = await totpSetUpSecret(c.env.TOKEN_KEY, session.id, account)
  const step = await totpStep(secret, code, c.var.now)
  return step === undefined ? undefined : { step, sealed: await seal(c.env.TOKEN_KEY, secret) }
}
