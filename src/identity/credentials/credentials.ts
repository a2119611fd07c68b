import * as v from 'valibot'
import type { emailChanges } from '../../db/schema.ts'
import { isEmail } from '../invitation/invitation.ts'
import { fitsPassword } from '../password-length.ts'
import { normalizeEmail } from '../sign-in/credentials.ts'
import { sixDigits } from '../six-digits.ts'

export type EmailChange = typeof emailChanges.$inferSelect

const minute = 60_000
/** How long the code mailed to a new address works (ms). */
export const codeLife = 10 * minute
/** Wrong codes after which a change has to be asked for again. */
export const mostTries = 5
/** Changes one account may ask for, and mails one address may get, within `window` (ms). */
export const askLimit = { most: 3, window: 60 * minute }
/** How long the old address can take a change back (ms). */
export const undoLife = 7 * 24 * 60 * minute

const currentPassword = v.pipe(
  v.string(),
  v.minLength(1, 'currentMissing'),
  v.check(fitsPassword, 'currentWrong')
)

export const NewAddress = v.object({
  email: v.pipe(
    v.string(),
    v.transform(normalizeEmail),
    v.minLength(1, 'emailMissing'),
    v.check(isEmail, 'emailWrong')
  ),
  currentPassword,
})

export const NewPassword = v.object({ currentPassword, password: v.string() })

export const Code = v.object({
  code: sixDigits('codeMissing', 'codeMalformed'),
})

export type UndoState = 'valid' | 'used' | 'expired' | 'taken' | 'unknown'

/** What the link to the old address can still do; `taken` when another account has that address by now. */
export function undoState(
  change: Pick<EmailChange, 'confirmedAt' | 'undoneAt' | 'undoUntil'> | undefined,
  taken: boolean,
  now: Date
): UndoState {
  if (!change?.confirmedAt || !change.undoUntil) return 'unknown'
  if (change.undoneAt) return 'used'
  if (change.undoUntil <= now) return 'expired'
  return taken ? 'taken' : 'valid'
}
