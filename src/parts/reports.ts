import { portalWords } from '../i18n/portal/words.ts'
import { mailReports } from '../outbox/reports/routes.ts'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [mailReports],
  words: portalWords,
}
