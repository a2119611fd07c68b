import type { Child } from 'hono/jsx'
import { reportKinds } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { Select, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button, Notice, Pagination, SummaryList, Tag } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { PatientLine } from '../../patients/views.tsx'
import type { Form } from '../../web/form.ts'
import { isCalm } from '../kind.ts'
import type { Release } from '../release.ts'
import { changedSinceComment, isVisible, pageSize } from '../report.ts'
import type { Report } from '../store.ts'
import { ReportBody } from '../views.tsx'
import type { ForStaff } from './store.ts'

type Said = { report: Report; release: Release }

type ListProps = {
  patient: Patient
  rows: Said[]
  total: number
  page: number
  now: Date
  mayOpenPatient: boolean
}

/** Every report of a patient, and whether they can see it. */
export const StaffReportsPage = ({ patient, rows, total, page, now, mayOpenPatient }: ListProps) => {
  const { labDesk: t, labs } = useText()
  const { shortDate } = useFormat()
  const to = { patientId: patient.id }
  return (
    <section id='lab-desk' class='flow'>
      <PatientLine patient={patient}>
        {mayOpenPatient ? <a href={href(paths.adminPatient, to)}>{fullName(patient)}</a> : undefined}
      </PatientLine>
      <h1>{t.title}</h1>
      {rows.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <div class='card list'>
          <table class='queue' aria-label={t.title}>
            <thead>
              <tr>
                <th scope='col'>{t.report}</th>
                <th scope='col'>{labs.collected}</th>
                <th scope='col'>{labs.status}</th>
                <th scope='col'>{t.team}</th>
                <th scope='col'>{t.patientSees}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ report, release }) => (
                <tr>
                  <th scope='row'>
                    <a href={href(paths.adminReport, { ...to, reportId: report.id })}>{report.title}</a>{' '}
                    {report.kind !== 'lab' && <Tag>{labs.kinds[report.kind]}</Tag>}
                  </th>
                  <td data-label={labs.collected}>{shortDate(report.collectedAt)}</td>
                  <td data-label={labs.status}>{labs.reportStatus[report.status]}</td>
                  <td data-label={t.team}>
                    <Seen report={report} />
                  </td>
                  <td data-label={t.patientSees}>
                    <Sees report={report} now={now} />
                    {!isVisible(report, now) && (
                      <>
                        <br />
                        <small>{t.because[release.because]}</small>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / pageSize.reports)}
        to={(number) => withQuery(href(paths.adminReports, to), { page: number })}
      />
    </section>
  )
}

/** What the team has done about it as it is now. */
const Seen = ({ report }: { report: Report }) => {
  const t = useText().labDesk
  const isNewer = changedSinceComment(report) !== null
  if (!report.teamSeenAt && (!report.commentedAt || isNewer)) return <b>{t.notSeen}</b>
  return <>{report.commentedAt && !isNewer ? t.commented : t.seen}</>
}

/** Whether the patient can see it now, and from when. */
const Sees = ({ report, now }: { report: Report; now: Date }) => {
  const t = useText().labDesk
  const { moment } = useFormat()
  if (isVisible(report, now) && report.releasedAt) return <>{t.since(moment(report.releasedAt))}</>
  if (report.status === 'entered-in-error') return <>{t.never}</>
  if (report.releasedAt) return <>{t.from(moment(report.releasedAt))}</>
  if (report.askAt)
    return <>{report.askAt <= now ? t.asked(moment(report.askAt)) : t.askedFrom(moment(report.askAt))}</>
  return <>{t.notYet}</>
}

type ReportProps = ForStaff & { patient: Patient; release: Release; form: Form; now: Date }

export const StaffReportPage = (props: ReportProps) => {
  const { patient, report, release, form, now } = props
  const { labDesk: t, labs } = useText()
  const to = { patientId: patient.id, reportId: report.id }
  return (
    <section id='lab-desk' class='flow'>
      <BackLink to={href(paths.adminReports, { patientId: patient.id })}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <PatientLine patient={patient} />
      <h1>{report.title}</h1>
      <div class='cols split'>
        <div class='flow'>
          <Notice title={t.asPatient}>{isCalm(report.kind) && <p>{t.calm}</p>}</Notice>
          <ReportBody
            {...props}
            links={{
              file: (fileId) => href(paths.adminReportFile, { ...to, fileId }),
              view: (fileId) => href(paths.adminReportFileView, { ...to, fileId }),
            }}
          />
        </div>
        <div class='flow'>
          <Card id='visibility' title={t.patientSees}>
            <p>
              <b>
                <Sees report={report} now={now} />
              </b>
            </p>
            <p>{t.because[release.because]}</p>
            <Facts {...props} />
          </Card>
          <Card id='comment-card' title={t.commentTitle}>
            <form method='post' action={href(paths.adminReportComments, to)} novalidate>
              <SubmissionId form={form} />
              <TextArea name='comment' label={t.comment} hint={t.commentHint} form={form} rows={5} />
              <Button>{report.comment ? t.replace : t.send}</Button>
            </form>
            <Earlier {...props} />
          </Card>
          <Holds {...props} />
          <Card id='kind-card' title={t.kindTitle}>
            <form method='post' action={href(paths.adminReportKind, to)} novalidate>
              <Select
                name='kind'
                label={t.kind}
                hint={t.kindHint}
                form={form}
                choices={reportKinds.map((value) => ({ value, label: labs.kinds[value] }))}
              />
              <Button kind='alt'>{t.save}</Button>
            </form>
          </Card>
          <Readers {...props} />
        </div>
      </div>
    </section>
  )
}

const Card = ({ id, title, children }: { id: string; title: string; children?: Child }) => (
  <section class='card flow' aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
)

const Facts = ({ report, choices }: Pick<ReportProps, 'report' | 'choices'>) => {
  const { labDesk: t, timing } = useText()
  const { moment } = useFormat()
  const choice = choices.find(({ kind }) => kind === report.kind)
  const wish = {
    'at-once': timing.atOnce,
    'after-comment': timing.afterComment(choice?.days ?? 0),
    'ask-first': timing.askFirst,
  }
  return (
    <SummaryList
      rows={[
        [t.wish, wish[choice?.timing ?? 'at-once']],
        [t.teamSaw, report.teamSeenAt ? moment(report.teamSeenAt) : t.notSeen],
        [t.finalSince, report.finalizedAt ? moment(report.finalizedAt) : t.notFinal],
        [t.noticed, report.noticedAt ? moment(report.noticedAt) : t.notNoticed],
      ]}
    />
  )
}

/** What was said before the comment that the patient sees now. */
const Earlier = ({ comments }: Pick<ReportProps, 'comments'>) => {
  const t = useText().labDesk
  const { moment } = useFormat()
  const [, ...old] = comments
  if (old.length === 0) return null
  return (
    <details class='more'>
      <summary>{t.earlier(old.length)}</summary>
      <ul class='flow'>
        {old.map((comment) => (
          <li>
            <p class='soft'>
              {fullName(comment)}, {moment(comment.writtenAt)}
            </p>
            <p class='body' dir='auto'>
              {comment.body}
            </p>
          </li>
        ))}
      </ul>
    </details>
  )
}

const Holds = ({ patient, report, holds, form, now }: ReportProps) => {
  const t = useText().labDesk
  const { moment } = useFormat()
  const to = { patientId: patient.id, reportId: report.id }
  const live = holds.find(({ liftedAt, heldUntil }) => !liftedAt && heldUntil > now)
  const past = holds.filter((hold) => hold !== live)
  if (isVisible(report, now) && holds.length === 0) return null
  return (
    <Card id='hold-card' title={t.holdTitle}>
      {live && (
        <>
          <p>{t.heldBy(fullName(live), moment(live.heldAt), moment(live.heldUntil))}</p>
          <p class='body' dir='auto'>
            {live.reason}
          </p>
          <form method='post' action={href(paths.adminReportHoldLifting, { ...to, holdId: live.id })}>
            <Button kind='alt'>{t.lift}</Button>
          </form>
        </>
      )}
      {!live && !isVisible(report, now) && (
        <form method='post' action={href(paths.adminReportHolds, to)} novalidate>
          <p>{t.holdHint}</p>
          <TextArea name='reason' label={t.reason} hint={t.reasonHint} form={form} rows={3} />
          <TextField name='days' label={t.days} form={form} inputmode='numeric' autocomplete='off' />
          <Button kind='alt'>{t.hold}</Button>
        </form>
      )}
      {past.length > 0 && (
        <ul class='rule'>
          {past.map((hold) => (
            <li>
              {t.heldBy(fullName(hold), moment(hold.heldAt), moment(hold.heldUntil))} {hold.reason}{' '}
              {hold.lifterName && hold.liftedAt && t.liftedBy(hold.lifterName, moment(hold.liftedAt))}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const Readers = ({ readers, report }: Pick<ReportProps, 'readers' | 'report'>) => {
  const t = useText().labDesk
  const { moment } = useFormat()
  return (
    <Card id='readers' title={t.readers}>
      {readers.length === 0 ? (
        <p>{t.nobodyRead}</p>
      ) : (
        <ul class='rule'>
          {readers.map((reader) => (
            <li>
              {fullName(reader)} ({reader.isPatient ? t.thePatient : (reader.relationship ?? t.caregiver)}):{' '}
              {moment(reader.readAt)}
              {report.changedAt && reader.readAt < report.changedAt && ` (${t.olderVersion})`}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
