import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../design/error-summary.tsx'
import { SubmissionId, TextArea } from '../design/field.tsx'
import { BackLink, Button, Notice, Pagination, Tag } from '../design/parts.tsx'
import { Callable, OfficePhone } from '../design/phone.tsx'
import type { Env } from '../env.ts'
import { useFormat, useText } from '../i18n/text.ts'
import type { Patient } from '../identity/visit.ts'
import { href, paths, withQuery } from '../paths.ts'
import { fullName } from '../patients/name.ts'
import type { Form } from '../web/form.ts'
import type { AttachedFile } from './files/store.ts'
import { type FileLinks, FileList, patientFileLinks } from './files/views.tsx'
import type { ThreadSummary } from './store.ts'
import {
  type Author,
  announcementCategory,
  categoryName,
  isClosed,
  type Message,
  mayReply,
  mayWithdraw,
  pageSize,
  referenceOf,
  stageOf,
  stages,
  type Thread,
} from './thread.ts'
import type { DraftSummary } from './writing/store.ts'
import { AboutLink, DraftList, type Readers, WhoCanSee, WritingFoot } from './writing/views.tsx'

type Named = { givenName: string; familyName: string }
/** "Nadia Reyes, RN"; a caregiver as "Milo Díaz (Son) for Rosa Díaz". */
export const AuthorName = ({ author, patient }: { author: Author; patient: Named }) => {
  const t = useText().messages
  const name = fullName(author)
  if (author.authorRole === 'caregiver')
    return <>{t.caregiverFor(name, author.relationship ?? t.roles.caregiver, fullName(patient))}</>
  return <>{author.credentials ? `${name}, ${author.credentials}` : name}</>
}

export const AuthorRole = ({ author, mine }: { author: Author; mine: boolean }) => {
  const t = useText().messages
  if (mine) return <>{t.you}</>
  if (author.authorRole === 'caregiver') return null // their name says it
  return <>{t.roles[author.authorRole === 'staff' ? (author.staffRole ?? 'clinical') : author.authorRole]}</>
}

/** The time of day for today, else the date. */
const Sent = ({ at }: { at: Date }) => {
  const format = useFormat()
  const { now } = getContext<Env>().var
  const isToday = format.shortDate(at) === format.shortDate(now)
  return <time datetime={at.toISOString()}>{isToday ? format.time(at) : format.shortDate(at)}</time>
}

export const CategoryName = ({ category }: { category: string }) => {
  const { language, visit, t } = getContext<Env>().var
  if (category === announcementCategory) return <>{t.messages.announcement}</>
  return <>{categoryName(visit.practice.categories, category, language)}</>
}

const UrgentSentence = () => {
  const t = useText().messages
  return (
    <>
      {t.urgentCall} <OfficePhone />. <Callable text={t.emergencyCall} />
    </>
  )
}

/** One thread as a line of a list: who wrote last and when, what about, how it begins. */
export const ThreadRow = ({ thread, patient }: { thread: ThreadSummary; patient: Patient }) => {
  const { common, messages: t } = useText()
  return (
    <li class={thread.unread ? 'unread' : undefined}>
      <a class='row' href={href(paths.thread, { patientId: patient.id, threadId: thread.id })}>
        <span class='m'>
          <AuthorName author={thread} patient={patient} /> · <Sent at={thread.lastMessageAt} />{' '}
          {isClosed(thread) && <Tag>{t.closedWord}</Tag>}{' '}
          {thread.unread && <Tag kind='new'>{common.isNew}</Tag>}
        </span>
        <span class='t' dir='auto'>
          {thread.subject || t.withdrawn.subject}
        </span>
        <span class='x' dir='auto' lang={thread.withdrawnAt ? undefined : thread.language}>
          {thread.withdrawnAt ? t.withdrawn.subject : thread.excerpt}
        </span>
      </a>
    </li>
  )
}

type MessagesProps = {
  threads: ThreadSummary[]
  total: number
  drafts: DraftSummary[]
  page: number
  patient: Patient
}

export const MessagesPage = ({ threads, total, drafts, page, patient }: MessagesProps) => {
  const { common, messages: t } = useText()
  const to = { patientId: patient.id }
  const before = (page - 1) * pageSize
  return (
    <section id='messages' class='flow'>
      <div class='head'>
        <h1>{t.title}</h1>
        <a class='btn' href={href(paths.newMessage, to)}>
          {t.newMessage}
        </a>
      </div>
      <p>
        {t.notUrgent} <UrgentSentence />
      </p>
      <DraftList drafts={drafts} patientId={patient.id} />
      {threads.length > 0 && (
        <p class='screen'>
          <a class='tap' href={href(paths.messageSearch, to)}>
            {t.search}
          </a>
        </p>
      )}
      {threads.length === 0 ? (
        <div class='card flow'>
          <p class='big'>{t.empty}</p>
          <p>{t.emptyHint}</p>
        </div>
      ) : (
        <>
          <section class='card list' aria-label={t.list}>
            <ul class='rows'>
              {threads.map((thread) => (
                <ThreadRow thread={thread} patient={patient} />
              ))}
            </ul>
          </section>
          {total > pageSize && (
            <p class='soft'>{common.showing(before + 1, before + threads.length, total)}</p>
          )}
          <Pagination
            page={page}
            pages={Math.ceil(total / pageSize)}
            to={(number) => withQuery(href(paths.messages, to), { page: number > 1 ? number : undefined })}
          />
        </>
      )}
    </section>
  )
}

const anchorOf = ({ id }: Message) => `m-${id}`

type MessageCardProps = {
  message: Message
  files: AttachedFile[]
  links: FileLinks
  patient: Named
  mine: boolean
  /** What can be done about it. */
  act?: Child
}

const MessageCard = ({ message, files, links, patient, mine, act }: MessageCardProps) => {
  const t = useText().messages
  const format = useFormat()
  const { sentAt, withdrawnAt } = message
  const id = anchorOf(message)
  return (
    <article class={mine ? 'msg mine' : 'msg'} aria-labelledby={id}>
      <header>
        <span id={id}>
          <b>
            <AuthorName author={message} patient={patient} />
          </b>{' '}
          <small>
            <AuthorRole author={message} mine={mine} />
          </small>
        </span>
        <time class='soft' datetime={sentAt.toISOString()}>
          {format.fullDate(sentAt)}, {format.time(sentAt)} {format.zone(sentAt)}
        </time>
      </header>
      {withdrawnAt ? (
        <p class='soft'>{t.withdrawn.by(fullName(message), format.moment(withdrawnAt))}</p>
      ) : (
        <p class='body' dir='auto' lang={message.language}>
          {message.body}
        </p>
      )}
      <FileList files={files} links={links} />
      {message.authorRole !== 'staff' && <small class='soft'>{t.reference(referenceOf(message))}</small>}
      {act}
    </article>
  )
}

type ConversationProps = {
  thread: Thread
  patient: Named
  links: FileLinks
  act?: (message: Message) => Child
}

/** More of them fill a phone again and again. */
const fewMessages = 5

/** Every message of a thread, oldest first. */
export const Messages = ({ thread, patient, links, act }: ConversationProps) => {
  const t = useText().messages
  const viewerId = getContext<Env>().var.visit.viewer?.id
  const newest = thread.messages.at(-1)
  return (
    <>
      {newest && thread.messages.length > fewMessages && (
        <p class='screen'>
          <a class='tap' href={`#${anchorOf(newest)}`}>
            {t.toNewest}
          </a>
        </p>
      )}
      {thread.messages.map((message) => (
        <MessageCard
          message={message}
          files={thread.files.filter(({ messageId }) => messageId === message.id)}
          links={links}
          patient={patient}
          mine={message.authorId === viewerId}
          act={act?.(message)}
        />
      ))}
    </>
  )
}

/** Subject and how far it has come: the same for the patient's side and for staff. */
export const ThreadHead = ({ thread }: { thread: Thread }) => {
  const t = useText().messages
  const stage = stageOf(thread)
  return (
    <>
      <div class='head'>
        <h1 dir='auto'>{thread.subject || t.withdrawn.subject}</h1>
        <Tag>
          <CategoryName category={thread.category} />
        </Tag>
      </div>
      <p class='soft'>
        <span class='vh'>{t.stageNow(t.stages[stage])}</span>
        <span aria-hidden='true'>
          {stages.map((step, index) => (
            <>
              {index > 0 && ' → '}
              {step === stage ? <b>{t.stages[step]}</b> : t.stages[step]}
            </>
          ))}
        </span>
      </p>
    </>
  )
}

/** What was typed and could not be sent, ready to be copied. */
export const Unsent = ({ typed }: { typed: string | undefined }) => {
  const t = useText().messages
  if (!typed) return null
  return (
    <section class='card flow' aria-labelledby='unsent'>
      <h2 id='unsent'>{t.notSent}</h2>
      <p class='body' dir='auto'>
        {typed}
      </p>
    </section>
  )
}

/** Asks before it does what cannot be undone. */
const Withdraw = (to: { patientId: string; threadId: string; messageId: string }) => {
  const t = useText().messages.withdrawn
  return (
    <details class='more'>
      <summary>{t.offer}</summary>
      <form method='post' action={href(paths.messageWithdrawal, to)}>
        <p>{t.means}</p>
        <Button kind='alt'>{t.confirm}</Button>
      </form>
    </details>
  )
}

/** By when an answer was promised, while one is owed; and what to do when the promise was not kept. */
const ReplyExpected = ({ thread: { replyBy } }: { thread: Thread }) => {
  const t = useText().messages
  const format = useFormat()
  if (!replyBy) return null
  return (
    <p>
      {replyBy > getContext<Env>().var.now ? (
        t.replyBy(format.moment(replyBy))
      ) : (
        <>
          {t.replyLate} <OfficePhone />
        </>
      )}
    </p>
  )
}

type ThreadProps = Readers & {
  thread: Thread
  draftFiles: AttachedFile[]
  saysAdded?: boolean
  form: Form
}

export const ThreadPage = ({ thread, draftFiles, saysAdded = false, form, ...readers }: ThreadProps) => {
  const { patient } = readers
  const { common, messages: t } = useText()
  const { language, visit } = getContext<Env>().var
  const viewerId = visit.viewer?.id
  const to = { patientId: patient.id, threadId: thread.id }
  return (
    <section id='thread' class='mid flow'>
      <BackLink to={href(paths.messages, to)}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <AboutLink patientId={patient.id} about={thread} />
      <ThreadHead thread={thread} />
      <Messages
        thread={thread}
        patient={patient}
        links={patientFileLinks(patient.id)}
        act={(message) =>
          mayWithdraw(message, thread, viewerId) && <Withdraw {...to} messageId={message.id} />
        }
      />
      <ReplyExpected thread={thread} />
      {!mayReply(thread) ? (
        <>
          <Unsent typed={form.typed.body} />
          <Notice title={isClosed(thread) ? t.closedTitle : t.replyOffTitle}>
            <p>{form.typed.body ? t.copyThem : isClosed(thread) ? t.closedBody : t.replyOffBody}</p>
            <p>
              <UrgentSentence />
            </p>
            <a class='btn' href={withQuery(href(paths.newMessage, to), { after: thread.id })}>
              {t.newMessage}
            </a>
          </Notice>
        </>
      ) : (
        <section class='card flow' aria-labelledby='reply'>
          <h2 id='reply'>{t.reply}</h2>
          <p>
            {t.replyUrgent}{' '}
            <a class='nw' href='tel:911'>
              {common.emergency.call911}
            </a>{' '}
            · {common.emergency.urgent}: <OfficePhone />
          </p>
          <form method='post' action={href(paths.thread, to)} enctype='multipart/form-data' novalidate>
            <SubmissionId form={form} />
            <TextArea name='body' label={t.body} form={form} rows={5} lang={language} />
            <WritingFoot
              files={draftFiles}
              form={form}
              threadId={thread.id}
              patientId={patient.id}
              saysAdded={saysAdded}
            >
              <WhoCanSee {...readers} />
            </WritingFoot>
          </form>
        </section>
      )}
    </section>
  )
}
