import type { Child } from 'hono/jsx'
import { BackLink, Button, Notice, Pagination, Tag } from '../design/parts.tsx'
import { OfficePhone } from '../design/phone.tsx'
import { useFormat, useText } from '../i18n/text.ts'
import { href, paths, withQuery } from '../paths.ts'
import {
  type Counts,
  countResults,
  isAwaited,
  isJudged,
  isPerformed,
  type Judgement,
  judge,
  type Measured,
  rangeBar,
  shortened,
} from './observation.ts'
import { plainWordsFor } from './plain-words.ts'
import {
  changedSinceComment,
  earlierConclusions,
  earlierValues,
  isUnseen,
  pageSize,
  withUnit,
} from './report.ts'
import type {
  Conclusion,
  Contents,
  Observation,
  ObservationVersion,
  Report,
  ReportFile,
  ReportSummary,
} from './store.ts'

type Tab = 'reports' | 'history'

const LabsTabs = ({ patientId, current }: { patientId: string; current: Tab }) => {
  const t = useText().labs
  const tabs = [
    ['reports', href(paths.labs, { patientId })],
    ['history', href(paths.labHistory, { patientId })],
  ] as const
  return (
    <nav class='tabs' aria-label={t.title}>
      <ul>
        {tabs.map(([name, url]) => (
          <li>
            <a href={url} aria-current={name === current ? 'page' : undefined}>
              {t[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

export const LabsPage = ({
  patientId,
  current,
  children,
}: {
  patientId: string
  current: Tab
  children?: Child
}) => (
  <section id='labs' class='mid flow'>
    <h1>{useText().labs.title}</h1>
    <LabsTabs patientId={patientId} current={current} />
    {children}
  </section>
)

/** "2 of 12 outside the usual range", of those results that came with something to compare them with. */
const CountsLine = ({ counts: { total, judged, outside } }: { counts: Counts }) => {
  const t = useText().labs
  if (total === 0) return null
  if (judged === 0)
    return (
      <>
        {t.resultCount(total)}. {t.noCounts}
      </>
    )
  return (
    <>
      {t.counts(outside, judged)}
      {total > judged && `. ${t.notCompared(total - judged)}`}
    </>
  )
}

export const ReportRow = ({ patientId, report }: { patientId: string; report: ReportSummary }) => {
  const { labs: t, common } = useText()
  const format = useFormat()
  const url = href(paths.report, { patientId, reportId: report.id })
  if (report.asks)
    return (
      <li class='unread'>
        <a class='row' href={url}>
          <span class='t'>{t.asks.ready}</span>
          <span class='m'>{t.asks.youAsked}</span>
          <Tag kind='new'>{common.isNew}</Tag>
        </a>
      </li>
    )
  return (
    <li class={report.isNew ? 'unread' : undefined}>
      <a class='row' href={url}>
        <span class='t' lang='en'>
          {report.title}
        </span>
        <span class='m'>
          {format.date(report.collectedAt)}
          {report.orderedBy && ` · ${t.orderedByName(report.orderedBy)}`}
        </span>
        <span class='m'>
          {t.reportStatus[report.status]}. <CountsLine counts={report.counts} />
        </span>
        {report.isNew && <Tag kind='new'>{common.isNew}</Tag>}
      </a>
    </li>
  )
}

export type ListProps<Row> = { patientId: string; rows: Row[]; total: number; page: number }

/** What this reader saw and will look for in vain. */
const Withdrawn = ({ seenAt }: { seenAt: Date[] }) => {
  const t = useText().labs.withdrawn
  const format = useFormat()
  if (seenAt.length === 0) return null
  return (
    <Notice kind='warn' title={t.title}>
      {[...new Set(seenAt.map((at) => format.date(at)))].map((day) => (
        <p>{t.seenOn(day)}</p>
      ))}
      <p>
        {t.questions} <OfficePhone />
      </p>
    </Notice>
  )
}

export const ReportsPage = ({
  patientId,
  rows,
  total,
  page,
  withdrawn,
}: ListProps<ReportSummary> & { withdrawn: Date[] }) => {
  const t = useText().labs
  return (
    <LabsPage patientId={patientId} current='reports'>
      {page === 1 && <Withdrawn seenAt={withdrawn} />}
      {rows.length === 0 ? (
        <Notice title={t.noReports}>
          <p>
            {t.noReportsMore} <OfficePhone />
          </p>
        </Notice>
      ) : (
        <div class='card list'>
          <ul class='rows'>
            {rows.map((report) => (
              <ReportRow patientId={patientId} report={report} />
            ))}
          </ul>
        </div>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / pageSize.reports)}
        to={(number) => withQuery(href(paths.labs, { patientId }), { page: number })}
      />
    </LabsPage>
  )
}

const marks: Partial<Record<Judgement, [mark: string, kind: 'ok' | 'off' | 'crit']>> = {
  'in-range': ['', 'ok'],
  low: ['▼ ', 'off'],
  high: ['▲ ', 'off'],
  abnormal: ['◆ ', 'off'],
  'critical-low': ['▼▼ ', 'crit'],
  'critical-high': ['▲▲ ', 'crit'],
  critical: ['◆◆ ', 'crit'],
}

/** The flag in words and shape. Without a range nothing is coloured. */
export const Judged = ({ judgement }: { judgement: Judgement }) => {
  const said = useText().labs.judgement[judgement]
  const mark = marks[judgement]
  if (!mark) return said ? <span class='soft'>{said}</span> : null
  return (
    <Tag kind={mark[1]}>
      {mark[0] && <span aria-hidden='true'>{mark[0]}</span>}
      {said}
    </Tag>
  )
}

const longText = (value: string) => value.length > 60 || value.includes('\n')

/** A value exactly as it was sent; one with very many decimals is shortened and the sent one stands beside it. */
export const Value = ({ value, unit }: { value: string; unit: string | null }) => {
  const t = useText().labs
  const short = shortened(value)
  return (
    <>
      <b class='big' lang={/\p{L}{3}/u.test(value) ? 'en' : undefined}>
        {short ?? value}
      </b>
      {unit && ` ${unit}`}
      {short && <small> {t.sentAs(value)}</small>}
    </>
  )
}

/** The usual range in words, as it was sent. */
export function useRangeWords({ rangeLow, rangeHigh, rangeText }: Measured) {
  const { range } = useText().labs
  if (rangeLow && rangeHigh) return range.between(rangeLow, rangeHigh)
  return rangeLow ? range.least(rangeLow) : rangeHigh ? range.most(rangeHigh) : rangeText
}

/** Where the value lies on a line: a circle inside the usual range, a diamond outside it. */
export const Range = ({
  result,
  judgement,
}: {
  result: Measured & { unit: string | null }
  judgement: Judgement
}) => {
  const t = useText().labs
  const words = useRangeWords(result)
  const bar = rangeBar(result)
  if (!words) return null
  if (!bar)
    return (
      <p class='soft'>
        {t.usualRange}: {words}
      </p>
    )
  const value = [result.value, result.unit].filter(Boolean).join(' ')
  return (
    <>
      <svg class='range' role='img' aria-label={t.barWords(value, words, t.judgement[judgement])}>
        <text x='50%' y='.7rem' text-anchor='middle'>
          {t.usualRange}
        </text>
        <rect class='bg' x='0' y='1.1rem' width='100%' height='.8rem' rx='6' />
        <rect class='in-r' x={`${bar.low}%`} y='1.1rem' width={`${bar.high - bar.low}%`} height='.8rem' />
        {judgement === 'in-range' || !isJudged(judgement) ? (
          <circle class='dot' cx={`${bar.at}%`} cy='1.5rem' r='8' />
        ) : (
          <svg x={`${bar.at}%`} y='1.5rem' overflow='visible' aria-hidden='true'>
            <path class='outr' d='M0-10 10 0 0 10-10 0z' />
          </svg>
        )}
        <text x={`${bar.low}%`} y='3rem' text-anchor='middle'>
          {result.rangeLow}
        </text>
        <text x={`${bar.high}%`} y='3rem' text-anchor='middle'>
          {result.rangeHigh}
        </text>
      </svg>
      {result.rangeText && <p class='soft'>{result.rangeText}</p>}
    </>
  )
}

const Correction = ({ result, versions }: { result: Observation; versions: ObservationVersion[] }) => {
  const t = useText().labs
  const format = useFormat()
  const isCorrected = result.status === 'corrected' || result.status === 'amended'
  const was = earlierValues(result, versions)
  if (!isCorrected && !result.correctedAt && was.length === 0) return null
  return (
    <p>
      <b>{result.correctedAt ? t.corrected(format.date(result.correctedAt)) : t.correctedWithoutDate}</b>
      {was.length > 0 && ` ${t.was(was.join(', '))}`}
    </p>
  )
}

const WithValue = ({ result, value }: { result: Observation; value: string }) =>
  longText(value) ? (
    <p class='body' lang='en'>
      {value}
      {result.unit && ` ${result.unit}`}
    </p>
  ) : (
    <p>
      <Value value={value} unit={result.unit} />
    </p>
  )

/** That a result is still to come, or may still change. */
export function useEarlyWords(result: Pick<Observation, 'status'>) {
  const { observationStatus } = useText().labs
  if (isAwaited(result)) return observationStatus.registered
  return result.status === 'preliminary' ? observationStatus.preliminary : undefined
}

type ResultProps = { result: Observation; versions: ObservationVersion[]; historyOf?: (id: string) => string }

/** For staff: what it said before its laboratory took it back. */
const WithdrawnResult = ({ result: { name, value, unit } }: { result: Observation }) => (
  <section class='flow res'>
    <div class='head'>
      <h3 lang='en'>
        <s>{name}</s>
      </h3>
      <Tag>{useText().labs.withdrawn.tag}</Tag>
    </div>
    {value !== null && (
      <p lang='en'>
        <s>{withUnit(value, unit)}</s>
      </p>
    )}
  </section>
)

const Result = ({ result, versions, historyOf }: ResultProps) => {
  const t = useText().labs
  const words = plainWordsFor(result.code)
  const performed = isPerformed(result)
  const judgement = judge(result)
  const state = useEarlyWords(result)
  return (
    <section class='flow res'>
      <div class='head'>
        <h3 lang='en'>
          {historyOf && performed && result.value !== null ? (
            <a href={historyOf(result.id)}>{result.name}</a>
          ) : (
            result.name
          )}
        </h3>
        {performed ? (
          (result.value !== null || isJudged(judgement)) && <Judged judgement={judgement} />
        ) : (
          <Tag>{t.notPerformed}</Tag>
        )}
      </div>
      {words && <p class='soft'>{t.tests[words]}</p>}
      {performed &&
        (result.value === null ? (
          !isAwaited(result) && <p>{t.noValue}</p>
        ) : (
          <>
            <WithValue result={result} value={result.value} />
            <Range result={result} judgement={judgement} />
          </>
        ))}
      {state && <p class='soft'>{state}</p>}
      {result.flag && judgement === 'not-compared' && (
        <p>
          {t.marked} <b>{result.flag}</b>
        </p>
      )}
      <Correction result={result} versions={versions} />
      <Performed result={result} />
      {result.comment && (
        <p class='body'>
          <span class='soft'>{t.labComment}</span> <span lang='en'>{result.comment}</span>
        </p>
      )}
    </section>
  )
}

/** Where and how it was measured, where the result says so itself. */
const Performed = ({ result: { laboratory, method } }: { result: Observation }) => {
  const t = useText().labs
  if (!laboratory && !method) return null
  return (
    <p class='soft'>
      {laboratory && (
        <>
          {t.laboratory}: <span lang='en'>{laboratory}</span>.{' '}
        </>
      )}
      {method && (
        <>
          {t.method}: <span lang='en'>{method}</span>.
        </>
      )}
    </p>
  )
}

const Facts = ({ report }: { report: Report }) => {
  const t = useText().labs
  const format = useFormat()
  const say = (at: Date) => `${format.fullDate(at)}, ${format.time(at)} ${format.zone(at)}`
  const facts: [string, string | null][] = [
    [t.collected, say(report.collectedAt)],
    [t.issued, report.issuedAt && say(report.issuedAt)],
    [t.orderedBy, report.orderedBy],
    [t.laboratory, report.laboratory],
    [t.status, t.reportStatus[report.status]],
  ]
  return (
    <dl class='facts'>
      {facts
        .filter(([, said]) => said)
        .map(([label, said]) => (
          <div>
            <dt>{label}</dt>
            <dd>{said}</dd>
          </div>
        ))}
    </dl>
  )
}

export const ReportPage = ({
  patientId,
  report,
  withdrawn,
  ...contents
}: Contents & { patientId: string; report: Report; withdrawn: number }) => {
  const t = useText().labs
  return (
    <article id='report' class='mid flow'>
      <BackLink to={href(paths.labs, { patientId })}>{t.reports}</BackLink>
      <h1 lang='en'>{report.title}</h1>
      <ReportBody
        report={report}
        {...contents}
        historyOf={(observationId) => href(paths.labTest, { patientId, observationId })}
        links={{
          file: (fileId) => href(paths.reportFile, { patientId, reportId: report.id, fileId }),
          view: (fileId) => href(paths.reportFileView, { patientId, reportId: report.id, fileId }),
        }}
      />
      {withdrawn > 0 && <p class='note'>{t.withdrawn.inReport(withdrawn)}</p>}
      <Notice kind='warn' title={t.notAlways}>
        <p>
          {t.notAlwaysBody} <OfficePhone />.
        </p>
      </Notice>
      <p class='screen'>
        <a
          class='tap'
          href={withQuery(href(paths.newMessage, { patientId }), { about: `report:${report.id}` })}
        >
          {t.ask}
        </a>
      </p>
    </article>
  )
}

type FileLinks = { file: (fileId: string) => string; view: (fileId: string) => string }

/** What the patient reads of a report, for them and for staff who look at what they see. */
export const ReportBody = ({
  report,
  results,
  versions,
  conclusions,
  files,
  historyOf,
  links,
}: Contents & { report: Report; links: FileLinks } & Pick<ResultProps, 'historyOf'>) => {
  const t = useText().labs
  const there = results.filter(({ status }) => status !== 'entered-in-error')
  const counted = there.filter((result) => isPerformed(result) && !isAwaited(result))
  const earlier = earlierConclusions(report, conclusions)
  const hasWords = report.conclusion || earlier.length > 0
  const isEmpty = results.length === 0 && !hasWords && files.length === 0
  return (
    <>
      {there.length > 0 && (
        <p>
          <b>
            <CountsLine counts={countResults(counted.length, counted)} />
          </b>
        </p>
      )}
      <TeamSays report={report} />
      <Facts report={report} />
      {files.length > 0 && <Files files={files} links={links} />}
      {results.length > 0 && (
        <>
          <h2>{t.results}</h2>
          <div class='card flow'>
            {results.map((result) =>
              result.status === 'entered-in-error' ? (
                <WithdrawnResult result={result} />
              ) : (
                <Result
                  result={result}
                  versions={versions.filter(({ observationId }) => observationId === result.id)}
                  {...(historyOf && { historyOf })}
                />
              )
            )}
          </div>
        </>
      )}
      {isEmpty && <p>{t.noResults}</p>}
      {hasWords && (
        <section class='card flow'>
          <h2>{t.conclusion}</h2>
          <WordsChanged earlier={earlier} />
          {report.conclusion && (
            <p class='body' lang='en'>
              {report.conclusion}
            </p>
          )}
          <EarlierWords earlier={earlier} />
        </section>
      )}
    </>
  )
}

/** What the laboratory wrote before it changed its words. */
const EarlierWords = ({ earlier }: { earlier: Conclusion[] }) => {
  const t = useText().labs
  const format = useFormat()
  if (earlier.length === 0) return null
  return (
    <details class='more'>
      <summary>{t.wordsBefore}</summary>
      <div class='flow'>
        {earlier.map(({ conclusion, replacedAt, withdrawnAt }) => (
          <>
            <p class='soft'>
              {t.saidUntil(format.date(replacedAt))} {withdrawnAt && <Tag>{t.withdrawn.tag}</Tag>}
            </p>
            <p class='body' lang='en'>
              {conclusion}
            </p>
          </>
        ))}
      </div>
    </details>
  )
}

const WordsChanged = ({ earlier: [newest] }: { earlier: Conclusion[] }) => {
  const t = useText().labs
  const format = useFormat()
  if (!newest || newest.withdrawnAt) return null
  return (
    <p>
      <b>{t.wordsChanged(format.date(newest.replacedAt))}</b>
    </p>
  )
}

/** The care team's words, or that they may not have seen it; once they have, silence needs no excuse. */
const TeamSays = ({ report }: { report: Report }) => {
  const t = useText().labs
  const format = useFormat()
  const changedAt = changedSinceComment(report)
  return (
    <>
      {report.comment && (
        <Notice title={report.commentBy ? t.noteFrom(report.commentBy) : t.noteFromTeam}>
          {changedAt && (
            <p>
              <b>{t.noteIsOlder(format.date(changedAt))}</b>
            </p>
          )}
          <p class='body' dir='auto'>
            {report.comment}
          </p>
          {report.commentedAt && <p class='soft'>{format.moment(report.commentedAt)}</p>}
        </Notice>
      )}
      {isUnseen(report) && <p class='note'>{changedAt ? t.changeNotSeenYet : t.notSeenYet}</p>}
    </>
  )
}

/** As documents: to be opened beside the page where there is room, to be saved where there is not. */
const Files = ({ files, links }: { files: ReportFile[]; links: FileLinks }) => {
  const { labs: t, common } = useText()
  const { fileSize } = useFormat()
  return (
    <section class='card screen' aria-labelledby='documents'>
      <h2 id='documents'>{t.documents}</h2>
      <ul class='files'>
        {files.map(({ id, name, size }) => (
          <li>
            <span>
              <span dir='auto'>{name}</span> <small>PDF, {fileSize(size)}</small>
            </span>
            <span class='acts'>
              <a class='wide' href={links.view(id)} target='_blank' rel='noopener'>
                {t.openFile} <small>({common.opensNewTab})</small>
              </a>
              <a href={links.file(id)} type='application/pdf'>
                {t.saveFile}
                <span class='vh'>: {name}</span>
              </a>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

type BeforeProps = { patientId: string; report: Report }

/** A calm moment before what may be hard to read; it is remembered and not asked again. */
export const BeforePage = ({ patientId, report }: BeforeProps) => {
  const t = useText().labs
  const { before } = t
  const format = useFormat()
  return (
    <section id='before' class='narrow flow'>
      <BackLink to={href(paths.labs, { patientId })}>{t.reports}</BackLink>
      <h1>{before.title}</h1>
      <p class='big'>
        <span lang='en'>{report.title}</span>, {format.date(report.collectedAt)}
      </p>
      <p>{before.about[report.kind]}</p>
      <p>{before.choose}</p>
      {isUnseen(report) && <p class='note'>{t.notSeenYet}</p>}
      <Opening patientId={patientId} report={report} open={before.open} />
      <p>
        {before.talk} <OfficePhone />
      </p>
    </section>
  )
}

/** A report of a kind that the patient asked to be asked about: it is ready, and that is all that is said. */
export const AskPage = ({ patientId, report, askOf }: BeforeProps & { askOf: string | null }) => {
  const t = useText().labs
  return (
    <section id='before' class='narrow flow'>
      <BackLink to={href(paths.labs, { patientId })}>{t.reports}</BackLink>
      <h1>{t.asks.ready}</h1>
      {askOf === null ? (
        <>
          <p>{t.asks.youAsked}</p>
          <p>{t.asks.choose}</p>
          <Opening patientId={patientId} report={report} open={t.asks.show} />
          <p>
            {t.before.talk} <OfficePhone />
          </p>
          <p>
            <a class='tap' href={href(paths.resultTiming, { patientId })}>
              {t.asks.change}
            </a>
          </p>
        </>
      ) : (
        <p>{t.asks.theirs(askOf)}</p>
      )}
    </section>
  )
}

const Opening = ({ patientId, report, open }: BeforeProps & { open: string }) => (
  <form method='post' action={href(paths.reportOpening, { patientId, reportId: report.id })}>
    <div class='acts'>
      <Button>{open}</Button>
      <a class='btn alt' href={href(paths.labs, { patientId })}>
        {useText().labs.before.notNow}
      </a>
    </div>
  </form>
)
