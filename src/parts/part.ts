import type { Words } from '../i18n/text.ts'
import type { Routes } from '../web/routes.ts'

/** Slices that are loaded together, and the words their pages need. A literal path comes before the pattern that would also match it. */
export type Part = { slices: Routes[]; words: Words }
