import { getContext } from 'hono/context-storage'
import { languages } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { FieldNotes, Select, SubmissionId, TextArea } from '../../design/field.tsx'
import { BackLink, Button } from '../../design/parts.tsx'
import { telHref } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { type Language, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { PatientLine } from '../../patients/views.tsx'
import type { Form } from '../../web/form.ts'
import { staffFileLinks } from '../files/views.tsx'
import { InternalNotes } from '../notes/views.tsx'
import { isClosed } from '../thread.ts'
import { Messages, ThreadHead, Unsent } from '../views.tsx'
import { ClosedNotice, Collision, Seen, WorkCard } from '../work-items/views.tsx'
import { WritingFoot } from '../writing/views.tsx'
import type { Case } from './store.ts'

type CaseProps = Case & {
  patient: Patient
  viewerId: string
  mayOpenPatient: boolean
  mayBegin: boolean
  signatures: Record<Language, string>
  saysAdded: boolean
  form: Form
  noteForm: Form
}

export const CasePage = (props: CaseProps) => {
  const { thread, notes, patient, mayOpenPatient, mayBegin, viewerId, next, form, noteForm } = props
  const { messages, desk } = useText()
  const t = desk.case
  const to = { patientId: patient.id, threadId: thread.id }
  return (
    <section id='case' class='flow'>
      {!isClosed(thread) && (
        <a class='skip' href='#body'>
          {t.skip}
        </a>
      )}
      <div class='head'>
        <BackLink to={paths.adminQueue}>{messages.title}</BackLink>
        {next && <a href={href(paths.adminThread, next)}>{t.next}</a>}
      </div>
      <ErrorSummary form={form} />
      <PatientLine patient={patient}>
        {mayOpenPatient ? (
          <a href={href(paths.adminPatient, { patientId: patient.id })}>{fullName(patient)}</a>
        ) : undefined}
      </PatientLine>
      <ThreadHead thread={thread} />
      <About thread={thread} patientId={patient.id} />
      <Collision {...props} viewerId={viewerId} />
      <WorkCard {...props} to={to} />
      {/* Where there is one column, the answer comes right after what it answers. */}
      <div class='cols split beside'>
        <div class='flow'>
          <Messages thread={thread} patient={patient} links={staffFileLinks(patient.id)} />
        </div>
        <div class='flow'>
          {isClosed(thread) ? (
            <>
              <ClosedNotice to={to} />
              <Unsent typed={form.typed.body} />
            </>
          ) : (
            <AnswerCard {...props} />
          )}
          {mayBegin && (
            <p>
              <a href={href(paths.adminNewMessage, { patientId: patient.id })}>{t.newMessage}</a>
            </p>
          )}
        </div>
        <InternalNotes notes={notes} to={to} form={noteForm} />
      </div>
    </section>
  )
}

/** What the patient asks about, with the way there for those whose work it is. */
const About = ({
  thread: { aboutKind, aboutId },
  patientId,
}: Pick<Case, 'thread'> & { patientId: string }) => {
  const t = useText().messages.about
  const { visit } = getContext<Env>().var
  if (!aboutKind || !aboutId) return null
  const to =
    aboutKind === 'report'
      ? visit.may('labs') && href(paths.adminReport, { patientId, reportId: aboutId })
      : visit.may('appointments') && href(paths.adminAppointment, { patientId, appointmentId: aboutId })
  return <p>{to ? <a href={to}>{t[aboutKind]}</a> : t[aboutKind]}</p>
}

const AnswerCard = (props: CaseProps) => {
  const { thread, patient, draftFiles, replies, signatures, saysAdded, form } = props
  const signing = languages.filter((language) => signatures[language])
  const { case: t } = useText().desk
  const to = { patientId: patient.id, threadId: thread.id }
  return (
    <section class='card flow' aria-labelledby='answer'>
      <h2 id='answer'>{t.answer}</h2>
      <AnswerFacts {...props} />
      <form method='post' action={href(paths.adminThread, to)} enctype='multipart/form-data' novalidate>
        <SubmissionId form={form} />
        <Seen thread={thread} />
        {replies.length > 0 && <QuickReplies replies={replies} form={form} />}
        <TextArea name='body' label={t.body} form={form} rows={8} />
        <WrittenIn form={form} />
        {signing.map((language) => (
          <div>
            <p class='hint'>{t.signed(useText().common.languages[language])}</p>
            <p class='body' dir='auto' lang={language}>
              {signatures[language]}
            </p>
          </div>
        ))}
        <WritingFoot
          files={draftFiles}
          form={form}
          threadId={thread.id}
          patientId={patient.id}
          saysAdded={saysAdded}
          byStaff
        />
      </form>
    </section>
  )
}

/** In which language to write, to whom, and where to call instead. */
const AnswerFacts = ({ patient, caregivers }: Pick<CaseProps, 'patient' | 'caregivers'>) => {
  const t = useText().desk.case
  const readers = [...(patient.accountId ? [patient] : []), ...caregivers]
  return (
    <div>
      <p>
        <b>{t.language}:</b> {useText().common.languages[patient.language]}
      </p>
      <p>
        <b>{t.readers}:</b> {readers.length > 0 ? readers.map(fullName).join(', ') : t.nobodyReads}
      </p>
      {patient.phone && (
        <p>
          <b>{t.phone}:</b>{' '}
          <a class='nw' href={telHref(patient.phone)}>
            {patient.phone}
          </a>
        </p>
      )}
    </div>
  )
}

/** One to choose and a button that puts it into the text, after what stands there. */
const QuickReplies = ({ replies, form }: Pick<CaseProps, 'replies' | 'form'>) => {
  const t = useText().desk.case
  const error = form.errors.quick
  return (
    <div class='f'>
      <label for='quick'>{t.quick}</label>
      <FieldNotes name='quick' error={error} />
      <div class='pw'>
        <select
          id='quick'
          name='quick'
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={error ? 'quick-error' : undefined}
        >
          <option value=''>{t.quickNone}</option>
          {replies.map(({ id, ownerId, title }) => (
            <option value={id} selected={form.typed.quick === id}>
              {ownerId ? t.quickMine(title) : title}
            </option>
          ))}
        </select>
        <Button kind='alt' name='act' value='insert'>
          {t.insert}
        </Button>
      </div>
    </div>
  )
}

/** In which language staff write to a patient. */
export const WrittenIn = ({ form }: { form: Form }) => {
  const t = useText().desk.case
  return (
    <Select
      name='language'
      label={t.writtenIn}
      form={form}
      choices={languages.map((value) => ({ value, label: useText().common.languages[value] }))}
    />
  )
}
