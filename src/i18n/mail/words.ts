import type { Language } from '../text.ts'
import { en } from './en.ts'
import { es } from './es.ts'

/** What mails say. One run writes to people of either language, so both are at hand. */
export const mailWords = { en, es } satisfies Record<Language, object>
export type MailWords = typeof en
