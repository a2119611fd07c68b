import { getContext } from 'hono/context-storage'
import { answering, type Category } from '../../../db/schema.ts'
import { ErrorSummary } from '../../../design/error-summary.tsx'
import { Radios, SubmissionId, TextArea, TextField } from '../../../design/field.tsx'
import { BackLink, Button, Notice, SummaryList } from '../../../design/parts.tsx'
import type { Env } from '../../../env.ts'
import { useText } from '../../../i18n/text.ts'
import { href, paths } from '../../../paths.ts'
import type { Form } from '../../../web/form.ts'
import type { Queue } from '../store.ts'
import { ArrangedPage, SaveOrKeep, Seen } from '../views.tsx'
import { feeding, inUse } from './queue.ts'

type QueuesProps = { queues: Queue[]; categories: Category[]; form: Form }

export const QueuesPage = ({ queues, categories, form }: QueuesProps) => {
  const { practice } = useText()
  const t = practice.queues
  return (
    <ArrangedPage
      id='practice-queues'
      title={practice.facts.queues}
      intro={t.intro}
      add={{ to: paths.practiceQueueNew, label: t.add }}
      form={form}
      inUse={inUse(queues)}
      retired={queues.filter(({ retiredAt }) => retiredAt)}
      row={(queue) => <QueueRow queue={queue} categories={categories} />}
      movesOf={({ id, nameEn }) => ({
        action: href(paths.practiceQueuePlace, { queueId: id }),
        name: nameEn,
      })}
      countRetired={t.retiredCount}
    />
  )
}

const QueueRow = ({ queue, categories }: { queue: Queue; categories: Category[] }) => {
  const t = useText().practice.queues
  const { language } = getContext<Env>().var
  const fedBy = feeding(categories, queue.id, language)
  return (
    <a class='row' href={href(paths.practiceQueue, { queueId: queue.id })}>
      <span class='t' lang='en'>
        {queue.nameEn}
      </span>
      <span class='m' lang='es'>
        {queue.nameEs}
      </span>
      <span class='m'>{fedBy.length > 0 ? t.feeds(fedBy.join('; ')) : t.feedsNothing}</span>
    </a>
  )
}

const Fields = ({ form }: { form: Form }) => {
  const { practice } = useText()
  const t = practice.queues
  return (
    <>
      <div class='fields'>
        <TextField name='nameEn' label={t.name(practice.english)} form={form} autocomplete='off' />
        <TextField name='nameEs' label={t.name(practice.spanish)} form={form} autocomplete='off' />
      </div>
      <Radios
        name='answeredBy'
        legend={t.answeredBy}
        form={form}
        choices={answering.map((value) => ({ value, ...t.answering[value] }))}
      />
      <p>{t.signatureHint}</p>
      <div class='fields'>
        <TextArea name='signatureEn' label={t.signature(practice.english)} form={form} rows={3} lang='en' />
        <TextArea name='signatureEs' label={t.signature(practice.spanish)} form={form} rows={3} lang='es' />
      </div>
    </>
  )
}

export const NewQueuePage = ({ form }: { form: Form }) => {
  const { practice } = useText()
  return (
    <section id='practice-queue-new' class='mid flow'>
      <BackLink to={paths.practiceQueues}>{practice.facts.queues}</BackLink>
      <ErrorSummary form={form} />
      <h1>{practice.queues.addTitle}</h1>
      <form method='post' action={paths.practiceQueueNew} novalidate>
        <SubmissionId form={form} />
        <Fields form={form} />
        <SaveOrKeep back={paths.practiceQueues} />
      </form>
    </section>
  )
}

type QueueProps = {
  queue: Queue
  /** Categories that go there. */
  fedBy: string[]
  /** Work that is not done lies in it. */
  waits: boolean
  /** The form does not know what stands now. */
  isNews: boolean
  form: Form
}

export const QueuePage = ({ queue, fedBy, waits, isNews, form }: QueueProps) => {
  const { practice } = useText()
  const t = practice.queues
  const to = { queueId: queue.id }
  const isFree = fedBy.length === 0 && !waits
  return (
    <section id='practice-queue' class='mid flow'>
      <BackLink to={paths.practiceQueues}>{practice.facts.queues}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.editTitle}</h1>
      {isNews && (
        <Notice kind='warn' title={practice.standsNow}>
          <SummaryList
            rows={[
              [t.name(practice.english), queue.nameEn],
              [t.name(practice.spanish), queue.nameEs],
              [t.answeredBy, t.answering[queue.answeredBy].label],
              [t.signature(practice.english), queue.signatureEn],
              [t.signature(practice.spanish), queue.signatureEs],
            ]}
          />
          {queue.retiredAt && <p>{t.retiredBody}</p>}
        </Notice>
      )}
      <form method='post' action={href(paths.practiceQueue, to)} novalidate>
        <Seen form={form} />
        <Fields form={form} />
        <SaveOrKeep back={paths.practiceQueues} />
      </form>
      {queue.retiredAt ? (
        <form class='card flow' method='post' action={href(paths.practiceQueueReturn, to)}>
          <h2>{practice.categories.retired}</h2>
          <p>{t.retiredBody}</p>
          <Seen form={form} />
          <Button kind='alt'>{t.useAgain}</Button>
        </form>
      ) : (
        <form class='card flow' method='post' action={href(paths.practiceQueueRetirement, to)}>
          <h2>{t.retireTitle}</h2>
          {fedBy.length > 0 && <p>{t.fed(fedBy.join('; '))}</p>}
          {waits && <p>{t.waits}</p>}
          {isFree && <p>{t.retireBody}</p>}
          <Seen form={form} />
          {isFree && <Button kind='alt'>{t.retire}</Button>}
        </form>
      )}
    </section>
  )
}
