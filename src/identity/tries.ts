import type { RequestContext } from '../env.ts'
import { network } from './network.ts'
import { pseudonym } from './secret.ts'
import { limits, type Try } from './throttle.ts'

/**
 * What a sign-in counts against: where this address has signed in before, the device's own budget alone; elsewhere the
 * address, all strangers together, and the network. So strangers cannot use up the owner's tries.
 */
export async function signInTries(
  c: RequestContext,
  email: string,
  deviceId: string | undefined
): Promise<[own: Try] | [own: Try, byNetwork: Try]> {
  const key = await pseudonym(c.env.TOKEN_KEY, 'sign-in address', email)
  if (deviceId) return [{ key: `${key}.${deviceId}`, limit: limits.signInByDevice }]
  return [
    { key, limit: limits.signInByAddress },
    {
      key: await pseudonym(c.env.TOKEN_KEY, 'sign-in network', network(c)),
      limit: limits.signInByNetwork,
    },
  ]
}

/** Codes of every kind that are typed after the password, counted together. */
export const secondStepTries = async (c: RequestContext, accountId: string) => ({
  key: await pseudonym(c.env.TOKEN_KEY, 'second step', accountId),
  limit: limits.secondStep,
  accountId,
})

/** The password asked again of someone who is signed in. */
export const currentPasswordTries = async (c: RequestContext, accountId: string) => ({
  key: await pseudonym(c.env.TOKEN_KEY, 'current password', accountId),
  limit: limits.currentPassword,
  accountId,
})
