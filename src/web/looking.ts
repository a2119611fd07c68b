import type { RequestContext } from '../env.ts'

/** A page fetched before anyone asked to see it, or by a program that only asks whether it is there, was not looked at. */
export const isLookedAt = (c: RequestContext) =>
  c.req.method === 'GET' &&
  !(c.req.header('Sec-Purpose') ?? c.req.header('Purpose') ?? '').includes('prefetch')
