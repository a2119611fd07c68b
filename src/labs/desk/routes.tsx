import type { RequestContext } from '../../env.ts'
import { href, paths } from '../../paths.ts'
import { type Chart, staffChart } from '../../patients/chart.ts'
import { fullName } from '../../patients/name.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, type Form, readForm } from '../../web/form.ts'
import { isLookedAt } from '../../web/looking.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { releaseOf } from '../release.ts'
import { Comment, KindChosen, NewHold } from './desk.ts'
import {
  addComment,
  correctKind,
  type ForStaff,
  findForStaff,
  holdReport,
  liftHold,
  listForStaff,
} from './store.ts'
import { StaffReportPage, StaffReportsPage } from './views.tsx'

export const labDesk = new Routes()

const team = staffChart('labs', 'labs')
const head = (c: RequestContext) => ({ title: c.var.t.labDesk.title, tab: 'patients' as const })

labDesk.get(paths.adminReports, team, async (c) => {
  const { db, chart, now, visit } = c.var
  const page = pageAsked(c)
  const { rows, total, choices } = await listForStaff(db, chart, page)
  if (rows.length === 0 && page > 1) return c.notFound()
  const said = rows.map(({ report, heldUntil }) => {
    const holds = heldUntil ? [{ heldUntil, liftedAt: null }] : []
    return { report, release: releaseOf(report, choices, holds, visit.practice, now) }
  })
  const mayOpenPatient = visit.may('patients')
  return c.render(
    <StaffReportsPage {...{ patient: chart.patient, rows: said, total, page, now, mayOpenPatient }} />,
    head(c)
  )
})

labDesk.get(paths.adminReport, team, async (c) => {
  const { db, chart, now } = c.var
  const found = await findForStaff(db, chart, c.req.param('reportId'), { now, looking: isLookedAt(c) })
  if (!found) return c.notFound()
  return c.render(view(c, chart, found, blank({ days: '3', kind: found.report.kind })), head(c))
})

const view = (c: RequestContext, chart: Chart<'labs'>, found: ForStaff, form: Form) => (
  <StaffReportPage
    {...found}
    patient={chart.patient}
    release={releaseOf(found.report, found.choices, found.holds, c.var.visit.practice, c.var.now)}
    form={form}
    now={c.var.now}
  />
)

/** The form once more, with what the page shows besides it. */
const refuse = (c: RequestContext, chart: Chart<'labs'>, found: ForStaff, form: Form) =>
  renderInvalid(
    c,
    view(c, chart, found, {
      ...form,
      typed: { days: '3', kind: found.report.kind, ...blank().typed, ...form.typed },
    }),
    head(c)
  )

/** The report that is acted upon, as it is now. */
const acted = (c: RequestContext, chart: Chart<'labs'>, reportId: string) =>
  findForStaff(c.var.db, chart, reportId, { now: c.var.now, looking: false })

const grounds = (c: RequestContext, { report, choices, holds }: ForStaff) => ({
  report,
  choices,
  holds,
  rules: c.var.visit.practice,
})

const back = (c: RequestContext, { patientId }: Chart<'labs'>, reportId: string) =>
  c.redirect(href(paths.adminReport, { patientId, reportId }), 303)

labDesk.post(paths.adminReportComments, team, async (c) => {
  const { db, chart, now, t } = c.var
  const found = await acted(c, chart, c.req.param('reportId'))
  if (!found) return c.notFound()
  const form = await readForm(c, Comment, t.labDesk.errors)
  if (!form.ok) return refuse(c, chart, found, form.form)
  const { viewer } = chart
  const role = viewer.credentials ?? t.messages.roles[viewer.staffRole ?? 'clinical']
  const kept = await addComment(db, chart, grounds(c, found), form.value, `${fullName(viewer)}, ${role}`, now)
  if (kept?.reportId !== found.report.id || kept.body !== form.value.comment)
    return refuse(c, chart, found, again(form.typed, t.labDesk.errors.alreadySaved))
  flash(c, 'commentSaved')
  return back(c, chart, found.report.id)
})

labDesk.post(paths.adminReportHolds, team, async (c) => {
  const { db, chart, now, t } = c.var
  const found = await acted(c, chart, c.req.param('reportId'))
  if (!found) return c.notFound()
  const form = await readForm(c, NewHold, t.labDesk.errors)
  if (!form.ok) return refuse(c, chart, found, form.form)
  if (!(await holdReport(db, chart, grounds(c, found), form.value, now)))
    return refuse(c, chart, found, { typed: form.typed, errors: { form: t.labDesk.errors.notHeld } })
  flash(c, 'held')
  return back(c, chart, found.report.id)
})

labDesk.post(paths.adminReportHoldLifting, team, async (c) => {
  const { db, chart, now } = c.var
  const found = await acted(c, chart, c.req.param('reportId'))
  const hold = found?.holds.find(({ id }) => id === c.req.param('holdId'))
  if (!found || !hold) return c.notFound()
  await liftHold(db, chart, grounds(c, found), hold.id, now)
  flash(c, 'holdLifted')
  return back(c, chart, found.report.id)
})

labDesk.post(paths.adminReportKind, team, async (c) => {
  const { db, chart, now, t } = c.var
  const found = await acted(c, chart, c.req.param('reportId'))
  if (!found) return c.notFound()
  const form = await readForm(c, KindChosen, t.labDesk.errors)
  if (!form.ok) return refuse(c, chart, found, form.form)
  if (form.value.kind !== found.report.kind)
    await correctKind(db, chart, grounds(c, found), form.value.kind, now)
  flash(c, 'kindSaved')
  return back(c, chart, found.report.id)
})
