import * as v from 'valibot'
import { newId } from '../db/id.ts'
import { type Category, languages, type messages, type threads } from '../db/schema.ts'
import type { Language } from '../i18n/text.ts'
import type { StaffRole } from '../identity/permissions.ts'
import { submissionId } from '../web/form.ts'
import type { AttachedFile } from './files/store.ts'

export const pageSize = 25
export const longestSubject = 120
/** The category of what was sent to many at once: no one chooses it. */
export const announcementCategory = 'announcement'
const longestBody = 8000

export type Person = {
  givenName: string
  familyName: string
  credentials: string | null
  staffRole: StaffRole | null
}
type MessageRow = typeof messages.$inferSelect
export type Author = Person & Pick<MessageRow, 'authorId' | 'authorRole' | 'relationship'>
/** A withdrawn message keeps its place and loses its words. */
export type Message = Author &
  Pick<MessageRow, 'id' | 'body' | 'language' | 'sentAt' | 'openedAt' | 'withdrawnAt' | 'flaggedAt'>
export type Thread = Omit<
  typeof threads.$inferSelect,
  'openedBy' | 'closedBy' | 'replyOffBy' | 'announcementId'
> & {
  /** Whoever opened the page had not read all of it before. */
  unread: boolean
  /** Someone on the staff has taken it to answer. */
  taken: boolean
  /** Someone on the staff has settled it by phone. */
  called: boolean
  /** When the answer was promised, while one is owed. */
  replyBy: Date | null
  messages: Message[]
  files: AttachedFile[]
}

/** A closed thread stays readable; what comes next is a new message. */
export const isClosed = (thread: Pick<Thread, 'closedAt'>) => thread.closedAt !== null

/** Whether the patient's side may write in it. */
export const mayReply = (thread: Pick<Thread, 'closedAt' | 'replyOffAt'>) =>
  !isClosed(thread) && thread.replyOffAt === null

export const stages = ['received', 'withTeam', 'answered', 'closed'] as const
export type Stage = (typeof stages)[number]

/** How far a thread has come, for the person who waits. */
export function stageOf(thread: Pick<Thread, 'closedAt' | 'taken' | 'called' | 'messages'>): Stage {
  if (isClosed(thread)) return 'closed'
  if (thread.called) return 'answered'
  if (thread.messages.findLast(({ withdrawnAt }) => !withdrawnAt)?.authorRole === 'staff') return 'answered'
  return thread.taken ? 'withTeam' : 'received'
}

/** A message's name for the telephone: short, and nothing of what it says. */
export const referenceOf = ({ id }: Pick<Message, 'id'>) =>
  `${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase()

/** A message may be taken back by who wrote it, until the first of the staff has opened it or written since. */
export const mayWithdraw = (
  { authorId, authorRole, openedAt, withdrawnAt, sentAt }: Message,
  { messages }: Pick<Thread, 'messages'>,
  viewerId: string | undefined
) =>
  authorRole !== 'staff' &&
  authorId === viewerId &&
  !openedAt &&
  !withdrawnAt &&
  !messages.some((other) => other.authorRole === 'staff' && other.sentAt > sentAt)

/** Characters as people count them: an emoji is one or a few, never its bytes. */
export const atMost = (limit: number) => (text: string) => [...text].length <= limit
/** Blanks and invisible marks alone say nothing. */
export const saysSomething = (text: string) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text)

// A form without its id, or with a broken one, is still someone's message: it gets one.
export const submission = v.fallback(submissionId, newId)
export const subject = v.pipe(
  v.string(),
  v.transform((text) => text.trim().replace(/\s+/g, ' ')),
  v.check(saysSomething, 'subjectMissing'),
  v.check(atMost(longestSubject), 'subjectTooLong')
)
export const body = v.pipe(
  v.string(),
  v.check(saysSomething, 'bodyMissing'),
  v.transform((text) => text.trimEnd()),
  v.check(atMost(longestBody), 'bodyTooLong')
)

export const Reply = v.object({ submissionId: submission, body })

/** `seen` is the last message the page showed: what came after it must be read before answering. */
export const StaffReply = v.object({
  ...Reply.entries,
  seen: v.string(),
  language: v.fallback(v.optional(v.picklist(languages)), undefined),
})
/** Whether a message is no longer than it may be. */
export const fits = atMost(longestBody)

export const NewMessage = (categories: Category[]) =>
  v.object({
    submissionId: submission,
    category: v.picklist(
      offered(categories).map(({ id }) => id),
      'categoryMissing'
    ),
    subject,
    body,
  })

/** What a new message can be about. */
export const offered = (categories: Category[]) => categories.filter(({ retiredAt }) => !retiredAt)

/** The queue that answers a category. One that is no longer offered goes to the queue of the last, "something else". */
export const queueFor = (categories: Category[], category: string) =>
  (categories.find(({ id }) => id === category) ?? categories.at(-1))?.queue ?? 'front-desk'

export const categoryName = (categories: Category[], category: string, language: Language) =>
  categories.find(({ id }) => id === category)?.[language][0] ?? category
