import { placeOf } from '../../appointments/appointment.ts'
import type { Appointment } from '../../appointments/store.ts'
import { AppointmentName } from '../../appointments/views.tsx'
import type { Language } from '../../i18n/text.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient, Practice } from '../../identity/visit.ts'
import { isAwaited, isPerformed, judge } from '../../labs/observation.ts'
import { changedSinceComment, earlierValues, withUnit } from '../../labs/report.ts'
import type { Report } from '../../labs/store.ts'
import { useEarlyWords, useRangeWords } from '../../labs/views.tsx'
import type { AttachedFile } from '../../messages/files/store.ts'
import { AuthorName, AuthorRole, CategoryName } from '../../messages/views.tsx'
import { fullName } from '../../patients/name.ts'
import type { AskedChange, PastVisit, SavedQuestion, WholeReport, WholeThread } from '../store.ts'
import { outcomeInWords, whatItWas } from '../tables/tables.ts'

type Whole = {
  language: Language
  patient: Patient
  practice: Practice
  reader: { givenName: string; familyName: string }
  unopened: number
  now: Date
  reports: AsyncIterable<WholeReport[]>
  appointments: AsyncIterable<Appointment[]>
  visits: AsyncIterable<PastVisit[]>
  questions: AsyncIterable<SavedQuestion[]>
  requests: AsyncIterable<AskedChange[]>
  threads: AsyncIterable<WholeThread[]>
}

/** The whole record as one page that needs nothing else: no script, no picture, no address of ours. */
export async function* writeDocument({
  language,
  reports,
  appointments,
  visits,
  questions,
  requests,
  threads,
  ...about
}: Whole) {
  yield `<!doctype html><html lang="${language}">${<Head />}<body><main>${<Opening {...about} />}`
  yield* section('reports', reports, (each) => <ReportPart {...each} />)
  yield* table('appointments', appointments, (each) => <AppointmentRow appointment={each} />)
  yield* table('visits', visits, (each) => <VisitRow visit={each} />)
  yield* table('questions', questions, (each) => <QuestionRow question={each} />)
  yield* table('requests', requests, (each) => <ChangeRow change={each} />)
  yield* section('messages', threads, (each) => <ThreadPart {...each} patient={about.patient} />)
  yield `${<End />}</main></body></html>`
}

const parts = ['reports', 'appointments', 'visits', 'questions', 'requests', 'messages'] as const
type Part = (typeof parts)[number]
type TablePart = Exclude<Part, 'reports' | 'messages'>

function usePartNames(): Record<Part, [title: string, none: string]> {
  const { labs, appointments, messages, record } = useText()
  const { page } = record
  return {
    reports: [labs.reports, page.noReports],
    appointments: [appointments.title, page.noAppointments],
    visits: [page.visits, page.noVisits],
    questions: [page.questions, page.noQuestions],
    requests: [page.requests, page.noRequests],
    messages: [messages.title, page.noMessages],
  }
}

/** A part whose pieces stand one below the other. */
async function* section<Row>(part: Part, rows: AsyncIterable<Row[]>, piece: (row: Row) => unknown) {
  yield `<section aria-labelledby="${part}">${<PartTitle part={part} />}`
  let isEmpty = true
  for await (const portion of rows) {
    isEmpty &&= portion.length === 0
    yield portion.map((row) => String(piece(row))).join('')
  }
  yield `${isEmpty ? <Nothing part={part} /> : ''}</section>`
}

/** A part that is one table. */
async function* table<Row>(part: TablePart, rows: AsyncIterable<Row[]>, line: (row: Row) => unknown) {
  yield `<section aria-labelledby="${part}">${<PartTitle part={part} />}`
  let isEmpty = true
  for await (const portion of rows) {
    if (portion.length === 0) continue
    if (isEmpty)
      yield `<div class="wide" role="group" aria-labelledby="${part}" tabindex="0"><table>${<TableHead part={part} />}<tbody>`
    isEmpty = false
    yield portion.map((row) => String(line(row))).join('')
  }
  yield `${isEmpty ? <Nothing part={part} /> : '</tbody></table></div>'}</section>`
}

const css =
  ':root{color-scheme:light dark}body{font:1.0625rem/1.5 system-ui,sans-serif;margin:0;padding:1rem;color:CanvasText;background:Canvas}main{max-width:60rem;margin:0 auto}h1,h2,h3{line-height:1.25}h2{margin-top:3rem;border-bottom:2px solid;padding-bottom:.25rem}h3{margin-top:2.25rem}table{border-collapse:collapse;width:100%}caption{text-align:start;font-weight:bold;padding:.5rem 0}th,td{text-align:start;vertical-align:top;padding:.4rem .6rem;border:1px solid GrayText}.wide{overflow-x:auto}dt{font-weight:bold}dd{margin:0 0 .5rem}.body{white-space:pre-wrap;overflow-wrap:anywhere}article{margin:1rem 0}.msg{border-inline-start:4px solid GrayText;padding-inline-start:1rem}.note{border:2px solid;padding:.75rem 1rem}@media print{.wide{overflow:visible}tr,.msg{break-inside:avoid}h2,h3,caption{break-after:avoid}nav{display:none}}'

const Head = () => (
  <head>
    <meta charset='utf-8' />
    <meta http-equiv='Content-Security-Policy' content={"default-src 'none'; style-src 'unsafe-inline'"} />
    <meta name='viewport' content='width=device-width,initial-scale=1' />
    <meta name='robots' content='noindex' />
    <title>{useText().record.page.title}</title>
    <style>{css}</style>
  </head>
)

type OpeningProps = Pick<Whole, 'patient' | 'practice' | 'reader' | 'unopened' | 'now'>
const Opening = ({ patient, practice, reader, unopened, now }: OpeningProps) => {
  const { record } = useText()
  const { page: t } = record
  const format = useFormat()
  const names = usePartNames()
  return (
    <header>
      <h1>{t.of(fullName(patient))}</h1>
      <dl>
        {patient.birthDate && (
          <div>
            <dt>{t.born}</dt>
            <dd>{format.calendarDate(patient.birthDate)}</dd>
          </div>
        )}
        {patient.mrn && (
          <div>
            <dt>{t.number}</dt>
            <dd>{patient.mrn}</dd>
          </div>
        )}
      </dl>
      <p>{t.from(practice.name, practice.phone)}</p>
      <p>{t.madeBy(fullName(reader), `${format.fullDate(now)}, ${format.time(now)} ${format.zone(now)}`)}</p>
      {unopened > 0 && <p class='note'>{record.unopened(unopened)}</p>}
      <nav aria-label={t.contents}>
        <ul>
          {parts.map((part) => (
            <li>
              <a href={`#${part}`}>{names[part][0]}</a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  )
}

const PartTitle = ({ part }: { part: Part }) => <h2 id={part}>{usePartNames()[part][0]}</h2>
const Nothing = ({ part }: { part: Part }) => <p>{usePartNames()[part][1]}</p>
const End = () => <p>{useText().record.page.end}</p>

const useMoment = () => {
  const format = useFormat()
  return (at: Date) => `${format.fullDate(at)}, ${format.time(at)} ${format.zone(at)}`
}

const ReportPart = ({ report, results, conclusions, files }: WholeReport) => {
  const { labs: t, record } = useText()
  const format = useFormat()
  const moment = useMoment()
  const facts: [string, string | null][] = [
    [t.collected, moment(report.collectedAt)],
    [t.issued, report.issuedAt && moment(report.issuedAt)],
    [t.orderedBy, report.orderedBy],
    [t.laboratory, report.laboratory],
    [t.status, t.reportStatus[report.status]],
  ]
  const id = `r-${report.id}`
  return (
    <article aria-labelledby={id}>
      <h3 id={id}>
        <span lang='en'>{report.title}</span>, {format.date(report.collectedAt)}
      </h3>
      <dl>
        {facts
          .filter(([, said]) => said)
          .map(([label, said]) => (
            <div>
              <dt>{label}</dt>
              <dd>{said}</dd>
            </div>
          ))}
      </dl>
      {report.comment && <Comment report={report} />}
      {results.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a part that scrolls, with a name for the ear; there is no form here
        <div class='wide' role='group' aria-labelledby={`t-${report.id}`} tabindex={0}>
          <table>
            <caption id={`t-${report.id}`}>
              {record.page.resultsOf(report.title, format.date(report.collectedAt))}
            </caption>
            <thead>
              <tr>
                <th scope='col'>{record.page.test}</th>
                <th scope='col'>{record.page.result}</th>
                <th scope='col'>{t.usualRange}</th>
                <th scope='col'>{record.page.words}</th>
                <th scope='col'>{record.page.more}</th>
              </tr>
            </thead>
            <tbody>
              {results.map((each) => (
                <ResultRow {...each} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {report.conclusion && (
        <>
          <h4>{t.conclusion}</h4>
          <p class='body' lang='en'>
            {report.conclusion}
          </p>
        </>
      )}
      {conclusions.length > 0 && (
        <>
          <h4>{t.wordsBefore}</h4>
          {conclusions.map(({ conclusion, replacedAt }) => (
            <>
              <p>{t.saidUntil(format.date(replacedAt))}</p>
              <p class='body' lang='en'>
                {conclusion}
              </p>
            </>
          ))}
        </>
      )}
      {files.length > 0 && (
        <>
          <h4>{t.documents}</h4>
          <FileNames files={files} />
        </>
      )}
    </article>
  )
}

const Comment = ({ report }: { report: Report }) => {
  const { labs: t } = useText()
  const format = useFormat()
  const changedAt = changedSinceComment(report)
  const moment = useMoment()
  return (
    <div class='note'>
      <h4>{report.commentBy ? t.noteFrom(report.commentBy) : t.noteFromTeam}</h4>
      {changedAt && <p>{t.noteIsOlder(format.date(changedAt))}</p>}
      <p class='body' dir='auto'>
        {report.comment}
      </p>
      {report.commentedAt && <p>{moment(report.commentedAt)}</p>}
    </div>
  )
}

const ResultRow = ({ result, versions }: WholeReport['results'][number]) => {
  const t = useText().labs
  const format = useFormat()
  const range = useRangeWords(result)
  const performed = isPerformed(result)
  const judgement = judge(result)
  const was = earlierValues(result, versions)
  const isCorrected =
    result.status === 'corrected' || result.status === 'amended' || result.correctedAt || was.length > 0
  const more = [
    useEarlyWords(result),
    result.flag && judgement === 'not-compared' && `${t.marked} ${result.flag}`,
    isCorrected &&
      (result.correctedAt ? t.corrected(format.date(result.correctedAt)) : t.correctedWithoutDate),
    was.length > 0 && t.was(was.join(', ')),
    result.laboratory && `${t.laboratory}: ${result.laboratory}.`,
    result.method && `${t.method}: ${result.method}.`,
    result.comment && `${t.labComment} ${result.comment}`,
  ].filter(Boolean)
  const said = !performed
    ? t.notPerformed
    : result.value === null
      ? isAwaited(result)
        ? ''
        : t.noValue
      : withUnit(result.value, result.unit)
  return (
    <tr>
      <th scope='row' lang='en'>
        {result.name}
      </th>
      <td class='body'>{said}</td>
      <td>{performed && range}</td>
      <td>{performed && result.value !== null && t.judgement[judgement]}</td>
      <td class='body'>{more.join('\n')}</td>
    </tr>
  )
}

const FileNames = ({ files }: { files: Pick<AttachedFile, 'name' | 'type' | 'size'>[] }) => {
  const { page } = useText().record
  const { fileSize } = useFormat()
  return (
    <ul aria-label={page.files}>
      {files.map(({ name, type, size }) => (
        <li>{page.file(name, type.split('/')[1]?.toUpperCase() ?? '', fileSize(size))}</li>
      ))}
    </ul>
  )
}

const TableHead = ({ part }: { part: TablePart }) => {
  const { appointments: t, record } = useText()
  const { columns, page } = record
  const visit = [t.when, columns.what, t.who, t.where, t.statusLabel]
  const heads = {
    appointments: [...visit, page.more],
    visits: visit,
    questions: [columns.date, columns.question, columns.author],
    requests: [columns.date, t.one, page.asked, columns.author, page.became],
  }
  return (
    <>
      <caption>{usePartNames()[part][0]}</caption>
      <thead>
        <tr>
          {heads[part].map((head) => (
            <th scope='col'>{head}</th>
          ))}
        </tr>
      </thead>
    </>
  )
}

const AppointmentRow = ({ appointment }: { appointment: Appointment }) => {
  const t = useText().appointments
  const moment = useMoment()
  const { time } = useFormat()
  const { status, startsAt, endsAt } = appointment
  const more = [
    appointment.arriveAt && `${t.arrive}: ${moment(appointment.arriveAt)}`,
    ...whatItWas(appointment, t, moment),
    status === 'cancelled' && appointment.cancelReason,
    appointment.address,
    appointment.phone,
    appointment.preparation && `${t.getReady}: ${appointment.preparation}`,
    appointment.note && `${t.note}: ${appointment.note}`,
  ].filter(Boolean)
  return (
    <tr>
      <th scope='row'>
        {moment(startsAt)}
        {endsAt && ` ${t.until(time(endsAt))}`}
      </th>
      <td>
        <AppointmentName of={appointment} />
      </td>
      <td>{appointment.clinician}</td>
      <td>{placeOf(appointment)}</td>
      <td>{t.status[status]}</td>
      <td class='body'>{more.join('\n')}</td>
    </tr>
  )
}

const VisitRow = ({ visit }: { visit: PastVisit }) => {
  const t = useText().appointments
  return (
    <tr>
      <th scope='row'>{useMoment()(visit.startedAt)}</th>
      <td lang='en'>{visit.title}</td>
      <td>{visit.clinician}</td>
      <td>{visit.place}</td>
      <td>{t.encounterStatus[visit.status]}</td>
    </tr>
  )
}

const QuestionRow = ({ question }: { question: SavedQuestion }) => (
  <tr>
    <th scope='row'>{useFormat().calendarDate(question.day)}</th>
    <td class='body' dir='auto'>
      {question.body}
    </td>
    <td>{fullName(question)}</td>
  </tr>
)

const ChangeRow = ({ change }: { change: AskedChange }) => {
  const { appointments, record } = useText()
  const moment = useMoment()
  return (
    <tr>
      <th scope='row'>{moment(change.askedAt)}</th>
      <td>
        <AppointmentName of={change} />, {moment(change.startsAt)}
      </td>
      <td class='body' dir='auto'>
        {[appointments.request[change.asked], change.words].filter(Boolean).join('\n')}
      </td>
      <td>{fullName(change)}</td>
      <td class='body' dir='auto'>
        {[outcomeInWords(change, { appointments, record }), change.answer].filter(Boolean).join('\n')}
      </td>
    </tr>
  )
}

const ThreadPart = ({ thread, messages, patient }: WholeThread & { patient: Patient }) => {
  const t = useText().messages
  const moment = useMoment()
  const id = `c-${thread.id}`
  return (
    <article aria-labelledby={id}>
      <h3 id={id} dir='auto'>
        {thread.subject || t.withdrawn.subject}
      </h3>
      <p>
        {t.category}: <CategoryName category={thread.category} />
      </p>
      {messages.map(({ message, files }) => (
        <article class='msg' aria-labelledby={`m-${message.id}`}>
          <h4 id={`m-${message.id}`}>
            <AuthorName author={message} patient={patient} /> <AuthorRole author={message} mine={false} />,{' '}
            {moment(message.sentAt)}
          </h4>
          {message.withdrawnAt ? (
            <p>{t.withdrawn.by(fullName(message), moment(message.withdrawnAt))}</p>
          ) : (
            <p class='body' dir='auto' lang={message.language}>
              {message.body}
            </p>
          )}
          {files.length > 0 && <FileNames files={files} />}
        </article>
      ))}
    </article>
  )
}
