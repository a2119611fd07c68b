import type { RequestContext } from '../../env.ts'
import { formatFor } from '../../i18n/format.ts'
import { portalWords } from '../../i18n/portal/words.ts'
import type { Language } from '../../i18n/text.ts'
import { calendarToken } from '../../identity/secret.ts'
import { programWithToken } from '../../identity/viewer.ts'
import { href, paths } from '../../paths.ts'
import { chart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { Routes } from '../../web/routes.ts'
import { listDay } from '../day/store.ts'
import { findAppointment } from '../store.ts'
import { calendarOf } from './calendar.ts'
import {
  type CalendarFeed,
  endCalendarFeed,
  findCalendarFeed,
  makeCalendarFeed,
  readCalendarFeed,
} from './store.ts'
import { CalendarPage } from './views.tsx'

export const appointmentCalendars = new Routes()

type Stops = Parameters<typeof calendarOf>[0]

async function send(c: RequestContext, stops: Stops, language: Language, timeZone: string) {
  const t = (await portalWords(language)).appointments.calendar
  const format = formatFor(language, timeZone)
  const isCancelled = stops.length > 0 && stops.every(({ status }) => status === 'cancelled')
  const words = {
    title: t.title,
    details: `${t.details} ${c.env.APP_ORIGIN}${paths.signIn}`,
    arriveBy: (at: Date) => t.arriveBy(format.time(at)),
  }
  const method = isCancelled ? 'CANCEL' : 'PUBLISH'
  return c.body(calendarOf(stops, { words, method }), 200, {
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Disposition': 'attachment; filename="appointment.ics"',
  })
}

appointmentCalendars.get(paths.appointmentCalendar, chart('appointments'), async (c) => {
  const { db, chart, language, visit } = c.var
  const appointment = await findAppointment(db, chart, c.req.param('appointmentId'))
  if (!appointment) return c.notFound()
  return send(c, [appointment], language, visit.practice.timeZone)
})

appointmentCalendars.get(paths.dayCalendar, chart('appointments'), async (c) => {
  const { db, chart, language, visit } = c.var
  const found = await listDay(db, chart, c.req.param('day'), visit.practice.timeZone)
  if (!found || found.stops.length === 0) return c.notFound()
  return send(c, found.stops, language, visit.practice.timeZone)
})

/** How long whoever made an address may read it, in milliseconds, unless it has been used before. */
const shownFor = 15 * 60_000

async function addressOf(c: RequestContext, feed: CalendarFeed | undefined) {
  if (!feed || feed.lastUsedAt || c.var.now.getTime() - feed.createdAt.getTime() > shownFor) return undefined
  const token = await calendarToken(c.env.TOKEN_KEY, feed.id)
  return `${c.env.APP_ORIGIN}${href(paths.calendarFeed, { calendarToken: token })}`
}

appointmentCalendars.get(paths.calendarSettings, chart('appointments'), async (c) => {
  const { db, chart, t } = c.var
  const feed = await findCalendarFeed(db, chart)
  return c.render(
    <CalendarPage patientId={chart.patientId} feed={feed} address={await addressOf(c, feed)} />,
    { title: t.appointments.calendar.pageTitle, tab: 'appointments' }
  )
})

appointmentCalendars.post(paths.calendarSettings, chart('appointments'), async (c) => {
  const { db, chart, now } = c.var
  await makeCalendarFeed(db, chart, c.env.TOKEN_KEY, now)
  flash(c, 'calendarMade')
  return c.redirect(href(paths.calendarSettings, { patientId: chart.patientId }), 303)
})

appointmentCalendars.post(paths.calendarRemoval, chart('appointments'), async (c) => {
  const { db, chart, now } = c.var
  await endCalendarFeed(db, chart, now)
  flash(c, 'calendarEnded')
  return c.redirect(href(paths.calendarSettings, { patientId: chart.patientId }), 303)
})

/** A calendar that comes with the token in its address: no cookie, no page, and nothing to say to a wrong one. */
appointmentCalendars.get(paths.calendarFeed, programWithToken, async (c) => {
  const { db, now, requestId } = c.var
  const found = await readCalendarFeed(db, c.req.param('calendarToken'), requestId, now)
  return found ? send(c, found.stops, found.language, found.timeZone) : c.text('', 404)
})
