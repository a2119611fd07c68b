import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { Radios, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button, Notice, Pagination, SummaryList, Tag } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { SaveOrKeep, Seen } from '../practice/views.tsx'
import { type State, stateOf, stateOfBody, states } from './feed.ts'
import { type Body, type FeedRow, type FoundBody, type Listed, perPage, type Settings } from './store.ts'

const tags: Record<State, 'ok' | 'new' | 'off' | undefined> = {
  filed: 'ok',
  repeated: undefined,
  waiting: 'new',
  refused: 'off',
  unfinished: 'off',
}

const scopeLabel = (t: ReturnType<typeof useText>['feeds'], { scope }: FeedRow) =>
  scope === 'upload' ? t.uploads : t.scopes[scope].label

const StateTag = ({ state }: { state: State }) => {
  const kind = tags[state]
  return <Tag {...(kind && { kind })}>{useText().feeds.states[state]}</Tag>
}

export const FeedsPage = ({ rows }: { rows: Listed[] }) => {
  const t = useText().feeds
  const { shortDate } = useFormat()
  return (
    <section id='feeds' class='flow'>
      <BackLink to={paths.practice}>{t.back}</BackLink>
      <div class='head'>
        <h1>{t.title}</h1>
        <a class='btn' href={paths.feedNew}>
          {t.add}
        </a>
      </div>
      <p class='soft'>{t.intro}</p>
      <p>
        <a href={paths.unmatchedList}>{t.toUnmatched}</a>
      </p>
      {rows.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <div class='card list'>
          <table class='queue' aria-label={t.title}>
            <thead>
              <tr>
                <th scope='col'>{t.name}</th>
                <th scope='col'>{t.scope}</th>
                <th scope='col'>{t.lastUsed}</th>
                <th scope='col'>{t.lastWeek}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ feed, bodies, refused, waiting, unfinished }) => (
                <tr>
                  <th scope='row'>
                    <a href={href(paths.feedOne, { feedId: feed.id })}>{feed.name}</a>{' '}
                    {feed.revokedAt && <Tag kind='off'>{t.revoked}</Tag>}
                  </th>
                  <td data-label={t.scope}>{scopeLabel(t, feed)}</td>
                  <td data-label={t.lastUsed}>{feed.lastUsedAt ? shortDate(feed.lastUsedAt) : t.never}</td>
                  <td data-label={t.lastWeek}>
                    {t.counts(bodies, refused)}
                    {waiting > 0 && ` ${t.waiting(waiting)}`}
                    {unfinished > 0 && (
                      <>
                        {' '}
                        <Tag kind='off'>{t.unfinished(unfinished)}</Tag>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

export const NewFeedPage = ({ form }: { form: Form }) => {
  const t = useText().feeds
  return (
    <section id='new-feed' class='mid flow'>
      <BackLink to={paths.feedList}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.addTitle}</h1>
      <form method='post' action={paths.feedNew} novalidate class='flow'>
        <SubmissionId form={form} />
        <Fields form={form} isUsed={false} />
        <Button>{t.make}</Button>
      </form>
    </section>
  )
}

const Fields = ({ form, isUsed }: { form: Form; isUsed: boolean }) => {
  const t = useText().feeds
  return (
    <>
      <div class='fields'>
        <TextField name='name' label={t.name} hint={t.nameHint} form={form} autocomplete='off' />
        <TextField name='timeZone' label={t.zone} hint={t.zoneHint} form={form} autocomplete='off' />
      </div>
      {isUsed || (
        <Radios
          name='scope'
          legend={t.scope}
          form={form}
          choices={(['hl7', 'fhir'] as const).map((value) => ({ value, ...t.scopes[value] }))}
        />
      )}
      <TextArea name='ownAuthorities' label={t.authorities} hint={t.authoritiesHint} form={form} rows={3} />
    </>
  )
}

type SettingsProps = Settings & {
  form: Form
  /** The form does not know what stands now. */
  isNews: boolean
}

export const FeedSettingsPage = ({ feed, waiting, form, isNews }: SettingsProps) => {
  const t = useText().feeds
  const { standsNow } = useText().practice
  const { date } = useFormat()
  const to = { feedId: feed.id }
  const back = href(paths.feedOne, to)
  return (
    <section id='feed-settings' class='mid flow'>
      <BackLink to={back}>{feed.name}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.editTitle}</h1>
      {isNews && (
        <Notice kind='warn' title={standsNow}>
          <SummaryList
            rows={[
              [t.name, feed.name],
              ...saidRows(t, feed),
              ...(feed.revokedAt ? [[t.revoked, date(feed.revokedAt)] as [string, string]] : []),
            ]}
          />
        </Notice>
      )}
      <p>
        {t.editIntro} {t.authoritiesGone}
      </p>
      {waiting > 0 && (
        <Notice title={t.waitTitle(waiting)}>
          <p>{t.waitBody}</p>
          <p>
            <a href={withQuery(back, { show: 'waiting' })}>{t.toWaiting}</a>
          </p>
        </Notice>
      )}
      <form method='post' action={href(paths.feedSettings, to)} novalidate class='flow'>
        <Seen form={form} />
        <Fields form={form} isUsed={feed.lastUsedAt !== null} />
        {feed.lastUsedAt && <p class='soft'>{t.scopeStays(scopeLabel(t, feed))}</p>}
        <SaveOrKeep back={back} />
      </form>
    </section>
  )
}

/** What an admin says of a feed, its name aside. */
const saidRows = (t: ReturnType<typeof useText>['feeds'], feed: FeedRow): [string, Child][] => [
  [t.scope, scopeLabel(t, feed)],
  ...(feed.scope === 'upload'
    ? []
    : ([
        [t.address, <code>{feed.scope === 'hl7' ? paths.feedHl7 : paths.feedFhir}</code>],
        [t.authorities, feed.ownAuthorities.join(', ') || t.noAuthorities],
      ] satisfies [string, Child][])),
  [t.zone, feed.timeZone ?? t.practiceZone],
]

type FeedProps = {
  feed: FeedRow
  bodies: Body[]
  total: number
  page: number
  state: State | undefined
  shownKey: string | undefined
}

export const FeedPage = ({ feed, bodies, total, page, state, shownKey }: FeedProps) => {
  const t = useText().feeds
  const { date, shortDate, time } = useFormat()
  const to = { feedId: feed.id }
  const url = href(paths.feedOne, to)
  return (
    <section id='feed' class='flow'>
      <BackLink to={paths.feedList}>{t.title}</BackLink>
      <h1>{feed.name}</h1>
      {shownKey && (
        <Notice kind='warn' title={t.keyTitle}>
          <p>{t.keyBody}</p>
          <p>
            <code class='body'>{shownKey}</code>
          </p>
        </Notice>
      )}
      <div class='card'>
        <SummaryList
          rows={[
            ...saidRows(t, feed),
            [t.since, date(feed.createdAt)],
            [t.lastUsed, feed.lastUsedAt ? `${date(feed.lastUsedAt)}, ${time(feed.lastUsedAt)}` : t.never],
            ...(feed.revokedAt ? [[t.revoked, date(feed.revokedAt)] as [string, string]] : []),
          ]}
        />
      </div>
      {feed.scope !== 'upload' && !feed.revokedAt && (
        <>
          <p>
            <a class='btn alt' href={href(paths.feedSettings, to)}>
              {t.edit}
            </a>
          </p>
          <details class='more'>
            <summary>{t.revoke}</summary>
            <form method='post' action={href(paths.feedRevocation, to)}>
              <p>{t.revokeHint}</p>
              <Button kind='stop'>{t.revoke}</Button>
            </form>
          </details>
        </>
      )}
      <h2 id='received'>{t.received}</h2>
      <nav aria-labelledby='received'>
        <ul class='chips'>
          <li>
            <a href={url} aria-current={state ? undefined : 'page'}>
              {t.all}
            </a>
          </li>
          {states.map((each) => (
            <li>
              <a href={withQuery(url, { show: each })} aria-current={each === state ? 'page' : undefined}>
                {t.states[each]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {bodies.length === 0 ? (
        <p>{t.nothing}</p>
      ) : (
        <div class='card list'>
          <table class='queue' aria-labelledby='received'>
            <thead>
              <tr>
                <th scope='col'>{t.when}</th>
                <th scope='col'>{t.format}</th>
                <th scope='col'>{t.size}</th>
                <th scope='col'>{t.fate}</th>
              </tr>
            </thead>
            <tbody>
              {bodies.map((body) => (
                <tr>
                  <th scope='row'>
                    <a href={href(paths.feedBody, { ...to, inboxId: body.id })}>
                      {shortDate(body.receivedAt)}, {time(body.receivedAt)}
                    </a>
                  </th>
                  <td data-label={t.format}>{t.formats[body.format]}</td>
                  <td data-label={t.size}>{t.bytes(body.bytes)}</td>
                  <td data-label={t.fate}>
                    <StateTag state={stateOfBody(body)} /> {whyOf(body.outcome)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / perPage)}
        to={(number) => withQuery(url, { show: state, page: number })}
      />
    </section>
  )
}

/** The reason in an outcome: counts and reasons are all that stands there. */
const whyOf = (outcome: unknown) =>
  typeof outcome === 'object' && outcome !== null && 'why' in outcome ? String(outcome.why) : null

export const BodyPage = ({ feed, body, messages }: FoundBody) => {
  const t = useText().feeds
  const { date, time } = useFormat()
  const to = { feedId: feed.id, inboxId: body.id }
  return (
    <section id='received-body' class='flow'>
      <BackLink to={href(paths.feedOne, { feedId: feed.id })}>{feed.name}</BackLink>
      <h1>{t.oneTitle}</h1>
      <div class='card'>
        <SummaryList
          rows={[
            [t.when, `${date(body.receivedAt)}, ${time(body.receivedAt)}`],
            [t.format, t.formats[body.format]],
            [t.size, t.bytes(body.bytes)],
            [t.fate, <StateTag state={stateOfBody(body)} />],
            ...(whyOf(body.outcome) ? [[t.why, whyOf(body.outcome)] as [string, string | null]] : []),
          ]}
        />
      </div>
      {messages.length > 0 && (
        <div class='card list'>
          <table class='queue' aria-label={t.messages}>
            <thead>
              <tr>
                <th scope='col'>{t.message}</th>
                <th scope='col'>{t.fate}</th>
                <th scope='col'>{t.what}</th>
              </tr>
            </thead>
            <tbody>
              {messages.map((message) => (
                <tr>
                  <th scope='row'>
                    {message.position + 1}. {message.kind}
                  </th>
                  <td data-label={t.fate}>
                    <StateTag state={stateOf(message)} />
                  </td>
                  <td data-label={t.what}>
                    <Outcome outcome={message.outcome} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {body.bodyRemovedAt ? (
        <p class='soft'>{t.bodyRemoved(date(body.bodyRemovedAt))}</p>
      ) : (
        <>
          <div class='acts'>
            <form method='post' action={href(paths.feedBodyReplay, to)}>
              <Button>{t.replay}</Button>
            </form>
            <a class='btn alt' href={href(paths.feedBodyRaw, to)} type='text/plain'>
              {t.download}
            </a>
          </div>
          <p class='soft'>{t.replayHint}</p>
        </>
      )}
    </section>
  )
}

type Told = {
  why?: string
  filed?: Record<string, number>
  changed?: Record<string, number>
  unchanged?: Record<string, number>
  skipped?: { what: string; why: string; count: number }[]
  reusesControlId?: boolean
}

const sum = (counts: Record<string, number> = {}) =>
  Object.values(counts).reduce((all, each) => all + each, 0)

const Outcome = ({ outcome }: { outcome: unknown }) => {
  const t = useText().feeds
  const { why, filed, changed, unchanged, skipped = [], reusesControlId }: Told = outcome ?? {}
  if (why) return <>{why}</>
  return (
    <>
      {t.told(sum(filed), sum(changed), sum(unchanged))}
      {reusesControlId && ` ${t.reused}`}
      {skipped.length > 0 && (
        <ul>
          {skipped.map((each) => (
            <li>
              {each.what} {each.why} ({each.count})
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
