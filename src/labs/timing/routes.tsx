import { reportKinds } from '../../db/schema.ts'
import type { RequestContext } from '../../env.ts'
import { href, paths } from '../../paths.ts'
import { ownChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { readFields } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { findChoices, saveChoices } from './store.ts'
import { readChoices, wishes, wishOf } from './timing.ts'
import { TimingPage } from './views.tsx'

export const resultTiming = new Routes()

const head = (c: RequestContext) => ({ title: c.var.t.timing.title })

resultTiming.get(paths.resultTiming, ownChart('labs'), async (c) => {
  const { db, chart, visit } = c.var
  const choices = await findChoices(db, chart)
  const typed = Object.fromEntries(reportKinds.map((kind) => [kind, wishOf(choices, kind)]))
  return c.render(
    <TimingPage
      patientId={chart.patientId}
      form={{ typed, errors: {} }}
      hours={visit.practice.releaseHours}
    />,
    head(c)
  )
})

resultTiming.post(paths.resultTiming, ownChart('labs'), async (c) => {
  const { db, chart, visit, now, t } = c.var
  const typed = await readFields(c)
  const choices = readChoices(typed)
  if (!choices) {
    const unread = reportKinds.filter((kind) => !wishes.includes(typed[kind] ?? ''))
    const errors = Object.fromEntries(unread.map((kind) => [kind, t.timing.missing]))
    const page = (
      <TimingPage patientId={chart.patientId} form={{ typed, errors }} hours={visit.practice.releaseHours} />
    )
    return renderInvalid(c, page, head(c))
  }
  await saveChoices(db, chart, choices, visit.practice, now)
  flash(c, 'timingSaved')
  return c.redirect(href(paths.resultTiming, { patientId: chart.patientId }), 303)
})
