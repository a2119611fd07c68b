import { encodeBase32 } from 'oslo/encoding'
import { createTOTPKeyURI, generateHOTP } from 'oslo/otp'
import * as v from 'valibot'
import { sixDigits } from './six-digits.ts'

const step = 30_000
const issuer = 'CareSpace'

/** Six digits, as people copy them from their app. */
export const SecurityCode = v.object({
  code: sixDigits('codeMissing', 'codeWrong'),
})

/**
 * The 30 second step a code belongs to, one step of clock drift allowed (RFC 6238, 5.2); undefined when it is wrong.
 * The caller keeps the step, so that the same code is never accepted twice.
 */
export async function totpStep(secret: Uint8Array, code: string, now: Date): Promise<number | undefined> {
  const current = Math.floor(now.getTime() / step)
  for (const candidate of [current, current - 1, current + 1])
    if ((await generateHOTP(secret, candidate)) === code) return candidate
  return undefined
}

/** What an authenticator app reads from the picture. */
export const totpUri = (secret: Uint8Array, email: string) => createTOTPKeyURI(issuer, email, secret)

/** The secret as people type it: base32 in groups of four. */
export const typedSecret = (secret: Uint8Array) =>
  (
    encodeBase32(secret)
      .replace(/=+$/, '')
      .match(/.{1,4}/g) ?? []
  ).join(' ')
