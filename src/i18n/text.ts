import { getContext } from 'hono/context-storage'
import { getCookie, setCookie } from 'hono/cookie'
import type { Env, RequestContext } from '../env.ts'
import { hostCookie } from '../web/cookie.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { type Format, formatFor } from './format.ts'

export type Language = 'en' | 'es'
export type Dictionary = typeof en

export const dictionaries: Record<Language, Dictionary> = { en, es }
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

export function speak(c: RequestContext, language: Language) {
  c.set('language', language)
  c.set('t', dictionaries[language])
  c.header('Content-Language', language)
}
