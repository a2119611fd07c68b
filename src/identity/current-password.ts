import type { RequestContext } from '../env.ts'
import { nobodysHash, verifyPassword } from './password.ts'
import { type Account, findAccountWithTry, recordPause } from './store.ts'
import { currentPasswordTries } from './tries.ts'
import type { Patient, Viewer } from './visit.ts'

/** Someone who has just proved to be the account's owner; `own` are the records that are theirs. */
export type Proven = {
  account: Account
  own: Pick<Patient, 'givenName' | 'familyName' | 'birthDate'>[]
  triesKey: string
}

/**
 * Whether someone who is signed in knows the password of their account: a session left open on a shared computer must
 * not be enough to change who owns it. Tries are counted per account; a pause looks like a wrong password.
 */
export async function checkCurrentPassword(
  c: RequestContext,
  viewer: Viewer,
  typed: string
): Promise<Proven | undefined> {
  const { db, now, requestId } = c.var
  const tries = await currentPasswordTries(c, viewer.id)
  const { taken, account, own } = await findAccountWithTry(db, viewer.id, tries, now)
  const right = taken && (await verifyPassword(account?.passwordHash ?? nobodysHash, typed))
  if (right && account) return { account, own, triesKey: tries.key }
  db.alongside(...recordPause(db, account, tries.limit, taken, requestId, now))
  return undefined
}
