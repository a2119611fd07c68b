import { getCookie, setCookie } from 'hono/cookie'
import { newId } from '../db/id.ts'
import type { RequestContext } from '../env.ts'
import { hostCookie } from '../web/cookie.ts'
import { pseudonym, sameText } from './secret.ts'

const cookie = 'device'
const halfYear = 180 * 24 * 60 * 60

const sign = (c: RequestContext, id: string, email: string) =>
  pseudonym(c.env.TOKEN_KEY, 'known device', `${id} ${email}`)

/** Remembers that this address has signed in here. */
export async function rememberDevice(c: RequestContext, email: string) {
  const id = newId()
  setCookie(c, cookie, `${id}.${await sign(c, id, email)}`, { ...hostCookie, maxAge: halfYear })
}

/** The device's own name, where this address has signed in before: strangers’ guesses elsewhere do not count against it. */
export async function knownDevice(c: RequestContext, email: string) {
  const [id = '', signature = ''] = getCookie(c, cookie, 'host')?.split('.') ?? []
  return id !== '' && sameText(signature, await sign(c, id, email)) ? id : undefined
}
