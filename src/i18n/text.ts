import { getContext } from 'hono/context-storage'
import { getCookie, setCookie } from 'hono/cookie'
import type { Env, RequestContext } from '../env.ts'
import { hostCookie } from '../web/cookie.ts'
import type { en as account } from './account/en.ts'
import { type Format, formatFor } from './format.ts'
import type { en as info } from './info/en.ts'
import type { en as mail } from './mail/en.ts'
import type { en as portal } from './portal/en.ts'
import type { en as record } from './record/en.ts'
import type { en as staff } from './staff/en.ts'

export type Language = 'en' | 'es'
/** All words there are. A page finds those of its part and of the portal (test/architecture.test.ts). */
export type Dictionary = typeof portal &
  typeof account &
  typeof record &
  typeof info &
  typeof staff &
  typeof mail

export type Words = (language: Language) => Dictionary | Promise<Dictionary>

/** The words of a part of the portal, on top of others: English comes with the part, Spanish when it is first asked for. */
export function words(
  en: Partial<Dictionary>,
  spanish: () => Promise<Partial<Dictionary>>,
  others?: Words
): Words {
  const known: Partial<Record<Language, Dictionary>> = {}
  return (language) =>
    known[language] ??
    Promise.all([others?.(language), language === 'en' ? en : spanish()]).then(([beneath, own]) => {
      known[language] = { ...beneath, ...own } as Dictionary
      return known[language]
    })
}

export const isLanguage = (value: unknown): value is Language => value === 'en' || value === 'es'

/** The words, in the reader's language. Only components call this. */
export const useText = () => getContext<Env>().var.t

/** Dates, times and numbers in the reader's language and the practice's time zone. Only components call this. */
export function useFormat(): Format {
  const { language, visit } = getContext<Env>().var
  return formatFor(language, visit.practice.timeZone)
}

const cookie = 'language'

/** The language asked for: a choice made on this device, else what the browser prefers. */
export function askedLanguage(c: RequestContext): Language | undefined {
  const chosen = c.req.query('lang')
  if (isLanguage(chosen)) {
    keepLanguage(c, chosen)
    return chosen
  }
  const kept = getCookie(c, cookie, 'host')
  return isLanguage(kept) ? kept : undefined
}

/** Remembers a choice of language on this device. */
export const keepLanguage = (c: RequestContext, language: Language) =>
  setCookie(c, cookie, language, { ...hostCookie, maxAge: 31_536_000 })

/** The first of the browser's languages that we speak; English otherwise. */
export function preferredLanguage(c: RequestContext): Language {
  for (const entry of (c.req.header('Accept-Language') ?? '').slice(0, 200).split(',')) {
    const code = entry.trim().slice(0, 2).toLowerCase()
    if (isLanguage(code)) return code
  }
  return 'en'
}

export async function speak(c: RequestContext, language: Language) {
  c.set('t', await c.var.words(language))
  c.set('language', language)
  c.header('Content-Language', language)
}
