import { matchedRoutes } from 'hono/route'
import { alphabet, generateRandomString } from 'oslo/crypto'
import { isAway } from '../db/client.ts'
import type { RequestContext } from '../env.ts'

// Without the letters and digits people mix up on the phone.
const characters = alphabet('A-Z', '0-9').replace(/[01IO]/g, '')

/** A code short enough to read out on the phone: it names one request in the log. */
export const newReference = () =>
  `${generateRandomString(4, characters)}-${generateRandomString(4, characters)}`

/** The pattern a request matched, never its URL: that may hold a token or an id. */
const routeOf = (c: RequestContext) =>
  matchedRoutes(c).findLast(({ path }) => path !== '/*' && path !== '*')?.path ?? 'none'

/** What a request cost: milliseconds, and how often the database was asked. */
type Cost = { ms: number; trips: number }

/** One line per request, and one point in the figures where there are any: numbers and patterns only. */
export function writeLog(c: RequestContext, cost: Cost) {
  const { method } = c.req
  const route = routeOf(c)
  const { status } = c.res
  console.log(JSON.stringify({ level: 'info', requestId: c.var.requestId, method, route, status, ...cost }))
  try {
    c.env.METRICS?.writeDataPoint({
      indexes: [route.slice(0, longestIndex)],
      blobs: [method, route],
      doubles: [status, cost.ms, cost.trips],
    })
  } catch (error) {
    // Figures are no reason to fail.
    logError({ requestId: c.var.requestId, what: 'a figure could not be written' }, error)
  }
}

/** What Analytics Engine takes as an index (bytes). */
const longestIndex = 96

/** What kind of error it was, and no word of what it was about: the message of a database error can quote what was written. */
export function kindOfError(error: unknown): string {
  if (isAway(error)) return 'database away'
  for (let each = error; each instanceof Error; each = each.cause) {
    const [code] = each.message.match(/\bSQLITE_[A-Z_]+/) ?? []
    if (code) return code
  }
  return error instanceof Error ? error.name : 'unknown'
}

/** Something that failed, with what may be said about it: names of our own, never what anyone wrote. */
export const logError = (
  facts: { requestId?: string; route?: string; what?: string; kind?: string },
  error: unknown
) =>
  console.error(JSON.stringify({ level: 'error', ...facts, error: kindOfError(error), at: stackOf(error) }))

/** Where it happened, without the message, which may run over many lines and hold what someone wrote. */
const stackOf = (error: unknown) =>
  error instanceof Error
    ? error.stack
        ?.replace(error.message, () => '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => /^at .+:\d+:\d+\)?$/.test(line))
        .slice(0, 5)
    : undefined
