import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { FieldNotes, Radios, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button, Notice } from '../../design/parts.tsx'
import { UrgentHelp } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { type Dictionary, useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import type { Caregiver } from '../../patients/grant.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import type { FileProblem } from '../files/attach.ts'
import type { AttachedFile } from '../files/store.ts'
import { FileList, patientFileLinks, staffFileLinks } from '../files/views.tsx'
import { offered } from '../thread.ts'
import { type Draft, readAbout } from './draft.ts'
import type { DraftSummary } from './store.ts'

/** Why files were not taken, one sentence each. */
export const fileProblemWords = (problems: FileProblem[], { messages }: Dictionary) =>
  problems.map(({ name, why }) => messages.files.problems[why](name)).join(' ')

/** Where a form is posted: what it sends by itself goes to the same place, so that nothing is lost there either. */
const formUrl = (patientId: string, threadId: string | null, byStaff: boolean) =>
  threadId
    ? href(byStaff ? paths.adminThread : paths.thread, { patientId, threadId })
    : href(byStaff ? paths.adminNewMessage : paths.newMessage, { patientId })

type FilesProps = {
  files: AttachedFile[]
  form: Form
  draft: Pick<Draft, 'threadId'>
  patientId: string
  /** Says which came last. `focused`: on a page that was loaded to say so. */
  saysAdded: boolean
  focused?: boolean
  /** The form is one of the staff's. */
  byStaff?: boolean
}

/**
 * Files of a form: those it has, each with a button to take it off, and a place to add more. With scripts they are sent
 * as they are chosen, the page stays as it is, and static/app.js tells how it goes; without, by the button.
 */
export const FilesField = ({
  files,
  form,
  draft,
  patientId,
  saysAdded,
  focused = false,
  byStaff = false,
}: FilesProps) => {
  const t = useText().messages.files
  const error = form.errors.files
  const times = files.map(({ addedAt }) => addedAt.getTime())
  // After a refusal only what came with it is news.
  const last = error ? getContext<Env>().var.now.getTime() : Math.max(...times)
  const added = saysAdded ? files.filter((_, index) => times[index] === last) : []
  return (
    <div
      id='files-field'
      class='f'
      data-sending={t.sending}
      data-broken={t.problems.broken}
      data-large={t.problems.tooLarge}
    >
      <label for='files'>{t.label}</label>
      <FieldNotes name='files' hint={t.hint} />
      <p role='status' tabindex={-1} autofocus={focused && added.length > 0}>
        {error && (
          <span id='files-error' class='err'>
            {error}{' '}
          </span>
        )}
        {added.map(({ name }) => t.attached(name)).join(' ')}
      </p>
      <FileList
        files={files}
        links={(byStaff ? staffFileLinks : patientFileLinks)(patientId)}
        act={({ id, name }) => (
          <Button kind='text' name='act' value={`remove-${id}`}>
            {t.remove} <span class='vh'>{name}</span>
          </Button>
        )}
      />
      <div class='acts'>
        <input
          id='files'
          name='files'
          type='file'
          multiple
          accept='.pdf,.jpg,.jpeg,.png,.heic,.heif,application/pdf,image/jpeg,image/png,image/heic'
          aria-describedby={error ? 'files-hint files-error' : 'files-hint'}
          hx-post={formUrl(patientId, draft.threadId, byStaff)}
          hx-trigger='change'
          hx-encoding='multipart/form-data'
          hx-vals='{"act":"upload"}'
          hx-config='{"timeout":"30m"}'
          hx-target='#files-field'
          hx-swap='outerMorph'
        />
        {/* With scripts a file is on its way once it is chosen: a button that asks for one would only puzzle. */}
        <noscript>
          <Button kind='alt' name='act' value='attach'>
            {t.attach}
          </Button>
        </noscript>
      </div>
    </div>
  )
}

/** Enter in a line of text presses the first button of a form: that must be the one that sends. Nobody meets this one. */
export const SendByEnter = () => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: tabindex keeps the focus away from it
  <input class='vh' type='submit' name='act' value='send' tabindex={-1} aria-hidden='true' />
)

type SavedAtProps = { patientId: string; draft: Pick<Draft, 'id' | 'threadId'>; at?: Date; byStaff?: boolean }

/** Saves what is typed, as it is typed, and says when it did; files have a way of their own. */
export const SavedAt = ({ patientId, draft, at, byStaff = false }: SavedAtProps) => {
  const t = useText().messages
  const { time } = useFormat()
  return (
    <p
      id='saved'
      class='soft'
      role='status'
      hx-post={formUrl(patientId, draft.threadId, byStaff)}
      hx-trigger='input delay:2s from:"closest form", change from:"closest form"'
      hx-sync='this:queue last'
      hx-encoding='application/x-www-form-urlencoded'
      hx-vals='{"act":"autosave","files":""}'
      hx-swap='outerMorph'
      hx-replace-url={
        draft.threadId
          ? undefined
          : href(byStaff ? paths.adminDraft : paths.draft, { patientId, draftId: draft.id })
      }
    >
      {at && t.savedAt(time(at))}
    </p>
  )
}

type FootProps = Omit<FilesProps, 'draft' | 'focused'> & { threadId: string | null; children?: Child }

/** What every form that writes a message ends with: its files, what else it asks, to send or to keep, when it was saved. */
export const WritingFoot = ({ threadId, children, ...props }: FootProps) => {
  const t = useText().messages
  const { form, patientId, byStaff = false } = props
  return (
    <>
      <FilesField {...props} draft={{ threadId }} focused />
      {children}
      <div class='acts'>
        <Button name='act' value='send'>
          {t.send}
        </Button>
        <Button kind='alt' name='act' value='save'>
          {t.saveDraft}
        </Button>
      </div>
      <SavedAt
        patientId={patientId}
        draft={{ id: form.typed.submissionId ?? '', threadId }}
        byStaff={byStaff}
      />
    </>
  )
}

/** Whether anyone is in the office, and by when a message sent now is answered. */
export type Office = { isOpen: boolean; opensAt: Date | undefined; replyBy: Date }

const OfficeNow = ({ office }: { office: Office }) => {
  const t = useText().messages
  const format = useFormat()
  return (
    <p>
      {office.isOpen ? t.officeOpen : t.officeClosed}{' '}
      {!office.isOpen && office.opensAt && `${t.officeOpens(format.moment(office.opensAt))} `}
      {t.replyBy(format.moment(office.replyBy))}
    </p>
  )
}

/** A link to what a message is about. */
export const AboutLink = ({
  patientId,
  about,
}: {
  patientId: string
  about: ReturnType<typeof readAbout>
}) => {
  const t = useText().messages.about
  const { aboutKind, aboutId } = about
  if (!aboutKind || !aboutId) return null
  return (
    <p>
      {aboutKind === 'report' ? (
        <a class='tap' href={href(paths.report, { patientId, reportId: aboutId })}>
          {t.report}
        </a>
      ) : (
        <a class='tap' href={href(paths.appointment, { patientId, appointmentId: aboutId })}>
          {t.appointment}
        </a>
      )}
    </p>
  )
}

export type Readers = { patient: Patient; caregivers: Caregiver[]; isPatient: boolean }

/** Everyone who can read what is sent, by name, said before it is. */
export const WhoCanSee = ({ patient, caregivers, isPatient }: Readers) => {
  const t = useText().messages
  return (
    <section class='f' aria-labelledby='readers'>
      <h3 id='readers'>{t.whoCanSee}</h3>
      <ul class='rule'>
        <li>{t.patientReads(fullName(patient), isPatient)}</li>
        {caregivers.map((caregiver) => (
          <li>
            {fullName(caregiver)} ({caregiver.relationship})
          </li>
        ))}
        <li>{t.careTeam}</li>
      </ul>
    </section>
  )
}

type NewMessageProps = Readers & {
  files: AttachedFile[]
  saysAdded: boolean
  office: Office
  form: Form
}

export const NewMessagePage = ({
  patient,
  caregivers,
  files,
  saysAdded,
  isPatient,
  office,
  form,
}: NewMessageProps) => {
  const { common, messages: t } = useText()
  const { language, visit } = getContext<Env>().var
  const to = { patientId: patient.id }
  const { about } = form.typed
  return (
    <section id='new-message' class='narrow flow'>
      <BackLink to={href(paths.messages, to)}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.newMessage}</h1>
      <UrgentHelp title={common.emergency.doNotUse} />
      <p>
        {t.intro} {t.partOfRecord}
      </p>
      <OfficeNow office={office} />
      <AboutLink patientId={patient.id} about={readAbout(about)} />
      <form method='post' action={href(paths.newMessage, to)} enctype='multipart/form-data' novalidate>
        <SendByEnter />
        <SubmissionId form={form} />
        {about && <input type='hidden' name='about' value={about} />}
        <Radios
          name='category'
          legend={t.category}
          form={form}
          choices={offered(visit.practice.categories).map(({ id, [language]: [label, hint] }) => ({
            value: id,
            label,
            hint,
          }))}
        />
        <TextField name='subject' label={t.subject} form={form} autocomplete='off' />
        <TextArea name='body' label={t.body} form={form} hint={t.bodyHint} lang={language} />
        <WritingFoot files={files} form={form} threadId={null} patientId={patient.id} saysAdded={saysAdded}>
          <WhoCanSee patient={patient} caregivers={caregivers} isPatient={isPatient} />
        </WritingFoot>
      </form>
    </section>
  )
}

/** Asks before words are thrown away for good. `whose` tells several on a page apart. */
export const RemoveDraft = ({ action, whose }: { action: string; whose?: string }) => {
  const t = useText().messages
  return (
    <details class='more'>
      <summary>
        {t.removeDraft} {whose && <span class='vh'>{whose}</span>}
      </summary>
      <form method='post' action={action}>
        <p>{t.removalMeans}</p>
        <Button kind='alt'>{t.removeDraft}</Button>
      </form>
    </details>
  )
}

/** Messages begun and not sent. */
export const DraftList = ({ drafts, patientId }: { drafts: DraftSummary[]; patientId: string }) => {
  const t = useText().messages
  const { shortDate, time } = useFormat()
  if (drafts.length === 0) return null
  return (
    <section class='flow' aria-labelledby='drafts'>
      <h2 id='drafts'>{t.drafts}</h2>
      <div class='card list'>
        <ul class='rows'>
          {drafts.map(({ id, threadId, subject, threadSubject, excerpt, savedAt }) => (
            <li>
              <a
                class='row'
                href={
                  threadId
                    ? href(paths.thread, { patientId, threadId })
                    : href(paths.draft, { patientId, draftId: id })
                }
              >
                <span class='m'>{t.notSentYet(`${shortDate(savedAt)}, ${time(savedAt)}`)}</span>
                <span class='t' dir='auto'>
                  {threadId ? t.replyTo(threadSubject) : subject || t.noSubject}
                </span>
                <span class='x' dir='auto'>
                  {excerpt}
                </span>
              </a>
              <RemoveDraft action={href(paths.draftRemoval, { patientId, draftId: id })} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

/** Before a message goes that speaks of danger: a call is quicker than any answer. It never says that all is well. */
export const CallNowPage = ({ draft, back }: { draft: Draft; back: string }) => {
  const { messages } = useText()
  const t = messages.callNow
  const { id: submissionId, category, subject, body, aboutKind, aboutId } = draft
  return (
    <section id='call-now' class='narrow flow'>
      <h1>{t.title}</h1>
      <p class='big'>{t.why}</p>
      <UrgentHelp title={t.now} />
      <p>{t.notSent}</p>
      <Notice title={messages.notSent}>
        <p class='body' dir='auto'>
          {body}
        </p>
      </Notice>
      <form method='post' action={back} novalidate>
        {Object.entries({
          submissionId,
          category,
          subject,
          body,
          ...(aboutKind && { about: `${aboutKind}:${aboutId}` }),
        }).map(([name, value]) => (
          <input type='hidden' name={name} value={value} />
        ))}
        <div class='acts'>
          <Button kind='alt' name='act' value='anyway'>
            {t.anyway}
          </Button>
          <a class='btn text' href={back}>
            {t.change}
          </a>
        </div>
      </form>
    </section>
  )
}
