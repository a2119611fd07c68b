import { dev } from '../dev/routes.tsx'
import { portalWords } from '../i18n/portal/words.ts'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [dev],
  words: portalWords,
}
