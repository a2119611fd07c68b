import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { readFields } from '../../web/form.ts'
import { network } from '../network.ts'
import { pseudonym, sameText } from '../secret.ts'
import type { Account } from '../store.ts'
import { limits } from '../throttle.ts'
import { newChallenge, openChallenge, type Purpose } from './challenge.ts'
import {
  challengeOf,
  isCopy,
  type Listed,
  type PasskeyOptions,
  readAssertion,
  requestOptions,
  userHandle,
  verifyAssertion,
} from './passkey.ts'
import { findPasskeyWithTry, suspendPasskey, type Use } from './store.ts'

/** For the button on the sign-in page: any passkey for this site will do. */
export const askForAnyPasskey = async (c: RequestContext): Promise<PasskeyOptions> =>
  requestOptions(c.env.APP_ORIGIN, await newChallenge(c.env.TOKEN_KEY, 'sign-in', '', c.var.now), [])

type Holder = { accountId: string; tokenHash: string }

/** For the button on a page of someone we know already, with the passkeys they may use; undefined when there are none. */
export async function askForOwnPasskey(
  c: RequestContext,
  purpose: Exclude<Purpose, 'sign-in' | 'add'>,
  { tokenHash }: Pick<Holder, 'tokenHash'>,
  passkeys: Listed[]
): Promise<PasskeyOptions | undefined> {
  if (passkeys.length === 0) return undefined
  const challenge = await newChallenge(c.env.TOKEN_KEY, purpose, tokenHash, c.var.now)
  return requestOptions(c.env.APP_ORIGIN, challenge, passkeys)
}

/**
 * The passkey that answered, if its answer is good; otherwise the account at most, to be written down. `holder` is the
 * half or whole session it must belong to; `isHeld` says that only its owner’s word is missing. What it earns must still be guarded by `passkeyUse`: an answer is good once.
 */
export async function provenPasskey(
  c: RequestContext,
  purpose: Exclude<Purpose, 'add'>,
  holder?: Holder
): Promise<{ account?: Account; use?: Use; isHeld?: boolean }> {
  const { db, now, requestId } = c.var
  const { TOKEN_KEY, APP_ORIGIN } = c.env
  const said = readAssertion((await readFields(c)).answer)
  const challenge =
    said && (await openChallenge(TOKEN_KEY, purpose, holder?.tokenHash ?? '', challengeOf(said), now))
  if (!challenge) return {}

  const who = holder?.accountId ?? network(c)
  const tries = { key: await pseudonym(TOKEN_KEY, 'passkey', who), limit: limits.passkey }
  const found = await findPasskeyWithTry(db, said.id, challenge, tries, now)
  if (!found || (holder && found.account.id !== holder.accountId)) return {}

  const { account, passkey } = found
  // An authenticator may leave the handle out only where it was told which passkey to use.
  const handle = said.response.userHandle ?? (holder ? userHandle(account.id) : '')
  const isGood = !found.isSpent && sameText(handle, userHandle(account.id))
  const counter = isGood ? await verifyAssertion(said, passkey, APP_ORIGIN) : undefined
  if (counter === undefined) return { account }

  if (isCopy(passkey.counter, counter)) {
    await suspendPasskey(db, account, passkey.id, requestId, now)
    wakeOutbox(c)
    return { account }
  }
  if (passkey.heldAt && purpose !== 'second-step') return { account, isHeld: true }
  return { account, use: { passkeyId: passkey.id, counter, challenge, purpose } }
}
