import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { SubmissionId, TextArea } from '../../design/field.tsx'
import { BackLink, Button, Notice, Pagination, Tag } from '../../design/parts.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { upTo } from '../../web/paging.ts'
import type { FileLinks } from '../files/views.tsx'
import { isClosed } from '../thread.ts'
import { CategoryName, Conversation, Unsent } from '../views.tsx'
import type { Case, WorkList, WorkRow } from './store.ts'
import { type Filter, filters, isOverdue, minutesWaited, mostListed, pagesOf } from './work.ts'

const Waited = ({ work }: { work: Pick<WorkRow, 'openedAt'> }) => {
  const minutes = minutesWaited(work, getContext<Env>().var.now)
  return (
    <>
      {useText().messages.queue.waited(
        Math.floor(minutes / 1440),
        Math.floor(minutes / 60) % 24,
        minutes % 60
      )}
    </>
  )
}

const Assignee = ({ work }: { work: Pick<WorkRow, 'assigneeGivenName' | 'assigneeFamilyName'> }) => (
  <>
    {work.assigneeGivenName
      ? `${work.assigneeGivenName} ${work.assigneeFamilyName}`
      : useText().messages.queue.nobody}
  </>
)

type QueueProps = { list: WorkList; filter: Filter; page: number }

export const QueuePage = ({ list, filter, page }: QueueProps) => {
  const { messages: t } = useText()
  const at = (chosen: Filter, number = 1) =>
    withQuery(paths.adminQueue, {
      show: chosen === 'all' ? undefined : chosen,
      page: number > 1 ? number : undefined,
    })
  return (
    <section
      id='queue'
      class='flow'
      hx-get={at(filter, page)}
      hx-trigger='every 30s'
      hx-swap='outerMorph'
      hx-headers='{"HX-Poll":"yes"}'
    >
      <div class='head'>
        <h1>{t.title}</h1>
        <nav class='chips' aria-label={t.queue.filterNav}>
          {filters.map((name) => (
            <a id={`show-${name}`} href={at(name)} aria-current={name === filter ? 'true' : undefined}>
              {t.queue.count(t.queue.filters[name], upTo(list.counts[name], mostListed))}
            </a>
          ))}
        </nav>
      </div>
      <WorkTable rows={list.rows} />
      <Pagination page={page} pages={pagesOf(list.counts[filter])} to={(number) => at(filter, number)} />
      {list.counts[filter] > mostListed && <p class='soft'>{t.queue.most(mostListed)}</p>}
      <p>
        <a id='refresh' href={at(filter, page)}>
          {t.queue.refresh}
        </a>
      </p>
    </section>
  )
}

const WorkTable = ({ rows }: { rows: WorkRow[] }) => {
  const { messages } = useText()
  const t = messages.queue
  if (rows.length === 0) return <p class='card'>{t.empty}</p>
  return (
    <div class='card list'>
      <table class='queue'>
        <caption class='vh'>{t.caption}</caption>
        <thead>
          <tr>
            {[t.patient, t.subject, t.category, t.waiting, t.assigned].map((heading) => (
              <th scope='col'>{heading}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((work) => (
            <WorkLine work={work} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const WorkLine = ({ work }: { work: WorkRow }) => {
  const t = useText().messages.queue
  const format = useFormat()
  const late = isOverdue(work, getContext<Env>().var.now)
  const { patientId, threadId } = work
  return (
    <tr class={late ? 'late' : undefined}>
      <th scope='row'>
        <a id={`work-${threadId}`} href={href(paths.adminThread, { patientId, threadId })}>
          {fullName(work)}
        </a>
        <br />
        <small>{work.birthDate ? t.dob(format.numericCalendarDate(work.birthDate)) : t.dobUnknown}</small>
      </th>
      <td data-label={t.subject} dir='auto'>
        {work.subject}
      </td>
      <td data-label={t.category}>
        <CategoryName category={work.category} />
      </td>
      <td data-label={t.waiting}>
        <Waited work={work} /> {late && <Tag kind='crit'>{t.overdue}</Tag>}
      </td>
      <td data-label={t.assigned}>
        <Assignee work={work} />
      </td>
    </tr>
  )
}

const fileLinks = (patientId: string): FileLinks => ({
  file: (fileId) => href(paths.adminMessageFile, { patientId, fileId }),
  preview: (fileId) => href(paths.adminMessageFilePreview, { patientId, fileId }),
})

type CaseProps = Case & { patient: Patient; mayOpenPatient: boolean; form: Form }

export const CasePage = ({ thread, work, caregivers, patient, mayOpenPatient, form }: CaseProps) => {
  const { messages } = useText()
  const t = messages.queue
  const format = useFormat()
  const to = { patientId: patient.id, threadId: thread.id }
  const seen = thread.messages.at(-1)?.id ?? ''
  return (
    <section id='case' class='flow'>
      <BackLink to={paths.adminQueue}>{messages.title}</BackLink>
      <ErrorSummary form={form} />
      <p class='big'>
        {mayOpenPatient ? (
          <a href={href(paths.adminPatient, { patientId: patient.id })}>{fullName(patient)}</a>
        ) : (
          fullName(patient)
        )}{' '}
        · {patient.birthDate ? t.dob(format.numericCalendarDate(patient.birthDate)) : t.dobUnknown} ·{' '}
        {t.mrn(patient.mrn ?? t.notOnFile)}
      </p>
      <div class='cols split'>
        <div class='flow'>
          <Conversation thread={thread} patient={patient} links={fileLinks(patient.id)} />
        </div>
        <aside class='card flow' aria-labelledby='answer'>
          <h2 id='answer'>{t.answer}</h2>
          <div>
            <Fact label={t.language}>{t.languages[patient.language]}</Fact>
            <Fact label={t.readers}>{[patient, ...caregivers].map(fullName).join(', ')}</Fact>
            <WorkFacts work={work} />
          </div>
          {work && !work.assignedTo && (
            <form method='post' action={href(paths.adminWorkClaim, to)}>
              <Button kind='alt'>{t.claim}</Button>
            </form>
          )}
          {isClosed(thread) ? (
            <>
              <Notice title={t.closedTitle}>
                <p>{t.closedBody}</p>
              </Notice>
              <Unsent typed={form.typed.body} />
            </>
          ) : (
            <>
              <form method='post' action={href(paths.adminThread, to)} novalidate>
                <SubmissionId form={form} />
                <Seen id={seen} />
                <TextArea name='body' label={messages.reply} form={form} rows={6} />
                <Button>{messages.send}</Button>
              </form>
              <form method='post' action={href(paths.adminThreadClosure, to)}>
                <Seen id={seen} />
                <Button kind='alt'>{t.close}</Button>
              </form>
            </>
          )}
        </aside>
      </div>
    </section>
  )
}

const Fact = ({ label, children }: { label: string; children?: Child }) => (
  <p>
    <b>{label}:</b> {children}
  </p>
)

/** The last message on the page: nothing is sent past one that came later. */
const Seen = ({ id }: { id: string }) => <input type='hidden' name='seen' value={id} />

const WorkFacts = ({ work }: { work: Case['work'] }) => {
  const t = useText().messages.queue
  const format = useFormat()
  const { now } = getContext<Env>().var
  if (!work) return <p>{t.nothingWaits}</p>
  return (
    <>
      <Fact label={t.waiting}>
        <Waited work={work} />
      </Fact>
      <Fact label={t.due}>
        {format.moment(work.dueAt)} {isOverdue(work, now) && <Tag kind='crit'>{t.overdue}</Tag>}
      </Fact>
      <Fact label={t.assigned}>
        <Assignee work={work} />
      </Fact>
    </>
  )
}
