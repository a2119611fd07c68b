import { getContext } from 'hono/context-storage'
import type { Category } from '../../../db/schema.ts'
import { ErrorSummary } from '../../../design/error-summary.tsx'
import { Select, SubmissionId, TextField } from '../../../design/field.tsx'
import { BackLink, Button, Notice, SummaryList } from '../../../design/parts.tsx'
import type { Env } from '../../../env.ts'
import { useText } from '../../../i18n/text.ts'
import { offered } from '../../../messages/thread.ts'
import { href, paths } from '../../../paths.ts'
import type { Form } from '../../../web/form.ts'
import type { Queue } from '../store.ts'
import { ArrangedPage, queueName, SaveOrKeep, Seen } from '../views.tsx'

const QueueOf = ({ category, queues }: { category: Category; queues: Queue[] }) => {
  const { language } = getContext<Env>().var
  const queue = queues.find(({ id }) => id === category.queue)
  return <>{useText().practice.categories.goesTo(queue ? queueName(queue, language) : category.queue)}</>
}

export const CategoriesPage = ({
  categories,
  queues,
  form,
}: {
  categories: Category[]
  queues: Queue[]
  form: Form
}) => {
  const { practice } = useText()
  const t = practice.categories
  return (
    <ArrangedPage
      id='practice-categories'
      title={practice.facts.categories}
      intro={t.intro}
      add={{ to: paths.practiceCategoryNew, label: t.add }}
      form={form}
      inUse={offered(categories)}
      retired={categories.filter(({ retiredAt }) => retiredAt)}
      row={(category) => <CategoryRow category={category} queues={queues} />}
      movesOf={({ id, en }) => ({
        action: href(paths.practiceCategoryPlace, { categoryId: id }),
        name: en[0],
      })}
      countRetired={t.retiredCount}
    />
  )
}

const CategoryRow = ({ category, queues }: { category: Category; queues: Queue[] }) => (
  <a class='row' href={href(paths.practiceCategory, { categoryId: category.id })}>
    <span class='t' lang='en'>
      {category.en[0]}
    </span>
    <span class='m' lang='es'>
      {category.es[0]}
    </span>
    <span class='m'>
      <QueueOf category={category} queues={queues} />
    </span>
  </a>
)

const Fields = ({ form, queues }: { form: Form; queues: Queue[] }) => {
  const { practice } = useText()
  const t = practice.categories
  const { language } = getContext<Env>().var
  const field = { form, autocomplete: 'off' }
  return (
    <>
      <div class='fields'>
        <div class='flow'>
          <TextField name='nameEn' label={t.name(practice.english)} {...field} />
          <TextField name='hintEn' label={t.hint(practice.english)} {...field} />
        </div>
        <div class='flow'>
          <TextField name='nameEs' label={t.name(practice.spanish)} {...field} />
          <TextField name='hintEs' label={t.hint(practice.spanish)} {...field} />
        </div>
      </div>
      <Select
        name='queue'
        label={t.queue}
        form={form}
        choices={queues
          .filter(({ retiredAt }) => !retiredAt)
          .map((queue) => ({ value: queue.id, label: queueName(queue, language) }))}
      />
    </>
  )
}

export const NewCategoryPage = ({ form, queues }: { form: Form; queues: Queue[] }) => {
  const { practice } = useText()
  return (
    <section id='practice-category-new' class='mid flow'>
      <BackLink to={paths.practiceCategories}>{practice.facts.categories}</BackLink>
      <ErrorSummary form={form} />
      <h1>{practice.categories.addTitle}</h1>
      <form method='post' action={paths.practiceCategoryNew} novalidate>
        <SubmissionId form={form} />
        <Fields form={form} queues={queues} />
        <SaveOrKeep back={paths.practiceCategories} />
      </form>
    </section>
  )
}

type CategoryProps = {
  category: Category
  queues: Queue[]
  isLast: boolean
  /** The form does not know what stands now. */
  isNews: boolean
  form: Form
}

export const CategoryPage = ({ category, queues, isLast, isNews, form }: CategoryProps) => {
  const { practice } = useText()
  const t = practice.categories
  const to = { categoryId: category.id }
  return (
    <section id='practice-category' class='mid flow'>
      <BackLink to={paths.practiceCategories}>{practice.facts.categories}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.editTitle}</h1>
      {isNews && (
        <Notice kind='warn' title={practice.standsNow}>
          <SummaryList
            rows={[
              [practice.english, category.en.join(': ')],
              [practice.spanish, category.es.join(': ')],
              [t.queue, <QueueOf category={category} queues={queues} />],
              ...(category.retiredAt ? [[t.retired, t.retiredBody] as [string, string]] : []),
            ]}
          />
        </Notice>
      )}
      <form method='post' action={href(paths.practiceCategory, to)} novalidate>
        <Seen form={form} />
        <Fields form={form} queues={queues} />
        <SaveOrKeep back={paths.practiceCategories} />
      </form>
      {category.retiredAt ? (
        <form class='card flow' method='post' action={href(paths.practiceCategoryReturn, to)}>
          <h2>{t.retired}</h2>
          <p>{t.retiredBody}</p>
          <Seen form={form} />
          <Button kind='alt'>{t.offer}</Button>
        </form>
      ) : (
        <form class='card flow' method='post' action={href(paths.practiceCategoryRetirement, to)}>
          <h2>{t.retireTitle}</h2>
          <p>{isLast ? t.last : t.retireBody}</p>
          <Seen form={form} />
          {!isLast && <Button kind='alt'>{t.retire}</Button>}
        </form>
      )}
    </section>
  )
}
