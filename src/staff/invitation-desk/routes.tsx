import { actor, audit } from '../../audit/record.ts'
import { staff } from '../../identity/viewer.ts'
import { paths } from '../../paths.ts'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { isList, pageSizes } from './desk.ts'
import { countDesk, listAtDesk } from './store.ts'
import { DeskPage } from './views.tsx'

export const invitationDesk = new Routes()

invitationDesk.get(paths.adminInvitations, staff('invitations'), async (c) => {
  const { db, now, requestId, t, viewer, visit } = c.var
  const show = c.req.query('show')
  const list = isList(show) ? show : undefined
  const size = pageSizes.find((each) => String(each) === c.req.query('size')) ?? pageSizes[0]
  const page = pageAsked(c)
  // Names of patients are shown, so it is written down that someone looked.
  const [[counts], rows] = await db.batch([
    countDesk(db, now),
    listAtDesk(db, { list, page, size }, now),
    audit(db, { at: now, ...actor(viewer), action: 'invitations.listed', requestId }),
  ])
  if (!counts || (rows.length === 0 && page > 1)) return c.notFound()
  const shown = { list, page, size }
  return c.render(
    <DeskPage counts={counts} rows={rows} shown={shown} practice={visit.practice} now={now} />,
    { title: t.inviteDesk.title, tab: 'patients' }
  )
})
