import type { MiddlewareHandler } from 'hono'
import { EntryDocument, PatientDocument, StaffDocument } from '../design/layout.tsx'
import type { Env, RequestContext } from '../env.ts'
import { assets } from './assets.generated.ts'

export type Head = {
  /** Never anything from a record: titles are kept in histories and shown on lock screens. */
  title: string
  /** `entry`: everything it needs to paint is in the first answer. Otherwise who is looking decides. */
  layout?: 'entry' | 'staff' | 'patient'
  /** The tab this page belongs to. */
  tab?: Tab
  /** Loads htmx: only pages with an island ask for it. */
  island?: boolean
  /** Loads the script that asks for a passkey: only pages with a button for it. */
  passkey?: boolean
  /** Takes the place of all that the page showed, whatever part of it asked. */
  whole?: boolean
  /** Something in the form was wrong: the title says so before anything else. */
  wrong?: boolean
}
export type Tab =
  | 'home'
  | 'messages'
  | 'appointments'
  | 'labs'
  | 'resources'
  | 'dashboard'
  | 'patients'
  | 'schedule'
  | 'practice'
  | 'staff'

declare module 'hono' {
  interface ContextRenderer {
    (content: string | Promise<string>, head: Head): Response | Promise<Response>
  }
}

const wantsPart = (c: RequestContext) => c.req.header('HX-Request-Type') === 'partial'

/** One view, two answers: the document, or only its content when htmx is replacing a part. */
export const page: MiddlewareHandler<Env> = async (c, next) => {
  c.setRenderer((content, { title, layout, tab, island = false, passkey = false, whole, wrong }) => {
    c.header('Vary', 'HX-Request-Type, Cookie, Accept-Language')
    const fullTitle = `${wrong ? c.var.t.common.errorPrefix : ''}${title} – CareSpace`
    if (wantsPart(c) && whole) {
      c.header('HX-Retarget', 'main')
      c.header('HX-Reswap', 'innerMorph')
    }
    if (wantsPart(c))
      return c.html(
        <>
          <title>{fullTitle}</title>
          {content}
        </>
      )
    const kind = layout ?? (isAtDesk(c.var.visit) ? 'staff' : 'patient')
    // Cloudflare sends this on as an early hint, before it has asked us. Entry pages carry their style.
    if (kind !== 'entry') c.header('Link', `<${assets.css}>; rel=preload; as=style`)
    const Document = documents[kind]
    const document = (
      <Document title={fullTitle} tab={tab} island={island} passkey={passkey}>
        {content}
      </Document>
    )
    return c.html(`<!DOCTYPE html>${document}`)
  })
  await next()
  // Back to the page itself is its new state, which takes the place of the old. A part of a page cannot go anywhere else:
  // htmx would put the other page into it. The browser goes instead; also for what static/app.js sends, whose answer is
  // shown by the browser, so that what the next page says once is not said to a script.
  const location = c.res.headers.get('Location')
  if (!location) return
  const isElsewhere = new URL(location, c.req.url).pathname !== c.req.path
  if (c.req.header('Sent-By') || (c.req.header('HX-Request') && isElsewhere))
    c.res = new Response(null, { status: 204, headers: movedBy(c.res, location) })
}

function movedBy({ headers }: Response, location: string) {
  const moved = new Headers(headers)
  moved.delete('Location')
  moved.set('HX-Redirect', location)
  return moved
}

/** Staff are at their desk, unless they look at a record as its patient sees it. */
const isAtDesk = (visit: RequestContext['var']['visit'] | undefined) =>
  visit?.viewer?.staffRole && visit.record?.via !== 'view'

const documents = { entry: EntryDocument, staff: StaffDocument, patient: PatientDocument }

/** The page of a form that could not be taken: what was typed, and why. */
export function renderInvalid(c: RequestContext, content: string | Promise<string>, head: Head) {
  c.status(422)
  return c.render(content, { ...head, wrong: true })
}
