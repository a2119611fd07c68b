import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { noteRead, staff } from '../../identity/viewer.ts'
import { paths, withQuery } from '../../paths.ts'
import { readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { likely } from './likeness.ts'
import { longestSearch, nameIn, openSearch, readSearch, sealSearch, withName } from './search.ts'
import { listInvitedLast, searchPatients, wordsNear } from './store.ts'
import { PatientsPage } from './views.tsx'

export const staffPatients = new Routes()

const untouched = { typed: {}, errors: {} }

const head = (c: RequestContext) =>
  ({ title: c.var.t.staff.patients.title, tab: 'patients', island: true }) as const

staffPatients.get(paths.adminPatients, staff('patients'), async (c) => {
  const { db, now, viewer } = c.var
  const page = pageAsked(c)
  const q = await openSearch(c.env.TOKEN_KEY, c.req.query('find'))
  noteRead(c, viewer, q ? 'patients.searched' : 'patients.listed')
  if (!q) return c.render(<PatientsPage form={untouched} results={await invitedLast(c)} now={now} />, head(c))

  const terms = readSearch(q)
  // Nothing but signs fits nobody, rather than everybody.
  const name = nameIn(terms)
  const [rows, words] =
    terms.length > 0 ? await db.batch([searchPatients(db, terms, page), wordsNear(db, name ?? '')]) : [[], []]
  const meant = likely(
    name ?? '',
    words.map(({ word }) => word)
  ).map((word) => withName(q, name ?? '', word))
  const results = { kind: 'found', rows, page, find: c.req.query('find') ?? '', meant } as const
  return c.render(<PatientsPage form={{ typed: { q }, errors: {} }} results={results} now={now} />, head(c))
})

const Search = v.object({ q: v.pipe(v.string(), v.maxLength(longestSearch, 'tooLong')) })

// What was searched for goes into the URL sealed: Back and reload find it again, histories and logs hold no name.
staffPatients.post(paths.adminPatients, staff('patients'), async (c) => {
  const { now, t, viewer } = c.var
  const form = await readForm(c, Search, t.staff.patients)
  if (form.ok) {
    const q = form.value.q.trim()
    const find = q && (await sealSearch(c.env.TOKEN_KEY, q))
    return c.redirect(withQuery(paths.adminPatients, { find }), 303)
  }
  noteRead(c, viewer, 'patients.listed')
  return renderInvalid(c, <PatientsPage form={form.form} results={await invitedLast(c)} now={now} />, head(c))
})

async function invitedLast(c: RequestContext) {
  const { db, now } = c.var
  const [rows] = await db.batch([listInvitedLast(db, now)])
  return { kind: 'recent', rows } as const
}
