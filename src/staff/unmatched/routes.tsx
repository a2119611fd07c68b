import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { noteRead, staff } from '../../identity/viewer.ts'
import { deskOf } from '../../integrations/filing/message.ts'
import { refileDecided } from '../../integrations/refiling.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { type Form, readFields, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { findUnmatched, linkUnmatched, listUnmatched, setAside, tryAgain } from './store.ts'
import { UnmatchedListPage, UnmatchedPage } from './views.tsx'

export const unmatchedDesk = new Routes()

/** Whose a message is, is asked of those who know patients; what is in it they do not see here. */
const desk = staff('patients')
const untouched: Form = { typed: {}, errors: {} }
const head = (c: RequestContext) => ({ title: c.var.t.unmatched.title, tab: 'patients' as const })

unmatchedDesk.get(paths.unmatchedList, desk, async (c) => {
  noteRead(c, c.var.viewer, 'unmatched.list-read')
  const page = pageAsked(c)
  const { rows, owed, total } = await listUnmatched(c.var.db, page)
  if (rows.length === 0 && page > 1) return c.notFound()
  return c.render(<UnmatchedListPage rows={rows} owed={owed} total={total} page={page} />, head(c))
})

async function onePage(c: RequestContext, unmatchedId: string, form: Form, find = '') {
  const { db, viewer, now, requestId } = c.var
  const found = await findUnmatched(db, viewer, unmatchedId, find, now, requestId)
  return found && <UnmatchedPage {...found} form={form} find={find} now={now} />
}

unmatchedDesk.get(paths.unmatchedOne, desk, async (c) => {
  const page = await onePage(c, c.req.param('unmatchedId'), untouched)
  return page ? c.render(page, head(c)) : c.notFound()
})

/** Looks for another patient by record number: posted, because a number in an address stays in histories. */
unmatchedDesk.post(paths.unmatchedOne, desk, async (c) => {
  const { find = '' } = await readFields(c)
  const typed = { find: find.trim().slice(0, 40) }
  const page = await onePage(c, c.req.param('unmatchedId'), { typed, errors: {} }, typed.find)
  return page ? c.render(page, head(c)) : c.notFound()
})

unmatchedDesk.post(paths.unmatchedMatch, desk, async (c) => {
  const { db, viewer, now, requestId } = c.var
  const unmatchedId = c.req.param('unmatchedId')
  const { patientId = '' } = await readFields(c)
  const isLinked = await linkUnmatched(db, { unmatchedId, viewer, now, requestId }, patientId)
  flash(c, isLinked ? await fileDecided(c, unmatchedId) : 'matchedBefore')
  return c.redirect(paths.unmatchedList, 303)
})

/** Files what was decided; says the word for the next page. */
async function fileDecided(c: RequestContext, unmatchedId: string) {
  const isProduction = c.env.ENVIRONMENT === 'production'
  const isFiled = await refileDecided(deskOf(c), c.var.viewer, unmatchedId, isProduction)
  wakeOutbox(c)
  return isFiled ? 'matched' : 'matchedSoon'
}

unmatchedDesk.post(paths.unmatchedFiling, desk, async (c) => {
  const { db, viewer, now, requestId } = c.var
  const unmatchedId = c.req.param('unmatchedId')
  const isOwed = await tryAgain(db, { unmatchedId, viewer, now, requestId })
  flash(c, isOwed ? await fileDecided(c, unmatchedId) : 'matchedBefore')
  return c.redirect(paths.unmatchedList, 303)
})

const Reason = v.object({
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'reasonMissing'), v.maxLength(500, 'reasonLong')),
})

unmatchedDesk.post(paths.unmatchedSetAside, desk, async (c) => {
  const { db, viewer, now, requestId, t } = c.var
  const unmatchedId = c.req.param('unmatchedId')
  const form = await readForm(c, Reason, t.unmatched.errors)
  if (!form.ok) {
    const page = await onePage(c, unmatchedId, form.form)
    return page ? renderInvalid(c, page, head(c)) : c.notFound()
  }
  const isDone = await setAside(db, { unmatchedId, viewer, now, requestId }, form.value.reason)
  flash(c, isDone ? 'setAside' : 'matchedBefore')
  return c.redirect(paths.unmatchedList, 303)
})
