import { HTTPException } from 'hono/http-exception'
import type { RequestContext } from '../env.ts'
import { network } from './network.ts'
import { pseudonym } from './secret.ts'

/**
 * A first wall before anything costly: one network that posts without end at one thing, an address or a link. It only
 * shields the counters in D1, which decide; where the platform's counter does not answer, everyone passes.
 */
export async function shield(c: RequestContext, what: string) {
  const key = await pseudonym(c.env.TOKEN_KEY, 'shield', `${network(c)} ${what}`)
  const answer = await c.env.SIGN_IN_SHIELD?.limit({ key }).catch(() => undefined)
  if (answer?.success === false) throw new HTTPException(429)
}
