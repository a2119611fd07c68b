import * as v from 'valibot'
import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { localDate } from '../../i18n/format.ts'
import { type StaffViewer, staff } from '../../identity/viewer.ts'
import { readTable } from '../../integrations/csv/table.ts'
import { digest } from '../../integrations/filing/message.ts'
import { href, paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readFields, readFiles, readForm, submissionId } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { bornBy } from '../invitation-rounds/round.ts'
import { Columns, mostRows, readRoster, suggestMapping } from './roster.ts'
import {
  addRoster,
  decideRow,
  discardRoster,
  fileNext,
  findCells,
  findRoster,
  listRosters,
  planRoster,
  type Roster,
  startFiling,
} from './store.ts'
import { RosterPage, RostersPage } from './views.tsx'

export const staffRosters = new Routes()

const desk = staff('invitations')
const head = (c: RequestContext) => ({ title: c.var.t.rosters.title, tab: 'patients', island: true }) as const
const largest = 5_000_000

async function listPage(c: RequestContext, form: Form) {
  const page = pageAsked(c)
  const found = await listRosters(c.var.db, page)
  return found.rows.length === 0 && page > 1 ? undefined : <RostersPage {...found} page={page} form={form} />
}

staffRosters.get(paths.rosters, desk, async (c) => {
  const page = await listPage(c, blank())
  return page ? c.render(page, head(c)) : c.notFound()
})

staffRosters.post(
  paths.rosters,
  desk,
  async (c) => {
    const { db, now, t } = c.var
    const typed = await readFields(c)
    const [file] = await readFiles(c, 'file')
    const invalid = async (error: string) =>
      renderInvalid(c, (await listPage(c, { ...blank(), errors: { file: error } })) ?? '', head(c))
    if (!file) return invalid(t.rosters.errors.fileMissing)
    if (!file.bytes) return invalid(t.rosters.errors.fileLarge)
    const table = readTable(new Uint8Array(file.bytes).buffer)
    if (typeof table === 'string') return invalid(t.rosters.unread[table])
    if (table.rows.length > mostRows) return invalid(t.rosters.unread['many-rows'])
    const columns = table.names.map((name, index) => ({
      name: name.slice(0, 60),
      sample: (table.rows.find(({ cells }) => cells[index])?.cells[index] ?? '').slice(0, 40),
    }))
    const id = v.is(submissionId, typed.submissionId) ? typed.submissionId : newId()
    const rawKey = `rosters/${now.toISOString().slice(0, 10)}/${id}`
    await c.env.FILES.put(rawKey, file.bytes)
    const kept = { rawKey, sha256: await digest(file.bytes), bytes: file.bytes.byteLength }
    await addRoster(db, c.var, { id, name: file.name.slice(0, 200), columns, ...kept }, table.rows, now)
    return c.redirect(href(paths.roster, { rosterId: id }), 303)
  },
  { maxBody: largest + 1_000_000, holds: { files: 1, size: largest } }
)

type Context = RequestContext & { var: { viewer: StaffViewer } }
const find = (c: Context) => findRoster(c.var.db, c.var, c.req.param('rosterId') ?? '', c.var.now)

/** What the form holds before anyone types: what was said before, or what the names suggest. */
const untouched = ({ roster }: Roster): Form => ({
  typed: roster.mapping ?? suggestMapping(roster.columns.map(({ name }) => name)),
  errors: {},
})

staffRosters.get(paths.roster, desk, async (c) => {
  const found = await find(c)
  if (!found) return c.notFound()
  const isAsking = c.req.query('change') === 'yes' && !found.roster.startedAt
  return c.render(<RosterPage found={found} form={untouched(found)} isAsking={isAsking} />, head(c))
})

staffRosters.post(paths.rosterColumns, desk, async (c) => {
  const { db, now, t, visit } = c.var
  const found = await find(c)
  if (!found || found.roster.startedAt) return c.notFound()
  const form = await readForm(c, Columns, t.rosters.errors)
  if (!form.ok) return renderInvalid(c, <RosterPage found={found} form={form.form} isAsking />, head(c))
  const mapping = form.value as Record<string, string>
  const { timeZone } = visit.practice
  const days = { today: localDate(now, timeZone), adultBy: bornBy(now, timeZone) }
  const rosterId = found.roster.id
  await planRoster(db, rosterId, mapping, readRoster(await findCells(db, rosterId), mapping, days), now)
  return c.redirect(href(paths.roster, { rosterId }), 303)
})

staffRosters.post(paths.rosterDecision, desk, async (c) => {
  const { db, now } = c.var
  const { rosterId, position } = c.req.param()
  const { same } = await readFields(c)
  const isDecision = /^\d{1,6}$/.test(position) && (same === 'yes' || same === 'no')
  // Somebody else may have decided: the page shows how.
  if (isDecision) {
    const decided = await decideRow(db, c.var, rosterId, Number(position), same === 'yes', now)
    flash(c, decided ? 'rowDecided' : 'matchedBefore')
  }
  return c.redirect(href(paths.roster, { rosterId }), 303)
})

/** Files on from where it stopped: a long roster takes several requests, and no row of it twice. */
staffRosters.post(paths.roster, desk, async (c) => {
  const { db, now, t } = c.var
  const rosterId = c.req.param('rosterId')
  const started = await startFiling(db, c.var, rosterId, now)
  if (!started) return c.notFound()
  await fileNext(db, c.var, { id: rosterId, reason: t.rosters.reason(started.name) }, now)
  return c.redirect(href(paths.roster, { rosterId }), 303)
})

staffRosters.post(paths.rosterRemoval, desk, async (c) => {
  const { db, now } = c.var
  if (!(await discardRoster(db, c.var, c.req.param('rosterId'), now))) return c.notFound()
  flash(c, 'uploadDiscarded')
  return c.redirect(paths.rosters, 303)
})
