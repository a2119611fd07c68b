import type { RequestContext } from '../env.ts'
import { nobodysHash, verifyPassword } from './password.ts'
import { pseudonym } from './secret.ts'
import { type Account, findAccountWithTry } from './store.ts'
import { limits } from './throttle.ts'
import type { Viewer } from './visit.ts'

/**
 * Whether someone who is signed in knows the password of their account: a session left open on a shared computer must
 * not be enough to change who owns it. Tries are counted per account; a pause looks like a wrong password.
 */
export async function checkCurrentPassword(
  c: RequestContext,
  viewer: Viewer,
  typed: string
): Promise<{ account: Account; triesKey: string } | undefined> {
  const { db, now } = c.var
  const triesKey = await pseudonym(c.env.TOKEN_KEY, 'current password', viewer.id)
  const { allowed, account } = await findAccountWithTry(
    db,
    viewer.id,
    { key: triesKey, limit: limits.currentPassword },
    now
  )
  const right = allowed && (await verifyPassword(account?.passwordHash ?? nobodysHash, typed))
  return right && account ? { account, triesKey } : undefined
}
