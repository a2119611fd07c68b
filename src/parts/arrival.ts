import { arrivalWords } from '../i18n/arrival/words.ts'
import { joining } from '../identity/joining/routes.tsx'
import { recovery } from '../identity/recovery/routes.tsx'
import { registration } from '../identity/registration/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [recovery, registration, joining],
  words: arrivalWords,
}
