import * as v from 'valibot'
import { newId } from '../../db/id.ts'
import { sha256 } from '../../identity/secret.ts'
import { submissionId } from '../../web/form.ts'

export const acts = [
  'contact-changed',
  'hours-changed',
  'promise-changed',
  'unread-changed',
  'release-changed',
  'bodies-changed',
  'danger-words-changed',
  'danger-words-put-back',
  'holidays-added',
  'holiday-removed',
  'category-added',
  'category-changed',
  'category-moved',
  'category-retired',
  'category-offered',
  'queue-added',
  'queue-changed',
  'queue-moved',
  'queue-retired',
  'queue-returned',
  'feed-changed',
] as const
export type Act = (typeof acts)[number]

/** What was done to which category or queue, as it was and as it became. */
export type Change = { act: Act; subjectId?: string; before: unknown; after: unknown }

/** What a page showed, in few letters: the form brings them back, so that nobody changes what they have not seen. */
export const printOf = async (shown: unknown) => (await sha256(JSON.stringify(shown))).slice(0, 16)

export const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** The same list with one entry at another place; undefined when that is no place, or where it is already. */
export function moved<T>(list: T[], from: number, asked: string | undefined) {
  const to = /^\d{1,3}$/.test(asked ?? '') ? Number(asked) : -1
  const entry = list[from]
  if (entry === undefined || to < 0 || to >= list.length || to === from) return undefined
  return list.toSpliced(from, 1).toSpliced(to, 0, entry)
}

/** The id of what a form adds is the form's own: sent twice, it is there already. */
export const idFrom = (typed: string | undefined) => (v.is(submissionId, typed) ? typed : newId())
