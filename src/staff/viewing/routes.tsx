import type { RequestContext } from '../../env.ts'
import { may } from '../../identity/permissions.ts'
import { turnPages } from '../../identity/session.ts'
import { href, paths } from '../../paths.ts'
import { staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { blank, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { endView, openView } from './store.ts'
import { Reason } from './view.ts'
import { ViewPage } from './views.tsx'

/** Staff see a patient's pages only like this: with a reason, to read, for a while, and in the patient's access history. */
export const viewing = new Routes()

const desk = staffChart('record', 'view-as')
const head = (c: RequestContext) => ({ title: c.var.t.viewing.title, tab: 'patients' as const })

viewing.get(paths.adminView, desk, (c) =>
  c.render(<ViewPage patient={c.var.chart.patient} form={blank()} />, head(c))
)

viewing.post(paths.adminView, desk, async (c) => {
  const { db, chart, now, t, visit } = c.var
  const form = await readForm(c, Reason, t.viewing.errors)
  if (!form.ok) return renderInvalid(c, <ViewPage patient={chart.patient} form={form.form} />, head(c))
  if (!visit.session?.id) return c.notFound()
  await openView(db, chart, visit.session.id, form.value, now)
  return c.redirect(href(paths.home, { patientId: chart.patientId }), 303)
})

viewing.post(paths.adminViewEnd, desk, async (c) => {
  const { db, chart, now, visit } = c.var
  if (visit.session?.id) await endView(db, chart, visit.session.id, now)
  turnPages(c)
  flash(c, 'viewEnded')
  const { staffRole } = chart.viewer
  return c.redirect(
    may(staffRole, 'patients') ? href(paths.adminPatient, { patientId: chart.patientId }) : paths.admin,
    303
  )
})
