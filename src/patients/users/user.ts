import * as v from 'valibot'
import { isEmail } from '../../identity/invitation/invitation.ts'
import { normalizeEmail } from '../../identity/sign-in/credentials.ts'
import { submissionId } from '../../web/form.ts'

const name = (missing: string) =>
  v.pipe(v.string(), v.trim(), v.minLength(1, missing), v.maxLength(60, 'long'), v.regex(/[\p{L}]/u, missing))

/** Someone whom the patient trusts with everything. */
export const NewUser = v.object({
  submissionId,
  email: v.pipe(v.string(), v.transform(normalizeEmail), v.check(isEmail, 'emailWrong')),
  givenName: name('givenNameMissing'),
  familyName: name('familyNameMissing'),
  relationship: v.pipe(v.string(), v.trim(), v.minLength(1, 'relationshipMissing'), v.maxLength(40, 'long')),
})
export type NewUser = v.InferOutput<typeof NewUser>

export const WithProof = v.object({
  ...NewUser.entries,
  proof: v.pipe(v.string(), v.trim(), v.minLength(1, 'proofMissing'), v.maxLength(500, 'long')),
})

export const Reason = v.object({
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'reasonMissing'), v.maxLength(500, 'long')),
})

/** Why someone cannot be invited; each has its own answer. */
export type Refusal =
  | 'over'
  | 'no-birth-date'
  | 'login'
  | 'self'
  | 'has-access'
  | 'staff'
  | 'closed'
  | 'pending'
