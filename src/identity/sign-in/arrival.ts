import * as v from 'valibot'
import type { Condition, Statement } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { readFields, submissionId } from '../../web/form.ts'
import { knownDevice, rememberDevice } from '../device.ts'
import { pseudonym } from '../secret.ts'
import { newSession } from '../session.ts'
import type { Account } from '../store.ts'
import { storeArrival } from './store.ts'

export type Arrival = {
  account: Account
  /** What was given last. */
  by: 'password' | 'app' | 'passkey' | 'recovery-code'
  /** The page of ours the person was on the way to. */
  next: string | undefined
  /** What must still hold when the session is stored: a code that is not spent, a challenge that is new. */
  when?: Condition
  /** What is used up by it; `opened` holds if the session was stored. */
  spend?: (opened: Condition) => Statement[]
  /** The person asks not to be asked for a second step here again. Staff always are. */
  trust?: boolean
}

/**
 * The one way in: whoever has proved who they are gets a new session, the old one ends, and a device never seen before
 * is told to the account's address. Returns where they go from here; undefined when what they gave was spent meanwhile.
 */
export async function arrive(c: RequestContext, arrival: Arrival): Promise<string | undefined> {
  const { db, now, requestId, visit } = c.var
  const { account, by, next } = arrival
  const known = await knownDevice(c, account.email)
  const session = await newSession(c, account.id, true)
  const deviceId = await rememberDevice(c, account.email)
  const oldToken = visit.session?.tokenHash ?? null
  const stored = await storeArrival(
    db,
    {
      ...arrival,
      session: session.row,
      deviceId,
      newDeviceMail: known ? null : await newDeviceMail(c, account),
      oldToken,
      requestId,
    },
    now
  )
  if (!stored) return undefined

  session.setCookie()
  if (!known) wakeOutbox(c)
  const asked = stored.hasHeld && by !== 'passkey' ? paths.passkeys : undefined
  const goal = stored.keptId ? href(paths.kept, { keptId: stored.keptId }) : (next ?? asked)
  return account.staffRole === null && account.termsVersion !== visit.practice.termsVersion
    ? withQuery(paths.termsUpdate, { next: goal })
    : (goal ?? paths.front)
}

/** One sign-in form brings one mail, however often it is sent: an answer that was lost leaves the device unknown. */
async function newDeviceMail(c: RequestContext, account: Account) {
  const { submissionId: submitted } = await readFields(c)
  return v.is(submissionId, submitted)
    ? pseudonym(c.env.TOKEN_KEY, 'new device mail', `${account.id} ${submitted}`)
    : newId()
}
