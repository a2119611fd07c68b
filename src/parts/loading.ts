import { type Path, paths } from '../paths.ts'
import type { Part } from './part.ts'
import { part as portal } from './portal.ts'

/** What answers under some paths: there from the start, or loaded when it is first asked for, and kept. */
export type Place = { holds: (path: string) => boolean; load: () => Promise<{ part: Part }>; part?: Part }

function under(starts: Path[], load: Place['load']): Place {
  const patterns = starts.map((start) => start.replaceAll(/:\w+/g, '[^/]+'))
  const place = new RegExp(`^(?:${patterns.join('|')})(?:/|$)`)
  return { holds: (path) => place.test(path), load }
}

const everywhereElse: Place = { holds: () => true, load: async () => ({ part: portal }), part: portal }

/** What an isolate that has just begun need not read (docs/decisions/0022). No path is in two places. */
const places: Place[] = [
  under([paths.admin], () => import('./staff.ts')),
  under(
    [
      paths.registerWithout,
      paths.join,
      paths.forgotPassword,
      paths.reset,
      paths.resetMail,
      paths.settings,
      paths.emailUndo,
      paths.unsubscribe,
      paths.resultTiming,
      paths.sessionExtension,
      paths.passkeySignIn,
      paths.secondStep,
      paths.confirmPasskey,
    ],
    () => import('./account.ts')
  ),
  under(
    [paths.record, paths.accessHistory, paths.manageUsers, paths.users, paths.leaving],
    () => import('./record.ts')
  ),
  under(
    [paths.terms, paths.privacy, paths.help, paths.accessibility, paths.health, paths.resources],
    () => import('./info.ts')
  ),
  under(
    [paths.appointments, paths.treatmentDay, paths.calendarSettings, paths.calendarFeed],
    () => import('./appointments.ts')
  ),
  under([paths.labs], () => import('./labs.ts')),
  under([paths.feedFhir, paths.feedHl7], () => import('./feeds.ts')),
  under([paths.mailReports], () => import('./reports.ts')),
  under([paths.devMailbox], () => import('./dev.ts')),
]

/** Where a path belongs, in the form the router knows it by. */
export const placeOf = (path: string) => places.find(({ holds }) => holds(path)) ?? everywhereElse

/** What is loaded later, and what is not. */
export const allPlaces = [everywhereElse, ...places]

/** Every slice of every part, for whoever must know all routes there are. */
export const allSlices = async () =>
  (await Promise.all(allPlaces.map(({ load }) => load()))).flatMap(({ part }) => part.slices)
