import type { workItems } from '../../db/schema.ts'

export const workPageSize = 50
/** Nobody reads further: what is due after these is neither listed nor counted. */
export const mostListed = 250

/** How many pages of the queue there are when so much waits. */
export const pagesOf = (count: number) => Math.ceil(Math.min(count, mostListed) / workPageSize)

export const filters = ['all', 'mine', 'unassigned', 'overdue', 'flagged'] as const
export type Filter = (typeof filters)[number]
/** What of all work is looked at: a filter, in one queue or in all of them. */
export type Part = { filter: Filter; queue?: string | undefined }

/** Which part of the work a query asks for; all of it where it makes no sense. */
export const partFrom = (show: string | undefined, queue: string | undefined): Part => ({
  filter: filters.find((filter) => filter === show) ?? 'all',
  queue: /^[\w-]{1,40}$/.test(queue ?? '') ? queue : undefined,
})

/** What a page has shown: up to which change of the work, and when. */
export type Shown = { version: number; at: Date }

/** The reverse of what the page sends along. Undefined when it is no such thing. */
export function shownFrom(version: string | undefined, at: string | undefined): Shown | undefined {
  const isNumber = (text: string | undefined) => /^\d{1,15}$/.test(text ?? '')
  return isNumber(version) && isNumber(at)
    ? { version: Number(version), at: new Date(Number(at)) }
    : undefined
}

type Work = typeof workItems.$inferSelect

/** The promise to the patient is broken. */
export const isOverdue = (work: Pick<Work, 'dueAt'>, now: Date) => work.dueAt.getTime() < now.getTime()

/** How long something has waited, in whole minutes. */
export const minutesWaited = (work: Pick<Work, 'openedAt'>, now: Date) =>
  Math.max(0, Math.floor((now.getTime() - work.openedAt.getTime()) / 60_000))
