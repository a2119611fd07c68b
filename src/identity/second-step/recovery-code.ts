import * as v from 'valibot'
import { recoveryBits, sameText } from '../secret.ts'

export const codesPerSet = 10
/** From here on Settings asks for new ones. */
export const fewLeft = 3

// Crockford's base 32: no i, l, o or u. Whoever types an o or an l meant a zero or a one.
const characters = '0123456789abcdefghjkmnpqrstvwxyz'

const positions = Array.from({ length: codesPerSet }, (_, index) => index + 1)

/** The code at one place of a set, 40 bits, as it is printed: "7k2m-x9qd". */
export async function recoveryCode(tokenKey: string, setId: string, position: number) {
  const code = (await recoveryBits(tokenKey, setId, position)).map((bits) => characters[bits]).join('')
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** All codes of a set, but those that were used. */
export const unspentCodes = (tokenKey: string, { id, spent }: { id: string; spent: number[] }) =>
  Promise.all(
    positions
      .filter((position) => !spent.includes(position))
      .map((position) => recoveryCode(tokenKey, id, position))
  )

/** Which place of the set a typed code has. */
export async function positionOf(tokenKey: string, setId: string, typed: string) {
  const codes = await Promise.all(positions.map((position) => recoveryCode(tokenKey, setId, position)))
  return positions.find((_, index) => sameText(codes[index]?.replace('-', '') ?? '', typed))
}

/** As people type it: with spaces, capitals, any dash, and letters that look like digits. */
export const RecoveryCode = v.object({
  code: v.pipe(
    v.string(),
    v.transform((typed) =>
      typed
        .normalize('NFKC')
        .replace(/[\s\p{Pd}\u2212]/gu, '')
        .toLowerCase()
        .replaceAll('o', '0')
        .replace(/[il]/g, '1')
    ),
    v.minLength(1, 'missing'),
    v.regex(/^[0-9a-hjkmnp-tv-z]{8}$/, 'wrong')
  ),
})
