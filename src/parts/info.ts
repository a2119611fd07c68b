import { infoWords } from '../i18n/info/words.ts'
import { termsUpdate } from '../identity/sign-in/terms/routes.tsx'
import { info } from '../info/routes.tsx'
import { resources } from '../resources/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [termsUpdate, resources, info],
  words: infoWords,
}
