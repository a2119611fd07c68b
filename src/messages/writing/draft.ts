import * as v from 'valibot'
import type { Category, drafts } from '../../db/schema.ts'
import { isLanguage } from '../../i18n/text.ts'
import { submissionId } from '../../web/form.ts'
import { longestSubject } from '../thread.ts'

export type Draft = typeof drafts.$inferSelect
export type DraftFields = Pick<
  Draft,
  'id' | 'threadId' | 'category' | 'subject' | 'body' | 'aboutKind' | 'aboutId' | 'language'
> & { tell: boolean; mayReply: boolean }
export type About = Pick<Draft, 'aboutKind' | 'aboutId'>

/** More than anyone may send: what is too long is kept whole, to be shortened. UTF-16 units. */
const longestKept = { subject: 1000, body: 50_000 }

const noAbout: About = { aboutKind: null, aboutId: null }
const kinds = ['report', 'appointment'] as const

/** What a new message is about, from a link on a result or a visit: `report:<id>`. */
export function readAbout(text: string | undefined): About {
  const [kind, id = ''] = text?.split(':') ?? []
  const aboutKind = kinds.find((known) => known === kind)
  return aboutKind && /^[\w-]{1,40}$/.test(id) ? { aboutKind, aboutId: id } : noAbout
}

/** The reverse of `readAbout`. */
export const aboutText = ({ aboutKind, aboutId }: About) =>
  aboutKind && aboutId ? `${aboutKind}:${aboutId}` : undefined

/** The category that fits what a message is about, where the practice still offers it. */
export const categoryAbout = ({ aboutKind }: About, offered: Category[]) => {
  const fitting = aboutKind === 'report' ? 'result' : aboutKind
  return offered.find(({ id }) => id === fitting)?.id ?? ''
}

/** The subject of what comes after a conversation that is closed. */
export const subjectAfter = (subject: string) =>
  subject && [...(/^re:/i.test(subject) ? subject : `Re: ${subject}`)].slice(0, longestSubject).join('')

/** The id of a posted form; undefined when it has none that could be one. */
export const formId = (typed: Record<string, string>) => {
  const read = v.safeParse(submissionId, typed.submissionId)
  return read.success ? read.output : undefined
}

/** A posted form as a draft: whatever was typed, right or not. */
export const draftOf = (typed: Record<string, string>, id: string, threadId: string | null): DraftFields => ({
  id,
  threadId,
  category: (typed.category ?? '').slice(0, 100),
  subject: (typed.subject ?? '').slice(0, longestKept.subject),
  body: (typed.body ?? '').slice(0, longestKept.body),
  ...readAbout(typed.about),
  tell: typed.tell === 'yes',
  mayReply: typed.mayReply === 'yes',
  language: isLanguage(typed.language) ? typed.language : null,
})

/** A draft as the fields of its form. */
export const typedFrom = (draft: Draft): Record<string, string> => ({
  submissionId: draft.id,
  category: draft.category,
  subject: draft.subject,
  body: draft.body,
  ...(draft.aboutKind ? { about: aboutText(draft) ?? '' } : {}),
  tell: draft.tellOffAt ? '' : 'yes',
  mayReply: draft.replyOffAt ? '' : 'yes',
  ...(draft.language ? { language: draft.language } : {}),
})
