import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { RequestContext } from '../env.ts'
import type { Dictionary } from '../i18n/text.ts'
import { hostCookie } from './cookie.ts'

const name = 'flash'

/**
 * Leaves a word for the next page: the key of a sentence in `t.flash`, and the number it speaks of; never the sentence or
 * anything about a person.
 */
export const flash = (c: RequestContext, key: keyof Dictionary['flash'], count?: number) => {
  setCookie(c, name, count === undefined ? key : `${key}.${count}`, { ...hostCookie, maxAge: 60 })
}

/** Whether a word waits to be said already. */
export const hasFlash = (c: RequestContext) => getCookie(c, name, 'host') !== undefined

/** What went wrong, in words that end in "call us": the number follows them. */
const troubles: (keyof Dictionary['flash'])[] = ['resetMailNotSent', 'keptUnreadable', 'userNotInvited']

/** Takes it, once. */
export function takeFlash(c: RequestContext) {
  const [key, count] = getCookie(c, name, 'host')?.split('.') ?? []
  if (!key) return undefined
  deleteCookie(c, name, hostCookie)
  const words: Record<string, string | ((count: number) => string)> = c.var.t.flash
  const found = Object.hasOwn(words, key) ? words[key] : undefined
  const said = typeof found === 'function' && /^\d{1,3}$/.test(count ?? '') ? found(Number(count)) : found
  return typeof said === 'string'
    ? { said, isTrouble: troubles.some((trouble) => trouble === key) }
    : undefined
}
