import * as v from 'valibot'
import { paths } from '../../paths.ts'
import { fitsPassword } from '../password-length.ts'

/** An address as it is kept: trimmed, NFC, lower case. */
export const normalizeEmail = (typed: string) => typed.trim().normalize('NFC').toLowerCase()

export const Credentials = v.object({
  email: v.pipe(
    v.string(),
    v.transform(normalizeEmail),
    v.minLength(1, 'emailMissing'),
    v.maxLength(254, 'wrong')
  ),
  password: v.pipe(v.string(), v.minLength(1, 'passwordMissing'), v.check(fitsPassword, 'wrong')),
})

// Letters, digits and a few signs, or one escaped; never an escaped slash, backslash or control character.
const part = String.raw`(?:[\w\-.~]|%(?!2f|5c|7f|[01])[\da-f]{2})`
const ownPage = new RegExp(
  String.raw`^(?:/|(?:/(?!\.{1,2}(?:[/?]|$))${part}+)+)(?:\?(?:${part}|[=&+])*)?$`,
  'i'
)
const longestNext = 500

/** Where to go after sign-in: a page of ours with a simple query, never another site. */
export const safeNext = (next: string | undefined) =>
  next && next.length <= longestNext && ownPage.test(next) && !next.startsWith(paths.signIn)
    ? next
    : undefined
