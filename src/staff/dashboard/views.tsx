import type { Child } from 'hono/jsx'
import { useText } from '../../i18n/text.ts'
import type { Visit } from '../../identity/visit.ts'
import { mostListed as mostWork } from '../../messages/queue/work.ts'
import { paths, withQuery } from '../../paths.ts'
import { upTo } from '../../web/paging.ts'
import { lists, mostListed as mostPatients } from '../invitation-desk/desk.ts'
import type { Waiting } from './store.ts'

/** What the invite desk cannot leave to time. */
const urgent = lists.filter((list) => !['sent', 'delivered', 'registered'].includes(list))

/** What waits, as numbers that lead to it; only what the viewer may open. */
export const DashboardPage = ({ waiting, may }: { waiting: Waiting; may: Visit['may'] }) => {
  const { staff, uploads, accessHistory, inviteDesk } = useText()
  const t = staff.dashboard
  const { work, atDesks, oldestWaits, unmatched, visitsToday, requests } = waiting
  return (
    <section id='dashboard' class='flow'>
      <h1>{t.title}</h1>
      <div class='cols two'>
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
