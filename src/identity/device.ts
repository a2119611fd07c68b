import { getCookie, setCookie } from 'hono/cookie'
import { newId } from '../db/id.ts'
import type { RequestContext } from '../env.ts'
import { hostCookie } from '../web/cookie.ts'
import { pseudonym, sameText } from './secret.ts'

const cookie = 'device'
const halfYear = 180 * 24 * 60 * 60
/** How many addresses one device knows: a family shares a computer. */
const mostAddresses = 6

const sign = (c: RequestContext, id: string, email: string) =>
  pseudonym(c.env.TOKEN_KEY, 'known device', `${id} ${email}`)

function readCookie(c: RequestContext) {
  const [id = '', ...signatures] = getCookie(c, cookie, 'host')?.split('.') ?? []
  return /^[a-z0-9]{21}$/.test(id) ? { id, signatures: signatures.slice(0, mostAddresses) } : undefined
}

/** Remembers that this address has signed in here. Returns what the device is called. */
export async function rememberDevice(c: RequestContext, email: string) {
  const known = readCookie(c)
  const id = known?.id ?? newId()
  const own = await sign(c, id, email)
  const others = known?.signatures.filter((signature) => signature !== own) ?? []
  const value = [id, own, ...others.slice(0, mostAddresses - 1)].join('.')
  setCookie(c, cookie, value, { ...hostCookie, maxAge: halfYear })
  return id
}

/** The device's own name, where this address has signed in before: strangers’ guesses elsewhere do not count against it. */
export async function knownDevice(c: RequestContext, email: string) {
  const known = readCookie(c)
  if (!known) return undefined
  const own = await sign(c, known.id, email)
  return known.signatures.some((signature) => sameText(signature, own)) ? known.id : undefined
}
