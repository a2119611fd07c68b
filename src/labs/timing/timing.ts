import { reportKinds } from '../../db/schema.ts'
import type { Choice, ReportKind } from '../release.ts'

/** Days that can be chosen for "after my team has commented, at most …". */
export const dayChoices = [3, 7, 14] as const

/** What one field of the form can say. */
export const wishes = ['at-once', ...dayChoices.map((days) => `after-comment-${days}`), 'ask-first']

export const wishOf = (choices: readonly Choice[], kind: ReportKind) => {
  const choice = choices.find((each) => each.kind === kind)
  if (!choice) return 'at-once'
  return choice.timing === 'after-comment' ? `after-comment-${choice.days}` : choice.timing
}

/** The choices in a form, one for each kind; undefined when one of them is no choice. */
export function readChoices(typed: Record<string, string>): Choice[] | undefined {
  const read = reportKinds.map((kind): Choice | undefined => {
    const wish = typed[kind] ?? ''
    if (!wishes.includes(wish)) return undefined
    const [, days] = /^after-comment-(\d+)$/.exec(wish) ?? []
    if (days) return { kind, timing: 'after-comment', days: Number(days) }
    return { kind, timing: wish === 'ask-first' ? 'ask-first' : 'at-once', days: null }
  })
  return read.some((choice) => choice === undefined) ? undefined : (read as Choice[])
}
