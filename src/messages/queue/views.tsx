import { getContext } from 'hono/context-storage'
import { Pagination, Tag } from '../../design/parts.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { upTo } from '../../web/paging.ts'
import { CategoryName } from '../views.tsx'
import { RemoveDraft } from '../writing/views.tsx'
import type { News, WorkList, WorkRow } from './store.ts'
import { filters, isOverdue, minutesWaited, mostListed, type Part, pagesOf, type Shown } from './work.ts'

/** The address of a page of a part of the queue. */
export const queueUrl = ({ filter, queue }: Part, page = 1) =>
  withQuery(paths.adminQueue, {
    show: filter === 'all' ? undefined : filter,
    queue,
    page: page > 1 ? page : undefined,
  })

/** "2 h 10 m" */
export const Duration = ({ minutes }: { minutes: number }) => (
  <>{useText().desk.queue.waited(Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60)}</>
)

export const Waited = ({ work }: { work: Pick<WorkRow, 'openedAt'> }) => (
  <Duration minutes={minutesWaited(work, getContext<Env>().var.now)} />
)

/** Words and a shape, never colour alone. */
export const WorkTags = ({ work }: { work: Pick<WorkRow, 'urgency' | 'kind' | 'dueAt'> }) => {
  const t = useText().desk.queue
  return (
    <>
      {work.urgency === 0 && (
        <Tag kind='crit'>
          <span aria-hidden='true'>▲</span> {t.flagged}
        </Tag>
      )}{' '}
      {isOverdue(work, getContext<Env>().var.now) && <Tag kind='crit'>{t.overdue}</Tag>}{' '}
      {work.kind === 'unread' && <Tag kind='off'>{t.unread}</Tag>}
    </>
  )
}

type Named = { id: string; nameEn: string; nameEs: string }

/** The names of queues in the reader's language; one that is not in use any more is called by its id. */
export const useQueueNames = (queues: Named[]) => {
  const { language } = getContext<Env>().var
  const names = new Map(queues.map(({ id, nameEn, nameEs }) => [id, language === 'es' ? nameEs : nameEn]))
  return (id: string) => names.get(id) ?? id
}

type QueueProps = { list: WorkList; part: Part; page: number }

export const QueuePage = ({ list, part, page }: QueueProps) => {
  const { announcements, messages, desk } = useText()
  const t = desk.queue
  const { visit } = getContext<Env>().var
  const count = list.counts[part.filter]
  return (
    <section id='queue' class='flow'>
      {list.rows[0] && (
        <a class='skip' href={`#work-${list.rows[0].threadId}`}>
          {t.skip}
        </a>
      )}
      <div class='head'>
        <h1>{messages.title}</h1>
        {visit.may('messages') && (
          <div class='acts'>
            <a href={paths.quickReplies}>{t.quickReplies}</a>
            <a href={paths.announcements}>{announcements.title}</a>
            <a href={paths.adminFigures}>{t.figures}</a>
            <a class='btn' href={paths.adminRecipients}>
              {t.write}
            </a>
          </div>
        )}
      </div>
      <nav class='chips' aria-label={t.filterNav}>
        {filters.map((filter) => (
          <a
            id={`show-${filter}`}
            href={queueUrl({ ...part, filter })}
            aria-current={filter === part.filter ? 'true' : undefined}
          >
            {t.count(t.filters[filter], upTo(list.counts[filter], mostListed))}
          </a>
        ))}
      </nav>
      <Queues list={list} part={part} />
      <QueueNews part={part} page={page} count={count} shown={list.shown} />
      <WorkTable list={list} />
      <Pagination page={page} pages={pagesOf(count)} to={(number) => queueUrl(part, number)} />
      {count > mostListed && <p class='soft'>{t.most(mostListed)}</p>}
      <Begun begun={list.begun} />
    </section>
  )
}

const Queues = ({ list: { queues }, part }: Pick<QueueProps, 'list' | 'part'>) => {
  const t = useText().desk.queue
  const { filter } = part
  const nameOf = useQueueNames(queues)
  if (queues.length < 2) return null
  return (
    <nav class='chips small' aria-label={t.queueNav}>
      <a href={queueUrl({ filter })} aria-current={part.queue ? undefined : 'true'}>
        {t.allQueues}
      </a>
      {queues.map(({ id, waits }) => (
        <a
          id={`queue-${id}`}
          href={queueUrl({ filter, queue: id })}
          aria-current={id === part.queue ? 'true' : undefined}
        >
          {t.count(nameOf(id), upTo(waits, mostListed))}
        </a>
      ))}
    </nav>
  )
}

type NewsProps = { part: Part; page: number; count: number; shown: Shown; news?: News }

/**
 * Says when the list was made and what has happened since. It alone asks for news by itself and takes the same room
 * either way: the list stays as it is until someone presses the link, so that nothing moves under their hand.
 */
export const QueueNews = ({ part, page, count, shown, news }: NewsProps) => {
  const t = useText().desk.queue
  const { time } = useFormat()
  const { fresh = 0, changed = 0 } = news ?? {}
  const query = { show: part.filter, queue: part.queue, page, count, version: shown.version }
  return (
    <p
      id='news'
      class='news'
      role='status'
      hx-get={withQuery(paths.adminQueueNews, { ...query, at: shown.at.getTime() })}
      hx-trigger='every 30s'
      hx-swap='outerMorph'
      hx-headers='{"HX-Poll":"yes"}'
    >
      {news ? (
        <b>{[fresh > 0 && t.fresh(fresh), changed > 0 && t.changed(changed)].filter(Boolean).join(', ')}</b>
      ) : (
        <span>{t.shownAt(time(shown.at))}</span>
      )}{' '}
      <a id='refresh' href={queueUrl(part, page)}>
        {news ? t.show : t.refresh}
      </a>
    </p>
  )
}

const WorkTable = ({ list: { rows, queues } }: { list: WorkList }) => {
  const t = useText().desk.queue
  const nameOf = useQueueNames(queues)
  if (rows.length === 0) return <p class='card'>{t.empty}</p>
  return (
    <div class='card list'>
      <table class='queue'>
        <caption class='vh'>{t.caption}</caption>
        <thead>
          <tr>
            {[t.patient, t.subject, t.category, t.queue, t.waiting, t.assigned].map((heading) => (
              <th scope='col'>{heading}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((work) => (
            <WorkLine work={work} queue={nameOf(work.queue)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const WorkLine = ({ work, queue }: { work: WorkRow; queue: string }) => {
  const {
    desk: { queue: t, case: words },
    messages: { about },
  } = useText()
  const format = useFormat()
  const late = isOverdue(work, getContext<Env>().var.now)
  const { patientId, threadId, assigneeGivenName } = work
  return (
    <tr class={late || work.urgency === 0 ? 'late' : undefined}>
      <th scope='row'>
        <a id={`work-${threadId}`} href={href(paths.adminThread, { patientId, threadId })}>
          {fullName(work)}
        </a>
        <br />
        <small class='nw'>
          {work.birthDate ? words.dob(format.birthDate(work.birthDate)) : words.dobUnknown}
        </small>
      </th>
      <td data-label={t.subject} dir='auto'>
        {work.subject}
        {work.aboutKind && (
          <>
            <br />
            <small>{about[work.aboutKind]}</small>
          </>
        )}
      </td>
      <td data-label={t.category}>
        <CategoryName category={work.category} />
      </td>
      <td data-label={t.queue}>{queue}</td>
      <td data-label={t.waiting}>
        <Waited work={work} /> <WorkTags work={work} />
      </td>
      <td data-label={t.assigned}>
        {assigneeGivenName ? `${assigneeGivenName} ${work.assigneeFamilyName}` : t.nobody}
      </td>
    </tr>
  )
}

/** What the viewer began to write and has not sent. */
const Begun = ({ begun }: Pick<WorkList, 'begun'>) => {
  const t = useText().desk.queue
  const { shortDate, time } = useFormat()
  if (begun.length === 0) return null
  return (
    <section class='mid flow' aria-labelledby='begun'>
      <h2 id='begun'>{t.drafts}</h2>
      <ul class='card list rows'>
        {begun.map(({ id, threadId, patientId, savedAt, ...name }) => (
          <li>
            <a
              class='row'
              href={
                threadId
                  ? href(paths.adminThread, { patientId, threadId })
                  : href(paths.adminDraft, { patientId, draftId: id })
              }
            >
              <span class='t'>{t.draftFor(fullName(name))}</span>
              <span class='m'>
                {shortDate(savedAt)}, {time(savedAt)}
              </span>
            </a>
            <RemoveDraft
              action={href(paths.adminDraftRemoval, { patientId, draftId: id })}
              whose={fullName(name)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
