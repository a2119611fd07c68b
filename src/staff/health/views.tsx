import type { Child } from 'hono/jsx'
import { BackLink, Notice, SummaryList, Tag } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { isWrong, type State, stateOf, type Told } from '../../jobs/job.ts'
import { type JobName, timetable } from '../../jobs/timetable.ts'
import { Duration } from '../../messages/queue/views.tsx'
import { type CanaryState, isAlarming } from '../../outbox/canary/canary.ts'
import { paths } from '../../paths.ts'
import { built } from '../../web/assets.generated.ts'
import type { Health } from './store.ts'

type Answers = Record<'database' | 'links' | 'files' | 'queue', boolean>

type HealthProps = {
  /** What the database says; undefined when it does not answer. */
  database: Health | undefined
  answers: Answers
  canary: CanaryState | undefined
  /** No hourly mail is set up: nobody would be told that mail does not arrive. */
  isUnwatched: boolean
  /** Wake-ups that wait in the queue. */
  woken: number | undefined
  version: WorkerVersionMetadata | undefined
  now: Date
}

const unknown: Told = { startedAt: null, endedAt: null, failure: null, succeededAt: null }

export const HealthPage = (props: HealthProps) => {
  const { database, answers, canary, isUnwatched, woken, version, now } = props
  const { health: t, mailDesk } = useText()
  const rows = timetable.map(({ name, every }) => {
    const told = database?.told.get(name) ?? unknown
    return { name, every, told, state: stateOf({ every }, told, database?.cronSince ?? null, now) }
  })
  const silent = (Object.keys(answers) as (keyof Answers)[]).filter((each) => !answers[each])
  const wrong = database?.cronSince ? rows.filter(({ state }) => isWrong(state)) : []
  const isBehind = database !== undefined && database.schema !== built.schema
  const faults = [
    ...silent.map((each) => t.silent(t.parts[each])),
    ...(database && !database.cronSince ? [t.noneRan] : []),
    ...wrong.map(({ name, state }) => t.jobIs(t.jobs[name], t.states[state])),
    ...(isAlarming(canary) ? [`${mailDesk.canary[canary]}.`] : []),
    ...(isUnwatched ? [t.unwatched] : []),
    ...(isBehind ? [t.behind] : []),
    ...(database && database.owed > 0
      ? [
          <>
            {t.owed(database.owed)} <a href={paths.unmatchedList}>{t.owedWhere}</a>
          </>,
        ]
      : []),
  ]
  return (
    <section id='health' class='flow'>
      <BackLink to={paths.admin}>{t.back}</BackLink>
      <h1>{t.title}</h1>
      {faults.length === 0 ? (
        <Notice kind='good'>
          <p>{t.allGood}</p>
        </Notice>
      ) : (
        <Notice kind='warn' title={t.look}>
          <ul>
            {faults.map((fault) => (
              <li>{fault}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div class='cols halves'>
        <Card id='answers' title={t.answersTitle}>
          <SummaryList
            rows={(Object.keys(answers) as (keyof Answers)[]).map((each) => [
              t.parts[each],
              <>
                <Tag kind={answers[each] ? 'ok' : 'crit'}>{answers[each] ? t.answers : t.noAnswer}</Tag>
                {each === 'queue' && woken !== undefined && ` ${t.woken(woken)}`}
              </>,
            ])}
          />
        </Card>
        <Card id='mail' title={t.mailTitle}>
          {database?.mail ? <Mail mail={database.mail} canary={canary} now={now} /> : <p>{t.noDatabase}</p>}
        </Card>
      </div>
      <h2 id='jobs'>{t.jobsTitle}</h2>
      {database ? <Jobs rows={rows} /> : <p>{t.noDatabase}</p>}
      <Card id='versions' title={t.versionsTitle}>
        <SummaryList
          rows={[
            [t.version, version?.id ? <code>{version.id}</code> : t.noVersion],
            [t.build, <code>{built.sources}</code>],
            [t.schema, database?.schema ? <code>{database.schema}</code> : t.noDatabase],
            ...(isBehind ? [[t.expected, <code>{built.schema}</code>] as [string, Child]] : []),
          ]}
        />
      </Card>
    </section>
  )
}

const Card = ({ id, title, children }: { id: string; title: string; children?: Child }) => (
  <section class='card' aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
)

type MailProps = Pick<HealthProps, 'canary' | 'now'> & { mail: NonNullable<Health['mail']> }

const Mail = ({ mail, canary, now }: MailProps) => {
  const { health: t, mailDesk } = useText()
  const { moment } = useFormat()
  return (
    <SummaryList
      rows={[
        [t.accepted, mail.accepted ? moment(new Date(mail.accepted)) : t.never],
        [t.waiting, String(mail.waiting)],
        ...(mail.oldest
          ? ([
              [
                t.oldest,
                <Duration minutes={Math.max(0, Math.floor((now.getTime() - mail.oldest) / 60_000))} />,
              ],
            ] satisfies [string, Child][])
          : []),
        [t.failed, String(mail.failed)],
        [t.bounced, String(mail.bounced)],
        [t.canary, canary ? mailDesk.canary[canary] : t.noCanary],
      ]}
    />
  )
}

const tags: Record<State, 'ok' | 'crit' | 'off' | undefined> = {
  good: 'ok',
  failed: 'crit',
  late: 'off',
  never: 'off',
  waiting: undefined,
}

/** Seconds, to the tenth. */
const took = ({ startedAt, endedAt }: Told) =>
  startedAt && endedAt ? Math.round((endedAt.getTime() - startedAt.getTime()) / 100) / 10 : 0

type JobRow = { name: JobName; every: 'minute' | 'hour'; told: Told; state: State }

const Jobs = ({ rows }: { rows: JobRow[] }) => {
  const t = useText().health
  const { shortDate, time } = useFormat()
  const at = (date: Date) => `${shortDate(date)}, ${time(date)}`
  return (
    <div class='card list'>
      <table class='queue' aria-labelledby='jobs'>
        <thead>
          <tr>
            {[t.job, t.often, t.lastRun, t.result].map((heading) => (
              <th scope='col'>{heading}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, every, told, state }) => {
            const kind = tags[state]
            return (
              <tr>
                <th scope='row'>{t.jobs[name]}</th>
                <td data-label={t.often}>{t.every[every]}</td>
                <td data-label={t.lastRun}>
                  {told.startedAt ? at(told.startedAt) : t.never}
                  {took(told) > 0 && ` (${t.took(took(told))})`}
                </td>
                <td data-label={t.result}>
                  <Tag {...(kind && { kind })}>{t.states[state]}</Tag>
                  {told.failure && (
                    <>
                      {' '}
                      <code>{told.failure}</code>
                    </>
                  )}
                  {isWrong(state) && told.succeededAt && <p>{t.lastGood(at(told.succeededAt))}</p>}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
