import type { workItems } from '../../db/schema.ts'

export const workPageSize = 50
/** Nobody reads further: what is due after these is neither listed nor counted. */
export const mostListed = 250

/** How many pages of the queue there are when so much waits. */
export const pagesOf = (count: number) => Math.ceil(Math.min(count, mostListed) / workPageSize)

export const filters = ['all', 'mine', 'unassigned', 'overdue'] as const
export type Filter = (typeof filters)[number]

/** Which part of the queue a query asks for; all of it when it makes no sense. */
export const filterFrom = (asked: string | undefined): Filter =>
  filters.find((filter) => filter === asked) ?? 'all'

/** The promise to the patient is broken. */
export const isOverdue = (work: Pick<typeof workItems.$inferSelect, 'dueAt'>, now: Date) =>
  work.dueAt.getTime() < now.getTime()

/** How long something has waited, in whole minutes. */
export const minutesWaited = (work: Pick<typeof workItems.$inferSelect, 'openedAt'>, now: Date) =>
  Math.max(0, Math.floor((now.getTime() - work.openedAt.getTime()) / 60_000))
