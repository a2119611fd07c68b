import type { preparationTexts } from '../db/schema.ts'
import type { Language } from '../i18n/text.ts'
import { instructions } from './appointment.ts'
import type { Appointment } from './store.ts'

export type Ready = typeof preparationTexts.$inferSelect

/**
 * How to get ready, one instruction a line: the appointment's own words (English, as its sender wrote them), else the
 * practice's for its kind, in the reader's language.
 */
export function readyFor(
  { preparation, kind }: Pick<Appointment, 'preparation' | 'kind'>,
  texts: Ready[],
  language: Language
): { lines: string[]; language: Language } {
  const own = instructions(preparation)
  if (own.length > 0) return { lines: own, language: 'en' }
  return { lines: instructions(texts.find((each) => each.kind === kind)?.[language] ?? null), language }
}
