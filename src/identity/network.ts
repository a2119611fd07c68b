import type { RequestContext } from '../env.ts'

/** The client's network address as Cloudflare saw it; never a header the client could write. */
export const networkAddress = (c: RequestContext) => c.req.header('CF-Connecting-IP') ?? 'local'
