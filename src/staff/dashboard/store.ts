import { and, between, isNull, min, notInArray } from 'drizzle-orm'
import { countRequests } from '../../appointments/requests/store.ts'
import type { Db } from '../../db/client.ts'
import { appointments, workItems } from '../../db/schema.ts'
import { localDate } from '../../i18n/format.ts'
import type { Viewer } from '../../identity/visit.ts'
import { answerable, countOpenWork } from '../../messages/queue/store.ts'
import { countDesk } from '../invitation-desk/store.ts'
import { countUnmatched } from '../unmatched/store.ts'

const day = 24 * 60 * 60 * 1000

/** What waits for the staff, in numbers. */
export async function countWaiting(db: Db, viewer: Viewer, now: Date, timeZone: string) {
  const [[work], [oldest], [atDesks], [unmatched], [requests], near] = await db.batch([
    countOpenWork(db, viewer, now),
    db
      .select({ openedAt: min(workItems.openedAt) })
      .from(workItems)
      .where(and(isNull(workItems.doneAt), answerable(viewer))),
    countDesk(db, now),
    countUnmatched(db),
    countRequests(db),
    db
      .select({ startsAt: appointments.startsAt })
      .from(appointments)
      .where(
        and(
          between(appointments.startsAt, new Date(now.getTime() - day), new Date(now.getTime() + day)),
          notInArray(appointments.status, ['cancelled', 'noshow'])
        )
      ),
  ])
  const today = localDate(now, timeZone)
  return {
    work,
    oldestWaits: oldest?.openedAt ? now.getTime() - oldest.openedAt.getTime() : null,
    atDesks,
    unmatched: unmatched?.count ?? 0,
    requests: requests?.count ?? 0,
    // A local day has 23, 24 or 25 hours: its dates are compared, not its length.
    visitsToday: near.filter(({ startsAt }) => localDate(startsAt, timeZone) === today).length,
  }
}
export type Waiting = Awaited<ReturnType<typeof countWaiting>>
