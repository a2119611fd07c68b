import { matchedRoutes } from 'hono/route'
import { alphabet, generateRandomString } from 'oslo/crypto'
import type { RequestContext } from '../env.ts'

// Without the letters and digits people mix up on the phone.
const characters = alphabet('A-Z', '0-9').replace(/[01IO]/g, '')

/** A code short enough to read out on the phone: it names one request in the log. */
export const newReference = () =>
  `${generateRandomString(4, characters)}-${generateRandomString(4, characters)}`

/** The pattern a request matched, never its URL: that may hold a token or an id. */
const routeOf = (c: RequestContext) =>
  matchedRoutes(c).findLast(({ path }) => path !== '/*' && path !== '*')?.path ?? 'none'

/** One line per request: numbers and patterns only. */
export const writeLog = (c: RequestContext, milliseconds: number) =>
  console.log(
    JSON.stringify({
      level: 'info',
      requestId: c.var.requestId,
      method: c.req.method,
      route: routeOf(c),
      status: c.res.status,
      ms: milliseconds,
    })
  )

/** Something that failed without failing its request: what kind of error it was, and no word of what it was about. */
export const logFailure = (requestId: string, what: string, error: unknown) =>
  console.error(
    JSON.stringify({
      level: 'error',
      requestId,
      what,
      error: error instanceof Error ? error.name : 'unknown',
    })
  )
