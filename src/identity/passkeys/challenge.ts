import { base64url } from 'oslo/encoding'
import { pseudonym, sameText, sha256 } from '../secret.ts'

/** What a passkey is asked for: an answer to one is no answer to another. */
export type Purpose = 'sign-in' | 'second-step' | 'confirm' | 'add'

export type Challenge = { hash: string; expiresAt: Date }

const life = 15 * 60_000
/** 20 random bytes and the second it expires at, as base64url. */
const headLength = 32

const sign = (tokenKey: string, purpose: Purpose, boundTo: string, head: string) =>
  pseudonym(tokenKey, `passkey ${purpose}`, `${head} ${boundTo}`)

/** A challenge that proves by itself that we made it, for what, for whom and until when: nothing is stored for it. */
export async function newChallenge(tokenKey: string, purpose: Purpose, boundTo: string, now: Date) {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  new DataView(bytes.buffer).setUint32(20, Math.ceil((now.getTime() + life) / 1000))
  const head = base64url.encode(bytes, { includePadding: false })
  return head + (await sign(tokenKey, purpose, boundTo, head))
}

/** What is spent with a challenge; undefined when it is not ours, meant for something else, or too old. */
export async function openChallenge(
  tokenKey: string,
  purpose: Purpose,
  boundTo: string,
  challenge: string,
  now: Date
): Promise<Challenge | undefined> {
  const head = challenge.slice(0, headLength)
  if (!sameText(challenge.slice(headLength), await sign(tokenKey, purpose, boundTo, head))) return undefined
  const seconds = new DataView(base64url.decode(head, { strict: false }).buffer).getUint32(20)
  const expiresAt = new Date(seconds * 1000)
  return expiresAt > now ? { hash: await sha256(challenge), expiresAt } : undefined
}
