import type { RequestContext } from '../../env.ts'
import type { Unsent } from './kept-form.ts'
import { RefusedPage, UnsentPage } from './views.tsx'

/**
 * The answer to a form that came without a session, or with one that someone ended: nothing was taken, and no word of it
 * is lost. It is not kept for the account, because whoever was put out must not leave words there for its owner to send.
 */
export function renderUnsent(c: RequestContext, unsent: Unsent) {
  c.status(401)
  return c.render(<UnsentPage unsent={unsent} />, { title: c.var.t.kept.unsent.title, layout: 'entry' })
}

/**
 * The answer to a form about a record that is not theirs to write in, or not any more. It says the same whether or not
 * there is such a record, and takes the place of the whole page: what it showed before is not theirs either.
 */
export function renderRefused(c: RequestContext, unsent: Unsent) {
  c.status(404)
  return c.render(<RefusedPage unsent={unsent} />, { title: c.var.t.kept.refused.title, whole: true })
}
