import { staff } from '../../identity/viewer.ts'
import { timetable } from '../../jobs/timetable.ts'
import { canaryOf } from '../../outbox/canary/canary.ts'
import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { answerOf } from './check.ts'
import { readHealth } from './store.ts'
import { HealthPage } from './views.tsx'

export const staffHealth = new Routes()

/** A key that nothing is ever kept under. */
const nothing = 'health-check'

staffHealth.get(paths.adminHealth, staff('settings'), async (c) => {
  const { env } = c
  const { db, now, t } = c.var
  const [database, links, files, queue] = await Promise.all([
    answerOf(() =>
      readHealth(
        db,
        timetable.map(({ name }) => name),
        now
      )
    ),
    answerOf(async () => env.INVITATIONS.get(nothing)),
    answerOf(async () => env.FILES.head(nothing)),
    answerOf(async () => env.OUTBOX.metrics()),
  ])
  return c.render(
    <HealthPage
      database={database?.said}
      answers={{
        database: database !== undefined,
        links: links !== undefined,
        files: files !== undefined,
        queue: queue !== undefined,
      }}
      canary={canaryOf(env, database?.said.canary, now)}
      isUnwatched={env.ENVIRONMENT === 'production' && !env.CANARY_ADDRESS}
      woken={queue?.said.backlogCount}
      version={env.VERSION}
      now={now}
    />,
    { title: t.health.title, tab: 'dashboard' }
  )
})
