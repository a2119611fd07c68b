import { getContext } from 'hono/context-storage'
import type { OfficeHours as Hours } from '../db/schema.ts'
import type { Env } from '../env.ts'
import { formatFor } from '../i18n/format.ts'

/** The week in as few lines as it needs: "Mon – Fri, 8:00 a.m. to 5:00 p.m.". */
export const OfficeHours = () => {
  const { t, language, visit } = getContext<Env>().var
  // Wall times and weekdays, not moments: they are written in a week of UTC and never shift.
  const format = formatFor(language, 'UTC')
  const weekday = (index: number) => format.weekday(new Date(Date.UTC(2023, 0, 1 + index)))
  const time = (wall: string) => format.time(new Date(`2023-01-01T${wall}:00Z`))
  return (
    <div>
      <p>
        <b>{t.common.officeHours}</b>
      </p>
      <ul>
        {spans(visit.practice.officeHours).map(({ first, last, hours }) => (
          <li>
            {t.common.officeHoursLine(
              first === last ? weekday(first) : `${weekday(first)} – ${weekday(last)}`,
              time(hours.opens),
              time(hours.closes)
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Open days in a row with the same hours, Monday first. */
function spans(week: Hours[]) {
  const found: { first: number; last: number; hours: NonNullable<Hours> }[] = []
  for (const day of [1, 2, 3, 4, 5, 6, 0]) {
    const hours = week[day]
    const before = found.at(-1)
    if (!hours) continue
    if (before && (before.last + 1) % 7 === day && same(before.hours, hours)) before.last = day
    else found.push({ first: day, last: day, hours })
  }
  return found
}

const same = (one: NonNullable<Hours>, other: NonNullable<Hours>) =>
  one.opens === other.opens && one.closes === other.closes
