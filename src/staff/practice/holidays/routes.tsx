import type { RequestContext } from '../../../env.ts'
import { localDate } from '../../../i18n/format.ts'
import { staff } from '../../../identity/viewer.ts'
import { paths } from '../../../paths.ts'
import { flash } from '../../../web/flash.ts'
import { type Form, readFields, readForm } from '../../../web/form.ts'
import { renderInvalid } from '../../../web/page.tsx'
import { Routes } from '../../../web/routes.ts'
import { NewHolidays, sorted } from './holiday.ts'
import { addHolidays, removeHoliday } from './store.ts'
import { HolidaysPage } from './views.tsx'

export const practiceHolidays = new Routes()

const today = ({ var: { now, visit } }: RequestContext) => localDate(now, visit.practice.timeZone)
const head = (c: RequestContext) => ({
  title: c.var.t.practice.facts.holidays,
  tab: 'practice' as const,
})
const holidaysPage = (c: RequestContext, form: Form) => (
  <HolidaysPage {...sorted(c.var.visit.practice.holidays, today(c))} form={form} />
)

practiceHolidays.get(paths.practiceHolidays, staff('settings'), (c) =>
  c.render(holidaysPage(c, { typed: {}, errors: {} }), head(c))
)

practiceHolidays.post(paths.practiceHolidays, staff('settings'), async (c) => {
  const { db, now, t, visit } = c.var
  const form = await readForm(c, NewHolidays(today(c), visit.practice.holidays), t.practice.errors)
  if (!form.ok) return renderInvalid(c, holidaysPage(c, form.form), head(c))
  const isDone = form.value.length > 0 && (await addHolidays(db, c.var, form.value, now))
  flash(c, isDone ? 'practiceSaved' : 'practiceSame')
  return c.redirect(paths.practiceHolidays, 303)
})

practiceHolidays.post(paths.practiceHolidayRemoval, staff('settings'), async (c) => {
  const { db, now } = c.var
  const { date = '' } = await readFields(c)
  // What has passed is history; what is gone already is what was meant.
  const isDone = date >= today(c) && (await removeHoliday(db, c.var, date, now))
  flash(c, isDone ? 'practiceSaved' : 'practiceSame')
  return c.redirect(paths.practiceHolidays, 303)
})
