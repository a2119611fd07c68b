import { encodeHex } from 'oslo/encoding'
import type { Bindings } from '../env.ts'

const timeLimit = 1000

/**
 * Whether a password is known from a breach, by a range API (https://haveibeenpwned.com/API/v3#PwnedPasswords) that is
 * told five of the forty digits of its SHA-1. Off without the setting. Nobody is kept from choosing a password because a
 * service elsewhere is slow, away or strange: then it counts as unknown.
 */
export async function isBreached(env: Bindings, password: string) {
  if (!env.BREACHED_PASSWORDS_URL) return false
  const typed = new TextEncoder().encode(password.normalize('NFC'))
  const digest = encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-1', typed))).toUpperCase()
  const listed = await askForRange(`${env.BREACHED_PASSWORDS_URL}/${digest.slice(0, 5)}`)
  // Padding hides how many there are from whoever counts the bytes on the way; padded lines were seen 0 times.
  return listed
    .split(/\r?\n/)
    .some((line) => /^([0-9A-F]{35}):0*[1-9]\d*$/.exec(line)?.[1] === digest.slice(5))
}

async function askForRange(url: string) {
  try {
    const response = await fetch(url, {
      headers: { 'Add-Padding': 'true', 'User-Agent': 'CareSpace' },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeLimit),
    })
    return response.ok ? await response.text() : ''
  } catch {
    return ''
  }
}
