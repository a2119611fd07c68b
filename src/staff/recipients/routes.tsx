import { audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { type StaffViewer, staff } from '../../identity/viewer.ts'
import { paths, withQuery } from '../../paths.ts'
import { readFields } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { longestSearch, openSearch, readSearch, sealSearch } from '../patients/search.ts'
import { searchPatients } from '../patients/store.ts'
import { RecipientsPage } from './views.tsx'

/** For those who answer messages: to whom a new one is to go. */
export const recipients = new Routes()

recipients.get(paths.adminRecipients, staff('messages'), async (c) => {
  const { db, viewer } = c.var
  const q = await openSearch(c.env.TOKEN_KEY, c.req.query('find'))
  if (!q) return c.render(<RecipientsPage form={{ typed: {}, errors: {} }} />, head(c))
  recordSearch(c, viewer)
  const terms = readSearch(q)
  const [found] = terms.length > 0 ? await db.batch([searchPatients(db, terms, 1)]) : [[]]
  return c.render(<RecipientsPage form={{ typed: { q }, errors: {} }} found={found} />, head(c))
})

recipients.post(paths.adminRecipients, staff('messages'), async (c) => {
  const typed = await readFields(c)
  const q = (typed.q ?? '').trim()
  if (q.length > longestSearch) {
    const form = { typed, errors: { q: c.var.t.desk.start.tooLong } }
    return renderInvalid(c, <RecipientsPage form={form} />, head(c))
  }
  const find = q && (await sealSearch(c.env.TOKEN_KEY, q))
  return c.redirect(withQuery(paths.adminRecipients, { find }), 303)
})

const recordSearch = ({ var: { db, now, requestId } }: RequestContext, viewer: StaffViewer) =>
  db.alongside(
    audit(db, {
      at: now,
      accountId: viewer.id,
      actor: viewer.staffRole,
      action: 'patients.searched',
      requestId,
    })
  )

const head = (c: RequestContext) => ({ title: c.var.t.desk.start.title, tab: 'messages' as const })
