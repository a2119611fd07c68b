import * as v from 'valibot'
import type { Category } from '../../../db/schema.ts'
import { offered } from '../../../messages/thread.ts'
import { fold } from '../../../patients/name.ts'
import { lineOf } from '../facts.ts'

export const mostOffered = 15

const name = lineOf(60, 'nameMissing', 'shortNameLong')
const sentence = lineOf(120, 'sentenceMissing', 'sentenceLong')

/** What a category says and who answers it; `others` are those whose names are taken. */
export const CategoryForm = (others: Category[], queueIds: string[]) => {
  const free = (language: 'en' | 'es') => (text: string) =>
    !others.some((other) => fold(other[language][0]) === fold(text))
  return v.pipe(
    v.object({
      nameEn: v.pipe(name, v.check(free('en'), 'nameTaken')),
      hintEn: sentence,
      nameEs: v.pipe(name, v.check(free('es'), 'nameTaken')),
      hintEs: sentence,
      queue: v.picklist(queueIds, 'queueMissing'),
    }),
    v.transform(
      ({ nameEn, hintEn, nameEs, hintEs, queue }): Omit<Category, 'id' | 'retiredAt'> => ({
        queue,
        en: [nameEn, hintEn],
        es: [nameEs, hintEs],
      })
    )
  )
}

/** What the form of a category holds before anyone types. */
export const typedOf = ({ en, es, queue }: Category) => ({
  nameEn: en[0],
  hintEn: en[1],
  nameEs: es[0],
  hintEs: es[1],
  queue,
})

/** The list with one of its categories as it became. */
export const withCategory = (all: Category[], category: Category) =>
  all.map((each) => (each.id === category.id ? category : each))

/** The list with a new one just above the last, which is for everything else. */
export const withNew = (all: Category[], category: Category) => {
  const list = offered(all)
  return inOrder(all, [...list.slice(0, -1), category, ...list.slice(-1)])
}

/** Those that are offered in this order, behind those that are not: the last of all stays one that is offered. */
export const inOrder = (all: Category[], list: Category[]) => [
  ...all.filter(({ retiredAt }) => retiredAt),
  ...list,
]

/** Taken out of the choice; the conversations that have it keep it. Undefined for the only one. */
export const retire = (all: Category[], category: Category, now: Date) =>
  offered(all).length > 1
    ? inOrder(
        withCategory(all, { ...category, retiredAt: now.getTime() }),
        offered(all).filter(({ id }) => id !== category.id)
      )
    : undefined

/** Why a retired category cannot come back: its name is another's now, or there are too many. */
export function cannotReturn(all: Category[], category: Category) {
  const list = offered(all)
  if (list.length >= mostOffered) return 'tooManyCategories'
  const isTaken = (language: 'en' | 'es') =>
    list.some((other) => fold(other[language][0]) === fold(category[language][0]))
  return isTaken('en') || isTaken('es') ? 'nameTaken' : undefined
}

/** Back in the choice, as a new one. */
export const offerAgain = (all: Category[], { retiredAt: _, ...category }: Category) =>
  withNew(
    all.filter(({ id }) => id !== category.id),
    category
  )
