import { BackLink, Notice, Pagination } from '../../design/parts.tsx'
import { OfficePhone } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { judge } from '../observation.ts'
import { plainWordsFor } from '../plain-words.ts'
import { pageSize } from '../report.ts'
import { Judged, LabsPage, type ListProps, Range, useEarlyWords, useRangeWords, Value } from '../views.tsx'
import { Chart, Spark } from './chart.tsx'
import type { Test } from './store.ts'
import { type Point, summaryOf, type Time, type Trend, times } from './trend.ts'

export const HistoryPage = ({ patientId, rows, total, page }: ListProps<Test>) => {
  const t = useText().labs
  const format = useFormat()
  return (
    <LabsPage patientId={patientId} current='history'>
      {rows.length === 0 ? (
        <Notice title={t.noTests}>
          <p>
            {t.noReportsMore} <OfficePhone />
          </p>
        </Notice>
      ) : (
        <>
          <p class='soft'>{t.historyIntro}</p>
          <div class='card list'>
            <ul class='rows'>
              {rows.map((test) => (
                <li>
                  <a class='row' href={href(paths.labTest, { patientId, observationId: test.id })}>
                    <span class='t' lang='en'>
                      {test.name}
                    </span>
                    <span>
                      <Value value={test.value ?? ''} unit={test.unit} />
                    </span>
                    <Judged judgement={judge(test)} />
                    <span class='m'>
                      {format.shortDate(test.collectedAt)} · {t.resultCount(test.count)}
                    </span>
                    <Spark test={test} />
                  </a>
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / pageSize.tests)}
        to={(number) => withQuery(href(paths.labHistory, { patientId }), { page: number })}
      />
    </LabsPage>
  )
}

type TestProps = {
  to: { patientId: string; observationId: string }
  /** The newest result there is, in the chosen time or before it. */
  newest: Point
  time: Time
  points: Point[]
  trend: Trend
  treatments: Date[]
  page: number
}

export const TestPage = ({ to, newest, time, points, trend, treatments, page }: TestProps) => {
  const t = useText().labs
  const { date } = useFormat()
  const words = plainWordsFor(newest.code)
  const judgement = judge(newest)
  const url = href(paths.labTest, to)
  return (
    <article id='test' class='mid flow'>
      <BackLink to={href(paths.labHistory, { patientId: to.patientId })}>{t.history}</BackLink>
      <section class='card flow'>
        <div class='head'>
          <h1 lang='en'>{newest.name}</h1>
          <Judged judgement={judgement} />
        </div>
        {words && <p>{t.tests[words]}</p>}
        <p>
          <Value value={newest.value ?? ''} unit={newest.unit} />{' '}
          <span class='soft'>{t.trend.on(date(newest.collectedAt))}</span>
        </p>
        <Range result={newest} judgement={judgement} />
      </section>
      <nav class='chips' aria-label={t.trend.time}>
        {times.map((each) => (
          <a href={withQuery(url, { time: each })} aria-current={each === time ? 'true' : undefined}>
            {t.trend.times[each]}
          </a>
        ))}
      </nav>
      {points.length === 0 ? (
        <p>{t.trend.none}</p>
      ) : (
        <section class='card flow' aria-labelledby='over-time'>
          <h2 id='over-time'>{t.trend.title}</h2>
          <Sentences points={points} trend={trend} />
          {trend.panels.length > 0 && (
            <Chart trend={trend} treatments={treatments} words={t.trend.picture(points.length)} />
          )}
          <Results patientId={to.patientId} points={points} page={page} />
          <Pagination
            page={page}
            pages={Math.ceil(points.length / pageSize.results)}
            to={(number) => withQuery(url, { time, page: number })}
          />
        </section>
      )}
      <p class='screen'>
        <a class='tap' href={href(paths.labTestCsv, to)} type='text/csv'>
          {t.trend.download}
        </a>
      </p>
      <p class='screen'>
        <a
          class='tap'
          href={withQuery(href(paths.newMessage, { patientId: to.patientId }), {
            about: `report:${newest.reportId}`,
          })}
        >
          {t.ask}
        </a>
      </p>
    </article>
  )
}

const withUnit = ({ value, unit }: Pick<Point, 'value' | 'unit'>) => [value, unit].filter(Boolean).join(' ')

/** What the picture shows, for those who hear it and those who would rather read. */
const Sentences = ({ points, trend }: Pick<TestProps, 'points' | 'trend'>) => {
  const t = useText().labs.trend
  const { date } = useFormat()
  const summary = summaryOf(points)
  const { count, first, newest, previous, lowest, highest, compared, judged, outside } = summary
  if (!first || !newest) return null
  return (
    <>
      <p>
        {count === 1
          ? t.one(date(newest.collectedAt))
          : t.many(count, date(first.collectedAt), date(newest.collectedAt))}{' '}
        {previous && t.newest(withUnit(newest), withUnit(previous), date(previous.collectedAt))}{' '}
        {compared > 1 &&
          lowest &&
          highest &&
          t.extremes(
            withUnit(lowest),
            date(lowest.collectedAt),
            withUnit(highest),
            date(highest.collectedAt)
          )}{' '}
        {judged > 0 && t.judged(outside, judged)}
      </p>
      {trend.panels.length > 1 && <p>{t.units}</p>}
      {trend.undrawn > 0 && <p>{t.undrawn(trend.undrawn)}</p>}
      {trend.panels.some(({ isThinned }) => isThinned) && <p class='soft'>{t.thinned}</p>}
    </>
  )
}

const Results = ({ patientId, points, page }: Pick<TestProps, 'points' | 'page'> & { patientId: string }) => {
  const t = useText().labs
  const { shortDate } = useFormat()
  const newestFirst = points.toReversed()
  const start = (page - 1) * pageSize.results
  const days = Map.groupBy(points, ({ collectedAt }) => shortDate(collectedAt))
  return (
    <table>
      <caption class='vh'>{t.trend.table}</caption>
      <thead>
        <tr>
          <th scope='col'>{t.trend.day}</th>
          <th scope='col'>{t.trend.result}</th>
        </tr>
      </thead>
      <tbody>
        {newestFirst.slice(start, start + pageSize.results).map((point, index) => (
          <ResultRow
            patientId={patientId}
            point={point}
            before={newestFirst[start + index + 1]}
            isRepeated={(days.get(shortDate(point.collectedAt))?.length ?? 0) > 1}
          />
        ))}
      </tbody>
    </table>
  )
}

type RowProps = { patientId: string; point: Point; before: Point | undefined; isRepeated: boolean }

/** `before` is the result before it in time: what was done otherwise then is said, because the line ends there. */
const ResultRow = ({ patientId, point, before, isRepeated }: RowProps) => {
  const t = useText().labs
  const { shortDate, time } = useFormat()
  const range = useRangeWords(point)
  const old = { value: point.previousValue, unit: point.previousUnit ?? point.unit }
  const notes = [
    useEarlyWords(point),
    range && `${t.usualRange}: ${range}`,
    point.previousValue !== null && `${t.correctedWithoutDate} ${t.was(withUnit(old))}`,
    before && point.method !== before.method && point.method && `${t.method}: ${point.method}`,
    before &&
      point.laboratory !== before.laboratory &&
      point.laboratory &&
      `${t.laboratory}: ${point.laboratory}`,
  ]
  return (
    <tr>
      <th scope='row' class='nw'>
        <a href={href(paths.report, { patientId, reportId: point.reportId })}>
          {shortDate(point.collectedAt)}
        </a>
        {isRepeated && (
          <>
            <br />
            <small>{time(point.collectedAt)}</small>
          </>
        )}
      </th>
      <td>
        {withUnit(point)} <Judged judgement={judge(point)} />
        {notes.map(
          (note) =>
            note && (
              <>
                <br />
                <small>{note}</small>
              </>
            )
        )}
      </td>
    </tr>
  )
}
