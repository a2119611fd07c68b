import { portalWords } from '../i18n/portal/words.ts'
import { fhir } from '../integrations/fhir/routes.tsx'
import { hl7 } from '../integrations/hl7/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [fhir, hl7],
  words: portalWords,
}
