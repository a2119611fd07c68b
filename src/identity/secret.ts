import { sha256 as digest, HMAC } from 'oslo/crypto'
import { base64url, encodeHex } from 'oslo/encoding'

const bytes = (text: string) => new TextEncoder().encode(text)
const mac = new HMAC('SHA-256')

/** 256 random bits for a cookie. Only its hash is ever stored. */
export const newToken = () =>
  base64url.encode(crypto.getRandomValues(new Uint8Array(32)), { includePadding: false })

/** SHA-256 as lower case hex: how a token is found again without being kept. */
export const sha256 = async (text: string) => encodeHex(await digest(bytes(text)))

/** 32 bytes bound to a purpose and a row: the same today and on the retry tomorrow, and stored nowhere. */
const derive = async (tokenKey: string, purpose: string, id: string) =>
  new Uint8Array(await mac.sign(bytes(tokenKey), bytes(`${purpose}:${id}`)))

/** The token in an invitation's link: HMAC(TOKEN_KEY, invitation), so that a resent mail is byte-identical. */
export const invitationToken = async (tokenKey: string, invitationId: string) =>
  base64url.encode(await derive(tokenKey, 'invitation', invitationId), { includePadding: false })

const sixDigits = async (tokenKey: string, purpose: string, id: string) => {
  const view = new DataView((await derive(tokenKey, purpose, id)).buffer)
  return String(view.getUint32(0) % 1_000_000).padStart(6, '0')
}

/** The token in the link to a new password, bound to its row. */
export const resetToken = async (tokenKey: string, resetId: string) =>
  base64url.encode(await derive(tokenKey, 'password-reset', resetId), { includePadding: false })

/** The key a machine files with, bound to its row: shown to whoever made it, and stored nowhere. */
export const feedKey = async (tokenKey: string, feedId: string) =>
  base64url.encode(await derive(tokenKey, 'feed-key', feedId), { includePadding: false })

/** The token in the address that a calendar reads, bound to its row. */
export const calendarToken = async (tokenKey: string, feedId: string) =>
  base64url.encode(await derive(tokenKey, 'calendar', feedId), { includePadding: false })

/** Proves that a link which stops a kind of mail to an account is ours. */
export const unsubscribeMac = async (tokenKey: string, accountId: string, kind: string) =>
  base64url.encode(await derive(tokenKey, 'unsubscribe', `${accountId}:${kind}`), { includePadding: false })

/** The six digits mailed for a registration code row. */
export const registrationDigits = (tokenKey: string, codeId: string) =>
  sixDigits(tokenKey, 'registration-code', codeId)

/** The six digits mailed to someone who is to work here. */
export const joiningDigits = (tokenKey: string, codeId: string) => sixDigits(tokenKey, 'joining-code', codeId)

/** The six digits mailed to a new address, to show that whoever asks for it gets its mail. */
export const emailChangeDigits = (tokenKey: string, changeId: string) =>
  sixDigits(tokenKey, 'email-change', changeId)

/** The token in the link that takes a change of address back. */
export const emailUndoToken = async (tokenKey: string, changeId: string) =>
  base64url.encode(await derive(tokenKey, 'email-undo', changeId), { includePadding: false })

/**
 * The 160 bits an authenticator app is being set up with (RFC 4226 recommends the length of the HMAC), kept nowhere until its first code is right. Another session, or
 * a code accepted since, makes it another one, so that nobody finds in their app what someone else was shown.
 */
export const totpSetUpSecret = async (
  tokenKey: string,
  sessionId: string | null,
  { id, totpLastStep }: { id: string; totpLastStep: number | null }
) => (await derive(tokenKey, 'totp-set-up', `${id}:${sessionId}:${totpLastStep ?? ''}`)).slice(0, 20)

/** 40 bits for one place in a set of recovery codes, as numbers below 32. */
export const recoveryBits = async (tokenKey: string, setId: string, position: number) =>
  [...(await derive(tokenKey, 'recovery', `${setId}:${position}`)).slice(0, 8)].map((byte) => byte & 31)

/** A stable stand-in for a network address or e-mail in counters: says nothing without the key. */
export const pseudonym = async (tokenKey: string, purpose: string, value: string) =>
  base64url.encode((await derive(tokenKey, purpose, value)).slice(0, 16), { includePadding: false })

const sealingKey = async (tokenKey: string, to: string) =>
  crypto.subtle.importKey('raw', await derive(tokenKey, 'seal', to), 'AES-GCM', false, ['encrypt', 'decrypt'])

/**
 * Encrypts something we must be able to read again (a TOTP secret): 12 bytes of nonce, then AES-GCM, base64url. `to`
 * names what it belongs to: moved elsewhere it does not open.
 */
export async function seal(tokenKey: string, plain: Uint8Array, to = 'v1') {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await sealingKey(tokenKey, to), plain)
  return base64url.encode(new Uint8Array([...iv, ...new Uint8Array(sealed)]), { includePadding: false })
}

/** The reverse of `seal`. Throws when the text was changed or sealed under another key. */
export async function unseal(tokenKey: string, sealed: string, to = 'v1') {
  const all = base64url.decode(sealed, { strict: false })
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: all.slice(0, 12) },
    await sealingKey(tokenKey, to),
    all.slice(12)
  )
  return new Uint8Array(plain)
}

/** Compares without telling by time how much was right. */
export function sameText(one: string, other: string) {
  const a = bytes(one)
  const b = bytes(other)
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
