import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { RequestContext } from '../env.ts'
import type { Dictionary } from '../i18n/text.ts'
import { hostCookie } from './cookie.ts'

const name = 'flash'

/** Leaves a word for the next page: the key of a sentence in `t.flash`, never the sentence or anything about a person. */
export const flash = (c: RequestContext, key: keyof Dictionary['flash']) => {
  setCookie(c, name, key, { ...hostCookie, maxAge: 60 })
}

/** Takes it, once. */
export function takeFlash(c: RequestContext) {
  const key = getCookie(c, name, 'host')
  if (!key) return undefined
  deleteCookie(c, name, hostCookie)
  const words: Record<string, string> = c.var.t.flash
  return Object.hasOwn(words, key) ? words[key] : undefined
}
