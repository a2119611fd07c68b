import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { seal, unseal } from '../../identity/secret.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { chart, type ReadableChart, readableChart } from '../../patients/chart.ts'
import { readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { longestSearch, queryFor } from './search.ts'
import { findMessages } from './store.ts'
import { SearchPage } from './views.tsx'

export const messageSearch = new Routes()

const Search = v.object({ q: v.pipe(v.string(), v.maxLength(longestSearch, 'searchTooLong')) })

messageSearch.get(paths.messageSearch, readableChart('messages'), async (c) => {
  const { db, chart } = c.var
  const find = c.req.query('find') ?? ''
  const q = await openSearch(c, chart, find)
  const page = pageAsked(c)
  const query = queryFor(q)
  const { rows, total } = query ? await findMessages(db, chart, query, page) : { rows: [], total: 0 }
  if (page > 1 && rows.length === 0) return c.notFound()
  const form = { typed: { q }, errors: {} }
  const results = q ? { rows, total, page, find } : undefined
  return c.render(<SearchPage patient={chart.patient} form={form} results={results} />, head(c))
})

// What was searched for goes into the URL sealed: Back and reload find it again, histories and logs hold no word of it.
messageSearch.post(paths.messageSearch, chart('messages'), async (c) => {
  const { chart, t } = c.var
  const form = await readForm(c, Search, t.messages)
  if (!form.ok) return renderInvalid(c, <SearchPage patient={chart.patient} form={form.form} />, head(c))
  const q = form.value.q.trim()
  const find = q && (await seal(c.env.TOKEN_KEY, new TextEncoder().encode(q), sealedTo(chart)))
  return c.redirect(withQuery(href(paths.messageSearch, { patientId: chart.patientId }), { find }), 303)
})

/** One person's search in one record: nobody else's link opens to it. */
const sealedTo = (chart: ReadableChart<'messages'>) => `message search:${chart.viewer.id}:${chart.patientId}`

const openSearch = async (c: RequestContext, chart: ReadableChart<'messages'>, find: string) =>
  find
    ? unseal(c.env.TOKEN_KEY, find, sealedTo(chart)).then(
        (bytes) => new TextDecoder().decode(bytes),
        () => ''
      )
    : ''

const head = (c: RequestContext) => ({ title: c.var.t.messages.search, tab: 'messages' as const })
