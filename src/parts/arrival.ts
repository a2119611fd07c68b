import { arrivalWords } from '../i18n/arrival/words.ts'
import { joining } from '../identity/joining/routes.tsx'
import { recovery } from '../identity/recovery/routes.tsx'
import { registration } from '../identity/registration/routes.tsx'
import { unsubscribe } from '../outbox/unsubscribe/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [unsubscribe, recovery, registration, joining],
  words: arrivalWords,
}
