import type { RequestContext } from '../../env.ts'
import { noteRead, staff } from '../../identity/viewer.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, type Form, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { Announcement, readMrns } from './announcement.ts'
import {
  findAnnouncement,
  findToChange,
  findUnknown,
  listAnnouncements,
  removeAnnouncement,
  saveAnnouncement,
  startAnnouncement,
} from './store.ts'
import { AnnouncementPage, AnnouncementsPage, NewAnnouncementPage } from './views.tsx'

export const announcements = new Routes()

announcements.get(paths.announcements, staff('messages'), async (c) => {
  const page = pageAsked(c)
  const { rows, total } = await listAnnouncements(c.var.db, page)
  if (page > 1 && rows.length === 0) return c.notFound()
  return c.render(<AnnouncementsPage rows={rows} total={total} page={page} />, head(c, 'title'))
})

announcements.get(paths.announcementNew, staff('messages'), async (c) => {
  const { db, viewer } = c.var
  const from = c.req.query('change')
  const found = from ? await findToChange(db, viewer, from) : undefined
  const form: Form = found
    ? { typed: { ...wordsOf(found), submissionId: found.submissionId, mrns: found.mrns }, errors: {} }
    : blank({ audience: 'all' })
  return c.render(<NewAnnouncementPage form={form} />, head(c, 'newTitle'))
})

const wordsOf = ({
  audience,
  subjectEn,
  subjectEs,
  bodyEn,
  bodyEs,
}: Record<'audience' | 'subjectEn' | 'subjectEs' | 'bodyEn' | 'bodyEs', string>) => ({
  audience,
  subjectEn,
  subjectEs,
  bodyEn,
  bodyEs,
})

announcements.post(paths.announcementNew, staff('messages'), async (c) => {
  const { db, viewer, t, requestId, now } = c.var
  const words = { ...t.messages, ...t.announcements }
  const form = await readForm(c, Announcement, words)
  const refuse = (form: Form) => renderInvalid(c, <NewAnnouncementPage form={form} />, head(c, 'newTitle'))
  if (!form.ok) return refuse(form.form)
  const given = form.value.audience === 'list' ? readMrns(form.value.mrns) : []
  const unknown =
    given.length > 0
      ? await findUnknown(
          db,
          given.map(({ mrn }) => mrn)
        )
      : new Set()
  const wrong = given.filter(({ mrn }) => unknown.has(mrn))
  if (wrong.length > 0) return refuse({ typed: form.typed, errors: { mrns: t.announcements.unknown(wrong) } })
  const id = await saveAnnouncement(db, viewer, form.value, requestId, now)
  if (!id) return refuse(again(form.typed, t.announcements.notSaved))
  return c.redirect(href(paths.announcement, { announcementId: id }), 303)
})

announcements.get(paths.announcement, staff('messages'), async (c) => {
  const { db, viewer } = c.var
  const announcementId = c.req.param('announcementId')
  noteRead(c, viewer, 'announcements.read', announcementId)
  const page = pageAsked(c)
  const found = await findAnnouncement(db, announcementId, page)
  if (!found || (page > 1 && found.recipients.length === 0)) return c.notFound()
  return c.render(
    <AnnouncementPage found={found} isOwn={found.authorId === viewer.id} page={page} />,
    head(c, 'oneTitle')
  )
})

announcements.post(paths.announcementSending, staff('messages'), async (c) => {
  const { db, viewer, requestId, now } = c.var
  const announcementId = c.req.param('announcementId')
  const found = await startAnnouncement(db, viewer, announcementId, requestId, now)
  if (!found) return c.notFound()
  if (found.isStarted) {
    wakeOutbox(c)
    flash(c, 'announcementStarted')
  }
  return c.redirect(href(paths.announcement, { announcementId }), 303)
})

announcements.post(paths.announcementRemoval, staff('messages'), async (c) => {
  const { db, viewer, requestId, now } = c.var
  await removeAnnouncement(db, viewer, c.req.param('announcementId'), requestId, now)
  flash(c, 'announcementRemoved')
  return c.redirect(paths.announcements, 303)
})

const head = (c: RequestContext, title: 'title' | 'newTitle' | 'oneTitle') => ({
  title: c.var.t.announcements[title],
  tab: 'messages' as const,
})
