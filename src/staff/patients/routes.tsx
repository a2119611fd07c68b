import * as v from 'valibot'
import { audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { type StaffViewer, staff } from '../../identity/viewer.ts'
import { paths } from '../../paths.ts'
import { readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { longestSearch, readSearch } from './search.ts'
import { desks, listAtDesk, listInvitedLast, searchPatients } from './store.ts'
import { PatientsPage } from './views.tsx'

export const staffPatients = new Routes()

const untouched = { typed: {}, errors: {} }

staffPatients.get(paths.adminPatients, staff('patients'), async (c) => {
  const { db, now, t } = c.var
  const head = { title: t.staff.patients.title, tab: 'patients', island: true } as const
  const desk = desks.find((each) => each === c.req.query('show'))
  recordLooking(c, c.var.viewer, 'patients.listed')
  if (desk) {
    const page = pageAsked(c)
    const [rows] = await db.batch([listAtDesk(db, desk, page, now)])
    const results = { kind: 'desk', rows, page, desk } as const
    return c.render(<PatientsPage form={untouched} results={results} now={now} />, head)
  }
  const [rows] = await db.batch([listInvitedLast(db, now)])
  return c.render(<PatientsPage form={untouched} results={{ kind: 'recent', rows }} now={now} />, head)
})

const Search = v.object({
  q: v.pipe(v.string(), v.maxLength(longestSearch, 'tooLong')),
  page: v.pipe(
    v.string(),
    v.transform((typed) => pageNumber(typed))
  ),
})

// A search is posted: a name in a URL would stay in histories and logs. It changes nothing, so it answers with the page.
staffPatients.post(paths.adminPatients, staff('patients'), async (c) => {
  const { db, now, t } = c.var
  const head = { title: t.staff.patients.title, tab: 'patients', island: true } as const
  const form = await readForm(c, Search, t.staff.patients)
  const looksFor = form.ok && form.value.q.trim() !== ''
  recordLooking(c, c.var.viewer, looksFor ? 'patients.searched' : 'patients.listed')
  if (!looksFor) {
    const [rows] = await db.batch([listInvitedLast(db, now)])
    const results = { kind: 'recent', rows } as const
    return form.ok
      ? c.render(<PatientsPage form={untouched} results={results} now={now} />, head)
      : renderInvalid(c, <PatientsPage form={form.form} results={results} now={now} />, head)
  }
  const { q, page } = form.value
  const terms = readSearch(q)
  // Nothing but signs fits nobody, rather than everybody.
  const [rows] = terms.length > 0 ? await db.batch([searchPatients(db, terms, page)]) : [[]]
  const results = { kind: 'found', rows, page, typed: q } as const
  return c.render(<PatientsPage form={{ typed: { q }, errors: {} }} results={results} now={now} />, head)
})

function pageNumber(typed: string | undefined): number {
  return /^[1-9]\d{0,3}$/.test(typed ?? '') ? Number(typed) : 1
}

/** Names of patients are shown, so it is written down that someone looked; never what for. */
const recordLooking = (c: RequestContext, viewer: StaffViewer, action: string) =>
  c.var.db.alongside(
    audit(c.var.db, {
      at: c.var.now,
      accountId: viewer.id,
      actor: viewer.staffRole,
      action,
      requestId: c.var.requestId,
    })
  )
