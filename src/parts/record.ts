import { recordWords } from '../i18n/record/words.ts'
import { accessHistory } from '../patients/history/routes.tsx'
import { manageUsers } from '../patients/users/routes.tsx'
import { record } from '../record/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [manageUsers, accessHistory, record],
  words: recordWords,
}
