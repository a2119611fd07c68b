import { Select, TextField } from '../../design/field.tsx'
import { Button, Notice } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import type { Case } from '../case/store.ts'
import { useQueueNames, Waited, WorkTags } from '../queue/views.tsx'
import { isClosed } from '../thread.ts'
import type { Work } from './store.ts'
import { owesReply, readReason, reasons } from './work-item.ts'

type Place = { patientId: string; threadId: string }

/** The last message on the page: nothing is sent past one that came later. */
export const Seen = ({ thread }: Pick<Case, 'thread'>) => (
  <input type='hidden' name='seen' value={thread.messages.at(-1)?.id ?? ''} />
)

const assignee = ({ assigneeGivenName, assigneeFamilyName }: Work) =>
  assigneeGivenName ? `${assigneeGivenName} ${assigneeFamilyName}` : undefined

/** That someone else has it, or is writing already. */
export const Collision = ({
  work,
  writers,
  viewerId,
}: Pick<Case, 'work' | 'writers'> & { viewerId: string }) => {
  const t = useText().desk.case
  const { time } = useFormat()
  const other = work && work.assignedTo !== viewerId ? assignee(work) : undefined
  if (!other && writers.length === 0) return null
  return (
    <Notice kind='warn' {...(other && { title: t.taken(other) })}>
      {other && <p>{t.takenBody}</p>}
      {writers.map((writer) => (
        <p>{t.writing(fullName(writer), time(writer.savedAt))}</p>
      ))}
    </Notice>
  )
}

type WorkProps = Pick<Case, 'work' | 'done' | 'queues' | 'colleagues'> & {
  viewerId: string
  to: Place
  form: Form
}

/** What must be done about a conversation, by when, who has it, and what to do with it other than to answer. */
export const WorkCard = (props: WorkProps & Pick<Case, 'thread'>) => {
  const { thread, work, done, queues, colleagues, viewerId, to, form } = props
  const { case: words, queue: t, work: acts, notes } = useText().desk
  const { moment } = useFormat()
  const nameOf = useQueueNames(queues)
  return (
    <section class='card flow' aria-labelledby='work'>
      <div class='strip'>
        <h2 id='work'>{words.work}</h2>
        {work ? (
          <>
            <p>
              <b>{t.waiting}:</b> <Waited work={work} /> <WorkTags work={work} />
            </p>
            <p>
              <b>{words.due}:</b> {moment(work.dueAt)}
            </p>
            <p>
              <b>{t.queue}:</b> {nameOf(work.queue)}
            </p>
            <p>
              <b>{t.assigned}:</b> <AssignedTo work={work} />
            </p>
          </>
        ) : (
          <p>{words.nothingWaits}</p>
        )}
      </div>
      <div class='strip'>
        {work && !work.assignedTo && (
          <form method='post' action={href(paths.adminWorkClaim, to)}>
            <Button kind='alt'>{acts.claim}</Button>
          </form>
        )}
        {work && work.assignedTo === viewerId && (
          <form method='post' action={href(paths.adminWorkAssignment, to)}>
            <Was work={work} />
            <input type='hidden' name='to' value='' />
            <input type='hidden' name='queue' value={work.queue} />
            <Button kind='alt'>{acts.putBack}</Button>
          </form>
        )}
        {!isClosed(thread) && (
          <a class='btn alt' href={href(paths.adminThreadCall, to)}>
            {notes.callTitle}
          </a>
        )}
        {work && <HandOver work={work} queues={queues} colleagues={colleagues} to={to} form={form} />}
        {!isClosed(thread) && <Closing thread={thread} work={work} to={to} form={form} />}
        {!isClosed(thread) && <Replies thread={thread} to={to} />}
        <Done done={done} />
      </div>
    </section>
  )
}

const AssignedTo = ({ work }: { work: Work }) => {
  const { case: words, queue: t } = useText().desk
  const { shortDate, time } = useFormat()
  const name = assignee(work)
  if (!name) return <>{t.nobody}</>
  const since = work.assignedAt && `${shortDate(work.assignedAt)}, ${time(work.assignedAt)}`
  return <>{since ? words.since(name, since) : name}</>
}

/** Who had it, and where it lay, when the page was shown. */
const Was = ({ work }: { work: Work }) => (
  <>
    <input type='hidden' name='was' value={work.assignedTo ?? ''} />
    <input type='hidden' name='wasQueue' value={work.queue} />
  </>
)

type HandOverProps = Pick<WorkProps, 'queues' | 'colleagues' | 'to' | 'form'> & { work: Work }

const HandOver = ({ work, queues, colleagues, to, form }: HandOverProps) => {
  const { queue: t, work: words } = useText().desk
  const nameOf = useQueueNames(queues)
  const typed = { to: work.assignedTo ?? '', queue: work.queue, ...form.typed }
  const here = { typed, errors: form.errors }
  return (
    <details class='more' open={Boolean(form.errors.to ?? form.errors.queue)}>
      <summary>{words.handOver}</summary>
      <form method='post' action={href(paths.adminWorkAssignment, to)} novalidate>
        <Was work={work} />
        <div class='fields'>
          <Select
            name='to'
            label={words.to}
            form={here}
            choices={[
              { value: '', label: t.nobody },
              ...colleagues.map((colleague) => ({ value: colleague.id, label: fullName(colleague) })),
            ]}
          />
          <Select
            name='queue'
            label={words.queue}
            form={here}
            choices={queues.map(({ id }) => ({ value: id, label: nameOf(id) }))}
          />
        </div>
        <Button kind='alt'>{words.handOver}</Button>
      </form>
    </details>
  )
}

/** How earlier work on a conversation ended. */
const Done = ({ done }: Pick<WorkProps, 'done'>) => {
  const { case: t, work: words } = useText().desk
  const { shortDate, time } = useFormat()
  if (done.length === 0) return null
  return (
    <details class='more'>
      <summary>{t.history}</summary>
      <ul>
        {done.map(({ doneAt, doneHow, doneReason, doerGivenName, doerFamilyName }) => {
          const when = doneAt ? `${shortDate(doneAt)}, ${time(doneAt)}` : ''
          const name = doerGivenName ? `${doerGivenName} ${doerFamilyName}` : t.someone
          const { reason, words: own } = readReason(doneReason ?? '')
          const how = doneHow ?? 'answered'
          return (
            <li>
              {how === 'read' || how === 'withdrawn' ? t.done[how](when) : t.done[how](name, when)}
              {doneReason && `: ${[reason && words.reasons[reason], own].filter(Boolean).join('. ')}`}
            </li>
          )
        })}
      </ul>
    </details>
  )
}

type ActsProps = Pick<Case, 'thread' | 'work'> & { to: Place; form: Form }

export const ClosedNotice = ({ to }: { to: Place }) => {
  const { case: t, work: words } = useText().desk
  return (
    <Notice title={t.closedTitle}>
      <p>{t.closedBody}</p>
      <form method='post' action={href(paths.adminThreadReopening, to)}>
        <Button kind='alt'>{words.reopen}</Button>
      </form>
    </Notice>
  )
}

/** Whether the patient's side can reply, and the other way round. */
const Replies = ({ thread, to }: Pick<ActsProps, 'thread' | 'to'>) => {
  const t = useText().desk.work
  const isOff = thread.replyOffAt !== null
  return (
    <details class='more'>
      <summary>{t.reply}</summary>
      <p>{isOff ? t.replyOff : t.replyOn}</p>
      <form method='post' action={href(paths.adminThreadReplies, to)}>
        <input type='hidden' name='to' value={isOff ? 'on' : 'off'} />
        <Button kind='alt'>{isOff ? t.turnOn : t.turnOff}</Button>
      </form>
    </details>
  )
}

/** Where someone waits for a reply, closing asks why; where nobody does, it is one button. */
const Closing = ({ thread, work, to, form }: ActsProps) => {
  const t = useText().desk.work
  const action = href(paths.adminThreadClosure, to)
  if (!owesReply({ work }))
    return (
      <form method='post' action={action}>
        <Seen thread={thread} />
        <Button kind='alt'>{t.close}</Button>
      </form>
    )
  return (
    <details class='more' open={Boolean(form.errors.reason ?? form.errors.words)}>
      <summary>{t.close}</summary>
      <form method='post' action={action} novalidate>
        <Seen thread={thread} />
        <p>{t.closeBody}</p>
        <div class='fields'>
          <Select
            name='reason'
            label={t.reason}
            form={form}
            choices={[
              { value: '', label: t.reasonChoose },
              ...reasons.map((reason) => ({ value: reason, label: t.reasons[reason] })),
            ]}
          />
          <TextField name='words' label={t.words} form={form} autocomplete='off' />
        </div>
        <Button kind='alt'>{t.close}</Button>
      </form>
    </details>
  )
}
