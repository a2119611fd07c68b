import type { Child } from 'hono/jsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Visit } from '../../identity/visit.ts'
import { mostListed as mostWork } from '../../messages/queue/work.ts'
import type { CanaryState } from '../../outbox/canary/canary.ts'
import { paths, withQuery } from '../../paths.ts'
import { upTo } from '../../web/paging.ts'
import { lists, mostListed as mostPatients } from '../invitation-desk/desk.ts'
import { troubles } from '../mail/trouble.ts'
import { CanaryAlarm } from '../mail/views.tsx'
import type { Waiting } from './store.ts'
import { barsPath, picture, type Series, shownDays, type Trend } from './trend.ts'

/** What the invite desk cannot leave to time. */
const urgent = lists.filter((list) => !['sent', 'delivered', 'registered'].includes(list))

type Props = { waiting: Waiting; canary: CanaryState | undefined; may: Visit['may'] }

/** What waits, as numbers that lead to it; only what the viewer may open. */
export const DashboardPage = ({ waiting, canary, may }: Props) => {
  const { staff, uploads, accessHistory, health, inviteDesk } = useText()
  const t = staff.dashboard
  const { work, atDesks, oldestWaits, unmatched, visitsToday, requests } = waiting
  return (
    <section id='dashboard' class='flow'>
      <div class='head'>
        <h1>{t.title}</h1>
        {may('invitations') && canary && <CanaryAlarm state={canary} />}
        {may('settings') && <a href={paths.adminHealth}>{health.link}</a>}
      </div>
      <Now waiting={waiting} may={may} />
      <div class='pack'>
        {may('desk-messages') && work && (
          <Group id='work' title={t.messages}>
            <Count to={paths.adminQueue} label={t.openMessages} count={upTo(work.all, mostWork)}>
              {oldestWaits !== null && <Oldest waits={oldestWaits} />}
            </Count>
            <Count
              to={withQuery(paths.adminQueue, { show: 'overdue' })}
              label={t.overdue}
              count={upTo(work.overdue, mostWork)}
            />
            <Count
              to={withQuery(paths.adminQueue, { show: 'unassigned' })}
              label={t.unassigned}
              count={upTo(work.unassigned, mostWork)}
            />
          </Group>
        )}
        {may('invitations') && atDesks && (
          <Group id='desks' title={t.invitations}>
            {urgent.map((list) => (
              <Count
                to={withQuery(paths.adminInvitations, { show: list })}
                label={inviteDesk.lists[list]}
                count={upTo(atDesks[list], mostPatients)}
              />
            ))}
          </Group>
        )}
        {may('patients') && (
          <Group id='received' title={t.received}>
            <Count to={paths.unmatchedList} label={t.unmatched} count={String(unmatched)} />
          </Group>
        )}
        {may('labs') && (
          <Group id='results' title={staff.dashboard.results}>
            <li>
              <a class='row' href={paths.uploads}>
                <span class='t'>{uploads.link}</span>
              </a>
            </li>
          </Group>
        )}
        {may('audit') && (
          <Group id='trail' title={accessHistory.log}>
            <li>
              <a class='row' href={paths.auditLog}>
                <span class='t'>{accessHistory.logIntro}</span>
              </a>
            </li>
          </Group>
        )}
        {may('appointments') && (
          <Group id='visits' title={t.appointments}>
            <Count to={paths.adminSchedule} label={t.visitsToday} count={String(visitsToday)} />
            <Count to={paths.adminAppointmentRequests} label={t.changeRequests} count={String(requests)} />
          </Group>
        )}
      </div>
      <Trends trend={waiting.trend} />
    </section>
  )
}

type Line = { needs: Parameters<Visit['may']>[0]; count: number; most?: number; label: string; to?: string }

/** What needs someone now: a line for each, with where to do something about it. */
const Now = ({ waiting, may }: { waiting: Waiting; may: Visit['may'] }) => {
  const { staff } = useText()
  const t = staff.dashboard
  const { work, atDesks, unmatched, owed, requests, mail, wrongJobs } = waiting
  const shown = (show: string) => withQuery(paths.adminQueue, { show })
  const lines: Line[] = [
    {
      needs: 'desk-messages',
      count: work?.flagged ?? 0,
      most: mostWork,
      label: t.flagged,
      to: shown('flagged'),
    },
    {
      needs: 'desk-messages',
      count: work?.overdue ?? 0,
      most: mostWork,
      label: t.late,
      to: shown('overdue'),
    },
    ...troubles.map(
      (trouble): Line => ({
        needs: 'invitations',
        count: mail?.[trouble] ?? 0,
        label: t.mail[trouble],
        to: withQuery(paths.adminMail, { show: trouble }),
      })
    ),
    {
      needs: 'invitations',
      count: atDesks?.asked ?? 0,
      most: mostPatients,
      label: t.linkRequests,
      to: withQuery(paths.adminInvitations, { show: 'asked' }),
    },
    { needs: 'appointments', count: requests, label: t.changeRequests, to: paths.adminAppointmentRequests },
    { needs: 'patients', count: unmatched, label: t.unmatchedResults, to: paths.unmatchedList },
    { needs: 'patients', count: owed, label: t.owed, to: paths.unmatchedList },
    { needs: 'settings', count: wrongJobs, label: t.jobsWrong, to: paths.adminHealth },
  ]
  const open = lines.filter(({ needs, count }) => count > 0 && may(needs))
  return (
    <section class='card flow' aria-labelledby='now'>
      <h2 id='now'>{t.now}</h2>
      {open.length === 0 ? (
        <p>{t.nothingNow}</p>
      ) : (
        <ul class='rows halves'>
          {open.map(({ count, most, label, to }) => (
            <Count label={label} count={most ? upTo(count, most) : String(count)} {...(to && { to })} />
          ))}
        </ul>
      )}
    </section>
  )
}

const Group = ({ id, title, children }: { id: string; title: string; children?: Child }) => (
  <section class='card flow' aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    <ul class='rows'>{children}</ul>
  </section>
)

const Count = ({
  to,
  label,
  count,
  children,
}: {
  to?: string
  label: string
  count: string
  children?: Child
}) => {
  const words = (
    <>
      <span class='t'>
        {label}: <b>{count}</b>
      </span>
      {children && <span class='m'>{children}</span>}
    </>
  )
  return (
    <li>
      {to ? (
        <a class='row' href={to}>
          {words}
        </a>
      ) : (
        <div class='row still'>{words}</div>
      )}
    </li>
  )
}

const Oldest = ({ waits }: { waits: number }) => {
  const t = useText().staff.dashboard
  const minutes = Math.floor(waits / 60_000)
  const hours = Math.floor(minutes / 60)
  if (hours >= 48) return <>{t.oldest(t.days(Math.floor(hours / 24)))}</>
  return <>{t.oldest(hours > 0 ? t.hoursAndMinutes(hours, minutes % 60) : t.minutes(minutes))}</>
}

export const NothingYetPage = () => {
  const { staff, accessHistory } = useText()
  const t = staff.dashboard
  return (
    <section id='dashboard' class='mid flow'>
      <h1>{t.title}</h1>
      <p>
        <a href={paths.auditLog}>{accessHistory.log}</a>
      </p>
    </section>
  )
}

/** Each picture: what is drawn full, and what hollow beside it. */
const pictures: { name: 'messages' | 'registrations' | 'mails'; series: [Series, Series?] }[] = [
  { name: 'messages', series: ['came', 'answered'] },
  { name: 'registrations', series: ['registered'] },
  { name: 'mails', series: ['sent', 'failed'] },
]

const sum = (counts: number[]) => counts.reduce((all, each) => all + each, 0)

/** The last two weeks as pictures with their words, and every number behind them in a table. */
const Trends = ({ trend: { days, counts } }: { trend: Trend }) => {
  const t = useText().staff.dashboard
  const { numericCalendarDate, calendarDate } = useFormat()
  const known = (Object.keys(counts) as Series[]).map((series) => [series, counts[series] ?? []] as const)
  if (known.length === 0) return null
  return (
    <section class='flow' aria-labelledby='trends'>
      <h2 id='trends'>{t.trends(shownDays)}</h2>
      <p class='soft'>{t.fromTo(calendarDate(days[0]?.date ?? ''), calendarDate(days.at(-1)?.date ?? ''))}</p>
      <div class='pack'>
        {pictures.map(
          ({ name, series: [full, hollow] }) =>
            counts[full] && (
              <Bars
                title={t.pictures[name]}
                words={t.sums[name](sum(counts[full]), sum((hollow && counts[hollow]) ?? []))}
              >
                <Drawn counts={[counts[full], ...(hollow && counts[hollow] ? [counts[hollow]] : [])]} />
              </Bars>
            )
        )}
      </div>
      <details class='more'>
        <summary>{t.byDay}</summary>
        <div class='card list'>
          <table class='queue' aria-labelledby='trends'>
            <thead>
              <tr>
                <th scope='col'>{t.day}</th>
                {known.map(([series]) => (
                  <th scope='col'>{t.series[series]}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map(({ date }, i) => (
                <tr>
                  <th scope='row'>{numericCalendarDate(date)}</th>
                  {known.map(([series, numbers]) => (
                    <td data-label={t.series[series]}>{numbers[i]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  )
}

const Bars = ({ title, words, children }: { title: string; words: string; children?: Child }) => (
  <figure class='card'>
    <figcaption>
      <h3>{title}</h3>
      <p>{words}</p>
    </figcaption>
    {children}
  </figure>
)

/** Full bars for what came first, hollow ones beside them for what became of it. The words stand above. */
const Drawn = ({ counts }: { counts: number[][] }) => {
  const most = Math.max(...counts.flat())
  if (most === 0) return null
  return (
    <svg
      class='bars'
      viewBox={`0 0 ${shownDays * picture.day} ${picture.height}`}
      preserveAspectRatio='none'
      aria-hidden='true'
    >
      {counts.map((numbers, place) => (
        <path
          class={place === 0 ? undefined : 'open'}
          vector-effect='non-scaling-stroke'
          d={barsPath(numbers, most, place, counts.length)}
        />
      ))}
    </svg>
  )
}
