import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import type { Access } from '../../web/routes.ts'
import { refuse, toSignIn } from '../viewer.ts'
import { loadVisit, type Viewer } from '../visit.ts'
import { openKept } from './keeping.ts'
import type { Unsent } from './kept-form.ts'
import { findKept, type KeptLine, type KeptRow } from './store.ts'

/** A kept form, opened for the account that typed it, and the others it has waiting. */
export type Kept = { row: KeptRow; unsent: Unsent; others: KeptLine[] }

/** The account whose words were kept. To anyone else there is nothing, and what is done with is left behind. */
export const ownKeptForm: Access<{ viewer: Viewer; kept: Kept }> = {
  label: 'own kept form',
  async enter(c, next) {
    const visit = await loadVisit(c)
    if (!visit.viewer) return toSignIn(c, visit)
    const { db, now, requestId } = c.var
    const { viewer } = visit
    const { row, others } = await findKept(db, viewer, c.req.param('keptId') ?? '', requestId, now)
    if (!row) {
      refuse(c, viewer, null, 'kept')
      return c.notFound()
    }
    const isDone = row.finishedAt !== null || row.expiresAt <= now
    const unsent = isDone ? undefined : await openKept(c.env.TOKEN_KEY, row)
    if (!unsent) {
      if (!isDone) refuse(c, viewer, null, 'kept.unreadable')
      flash(c, isDone ? 'keptDone' : 'keptUnreadable')
      return c.redirect(paths.front, 303)
    }
    c.set('viewer', viewer)
    c.set('kept', { row, unsent, others })
    await next()
  },
}
