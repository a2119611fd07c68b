import type { Handler, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { HonoBase as Hono } from 'hono/hono-base'
import { HTTPException } from 'hono/http-exception'
import type { Env, RequestContext } from '../env.ts'
import { formLimit, readPosted } from './form.ts'
import { logError } from './log.ts'
import type { FileLimits } from './multipart.ts'

/** Who may enter, and what the handler gets in `c.var` once they are in. */
export type Access<Granted extends object = object> = {
  label: string
  enter: MiddlewareHandler<Env & { Variables: Granted }>
  /** Machines prove themselves by key, not by cookie: no origin to check, and larger bodies (bytes). */
  machine?: {
    maxBody: number
    tooLarge: (c: RequestContext) => Response
    /** What it is told where people get the page of a fault. */
    failed?: (c: RequestContext) => Response
  }
}

export type Route = {
  method: 'GET' | 'POST'
  path: string
  access: string
  /** Bytes of the largest form it takes. */
  maxBody: number
}

/** The only way to add a URL to the portal. Every line says where, who, what. */
export class Routes {
  readonly table: Route[] = []
  readonly #lines: ((app: Hono<Env>) => void)[] = []

  /** Adds every line to the portal's router, the only one there is: a router for each slice is filled for nothing. */
  mount(app: Hono<Env>) {
    for (const addTo of this.#lines) addTo(app)
  }

  get<Path extends string, G extends object>(
    path: Path,
    access: Access<G>,
    handler: Handler<Env & { Variables: G }, Path>
  ) {
    return this.#add('GET', path, access, handler as unknown as Handler<Env>)
  }

  post<Path extends string, G extends object>(
    path: Path,
    access: Access<G>,
    handler: Handler<Env & { Variables: G }, Path>,
    { maxBody = formLimit, holds }: { maxBody?: number; holds?: FileLimits } = {}
  ) {
    return this.#add('POST', path, access, handler as unknown as Handler<Env>, maxBody, holds)
  }

  #add<G extends object>(
    method: 'GET' | 'POST',
    path: string,
    access: Access<G>,
    handler: Handler<Env>,
    maxBody = formLimit,
    holds?: FileLimits
  ) {
    const enter = access.enter as unknown as MiddlewareHandler<Env>
    const { machine } = access
    this.#lines.push((app) => {
      if (method === 'GET') app.get(path, enter, handler)
      else if (machine) {
        const { maxBody, tooLarge, failed } = machine
        app.post(path, limit(maxBody, tooLarge), telling(enter, failed), telling(handler, failed))
      } else app.post(path, sameOrigin, limit(maxBody), takeBody(enter, holds), enter, handler)
    })
    this.table.push({ method, path, access: access.label, maxBody: machine?.maxBody ?? maxBody })
    return this
  }
}

const limit = (maxSize: number, tooLarge: (c: RequestContext) => Response = refuseLarge) =>
  bodyLimit({ maxSize, onError: tooLarge })

/** A machine reads no pages: whatever fails behind its door, it hears in its own words that it may come again. */
const telling = (handle: Handler<Env>, failed?: (c: RequestContext) => Response): Handler<Env> =>
  failed
    ? async (c, next) => {
        try {
          return await handle(c, next)
        } catch (error) {
          logError({ requestId: c.var.requestId, route: c.req.routePath }, error)
          c.header('Retry-After', '60')
          return failed(c)
        }
      }
    : handle

const refuseLarge = () => {
  throw new HTTPException(413)
}

/**
 * A body may be sent as slowly as its sender likes, so who they are and what time it is are asked once all of it is
 * here: a session that ended meanwhile writes nothing more. A large one is read for nobody but who may send it; one that
 * does not say its length has been read by now, to measure it.
 */
const takeBody =
  (enter: MiddlewareHandler<Env>, holds?: FileLimits): MiddlewareHandler<Env> =>
  async (c, next) => {
    const take = async () => {
      // One that cannot be read is refused where it is looked at.
      await readPosted(c, holds).catch(() => undefined)
      c.set('now', new Date())
    }
    if (Number(c.req.header('Content-Length') ?? 0) <= formLimit) {
      await take()
      return next()
    }
    return enter(c, async () => {
      await take()
      await next()
    })
  }

/**
 * Only our own pages may post. Hono's csrf() lets JSON and unknown types through; this looks at every unsafe request.
 * Browsers without Fetch Metadata still send Origin with a POST.
 */
const sameOrigin: MiddlewareHandler<Env> = async (c, next) => {
  if (!isSameOrigin(c)) throw new HTTPException(403)
  await next()
}

function isSameOrigin(c: RequestContext) {
  const site = c.req.header('Sec-Fetch-Site')
  if (site !== undefined) return site === 'same-origin'
  return c.req.header('Origin') === c.env.APP_ORIGIN
}
