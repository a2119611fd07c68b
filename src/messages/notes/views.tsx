import { ErrorSummary } from '../../design/error-summary.tsx'
import { SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button } from '../../design/parts.tsx'
import { telHref } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { PatientLine } from '../../patients/views.tsx'
import type { Form } from '../../web/form.ts'
import { staffFileLinks } from '../files/views.tsx'
import type { Thread } from '../thread.ts'
import { Messages } from '../views.tsx'
import type { Notes, StaffNote } from './store.ts'

type NotesProps = { notes: StaffNote[]; to: { patientId: string; threadId: string }; form: Form }

/**
 * What staff say among themselves, in a colour of its own. It stands beside the conversation and never in it: what the
 * patient sees is made by other components from other tables.
 */
export const InternalNotes = ({ notes, to, form }: NotesProps) => {
  const t = useText().desk.notes
  return (
    <section class='card internal flow' aria-labelledby='notes'>
      <h2 id='notes'>{t.title}</h2>
      <p>{t.hint}</p>
      {notes.map((note) => (
        <NoteCard note={note} />
      ))}
      <form method='post' action={href(paths.adminThreadNotes, to)} novalidate>
        <SubmissionId form={form} />
        <TextArea name='note' label={t.note} form={form} rows={3} />
        <Button kind='alt'>{t.add}</Button>
      </form>
    </section>
  )
}

const NoteCard = ({ note }: { note: StaffNote }) => {
  const t = useText().desk.notes
  const { moment } = useFormat()
  return (
    <article>
      <p>
        <b>{fullName(note)}</b> · {note.kind === 'call' && `${t.call} · `}
        <time class='soft' datetime={note.writtenAt.toISOString()}>
          {moment(note.writtenAt)}
        </time>
      </p>
      {note.spokeWith && <p dir='auto'>{t.spokeWithName(note.spokeWith)}</p>}
      <p class='body' dir='auto'>
        {note.body}
      </p>
    </article>
  )
}

type Place = { patient: Patient; form: Form }

export const NotesPage = ({ thread, notes, patient, form }: Place & Notes) => {
  const t = useText().desk.notes
  const to = { patientId: patient.id, threadId: thread.id }
  return (
    <section id='internal-notes' class='mid flow'>
      <BackLink to={href(paths.adminThread, to)}>{t.back}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <PatientLine patient={patient} />
      <p class='big' dir='auto'>
        {thread.subject}
      </p>
      <InternalNotes notes={notes} to={to} form={form} />
    </section>
  )
}

/** With the conversation, to be looked at while one speaks. */
export const CallPage = ({ thread, patient, form }: Place & { thread: Thread }) => {
  const t = useText().desk.notes
  const to = { patientId: patient.id, threadId: thread.id }
  return (
    <section id='call' class='mid flow'>
      <BackLink to={href(paths.adminThread, to)}>{t.back}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.callTitle}</h1>
      <PatientLine patient={patient} />
      {patient.phone && (
        <p>
          <a class='btn alt' href={telHref(patient.phone)}>
            {patient.phone}
          </a>
        </p>
      )}
      <form class='card internal' method='post' action={href(paths.adminThreadCall, to)} novalidate>
        <p>{t.callBody}</p>
        <SubmissionId form={form} />
        <input type='hidden' name='seen' value={thread.messages.at(-1)?.id ?? ''} />
        <TextField name='spokeWith' label={t.spokeWith} form={form} autocomplete='off' />
        <TextArea name='note' label={t.said} form={form} rows={6} />
        <Button>{t.saveCall}</Button>
      </form>
      <h2>{t.back}</h2>
      <Messages thread={thread} patient={patient} links={staffFileLinks(patient.id)} />
    </section>
  )
}
