import { contextStorage } from 'hono/context-storage'
import { HonoBase as Hono } from 'hono/hono-base'
import { HTTPException } from 'hono/http-exception'
import { TrieRouter } from 'hono/router/trie-router'
import { NONCE, secureHeaders } from 'hono/secure-headers'
import { connect, isAway } from './db/client.ts'
import { countingTrips } from './db/trips.ts'
import { type Bindings, checkSettings, type Env, WrongSettings } from './env.ts'
import { deviceOf } from './identity/devices/kind.ts'
import { finishWhenTaken } from './identity/kept/keeping.ts'
import { type Place, placeOf } from './parts/loading.ts'
import type { Part } from './parts/part.ts'
import { part as portal } from './parts/portal.ts'
import { systemPage } from './system-page.tsx'
import { assets } from './web/assets.generated.ts'
import { logError, newReference, writeLog } from './web/log.ts'
import { page } from './web/page.tsx'

// One router, the one that is ready at once: Hono's own choice of routers is 2 kB more and builds its table at the first request.
const site = new Hono<Env>({ router: new TrieRouter() })

// Components find their words and the nonce by it.
site.use(contextStorage())

site.use(async function logRequest(c, next) {
  c.set('requestId', newReference())
  const began = Date.now()
  await countingTrips(async (trips) => {
    await next()
    writeLog(c, { ms: Date.now() - began, trips: trips() })
  })
})

// What people attach must never run, not even in a frame of its own. Outside secureHeaders, which has its own policy for pages.
// What is shown inline is a PDF by its content: the browser's own reader draws it, and refuses to in a sandbox.
site.use(async function sandboxFiles(c, next) {
  await next()
  const disposition = c.res.headers.get('Content-Disposition')
  if (!disposition) return
  const isInline = disposition.startsWith('inline')
  c.header(
    'Content-Security-Policy',
    isInline
      ? "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
      : "default-src 'none'; sandbox"
  )
})

site.use(
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", NONCE],
      styleSrc: ["'self'", assets.entryCssHash],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    strictTransportSecurity: 'max-age=63072000; includeSubDomains; preload',
    xFrameOptions: 'DENY',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
    removePoweredBy: true,
  })
)

site.use(page)

site.use(async function openRequest(c, next) {
  c.set('words', (placeOf(c.req.path).part ?? portal).words)
  checkSettings(c.env)
  c.set('now', new Date())
  c.set('db', connect(c.env.DB, deviceOf(c.req.header('User-Agent') ?? null)))
  await next()
  c.header('Cache-Control', 'no-store')
  await c.var.db.settle()
})

site.use(async function missPart(c, next) {
  if (notLoaded.has(c.req.raw)) throw notLoaded.get(c.req.raw)
  await next()
})

site.use(finishWhenTaken)

function mount({ slices }: Part) {
  for (const slice of slices) slice.mount(site)

  // A known address asked in a way it does not know. What is there for development alone stays unknown.
  for (const [path, methods] of Map.groupBy(
    slices.flatMap((slice) => slice.table).filter(({ access }) => access !== 'development'),
    ({ path }) => path
  ))
    site.all(path, (c) => {
      c.header(
        'Allow',
        methods.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
      )
      return systemPage(c, 405)
    })
}

mount(portal)

site.notFound((c) => systemPage(c, 404))

site.onError(async (error, c) => {
  if (error instanceof HTTPException) return systemPage(c, error.status)
  logError(
    {
      requestId: c.var.requestId,
      route: c.req.routePath,
      ...(error instanceof WrongSettings ? { what: error.message } : {}),
    },
    error
  )
  return systemPage(c, isAway(error) ? 503 : 500)
})

/** Requests whose part of the portal could not be loaded, and why: they fail where every failure is answered and logged. */
const notLoaded = new WeakMap<Request, unknown>()

/** Puts a part on the router, once: two first requests may ask for it at the same time. */
async function bring(place: Place) {
  const { part } = await place.load()
  if (!place.part) mount(part)
  place.part = part
}

export const app = {
  /** Answers a request, once the part of the portal that it goes to is here. */
  async fetch(request: Request, env: Bindings, context?: ExecutionContext) {
    const place = placeOf(site.getPath(request))
    if (!place.part) await bring(place).catch((error: unknown) => notLoaded.set(request, error))
    return site.fetch(request, env, context)
  },
}
