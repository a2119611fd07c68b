import { href, paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { Routes } from '../../web/routes.ts'
import { signedIn } from '../viewer.ts'
import { keepUnsent, readUnsent } from './keeping.ts'
import { ownKeptForm } from './own-form.ts'
import { finishKept } from './store.ts'
import { KeptPage } from './views.tsx'

export const kept = new Routes()

/** A page sends what stands in its form just before the session ends, in case nobody comes back to it in time. */
kept.post(paths.keep, signedIn, async (c) => {
  const { viewer, session } = c.var
  const unsent = await readUnsent(c)
  const writer = { accountId: viewer.id, tokenHash: session.tokenHash, staffRole: viewer.staffRole }
  const isKept = unsent && (await keepUnsent(c, writer, unsent))
  return c.body(null, isKept ? 204 : 422)
})

kept.get(paths.kept, ownKeptForm, (c) =>
  c.render(<KeptPage kept={c.var.kept} />, { title: c.var.t.kept.title })
)

kept.post(paths.keptRemoval, ownKeptForm, async (c) => {
  const { db, now, requestId, viewer } = c.var
  const { row, others } = c.var.kept
  await db.batch([...finishKept(db, viewer, { id: row.id, how: 'removed' }, requestId, now)])
  flash(c, 'keptRemoved')
  return c.redirect(others[0] ? href(paths.kept, { keptId: others[0].id }) : paths.front, 303)
})
