import * as v from 'valibot'
import { type Cursor, cursorIn, searchTrail, type Wanted } from '../../audit/reading.ts'
import { actor, audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { normalizeEmail } from '../../identity/sign-in/credentials.ts'
import { type StaffViewer, staff } from '../../identity/viewer.ts'
import { paths, withQuery } from '../../paths.ts'
import { csvStream } from '../../web/csv.ts'
import { type Form, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { openSearch, sealSearch } from '../patients/search.ts'
import { AuditPage } from './views.tsx'

export const auditLog = new Routes()

const auditors = staff('audit')
const head = (c: RequestContext) => ({ title: c.var.t.accessHistory.log, tab: 'dashboard' as const })
const everything: Wanted = { from: '', to: '', email: '', mrn: '', action: '' }

const day = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^$|^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'dayWrong')
)
const Search = v.object({
  from: day,
  to: day,
  email: v.pipe(v.string(), v.maxLength(254), v.transform(normalizeEmail)),
  mrn: v.pipe(v.string(), v.trim(), v.maxLength(40)),
  action: v.pipe(v.string(), v.trim(), v.maxLength(60)),
})

/** What was looked for stands in the address sealed: it may name a person. */
async function wantedIn(c: RequestContext): Promise<Wanted> {
  const find = await openSearch(c.env.TOKEN_KEY, c.req.query('find'))
  try {
    return { ...everything, ...(find ? JSON.parse(find) : {}) }
  } catch {
    return everything
  }
}

/** Whoever reads the trail is in it. */
const noteReading = (c: RequestContext & { var: { viewer: StaffViewer } }, act: 'read' | 'exported') =>
  c.var.db.alongside(
    audit(c.var.db, {
      at: c.var.now,
      ...actor(c.var.viewer),
      action: `audit.${act}`,
      requestId: c.var.requestId,
    })
  )

async function logPage(c: RequestContext, form: Form, wanted: Wanted) {
  const found = await searchTrail(c.var.db, wanted, c.var.visit.practice.timeZone, {
    before: cursorIn(c.req.query('before')),
  })
  return <AuditPage {...found} form={form} find={c.req.query('find')} />
}

auditLog.get(paths.auditLog, auditors, async (c) => {
  noteReading(c, 'read')
  const wanted = await wantedIn(c)
  return c.render(await logPage(c, { typed: { ...wanted }, errors: {} }, wanted), head(c))
})

auditLog.post(paths.auditLog, auditors, async (c) => {
  const form = await readForm(c, Search, c.var.t.accessHistory.errors)
  if (!form.ok) {
    noteReading(c, 'read')
    return renderInvalid(c, await logPage(c, form.form, everything), head(c))
  }
  const find = await sealSearch(c.env.TOKEN_KEY, JSON.stringify(form.value))
  return c.redirect(withQuery(paths.auditLog, { find }), 303)
})

/** Entries of one question to the database. */
const portion = 2000

auditLog.get(paths.auditExport, auditors, async (c) => {
  const { db } = c.var
  const wanted = await wantedIn(c)
  noteReading(c, 'exported')
  await db.settle()
  const { timeZone } = c.var.visit.practice
  let before: Cursor | undefined
  const columns = ['seq', 'at', 'actor', 'name', 'action', 'record', 'subject', 'reason', 'device']
  const body = csvStream(columns, async () => {
    const { rows, more } = await searchTrail(db, wanted, timeZone, { before, limit: portion })
    const last = rows.at(-1)
    before = last && { at: last.at.getTime(), seq: last.seq }
    const lines = rows.map((row) => [
      String(row.seq),
      row.at.toISOString(),
      row.actor,
      row.name,
      row.action,
      row.mrn ?? row.patientId,
      row.subjectId,
      row.reason,
      row.device,
    ])
    return { lines, more }
  })
  return c.body(body, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="audit-log.csv"',
  })
})
