import * as v from 'valibot'
import { paths } from '../../paths.ts'
import { longestPassword } from '../password-rule.ts'

/** An address as it is kept: trimmed, NFC, lower case. */
export const normalizeEmail = (typed: string) => typed.trim().normalize('NFC').toLowerCase()

export const Credentials = v.object({
  email: v.pipe(
    v.string(),
    v.transform(normalizeEmail),
    v.minLength(1, 'emailMissing'),
    v.maxLength(254, 'wrong')
  ),
  password: v.pipe(v.string(), v.minLength(1, 'passwordMissing'), v.maxLength(longestPassword, 'wrong')),
})

export const SecurityCode = v.object({
  code: v.pipe(
    v.string(),
    v.transform((typed) => typed.replace(/[\s-]/g, '')),
    v.minLength(1, 'codeMissing'),
    v.regex(/^\d{6}$/, 'codeWrong')
  ),
})

/** Where to go after sign-in: a page of ours, never another site. */
export const safeNext = (next: string | undefined) =>
  next && /^\/(?![/\\])[\w\-./~%]*$/.test(next) && !next.startsWith(paths.signIn) ? next : undefined
