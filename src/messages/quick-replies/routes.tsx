import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { staff } from '../../identity/viewer.ts'
import type { Viewer } from '../../identity/visit.ts'
import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, checkForm, type Form, readFields } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { formId } from '../writing/draft.ts'
import { ownQuickReply } from './own-reply.ts'
import { NewQuickReply, placesWith, type QuickReply, QuickReplyWords } from './quick-reply.ts'
import { addReply, changeReply, findReply, listReplies, removeReply } from './store.ts'
import { NewReplyPage, QuickRepliesPage, ReplyPage } from './views.tsx'

export const quickReplies = new Routes()

quickReplies.get(paths.quickReplies, staff('messages'), async (c) => {
  const replies = await listReplies(c.var.db, c.var.viewer)
  const page = <QuickRepliesPage replies={replies} {...rights(c)} places={example(c, c.var.viewer)} />
  return c.render(page, head(c.var.t.desk.quick.title))
})

quickReplies.get(paths.quickReplyNew, staff('messages'), (c) =>
  c.render(newPage(c, c.var.viewer, blank({ owner: 'me' })), head(c.var.t.desk.quick.addTitle))
)

quickReplies.post(paths.quickReplyNew, staff('messages'), async (c) => {
  const { db, now, viewer, t } = c.var
  const posted = await readFields(c)
  const id = formId(posted) ?? newId()
  const typed = { ...posted, submissionId: id, owner: rights(c).mayShare ? (posted.owner ?? '') : 'me' }
  const title = head(t.desk.quick.addTitle)
  if (posted.act === 'preview') return c.render(newPage(c, viewer, { typed, errors: {} }, true), title)
  const form = checkForm(typed, NewQuickReply, t.desk.quick)
  if (!form.ok) return renderInvalid(c, newPage(c, viewer, form.form), title)
  const { owner, ...words } = form.value
  const ownerId = owner === 'me' ? viewer.id : null
  if (!(await addReply(db, c.var, { id, ownerId, ...words }, now))) {
    const full = { typed, errors: { form: t.desk.quick.full } }
    return renderInvalid(c, newPage(c, viewer, full), title)
  }
  flash(c, 'quickReplySaved')
  return c.redirect(paths.quickReplies, 303)
})

quickReplies.get(paths.quickReply, ownQuickReply, (c) => {
  const { viewer, reply, t } = c.var
  const form = { typed: typedOf(reply), errors: {} }
  return c.render(replyPage(c, viewer, reply, form), head(t.desk.quick.editTitle))
})

quickReplies.post(paths.quickReply, ownQuickReply, async (c) => {
  const { db, now, viewer, reply, t } = c.var
  const title = head(t.desk.quick.editTitle)
  const typed = await readFields(c)
  if (typed.act === 'preview')
    return c.render(replyPage(c, viewer, reply, { typed, errors: {} }, { preview: true }), title)
  const form = checkForm(typed, QuickReplyWords, t.desk.quick)
  if (!form.ok) return renderInvalid(c, replyPage(c, viewer, reply, form.form), title)
  const seen = typed.seen === String(reply.changedAt.getTime())
  if (!seen || !(await changeReply(db, c.var, reply.id, reply.changedAt, form.value, now))) {
    const current = (await findReply(db, viewer, reply.id)) ?? reply
    const again = { ...typed, seen: String(current.changedAt.getTime()) }
    const refused = { typed: again, errors: { form: t.desk.quick.changedMeanwhile } }
    return renderInvalid(c, replyPage(c, viewer, current, refused, { isNews: true }), title)
  }
  flash(c, 'quickReplySaved')
  return c.redirect(paths.quickReplies, 303)
})

quickReplies.post(paths.quickReplyRemoval, ownQuickReply, async (c) => {
  const { db, now, reply } = c.var
  await removeReply(db, c.var, reply.id, now)
  flash(c, 'quickReplyRemoved')
  return c.redirect(paths.quickReplies, 303)
})

const rights = (c: RequestContext) => ({ mayShare: c.var.visit.may('settings') })

const example = ({ var: { t, visit } }: RequestContext, viewer: Viewer) =>
  placesWith(t.desk.quick.example, viewer, visit.practice)

const typedOf = ({ title, bodyEn, bodyEs, changedAt }: QuickReply): Form['typed'] => ({
  title,
  bodyEn,
  bodyEs,
  seen: String(changedAt.getTime()),
})

const newPage = (c: RequestContext, viewer: Viewer, form: Form, preview = false) => (
  <NewReplyPage form={form} {...rights(c)} places={preview ? example(c, viewer) : undefined} />
)

const replyPage = (
  c: RequestContext,
  viewer: Viewer,
  reply: QuickReply,
  form: Form,
  { preview = false, isNews = false } = {}
) => <ReplyPage reply={reply} form={form} isNews={isNews} places={preview ? example(c, viewer) : undefined} />

const head = (title: string) => ({ title, tab: 'messages' as const })
