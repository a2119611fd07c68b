import type { Category } from '../../../db/schema.ts'
import type { RequestContext } from '../../../env.ts'
import { staff } from '../../../identity/viewer.ts'
import { offered } from '../../../messages/thread.ts'
import { paths } from '../../../paths.ts'
import { flash } from '../../../web/flash.ts'
import { blank, type Form, readFields, readForm } from '../../../web/form.ts'
import { renderInvalid } from '../../../web/page.tsx'
import { Routes } from '../../../web/routes.ts'
import { type Act, idFrom, isSame, moved, printOf } from '../change.ts'
import { type Clerk, listQueues, type Queue } from '../store.ts'
import {
  CategoryForm,
  cannotReturn,
  inOrder,
  mostOffered,
  offerAgain,
  retire,
  typedOf,
  withCategory,
  withNew,
} from './category.ts'
import { changeCategories } from './store.ts'
import { CategoriesPage, CategoryPage, NewCategoryPage } from './views.tsx'

export const practiceCategories = new Routes()

const untouched: Form = { typed: {}, errors: {} }
const tab = 'practice' as const
const idsInUse = (queues: Queue[]) => queues.filter(({ retiredAt }) => !retiredAt).map(({ id }) => id)
const refusal = (typed: Form['typed'], why: string): Form => ({ typed, errors: { form: why } })

async function listPage(c: RequestContext, categories: Category[], form = untouched) {
  const queues = await listQueues(c.var.db)
  return <CategoriesPage categories={categories} queues={queues} form={form} />
}

practiceCategories.get(paths.practiceCategories, staff('settings'), async (c) => {
  const { t, visit } = c.var
  return c.render(await listPage(c, visit.practice.categories), {
    title: t.practice.facts.categories,
    tab,
  })
})

const newHead = (c: RequestContext) => ({ title: c.var.t.practice.categories.addTitle, tab })

practiceCategories.get(paths.practiceCategoryNew, staff('settings'), async (c) =>
  c.render(<NewCategoryPage form={blank()} queues={await listQueues(c.var.db)} />, newHead(c))
)

practiceCategories.post(paths.practiceCategoryNew, staff('settings'), async (c) => {
  const { db, now, t, visit } = c.var
  const { categories } = visit.practice
  const { submissionId } = await readFields(c)
  if (categories.some(({ id }) => id === submissionId)) return c.redirect(paths.practiceCategories, 303)

  const queues = await listQueues(db)
  const refuse = (form: Form) => renderInvalid(c, <NewCategoryPage form={form} queues={queues} />, newHead(c))
  const form = await readForm(c, CategoryForm(offered(categories), idsInUse(queues)), t.practice.errors)
  if (!form.ok) return refuse(form.form)
  if (offered(categories).length >= mostOffered)
    return refuse(refusal(form.typed, t.practice.errors.tooManyCategories))

  const category = { id: idFrom(submissionId), ...form.value }
  const becomes = withNew(categories, category)
  const { isDone } = await changeCategories(db, c.var, 'category-added', category, categories, becomes, now)
  if (!isDone) return refuse(refusal(form.typed, t.practice.changedMeanwhile))
  flash(c, 'practiceSaved')
  return c.redirect(paths.practiceCategories, 303)
})

const findCategory = (c: RequestContext, id: string) =>
  c.var.visit.practice.categories.find((category) => category.id === id)

const head = (c: RequestContext) => ({ title: c.var.t.practice.categories.editTitle, tab })

async function categoryPage(
  c: RequestContext,
  { typed, errors }: Form,
  category: Category,
  queues: Queue[],
  isNews = false
) {
  const form = { typed: { ...typed, seen: await printOf(category) }, errors }
  const isLast = !category.retiredAt && offered(c.var.visit.practice.categories).length === 1
  return <CategoryPage category={category} queues={queues} isLast={isLast} isNews={isNews} form={form} />
}

/** What stands now, beside what was typed. */
async function refuseStale(
  c: RequestContext,
  typed: Form['typed'],
  id: string,
  categories: Category[],
  queues: Queue[]
) {
  const category = categories.find((each) => each.id === id)
  if (!category) return c.notFound()
  const form = refusal(typed, c.var.t.practice.changedMeanwhile)
  return renderInvalid(c, await categoryPage(c, form, category, queues, true), head(c))
}

practiceCategories.get(paths.practiceCategory, staff('settings'), async (c) => {
  const category = findCategory(c, c.req.param('categoryId'))
  if (!category) return c.notFound()
  const form = { typed: typedOf(category), errors: {} }
  return c.render(await categoryPage(c, form, category, await listQueues(c.var.db)), head(c))
})

practiceCategories.post(paths.practiceCategory, staff('settings'), async (c) => {
  const { db, now, t, visit } = c.var
  const { categories } = visit.practice
  const category = findCategory(c, c.req.param('categoryId'))
  if (!category) return c.notFound()
  const queues = await listQueues(db)
  const others = offered(categories).filter(({ id }) => id !== category.id)
  const form = await readForm(c, CategoryForm(others, idsInUse(queues)), t.practice.errors)
  const seen = form.typed.seen === (await printOf(category))
  if (!form.ok) return renderInvalid(c, await categoryPage(c, form.form, category, queues, !seen), head(c))

  const becomes = { ...category, ...form.value }
  if (isSame(becomes, category)) {
    flash(c, 'practiceSame')
    return c.redirect(paths.practiceCategories, 303)
  }
  if (!seen) return refuseStale(c, form.typed, category.id, categories, queues)
  const list = withCategory(categories, becomes)
  const result = await changeCategories(db, c.var, 'category-changed', becomes, categories, list, now)
  if (!result.isDone)
    return refuseStale(c, form.typed, category.id, result.practice.categories, await listQueues(db))
  flash(c, 'practiceSaved')
  return c.redirect(paths.practiceCategories, 303)
})

practiceCategories.post(paths.practiceCategoryRetirement, staff('settings'), async (c) => {
  const { now, t, visit } = c.var
  const category = findCategory(c, c.req.param('categoryId'))
  if (!category) return c.notFound()
  const becomes = retire(visit.practice.categories, category, now) ?? t.practice.categories.last
  return category.retiredAt
    ? done(c, 'categoryRetired')
    : change(c, c.var, category, becomes, 'category-retired', 'categoryRetired')
})

practiceCategories.post(paths.practiceCategoryReturn, staff('settings'), async (c) => {
  const { t, visit } = c.var
  const { categories } = visit.practice
  const category = findCategory(c, c.req.param('categoryId'))
  if (!category) return c.notFound()
  const why = cannotReturn(categories, category)
  const becomes = why ? t.practice.errors[why] : offerAgain(categories, category)
  return category.retiredAt
    ? change(c, c.var, category, becomes, 'category-offered', 'categoryOffered')
    : done(c, 'categoryOffered')
})

function done(c: RequestContext, said: 'categoryRetired' | 'categoryOffered') {
  flash(c, said)
  return c.redirect(paths.practiceCategories, 303)
}

/** Retires a category or brings it back, if it still is as the page showed it; `becomes` is the new list, or why not. */
async function change(
  c: RequestContext,
  clerk: Clerk,
  category: Category,
  becomes: Category[] | string,
  act: Act,
  said: Parameters<typeof done>[1]
) {
  const { db, now, visit } = c.var
  const { categories } = visit.practice
  const queues = await listQueues(db)
  const typed = typedOf(category)
  if ((await readFields(c)).seen !== (await printOf(category)))
    return refuseStale(c, typed, category.id, categories, queues)
  if (typeof becomes === 'string')
    return renderInvalid(c, await categoryPage(c, refusal(typed, becomes), category, queues), head(c))
  const result = await changeCategories(db, clerk, act, category, categories, becomes, now)
  if (!result.isDone) return refuseStale(c, typed, category.id, result.practice.categories, queues)
  return done(c, said)
}

practiceCategories.post(paths.practiceCategoryPlace, staff('settings'), async (c) => {
  const { db, now, t, visit } = c.var
  const { categories } = visit.practice
  const category = findCategory(c, c.req.param('categoryId'))
  if (!category) return c.notFound()
  const { to } = await readFields(c)
  const list = offered(categories)
  const order = moved(list, list.indexOf(category), to)
  if (order) {
    const becomes = inOrder(categories, order)
    const result = await changeCategories(db, c.var, 'category-moved', category, categories, becomes, now)
    if (!result.isDone) {
      const form = refusal({}, t.practice.changedMeanwhile)
      const page = await listPage(c, result.practice.categories, form)
      return renderInvalid(c, page, { title: t.practice.facts.categories, tab })
    }
  }
  flash(c, order ? 'practiceSaved' : 'practiceSame')
  return c.redirect(paths.practiceCategories, 303)
})
