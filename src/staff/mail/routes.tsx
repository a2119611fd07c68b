import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { noteRead, staff } from '../../identity/viewer.ts'
import { canaryOf } from '../../outbox/canary/canary.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { readForm } from '../../web/form.ts'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { findTroubledMail, giveUp, listTroubledMail, sendAgain, sendNow } from './store.ts'
import { retryOf, troubles } from './trouble.ts'
import { MailBoardPage, SendAgainPage } from './views.tsx'

export const staffMail = new Routes()

const desk = staff('invitations')
const head = (c: RequestContext) => ({ title: c.var.t.mailDesk.title, tab: 'patients' as const })
const troubleAsked = (name: string | undefined) => troubles.find((each) => each === name)

staffMail.get(paths.adminMail, desk, async (c) => {
  const { db, viewer, now } = c.var
  noteRead(c, viewer, 'mail.list-read')
  const page = pageAsked(c)
  const shown = troubleAsked(c.req.query('show'))
  const { canary, ...list } = await listTroubledMail(db, shown, page, now)
  if (list.rows.length === 0 && page > 1) return c.notFound()
  const state = canaryOf(c.env, canary, now)
  const isDeaf = Boolean(c.env.RESEND_API_KEY) && !c.env.RESEND_WEBHOOK_SECRET
  return c.render(
    <MailBoardPage {...list} canary={state} isDeaf={isDeaf} shown={shown} page={page} now={now} />,
    head(c)
  )
})

/** `edition`: the mail as it was when the page was made. `confirmed`: that it may arrive twice is understood. */
const Act = v.object({
  edition: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
  show: v.fallback(v.optional(v.picklist(troubles)), undefined),
  confirmed: v.fallback(v.optional(v.literal('yes')), undefined),
})

/** Back to the list, with a word of what was done; `false`: somebody else was quicker, or it is done already. */
function backToList(
  c: RequestContext,
  show: string | undefined,
  done: 'mailRetried' | 'mailGivenUp' | false
) {
  if (done === 'mailRetried') wakeOutbox(c)
  flash(c, done || 'mailChanged')
  return c.redirect(withQuery(paths.adminMail, { show }), 303)
}

staffMail.get(paths.adminMailRetry, desk, async (c) => {
  const { db, viewer, now, t } = c.var
  const mailId = c.req.param('mailId')
  noteRead(c, viewer, 'mail.read', mailId)
  const mail = await findTroubledMail(db, mailId)
  return mail
    ? c.render(<SendAgainPage mail={mail} now={now} />, { ...head(c), title: t.mailDesk.againTitle })
    : c.notFound()
})

staffMail.post(paths.adminMailRetry, desk, async (c) => {
  const { db, now } = c.var
  const mailId = c.req.param('mailId')
  const form = await readForm(c, Act, {})
  const mail = await findTroubledMail(db, mailId)
  if (!mail || !form.ok) return c.notFound()
  const { edition, show, confirmed } = form.value
  const how = retryOf(mail, now)
  if (how === 'doubtful' && !confirmed) return c.redirect(href(paths.adminMailRetry, { mailId }), 303)
  const isDone = await (how === 'now' ? sendNow : sendAgain)(db, c.var, { id: mailId, edition }, now)
  // What is due already needs no more than to be looked at again.
  return backToList(c, show, (isDone || how === 'now') && 'mailRetried')
})

staffMail.post(paths.adminMailGivingUp, desk, async (c) => {
  const form = await readForm(c, Act, {})
  if (!form.ok) return c.notFound()
  const { edition, show } = form.value
  const isDone = await giveUp(c.var.db, c.var, { id: c.req.param('mailId'), edition }, c.var.now)
  return backToList(c, show, isDone && 'mailGivenUp')
})
