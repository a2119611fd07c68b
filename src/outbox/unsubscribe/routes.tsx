import type { RequestContext } from '../../env.ts'
import { anyone, linkInMail } from '../../identity/viewer.ts'
import { href, paths } from '../../paths.ts'
import { readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { isTurnedOff, turnOff } from './store.ts'
import { readToken, type Subscription } from './unsubscribing.ts'
import { UnsubscribePage } from './views.tsx'

export const unsubscribe = new Routes()

async function show(c: RequestContext, of: Subscription | undefined) {
  const state = !of ? 'unknown' : (await isTurnedOff(c.var.db, of)) ? 'off' : 'on'
  if (!of) c.status(404)
  return c.render(<UnsubscribePage state={state} kind={of?.kind} token={c.req.param('token') ?? ''} />, {
    title: c.var.t.unsubscribe[state].title,
    layout: 'entry',
  })
}

// Programs open every link of a mail: looking changes nothing.
unsubscribe.get(paths.unsubscribe, anyone, async (c) =>
  show(c, await readToken(c.env.TOKEN_KEY, c.req.param('token')))
)

unsubscribe.post(paths.unsubscribe, linkInMail, async (c) => {
  const { db, now, requestId } = c.var
  const token = c.req.param('token')
  const of = await readToken(c.env.TOKEN_KEY, token)
  const fields: Record<string, string> = await readFields(c).catch(() => ({}))
  const isProgram = fields['List-Unsubscribe'] === 'One-Click'
  if (!of) return isProgram ? c.text('This link is not known.', 404) : show(c, of)
  await turnOff(db, of, requestId, now)
  // A program follows no redirect (RFC 8058, 3.1).
  return isProgram ? c.text('Done.', 200) : c.redirect(href(paths.unsubscribe, { token }), 303)
})
